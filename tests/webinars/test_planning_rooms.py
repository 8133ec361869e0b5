"""Sessions for the members of a room: in its calendar, list and search, for its members only, by its rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from app.accounts.models import Group
from app.core import clock
from app.core.access import act_as
from app.core.database import db
from app.irooms.models import IdentityMode, Room
from app.live import actions as live
from app.live.messages import AskAgain, Message
from app.media import actions as media
from app.media.links import Claim
from app.media.models import MediaFile
from app.media.vocabulary import State as FileState
from app.records import projections
from app.records.actions import FactDraft, append
from app.records.models import Fact, Verb
from app.reports.catalogue import REPORTS, ask
from app.reports.frame import Asked
from app.webinars import planning_links
from app.webinars.actions import attendance, planning, planning_materials
from app.webinars.actions.closing import close_books
from app.webinars.models.planning import Audience, Webinar
from app.webinars.models.recording import WebinarRecording
from app.webinars.places import place
from app.webinars.queries.closing import sheet_now
from tests.cast import Cast
from tests.conftest import Inside
from tests.irooms.conftest import OpenRoom, open_room, room  # noqa: F401 - fixtures
from tests.irooms.scene import RoomScene
from tests.support import recordings_world
from tests.webinars.beats import end, stay
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene, post


def plan_for(cast: Cast, inside: Inside, scene: RoomScene, **values: Any) -> Webinar:
    """Publish a session of the room manager's for the room."""
    manager = cast("room_manager")
    starts = clock.now() + timedelta(days=1)
    with inside():
        group_id = db.session.scalars(select(Room.group_id).where(Room.public_id == scene.slug)).one()
        plan = planning.Plan(
            title="A quiet meeting", summary="Between us.", languages=["en"], starts_at=starts,
            ends_at=starts + timedelta(hours=1), audience=Audience.GROUP, group_id=group_id, **values,
        )  # fmt: skip
        webinar = planning.create(manager.actor(), plan)
        seen = place(manager.actor(), webinar.public_id)
        assert seen is not None
        planning.publish(seen)
        return webinar


def test_members_meet_it_in_the_room_and_nobody_else_anywhere(
    cast: Cast, inside: Inside, room: RoomScene,  # noqa: F811
) -> None:  # fmt: skip
    webinar = plan_for(cast, inside, room)
    path = f"/webinars/{webinar.public_id}"
    member, outsider = cast("member").client, cast("outsider").client
    for there in (
        room.path("/calendar"),
        room.path("/resources"),
        "/calendar",
        "/webinars",
        "/search?q=quiet+meeting",
    ):
        month = f"?month={webinar.starts_at:%Y-%m}" if there.endswith("calendar") else ""
        assert path in member.get(there + month).text, there
        assert outsider.get(there + month).text.count("A quiet meeting") == 0, there
    assert member.get(path).status_code == 200
    for name in ("outsider", "expelled", "administrator"):
        assert cast(name).client.get(path).status_code == 404
    assert post(cast("outsider").client, f"{path}/registration").status_code == 404


def test_who_leaves_the_room_leaves_its_sessions(
    cast: Cast, inside: Inside, room: RoomScene, monkeypatch: pytest.MonkeyPatch,  # noqa: F811
) -> None:  # fmt: skip
    told: list[Message] = []
    monkeypatch.setattr(live, "tell", told.append)
    webinar = plan_for(cast, inside, room, capacity=1)
    for name in ("member", "expert"):
        assert post(cast(name).client, f"/webinars/{webinar.public_id}/registration").status_code == 302
    assert post(cast("member").client, room.path("/leaving")).status_code == 302
    assert AskAgain(cast("member").id) in told  # a socket in the session's live room ends
    assert cast("member").client.get(f"/webinars/{webinar.public_id}").status_code == 404
    assert "You have a place" in cast("expert").client.get("/notices?lang=en").text


def test_a_cancelled_one_stands_in_the_rooms_calendar_as_cancelled(
    cast: Cast, inside: Inside, room: RoomScene,  # noqa: F811
) -> None:  # fmt: skip
    webinar = plan_for(cast, inside, room)
    assert post(cast("room_manager").client, f"/webinars/{webinar.public_id}/cancellation").status_code == 302
    calendar = cast("member").client.get(room.path(f"/calendar?month={webinar.starts_at:%Y-%m}&lang=en")).text
    assert "A quiet meeting" in calendar
    assert "ancelled" in calendar
    assert "A quiet meeting" not in cast("member").client.get(room.path("/resources")).text


