"""Roles in a live room: promote, demote, pass on the host's place; what happens when the host's line goes silent."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import Refused, require
from app.live import actions as live
from app.webinars import faces, journal, moderation_trail, touching
from app.webinars.actions.people_stage import leave_stage, room_of, take_stage, tell_all
from app.webinars.models.planning import RunnerRole, Webinar
from app.webinars.models.room import WebinarLog, WebinarParticipant, WebinarRoom
from app.webinars.places import Place
from app.webinars.policy import RUNS, STAGE

AWAY_AFTER = timedelta(seconds=1.8)  # of silence: everybody is told within three seconds
PASSED_AFTER = timedelta(seconds=6)  # of being away: a co-host has the room within ten
_THERE = timedelta(seconds=5)  # a co-host heard of since then can take over


def set_role(place: Place, one: WebinarParticipant, role: str, undoes: WebinarLog | None = None) -> int:
    """Make somebody something else in the room. Returns the entry's number.

    Refused for oneself, of a host by a co-host, and for a role that does not exist; the host's place is passed on.
    """
    require(role in set(RunnerRole), _("There is no such role."))
    check_over(place, one)
    require(role != RunnerRole.HOST or place.role == RunnerRole.HOST, _("Only a host can make a host."))
    room = room_of(place.webinar)
    db.session.refresh(one)
    before, one.role = one.role, role
    if before in STAGE and role not in STAGE:
        leave_stage(one)
    if role not in RUNS and room.host_id == one.id:
        room.host_id = None
    moderation_trail.note(
        place, Verb.WEBINAR_PERSON_ROLE_SET, one, undoes=undoes, detail={"from": before, "to": role}
    )
    return _now_is(place.webinar, one)


def pass_host(place: Place, one: WebinarParticipant) -> int:
    """Pass the host's place on to somebody, oneself included, and stay as a co-host. Returns the entry's number."""
    require(place.hosts, _("You do not run this session."))
    require(one.admitted_at is not None and one.removed_at is None, _("This person is not in the room."))
    require(
        place.role == RunnerRole.HOST or one.role == RunnerRole.HOST or one.id == place.me.id,
        _("Only a host can pass the host's place on."),
    )
    room = room_of(place.webinar)
    me = place.me
    if one.id != me.id and me.role == RunnerRole.HOST:
        me.role = RunnerRole.COHOST
        _now_is(place.webinar, me)
    if one.role != RunnerRole.HOST and one.id != me.id:
        one.role = RunnerRole.HOST
        _now_is(place.webinar, one)
    moderation_trail.note(place, Verb.WEBINAR_ROOM_HOST_PASSED, one)
    return _hosts_now(place.webinar, room, one)


def check_over(place: Place, one: WebinarParticipant) -> None:
    """Refuse what somebody may not do to somebody: to oneself, and a co-host to a host."""
    require(place.hosts, _("You do not run this session."))
    require(one.id != place.me.id, _("You cannot do this to yourself."))
    require(
        one.role != RunnerRole.HOST or place.role == RunnerRole.HOST,
        _("A co-host cannot do this to a host."),
    )


def _now_is(webinar: Webinar, one: WebinarParticipant) -> int:
    db.session.flush()
    live.ask_again(one.user_id)
    touching.touch(webinar, "people")
    return tell_all(webinar, one)


def _hosts_now(webinar: Webinar, room: WebinarRoom, one: WebinarParticipant, *, alone: bool = False) -> int:
    """Make somebody the host of the present: on the stage if there is room, and everybody is told."""
    room.host_id, room.host_away_since = one.id, None
    with suppress(Refused):  # on a full stage the slides are theirs all the same
        take_stage(webinar, one)
    db.session.flush()
    tell_all(webinar, one)
    return journal.tell(webinar, "room.host", {"person": faces.face(webinar, one), "took_over": alone})


# ------------------------------------------------------------------------------- a host whose line goes silent


def watch_host(webinar: Webinar) -> None:
    """See whether the host of a running session is there; say that they are away, that they are back, pass on."""
    room = db.session.get(WebinarRoom, webinar.id)
    if room is None or room.host_id is None:
        return
    host, now = db.session.get_one(WebinarParticipant, room.host_id), clock.now()
    silent = now - host.seen_at > AWAY_AFTER or host.left_at is not None
    if silent == (room.host_away_since is not None) and not (silent and _due(room)):
        return
    room = room_of(webinar)  # once more, holding it: another gateway sees the same
    db.session.refresh(host)
    silent = now - host.seen_at > AWAY_AFTER or host.left_at is not None
    if not silent and room.host_away_since is not None:
        room.host_away_since = None
        journal.tell(webinar, "room.host_back", {"person": faces.face(webinar, host)})
    elif silent and room.host_away_since is None:
        room.host_away_since = now
        moderation_trail.note_of_platform(webinar, Verb.WEBINAR_ROOM_HOST_AWAY, host)
        journal.tell(webinar, "room.host_away", {"person": faces.face(webinar, host)})
    elif silent and _due(room):
        _take_over(webinar, room, host)


def _due(room: WebinarRoom) -> bool:
    return room.host_away_since is not None and clock.now() - room.host_away_since > PASSED_AFTER


def _take_over(webinar: Webinar, room: WebinarRoom, host: WebinarParticipant) -> None:
    """Pass the room on to who may run it and is there: hosts before co-hosts, who came first before others."""
    there = db.session.scalars(
        select(WebinarParticipant)
        .where(
            WebinarParticipant.webinar_id == webinar.id,
            WebinarParticipant.role.in_(RUNS),
            WebinarParticipant.id != host.id,
            WebinarParticipant.left_at.is_(None),
            WebinarParticipant.removed_at.is_(None),
            WebinarParticipant.seen_at > clock.now() - _THERE,
        )
        .order_by(WebinarParticipant.role == RunnerRole.COHOST, WebinarParticipant.number)
        .limit(1)
    ).one_or_none()
    if there is None:
        return
    moderation_trail.note_of_platform(webinar, Verb.WEBINAR_ROOM_HOST_PASSED, there)
    _hosts_now(webinar, room, there, alone=True)
