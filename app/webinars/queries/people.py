"""Who is in a live room: counts for everybody, the list as each may see it, oneself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.core import clock
from app.core.database import JSON, db
from app.webinars import faces
from app.webinars.actions.people_stage import state_of
from app.webinars.actions.room import PRESENT_FOR
from app.webinars.journal import ALL, HOSTS
from app.webinars.models.planning import Roster, RunnerRole, Webinar
from app.webinars.models.room import Step, WebinarParticipant, WebinarRoom
from app.webinars.places import Place

PAGE = 100
P = WebinarParticipant


def present() -> ColumnElement[bool]:
    """Who is in the room now, or waits in its lobby."""
    return and_(P.left_at.is_(None), P.removed_at.is_(None), P.seen_at > clock.now() - PRESENT_FOR)


def counts(webinar: Webinar, audience: str) -> JSON:
    """Return how many are inside, and for who runs the room how many wait and stand on which step. Two queries."""
    rows = db.session.execute(
        select(P.admitted_at.is_not(None), P.step, func.count())
        .where(P.webinar_id == webinar.id, present())
        .group_by(P.admitted_at.is_not(None), P.step)
    ).all()
    inside = sum(number for admitted, _step, number in rows if admitted)
    told: JSON = {"count": inside} | _host(webinar)
    if audience == HOSTS:
        steps: Counter[str] = Counter({step.value: 0 for step in Step})
        steps.update({step: number for admitted, step, number in rows if admitted})
        told |= {
            "waiting": sum(number for admitted, _step, number in rows if not admitted),
            "steps": dict(steps),
        }
    return told


def _host(webinar: Webinar) -> JSON:
    """Who hosts at present; hosts are named always, so it is one query for row and name."""
    row = db.session.execute(
        select(P.public_id, WebinarRoom.host_away_since)
        .join(WebinarRoom, WebinarRoom.host_id == P.id)
        .where(WebinarRoom.webinar_id == webinar.id)
    ).one_or_none()
    return {"host": row[0] if row else None, "host_away": row is not None and row[1] is not None}


def part(place: Place) -> JSON:
    """Return what a snapshot says of people: counts, and the first page of those whom somebody may see."""
    counted = counts(place.webinar, HOSTS if place.hosts else ALL)
    listed = roster(place)
    return counted | {
        "hidden": not place.hosts and place.webinar.roster == Roster.HOSTS,
        "list": listed["people"],
        "more": listed["more"],
    }


def roster(place: Place, after: int = 0, words: str = "") -> JSON:
    """Return one page of the people that somebody may see, those who run the room first. Two queries.

    Where the roster is for hosts only, others see who has a part in the session, and themselves.
    """
    webinar, hosts = place.webinar, place.hosts
    asked = select(P).where(P.webinar_id == webinar.id)
    if not hosts:
        asked = asked.where(P.admitted_at.is_not(None), P.removed_at.is_(None), present())
        if webinar.roster == Roster.HOSTS:
            asked = asked.where(or_(P.role != RunnerRole.PARTICIPANT, P.id == place.me.id))
    rows = db.session.scalars(asked.order_by(P.role == RunnerRole.PARTICIPANT, P.number)).all()
    labels = faces.faces(place, rows)
    told = [person(place, one, labels[one.id]) for one in rows]
    wanted = words.casefold()
    found = [one for one in told if wanted in str(one["label"]).casefold()] if wanted else told
    return {"people": found[after : after + PAGE], "total": len(found), "more": len(found) > after + PAGE}


def person(place: Place, one: WebinarParticipant, face: JSON) -> JSON:
    """Return what somebody at ``place`` may know of a person; more for who runs the room."""
    told = state_of(one, face) | {"hand_at": one.hand_at.isoformat() if one.hand_at else None}
    if place.hosts:
        told |= {
            "here": is_present(one),
            "waiting": one.admitted_at is None,
            "step": one.step,
            "silenced": one.silenced,
            "removed": one.removed_at is not None,
            "banned": one.banned_at is not None,
        }
    return told


def is_present(one: WebinarParticipant) -> bool:
    """Whether somebody is in the room now, or waits in its lobby."""
    gone = one.left_at is not None or one.removed_at is not None
    return not gone and one.seen_at > clock.now() - PRESENT_FOR


def me(place: Place) -> JSON:
    """Return what somebody is told of themselves. One query."""
    one = place.me
    return state_of(one, faces.faces(place, [one])[one.id]) | {
        "hosts": place.hosts,
        "waiting": one.admitted_at is None,
        "silenced": one.silenced,
        "hand_at": one.hand_at.isoformat() if one.hand_at else None,
        "step": one.step,
    }


def stage(place: Place) -> list[JSON]:
    """Return who is on the stage, by place. Two queries."""
    rows = on_stage(place.webinar)
    labels = faces.faces(place, rows)
    return [state_of(one, labels[one.id]) for one in rows]


def on_stage(webinar: Webinar) -> Sequence[WebinarParticipant]:
    """Return who has a place on the stage, by place."""
    asked = select(P).where(P.webinar_id == webinar.id, P.stage.is_not(None))
    return db.session.scalars(asked.order_by(P.stage)).all()
