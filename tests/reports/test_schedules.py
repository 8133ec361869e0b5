"""Schedules: when they are due, what each recipient gets, what leaves the platform, what happens once and once only."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Select, select

from app.accounts import actions as accounts
from app.accounts import actors
from app.accounts.models import Role, RoleGrant
from app.core import clock
from app.core.database import TransactionalFlask, unit_of_work
from app.core.jobs import run_now, run_pending
from app.core.models import OutboxFile, OutboxMail
from app.notifications.models import Notice
from app.records.models import Activity
from app.reports import saving, scheduling
from app.reports import scheduling_jobs as jobs
from app.reports import scheduling_runs as runs
from app.reports import scheduling_watching as watching
from app.reports.catalogue import REPORTS, ask
from app.reports.columns import Column, Kind
from app.reports.exports.withholding import WITHHELD, withheld
from app.reports.frame import Asked
from app.reports.models import (
    DeliveryState,
    ReportSchedule,
    Rhythm,
    ScheduleDelivery,
    ScheduleRun,
    ScheduleState,
)
from app.reports.scheduling import Plan
from app.reports.scheduling_times import days_before, next_due
from tests.cast import Cast, play
from tests.conftest import Inside
from tests.records.scene import course
from tests.reports.rows import Rows, crowd
from tests.reports.test_saved_views import keep, send
from tests.support import workbooks

NOON = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def rows(inside: Inside) -> Rows:
    """The rows, made."""
    with inside() as session:
        return Rows(session)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The clock stands at noon until a test moves it."""
    with clock.travel(NOON):
        yield


def schedule(client: FlaskClient, view: str, rhythm: str = "daily", **values: str) -> str:
    """Have a view sent and return the schedule's address."""
    answer = send(client, f"{view}/schedule?rhythm={rhythm}", "/schedule", **values)
    assert answer.status_code == 303, answer.text
    return answer.location


def mails() -> Select[OutboxMail]:
    """Mails with reports, in order."""
    return (
        select(OutboxMail)
        .where(OutboxMail.subject.contains("Completion register") | OutboxMail.subject.startswith("Report:"))
        .order_by(OutboxMail.id)
    )


@contextmanager
def at(moment: datetime, inside: Inside) -> Iterator[Any]:
    """Stand at ``moment``, inside the application."""
    with clock.travel(moment), inside() as session:
        yield session


def tick(moment: datetime, inside: Inside) -> None:
    """Let the minute's job and what it queues run at ``moment``."""
    with at(moment, inside):
        run_now("reports.send_due")
    with at(moment, inside):
        run_pending()


def link_of(mail: OutboxMail) -> str:
    """The path of the file that a mail links to."""
    start = mail.text.index("/reports/files/")
    return mail.text[start:].split()[0]


def downloaded(client: FlaskClient, path: str) -> list[dict[str, str]]:
    """The rows of a CSV that is downloaded."""
    data = client.get(f"{path}/download").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline="")))


# ------------------------------------------------------------------------------------------------ when


class Timed(NamedTuple):
    """A time of a schedule."""

    rhythm: str
    zone: str = "UTC"
    hour: int = 7
    weekday: int = 0
    day: int = 1
    month: int = 1


