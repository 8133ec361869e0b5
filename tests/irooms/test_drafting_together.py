"""Comments on passages, suggestions and versions of a draft, through the front door."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.core.database import db
from app.irooms.actions.drafting import comments, sections, suggestions
from app.irooms.actions.drafting.sections import Words
from app.irooms.drafting.anchors import Quote
from app.irooms.models.drafting import (
    RoomDraftComment,
    RoomDraftReply,
    RoomDraftSection,
    RoomDraftSuggestion,
    RoomDraftVersion,
)
from app.notifications.models import Notice
from app.records.models import Fact
from tests.cast import Cast
from tests.conftest import Inside
from tests.irooms.drafts import TEXT, DraftScene, begin, found, main_of, observer, opened, place_of, save
from tests.irooms.scene import RoomScene
from tests.support.forms import send
from tests.support.queries import counted


@pytest.fixture
def draft(cast: Cast, inside: Inside, room: RoomScene) -> DraftScene:
    """A draft with two sections; ``owner`` was chosen to write it."""
    with inside():
        return begin(cast, room)


def comment(cast: Cast, draft: DraftScene, text: str, quote: str = "", name: str = "member") -> str:
    """Comment through the section's form; returns where that led."""
    page = draft.section()
    sent = send(cast(name).client, page, draft.section(rest="/comments"), text=text, quote=quote)
    assert sent.status_code == 302, sent.text
    return str(sent.location)


def suggest(cast: Cast, draft: DraftScene, text: str, name: str = "member", **typed: str) -> str:
    """Suggest another text for the whole section; returns the suggestion's address."""
    form = {"text": text, "heading": "Scope", "start": "", "end": ""} | typed
    sent = send(
        cast(name).client, draft.section(rest="/suggestions/new"), draft.section(rest="/suggestions"), **form
    )
    assert sent.status_code == 302, sent.text
    return str(sent.location)


def text_now(heading: str = "Scope") -> str:
    """Return a section's text, inside a transaction."""
    found_text = db.session.scalar(select(RoomDraftSection.text).where(RoomDraftSection.heading == heading))
    assert found_text is not None
    return found_text


# ------------------------------------------------------------------------------------------------ comments


