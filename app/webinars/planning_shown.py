"""A session as pages show it: when on the reader's clock and on its own, what the reader can do, how it is joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.group_rules import FREE
from app.core import clock
from app.core.access import Actor
from app.core.i18n import format_day, format_number
from app.notifications import months
from app.webinars.calendar_sources import entry
from app.webinars.models.planning import RunnerRole, State, Webinar
from app.webinars.places import Place

ROOM_PAGE = "webinars.room_page"
ROOM_BEFORE = timedelta(minutes=60)
"""How long before the start those who run a session are led to its room."""
_REGISTRABLE = (State.PLANNED, State.OPEN, State.LIVE)


@dataclass(frozen=True, slots=True)
class When:
    """A session's time: day and hours on the reader's clock, where that is; hours and place of its own clock, if
    another."""

    day: str
    times: str
    city: str
    there: str
    there_city: str


def when(webinar: Webinar, actor: Actor) -> When:
    """Return when a session is, for a reader."""
    shown = entry(webinar, FREE)
    day = webinar.starts_at.astimezone(ZoneInfo(actor.zone)).date()
    other = months.elsewhere(shown, actor.zone)
    return When(
        day=format_day(day, "EEEE d MMMM y"),
        times=months.times(shown, actor.zone, day),
        city=months.place(actor.zone),
        there=other[0] if other else "",
        there_city=other[1] if other else "",
    )


def public_when(webinar: Webinar) -> str:
    """Return when a session is, for somebody whose clock is not known: on its own."""
    own = webinar.starts_at.astimezone(ZoneInfo(webinar.zone))
    return str(
        _(
            "%(day)s, %(time)s in %(place)s",
            day=format_day(own.date(), "EEE d MMM y"),
            time=f"{own:%H:%M}",
            place=months.place(webinar.zone),
        )
    )


def lasts(minutes: int) -> str:
    """Return a length in words: minutes below two hours, else hours to the half."""
    if minutes < 120:
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    return str(_("%(number)s hours", number=format_number(round(minutes / 30) / 2)))


def room_url(webinar: Webinar) -> str:
    """Return the address of a session's room."""
    if ROOM_PAGE in current_app.view_functions:
        return url_for(ROOM_PAGE, webinar_id=webinar.public_id)
    return f"/webinars/{webinar.public_id}/room"


def may_join(place: Place) -> bool:
    """Whether the reader is led to the running room: who runs it, who has a place, everybody where none is counted."""
    webinar = place.webinar
    if not webinar.running or place.barred or webinar.is_template:
        return False
    free = webinar.capacity is None and not place.waits
    return place.plans or place.runner is not None or place.registered or free


def may_prepare(place: Place) -> bool:
    """Whether the reader runs the session and can go to its room before it is open."""
    runs = place.plans or place.role in {RunnerRole.HOST, RunnerRole.COHOST}
    webinar = place.webinar
    near = webinar.starts_at - ROOM_BEFORE <= clock.now() < webinar.ends_at
    return runs and webinar.state == State.PLANNED and near and not webinar.is_template


def may_register(place: Place) -> bool:
    """Whether the reader can register now."""
    webinar = place.webinar
    return (
        webinar.state in _REGISTRABLE
        and webinar.ends_at > clock.now()
        and not webinar.is_template
        and place.runner is None
        and not place.registered
        and not place.waits
    )


def sees_link(place: Place) -> bool:
    """Whether the reader sees the address of a meeting held elsewhere: who runs it or has a place."""
    return place.plans or place.runner is not None or place.registered


def agenda(webinar: Webinar, zone: str) -> list[tuple[str, str]]:
    """Return the agenda as (time, what) on a zone's clock."""
    here = ZoneInfo(zone)
    return [
        (_clock(webinar.starts_at + timedelta(minutes=line["minute"]), here), str(line["title"]))
        for line in webinar.agenda
    ]


def _clock(moment: datetime, here: ZoneInfo) -> str:
    return f"{moment.astimezone(here):%H:%M}"
