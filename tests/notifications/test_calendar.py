"""The calendar: a page by month on the reader's clock, and a feed that knows no more than its reader does now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from app.accounts import actions as accounts
from app.accounts.models import User
from app.audit.models import AuditEntry
from app.core import scopes
from app.core.access import Actor
from app.core.database import TransactionalFlask
from app.notifications import ical
from app.notifications.calendar import CalendarEntry
from app.notifications.models import CalendarToken
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.notifications import rfc5545
from tests.notifications.conftest import OTHER_ROOM, ROOM, Held
from tests.support.forms import hidden_fields, send
from tests.support.queries import counted

HARD = (
    "Séance : « preuves », suite; C:\\temp\nعنوان طويل جدًا للجلسة حتى لا يتسع له سطر واحد 你好世界😀"
    + "x" * 60
)
ADDRESS = re.compile(r"http://localhost:8000(/calendar/[\w-]{43}\.ics)<")


def entry(
    uid: str = "a",
    day: str = "2026-11-12 14:00",
    zone: str = "Africa/Nairobi",
    minutes: int = 90,
    **more: object,
) -> CalendarEntry:
    """Return something at a local time of a zone."""
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    values = {"end": start + timedelta(minutes=minutes), "summary": "Session", "url": "/about", "scope": ROOM}
    return CalendarEntry(uid=uid, start=start, zone=zone, **(values | more))  # type: ignore[arg-type]


def new_address(player: Player) -> str:
    """Make a feed as people do and return the path of its address."""
    answer = send(player.client, "/calendar", "/calendar/feed")
    assert answer.status_code == 302
    found = ADDRESS.search(player.client.get("/calendar").text)
    assert found is not None
    return found[1]


# ------------------------------------------------------------------------------------------------ the page


def test_the_page_shows_the_readers_time_and_the_events(
    member: Player, provided: list[CalendarEntry]
) -> None:
    provided += [
        entry("a"),  # 12:00 in Lagos
        entry("b", day="2026-11-30 23:30", zone="Africa/Lagos", summary="Last"),
        entry(
            "c",
            day="2026-12-01 01:30",
            minutes=30,
            summary="Still November in Lagos",
            cancelled=True,
        ),
        entry("d", day="2026-11-20 17:00", zone="Africa/Lagos", summary="Answers", end=None),
        entry("e", scope="room:9", summary="Elsewhere"),
    ]
    page = member.client.get("/calendar?month=2026-11").text
    assert "<bdi>12:00–13:30</bdi>" in page
    assert "<bdi>14:00–15:30</bdi> in <bdi>Nairobi</bdi>" in page
    assert "<bdi>23:30 – Tue 1 Dec, 01:00</bdi>" in page
    assert "Tue 1 Dec, 01:30–02:00</bdi> in <bdi>Nairobi" in page
    assert "Cancelled" in page
    assert "Deadline" in page
    assert "Elsewhere" not in page
    december = member.client.get("/calendar?month=2026-12").text
    assert "<bdi>Mon 30 Nov, 23:30 – Tue 1 Dec, 01:00</bdi>" in december  # it goes on into December
    assert "Still November" not in december


def test_an_empty_month_leads_to_the_next_date(member: Player, provided: list[CalendarEntry]) -> None:
    assert "appear here" in member.client.get("/calendar").text
    provided.append(entry(day="2027-03-01 09:00"))
    page = member.client.get("/calendar?month=2026-12").text
    assert "/calendar?month=2027-03" in page
    for odd in ("2026-13", "x", "0000-01", "٢٠٢٦-٠١", "9999-12"):
        assert member.client.get(f"/calendar?month={odd}").status_code == 200


def test_in_arabic(cast: Cast, held: Held, provided: list[CalendarEntry]) -> None:
    reader = cast("practitioner")
    held[reader.id] = {ROOM}
    provided.append(entry())
    page = reader.client.get("/calendar?month=2026-11").text
    assert 'dir="rtl"' in page
    assert "نيروبي" not in page  # Amman and Nairobi have the same clock then
    provided.append(entry("b", zone="Europe/Paris", day="2026-11-12 09:00"))
    assert "باريس" in reader.client.get("/calendar?month=2026-11").text


def test_the_page_costs_few_statements(member: Player, provided: list[CalendarEntry]) -> None:
    provided += [entry(str(number)) for number in range(200)]
    member.client.get("/calendar")
    with counted() as statements:
        member.client.get("/calendar?month=2026-11")
    assert len(statements) <= 3


# ------------------------------------------------------------------------------------------------ the feed's address


def test_the_address_is_shown_once_and_only_its_digest_is_kept(
    member: Player, provided: list[CalendarEntry], inside: Inside, app: TransactionalFlask
) -> None:
    provided.append(entry())
    path = new_address(member)
    assert ADDRESS.search(member.client.get("/calendar").text) is None
    assert "SUMMARY:Session" in app.test_client().get(path).text
    with inside() as session:
        row = session.scalars(select(CalendarToken)).one()
        assert path[10:53].encode() not in row.digest
        assert row.last_used_at is not None
        verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.object_kind == "calendar")).all()
        assert verbs == ["token.created"]


def test_a_new_address_ends_the_one_before_and_each_can_be_switched_off(
    member: Player, provided: list[CalendarEntry], app: TransactionalFlask
) -> None:
    provided.append(entry())
    stranger = app.test_client()
    first, second = new_address(member), new_address(member)
    guessed = f"/calendar/{'x' * 43}.ics"
    answers = [
        stranger.get(path) for path in (first, guessed, "/calendar/x.ics", f"/calendar/{'é' * 43}.ics")
    ]
    assert {one.status_code for one in answers} == {404}
    assert {one.content_type for one in answers} == {"text/html; charset=utf-8"}
    assert stranger.get(second).status_code == 200
    assert send(member.client, "/calendar", "/calendar/feed/end").status_code == 302
    assert stranger.get(second).status_code == 404


def test_sending_the_form_twice_makes_one_address(member: Player, inside: Inside) -> None:
    fields = hidden_fields(member.client.get("/calendar").text, "/calendar/feed")
    for _ in range(2):
        assert member.client.post("/calendar/feed", data=fields).status_code == 302
    with inside() as session:
        assert len(session.scalars(select(CalendarToken)).all()) == 1


# ------------------------------------------------------------------------------------------------ what the feed holds


def test_rights_are_asked_at_each_fetch(
    member: Player, held: Held, provided: list[CalendarEntry], app: TransactionalFlask, inside: Inside
) -> None:
    provided += [entry("a", summary="Here"), entry("b", summary="There", scope=OTHER_ROOM)]
    path = new_address(member)
    held[member.id].discard(OTHER_ROOM)
    text = app.test_client().get(path).text
    assert ("Here" in text, "There" in text) == (True, False)
    held[member.id].clear()
    nothing = app.test_client().get(path)
    assert rfc5545.read(nothing.data).all("VEVENT") == []
    with inside():
        accounts.suspend(None, member.person(), "For the test")
    assert app.test_client().get(path).status_code == 404


def test_a_feed_made_without_a_second_factor_opens_nothing_that_needs_one(
    cast: Cast,
    provided: list[CalendarEntry],
    app: TransactionalFlask,
    inside: Inside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def strict(actor: Actor) -> set[str]:
        return {ROOM} if actor.second_factor else set()

    monkeypatch.setattr(scopes, "_features", {})
    scopes.provide("tests", strict)
    provided.append(entry())
    administrator = cast("administrator")
    path = new_address(administrator)
    assert "Session" in app.test_client().get(path).text
    with inside() as session:
        session.execute(update(User).where(User.id == administrator.id).values(tf_primary_method=None))
    assert "Session" not in app.test_client().get(path).text
    with inside() as session:
        session.execute(
            update(User).where(User.id == administrator.id).values(tf_primary_method="authenticator")
        )
        session.execute(update(CalendarToken).values(second_factor=False))
    assert "Session" not in app.test_client().get(path).text


def test_an_unchanged_feed_is_not_sent_again(
    member: Player, provided: list[CalendarEntry], app: TransactionalFlask
) -> None:
    provided.append(entry())
    path = new_address(member)
    first = app.test_client().get(path)
    assert first.content_type == "text/calendar; charset=utf-8"
    again = app.test_client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    provided[0] = entry(cancelled=True, sequence=1)
    changed = app.test_client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    event = rfc5545.read(changed.data).all("VEVENT")[0]
    assert [event.properties[one].value for one in ("STATUS", "SEQUENCE")] == ["CANCELLED", "1"]


def test_a_place_that_must_not_be_named_is_not_named_outside(
    member: Player, provided: list[CalendarEntry], app: TransactionalFlask
) -> None:
    provided.append(entry(summary="The hidden room meets", discreet="A date of yours"))
    assert "The hidden room meets" in member.client.get("/calendar?month=2026-11").text
    text = app.test_client().get(new_address(member)).text
    assert "hidden" not in text
    assert "A date of yours" in text


def summaries(body: bytes) -> list[str]:
    """Return what the entries are called, as the strict reader reads them."""
    return [one.text("SUMMARY") for one in rfc5545.read(body).all("VEVENT")]


def test_a_second_reader_finds_the_feed_in_order(
    member: Player, provided: list[CalendarEntry], app: TransactionalFlask
) -> None:
    provided += [entry("hard", summary=HARD, url="/irooms/x?a=1;b=2,3"), entry("due", end=None)]
    body = app.test_client().get(new_address(member)).data
    calendar = rfc5545.read(body)
    hard = next(one for one in calendar.all("VEVENT") if one.properties["UID"].value == "hard@localhost")
    assert hard.text("SUMMARY") == HARD
    assert hard.properties["URL"].value == "http://localhost:8000/irooms/x?a=1;b=2,3"
    due = next(one for one in calendar.all("VEVENT") if one is not hard)
    assert "DTEND" not in due.properties
    assert [str(one["UID"]) for one in Calendar.from_ical(body).walk("VEVENT")] == [
        "due@localhost",
        "hard@localhost",
    ]
    for damage in (
        body.replace(b"\r\n", b"\n"),
        body.replace(b"\r\n ", b""),
        body.replace(b"UID:due@localhost\r\n", b""),
        body.replace(b"\\,", b","),
        body[: body.index(b"END:VTIMEZONE")],
    ):
        assert damage != body
        with pytest.raises(AssertionError):
            summaries(damage)


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Paris",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "UTC",
    ],
)
def test_times_hold_across_every_change_of_the_clock(zone: str, app: TransactionalFlask) -> None:
    """An entry each half hour of the days around every change of two years means the instant that it was given."""
    here = ZoneInfo(zone)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * step) for step in range(2 * 365 * 48)]
    offsets = [(moment.astimezone(here).utcoffset(), moment) for moment in hours]
    changes = [later for (before, _), (after, later) in pairwise(offsets) if before != after]
    near = [change + timedelta(minutes=30 * step) for change in changes for step in range(-8, 9)]
    near += [datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), hours[-1]]
    entries = [
        CalendarEntry(str(number), moment, moment + timedelta(hours=1), zone, "S", "/", "open")
        for number, moment in enumerate(near)
    ]
    with app.test_request_context():
        body = ical.feed(entries, "UTC")
    calendar = rfc5545.read(body)
    assert len(calendar.all("VTIMEZONE")) == (zone != "UTC")
    for event, moment in zip(calendar.all("VEVENT"), near, strict=True):
        assert rfc5545.instant(calendar, event.properties["DTSTART"]) == moment
        assert rfc5545.instant(calendar, event.properties["DTEND"]) == moment + timedelta(hours=1)
        forms = {event.properties[one].value.endswith("Z") for one in ("DTSTART", "DTEND")}
        assert len(forms) == 1


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        CalendarEntry(
            "a", datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), None, "UTC", "S", "/", "open"
        )
