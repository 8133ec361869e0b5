"""What mails of sessions tell calendars, read by a strict reader of the standard and by a library that made none of it:
zones across clock changes, the rules of UID and SEQUENCE, long lines in other scripts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical  # type: ignore[import-untyped]

from app.core.database import TransactionalFlask
from app.core.mail import CalendarPart
from app.webinars import mailing_notices as notices
from app.webinars.mailing_notices import Reader, Session
from app.webinars.models.planning import State, Webinar
from tests.notifications import rfc5545
from tests.notifications.rfc5545 import Component

ZONES = (
    "Europe/Vienna",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Africa/Cairo",
    "Pacific/Auckland",
    "Asia/Kathmandu",
    "UTC",
)
STILL = {"Asia/Tehran", "Asia/Kathmandu", "UTC"}  # no clock changes there in these years
HOUR = timedelta(hours=1)
READER = Reader("nour@justice.example", 'Nour "N"; Haddad, LL.M.', "en", "Asia/Amman")


def webinar(starts_at: datetime, zone: str, sequence: int = 0, **values: object) -> Webinar:
    """Return a session that is kept nowhere."""
    given = {"title": "Evidence", "summary": "How to ask.", "state": State.PLANNED, "channel": "platform"}
    texts = {
        "place": "",
        "link": "",
        "public_id": "abc",
        "changed_at": starts_at,
        "id": 1,
        "cancelled_why": "",
    }
    times = {"starts_at": starts_at, "ends_at": starts_at + HOUR, "zone": zone, "sequence": sequence}
    return Webinar(**(given | texts | times | values))


def part(session: Webinar, number: int | None = None) -> CalendarPart:
    """Return the calendar part that somebody is sent of a session as it is."""
    made = Session(session)
    number = session.sequence if number is None else number
    if session.state == State.CANCELLED:
        found = notices.cancelled(READER, made, number).calendar
    elif session.sequence:
        found = notices.changed(READER, made, number).calendar
    else:
        found = notices.confirmed(READER, made, number).calendar
    assert found is not None
    return found


def event_of(part: CalendarPart) -> tuple[Component, Component]:
    """Return the calendar and its one event, by the strict reader."""
    calendar = rfc5545.read(part.text.encode())
    assert calendar.properties["METHOD"].value == part.method
    [event] = calendar.all("VEVENT")
    return calendar, event


def times_of(part: CalendarPart) -> tuple[datetime, datetime]:
    """Return when the event begins and ends, found by two readers that must agree."""
    calendar, event = event_of(part)
    begins, ends = (event.properties[name] for name in ("DTSTART", "DTEND"))
    if zones := calendar.all("VTIMEZONE"):
        described = tzical(StringIO(part.text)).get(zones[0].properties["TZID"].value)
        for one in (begins, ends):
            if "TZID" in one.parameters:
                local = datetime.strptime(one.value, "%Y%m%dT%H%M%S").replace(tzinfo=described)
                assert local.astimezone(UTC) == rfc5545.instant(calendar, one)
    return rfc5545.instant(calendar, begins), rfc5545.instant(calendar, ends)


def changes(zone: str) -> list[datetime]:
    """Return the instants at which a zone's clock changes in three years, found without what makes the calendars."""
    here = ZoneInfo(zone)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + HOUR / 2 * step for step in range(3 * 365 * 48)]
    offsets = [(one.astimezone(here).utcoffset(), one) for one in hours]
    return [later for (before, _), (after, later) in pairwise(offsets) if before != after]


@pytest.mark.parametrize("zone", ZONES)
def test_a_session_is_where_it_is_around_every_clock_change(zone: str, app: TransactionalFlask) -> None:
    """Just before, inside and after gaps and doubled hours; moved across the change; cancelled after the move."""
    found = changes(zone)
    assert bool(found) == (zone not in STILL)
    about = found or [datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)]
    with app.test_request_context():
        for change in about:
            for step in range(-3, 4):
                starts = change + step * HOUR / 2
                assert times_of(part(webinar(starts, zone))) == (starts, starts + HOUR)
            before, after = change - timedelta(days=2), change + timedelta(days=2)
            assert times_of(part(webinar(before, zone))) == (before, before + HOUR)
            moved = part(webinar(after, zone, sequence=1))
            assert (moved.method, times_of(moved)) == ("REQUEST", (after, after + HOUR))
            gone = part(webinar(after, zone, sequence=2, state=State.CANCELLED))
            assert (gone.method, times_of(gone)) == ("CANCEL", (after, after + HOUR))