@pytest.mark.parametrize(
    ("timed", "after", "due"),
    [
        (Timed("daily"), "2026-12-02T06:59", "2026-12-02T07:00"),
        (Timed("daily"), "2026-12-02T07:00", "2026-12-03T07:00"),
        (Timed("daily", "Africa/Nairobi"), "2026-12-02T03:59", "2026-12-02T04:00"),
        (Timed("daily", "Pacific/Auckland"), "2026-12-02T17:59", "2026-12-02T18:00"),
        (Timed("daily", "Europe/Berlin"), "2026-03-28T12:00", "2026-03-29T05:00"),
        (Timed("daily", "Europe/Berlin", 2), "2026-03-28T12:00", "2026-03-29T01:00"),
        (Timed("weekly", weekday=0), "2026-12-02T12:00", "2026-12-07T07:00"),
        (Timed("weekly", weekday=2), "2026-12-02T06:00", "2026-12-02T07:00"),
        (Timed("weekly", weekday=2), "2026-12-02T12:00", "2026-12-09T07:00"),
        (Timed("monthly", day=31), "2026-12-31T08:00", "2027-01-31T07:00"),
        (Timed("monthly", day=31), "2027-02-01T00:00", "2027-02-28T07:00"),
        (Timed("monthly", day=31), "2028-02-01T00:00", "2028-02-29T07:00"),
        (Timed("quarterly", month=1), "2026-12-02T12:00", "2027-01-01T07:00"),
        (Timed("quarterly", month=3, day=15), "2026-12-02T12:00", "2026-12-15T07:00"),
        (Timed("yearly", month=1, day=15), "2026-12-02T12:00", "2027-01-15T07:00"),
        (Timed("yearly", month=2, day=30), "2027-02-28T07:00", "2028-02-29T07:00"),
    ],
)
def test_the_next_time_is_that_of_the_zones_own_calendar(timed: Timed, after: str, due: str) -> None:
    found = next_due(timed, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize("rhythm", ["after_activity", "threshold"])
def test_what_no_calendar_knows_has_no_next_time(rhythm: str) -> None:
    assert next_due(Timed(rhythm), NOON) is None
    assert days_before(Timed(rhythm), NOON) is None


@pytest.mark.parametrize(
    ("rhythm", "first", "last"),
    [
        ("daily", date(2026, 12, 1), date(2026, 12, 1)),
        ("weekly", date(2026, 11, 23), date(2026, 11, 29)),
        ("monthly", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarterly", date(2026, 7, 1), date(2026, 9, 30)),
        ("yearly", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_the_time_before(rhythm: str, first: date, last: date) -> None:
    assert days_before(Timed(rhythm), NOON) == (first, last)
    assert days_before(Timed("quarterly"), datetime(2027, 1, 1, tzinfo=UTC)) == (
        date(2026, 10, 1),
        date(2026, 12, 31),
    )


@pytest.mark.parametrize("rhythm", list(Rhythm))
def test_a_schedule_of_every_rhythm_is_made_shown_and_changed(cast: Cast, rows: Rows, rhythm: Rhythm) -> None:
    officer = cast("reporting_officer").client
    view = keep(officer, "Mine")
    path = schedule(officer, view, rhythm.value, form="csv")
    page = officer.get(path)
    assert page.status_code == 200
    assert "Sofia Rossi" in page.text
    assert officer.get(f"{path}/edit").status_code == 200
    assert send(officer, f"{path}/edit?rhythm=weekly", "/edit", weekday="4").status_code == 303
    assert "Friday" in officer.get("/reports/schedules").text


# ------------------------------------------------------------------------------------------------ what each one gets


def test_each_recipient_gets_what_they_may_see_in_their_language_and_zone(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer, trainer = cast("reporting_officer"), cast("trainer")
    view = keep(officer.client, "All of it")
    path = schedule(officer.client, view, form="csv")
    assert send(officer.client, path, "/recipients", email="trainer@cast.example").status_code == 303
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        first, second = session.scalars(mails()).all()
        french = session.scalars(
            select(OutboxMail).where(OutboxMail.recipient == trainer.email).order_by(OutboxMail.id.desc())
        ).first()
    assert {first.recipient, second.recipient} == {officer.email, trainer.email}
    assert french is not None
    assert french.language == "fr"
    assert "Example" not in first.text + second.text
    of = {one.recipient: link_of(one) for one in (first, second)}
    with clock.travel(NOON + timedelta(days=1)):
        all_of_it = downloaded(officer.new_client(), of[officer.email])
        own = downloaded(trainer.new_client(), of[trainer.email])
        assert trainer.new_client().get(f"{of[officer.email]}/download").status_code == 404
    assert len(all_of_it) == 4
    assert len(own) == 3
    assert "Canary" not in str(own)


def test_only_who_may_take_the_report_gets_rows_and_loses_them_with_the_right(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer, trainer = cast("reporting_officer"), cast("trainer")
    path = schedule(officer.client, keep(officer.client, "All"), form="csv")
    send(officer.client, path, "/recipients", email="trainer@cast.example")
    with inside() as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.user_id == trainer.id)).all():
            accounts.end_grant(None, grant)
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        found = {one.whom: one for one in session.scalars(select(ScheduleDelivery))}
        assert found["Pierre Diallo"].state == DeliveryState.REFUSED
        assert found["Pierre Diallo"].reason == runs.NO_RIGHTS
        assert found["Sofia Rossi"].state == DeliveryState.SENT
        assert len(session.scalars(mails()).all()) == 1
    assert "may not have this report" in officer.client.get(path).text


def test_what_a_view_is_narrowed_to_is_not_told_to_a_recipient_who_may_not_see_it(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer = cast("reporting_officer").client
    path = schedule(officer, keep(officer, "Other", "activity=another-course"), form="csv")
    send(officer, path, "/recipients", email=cast("trainer").email)
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        found = {one.whom: one.reason for one in session.scalars(select(ScheduleDelivery))}
        recipients = [one.recipient for one in session.scalars(mails())]
    assert found["Pierre Diallo"] == runs.NOTHING_THERE
    assert recipients == ["reporting-officer@cast.example"]


def test_the_time_before_takes_the_place_of_the_views_period(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer")
    path = schedule(officer.client, keep(officer.client, "Month"), "monthly", form="csv", span="y")
    tick(datetime(2027, 4, 1, 8, 0, tzinfo=UTC), inside)
    with inside() as session:
        mail = session.scalars(mails()).one()
    with clock.travel(datetime(2027, 4, 1, 8, 0, tzinfo=UTC)):
        told = officer.new_client().get(f"{link_of(mail)}/statement.json").get_json()
    assert (told["asked"]["from"], told["asked"]["to"]) == ("2027-03-01", "2027-03-31")
    assert told["rows"] == 0
    assert path


# ------------------------------------------------------------------------------------------------ outside


def grouped(officer: FlaskClient) -> str:
    """A view without persons."""
    return keep(officer, "By country", "group=country")


def test_an_address_outside_gets_totals_once_it_is_confirmed(cast: Cast, rows: Rows, inside: Inside) -> None:
    with inside():
        crowd(rows.own, "NG", 12, completed=6)
        crowd(rows.own, "GH", 9)
    officer = cast("reporting_officer").client
    path = schedule(officer, grouped(officer), form="xlsx")
    assert send(officer, path, "/recipients", email="who@donor.example", language="ar").status_code == 303
    page = officer.get(path).text
    assert "donor.example" in page
    assert "Confirm an address outside" in page
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        assert "who@donor.example" not in {one.recipient for one in session.scalars(mails())}
    assert send(officer, path, "/confirmation").status_code == 303
    tick(NOON + timedelta(days=2), inside)
    with inside() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "who@donor.example")).one()
        file = session.scalars(select(OutboxFile).where(OutboxFile.mail_id == mail.id)).one()
        delivery = session.scalars(select(ScheduleDelivery).where(ScheduleDelivery.outside)).one()
    assert (mail.language, delivery.whom, delivery.state) == ("ar", "donor.example", DeliveryState.SENT)
    assert file.name.endswith(".xlsx")
    rows_sheet, said = workbooks.read(file.content)
    assert rows_sheet.right_to_left
    numbers = [tuple(cell.value for cell in row.values()) for row in rows_sheet.rows[1:]]
    assert numbers[0][:2] == ("نيجيريا", 12.0)
    assert {row[1:] for row in numbers if row[0] not in {"نيجيريا", "غانا"}} == {(WITHHELD,) * 5}
    text = str(rows_sheet) + str(said) + mail.text + mail.html
    assert not [one for one in ("justice.example", "Done", "7K2M", "calc") if one in text]
    assert "/reports/ending/" in mail.unsubscribe


def test_rows_of_persons_never_leave_the_platform(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer").client
    path = schedule(officer, keep(officer, "Persons"), form="csv")
    answer = send(officer, path, "/recipients", email="who@donor.example")
    assert answer.status_code == 422
    assert "Only totals leave the platform" in answer.text
    institutions = schedule(officer, keep(officer, "Institutions", "group=institution"), form="csv")
    assert send(officer, institutions, "/recipients", email="who@donor.example").status_code == 422


def test_a_view_that_came_to_hold_persons_sends_nothing_outside(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer = cast("reporting_officer").client
    path = schedule(officer, grouped(officer), form="csv")
    send(officer, path, "/recipients", email="who@donor.example")
    send(officer, path, "/confirmation")
    with inside() as session:
        session.scalars(select(ReportSchedule)).one().view.asked = {}
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        found = session.scalars(select(ScheduleDelivery).where(ScheduleDelivery.outside)).one()
        assert (found.state, found.reason) == (DeliveryState.REFUSED, runs.PERSONS)
        assert session.scalars(select(OutboxFile)).all() == []


def test_an_account_without_the_right_is_an_address_like_any_other(cast: Cast, rows: Rows) -> None:
    practitioner = cast("practitioner")
    officer = cast("reporting_officer").client
    persons = schedule(officer, keep(officer, "Persons"), form="csv")
    mine = send(officer, persons, "/recipients", email=practitioner.email)
    none = send(officer, persons, "/recipients", email="nobody@cast.example")
    assert mine.status_code == none.status_code == 422
    assert "Only totals leave" in mine.text
    assert "Only totals leave" in none.text
    assert send(officer, persons, "/recipients", email="no address").status_code == 422


def test_who_is_outside_ends_it_by_the_link_of_the_mail(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer").client
    path = schedule(officer, grouped(officer), form="csv")
    send(officer, path, "/recipients", email="who@donor.example")
    send(officer, path, "/confirmation")
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "who@donor.example")).one()
    link = mail.unsubscribe[mail.unsubscribe.index("/reports/ending/") :]
    stranger = cast("practitioner").app.test_client()
    assert stranger.get(link).status_code == 200
    assert stranger.get(f"{link}x").status_code == 404
    assert "no more of these mails" in stranger.post(link, data={"List-Unsubscribe": "One-Click"}).text
    tick(NOON + timedelta(days=2), inside)
    with inside() as session:
        found = select(OutboxMail).where(OutboxMail.recipient == "who@donor.example")
        assert len(session.scalars(found).all()) == 1


def test_a_recipient_of_the_platform_ends_it_for_themselves(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer, trainer = cast("reporting_officer").client, cast("trainer")
    path = schedule(officer, keep(officer, "All"), form="csv")
    send(officer, path, "/recipients", email=trainer.email)
    assert "Sofia Rossi" in trainer.client.get("/reports/schedules").text
    assert send(trainer.client, "/reports/schedules", "/ending").status_code == 303
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        assert [one.recipient for one in session.scalars(mails())] == ["reporting-officer@cast.example"]


COLUMNS = (
    Column("country", "Country", Kind.COUNTRY),
    Column("gender", "Gender", Kind.GENDER),
    Column("people", "People", Kind.COUNT, unit="people"),
    Column("done", "Completed", Kind.COUNT, unit="people"),
)


def test_small_numbers_are_withheld_and_cannot_be_worked_out() -> None:
    rows = [
        ("KE", "f", 20, 10),
        ("KE", "m", 3, 0),
        ("NG", "f", 30, 12),
        ("NG", "m", 40, 0),
        ("PE", "f", 12, 9),
    ]
    found = withheld(COLUMNS, rows)
    shown = {tuple(row[:2]): row[2] for row in found if row[2] != WITHHELD}
    hidden = {tuple(row[:2]) for row in found if row[2] == WITHHELD}
    assert ("KE", "m") in hidden  # three people
    assert ("PE", "f") in hidden  # nine of twelve completed: three did not
    for place in (0, 1):  # in no line is one alone hidden
        for value in {row[place] for row in found}:
            line = [row for row in found if row[place] == value]
            assert len(line) == 1 or sum(row[2] == WITHHELD for row in line) != 1
    assert all(number >= 5 for number in shown.values() if isinstance(number, int))
    assert all(row[3] == WITHHELD for row in found if row[2] == WITHHELD)


# ------------------------------------------------------------------------------------------------ once only


def test_a_time_comes_once_whoever_looks(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer").client
    path = schedule(officer, keep(officer, "All"), form="csv", hour="7")
    moment = NOON + timedelta(days=1)
    for _again in range(3):
        tick(moment, inside)
    with inside() as session:
        assert len(session.scalars(mails()).all()) == 1
        run = session.scalars(select(ScheduleRun)).one()
        assert run.due_at == datetime(2026, 12, 3, 4, 0, tzinfo=UTC)  # seven in Nairobi
    assert "Sent" in officer.get(path).text
    assert "By the calendar" in officer.get(path).text


def test_what_was_missed_while_nothing_ran_is_sent_once(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer").client
    schedule(officer, keep(officer, "All"), form="csv")
    tick(NOON + timedelta(days=5), inside)
    with inside() as session:
        assert len(session.scalars(mails()).all()) == 1
        following = session.scalars(select(ReportSchedule.next_due_at)).one()
        assert following == datetime(2026, 12, 8, 4, tzinfo=UTC)
        assert session.scalars(select(ScheduleRun.due_at)).one() == datetime(2026, 12, 7, 4, tzinfo=UTC)


def test_a_killed_delivery_is_made_again_and_sent_once(
    cast: Cast, rows: Rows, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = cast("reporting_officer").client
    schedule(officer, keep(officer, "All"), form="csv")
    moment = NOON + timedelta(days=1)
    with at(moment, inside):
        assert watching.send_due() == 1

    def killed(*_given: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("app.reports.scheduling_notices.to_person", killed)
        with pytest.raises(KeyboardInterrupt), at(moment, inside):
            run_pending()
    with inside() as session:
        delivery = session.scalars(select(ScheduleDelivery)).one()
        assert (delivery.state, delivery.file_id) == (DeliveryState.WAITING, None)
        assert session.scalars(mails()).all() == []
    for _again in range(2):
        with at(moment, inside):
            runs.deliver(delivery.id)
    with inside() as session:
        assert len(session.scalars(mails()).all()) == 1


def test_a_delivery_whose_job_was_lost_is_queued_again_and_given_up_after_a_day(
    cast: Cast, rows: Rows, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = cast("reporting_officer").client
    schedule(officer, keep(officer, "All"), form="csv")
    queued: list[Any] = []
    monkeypatch.setattr(runs, "defer", lambda *_given, **_named: None)
    monkeypatch.setattr(jobs, "defer", lambda _work, **named: queued.append(named))
    with at(NOON + timedelta(days=1), inside):
        watching.send_due()
        jobs.resume_deliveries()
    assert len(queued) == 1
    with at(NOON + timedelta(days=3), inside) as session:
        jobs.resume_deliveries()
        assert session.scalars(select(ScheduleDelivery.state)).one() == DeliveryState.FAILED
    assert len(queued) == 1


def test_send_me_now_sends_to_me_alone(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer").client
    path = schedule(officer, keep(officer, "All"), "yearly", form="pdf")
    send(officer, path, "/recipients", email=cast("trainer").email)
    assert send(officer, path, "/now").status_code == 303
    with inside():
        run_pending()
    with inside() as session:
        mail = session.scalars(mails()).one()
    assert mail.recipient == "reporting-officer@cast.example"
    assert officer.get(f"{link_of(mail)}/download").data.startswith(b"%PDF")
    assert "Sent to the owner at once" in officer.get(path).text


# ------------------------------------------------------------------------------------------------ activities, numbers


def ends(slug: str, moment: datetime) -> None:
    """Let a course end at a time."""
    course(slug, titles={"en": slug.title()}, starts_at=moment - timedelta(days=30), ends_at=moment)


def test_after_an_activity_ends_its_own_rows_are_sent_once(cast: Cast, rows: Rows, inside: Inside) -> None:
    trainer = cast("trainer")
    schedule(trainer.client, keep(trainer.client, "Mine"), "after_activity", form="csv", hours_after="24")
    with at(NOON, inside):
        ends("electronic-evidence", NOON + timedelta(days=2))
        ends("another-course", NOON + timedelta(days=2))
    found: Sequence[OutboxMail] = ()
    for hours, many in ((48, 0), (71, 0), (73, 1), (74, 1), (500, 1)):
        with at(NOON + timedelta(hours=hours), inside):
            run_now("reports.send_after_activities")
        with at(NOON + timedelta(hours=hours), inside) as session:
            run_pending()
            found = session.scalars(
                select(OutboxMail).where(OutboxMail.text.contains("/reports/files/"))
            ).all()
            assert len(found) == many, hours
    with inside() as session:
        run = session.scalars(select(ScheduleRun)).one()
        assert (run.about, run.cause) == ("electronic-evidence", "activity")
        assert session.scalars(select(Activity.slug).where(Activity.ends_at.is_not(None))).all()
    with clock.travel(NOON + timedelta(hours=75)):
        told = trainer.new_client().get(f"{link_of(found[0])}/statement.json").get_json()
    assert told["asked"]["activity"] == "electronic-evidence"


def test_what_ended_before_the_schedule_was_made_is_not_sent(cast: Cast, rows: Rows, inside: Inside) -> None:
    with at(NOON, inside):
        ends("electronic-evidence", NOON - timedelta(days=2))
    officer = cast("reporting_officer").client
    schedule(officer, keep(officer, "All"), "after_activity", form="csv", hours_after="0")
    with at(NOON + timedelta(days=1), inside):
        assert watching.send_after_activities() == 0


def test_a_threshold_sends_when_it_is_crossed_and_again_only_after_it_was_left(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer = cast("reporting_officer").client
    view = keep(officer, "Nigeria", "country=KE")
    path = schedule(officer, view, "threshold", form="csv", measure="rows", above="more", bound="5")
    with inside():
        assert watching.send_on_thresholds() == 0
        crowd(rows.own, "KE", 7)
    with inside():
        assert watching.send_on_thresholds() == 1
    with inside():
        assert watching.send_on_thresholds() == 0
        run_pending()
    with inside() as session:
        assert session.scalars(select(ScheduleRun)).one().value == 8
        assert len(session.scalars(mails()).all()) == 1
        session.scalars(select(ReportSchedule)).one().was_beyond = False
    with at(NOON + timedelta(hours=1), inside):
        assert watching.send_on_thresholds() == 1
    assert "crossed its bound (8)" in officer.get(path).text


def test_numbers_of_the_report_and_indicators_are_thresholds_for_those_who_see_all(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer, trainer = cast("reporting_officer").client, cast("trainer").client
    view = keep(officer, "All")
    page = officer.get(f"{view}/schedule?rhythm=threshold").text
    assert "number:completed" in page
    assert "indicator:" in page
    schedule(officer, view, "threshold", form="csv", measure="number:completed", above="less", bound="3")
    own = keep(trainer, "Mine")
    page = trainer.get(f"{own}/schedule?rhythm=threshold").text
    assert "number:completed" in page
    assert "indicator:" not in page
    forged = send(
        trainer, f"{own}/schedule?rhythm=threshold", "/schedule", measure="indicator:registered_users"
    )
    assert forged.status_code == 422
    with inside() as session:
        assert session.scalars(select(ReportSchedule)).one().was_beyond is True  # two completed already


# ------------------------------------------------------------------------------------------------ who leaves


@pytest.mark.parametrize("how", ["closed", "suspended", "right lost"])
def test_a_schedule_stops_when_its_owner_leaves_and_both_are_told(
    cast: Cast, rows: Rows, inside: Inside, how: str
) -> None:
    trainer, administrator = cast("trainer"), cast("administrator")
    path = schedule(trainer.client, keep(trainer.client, "Mine"), form="csv")
    with inside() as session:
        if how == "closed":
            accounts.close_account(None, trainer.person())
        elif how == "suspended":
            accounts.suspend(None, trainer.person(), "Left")
        else:
            for grant in session.scalars(select(RoleGrant).where(RoleGrant.user_id == trainer.id)).all():
                accounts.end_grant(None, grant)
        run_now("reports.check_owners")
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        assert session.scalars(select(ReportSchedule.state)).one() == ScheduleState.STOPPED
        assert session.scalars(select(ScheduleRun)).all() == []
        subjects = session.scalars(
            select(OutboxMail.language).where(OutboxMail.recipient == trainer.email)
        ).all()
        assert "fr" in subjects
        notice = session.scalars(select(Notice).where(Notice.kind == "report.schedule_stopped")).all()
        assert administrator.id in {one.user_id for one in notice}
    assert "Pierre Diallo" in administrator.client.get("/notices").text
    assert trainer.client.get(path).status_code in ({200} if how == "right lost" else {302, 404})


def test_a_stopped_schedule_goes_on_only_with_the_right(cast: Cast, rows: Rows, inside: Inside) -> None:
    trainer = cast("trainer")
    path = schedule(trainer.client, keep(trainer.client, "Mine"), form="csv")
    with inside() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.user_id == trainer.id)).one()
        role, scope = Role(grant.role), grant.scope
        accounts.end_grant(None, grant)
    send(trainer.client, path, "/resume")
    with inside() as session:
        assert session.scalars(select(ReportSchedule.state)).one() == ScheduleState.STOPPED
        accounts.grant_role(None, trainer.person(), role, scope)
    send(trainer.client, path, "/resume")
    with inside() as session:
        found = session.scalars(select(ReportSchedule)).one()
        assert (found.state, found.next_due_at) == (
            ScheduleState.ACTIVE,
            datetime(2026, 12, 3, 4, tzinfo=UTC),
        )


def test_a_paused_schedule_sends_nothing_and_a_removed_one_is_gone(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer = cast("reporting_officer").client
    view = keep(officer, "All")
    path = schedule(officer, view, form="csv")
    assert send(officer, path, "/pause").status_code == 303
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        assert session.scalars(mails()).all() == []
    assert send(officer, f"{view}/edit", "/removal").status_code == 303
    assert officer.get(view).status_code == 303  # a schedule sends it
    assert send(officer, path, "/resume").status_code == 303
    page = officer.get(path)
    assert "Active" in page.text
    removal = f"{path}/removal".removeprefix("/reports")
    assert send(officer, path, removal).status_code == 303
    assert officer.get(path).status_code == 404


@pytest.mark.parametrize("who", ["administrator", "trainer", "practitioner", "pending"])
def test_a_schedule_is_its_owners(cast: Cast, rows: Rows, who: str) -> None:
    officer = cast("reporting_officer").client
    path = schedule(officer, keep(officer, "All"), form="csv")
    client = cast(who).client
    for address in (path, f"{path}/edit"):
        assert client.get(address).status_code in {302, 404}
    for ending in ("pause", "resume", "now", "removal", "recipients", "edit"):
        assert client.post(f"{path}/{ending}").status_code in {302, 400, 404}
    assert "Active" in officer.get(path).text


def test_history_shows_digest_rows_and_recipients(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer").client
    path = schedule(officer, keep(officer, "All"), form="csv")
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        found = session.scalars(select(ScheduleDelivery)).one()
    assert (found.rows, len(found.sha256), found.zone) == (4, 64, "Africa/Nairobi")
    page = officer.get(path).text
    assert found.sha256[:16] in page
    assert "Sofia Rossi" in page


@pytest.mark.long
def test_two_workers_at_once_send_once(committing: TransactionalFlask) -> None:
    with committing.app_context(), unit_of_work() as session:
        Rows(session)
        officer = play(committing, "reporting_officer")
        actor = actors.of_person(officer)
        asked = ask(REPORTS["completions"], actor, {}, "UTC", "en")
        assert isinstance(asked, Asked)
        scheduling.make(actor, saving.keep(asked, "All"), Plan(form="csv", rhythm="daily", zone="UTC"))
    with clock.travel(NOON + timedelta(days=1)):
        _at_once(committing, watching.send_due)
        with committing.app_context(), unit_of_work() as session:
            delivery_id = session.scalars(select(ScheduleDelivery.id)).one()
        _at_once(committing, lambda: runs.deliver(delivery_id))
    with committing.app_context(), unit_of_work() as session:
        assert len(session.scalars(select(ScheduleRun)).all()) == 1
        assert len(session.scalars(mails()).all()) == 1
        assert session.scalars(select(ScheduleDelivery.state)).one() == DeliveryState.SENT


def _at_once(app: TransactionalFlask, work: Callable[[], object]) -> None:
    """Let four workers do the same at the same time."""
    ready = Barrier(4)

    def worker(_number: int) -> None:
        with app.app_context():
            ready.wait()
            with unit_of_work():
                work()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(worker, range(4)))
