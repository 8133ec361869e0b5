"""A session is planned: made, changed, moved, published, opened, cancelled, thrown away."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from app.accounts.audiences import audiences
from app.accounts.locking import lock
from app.accounts.models import GroupMembership, User
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock, events
from app.core.access import Actor
from app.core.database import db
from app.core.refusal import require
from app.webinars import planning_notices as notices
from app.webinars import planning_search, register
from app.webinars.actions.planning_materials import discard_unused
from app.webinars.actions.registration import fill
from app.webinars.events import SessionCancelled, SessionChanged, SessionPublished
from app.webinars.media import adapter_for
from app.webinars.models.planning import (
    Audience,
    MediaKind,
    RegistrationState,
    Roster,
    RunnerRole,
    State,
    Webinar,
    WebinarMaterial,
    WebinarRegistration,
    WebinarRunner,
    WebinarSeries,
)
from app.webinars.models.room import WebinarRoom
from app.webinars.places import Place
from app.webinars.policy import may_plan

LONGEST = timedelta(days=31)
CALENDARS_FOLLOW = frozenset({"title", "zone", "starts_at", "ends_at", "place", "link", "channel", "summary"})
MOVES = frozenset({"starts_at", "ends_at", "place", "channel"})
_HAS_PLACE = ("hybrid", "in_person")


@dataclass(frozen=True, slots=True)
class Plan:
    """What, when, where, for whom: columns of ``webinar``. Times are aware; ``zone`` is the IANA zone it is held in."""

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str = "UTC"
    kind: str = "webinar"
    channel: str = "platform"
    summary: str = ""
    topic: str = ""
    languages: list[str] = field(default_factory=list)
    series_id: int | None = None
    place: str = ""
    link: str = ""
    audience: str = Audience.VETTED
    group_id: int | None = None
    countries: list[str] = field(default_factory=list)
    listed: bool = True
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """How the room is, what counts as having attended, what people get: columns of ``webinar``."""

    media: str = MediaKind.NULL
    roster: str = Roster.ALL
    anonymous_questions: bool = True
    keep_chat: bool = True
    lobby: bool = False
    recorded: bool = False
    certificate: bool = True
    feedback: bool = True
    percent: int = 70
    answers_needed: int = 0
    reminders: list[int] = field(default_factory=lambda: [10_080, 1_440, 60, 0])


def create(actor: Actor, plan: Plan, setup: Setup | None = None) -> Webinar:
    """Make a draft; the actor is its host. Refused to who may not plan, and for an unfit plan."""
    require(may_plan(actor), _("You may not plan sessions."))
    _check(actor, plan, None)
    webinar = Webinar(
        created_by=actor.user_id,
        created_at=clock.now(),
        changed_at=clock.now(),
        **(asdict(plan) | asdict(setup or Setup())),
    )
    db.session.add(webinar)
    db.session.flush()
    assert actor.user_id is not None
    host = db.session.get_one(User, actor.user_id)
    db.session.add(
        WebinarRunner(webinar_id=webinar.id, user_id=host.id, name=host.name, role=RunnerRole.HOST)
    )
    db.session.flush()
    keep(actor, Verb.WEBINAR_PLANNED, webinar)
    return webinar


def change(place: Place, plan: Plan) -> bool:
    """Change what, when, where or for whom; False when nothing differs. Of a published session everybody hears.

    Refused for a session that has ended or was cancelled, for another time of one whose room is open, for fewer places
    than are taken, and for an audience that people who are registered do not belong to.
    """
    webinar = _opened_for_change(place)
    _check(place.actor, plan, webinar)
    what = _differing(webinar, asdict(plan))
    require(
        not (webinar.running and MOVES & set(what)),
        _("The room is open: time and place cannot be changed any more."),
    )
    if plan.audience == Audience.GROUP and "group_id" in what:
        require(not _outsiders(webinar, plan.group_id), _("People are registered who are not in this group."))
    return _changed(place, what, asdict(plan))


def set_up(place: Place, setup: Setup) -> bool:
    """Change how the room is and what counts; False when nothing differs. Another rule gets a new version.

    Refused for a session that has ended or was cancelled, and for what cannot carry sound and picture here; an open
    room keeps its media, roster and rule.
    """
    webinar = _opened_for_change(place)
    what = _differing(webinar, asdict(setup))
    fixed = {"media", "roster", "percent", "answers_needed", "anonymous_questions"}
    require(
        not (webinar.running and fixed & set(what)),
        _("The room is open: its media, its list of people and the rule cannot be changed any more."),
    )
    if "media" in what:
        missing = adapter_for(setup.media).missing()
        require(not missing, missing)
    if {"percent", "answers_needed"} & set(what):
        webinar.rule_version += 1
    return _changed(place, what, asdict(setup))


def set_agenda(place: Place, agenda: list[dict[str, Any]]) -> bool:
    """Replace the agenda: ``{"minute", "title"}`` in order of minutes from the start; False when nothing differs."""
    _opened_for_change(place)
    values = {"agenda": sorted(agenda, key=lambda line: line["minute"])}
    return _changed(place, _differing(place.webinar, values), values)


def set_questions(place: Place, questions: list[dict[str, Any]]) -> bool:
    """Replace the questions asked on registering; answers given stay. False when nothing differs."""
    _opened_for_change(place)
    values = {"questions": questions}
    return _changed(place, _differing(place.webinar, values), values)


def publish(place: Place) -> None:
    """Announce a draft: it appears for those it is for. Refused without a summary, language, or for the past."""
    webinar = place.webinar
    require(place.plans, _("You may not change this session."))
    lock(webinar)
    require(webinar.state == State.DRAFT and not webinar.is_template, _("This session is published already."))
    require(webinar.ends_at > clock.now(), _("Its time is over. Choose another one first."))
    require(bool(webinar.languages), _("Choose at least one language first."))
    require(webinar.channel not in _HAS_PLACE or bool(webinar.place), _("Say first where it takes place."))
    webinar.state, webinar.changed_at = State.PLANNED, clock.now()
    db.session.flush()
    register.describe_session(webinar)
    planning_search.refresh(webinar)
    keep(place.actor, Verb.WEBINAR_PUBLISHED, webinar)
    notices.told_of_invitations(webinar)
    events.publish(SessionPublished(webinar.id))


def open_room(place: Place) -> WebinarRoom:
    """Open the room of a published session: from now on people can enter. Open already: the room as it is."""
    webinar = place.webinar
    require(place.plans, _("You may not change this session."))
    lock(webinar)
    if webinar.running:
        return db.session.get_one(WebinarRoom, webinar.id)
    require(webinar.state == State.PLANNED, _("Only a published session can be opened."))
    room = db.session.get(WebinarRoom, webinar.id)
    if room is None:
        room = WebinarRoom(webinar_id=webinar.id, lobby=webinar.lobby)
        db.session.add(room)
    else:
        room.generation += 1
    webinar.state, webinar.opened_at = State.OPEN, clock.now()
    db.session.flush()
    return room


def cancel(place: Place, why: str = "") -> None:
    """Cancel a published session: everybody is told, calendars follow. Refused once it runs or is over."""
    webinar = place.webinar
    require(place.plans, _("You may not change this session."))
    lock(webinar)
    require(webinar.state in {State.PLANNED, State.OPEN}, _("This session cannot be cancelled any more."))
    webinar.state, webinar.cancelled_at = State.CANCELLED, clock.now()
    webinar.cancelled_why = why.strip()
    webinar.sequence += 1
    webinar.changed_at = clock.now()
    db.session.flush()
    register.describe_session(webinar)
    planning_search.refresh(webinar)
    keep(place.actor, Verb.WEBINAR_CANCELLED, webinar)
    notices.told_of_cancelling(webinar)
    events.publish(SessionCancelled(webinar.id))


def remove(place: Place) -> None:
    """Throw a draft or a template away, with those named in it and its materials. Refused for anything published."""
    webinar = place.webinar
    require(place.plans, _("You may not change this session."))
    lock(webinar)
    require(webinar.state == State.DRAFT, _("A published session is cancelled, not removed."))
    keep(place.actor, Verb.WEBINAR_REMOVED, webinar)
    materials = select(WebinarMaterial.file_id).where(WebinarMaterial.webinar_id == webinar.id)
    files = list(db.session.scalars(materials))
    for table in (WebinarRegistration, WebinarMaterial, WebinarRunner):
        db.session.execute(delete(table).where(table.webinar_id == webinar.id))
    db.session.delete(webinar)
    db.session.flush()
    for file_id in files:
        discard_unused(file_id)


def keep(actor: Actor, verb: Verb, webinar: Webinar, **detail: Any) -> None:
    """Write an act of planning into the audit; ``detail`` holds no name, no address and no text of anybody's."""
    audit.record(actor, verb, "webinar", webinar.public_id, detail=detail)


