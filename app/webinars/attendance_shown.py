"""How attendance is put into words and columns, on pages, in files and in the live room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.core.i18n import country, format_number
from app.core.texts import lazy_gettext as _l
from app.webinars.models.attendance import EntryKind
from app.webinars.models.planning import RunnerRole
from app.webinars.models.room import Step
from app.webinars.planning_words import ROLES
from app.webinars.queries.attendance import CORRECTED, LIVE, Attendee, Sheet

STEPS: Mapping[str, LazyString] = {
    Step.FULL: _l("Full picture"),
    Step.LOW: _l("Small picture"),
    Step.SOUND: _l("Sound only"),
    Step.TEXT: _l("Text"),
}
HOW: Mapping[str, LazyString] = {
    LIVE: _l("In the live room"),
    EntryKind.LIST: _l("By the organiser's list"),
    EntryKind.CODE: _l("By the code in the hall"),
    EntryKind.COMPANION: _l("Beside a participant"),
    CORRECTED: _l("Corrected"),
}
MADE: Mapping[str, LazyString] = {
    EntryKind.LIST: _l("Put on the list of those who were there"),
    EntryKind.CODE: _l("Checked in with the code shown in the hall"),
    EntryKind.COMPANION: _l("Sits with a participant"),
    EntryKind.CORRECTION: _l("Corrected"),
    EntryKind.WITHDRAWN: _l("An entry was taken back"),
}
"""What an entry says happened."""


def minutes(time: timedelta) -> float:
    """Return minutes with one decimal."""
    return round(time.total_seconds() / 60, 1)


def minutes_words(time: timedelta) -> str:
    """Return a time in whole minutes, with the unit."""
    return str(_("%(count)s min", count=format_number(int(time.total_seconds() // 60))))


def standing(one: Attendee, *, settled: bool) -> tuple[str, str]:
    """Return kind and words of the badge that says where somebody stands."""
    if not one.counts:
        return "plain", str(ROLES.get(one.role, ""))
    if one.fulfilled:
        return "done", _("Attended")
    if not one.was_there:
        return "plain", _("Not there")
    return ("attention", _("Not enough")) if settled else ("progress", _("Not yet enough"))


def how_words(one: Attendee) -> str:
    """Return the ways by which somebody's attendance is known."""
    return ", ".join(str(HOW[way]) for way in one.how if way in HOW)


def step_parts(one: Attendee) -> list[tuple[str, timedelta]]:
    """Return the time on each step, in words."""
    return [(str(STEPS[step]), one.steps[step]) for step in Step if step in one.steps]


def headings() -> list[str]:
    """Return the headings of the attendance list in files."""
    return [
        _("Name"),
        _("Id"),
        _("Country"),
        _("Role"),
        _("Registered"),
        _("First there (UTC)"),
        _("Last there (UTC)"),
        _("Minutes"),
        _("Minutes needed"),
        *(_("Minutes: %(step)s", step=words) for words in STEPS.values()),
        _("Check questions answered"),
        _("Check questions asked"),
        _("How it is known"),
        _("Attended"),
        _("Correction"),
    ]


def rows(sheet: Sheet) -> Iterator[list[object]]:
    """Yield the attendance list for files; instants as ISO 8601 in UTC."""
    for one in sheet.people:
        reason = one.correction.reason if one.correction is not None else ""
        yield [
            one.name,
            one.key,
            country(one.country) if one.country else "",
            str(ROLES[one.role]) if one.role != RunnerRole.PARTICIPANT else _("Participant"),
            _("yes") if one.registered else _("no"),
            _instant(one.first_at),
            _instant(one.last_at),
            minutes(one.present),
            minutes(sheet.rule.needed),
            *(minutes(one.steps.get(step, timedelta(0))) for step in Step),
            one.answered,
            sheet.asked,
            how_words(one),
            _("yes") if one.fulfilled else _("no") if one.counts else "",
            reason,
        ]


def _instant(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""
