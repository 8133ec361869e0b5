"""The calendar of a room: its entries, on the clock of who reads, and what leaves the platform of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.irooms import calendar_sources
from app.irooms.models import RoomMembership
from app.irooms.models.discussion import RoomEvent
from app.irooms.scopes import room_scope
from app.notifications.calendar import CalendarEntry
from app.notifications.models import Notice
from app.records.actions import Description, describe_activity
from app.records.models import ActivityKind
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.irooms.conftest import OpenRoom
from tests.irooms.scene import RoomScene, room_of
from tests.irooms.talk import main_of
from tests.support.forms import send
from tests.support.queries import counted

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MEETING = {
    "title": "Meeting of the drafting group", "starts_on": "2026-11-12", "starts_at": "14:00", "ends_at": "16:00",
    "zone": "America/New_York", "place": "Room M2", "link": "https://example.org/meet", "description": "**Section 3**",
}  # fmt: skip


def make(player: Player, room: RoomScene, **changed: str) -> str:
    """Make an entry and return its address."""
    made = send(player.client, room.path("/calendar/new"), room.path("/calendar"), **(MEETING | changed))
    assert made.status_code == 302, main_of(made.text)
    return str(made.location)


def feed_of(player: Player) -> list[Event]:
    """Return the entries of somebody's own feed, as a calendar program reads them."""
    page = player.client.get("/calendar").text
    action = "/calendar/feed"
    made = send(player.client, "/calendar", action)
    shown = player.client.get(made.location).text
    address = re.search(r"/calendar/[\w-]{40,}\.ics", shown)
    assert address is not None, page
    body = player.app.test_client().get(address.group()).data
    return [one for one in Calendar.from_ical(body).walk("VEVENT") if isinstance(one, Event)]


def test_an_entry_is_read_on_ones_own_clock(cast: Cast, inside: Inside, room: RoomScene) -> None:
    with clock.travel(NOW):
        entry = make(cast("room_manager"), room)
        page = main_of(cast("member").client.get(room.path("/calendar")).text)
        assert "Thursday 12 November" in page
        assert "20:00–22:00" in page  # in Lagos
        assert "14:00–16:00" in page
        assert "New York" in page
        shown = main_of(cast("member").client.get(entry).text)
        assert "<strong>Section 3</strong>" in shown
        assert "Room M2" in shown
        assert "Nothing in this month" in cast("member").client.get(room.path("/calendar?month=2026-10")).text
        assert "Meeting" in cast("member").client.get("/calendar").text
    with inside():
        kept = db.session.scalars(select(RoomEvent)).one()
        assert kept.starts_at == datetime(2026, 11, 12, 19, 0, tzinfo=UTC)
        told = db.session.scalars(select(Notice.user_id).where(Notice.kind == "calendar.event")).all()
        assert set(told) == {cast(one).id for one in ("member", "expert", "owner", "practitioner")}


@pytest.mark.parametrize("name", ["member", "practitioner", "outsider"])
def test_only_managers_make_entries(cast: Cast, room: RoomScene, name: str) -> None:
    with clock.travel(NOW):
        entry = make(cast("room_manager"), room)
        client = cast(name).client
        for path in (room.path("/calendar/new"), f"{entry}/edit"):
            assert client.get(path).status_code == 404
        token = {"csrf_token": "x"}
        for path in (room.path("/calendar"), f"{entry}/edit", f"{entry}/cancellation"):
            assert client.post(path, data=MEETING | token).status_code == 404
        assert client.get(entry).status_code == (404 if name == "outsider" else 200)
        assert "Cancel this entry" not in client.get(entry).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": " "}, "Give the entry a title"),
        ({"ends_at": "13:00"}, "The end lies before the beginning"),
        ({"ends_on": "2027-02-01"}, "at most a month"),
        ({"link": "javascript:alert(1)"}, "begins with https://"),
        ({"starts_on": "2027-03-14", "starts_at": "02:30"}, "does not exist there"),
        ({"starts_on": "0001-01-01"}, "between 2000 and 2099"),
        ({"zone": "Mars/Base"}, "Not a valid choice"),
        ({"starts_at": "25:00"}, "Not a valid time"),
    ],
)
def test_unfit_entries_come_back_as_typed(
    cast: Cast, inside: Inside, room: RoomScene, changed: dict[str, str], said: str
) -> None:
    values = MEETING | changed
    refused = send(cast("room_manager").client, room.path("/calendar/new"), room.path("/calendar"), **values)
    assert refused.status_code == 422
    assert said in refused.text
    assert "Room M2" in refused.text
    with inside():
        assert db.session.scalars(select(RoomEvent)).all() == []


