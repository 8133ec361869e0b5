"""Stocktakings through the front door: built, opened, answered, sent, covered, compared, summarised."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import User
from app.core import clock
from app.core.database import db
from app.core.jobs import registered
from app.irooms.models.stocktaking import (
    Stocktaking,
    StocktakingAnswer,
    StocktakingResponse,
    StocktakingRevision,
    StocktakingVersion,
)
from app.irooms.stocktaking.figures import pieces
from app.records.models import Fact
from tests.cast import PARTS, Cast
from tests.conftest import Inside
from tests.irooms.conftest import OpenRoom
from tests.irooms.scene import RoomScene, room_of
from tests.irooms.stocktakings import (
    FAR,
    QUESTIONS,
    TITLE,
    fill,
    hidden,
    make,
    opened,
    question_ids,
    respond,
    save,
    section_form,
)
from tests.irooms.test_questions import found_by
from tests.irooms.test_questions_clock import told
from tests.support.forms import send
from tests.support.queries import counted


def values_of(question_id: str) -> list[Any]:
    """Return what is kept of a question, inside a transaction."""
    wanted = select(StocktakingAnswer.value).where(StocktakingAnswer.question_id == question_id)
    return list(db.session.scalars(wanted))


def token_of(client: FlaskClient) -> dict[str, str]:
    """Return the field with the CSRF token of a browser."""
    return {"csrf_token": hidden(client.get("/about").text, "/account/sign-out")["csrf_token"]}


# ------------------------------------------------------------------------------------------------ built


def test_a_manager_builds_and_opens(cast: Cast, room: RoomScene) -> None:
    manager, member = cast("room_manager").client, cast("member").client
    about = {"title": TITLE, "language": "en", "unit": "person"}
    assert send(manager, room.path("/stocktaking/new"), room.path("/stocktaking")).status_code == 422
    made = send(manager, room.path("/stocktaking/new"), room.path("/stocktaking"), **about)
    build = str(made.location)
    path = build.removesuffix("/build")
    section = send(manager, f"{build}/sections/new", f"{build}/sections", title="The law")
    questions = f"{build}/sections/{section.location.partition('#piece-')[2]}/questions"
    for kind, typed in (
        ("text", {"text": "Which law applies?", "required": "y"}),
        ("choice", {"text": "Who decides?", "options": "A judge\nA prosecutor", "many": "y"}),
        (
            "scale",
            {"text": "How well?", "low": "0", "high": "10", "low_label": "badly", "high_label": "well"},
        ),
        ("yes_no", {"text": "Is there an authority?", "help": "One that answers abroad."}),
    ):
        page = manager.get(f"{questions}/new?kind={kind}").text
        put = manager.post(f"{questions}?kind={kind}", data=hidden(page, questions) | typed)
        assert put.status_code == 302, put.text
    page = manager.get(build).text
    for words in ("Which law applies?", "A prosecutor", "From 0 to 10", "One that answers abroad."):
        assert words in page
    assert member.get(path).status_code == 404  # a draft is the managers'
    assert TITLE not in member.get(room.path("/stocktaking")).text
    for day in ("2020-01-01", "9999-12-31", "0001-01-01", "soon"):
        assert send(manager, f"{path}/opening", **(FAR | {"day": day})).status_code == 422
    assert send(manager, f"{path}/opening", **FAR).status_code == 302
    shown = member.get(path).text
    assert "4 questions" in shown
    assert "Thu 31 Dec 2099, 16:00" in shown  # her own time
    assert "set in the time of Africa/Nairobi" in shown
    assert told(cast, "member") == ["opened"]
    assert told(cast, "practitioner") == []


def test_order_and_removal(cast: Cast, room: RoomScene) -> None:
    taking = make(cast, room)
    client, ids = cast("room_manager").client, list(taking.ids.values())
    build = f"{taking.path}/build"
    assert send(client, build, f"{build}/pieces/{ids[3]}/place", to="up").status_code == 302
    assert question_ids(client, taking) == [ids[0], ids[1], ids[3], ids[2]]
    assert send(client, build, f"{build}/pieces/{ids[0]}/removal").status_code == 302
    assert question_ids(client, taking) == [ids[1], ids[3], ids[2]]
    assert send(client, build, f"{build}/pieces/{taking.section}/removal").status_code == 302
    assert question_ids(client, taking) == []
    nothing = send(client, f"{taking.path}/opening", **FAR)
    assert nothing.status_code == 422
    assert "Add a question first." in nothing.text


def test_a_choice_needs_two_answers_and_a_question_its_words(cast: Cast, room: RoomScene) -> None:
    taking = make(cast, room)
    client = cast("room_manager").client
    page = f"{taking.path}/build/questions/{taking.ids['choice']}"
    one = send(client, page, text="Who?", options="Only one")
    assert one.status_code == 422
    assert "from 2 to 50 answers" in one.text
    assert send(client, page, text="", options="One\nTwo").status_code == 422


def test_two_managers_do_not_write_over_each_other(cast: Cast, room: RoomScene) -> None:
    taking = make(cast, room)
    client, page = cast("room_manager").client, f"{taking.path}/build/questions/{taking.ids['text']}"
    stale = hidden(client.get(page).text, page)
    assert send(client, page, text="Which act?").status_code == 302
    refused = client.post(page, data=stale | {"text": "Which code?"})
    assert refused.status_code == 422
    assert "Somebody else has changed this question" in refused.text
    assert "Which code?" in refused.text


def test_others_neither_build_nor_study(cast: Cast, room: RoomScene) -> None:
    taking = opened(cast, room)
    respond(cast("member"), taking)
    pages = (
        "build",
        "settings",
        "opening",
        "coverage",
        "answers",
        "figures",
        "answers.csv",
        "answers.xlsx",
        "summary",
    )
    acts = ("settings", "removal", "versions", "opening", "closing", "reminder", "summary", "build/sections")
    for name in ("expert", "practitioner"):  # everybody else: the matrix of rooms
        client = cast(name).client
        for page in pages:
            assert client.get(f"{taking.path}/{page}").status_code == 404, (name, page)
        for act in acts:
            answer = client.post(f"{taking.path}/{act}", data=token_of(client) | FAR)
            assert answer.status_code == 404, (name, act)


# ------------------------------------------------------------------------------------------------ answered


def test_answers_are_kept_sent_and_revised(cast: Cast, room: RoomScene, inside: Inside) -> None:
    taking = opened(cast, room)
    member, manager = cast("member"), cast("room_manager").client
    assert save(member.client, taking, text="Draftword").location.endswith(taking.section)
    assert "Draftword" in member.client.get(f"{taking.path}/sections/{taking.section}").text
    assert "Draftword" not in manager.get(f"{taking.path}/answers").text
    incomplete = send(member.client, f"{taking.path}/sending")
    assert incomplete.status_code == 422
    assert f"#q-{taking.ids['yes_no']}" in incomplete.text
    without = save(member.client, taking, yes_no="yes")
    assert without.status_code == 302
    assert "Please give a source" in send(member.client, f"{taking.path}/sending").text
    respond(member, taking)
    assert "The evidence act." in manager.get(f"{taking.path}/answers").text
    save(member.client, taking, text="The new act.")
    assert "1 answer changed since it was sent" in member.client.get(taking.path).text
    assert "The evidence act." in manager.get(f"{taking.path}/answers").text
    assert "The new act." not in manager.get(f"{taking.path}/answers").text
    send(member.client, f"{taking.path}/sending")
    assert "The new act." in manager.get(f"{taking.path}/answers").text
    history = member.client.get(f"{taking.path}/mine").text
    assert history.count("The evidence act.") >= 1
    with inside():
        what = select(func.count()).where(
            Fact.activity_key == room_of(room).activity_key, Fact.result["what"].astext == "response"
        )
        assert db.session.scalar(what) == 1  # sent twice, counted once


def test_what_cannot_be_an_answer_is_refused_at_its_field(
    cast: Cast, room: RoomScene, inside: Inside
) -> None:
    taking = opened(cast, room)
    client = cast("member").client
    refused = save(client, taking, text="Kept as typed", scale="9")
    assert refused.status_code == 422
    assert "This is not one of the answers." in refused.text
    assert "Kept as typed" in refused.text
    assert save(client, taking, choice="nonsense", json=True).status_code == 422
    long = save(client, taking, text="x" * 10_001)
    assert long.status_code == 422
    with inside():
        assert values_of(taking.ids["text"]) == []


def test_a_script_saves_the_same_page_again_and_again(cast: Cast, room: RoomScene, inside: Inside) -> None:
    taking = opened(cast, room)
    client = cast("member").client
    form = section_form(client, taking)
    for text in ("T", "Th", "The", "T", ""):
        assert save(client, taking, form, json=True, text=text).status_code == 200
        with inside():
            assert values_of(taking.ids["text"])[0].get("text", "") == text
            assert db.session.scalar(select(func.count()).select_from(StocktakingRevision)) == 0


def test_the_deadline_is_sharp(cast: Cast, room: RoomScene, inside: Inside) -> None:
    taking = opened(cast, room)
    deadline = clock.now().replace(microsecond=0) + timedelta(hours=1)
    with inside() as session:
        session.execute(update(Stocktaking).values(deadline=deadline))
    client = cast("member").client
    form = section_form(client, taking)
    with clock.travel(deadline - timedelta(microseconds=1)):
        assert save(client, taking, form, text="In time").status_code == 302
    with clock.travel(deadline):
        late = save(client, taking, form, text="Too late")
        assert late.status_code == 409
        assert "Too late" in late.text  # to be copied
        assert save(client, taking, form, json=True, text="Too late").status_code == 409
        assert client.get(f"{taking.path}/sections/{taking.section}").location.endswith("/mine")
        with inside():
            registered()["irooms.stocktaking_close"].work()
    with inside():
        assert values_of(taking.ids["text"]) == [{"text": "In time"}]
        row = db.session.scalars(select(Stocktaking)).one()
        assert (row.state, row.closed_at) == ("closed", deadline)
    assert told(cast, "room_manager")[0] == "closed"
    manager = cast("room_manager").client
    assert send(manager, f"{taking.path}/opening", **FAR).status_code == 302
    assert save(client, taking, text="Open again").status_code == 302


def test_observers_and_strangers_answer_nothing(cast: Cast, room: RoomScene, inside: Inside) -> None:
    taking = opened(cast, room)
    path = f"{taking.path}/sections/{taking.section}"
    for name in ("practitioner", "outsider"):
        client = cast(name).client
        for page in (taking.path, f"{taking.path}/mine", f"{taking.path}/sending", path):
            assert client.get(page).status_code == 404
        written = token_of(client) | fill(taking, text="Mine")
        assert client.post(path, data=written).status_code == 404
        assert client.post(f"{taking.path}/sending", data=written).status_code == 404
    with inside():
        assert values_of(taking.ids["text"]) == []


# ------------------------------------------------------------------------------------------------ by country


@pytest.fixture
def shared(cast: Cast, room: RoomScene, inside: Inside) -> RoomScene:
    """The room, with ``member`` from the country of ``owner``."""
    with inside() as session:
        session.execute(update(User).where(User.id == cast("member").id).values(country="KE"))
    return room


def test_members_of_a_country_share_a_response(cast: Cast, shared: RoomScene, inside: Inside) -> None:
    taking = opened(cast, shared, unit="country")
    owner, member = cast("owner").client, cast("member").client
    mine, theirs = section_form(owner, taking), section_form(member, taking)
    assert save(owner, taking, mine, text="Kenyan law").status_code == 302
    assert save(member, taking, theirs, choice=choice_id(theirs, taking)).status_code == 302
    with inside():
        assert db.session.scalar(select(func.count()).select_from(StocktakingResponse)) == 1
        assert values_of(taking.ids["text"]) == [{"text": "Kenyan law"}]  # what B did not touch stays
        assert len(values_of(taking.ids["choice"])) == 1
    page = member.get(f"{taking.path}/sections/{taking.section}").text
    assert "Last changed by Amina Odhiambo" in page
    assert cast("expert").client.get(f"{taking.path}/mine").text.count("Kenyan law") == 0  # another country's


def choice_id(form: Any, taking: Any) -> str:
    """Return the first answer that can be chosen."""
    return str(form.fields[f"a-{taking.ids['choice']}"].choices[0])


def test_at_once_no_words_are_lost(cast: Cast, shared: RoomScene, inside: Inside) -> None:
    taking = opened(cast, shared, unit="country")
    owner, member = cast("owner").client, cast("member").client
    mine, theirs = section_form(owner, taking), section_form(member, taking)
    assert save(owner, taking, mine, json=True, text="First words").status_code == 200
    for text in ("Second", "Second words"):  # typed on, by a script
        answer = save(member, taking, theirs, json=True, text=text)
        assert answer.status_code == 200
        assert "Both texts are kept" in answer.get_json()["note"]
    with inside():
        assert values_of(taking.ids["text"]) == [{"text": "First words"}]
    page = member.get(f"{taking.path}/sections/{taking.section}").text
    assert "Second words" in page
    assert "First words" in page
    asides = [line for line in page.split('"') if "/asides/" in line]
    assert send(member, f"{taking.path}/sections/{taking.section}", asides[0], use="1").status_code == 302
    with inside():
        assert values_of(taking.ids["text"]) == [{"text": "Second words"}]
    assert "First words" in owner.get(f"{taking.path}/mine").text  # in its history
    expert = cast("expert").client
    assert expert.post(asides[0], data=token_of(expert) | {"use": "1"}).status_code == 404


def test_countries_do_not_answer_in_a_room_of_pseudonyms(cast: Cast, masked_room: RoomScene) -> None:
    new, target = masked_room.path("/stocktaking/new"), masked_room.path("/stocktaking")
    refused = send(cast("room_manager").client, new, target, title="T", language="en", unit="country")
    assert refused.status_code == 422


# ------------------------------------------------------------------------------------------------ versions


def test_a_new_version_keeps_answers_of_unchanged_questions(
    cast: Cast, room: RoomScene, inside: Inside
) -> None:
    taking = opened(cast, room)
    member, manager = cast("member"), cast("room_manager").client
    respond(member, taking)
    build, ids = f"{taking.path}/build", taking.ids
    assert send(manager, build, f"{taking.path}/versions").status_code == 302
    question = f"{build}/questions"
    send(manager, f"{question}/{ids['yes_no']}", text="Is there now a central authority?", required="y")
    send(
        manager, f"{question}/{ids['scale']}", text="How does it work?", same_meaning="y",
        low="1", high="5", low_label="badly", high_label="well",
    )  # fmt: skip
    send(manager, f"{question}/{ids['text']}", text=QUESTIONS[0].text, help="Name the act.", required="y")
    assert "How does it work?" not in member.client.get(f"{taking.path}/mine").text  # a draft
    assert (
        send(manager, build, f"{taking.path}/versions/publication", note="A clearer one").status_code == 302
    )
    page = member.client.get(f"{taking.path}/sections/{taking.section}").text
    assert "The evidence act." in page
    assert "How does it work?" in page
    assert "Before you answered:" in page  # the question that asks something else
    form = section_form(member.client, taking)
    assert form.fields[f"a-{ids['scale']}"].values == ["4"]
    assert ids["yes_no"] not in "".join(form.fields)
    assert "The questions have changed since you sent" in member.client.get(taking.path).text
    assert told(cast, "member")[0] == "version"
    answers = manager.get(f"{taking.path}/answers?q={ids['text']}").text
    assert "The evidence act." in answers
    with inside() as session, pytest.raises(DBAPIError, match="never changes"), session.begin_nested():
        session.execute(update(StocktakingVersion).where(StocktakingVersion.number == 1).values(content={}))


def test_the_meaning_can_only_stay_where_every_answer_stays_one(cast: Cast, room: RoomScene) -> None:
    taking = opened(cast, room)
    manager, choice = cast("room_manager").client, taking.ids["choice"]
    build = f"{taking.path}/build"
    send(manager, build, f"{taking.path}/versions")
    send(
        manager,
        f"{build}/questions/{choice}",
        text="Who decides?",
        options="A judge\nNobody",
        same_meaning="y",
    )
    assert choice not in question_ids(manager, taking)


# ------------------------------------------------------------------------------------------------ studied


def test_coverage_and_reminders(cast: Cast, room: RoomScene, inside: Inside) -> None:
    taking = opened(cast, room)
    respond(cast("member"), taking)
    manager = cast("room_manager").client
    page = manager.get(f"{taking.path}/coverage").text
    assert "1 of 2 members have sent their answers" in page
    assert "Amina Odhiambo" in page
    assert "Common law" in page
    coverage = f"{taking.path}/coverage"
    assert send(manager, coverage, f"{taking.path}/reminder").status_code == 302
    assert told(cast, "owner")[0] == "reminder"
    assert "reminder" not in told(cast, "member") + told(cast, "expert")
    send(manager, coverage, f"{taking.path}/reminder")
    assert "within the last day" in manager.get(coverage).text
    with inside():
        assert db.session.scalars(select(Stocktaking.reminded_at)).one() is not None


def test_side_by_side(cast: Cast, room: RoomScene) -> None:
    taking = opened(cast, room)
    respond(cast("member"), taking, text="Law of Nigeria")
    respond(cast("owner"), taking, text="Law of Kenya", scale="2")
    manager, ids = cast("room_manager").client, taking.ids
    both = manager.get(f"{taking.path}/answers?q={ids['text']}&q={ids['scale']}").text
    for words in ("Law of Nigeria", "Law of Kenya", "How well does it work?"):
        assert words in both
    one = manager.get(f"{taking.path}/answers?q={ids['text']}&country=KE").text
    assert "Law of Kenya" in one
    assert "Law of Nigeria" not in one
    respondent = one.partition("/responses/")[2].partition('"')[0]
    assert "Act 5, article 2" in manager.get(f"{taking.path}/answers?who={respondent}").text
    assert "Law of Kenya" in manager.get(f"{taking.path}/responses/{respondent}").text
    assert manager.get(f"{taking.path}/responses/guessed").status_code == 404
    figures = manager.get(f"{taking.path}/figures").text
    assert "mean 3" in figures
    assert "2 of 2 responses" in figures


def test_visible_answers_are_the_participants(cast: Cast, room: RoomScene) -> None:
    taking = opened(cast, room, answers_visible=True)
    respond(cast("member"), taking, text="For all to read")
    assert "For all to read" in cast("owner").client.get(f"{taking.path}/answers").text
    assert cast("owner").client.get(f"{taking.path}/answers.csv").status_code == 404
    assert cast("practitioner").client.get(f"{taking.path}/answers").status_code == 404


def test_answers_are_not_shown_to_more_than_was_said(cast: Cast, room: RoomScene) -> None:
    taking = opened(cast, room)
    respond(cast("member"), taking)
    about = {"title": "T", "language": "en", "unit": "person", "answers_visible": "y"}
    assert send(cast("room_manager").client, f"{taking.path}/settings", **about).status_code == 422


def test_raw_answers_are_not_found_nor_told(cast: Cast, room: RoomScene, inside: Inside) -> None:
    taking = opened(cast, room)
    respond(cast("member"), taking, text="Rawcanary")
    assert found_by(cast, inside, "Rawcanary") == set()
    assert "practitioner" not in found_by(cast, inside, "practice")
    assert "owner" in found_by(cast, inside, "practice")


def test_the_files_hold_the_answers_and_no_formula(cast: Cast, room: RoomScene) -> None:
    taking = opened(cast, room)
    respond(cast("member"), taking, text="=SUM(A1)")
    manager = cast("room_manager").client
    header, row = csv.reader(
        io.StringIO(manager.get(f"{taking.path}/answers.csv").text.removeprefix("\ufeff"))
    )
    assert row[:3] == ["Ngozi Adeyemi", "Nigeria", "Common law"]
    assert row[header.index("1. Which law applies?")] == "'=SUM(A1)"
    assert row[header.index("4. Source")] == "Act 5, article 2"
    book = ZipFile(io.BytesIO(manager.get(f"{taking.path}/answers.xlsx").data))
    sheets = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "=SUM(A1)" in sheets
    assert "<f>" not in sheets
    assert "Ngozi Adeyemi" in sheets
    assert "took out the answers" in cast("owner").client.get(room.path("/log")).text


@pytest.mark.parametrize("identity", ["pseudonym", "role_country"])
def test_hidden_names_are_in_no_byte(cast: Cast, open_room: OpenRoom, identity: str) -> None:
    hidden_room = open_room(identity=identity)
    taking = opened(cast, hidden_room)
    respond(cast("member"), taking)
    manager = cast("room_manager").client
    for page in ("", "/coverage", "/answers", "/figures", "/answers.csv"):
        text = manager.get(taking.path + page).text
        text = text.partition("<main")[2].partition("</main")[0] or text
        for one in ("member", "owner", "expert"):
            assert PARTS[one].family_name not in text, (page, one)
        assert ("Nigeria" in text and page == "/answers.csv") <= (identity == "role_country")
    book = ZipFile(io.BytesIO(manager.get(f"{taking.path}/answers.xlsx").data))
    sheets = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "Adeyemi" not in sheets
    assert ("Nigeria" in sheets) == (identity == "role_country")
    coverage = manager.get(f"{taking.path}/coverage").text
    assert ("counts only" in coverage) == (identity == "pseudonym")


# ------------------------------------------------------------------------------------------------ summarised


def test_a_summary_is_a_frozen_snapshot(cast: Cast, room: RoomScene, inside: Inside) -> None:
    taking = opened(cast, room)
    respond(cast("member"), taking)
    manager, observer = cast("room_manager").client, cast("practitioner").client
    target, text = f"{taking.path}/summary", "What **came** of it.\n\n[[figure 3]]\n\nOutcomeword."
    wrong = send(manager, target, title="Summary", text="[[figure 9]]")
    assert wrong.status_code == 422
    assert "There is no question 9" in wrong.text
    assert "mean 4" in send(manager, target, title="Summary", text=text, preview="1").text
    published = send(manager, target, title="Summary", text=text)
    assert published.status_code == 302
    respond(cast("owner"), taking, scale="2")
    page = observer.get(f"{published.location}?lang=en").text
    assert "<strong>came</strong>" in page
    assert "1 of 1 responses" in page  # as it was then
    assert "[[figure" not in page
    assert "The evidence act." not in page
    assert told(cast, "practitioner") == ["summary"]
    assert "practitioner" in found_by(cast, inside, "Outcomeword")
    assert "outsider" not in found_by(cast, inside, "Outcomeword")
    assert cast("outsider").client.get(str(published.location)).status_code == 404
    assert send(manager, str(published.location), f"{published.location}/withdrawal").status_code == 302
    assert observer.get(str(published.location)).status_code == 404
    assert found_by(cast, inside, "Outcomeword") == set()


def test_figures_stand_on_lines_of_their_own() -> None:
    assert list(pieces("a\n[[figure 2]]\nb [[figure 3]]")) == ["a", 2, "b [[figure 3]]"]


# ------------------------------------------------------------------------------------------------ beside


def test_the_first_page_says_what_waits(cast: Cast, room: RoomScene) -> None:
    taking = opened(cast, room)
    member = cast("member")
    assert taking.path in member.client.get(room.path()).text
    assert taking.path not in cast("practitioner").client.get(room.path()).text
    respond(member, taking)
    assert taking.path not in member.client.get(room.path()).text


def test_the_deadline_is_in_the_calendar(cast: Cast, room: RoomScene) -> None:
    opened(cast, room, days=3)
    assert f"Answers due: {TITLE}" in cast("member").client.get(room.path("/calendar")).text
    assert "Answers due" not in cast("practitioner").client.get(room.path("/calendar")).text


def test_pages_are_cheap(cast: Cast, shared: RoomScene) -> None:
    taking = opened(cast, shared, unit="country")
    respond(cast("member"), taking)
    respond(cast("expert"), taking)
    member, manager = cast("owner").client, cast("room_manager").client
    section = f"/sections/{taking.section}"
    pages = [(member, page) for page in ("", section, "/sending", "/mine")]
    pages += [(manager, page) for page in ("", "/build", "/coverage", "/answers", "/figures", "/answers.csv")]
    for client, page in [*pages, (member, "")]:
        client.get(taking.path + page)
        with counted() as statements:
            assert client.get(taking.path + page).status_code == 200
        assert len(statements) <= 8, (page, "\n".join(one[:200] for one in statements))
    member.get(shared.path("/stocktaking"))
    with counted() as statements:
        assert member.get(shared.path("/stocktaking")).status_code == 200
    assert len(statements) <= 8
