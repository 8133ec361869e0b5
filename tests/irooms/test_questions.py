"""Questions to experts, through the front door: asked, routed, answered, kept private, published without who asked."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.core.database import db
from app.core.scopes import scopes_of
from app.irooms.models import RoomMembership
from app.irooms.models.questions import ExpertQuestion, PublishedAnswer, QuestionRouting, QuestionState
from app.records.models import Fact
from app.search.queries import find
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.irooms.conftest import OpenRoom
from tests.irooms.scene import RoomScene, room_of
from tests.support.forms import send
from tests.support.queries import counted

ASKED: dict[str, Any] = {
    "title": "May we use chat logs?",
    "text": "A provider gave us **chat logs** without a request.",
    "topic": "electronic-evidence",
    "language": "en",
    "readers": "room",
}
PEOPLE = {
    "member": "member",
    "owner": "member",
    "expert": "expert",
    "trainer": "expert",
    "practitioner": "observer",
}


@pytest.fixture
def room(open_room: OpenRoom) -> RoomScene:
    """A room with two experts."""
    return open_room(people=PEOPLE)


def ask(player: Player, room: RoomScene, **changed: Any) -> str:
    """Ask a question as a person does and return its address."""
    sent = send(player.client, room.path("/questions/new"), room.path("/questions"), **(ASKED | changed))
    assert sent.status_code == 302, sent.text
    return str(sent.location)


def act(player: Player, question: str, name: str, **typed: Any) -> int:
    """Send one of the forms on a question's page."""
    return send(player.client, question, f"{question}/{name}", **typed).status_code


def question_row() -> ExpertQuestion:
    """Return the only question, inside a transaction."""
    return db.session.scalars(select(ExpertQuestion).execution_options(populate_existing=True)).one()


def routed(room: RoomScene) -> dict[str, str]:
    """Return what became of the only question with whom, by the cast's names, inside a transaction."""
    names = {number: name for name, number in room.membership_ids.items()}
    rows = db.session.execute(select(QuestionRouting.membership_id, QuestionRouting.state))
    return {names[number]: state for number, state in rows}


def cover(inside: Inside, room: RoomScene, **covers: dict[str, list[str]]) -> None:
    """Let experts of the cast cover something."""
    with inside() as session:
        for name, covered in covers.items():
            session.execute(
                update(RoomMembership)
                .where(RoomMembership.id == room.membership_ids[name])
                .values(covers=covered)
            )


# ------------------------------------------------------------------------------------------------ asked, routed


def test_a_question_goes_to_who_covers_it(cast: Cast, room: RoomScene, inside: Inside) -> None:
    cover(inside, room, expert={"topics": ["electronic-evidence"]}, trainer={"topics": ["victims"]})
    ask(cast("member"), room)
    with inside():
        assert routed(room) == {"expert": "asked"}
        assert not question_row().routed_to_all


@pytest.mark.parametrize(
    ("covered", "fits"),
    [
        ({"topics": ["electronic-evidence"], "countries": ["PE"], "languages": ["en"]}, True),
        ({"topics": [], "countries": [], "languages": []}, True),  # no limit
        ({"topics": ["electronic-evidence"], "countries": ["JO"], "languages": ["en"]}, False),
        ({"topics": ["electronic-evidence"], "countries": ["PE"], "languages": ["fr"]}, False),
    ],
)
def test_topic_country_and_language_decide(
    cast: Cast, room: RoomScene, inside: Inside, covered: dict[str, list[str]], fits: bool
) -> None:
    cover(inside, room, expert=covered, trainer={"topics": ["victims"]})
    page = cast("member").client.get(ask(cast("member"), room, country="PE")).text
    with inside():
        everybody = {"expert": "asked", "trainer": "asked", "room_manager": "asked"}
        assert routed(room) == ({"expert": "asked"} if fits else everybody)
    assert ("every expert and manager was asked" in page) is not fits


