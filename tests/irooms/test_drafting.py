"""Drafts through the front door: who may do what, two editors at once, locks, what is typed and not saved."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import Select, func, select

from app.audit.models import AuditEntry
from app.core import clock
from app.core.database import db
from app.irooms.actions.drafting import sections
from app.irooms.actions.drafting.sections import Words
from app.irooms.actions.rooms import close_room
from app.irooms.models.drafting import RoomDraft, RoomDraftSection, RoomDraftVersion
from app.live.models import LiveTopic
from app.records.models import Fact
from app.search.models import SearchDocument
from tests.cast import PARTS, Cast
from tests.conftest import Inside
from tests.irooms.conftest import OpenRoom
from tests.irooms.drafts import (
    TEXT,
    TITLE,
    DraftScene,
    begin,
    found,
    main_of,
    observer,
    opened,
    place_of,
    save,
)
from tests.irooms.scene import RoomScene, seat_of
from tests.support.forms import hidden_fields, send
from tests.support.queries import counted

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://spy.example/p.png) <img src=x onerror=a()>"


@pytest.fixture
def draft(cast: Cast, inside: Inside, room: RoomScene) -> DraftScene:
    """A draft with two sections; ``owner`` was chosen to write it."""
    with inside():
        return begin(cast, room)


def test_a_manager_begins_a_draft_once(cast: Cast, inside: Inside, room: RoomScene) -> None:
    manager, new = cast("room_manager").client, room.path("/drafts/new")
    assert send(manager, new, room.path("/drafts"), title="", language="en").status_code == 422
    form = opened(manager, new, room.path("/drafts")) | {
        "title": "A guide", "language": "ar", "headings": "نطاق\n\n  Aim  \n", "purpose": "So that.",
    }  # fmt: skip
    first = manager.post(room.path("/drafts"), data=form)
    assert first.location == manager.post(room.path("/drafts"), data=form).location  # sent twice, begun once
    with inside():
        made = db.session.scalars(select(RoomDraft)).one()
        assert (made.title, made.language, made.outline, made.revision) == ("A guide", "ar", [1, 2], 3)
    page = manager.get(room.path(f"/drafts/{made.public_id}")).text
    assert 'lang="ar"' in main_of(page)
    assert "Aim" in page
    assert "A guide" in observer(cast).get(room.path("/drafts")).text
    for name in ("member", "expert", "practitioner"):
        assert cast(name).client.get(new).status_code == 404
        assert cast(name).client.post(room.path("/drafts"), data={"title": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["outsider", "expelled", "administrator"])
def test_strangers_learn_nothing(cast: Cast, draft: DraftScene, name: str) -> None:
    client = cast(name).client
    for path in (
        draft.room.path("/drafts"), draft.path(), draft.path("/news"), draft.path("/history"), draft.path("/file"),
        draft.section(), draft.section(rest="/edit"), draft.section(rest="/versions/1"),
    ):  # fmt: skip
        real, guessed = client.get(path), client.get(path.replace(draft.room.slug, "Guess3d" * 3))
        assert real.status_code == guessed.status_code == 404
        assert TITLE not in real.text


def test_a_draft_of_another_room_is_not_there(
    cast: Cast, inside: Inside, draft: DraftScene, open_room: OpenRoom
) -> None:
    other = open_room(title="Another room")
    client = cast("room_manager").client
    assert client.get(other.path(f"/drafts/{draft.id}")).status_code == 404
    assert client.get(draft.path(f"/sections/{'x' * 22}")).status_code == 404
    with inside():
        second = begin(cast, other)
    assert client.get(draft.path(f"/sections/{second.sections['Scope']}")).status_code == 404


def test_editors_write_and_others_do_not(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    assert save(cast("owner").client, draft, "Words of the editor.", note="Shorter").status_code == 302
    page = main_of(observer(cast).get(draft.path()).text)
    assert "Words of the editor." in page
    assert "Amina Odhiambo" in page
    assert "/edit" not in page
    for name in ("member", "expert", "practitioner"):
        client = cast(name).client
        assert client.get(draft.section(rest="/edit")).status_code == 404
        assert client.post(draft.section(rest="/edit"), data={"text": "x", "base": "2"}).status_code == 404
        assert client.post(draft.section(rest="/move"), data={"to": "down"}).status_code == 404
        assert client.post(draft.path("/locking")).status_code == 404
    versions = observer(cast).get(draft.section(rest="/versions")).text
    assert "Shorter" in versions
    with inside():
        kept = db.session.scalars(select(RoomDraftVersion).order_by(RoomDraftVersion.id)).all()
        assert [(one.number, one.how) for one in kept] == [(1, "first"), (1, "first"), (2, "edit")]
        facts = db.session.scalars(select(Fact.result).where(Fact.verb == "contributed")).all()
        assert {"what": "draft"} in facts
        verbs = set(
            db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.startswith("room_draft.")))
        )
        assert {
            "room_draft.begun",
            "room_draft.section_saved",
            "room_draft.editor_added",
            "room_draft.read",
        } <= verbs


@pytest.mark.parametrize("first", ["owner", "room_manager"])
def test_two_editors_at_once_lose_nothing(cast: Cast, inside: Inside, draft: DraftScene, first: str) -> None:
    """Whoever saves first: other passages are joined, the same passage is shown to the second."""
    second = "room_manager" if first == "owner" else "owner"
    edit = draft.section(rest="/edit")
    early, late = cast(first).client, cast(second).client
    forms = {name: opened(cast(name).client, edit) | {"heading": "Scope"} for name in (first, second)}
    assert early.post(edit, data=forms[first] | {"text": TEXT.replace("may", "must")}).status_code == 302
    joined = late.post(edit, data=forms[second] | {"text": TEXT.replace("Every link", "Each link")})
    assert joined.status_code == 302
    assert "both changes are in the text" in late.get(joined.location).text
    with inside():
        row = db.session.scalars(select(RoomDraftSection).where(RoomDraftSection.heading == "Scope")).one()
        assert row.text == TEXT.replace("may", "must").replace("Every link", "Each link")
        version = db.session.scalars(
            select(RoomDraftVersion).where(
                RoomDraftVersion.section_id == row.id, RoomDraftVersion.number == 3
            )
        ).one()
        assert (version.how, version.base_number) == ("merge", 1)
    forms = {name: opened(cast(name).client, edit) | {"heading": "Scope"} for name in (first, second)}
    base = TEXT.replace("may", "must").replace("Every link", "Each link")
    early.post(edit, data=forms[first] | {"text": base.replace("witness", "expert witness")})
    both = late.post(edit, data=forms[second] | {"text": base.replace("witness", "protected witness")})
    assert both.status_code == 409
    assert "Somebody changed the same passage" in both.text
    assert "protected witness" in found(
        r"<textarea[^>]*>[^<]*</textarea>", both.text
    )  # theirs is in the form
    assert "expert" in found(r"<ins>.*?</ins>", both.text)
    decided = base.replace("witness", "protected expert witness")
    settled = hidden_fields(both.text, edit) | {"heading": "Scope", "text": decided}
    assert late.post(edit, data=settled).status_code == 302
    with inside():
        assert decided == db.session.scalar(
            select(RoomDraftSection.text).where(RoomDraftSection.heading == "Scope")
        )
        texts = db.session.scalars(select(RoomDraftVersion.text)).all()
        assert base.replace("witness", "expert witness") in texts  # and the first one's is a version


def test_a_headings_change_is_kept_apart_from_the_texts(
    cast: Cast, inside: Inside, draft: DraftScene
) -> None:
    edit = draft.section(rest="/edit")
    owner, manager = cast("owner").client, cast("room_manager").client
    mine, theirs = opened(owner, edit), opened(manager, edit)
    owner.post(edit, data=mine | {"heading": "Scope and aim", "text": TEXT})
    assert (
        manager.post(edit, data=theirs | {"heading": "Scope", "text": TEXT + "\n\nMore."}).status_code == 302
    )
    with inside():
        row = db.session.scalars(select(RoomDraftSection).order_by(RoomDraftSection.number)).first()
        assert row is not None
        assert (row.heading, row.text.endswith("More.")) == ("Scope and aim", True)


def test_saving_the_same_makes_no_version_and_a_forged_base_is_refused(
    cast: Cast, inside: Inside, draft: DraftScene
) -> None:
    owner = cast("owner").client
    assert save(owner, draft, TEXT.replace("\n", "\r\n")).status_code == 302
    edit = draft.section(rest="/edit")
    for base in ("99", "-1", "x", ""):
        form = opened(owner, edit) | {"base": base, "heading": "Scope", "text": "Mine."}
        refused = owner.post(edit, data=form)
        assert refused.status_code == 422
        assert "Mine." in refused.text
    assert save(owner, draft, "x" * 20_001).status_code == 422
    assert save(owner, draft, "Text", heading="Scope", note="y" * 300).status_code == 422
    with inside():
        assert db.session.scalar(select(func.count()).select_from(RoomDraftVersion)) == 2


def test_who_edits_is_told_and_hinders_nobody(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    edit = draft.section(rest="/edit")
    owner, manager = cast("owner").client, cast("room_manager").client
    assert "is editing" not in owner.get(edit).text
    page = manager.get(edit).text
    assert "Amina Odhiambo is editing this section since" in page
    assert (
        "Amina Odhiambo</bdi> is editing this section since" in cast("member").client.get(draft.path()).text
    )
    assert save(manager, draft, "Saved all the same.").status_code == 302
    with inside():
        topic = select(LiveTopic.number).where(LiveTopic.key == f"room:{draft.room.id}:draft:{draft.id}")
        before = db.session.scalar(topic)
    taken = send(manager, edit, draft.section(rest="/hold"))
    assert taken.location == edit
    assert "Tomas Novak is editing" in owner.get(edit).text
    with inside():
        assert (db.session.scalar(topic) or 0) > (before or 0)
    beat = owner.post(
        draft.section(rest="/hold"),
        data={"csrf_token": opened(owner, edit)["csrf_token"]},
        headers={"Accept": "application/json"},
    )
    assert beat.json == {"held": False}  # a heartbeat takes nothing over
    with clock.travel(clock.now() + timedelta(minutes=4)):
        assert "is editing" not in cast("owner").new_client().get(edit).text
    send(owner, edit, draft.section(rest="/release"))
    assert "is editing" not in manager.get(edit).text


def test_what_is_typed_and_not_saved_comes_back_to_its_writer(cast: Cast, draft: DraftScene) -> None:
    edit, unsaved = draft.section(rest="/edit"), draft.section(rest="/unsaved")
    owner = cast("owner").client
    form = opened(owner, edit) | {"heading": "Scope", "text": "Half a sent"}
    kept = owner.post(unsaved, data=form, headers={"Accept": "application/json"})
    assert kept.status_code == 200
    page = owner.get(edit).text
    assert "What you typed and did not save is back" in page
    assert "Half a sent" in page
    assert json.loads(kept.text)["version"] in page
    assert "Half a sent" not in cast("room_manager").client.get(edit).text
    assert cast("member").client.post(unsaved, data=form).status_code in {400, 404}
    assert save(owner, draft, "A whole sentence.").status_code == 302
    assert "Half a sent" not in owner.get(edit).text
    owner.post(unsaved, data=form | {"base": "2", "text": "A whole sentence."})  # a retry that came late
    assert "did not save is back" not in owner.get(edit).text
    owner.post(unsaved, data=form | {"base": "2", "text": "Not wanted"})
    send(owner, edit, draft.section(rest="/discard"), kind="edit")
    assert "Not wanted" not in owner.get(edit).text


def test_a_text_that_was_refused_is_kept(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    """The draft was locked while somebody wrote: the form keeps the text, and so does the server."""
    edit = draft.section(rest="/edit")
    owner, manager = cast("owner").client, cast("room_manager").client
    form = opened(owner, edit) | {"heading": "Scope", "text": "Typed in vain"}
    assert send(manager, draft.path("/settings"), draft.path("/locking")).status_code == 302
    refused = owner.post(edit, data=form)
    assert refused.status_code == 422
    assert "not open" in refused.text
    assert "Typed in vain" in refused.text
    assert owner.get(edit).location == draft.section()
    send(manager, draft.path("/settings"), draft.path("/opening"))
    assert "Typed in vain" in owner.get(edit).text


def test_sections_are_added_moved_taken_out_and_brought_back(
    cast: Cast, inside: Inside, draft: DraftScene
) -> None:
    owner = cast("owner").client
    new = draft.path("/sections/new")
    assert send(owner, new, draft.path("/sections"), heading="", after="").status_code == 422
    assert send(owner, new, draft.path("/sections"), heading="X", after="nowhere").status_code == 422
    added = send(owner, new, draft.path("/sections"), heading="Preface", text="First.", after="")
    assert added.location.endswith("#s-3")
    assert order(owner.get(draft.path()).text) == ["Preface", "Scope", "Aim"]
    send(owner, draft.section("Aim"), draft.section("Aim", "/move"), to="up")
    assert order(owner.get(draft.path()).text) == ["Preface", "Aim", "Scope"]
    send(owner, draft.section("Aim"), draft.section("Aim", "/move"), to="3")
    assert order(owner.get(draft.path()).text) == ["Preface", "Scope", "Aim"]
    send(owner, draft.section(), draft.section(rest="/removal"))
    assert order(owner.get(draft.path()).text) == ["Preface", "Aim"]
    history = owner.get(draft.path("/history")).text
    assert "removed the section “Scope”" in history
    assert "moved the section “Aim”" in history
    assert "taken out" in observer(cast).get(draft.section()).text
    with inside():
        assert db.session.scalar(indexed(draft.sections["Scope"])) == 0
    send(owner, draft.section(), draft.section(rest="/return"))
    assert order(owner.get(draft.path()).text) == ["Preface", "Aim", "Scope"]
    with inside():
        assert db.session.scalar(indexed(draft.sections["Scope"])) == 1


def order(page: str) -> list[str]:
    """Return the headings of a document in their order."""
    return re.findall(r'<h2 id="h-\d+"[^>]*><a [^>]*>([^<]+)</a>', page)


def indexed(key: str) -> Select[int]:
    """Count how often a section is in the index."""
    return select(func.count()).where(SearchDocument.kind == "draft_section", SearchDocument.key == key)


def test_states_say_who_may_do_what(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    manager, owner, member = (cast(name).client for name in ("room_manager", "owner", "member"))
    settings = draft.path("/settings")
    send(manager, settings, draft.path("/locking"))
    assert owner.get(draft.section(rest="/edit")).status_code == 302
    commented = send(member, draft.section(), draft.section(rest="/comments"), text="Still open to comments.")
    assert commented.status_code == 302
    assert send(manager, settings, draft.path("/withdrawal"), reason=" ").status_code == 422
    assert (
        send(manager, settings, draft.path("/withdrawal"), reason="Overtaken by events.").status_code == 302
    )
    page = member.get(draft.path()).text
    assert "Overtaken by events." in page
    assert "video link" not in page
    for path in (draft.section(), draft.path("/history"), draft.path("/news"), draft.path("/file")):
        assert member.get(path).status_code == 404
        assert owner.get(path).status_code == 404
    assert "video link" in manager.get(draft.path()).text
    with inside():
        assert db.session.scalar(indexed(draft.sections["Scope"])) == 0
    send(manager, settings, draft.path("/opening"))
    assert "video link" in member.get(draft.path()).text
    with inside():
        assert db.session.scalar(indexed(draft.sections["Scope"])) == 1
    log = member.get(draft.room.path("/log")).text
    assert "withdrew a draft" in log
    assert TITLE not in log


def test_a_closed_room_and_broken_glass_only_read(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    admin = cast("administrator").client
    send(admin, draft.room.path("/glass"), reason="A member reported what is written here.", hours="1")
    assert "video link" in admin.get(draft.path()).text
    assert admin.get(draft.section(rest="/edit")).status_code == 404
    assert admin.get(draft.path("/export")).status_code == 404
    assert admin.get(draft.section(rest="/suggestions/new")).status_code == 404
    admin.get(draft.path())
    log = cast("member").client.get(draft.room.path("/log")).text
    assert log.count("A platform administrator read a draft") == 1
    owner = cast("owner").client
    form = opened(owner, draft.section(rest="/edit")) | {"heading": "Scope", "text": "Too late"}
    with inside():
        close_room(seat_of(cast("room_manager"), draft.room.slug))
    assert "video link" in owner.get(draft.path()).text
    refused = owner.post(draft.section(rest="/edit"), data=form)
    assert refused.status_code == 422
    assert "Too late" in refused.text
    assert cast("room_manager").client.get(draft.path("/settings")).status_code == 404
    with inside():
        assert (
            db.session.scalar(select(RoomDraftSection.text).where(RoomDraftSection.heading == "Scope"))
            == TEXT
        )


def test_pseudonyms_hide_who_writes(cast: Cast, inside: Inside, masked_room: RoomScene) -> None:
    with inside():
        draft = begin(cast, masked_room)
    save(cast("owner").client, draft, TEXT + " More.")
    send(
        cast("member").client,
        draft.section(),
        draft.section(rest="/comments"),
        text="Why?",
        quote="video link",
    )
    send(
        cast("expert").client, draft.section(rest="/suggestions/new"), draft.section(rest="/suggestions"),
        text=TEXT.replace("may", "must"), heading="Scope", start="", end="",
    )  # fmt: skip
    cast("owner").client.get(draft.section(rest="/edit"))
    for name in ("room_manager", "member"):
        client = cast(name).client
        for path in (
            draft.room.path("/drafts"), draft.path(), draft.path("/news?after=0"), draft.path("/threads?after=0"),
            draft.section(), draft.section(rest="/versions"), draft.section(rest="/versions/2"),
            draft.section(rest="/compare?a=1&b=2"), draft.path("/history"), draft.path("/suggestions"),
            draft.path("/comments"), draft.path("/compare?a=1&b=5"),
            *((draft.path("/settings"), draft.section(rest="/edit")) if name == "room_manager" else ()),
        ):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code == 200, path
            page = answer.text.partition("</header>")[2]
            for one in ("owner", "member", "expert", "room_manager"):
                assert PARTS[one].family_name not in page, (path, one)
    with inside():
        rows = db.session.execute(
            select(AuditEntry.actor_id).where(AuditEntry.verb.startswith("room_draft."))
        ).scalars()
        assert set(rows) == {None}
        index = db.session.scalars(
            select(SearchDocument.title).where(SearchDocument.kind == "draft_section")
        ).all()
        assert set(index) == {"Scope", "Aim"}


def test_hostile_text_runs_nothing(cast: Cast, draft: DraftScene) -> None:
    save(cast("owner").client, draft, HOSTILE, heading="Aim")
    member = cast("member").client
    send(member, draft.section("Aim"), draft.section("Aim", "/comments"), text=HOSTILE)
    send(
        member, draft.section("Aim", "/suggestions/new"), draft.section("Aim", "/suggestions"),
        text=HOSTILE + " \"><script>x()</script>", heading="<b>Aim", note=HOSTILE, start="", end="",
    )  # fmt: skip
    for path in (
        draft.path(), draft.section("Aim"), draft.path("/suggestions"), draft.path("/comments"),
        draft.path("/compare?a=1&b=9"), draft.section("Aim", "/compare?a=1&b=2"), draft.section("Aim", "/versions/2"),
    ):  # fmt: skip
        page = main_of(member.get(path).text)
        assert "<script>" not in page.replace('<script type="module"', "")
        assert "<img" not in page
        assert 'href="javascript' not in page
        assert "spy.example" not in page or "&lt;" in page or "![y]" in page


def test_an_open_page_is_told_what_is_new(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    member = cast("member").client
    page = member.get(draft.path()).text
    after = found(r'data-live-after="\d+"', page).split('"')[1]
    assert f'data-live="room:{draft.room.id}:draft:{draft.id}"' in page
    save(cast("owner").client, draft, "Other words.", heading="Aim")
    piece = member.get(draft.path(f"/news?part=1&after={after}")).text
    assert "Other words." in piece
    assert "video link" not in piece  # the other section did not change
    last = found(r'data-live-after="\d+"', piece).split('"')[1]
    assert "<section" not in member.get(draft.path(f"/news?part=1&after={last}")).text
    send(member, draft.section(), draft.section(rest="/comments"), text="A question", quote="video link")
    assert "A question" in member.get(draft.path(f"/threads?part=1&after={last}")).text
    assert "<mark>video link</mark>" in member.get(draft.path(f"/news?part=1&after={last}")).text


def test_the_first_page_says_what_changed(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    member = cast("member").client
    member.get(draft.room.path())
    with clock.travel(clock.now() + timedelta(hours=2)):
        with inside():
            place = place_of(cast, draft, "room_manager")
            sections.save(place, Words("Scope", "Newer."), 1)
        page = cast("member").new_client().get(draft.room.path()).text
        assert TITLE in page
        fresh = cast("member").new_client()
        assert "New</span>" in fresh.get(draft.room.path("/drafts")).text


def test_pages_take_few_statements(cast: Cast, inside: Inside, draft: DraftScene) -> None:
    manager = cast("room_manager").client
    for number in range(4):
        send(
            manager,
            draft.section(),
            draft.section(rest="/comments"),
            text=f"Comment {number}",
            quote="video link",
        )
    send(
        cast("member").client, draft.section(rest="/suggestions/new"), draft.section(rest="/suggestions"),
        text="Other words.", heading="Scope", start="", end="",
    )  # fmt: skip
    suggestion = found(r"/suggestions/[\w-]{22}", manager.get(draft.path("/suggestions")).text)
    for path in (
        draft.room.path("/drafts"), draft.path(), draft.path("/news?after=0"), draft.path("/threads?after=0"),
        draft.section(), draft.section(rest="/edit"), draft.section(rest="/versions"),
        draft.section(rest="/compare?a=1&b=1"), draft.section(rest="/suggestions/new"), draft.path("/history"),
        draft.path("/compare?a=1&b=4"), draft.path("/at?revision=2"), draft.path("/suggestions"),
        draft.path(suggestion), draft.path("/comments"), draft.path("/settings"), draft.path("/publication"),
        draft.path("/export"), draft.path("/sections/new"),
    ):  # fmt: skip
        manager.get(path)
        with counted() as statements:
            assert manager.get(path).status_code == 200, path
        assert len(statements) <= 8, (path, len(statements), statements)
