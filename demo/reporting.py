"""The reporting officer's desk: yearly reports, what came of activities, views, a schedule, a set of countries.

Everything is made through the application's own actions, each at the time at which it is said to have been done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import func, select

from app.accounts import actors
from app.accounts.models import User
from app.core import clock
from app.core.access import Actor, act_as, forget_actor
from app.core.database import db
from app.records.figures.models import Qualifier, Snapshot
from app.records.groupings import actions as country_sets
from app.records.models import Activity
from app.reports import catalogue, saving, scheduling
from app.reports.frame import Asked
from app.reports.models import ReportSchedule, Rhythm, SavedView
from app.reports.scheduling import Plan
from app.reports.yearly import actions as yearly
from app.reports.yearly import lines, results
from app.reports.yearly.models import ActivityResult, ResultKind, YearlyReport
from demo.people import Person
from demo.tables import Counts
from demo.world import World, at, data

CLEARED_YEARS = 2
"""So many years before the present one have a report that was cleared; each begins from the totals of the last."""
_VIEWS_KEPT = timedelta(days=40)
_SET_MADE = date(2018, 1, 1)
_COUNTED = (YearlyReport, ActivityResult, SavedView, ReportSchedule)


def load_reporting(world: World, officer: Person, administrator: Person) -> Counts:
    """Make everything on the reporting officer's desk; needs figures counted. Returns rows by table."""
    with force_locale("en"):
        _Desk(world, officer, administrator).fill()
    return {
        model.__tablename__: int(db.session.scalar(select(func.count()).select_from(model)) or 0)
        for model in _COUNTED
    }


@dataclass(frozen=True, slots=True)
class _Desk:
    world: World
    officer: Person
    administrator: Person

    def fill(self) -> None:
        told = data("reporting")
        for row in told["country_sets"]:
            self._country_set(row)
        for row in told["results"]:
            self._result(row)
        self._withdrawn(told["withdrawn"])
        self._yearly_reports(told["yearly"])
        for row in told["views"]:
            self._view(row)

    @contextmanager
    def _as(self, person: Person, moment: datetime) -> Iterator[Actor]:
        """Let somebody act at a moment; never ahead of the present."""
        with clock.travel(min(moment, self.world.now)):
            actor = actors.of_person(db.session.get_one(User, person.id))
            act_as(actor)
            try:
                yield actor
            finally:
                forget_actor()

    # ------------------------------------------------------------------------------------------- yearly reports

    def _yearly_reports(self, told: Mapping[str, Any]) -> None:
        """Reports of past years, cleared, and the draft of the present one."""
        this, before = self.world.today.year, None
        for year in range(this - CLEARED_YEARS, this):
            if self._day(told["cleared"], year + 1) < self.world.today:
                before = self._cleared(year, told, before)
        with self._as(self.officer, self.world.now - timedelta(days=6, hours=3)) as actor:
            self._written(actor, this, told, None, before)

    def _cleared(self, year: int, told: Mapping[str, Any], before: Snapshot | None) -> Snapshot | None:
        """Let the officer write the report of a year, and an administrator clear it; return what was frozen."""
        known = datetime.combine(self._day(told["known"], year + 1), time(23, 59, 59), UTC)
        with self._as(self.officer, self._moment(told["written"], year + 1)) as actor:
            report = self._written(actor, year, told, known, before)
        with self._as(self.officer, self._moment(told["submitted"], year + 1)) as actor:
            yearly.submit(actor, report)
        with self._as(self.administrator, self._moment(told["cleared"], year + 1)) as actor:
            yearly.clear(actor, report)
        return report.snapshot

    def _written(
        self, actor: Actor, year: int, told: Mapping[str, Any], as_of: datetime | None, before: Snapshot | None
    ) -> YearlyReport:  # fmt: skip
        period = (date(year, 1, 1), min(date(year, 12, 31), self._yesterday()))
        report = yearly.make(actor, f"{told['title']} {year}", told["language"], period, as_of, before)
        report.made_at = clock.now()
        for row in told["further"]:
            line = lines.line(row["figure"], row["epoch"], report.ends_on, row["qualifier"])
            yearly.add_line(actor, report, line)
        for line in list(report.lines):
            word = told["said"].get(line.figure)
            if word:
                yearly.change_line(
                    actor,
                    line,
                    epoch=line.epoch,
                    cut_off=line.cut_off,
                    as_of=line.as_of,
                    qualifier=Qualifier(word),
                )
        db.session.flush()
        return report

    def _yesterday(self) -> date:
        """The last day that is over; on the first day of a year that day, as a report has one at least."""
        return max(self.world.today - timedelta(days=1), date(self.world.today.year, 1, 1))

    @staticmethod
    def _day(written: str, year: int) -> date:
        return date.fromisoformat(f"{year}-{written}")

    def _moment(self, written: str, year: int) -> datetime:
        return at(self._day(written, year), 10, 20, self.officer.zone)

    # ------------------------------------------------------------------------------------------- results, sets

    def _result(self, row: Mapping[str, Any]) -> ActivityResult | None:
        """Enter what came of an activity; None where there is none of that topic and kind."""
        day = self.world.today - timedelta(days=row["days"])
        activity = self._activity(row["about"], day)
        if activity is None:
            return None
        with self._as(self.officer, at(day, 9, 30) + timedelta(days=12)) as actor:
            kind, texts = (
                ResultKind(row["kind"]),
                {name: row[name] for name in ("summary", "evidence", "source")},
            )
            made = results.enter(actor, activity, kind, day, country=row["country"], **texts)
            made.entered_at = clock.now()
            return made

    def _withdrawn(self, row: Mapping[str, Any]) -> None:
        made = self._result(row)
        if made is not None:
            with self._as(self.officer, made.entered_at + timedelta(days=9)) as actor:
                results.withdraw(actor, made, row["because"])

    @staticmethod
    def _activity(about: Mapping[str, str], day: date) -> UUID | None:
        """Return the latest activity of a topic and kind before a day."""
        since = func.coalesce(Activity.starts_at, Activity.described_at)
        return db.session.scalar(
            select(Activity.key)
            .where(Activity.topic == about["topic"], Activity.kind == about["kind"], since < at(day, 0))
            .order_by(since.desc(), Activity.key)
            .limit(1)
        )

    def _country_set(self, row: Mapping[str, Any]) -> None:
        with self._as(self.administrator, self.world.now - _VIEWS_KEPT) as actor:
            members = frozenset(row["members"])
            country_sets.make_set(actor, country_sets.Draft(row["names"], members, _SET_MADE, row["note"]))

    # ------------------------------------------------------------------------------------------- views, schedules

    def _view(self, row: Mapping[str, Any]) -> None:
        """Keep a view, share it with a role, have it sent every month."""
        with self._as(self.officer, self.world.now - _VIEWS_KEPT) as actor:
            report = catalogue.REPORTS[row["report"]]
            asked = catalogue.ask(report, actor, row["asked"], actor.zone)
            if not isinstance(asked, Asked):
                raise ValueError(f"{row['name']}: {asked.errors}")
            view = saving.keep(asked, row["name"])
            view.created_at = view.updated_at = clock.now()
            if "shared" in row:
                saving.share_with_role(actor, view, row["shared"])
        if "monthly" in row:
            with self._as(self.officer, self.world.now - timedelta(hours=2)) as actor:
                plan = Plan(rhythm=Rhythm.MONTHLY.value, zone=actor.zone, **row["monthly"])
                scheduling.make(actor, view, plan)