def test_a_question_needs_its_words(cast: Cast, room: RoomScene) -> None:
    new, target = room.path("/questions/new"), room.path("/questions")
    refused = send(cast("member").client, new, target, **(ASKED | {"title": " ", "text": ""}))
    assert refused.status_code == 422
    assert "Say in one line what you ask." in refused.text
    assert "Write your question." in refused.text


def test_a_repeated_submit_asks_once(cast: Cast, room: RoomScene, inside: Inside) -> None:
    client, path = cast("member").client, room.path("/questions")
    key = {"idempotency_key": "the-same-key"}
    first, second = (send(client, room.path("/questions/new"), path, **ASKED, **key) for _ in range(2))
    assert first.location == second.location
    with inside():
        question_row()
        facts = select(func.count()).where(
            Fact.activity_key == room_of(room).activity_key, Fact.verb == "contributed"
        )
        assert db.session.scalar(facts) == 1


def test_observers_and_strangers_do_not_ask(cast: Cast, room: RoomScene) -> None:
    question = ask(cast("member"), room)
    for name in ("practitioner", "outsider", "expelled", "administrator"):
        client = cast(name).client
        assert client.get(room.path("/questions/new")).status_code == 404
        assert client.get(question).status_code == 404
    watching = cast("practitioner").client.get(room.path("/questions")).text
    assert "May we use chat logs?" not in watching


# ------------------------------------------------------------------------------------------------ answered


def test_from_question_to_helpful_answer(cast: Cast, room: RoomScene, inside: Inside) -> None:
    member, expert = cast("member"), cast("expert")
    question = ask(member, room)
    assert "Your turn" in expert.client.get(room.path("/questions?who=me")).text
    assert act(expert, question, "taking") == 302
    assert act(expert, question, "clarification", text="Which country gave them?") == 302
    assert "Waiting for the asker" in member.client.get(question).text
    assert act(member, question, "reply", text="A neighbour.") == 302
    assert act(expert, question, "answer", text="Yes, **if** asked for afterwards.") == 302
    page = cast("owner").client.get(question).text
    assert "<strong>if</strong>" in page
    assert "Hana Sato" in page
    assert act(member, question, "helpful") == 302
    with inside():
        row = question_row()
        assert (row.state, row.helpful) == (QuestionState.ANSWERED, True)
    assert act(member, question, "follow-up", text="And photographs?") == 302
    with inside():
        row = question_row()
        assert (row.state, row.helpful) == (QuestionState.TAKEN, False)
        assert row.expert_id == room.membership_ids["expert"]
    assert act(expert, question, "answer", text="Those, too.") == 302
    assert act(cast("room_manager"), question, "reopening", text="The law changed.") == 302
    with inside():
        assert question_row().state == QuestionState.TAKEN
        what = select(Fact.result["what"].astext).where(
            Fact.activity_key == room_of(room).activity_key, Fact.verb == "contributed"
        )
        assert sorted(db.session.scalars(what)) == ["answer", "question"]  # once each


def test_one_expert_has_a_question(cast: Cast, room: RoomScene, inside: Inside) -> None:
    expert, other = cast("expert"), cast("trainer")
    question = ask(cast("member"), room)
    token = send(other.client, question, f"{question}/taking")
    assert token.status_code == 302
    fields = {"csrf_token": _token(expert, question), "text": "Mine!"}
    assert expert.client.post(f"{question}/answer", data=fields).status_code == 422
    assert act(other, question, "declining", reason="Not my field") == 302
    with inside():
        assert routed(room)["trainer"] == "declined"
        assert question_row().state == QuestionState.WAITING
    assert act(expert, question, "taking") == 302
    to = room.members["trainer"]
    handed = send(expert.client, f"{question}/handover", to=to, reason="Back to you")
    assert handed.status_code == 302
    with inside():
        assert question_row().expert_id == room.membership_ids["trainer"]
    assert "Back to you" in other.client.get(question).text
    assert "Back to you" not in cast("owner").client.get(question).text