def test_a_room_of_pseudonyms_cannot_be_chosen(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:  # noqa: F811
    masked = open_room(identity="pseudonym", title="Behind the mask")
    manager = cast("room_manager")
    with inside():
        public_id = db.session.scalars(
            select(Group.public_id).join(Room, Room.group_id == Group.id).where(Room.public_id == masked.slug)
        ).one()
    typed = {
        "title": "One", "kind": "webinar", "summary": "Two.", "languages": ["en"], "starts_on": "2027-03-10",
        "starts_at": "10:00", "ends_at": "11:00", "zone": "UTC", "channel": "platform", "audience": "group",
        "group": public_id,
    }  # fmt: skip
    refused = post(manager.client, "/webinars/new", typed)
    assert refused.status_code == 422
    assert "Members of this room have pseudonyms" in refused.text


def test_files_obey_the_rooms_rule(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:  # noqa: F811
    allowed, stamped, view = (open_room(title=rule, download=rule) for rule in ("allowed", "stamped", "view"))
    given = {}
    for scene in (allowed, stamped, view):
        webinar = plan_for(cast, inside, scene)
        with inside():
            seen = place(cast("room_manager").actor(), webinar.public_id)
            assert seen is not None
            file = media.receive_bytes(
                seen.actor, b"%PDF-1.7", "notes.pdf", planning_materials.file_scope(webinar.id)
            )
            file.state, file.kind, file.paging = FileState.READY, "pdf", "ready"
            row = planning_materials.add_file(seen, file)
            claim = Claim(file, file.scope, "download", {"m": row.public_id}, clock.now())
            grants = [planning_links.may_get(cast(name).actor(), claim) for name in ("member", "outsider")]
            given[scene.slug] = (grants[0].lines if grants[0] else "nothing", grants[1])
            assert db.session.scalar(select(MediaFile.id).where(MediaFile.id == file.id))
    assert given[allowed.slug] == (None, None)
    assert given[view.slug] == ("nothing", None)
    lines = given[stamped.slug][0]
    assert lines is not None
    assert lines[0] == cast("member").name


# ------------------------------------------------------------------------------------------------ afterwards

MINUTE = timedelta(minutes=1)


@pytest.fixture
def held(
    cast: Cast, inside: Inside, room: RoomScene, open_session: OpenSession,  # noqa: F811
) -> WebinarScene:  # fmt: skip
    """A session for the room's members that is over: ``owner`` was there for 45 minutes, ``member`` for 20."""
    begins = clock.now().replace(microsecond=0) - timedelta(hours=2)
    with inside():
        group_id = db.session.get_one(Room, room.id).group_id
    scene = open_session(
        audience=Audience.GROUP, group_id=group_id, starts_at=begins, ends_at=begins + 60 * MINUTE
    )
    with inside():
        webinar = scene.webinar()
        webinar.opened_at = webinar.begun_at = begins
        db.session.flush()
        stay(scene, cast("owner").id, begins, begins + 45 * MINUTE)
        stay(scene, cast("member").id, begins, begins + 20 * MINUTE)
        end(scene, begins + 60 * MINUTE)
        assert close_books(webinar)
    return scene


def attended(scene: WebinarScene) -> list[Fact]:
    """The facts of attendance that count."""
    corrected = select(Fact.corrects).where(Fact.corrects.is_not(None))
    return list(
        db.session.scalars(
            select(Fact)
            .where(Fact.activity_key == scene.webinar().activity_key, Fact.verb == Verb.ATTENDED)
            .where(Fact.uuid.not_in(corrected))
            .order_by(Fact.id)
        )
    )


def test_what_was_held_for_a_room_counts_in_its_report(
    cast: Cast, inside: Inside, room: RoomScene, held: WebinarScene,  # noqa: F811
) -> None:  # fmt: skip
    with inside():
        public_id = recordings_world.plant(held.id, "What was said")
        recording = db.session.scalars(select(WebinarRecording).filter_by(public_id=public_id)).one()
        for verb, result in (
            (Verb.PLAYED, {"seconds": 40}),
            (Verb.PLAYED, {"seconds": 20}),
            (Verb.DOWNLOADED, {}),
        ):
            append(
                FactDraft(
                    verb=verb,
                    activity_key=recording.activity_key,
                    user_id=cast("owner").id,
                    result=result,
                )
            )
    officer = cast("reporting_officer")
    with inside(), current_app.test_request_context():
        reader = officer.actor()
        act_as(reader)
        asked = ask(REPORTS["rooms"], reader, {}, "UTC")
        assert isinstance(asked, Asked)
        names = [one.key for one in asked.report.columns(asked)]
        rows = [dict(zip(names, row, strict=True)) for row in asked.report.rows(asked)]
        totals = dict(zip(names, asked.report.totals(asked) or (), strict=True))
    for found in (*rows, totals):
        assert [found[key] for key in ("sessions", "attended", "recording_uses")] == [1, 2, 2]


def test_a_correction_leads_to_nobody_once_the_room_has_pseudonyms(
    cast: Cast, inside: Inside, room: RoomScene, held: WebinarScene,  # noqa: F811
) -> None:  # fmt: skip
    member = cast("member")
    with inside():
        assert [fact.headcount for fact in attended(held)] == [None, None]
        db.session.get_one(Room, room.id).identity = IdentityMode.PSEUDONYM
    for minutes in (50, 55):
        with inside():
            hosting = place(cast("trainer").actor(), held.public_id)
            assert hosting is not None
            theirs = next(
                one for one in sheet_now(held.webinar(), clock.now()).people if one.user_id == member.id
            )
            attendance.correct(hosting, theirs, minutes, "", "They told me")
        with inside():
            newest = attended(held)[-1]
            assert (newest.learner_key, newest.headcount, newest.result["minutes"]) == (None, 1, minutes)
            assert (newest.country, newest.language) == ("", "")
            assert len(attended(held)) == 2
            assert projections.check() == []
