"""Who is in a live room: counts for everybody, the list as each may see it, oneself."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.core import clock
from app.core.database import JSON, db
from app.webinars import faces
from app.webinars.actions.people_stage import state_of
from app.webinars.actions.room import PRESENT_FOR
from app.webinars.journal import ALL, HOSTS
from app.webinars.models.planning import Roster, RunnerRole, Webinar
from app.webinars.models.room import Step, WebinarParticipant, WebinarRoom
from app.webinars.places import Place
from app.webinars.queries import hands
from app.webinars.snapshot import Rows

PAGE = 100
P = WebinarParticipant
_ROSTER = (P.role == RunnerRole.PARTICIPANT, P.number)


def present() -> ColumnElement[bool]:
    """Who is in the room now, or waits in its lobby."""
    return and_(P.left_at.is_(None), P.removed_at.is_(None), P.seen_at > clock.now() - PRESENT_FOR)


def counts(webinar: Webinar, audience: str) -> JSON:
    """Return how many are inside, and for who runs the room how many wait and stand on which step. Two queries."""
    return _counts(db.session.execute(_by_step(webinar)).all(), audience) | _host(webinar)


def _by_step(webinar: Webinar) -> Select[bool, str, int]:
    """How many are present, by whether they were let in and by step."""
    admitted = P.admitted_at.is_not(None)
    counted = select(admitted.label("admitted"), P.step, func.count().label("number"))
    return counted.where(P.webinar_id == webinar.id, present()).group_by(admitted, P.step)


def _counts(rows: Rows, audience: str) -> JSON:
    told: JSON = {"count": sum(number for admitted, _step, number in rows if admitted)}
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


PARTS = ("people", "stage", "hands")


def asked(place: Place) -> Select[bool, str, int]:
    """Return what the snapshot's ``PARTS`` ask together with the others: how many are present."""
    return _by_step(place.webinar)


def parts(place: Place, counted: Rows) -> JSON:
    """Return what a snapshot says of people: counts and the first page of those whom somebody may see, the stage by its
    places, the queue of hands. One query, however many they are."""
    webinar, audience = place.webinar, HOSTS if place.hosts else ALL
    listed, rows = _first_page_and_shown(place)
    labels = faces.faces(place, rows)
    host_id = place.room.host_id if place.room else None
    host = next((one.public_id for one in rows if one.id == host_id), None)
    away = place.room is not None and place.room.host_away_since is not None
    on_stage = sorted((one.stage, one) for one in rows if one.stage is not None)
    return {
        "people": _counts(counted, audience)
        | {
            "host": host,
            "host_away": host is not None and away,
            "hidden": not place.hosts and webinar.roster == Roster.HOSTS,
            "list": [person(place, one, labels[one.id]) for one in listed[:PAGE]],
            "more": len(listed) > PAGE,
        },
        "stage": [state_of(one, labels[one.id]) for _number, one in on_stage],
        "hands": hands.queue(webinar, rows, audience),
    }


def _first_page_and_shown(place: Place) -> tuple[list[P], list[P]]:
    """Return the roster's first page, and one more if there is; these, and everybody who hosts, is on the stage, has a
    hand up or the floor. One query."""
    page = _roster(place).with_only_columns(P.id).limit(PAGE + 1).subquery()
    shown = or_(P.stage.is_not(None), hands.up_or_heard())
    if place.room is not None and place.room.host_id is not None:
        shown = or_(shown, P.id == place.room.host_id)
    rows = db.session.execute(
        select(P, page.c.id.is_not(None))
        .outerjoin(page, page.c.id == P.id)
        .where(P.webinar_id == place.webinar.id, or_(page.c.id.is_not(None), shown))
        .options(faces.with_names())
        .order_by(*_ROSTER)
    ).all()
    return [one for one, listed in rows if listed], [one for one, _listed in rows]


def _roster(place: Place) -> Select[P]:
    """The people that somebody may see, those who run the room first. Where the roster is for hosts only, others see
    who has a part in the session, and themselves."""
    seen = select(P).where(P.webinar_id == place.webinar.id).order_by(*_ROSTER)
    if place.hosts:
        return seen
    seen = seen.where(P.admitted_at.is_not(None), P.removed_at.is_(None), present())
    if place.webinar.roster == Roster.HOSTS:
        seen = seen.where(or_(P.role != RunnerRole.PARTICIPANT, P.id == place.me.id))
    return seen


def roster(place: Place, after: int = 0, words: str = "") -> JSON:
    """Return one page of the people that somebody may see, those whose label has ``words`` in it. One query."""
    rows = db.session.scalars(_roster(place).options(faces.with_names())).all()
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
    """Return what somebody is told of themselves."""
    one = place.me
    return state_of(one, faces.faces(place, [one])[one.id]) | {
        "hosts": place.hosts,
        "waiting": one.admitted_at is None,
        "silenced": one.silenced,
        "hand_at": one.hand_at.isoformat() if one.hand_at else None,
        "step": one.step,
    }