def _opened_for_change(place: Place) -> Webinar:
    require(place.plans, _("You may not change this session."))
    lock(place.webinar)
    require(not place.webinar.settled, _("This session is over: it cannot be changed any more."))
    return place.webinar


def _differing(webinar: Webinar, values: dict[str, Any]) -> list[str]:
    return sorted(name for name, value in values.items() if getattr(webinar, name) != value)


def _changed(place: Place, what: list[str], values: dict[str, Any]) -> bool:
    if not what:
        return False
    webinar = place.webinar
    before = webinar.series_id
    for name in what:
        setattr(webinar, name, values[name])
    webinar.changed_at = clock.now()
    published = webinar.state != State.DRAFT
    moved = published and bool(CALENDARS_FOLLOW & set(what))
    webinar.sequence += int(moved)
    db.session.flush()
    keep(place.actor, Verb.WEBINAR_CHANGED, webinar, changed=what)
    if published:
        _tell_of_change(webinar, what, moved=moved, left_series=before if "series_id" in what else None)
    return True


def _tell_of_change(webinar: Webinar, what: list[str], *, moved: bool, left_series: int | None) -> None:
    register.describe_session(webinar)
    if left_series is not None:
        register.describe_series(db.session.get_one(WebinarSeries, left_series))
    planning_search.refresh(webinar)
    if MOVES & set(what):
        notices.told_of_moving(webinar)
    events.publish(SessionChanged(webinar.id, tuple(what), moved))
    if "capacity" in what:
        fill(webinar)