@pytest.mark.parametrize("zone", sorted(set(ZONES) - STILL))
def test_the_hour_on_the_wall_is_kept_across_a_change(zone: str, app: TransactionalFlask) -> None:
    """A weekly session at ten stands at ten in the calendar's own words, whatever the offset."""
    with app.test_request_context():
        for change in changes(zone):
            for days in (-7, 7):
                day = change.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
                ten = datetime.combine(day, datetime.min.time().replace(hour=10), ZoneInfo(zone))
                _, event = event_of(part(webinar(ten.astimezone(UTC), zone)))
                assert event.properties["DTSTART"].value == f"{day:%Y%m%d}T100000"
                assert event.properties["DTSTART"].parameters["TZID"] == zone


def test_uid_stays_and_sequence_rises(app: TransactionalFlask) -> None:
    starts = datetime(2027, 3, 10, 11, tzinfo=UTC)
    with app.test_request_context():
        versions = [
            part(webinar(starts, "Africa/Nairobi")),
            part(webinar(starts + HOUR, "Europe/Vienna", sequence=1)),
            part(webinar(starts + HOUR, "Europe/Vienna", sequence=2, state=State.CANCELLED)),
        ]
    events = [event_of(one)[1] for one in versions]
    assert {one.properties["UID"].value for one in events} == {"webinar-abc@localhost"}
    assert [one.properties["SEQUENCE"].value for one in events] == ["0", "1", "2"]
    assert [one.method for one in versions] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [one.properties["STATUS"].value for one in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_from_whom_and_to_whom(app: TransactionalFlask) -> None:
    """The platform is the organizer, the recipient the only attendee; a name with quotes and commas breaks nothing."""
    with app.test_request_context():
        made = part(webinar(datetime(2027, 3, 10, 11, tzinfo=UTC), "Africa/Nairobi"))
        gone = part(webinar(datetime(2027, 3, 10, 11, tzinfo=UTC), "UTC", 3, state=State.CANCELLED), number=7)
    for one in (made, gone):
        _, event = event_of(one)
        assert one.text.count("ATTENDEE") == one.text.count("ORGANIZER") == 1
        assert event.properties["ORGANIZER"].value == "mailto:no-reply@ctlp.example"
        attendee = event.properties["ATTENDEE"]
        assert attendee.value == "mailto:nour@justice.example"
        assert attendee.parameters["PARTSTAT"] == "ACCEPTED"
        assert attendee.parameters["RSVP"] == "FALSE"
        assert attendee.parameters["CN"].replace("^'", '"') == READER.name
    assert event_of(gone)[1].properties["SEQUENCE"].value == "7"


@pytest.mark.parametrize(
    "title",
    [
        "طلب الأدلة الإلكترونية من مقدمي خدمات المراسلة؛ كيف تُقدَّم أمام المحكمة، ومتى تُقبل " * 3,
        "向通信服务提供商调取电子证据；如何在法庭上出示，何时可以采信，以及跨境合作的途径" * 4,
        "Comma, semicolon; back\\slash\nand 👩🏽‍⚖️ " * 6,
    ],
)
def test_long_titles_in_other_scripts_are_folded_between_characters(
    title: str, app: TransactionalFlask
) -> None:
    with app.test_request_context():
        made = part(
            webinar(datetime(2027, 3, 10, 11, tzinfo=UTC), "Asia/Kathmandu", title=title, summary=title)
        )
    _, event = event_of(made)  # no line above 75 octets, no character cut, each escape known
    assert event.text("SUMMARY") == title
    assert event.text("DESCRIPTION").startswith(title)
    assert (
        max(len(line) for line in made.text.encode().split(b"\r\n")) > 70
    )  # and lines are used to their end