def test_moved_and_cancelled_count_the_sequence_up(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    room = open_room(mail_names=True)
    manager = cast("room_manager").client
    with clock.travel(NOW):
        entry = make(cast("room_manager"), room)
        assert send(manager, f"{entry}/edit", **MEETING).status_code == 302  # nothing differs
        send(manager, f"{entry}/edit", **(MEETING | {"starts_at": "15:00"}))
        (moved,) = feed_of(cast("member"))
        assert moved["SEQUENCE"] == 1
        assert moved["STATUS"] == "CONFIRMED"
        assert str(moved["SUMMARY"]) == "Meeting of the drafting group · Electronic evidence in practice"
        assert moved.decoded("DTSTART") == datetime(2026, 11, 12, 20, 0, tzinfo=UTC)
        send(manager, entry, f"{entry}/cancellation")
        (cancelled,) = feed_of(cast("member"))
        assert (cancelled["SEQUENCE"], cancelled["STATUS"], cancelled["UID"]) == (
            2,
            "CANCELLED",
            moved["UID"],
        )
        assert "Cancelled" in main_of(cast("member").client.get(room.path("/calendar")).text)
        assert manager.get(f"{entry}/edit").status_code == 404
        log = main_of(cast("member").client.get(room.path("/log")).text)
        for sentence in ("added an entry", "changed an entry", "cancelled an entry"):
            assert sentence in log


def test_a_feed_names_no_room_that_mails_may_not_name(
    cast: Cast, inside: Inside, open_room: OpenRoom
) -> None:
    room = open_room(title="CANARY-ROOM", membership_days=5)
    with clock.travel(clock.now()):
        make(cast("room_manager"), room, title="CANARY-EVENT", starts_on=f"{clock.now():%Y-%m-%d}")
        entries = feed_of(cast("member"))
        assert [str(one["SUMMARY"]) for one in entries] == ["An event in one of your rooms"] * 2
        assert "CANARY" not in str(entries)
        page = main_of(cast("member").client.get(room.path("/calendar")).text)
        assert "CANARY-EVENT" in page
        assert "Your membership ends" in page + cast("member").client.get(_next_month(room)).text
        with inside():
            row = db.session.get_one(RoomMembership, room.membership_ids["member"])
            row.left_at, row.left_how = clock.now(), "removed"
        assert feed_of(cast("member")) == []
    assert "CANARY" not in str(feed_of(cast("outsider")))


def _next_month(room: RoomScene) -> str:
    following = (clock.now().month % 12) + 1
    year = clock.now().year + (following == 1)
    return room.path(f"/calendar?month={year}-{following:02}")


def test_training_for_the_rooms_members_is_in_its_calendar(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    begins = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    with inside():
        for title, group_id in (("Session for us", room_of(room).group_id), ("Session for all", None)):
            key, ends = uuid4(), begins + timedelta(hours=1)
            describe_activity(
                Description(
                    activity_key=key, kind=ActivityKind.WEBINAR, slug=str(key), titles={"en": title}, languages=["en"],
                    group_id=group_id, starts_at=begins, ends_at=ends, zone="Africa/Nairobi",
                )
            )  # fmt: skip
    with clock.travel(NOW):
        page = main_of(cast("member").client.get(room.path("/calendar")).text)
    assert "Session for us" in page
    assert "Session for all" not in page
    assert "10:00–11:00" in page


def test_other_parts_of_a_room_put_their_deadlines_in(cast: Cast, room: RoomScene) -> None:
    due = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
    deadline = CalendarEntry("test-1", due, None, "UTC", "Answers are due", room.path(), room_scope(room.id))
    try:
        calendar_sources.provide("test", lambda seats, since: [deadline] if seats and since < due else [])
        with clock.travel(NOW):
            page = main_of(cast("member").client.get(room.path("/calendar")).text)
            assert "Answers are due" in page
            assert "Deadline" in page
            assert "23:00" in page
            with counted() as statements:
                cast("member").client.get(room.path("/calendar"))
            assert len(statements) <= 8
    finally:
        calendar_sources.provide("test", lambda _seats, _since: [])