def _check(actor: Actor, plan: Plan, webinar: Webinar | None) -> None:
    require(plan.ends_at > plan.starts_at, _("The end must be after the beginning."))
    require(plan.ends_at - plan.starts_at <= LONGEST, _("A session lasts 31 days at most."))
    require(plan.audience != Audience.COUNTRY or bool(plan.countries), _("Choose at least one country."))
    require((plan.audience == Audience.GROUP) == (plan.group_id is not None), _("Choose the group."))
    if plan.group_id is not None and (webinar is None or webinar.group_id != plan.group_id):
        offered = {one.group_id: one for one in audiences(actor)}
        require(plan.group_id in offered, _("Choose a group from the list."))
        require(not offered[plan.group_id].refused, offered[plan.group_id].refused)
    if webinar is not None and plan.capacity is not None:
        require(plan.capacity >= taken(webinar), _("More people have a place already."))


def taken(webinar: Webinar) -> int:
    """Return how many people have a place."""
    counted = select(func.count()).where(
        WebinarRegistration.webinar_id == webinar.id,
        WebinarRegistration.state == RegistrationState.REGISTERED,
    )
    return int(db.session.scalar(counted) or 0)


def _outsiders(webinar: Webinar, group_id: int | None) -> bool:
    """Whether somebody registered is not in the group now."""
    members = select(GroupMembership.user_id).where(
        GroupMembership.group_id == group_id, GroupMembership.left_at.is_(None)
    )
    found = select(WebinarRegistration.id).where(
        WebinarRegistration.webinar_id == webinar.id,
        WebinarRegistration.state.in_([RegistrationState.REGISTERED, RegistrationState.WAITING]),
        WebinarRegistration.user_id.not_in(members),
    )
    return db.session.scalar(found.limit(1)) is not None


COLUMNS = tuple(one.name for one in (*fields(Plan), *fields(Setup)))
"""What a copy of a session takes over, beside agenda and questions."""