def test_when_all_decline_everybody_else_is_asked(cast: Cast, room: RoomScene, inside: Inside) -> None:
    cover(inside, room, trainer={"topics": ["victims"]})
    question = ask(cast("member"), room)
    assert act(cast("expert"), question, "declining") == 302
    with inside():
        assert routed(room) == {"expert": "declined", "trainer": "asked", "room_manager": "asked"}
        assert question_row().routed_to_all


@pytest.mark.parametrize("name", ["owner", "practitioner", "outsider"])
def test_others_do_not_answer(cast: Cast, room: RoomScene, inside: Inside, name: str) -> None:
    question = ask(cast("member"), room)
    client, token = cast(name).client, _token(cast(name), "/about")
    for one in (
        "taking",
        "answer",
        "clarification",
        "declining",
        "handover",
        "publication",
        "withdrawal",
        "helpful",
    ):
        assert client.post(f"{question}/{one}", data={"csrf_token": token, "text": "x"}).status_code == 404
    with inside():
        assert question_row().state == QuestionState.WAITING


def test_nobody_answers_their_own_question(cast: Cast, room: RoomScene) -> None:
    expert = cast("expert")
    question = ask(expert, room)
    token = _token(expert, question)
    assert expert.client.post(f"{question}/taking", data={"csrf_token": token}).status_code == 404


# ------------------------------------------------------------------------------------------------ private


def test_a_private_question_is_the_askers_and_the_experts(
    cast: Cast, room: RoomScene, inside: Inside
) -> None:
    question = ask(cast("member"), room, title="Canary of mine", text="Canarytext", readers="experts")
    act(cast("expert"), question, "answer", text="Canaryanswer")
    for name in ("member", "expert", "trainer", "room_manager"):
        assert "Canaryanswer" in cast(name).client.get(question).text
    for name in ("owner", "practitioner"):
        assert cast(name).client.get(question).status_code == 404
        for view in ("waiting", "answered", "published"):
            assert "Canary" not in cast(name).client.get(room.path(f"/questions?view={view}")).text
    assert found_by(cast, inside, "Canaryanswer") == {"member", "expert", "trainer", "room_manager"}


def test_a_private_answer_to_the_rooms_question(cast: Cast, room: RoomScene, inside: Inside) -> None:
    question = ask(cast("member"), room)
    act(cast("expert"), question, "answer", text="Secretword for you", private="y")
    assert "Secretword" in cast("member").client.get(question).text
    assert "Secretword" not in cast("owner").client.get(question).text
    assert found_by(cast, inside, "Secretword") == {"member", "expert", "trainer", "room_manager"}
    assert found_by(cast, inside, "logs") == {"member", "owner", "expert", "trainer", "room_manager"}


def test_a_withdrawn_question_is_read_by_nobody_else(cast: Cast, room: RoomScene, inside: Inside) -> None:
    question = ask(cast("member"), room)
    act(cast("expert"), question, "answer", text="Answerword")
    assert act(cast("member"), question, "withdrawal") == 302
    assert "Only you still read it" in cast("member").client.get(question).text
    for name in ("expert", "owner", "room_manager"):
        assert cast(name).client.get(question).status_code == 404
    assert found_by(cast, inside, "Answerword") == set()
    assert "chat logs" not in cast("room_manager").client.get(room.path("/questions.csv")).text


def found_by(cast: Cast, inside: Inside, words: str) -> set[str]:
    """Return who of the room finds something with these words."""
    found = set()
    for name in (
        "member",
        "owner",
        "expert",
        "trainer",
        "practitioner",
        "room_manager",
        "outsider",
        "expelled",
    ):
        with inside():
            if find(cast(name).actor(), words).found:
                found.add(name)
    return found


# ------------------------------------------------------------------------------------------------ published

TELLING = "I am Amina Odhiambo of the Office of the Cast in Kenya. Under Kenyan law? amina@office.example"