def test_a_comment_marks_its_passage(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    led = comment(cast, draft, "Which **link**?", "by  video\nlink")
    assert led.endswith("#c-1")
    page = observer(cast).get(draft.path()).text
    assert "<mark>by video link</mark>" in page
    assert 'href="#c-1" aria-label="Comment 1 by Ngozi Adeyemi"' in page
    assert "Which <strong>link</strong>?" in page
    assert "Send the reply" not in page  # an observer reads
    with inside():
        assert {"what": "comment"} in db.session.scalars(select(Fact.result)).all()
        told = db.session.scalars(select(Notice).where(Notice.kind == "draft.comment")).all()
        assert {one.user_id for one in told} == {cast("owner").id}


def test_a_passage_is_checked_against_the_text(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    member, page, action = cast("member").client, draft.section(), draft.section(rest="/comments")
    for quote, words in (
        ("the judge", "not in the section"),
        ("in", "several times"),
        ("x" * 1001, "At most"),
    ):
        refused = send(member, page, action, text="My comment", quote=quote)
        assert refused.status_code == 422
        assert words in refused.text
        assert "My comment" in refused.text
    assert send(member, page, action, text=" ", quote="").status_code == 422
    form = opened(member, page, action) | {"text": "Once", "quote": "in time"}
    assert member.post(action, data=form).location == member.post(action, data=form).location
    sent = send(
        member, page, action, text="The second", quote="link", before="by video ", after=". The defence"
    )
    assert sent.status_code == 302
    with inside():
        rows = db.session.scalars(select(RoomDraftComment).order_by(RoomDraftComment.number)).all()
        assert [row.text for row in rows] == ["Once", "The second"]
        assert TEXT[rows[1].start_at : rows[1].end_at] == "link"
    for name in ("practitioner", "outsider"):
        assert cast(name).client.post(action, data=form | {"text": "No"}).status_code in {400, 404}


def test_anchors_survive_edits_or_say_that_they_do_not(cast: Cast, draft: DraftScene) -> None:
    comment(cast, draft, "About this", "hear a witness by video link")
    owner, member = cast("owner").client, cast("member").client
    save(owner, draft, "A sentence before. " + TEXT)
    assert "<mark>hear a witness by video link</mark>" in member.get(draft.path()).text
    save(owner, draft, TEXT.replace("a witness", "any witness"))
    page = member.get(draft.path()).text
    assert "<mark>hear any witness by video link</mark>" in page
    assert "The passage was edited since." in page
    save(owner, draft, "Nothing of it is left.")
    page = member.get(draft.path()).text
    assert "<mark>" not in page
    assert "The passage has changed and cannot be found any more." in page
    assert "hear a witness by video link" in page  # the quote stays
    send(owner, draft.section(rest="/versions/1"), draft.section(rest="/versions/1/restoration"))
    assert "<mark>hear a witness by video link</mark>" in member.get(draft.path()).text


def test_replies_and_settling(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    comment(cast, draft, "A question", "in time")
    owner, member, expert = (cast(name).client for name in ("owner", "member", "expert"))
    page = owner.get(draft.section()).text
    base = found(r"/irooms/[\w-]+/drafts/[\w-]+/comments/[\w-]{22}", page)
    form = opened(owner, draft.section(), base + "/replies") | {"text": "An **answer**"}
    assert (
        owner.post(base + "/replies", data=form).location == owner.post(base + "/replies", data=form).location
    )
    assert "An <strong>answer</strong>" in member.get(draft.path()).text
    empty = send(owner, draft.section(), base + "/replies", text=" ")
    assert empty.status_code == 422
    assert "Write something first." in empty.text
    with inside():
        assert db.session.scalar(select(func.count()).select_from(RoomDraftReply)) == 1
        told = db.session.scalars(select(Notice.user_id).where(Notice.kind == "draft.reply")).all()
        assert told == [cast("member").id]
    assert base + "/resolution" not in expert.get(draft.section()).text
    token = opened(expert, draft.section(), base + "/replies")
    expert.post(base + "/resolution", data=token)
    assert "An <strong>answer</strong>" in member.get(draft.path()).text  # neither author nor editor
    assert send(member, draft.section(), base + "/resolution").status_code == 302
    page = member.get(draft.path()).text
    assert "<mark>" not in page
    assert "An <strong>answer</strong>" not in page
    assert "Resolved by <bdi>Ngozi Adeyemi</bdi>" in member.get(draft.path("/comments?state=resolved")).text
    send(owner, draft.section(), base + "/reopening", **{"from": "section"})
    assert "<mark>in time</mark>" in member.get(draft.path()).text
    for name in ("practitioner", "outsider"):
        assert cast(name).client.post(base + "/replies", data=form).status_code in {400, 404}


# ------------------------------------------------------------------------------------------------ suggestions


def test_a_suggestion_becomes_a_version_of_who_made_it(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    at = suggest(cast, draft, TEXT.replace("may", "must"), note="It is a duty.")
    member, owner = cast("member").client, cast("owner").client
    page = member.get(at).text
    assert "<del><span" in page
    assert "must" in found(r"<ins>.*?</ins>", page)
    assert at + "/acceptance" not in page
    assert member.post(at + "/acceptance").status_code in {400, 404}
    assert send(owner, at, at + "/rejection", reason=" ").status_code == 422
    assert send(owner, at, at + "/acceptance").status_code == 302
    with inside():
        assert text_now() == TEXT.replace("may", "must")
        row = db.session.scalars(select(RoomDraftVersion).where(RoomDraftVersion.how == "suggestion")).one()
        assert row.author_id == draft.room.membership_ids["member"]
        assert row.accepted_by == draft.room.membership_ids["owner"]
        kinds = db.session.execute(select(Notice.kind, Notice.user_id)).all()
        assert ("draft.suggestion", cast("owner").id) in [tuple(one) for one in kinds]
        assert ("draft.decision", cast("member").id) in [tuple(one) for one in kinds]
    versions = observer(cast).get(draft.section(rest="/versions")).text
    assert "Ngozi Adeyemi</bdi> (accepted by <bdi>Amina Odhiambo</bdi>)" in versions
    assert "accepted" in member.get("/notices").text


def test_a_suggestion_is_turned_down_with_a_reason_or_taken_back(
    cast: Cast, inside: Inside, draft: DraftScene
) -> None:
    first = suggest(cast, draft, "Something else.")
    second = suggest(cast, draft, "Something else again.", name="expert")
    owner, member = cast("owner").client, cast("member").client
    send(owner, first, first + "/rejection", reason="The law says otherwise.")
    assert "The law says otherwise." in member.get(first).text
    assert member.post(second + "/withdrawal").status_code in {400, 404}
    send(cast("expert").client, second, second + "/withdrawal")
    assert "Taken back" in owner.get(second).text
    with inside():
        assert text_now() == TEXT
        assert set(db.session.scalars(select(RoomDraftSuggestion.state))) == {"rejected", "withdrawn"}
    same = send(
        member, draft.section(rest="/suggestions/new"), draft.section(rest="/suggestions"),
        text=TEXT, heading="Scope", start="", end="",
    )  # fmt: skip
    assert same.status_code == 422
    for name in ("practitioner", "outsider"):
        assert cast(name).client.get(draft.section(rest="/suggestions/new")).status_code == 404


def test_a_passage_is_suggested_in_place(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    member = cast("member").client
    new = draft.section(rest="/suggestions/new?quote=in+time&before=&after=")
    page = member.get(new).text
    assert found(r"<textarea[^>]*name=\"text\"[^>]*>[^<]*</textarea>", page).endswith("in time</textarea>")
    sent = send(member, new, draft.section(rest="/suggestions"), text="a week before")
    owner = cast("owner").client
    send(owner, sent.location, sent.location + "/acceptance")
    with inside():
        assert text_now() == TEXT.replace("in time", "a week before")
    lost = member.get(draft.section(rest="/suggestions/new?quote=no+such+words"))
    assert "not in the section" in lost.text


def test_suggestions_fit_the_text_of_today_or_say_that_they_do_not(
    cast: Cast, inside: Inside, draft: DraftScene
) -> None:
    apart = suggest(cast, draft, TEXT.replace("Every link", "Each link"))
    touching = suggest(cast, draft, TEXT.replace("a witness", "an expert"), name="expert")
    owner = cast("owner").client
    save(owner, draft, TEXT.replace("a witness", "any witness"))
    assert "as it would change the text of today" in owner.get(apart).text
    page = owner.get(touching).text
    assert "The section has changed in the same place" in page
    assert "/acceptance" not in page
    forced = owner.post(touching + "/acceptance", data=opened(owner, apart, apart + "/acceptance"))
    assert "The section has changed where this suggestion changes it" in owner.get(forced.location).text
    send(owner, apart, apart + "/acceptance")
    with inside():
        assert text_now() == TEXT.replace("a witness", "any witness").replace("Every link", "Each link")
    by_hand = draft.section(rest=f"/edit?suggestion={touching.rsplit('/', 1)[1]}")
    assert "an expert" in found(r"<ins>.*?</ins>", owner.get(by_hand).text)
    with inside():
        now = text_now()
    send(
        owner,
        by_hand,
        draft.section(rest="/edit"),
        heading="Scope",
        text=now.replace("any witness", "any expert"),
    )
    with inside():
        assert "any expert" in text_now()
        states = db.session.scalars(select(RoomDraftSuggestion.state)).all()
        assert set(states) == {"accepted"}


def test_several_suggestions_are_accepted_at_once(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    chosen = [
        suggest(cast, draft, TEXT.replace("may", "must")),
        suggest(cast, draft, TEXT.replace("in time", "early"), name="expert"),
        suggest(cast, draft, TEXT.replace("may hear", "shall hear"), name="expert"),
    ]
    owner, page = cast("owner").client, draft.path("/suggestions")
    form = opened(owner, page, draft.path("/suggestions/acceptances"))
    data = form | {"chosen": [one.rsplit("/", 1)[1] for one in chosen]}
    answer = owner.post(draft.path("/suggestions/acceptances"), data=data)
    left = owner.get(answer.location).text
    assert "2 suggestions were accepted." in left
    assert "changed in the same place: 3" in left
    with inside():
        assert text_now() == TEXT.replace("may", "must").replace("in time", "early")
    assert cast("member").client.post(draft.path("/suggestions/acceptances"), data=data).status_code in {
        400,
        404,
    }


def test_what_is_suggested_and_not_sent_comes_back(cast: Cast, draft: DraftScene) -> None:
    member, new = cast("member").client, draft.section(rest="/suggestions/new?quote=in+time")
    form = opened(member, new, draft.section(rest="/suggestions")) | {"text": "as soon as can be"}
    assert member.post(draft.section(rest="/unsaved"), data=form).status_code == 200
    page = member.get(draft.section(rest="/suggestions/new")).text
    assert "The defence is told as soon as can be." in page  # the whole section, the passage in its place
    assert "did not send is back" in page


# ------------------------------------------------------------------------------------------------ versions


def test_any_two_versions_are_compared(cast: Cast, draft: DraftScene) -> None:
    owner, reader = cast("owner").client, observer(cast)
    save(owner, draft, TEXT.replace("may", "must"))
    save(owner, draft, "法院可以听取证人。", heading="Aim")
    save(owner, draft, "法院应当听取证人。", heading="Aim")
    send(owner, draft.section(), draft.section(rest="/removal"))
    page = main_of(reader.get(draft.section("Aim", "/compare?a=2&b=3")).text)
    assert "可以" in found(r"<del>.*?</del>", page)
    assert "应当" in found(r"<ins>.*?</ins>", page)
    assert "法院<del>" in page
    whole = main_of(reader.get(draft.path("/compare?a=3&b=99")).text)
    assert "Taken out" in whole
    assert "Changed" in whole
    back = main_of(reader.get(draft.path("/compare?a=99&b=3")).text)  # the earlier one is always the first
    assert "Taken out" in back
    assert "No difference." in main_of(reader.get(draft.path("/compare?a=3&b=3")).text)
    old = main_of(reader.get(draft.path("/at?revision=3")).text)
    assert "The court may hear" in old
    assert reader.get(draft.section("Aim", "/versions/9")).status_code == 404
    for odd in (
        "/compare?a=x&b=-1",
        "/at?revision=0",
        "/history?before=99999999999",
        "/at?revision=9999999999",
    ):
        assert reader.get(draft.path(odd)).status_code == 200


def test_named_versions_stay(cast: Cast, draft: DraftScene) -> None:
    owner, page = cast("owner").client, draft.path("/history")
    assert send(owner, page, draft.path("/milestones"), name="First reading").status_code == 302
    assert send(owner, page, draft.path("/milestones"), name="First reading").status_code == 422
    save(owner, draft, "All new.")
    history = observer(cast).get(page).text
    at = found(r"/irooms/[^\"]*/at\?revision=\d+", history)
    assert "The court may hear" in observer(cast).get(at).text
    assert cast("member").client.post(draft.path("/milestones"), data={"name": "Mine"}).status_code in {
        400,
        404,
    }
    assert draft.path("/milestones") not in cast("member").client.get(page).text


def test_an_older_text_is_brought_back_as_a_new_version(
    cast: Cast, inside: Inside, draft: DraftScene
) -> None:
    owner, version = cast("owner").client, draft.section(rest="/versions/1")
    save(owner, draft, "All new.")
    assert cast("member").client.post(version + "/restoration").status_code in {400, 404}
    form = opened(owner, version, version + "/restoration")
    for _twice in range(2):
        assert owner.post(version + "/restoration", data=form).location == draft.section()
    with inside():
        assert text_now() == TEXT
        row = db.session.scalars(select(RoomDraftVersion).where(RoomDraftVersion.how == "restored")).one()
        assert (row.number, row.base_number) == (3, 1)


# ------------------------------------------------------------------------------------------------ long ones


@pytest.mark.long
def test_two_hundred_sections_and_five_hundred_comments_stay_quick(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    texts = {f"Section {number}": f"{TEXT * 3}\n\nNumber {number} of them. " for number in range(200)}
    with inside():
        draft = begin(cast, room, texts=texts)
    with inside():
        for number in range(500):
            place = place_of(cast, draft, "member", f"Section {number % 25}")
            quote = Quote(f"Number {number % 25} of them", "", ". The court")
            comments.comment_on(place, f"Comment {number}", quote)
        for number in range(50):
            place = place_of(cast, draft, "expert", f"Section {number}")
            text = place.section.text.replace("may", "must", 1)
            suggestions.suggest(place, Words(f"Section {number}", text), 1)
    manager = cast("room_manager").client
    for path in (
        "",
        "?part=2",
        "/comments",
        "/suggestions",
        "/history",
        "/compare?a=1&b=400",
        "/at?revision=300",
    ):
        manager.get(draft.path(path))
        with counted() as statements:
            assert manager.get(draft.path(path)).status_code == 200
        assert len(statements) <= 8, (path, statements)
    with inside():
        place = place_of(cast, draft, "room_manager", "Section 3")
        with counted() as statements:
            sections.save(place, Words("Section 3", "A line before.\n\n" + place.section.text), 1)
        assert len(statements) <= 60, len(statements)
    page = manager.get(draft.path()).text
    assert page.count("<mark>") == 20  # each of the part's sections, the edited one, too
    assert page.count('<article class="draft-thread"') == 20 * 20
