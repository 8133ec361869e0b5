"""How views of attendance and of what follows get their objects."""

from __future__ import annotations

from sqlalchemy import select

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.webinars.loaders import seen
from app.webinars.models.attendance import AttendanceEntry
from app.webinars.models.planning import State
from app.webinars.places import Place
from app.webinars.policy import RUNS
from app.webinars.queries.attendance import Attendee, Sheet
from app.webinars.queries.closing import sheet_now, verdict_of

Person = tuple[Place, Sheet, Attendee]


def kept(actor: Actor, webinar_id: str) -> Place:
    """A session whose attendance the actor answers for: they plan it, or ran its room as host or co-host."""
    found = seen(actor, webinar_id)
    if not may_keep(found):
        raise NotFound
    return found


def may_keep(place: Place) -> bool:
    """Whether somebody sees the attendance of others, and what else a session's report holds."""
    return place.plans or (place.role in RUNS and not place.barred)


def person(actor: Actor, webinar_id: str, who: str) -> Person:
    """A person of a session whose attendance the actor answers for."""
    place = kept(actor, webinar_id)
    sheet = sheet_now(place.webinar, clock.now())
    found = sheet.find(who)
    if found is None:
        raise NotFound
    return place, sheet, found


def entry(actor: Actor, webinar_id: str, entry_id: str) -> tuple[Place, AttendanceEntry]:
    """What was stated about somebody, in a session whose attendance the actor answers for."""
    place = kept(actor, webinar_id)
    found = db.session.scalars(
        select(AttendanceEntry).where(
            AttendanceEntry.webinar_id == place.webinar.id, AttendanceEntry.public_id == entry_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return place, found


def held(actor: Actor, webinar_id: str) -> Place:
    """A session that is over, with a report for the actor."""
    place = kept(actor, webinar_id)
    if place.webinar.state != State.ENDED:
        raise NotFound
    return place


def took_part(actor: Actor, webinar_id: str) -> Place:
    """A session that is over and asks for feedback, in which the actor took part."""
    place = seen(actor, webinar_id)
    if place.webinar.state != State.ENDED or not place.webinar.feedback or place.barred:
        raise NotFound
    found = verdict_of(place.webinar.id, actor.user_id or 0)
    if found is None or not found.counts or found.attended_fact is None:
        raise NotFound
    return place