def test_published_without_who_asked(cast: Cast, room: RoomScene, inside: Inside) -> None:
    manager, observer = cast("room_manager"), cast("practitioner")
    question = ask(cast("owner"), room, text=TELLING, title="Amina asks: chat logs in Kenya?", country="KE")
    act(cast("expert"), question, "answer", text="Dear Amina, in Kenya you may.")
    page = manager.client.get(f"{question}/publication").text
    form = page.partition('id="question"')[2].partition("</form>")[0]
    for sign in ("Amina", "Odhiambo", "Kenya", "Office of the Cast", "@office.example"):
        assert sign not in form, sign
    copy = {
        "title": "May chat logs be kept?",
        "question": "We were given chat logs.",
        "answer": "You may.",
        "topic": "electronic-evidence",
        "language": "en",
        "legal_system": "common",
    }
    target = f"{question}/publication"
    still = send(manager.client, target, **(copy | {"answer": "In Kenya you may."}))
    assert still.status_code == 422
    assert "This points to who asked: Kenya" in still.text
    doubt = send(manager.client, target, **(copy | {"answer": "Kenyan law allows it."}))
    assert doubt.status_code == 422
    assert "I have looked at these words" in doubt.text
    preview = send(manager.client, target, **copy, preview="1")
    assert "As members would see it" in preview.text
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(PublishedAnswer)) == 0
    published = send(manager.client, target, **copy)
    assert published.status_code == 302
    read = observer.client.get(published.location).text
    main = read.partition("<main")[2].partition("</main")[0]
    for sign in ("Amina", "Odhiambo", "Kenya", "Office of the Cast", question.rsplit("/", 1)[-1]):
        assert sign not in main, sign
    listed = observer.client.get(room.path("/questions?system=common&topic=electronic-evidence")).text
    assert "May chat logs be kept?" in listed
    assert "May chat logs be kept?" not in observer.client.get(room.path("/questions?system=civil")).text
    assert "practitioner" in found_by(cast, inside, "kept")
    assert f"{question}/publication" not in manager.client.get(question).text
    assert cast("member").client.get(target).status_code == 404
    back = send(manager.client, str(published.location), f"{published.location}/withdrawal")
    assert back.status_code == 302
    assert observer.client.get(str(published.location)).status_code == 404


def test_where_names_are_hidden_the_copy_tells_no_more(cast: Cast, open_room: OpenRoom) -> None:
    room = open_room(identity="role_country")
    question = ask(cast("owner"), room, text=TELLING)
    act(cast("expert"), question, "answer", text="You may.")
    target = f"{question}/publication"
    form = cast("room_manager").client.get(target).text.partition("<form")[2].partition("</main>")[0]
    for sign in ("Amina", "Odhiambo", "Kenya", "Office of the Cast"):
        assert sign not in form, sign
    copy = {"title": "T", "question": "Odhiambo asks", "answer": "Yes", "topic": "other", "language": "en"}
    named = send(cast("room_manager").client, target, **copy)
    assert named.status_code == 302  # saying no would tell the name


def test_a_private_original_stays_private_when_published(cast: Cast, room: RoomScene) -> None:
    question = ask(cast("member"), room, readers="experts")
    act(cast("expert"), question, "answer", text="You may.")
    page = send(
        cast("expert").client, f"{question}/publication",
        title="A question", question="We ask.", answer="You may.", topic="other", language="en",
    )  # fmt: skip
    assert page.status_code == 302
    assert cast("owner").client.get(str(page.location)).status_code == 200
    assert cast("owner").client.get(question).status_code == 404


# ------------------------------------------------------------------------------------------------ lists, files, cost


