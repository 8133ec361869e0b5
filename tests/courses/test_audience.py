"""Whom a course is for: a room's members may have one of their own; a room of pseudonyms may not."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Group
from app.audit.models import AuditEntry
from app.core.database import db
from app.courses.models import Course
from app.irooms.models import Room
from app.records.models import Activity
from tests.cast import Cast
from tests.conftest import Inside
from tests.courses.factory import make_course
from tests.irooms.conftest import OpenRoom, masked_room, open_room
from tests.irooms.scene import RoomScene
from tests.support.forms import send

__all__ = ["masked_room", "open_room"]  # fixtures of the rooms' tests
PAGE = "/courses/electronic-evidence/audience"
POLICY = {"title": "Judges of the region", "topic": "prosecution", "purpose": "To share what works.", "languages": "en",
          "listed": "y", "entry": "invitation", "identity": "pseudonym", "download": "stamped"}  # fmt: skip


def group_of(inside: Inside, room: RoomScene) -> tuple[int, str]:
    with inside():
        row = db.session.execute(
            select(Group.id, Group.public_id).join(Room, Room.group_id == Group.id).where(Room.id == room.id)
        ).one()
        return row[0], row[1]


def test_a_course_is_limited_to_a_room_and_opened_again(
    cast: Cast, inside: Inside, open_room: OpenRoom
) -> None:
    room = open_room(listed=True, title="Judges of the region")
    number, group = group_of(inside, room)
    with inside():
        make_course("electronic-evidence")
    administrator = cast("administrator").client
    assert "Judges of the region" in administrator.get(PAGE).text
    assert send(administrator, PAGE, audience=group).location == "/courses/electronic-evidence"
    assert cast("member").client.get("/courses/electronic-evidence").status_code == 200
    assert cast("outsider").client.get("/courses/electronic-evidence").status_code == 404
    with inside():
        course = db.session.scalars(select(Course)).one()
        activity = db.session.get_one(Activity, course.activity_key)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "course.audience_set")).one()
        assert (course.group_id, activity.group_id, activity.titles["en"]) == (
            number,
            number,
            "Keeping evidence",
        )
        assert entry.detail == {"group": group}
    manager = cast("room_manager").client
    assert "Keeping evidence" in manager.get(room.path("/resources")).text
    refused = send(manager, room.path("/policy"), **POLICY)
    assert refused.status_code == 422
    send(administrator, PAGE, audience="everybody")
    assert cast("outsider").client.get("/courses/electronic-evidence").status_code == 200


def test_a_room_of_pseudonyms_is_refused_with_the_reason(
    cast: Cast, inside: Inside, open_room: OpenRoom
) -> None:
    room = open_room(listed=True, title="Whispers", identity="pseudonym")
    _number, group = group_of(inside, room)
    with inside():
        make_course("electronic-evidence")
    refused = send(cast("administrator").client, PAGE, audience=group)
    assert refused.status_code == 422
    assert "would name who is in it" in refused.text
    with inside():
        assert db.session.scalars(select(Course.group_id)).one() is None


def test_hidden_rooms_are_not_offered_and_only_managers_of_courses_choose(
    cast: Cast, inside: Inside, masked_room: RoomScene
) -> None:
    with inside():
        make_course("electronic-evidence")
    assert "CANARY-MASKED-TITLE" not in cast("administrator").client.get(PAGE).text
    _number, group = group_of(inside, masked_room)
    assert send(cast("administrator").client, PAGE, audience=group).status_code == 422
    for name in ("trainer", "room_manager", "member"):
        assert cast(name).client.get(PAGE).status_code == 404
