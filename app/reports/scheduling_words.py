"""Words for schedules."""

from __future__ import annotations

from collections.abc import Mapping

from babel.dates import get_day_names, get_month_names
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.core.i18n import format_number, page_language
from app.core.texts import lazy_gettext as _l
from app.records.indicators import INDICATORS
from app.reports.models import DeliveryState, ReportSchedule, Rhythm, ScheduleState
from app.reports.scheduling_runs import (
    ACTIVITY,
    DUE,
    ERROR,
    NO_RIGHTS,
    NOTHING_THERE,
    NOW,
    PERSONS,
    THRESHOLD,
    TOO_LARGE,
    TOO_LONG,
)
from app.reports.scheduling_stopping import INDICATOR
from app.reports.scheduling_watching import ROWS

RHYTHMS: Mapping[Rhythm, LazyString] = {
    Rhythm.DAILY: _l("Every day"),
    Rhythm.WEEKLY: _l("Every week"),
    Rhythm.MONTHLY: _l("Every month"),
    Rhythm.QUARTERLY: _l("Every quarter"),
    Rhythm.YEARLY: _l("Every year"),
    Rhythm.AFTER_ACTIVITY: _l("After an activity ends"),
    Rhythm.THRESHOLD: _l("When a number crosses a bound"),
}
"""When something is sent."""

STATES: Mapping[str, tuple[str, LazyString]] = {
    ScheduleState.ACTIVE: ("done", _l("Active")),
    ScheduleState.PAUSED: ("waiting", _l("Paused")),
    ScheduleState.STOPPED: ("danger", _l("Stopped: its owner may not have the report")),
}
"""Kind of badge and words of each state of a schedule."""

DELIVERIES: Mapping[str, tuple[str, LazyString]] = {
    DeliveryState.WAITING: ("progress", _l("Being made")),
    DeliveryState.SENT: ("done", _l("Sent")),
    DeliveryState.REFUSED: ("plain", _l("Not sent")),
    DeliveryState.FAILED: ("danger", _l("Failed")),
}
"""Kind of badge and words of each state of a delivery."""

REASONS: Mapping[str, LazyString] = {
    NO_RIGHTS: _l("may not have this report, or wants no more of it"),
    NOTHING_THERE: _l("what the view is narrowed to is not there for them"),
    PERSONS: _l("only totals leave the platform"),
    TOO_LONG: _l("more rows than such a file holds"),
    TOO_LARGE: _l("too large for a mail"),
    ERROR: _l("could not be made"),
}
"""Why nothing was sent."""

CAUSES: Mapping[str, LazyString] = {
    DUE: _l("By the calendar"),
    NOW: _l("Sent to the owner at once"),
    ACTIVITY: _l("An activity ended"),
    THRESHOLD: _l("The number crossed its bound"),
}
"""Why there was a run."""


def weekdays() -> list[tuple[str, str]]:
    """Return the days of the week from Monday on, as (number, name)."""
    names = get_day_names("wide", locale=page_language())
    return [(str(day), names[day]) for day in range(7)]


def months() -> list[tuple[str, str]]:
    """Return the months, as (number, name)."""
    names = get_month_names("wide", locale=page_language())
    return [(str(month), names[month]) for month in range(1, 13)]


def places_in_quarter() -> list[tuple[str, str]]:
    """Return the months of a quarter, as (number, words)."""
    return [("1", _("first month")), ("2", _("second month")), ("3", _("third month"))]


def rhythm(schedule: ReportSchedule) -> str:
    """Return in a sentence when a schedule sends."""
    at = _("%(hour)s:00 (%(zone)s)", hour=f"{schedule.hour:02d}", zone=schedule.zone)
    day = format_number(schedule.day)
    if schedule.rhythm == Rhythm.DAILY:
        return str(_("Every day at %(at)s", at=at))
    if schedule.rhythm == Rhythm.WEEKLY:
        return str(_("Every week: %(day)s, %(at)s", day=weekdays()[schedule.weekday][1], at=at))
    if schedule.rhythm == Rhythm.MONTHLY:
        return str(_("Every month: day %(day)s, %(at)s", day=day, at=at))
    if schedule.rhythm == Rhythm.QUARTERLY:
        place = places_in_quarter()[(schedule.month - 1) % 3][1]
        return str(_("Every quarter: %(month)s, day %(day)s, %(at)s", month=place, day=day, at=at))
    if schedule.rhythm == Rhythm.YEARLY:
        month = months()[schedule.month - 1][1]
        return str(_("Every year: %(month)s, day %(day)s, %(at)s", month=month, day=day, at=at))
    if schedule.rhythm == Rhythm.AFTER_ACTIVITY:
        hours = format_number(schedule.hours_after)
        return str(_("After an activity ends; hours later: %(hours)s", hours=hours))
    return _threshold(schedule)


def _threshold(schedule: ReportSchedule) -> str:
    bound, name = format_number(schedule.bound), measure(schedule.measure)
    if schedule.above:
        return str(_("When it comes to be more than %(bound)s: %(measure)s", bound=bound, measure=name))
    return str(_("When it comes to be less than %(bound)s: %(measure)s", bound=bound, measure=name))


def measure(key: str) -> str:
    """Return the name of what a threshold looks at; of a number of a report, its key."""
    if key == ROWS:
        return str(_("rows of the report"))
    if key.startswith(INDICATOR):
        found = INDICATORS.get(key.removeprefix(INDICATOR))
        return str(found.name) if found else key
    return key.partition(":")[2].replace("_", " ")