def test_the_export_shows_faces_and_no_formula(cast: Cast, room: RoomScene) -> None:
    ask(cast("member"), room, title="=HYPERLINK(1)")
    answer = cast("room_manager").client.get(room.path("/questions.csv"))
    header, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row[header.index("Asked by")] == "Ngozi Adeyemi"
    assert row[header.index("Question")] == "'=HYPERLINK(1)"
    assert cast("member").client.get(room.path("/questions.csv")).status_code == 404
    assert cast("expert").client.get(room.path("/questions.csv")).status_code == 404


def test_a_room_of_pseudonyms(cast: Cast, masked_room: RoomScene, inside: Inside) -> None:
    owner, manager = cast("owner"), cast("room_manager")
    form = owner.client.get(masked_room.path("/questions/new")).text
    country = form.partition('name="country"')[2].partition("</select>")[0]
    assert "selected" not in country.partition('value="KE"')[2][:12]
    question = ask(owner, masked_room)
    act(cast("expert"), question, "answer", text="Yes.")
    pages = [question, masked_room.path("/questions?view=answered"), f"{question}/publication"]
    texts = [manager.client.get(page).text.partition("<main")[2] for page in pages]
    texts.append(manager.client.get(masked_room.path("/questions.csv")).text)
    for text in texts:
        for sign in ("Odhiambo", "Sato", "Office of the Cast"):
            assert sign not in text
    with inside() as session:
        alias = session.get_one(RoomMembership, masked_room.membership_ids["owner"]).alias
    named = send(
        manager.client, f"{question}/publication",
        title="A question", question=f"asked by {alias}", answer="Yes", topic="other", language="en",
    )  # fmt: skip
    assert named.status_code == 422


def test_pages_are_cheap(cast: Cast, room: RoomScene) -> None:
    question = ask(cast("member"), room)
    for text in ("one", "two"):
        act(cast("expert"), question, "answer", text=text)
    ask(cast("owner"), room)
    client = cast("room_manager").client
    for path in (
        question,
        room.path("/questions"),
        room.path("/questions?view=answered"),
        f"{question}/publication",
    ):
        client.get(path)
        with counted() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 8, (path, statements)


def test_break_glass_reads_what_the_room_reads(cast: Cast, room: RoomScene, inside: Inside) -> None:
    shared = ask(cast("member"), room)
    private = ask(cast("owner"), room, readers="experts")
    administrator = cast("administrator")
    reason = "A court asked what was said here, order 12 of 2026."
    glass = send(administrator.client, room.path("/glass"), hours="1", reason=reason)
    assert glass.status_code == 302, glass.text
    assert administrator.client.get(shared).status_code == 200
    assert administrator.client.get(private).status_code == 404
    assert administrator.client.get(room.path("/questions/new")).status_code == 404
    token = {"csrf_token": _token(administrator, shared), "text": "x"}
    for act_ in ("taking", "answer", "withdrawal"):
        assert administrator.client.post(f"{shared}/{act_}", data=token).status_code == 404


def test_the_first_page_says_what_waits(cast: Cast, room: RoomScene) -> None:
    ask(cast("member"), room)
    assert "1 question waits for you" in cast("expert").client.get(room.path()).text
    assert "waits for you" not in cast("owner").client.get(room.path()).text


def test_due_answers_are_in_the_experts_calendar(cast: Cast, room: RoomScene) -> None:
    question = ask(cast("member"), room)
    act(cast("expert"), question, "taking")
    assert "Answer due: May we use chat logs?" in cast("expert").client.get(room.path("/calendar")).text
    assert "Answer due" not in cast("trainer").client.get(room.path("/calendar")).text


def test_scopes_follow_the_role(cast: Cast, room: RoomScene, inside: Inside) -> None:
    with inside():
        assert f"room:{room.id}:participants" in scopes_of(cast("member").actor())
        assert f"room:{room.id}:participants" not in scopes_of(cast("practitioner").actor())
        assert f"room:{room.id}:experts" not in scopes_of(cast("member").actor())


def _token(player: Player, page: str) -> str:
    return player.client.get(page).text.partition('name="csrf_token" value="')[2].partition('"')[0]
