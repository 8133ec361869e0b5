"""What pages read of planning: lists of sessions and series, who runs a session, its materials, who registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.accounts.models import GroupMembership, Standing, User
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.media.models import MediaFile
from app.webinars.models.planning import (
    Audience,
    RegistrationState,
    State,
    Webinar,
    WebinarMaterial,
    WebinarRegistration,
    WebinarRunner,
    WebinarSeries,
)
from app.webinars.places import Place, places
from app.webinars.policy import may_plan, series_visible_to, visible_to

PAGE = 20
SOON = timedelta(hours=24)
UPCOMING, MINE, PAST, SERIES, TEMPLATES = "upcoming", "mine", "past", "series", "templates"
_CONCERNS = (RegistrationState.INVITED, RegistrationState.REGISTERED, RegistrationState.WAITING)
_HELD = (State.PLANNED, State.OPEN, State.LIVE)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of sessions is narrowed to; empty values do not narrow."""

    kind: str = ""
    topic: str = ""
    language: str = ""

    @property
    def any(self) -> bool:
        """Whether it narrows at all."""
        return bool(self.kind or self.topic or self.language)

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return it as parts of a statement."""
        found: list[ColumnElement[bool]] = []
        if self.kind:
            found.append(Webinar.kind == self.kind)
        if self.topic:
            found.append(Webinar.topic == self.topic)
        if self.language:
            found.append(Webinar.languages.contains([self.language]))
        return found


@dataclass(frozen=True, slots=True)
class Material:
    """A material with its file, if it is one."""

    row: WebinarMaterial
    file: MediaFile | None


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody before a session, for those who plan it; ``person`` None is an address without an account."""

    row: WebinarRegistration
    person: User | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people stand where before a session."""

    registered: int = 0
    waiting: int = 0
    invited: int = 0


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series in a list, with how many of its sessions the reader may see."""

    series: WebinarSeries
    sessions: int


def listed(actor: Actor, tab: str, filters: Filters, page: int) -> Sequence[Place]:
    """Return a page (from 0) of one of the lists of sessions, and one more where there are more."""
    conditions = [*_of_tab(actor, tab), *filters.conditions()]
    return places(actor, *conditions, latest=tab == PAST, limit=PAGE + 1, offset=page * PAGE)


def _of_tab(actor: Actor, tab: str) -> list[ColumnElement[bool]]:
    now = clock.now()
    ours = Webinar.is_template.is_(False)
    to_come = or_(Webinar.ends_at > now, Webinar.state.in_([State.OPEN, State.LIVE]))
    if tab == TEMPLATES:
        return [Webinar.is_template.is_(True)]
    if tab == PAST:
        return [ours, Webinar.state.in_([State.PLANNED, State.ENDED, State.CANCELLED]), ~to_come]
    if tab == MINE:
        return [
            ours,
            _concerns(actor),
            or_(to_come, Webinar.state == State.DRAFT),
            Webinar.state != State.ENDED,
        ]
    return [ours, Webinar.state.in_([*_HELD, State.CANCELLED]), to_come]


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """Sessions that the actor made, is named in, or is registered for, waits for or was invited to by name."""
    who = actor.user_id or 0
    named = select(WebinarRunner.webinar_id).where(WebinarRunner.user_id == who)
    stands = select(WebinarRegistration.webinar_id).where(
        WebinarRegistration.user_id == who, WebinarRegistration.state.in_(_CONCERNS)
    )
    return or_(Webinar.created_by == who, Webinar.id.in_(named), Webinar.id.in_(stands))


def of_calendar(actor: Actor, since: timedelta) -> Sequence[Place]:
    """Return published sessions that the actor is named in or has a place in, from so long ago on."""
    return places(
        actor, Webinar.state != State.DRAFT, Webinar.ends_at >= clock.now() - since, _their_own(actor)
    )


def _their_own(actor: Actor) -> ColumnElement[bool]:
    """Sessions that the actor is named in or has a place in."""
    who = actor.user_id or 0
    named = select(WebinarRunner.webinar_id).where(WebinarRunner.user_id == who)
    taken = select(WebinarRegistration.webinar_id).where(
        WebinarRegistration.user_id == who, WebinarRegistration.state == RegistrationState.REGISTERED
    )
    return or_(Webinar.id.in_(named), Webinar.id.in_(taken))


def next_of(actor: Actor) -> Place | None:
    """Return the next session, running ones first, that the actor is named in or has a place in."""
    if not actor.approved:
        return None
    to_come = or_(Webinar.ends_at > clock.now(), Webinar.state.in_([State.OPEN, State.LIVE]))
    return next(iter(places(actor, Webinar.state.in_(_HELD), to_come, _their_own(actor), limit=1)), None)


def open_to_all(limit: int = 3) -> Sequence[Webinar]:
    """Return the next sessions for everybody who is approved, which anybody may know of."""
    return db.session.scalars(
        select(Webinar)
        .where(
            Webinar.state.in_(_HELD),
            Webinar.audience == Audience.VETTED,
            Webinar.listed,
            Webinar.is_template.is_(False),
            Webinar.ends_at > clock.now(),
        )
        .order_by(Webinar.starts_at, Webinar.id)
        .limit(limit)
    ).all()


def feed(actor: Actor, after: tuple[str, ...] | None, limit: int) -> Sequence[Place]:
    """Return sessions that the actor may see in the order they were made, after one's id; for the API's cursor."""
    later = [Webinar.id > int(after[0])] if after else []
    wanted = select(Webinar.id).where(visible_to(actor), Webinar.is_template.is_(False), *later)
    ids = list(db.session.scalars(wanted.order_by(Webinar.id).limit(limit)))
    return sorted(places(actor, Webinar.id.in_(ids)), key=lambda one: one.webinar.id) if ids else []


# ------------------------------------------------------------------------------------------------ one session


def runners(webinar: Webinar) -> Sequence[WebinarRunner]:
    """Return everybody who is named in a session, in order."""
    return db.session.scalars(
        select(WebinarRunner)
        .where(WebinarRunner.webinar_id == webinar.id)
        .order_by(WebinarRunner.position, WebinarRunner.id)
    ).all()


def runner(webinar: Webinar, public_id: str) -> WebinarRunner | None:
    """Return somebody who is named in a session."""
    return db.session.scalars(
        select(WebinarRunner).where(
            WebinarRunner.webinar_id == webinar.id, WebinarRunner.public_id == public_id
        )
    ).one_or_none()


def known_people(actor: Actor, webinar: Webinar) -> Sequence[tuple[str, str]]:
    """Return (public id, name) of people named in other sessions that the actor made or is named in; not in this."""
    who = actor.user_id or 0
    own = select(WebinarRunner.webinar_id).where(WebinarRunner.user_id == who)
    made = select(Webinar.id).where(Webinar.created_by == who)
    here = select(WebinarRunner.user_id).where(
        WebinarRunner.webinar_id == webinar.id, WebinarRunner.user_id.is_not(None)
    )
    rows = db.session.execute(
        select(User.public_id, User.given_name, User.family_name)
        .join(WebinarRunner, WebinarRunner.user_id == User.id)
        .where(
            or_(WebinarRunner.webinar_id.in_(own), WebinarRunner.webinar_id.in_(made)),
            User.id.not_in(here),
            User.standing == Standing.APPROVED,
            User.active,
        )
        .distinct()
        .order_by(User.family_name, User.given_name)
        .limit(200)
    )
    return [(row.public_id, f"{row.given_name} {row.family_name}".strip()) for row in rows]


def person_among(actor: Actor, webinar: Webinar, public_id: str) -> User | None:
    """Return somebody of :func:`known_people` by their public id."""
    if public_id not in {id for id, _name in known_people(actor, webinar)}:
        return None
    return db.session.scalars(select(User).where(User.public_id == public_id)).one_or_none()


def materials(webinar: Webinar) -> Sequence[Material]:
    """Return a session's materials, in order."""
    rows = db.session.execute(_materials().where(WebinarMaterial.webinar_id == webinar.id))
    return [Material(*row) for row in rows]


def material(webinar: Webinar, public_id: str) -> Material | None:
    """Return one material of a session."""
    row = db.session.execute(
        _materials().where(WebinarMaterial.webinar_id == webinar.id, WebinarMaterial.public_id == public_id)
    ).one_or_none()
    return Material(*row) if row else None


def _materials() -> Select[WebinarMaterial, MediaFile]:
    return (
        select(WebinarMaterial, MediaFile)
        .outerjoin(MediaFile, MediaFile.id == WebinarMaterial.file_id)
        .order_by(WebinarMaterial.position, WebinarMaterial.id)
    )


def counts(webinar: Webinar) -> Counts:
    """Return how many people are registered, wait and are invited."""
    return counts_of([webinar.id]).get(webinar.id, Counts())


def counts_of(ids: Sequence[int]) -> Mapping[int, Counts]:
    """Return the same of several sessions, in one statement."""
    if not ids:
        return {}
    found: dict[int, dict[str, int]] = {}
    rows = db.session.execute(
        select(WebinarRegistration.webinar_id, WebinarRegistration.state, func.count())
        .where(WebinarRegistration.webinar_id.in_(ids))
        .group_by(WebinarRegistration.webinar_id, WebinarRegistration.state)
    )
    for webinar_id, state, count in rows:
        found.setdefault(webinar_id, {})[state] = count
    return {
        id: Counts(
            registered=by.get(RegistrationState.REGISTERED, 0),
            waiting=by.get(RegistrationState.WAITING, 0),
            invited=by.get(RegistrationState.INVITED, 0),
        )
        for id, by in found.items()
    }


def waits_before(registration: WebinarRegistration) -> int:
    """Return how many people wait longer for a place."""
    counted = select(func.count()).where(
        WebinarRegistration.webinar_id == registration.webinar_id,
        WebinarRegistration.state == RegistrationState.WAITING,
        WebinarRegistration.number < registration.number,
    )
    return int(db.session.scalar(counted) or 0)


def registrations(
    webinar: Webinar, *, state: str = "", limit: int | None = None, offset: int = 0
) -> Sequence[Registered]:
    """Return who stands before a session: registered, waiting in their order, invited, withdrawn."""
    order = func.array_position(["registered", "waiting", "invited", "cancelled"], WebinarRegistration.state)
    wanted = (
        select(WebinarRegistration, User)
        .outerjoin(User, User.id == WebinarRegistration.user_id)
        .where(WebinarRegistration.webinar_id == webinar.id)
        .order_by(order, WebinarRegistration.number, func.lower(User.family_name), WebinarRegistration.id)
        .limit(limit)
        .offset(offset)
    )
    if state:
        wanted = wanted.where(WebinarRegistration.state == state)
    return [Registered(*row) for row in db.session.execute(wanted)]


def registration(webinar: Webinar, public_id: str) -> WebinarRegistration | None:
    """Return somebody's standing before a session."""
    return db.session.scalars(
        select(WebinarRegistration).where(
            WebinarRegistration.webinar_id == webinar.id, WebinarRegistration.public_id == public_id
        )
    ).one_or_none()


# ------------------------------------------------------------------------------------------------ countries


def countries_of_group(group_id: int) -> list[str]:
    """Return the countries of a group's present members."""
    return _countries(
        select(User.country)
        .join(GroupMembership, GroupMembership.user_id == User.id)
        .where(GroupMembership.group_id == group_id, GroupMembership.left_at.is_(None))
    )


def countries_of_invited(webinar: Webinar) -> list[str]:
    """Return the countries of those who are invited or registered."""
    return _countries(
        select(User.country)
        .join(WebinarRegistration, WebinarRegistration.user_id == User.id)
        .where(WebinarRegistration.webinar_id == webinar.id, WebinarRegistration.state.in_(_CONCERNS))
    )


def countries_of_all() -> list[str]:
    """Return the countries most approved people are from."""
    return _countries(select(User.country).where(User.standing == Standing.APPROVED, User.active))


def _countries(people: Select[str], most: int = 12) -> list[str]:
    from_there = people.where(User.country != "").group_by(User.country)
    return list(db.session.scalars(from_there.order_by(func.count().desc(), User.country).limit(most)))


# ------------------------------------------------------------------------------------------------ series


def series_lines(actor: Actor) -> Sequence[SeriesLine]:
    """Return the series that exist for the actor, by title, with their sessions that do."""
    shown = and_(Webinar.series_id == WebinarSeries.id, Webinar.is_template.is_(False), visible_to(actor))
    rows = db.session.execute(
        select(WebinarSeries, func.count(Webinar.id))
        .outerjoin(Webinar, shown)
        .where(series_visible_to(actor))
        .group_by(WebinarSeries.id)
        .order_by(WebinarSeries.closed_at.is_not(None), func.lower(WebinarSeries.title), WebinarSeries.id)
        .limit(200)
    )
    return [SeriesLine(*row) for row in rows]


def series(actor: Actor, public_id: str) -> WebinarSeries | None:
    """Return a series that exists for the actor."""
    return db.session.scalars(
        select(WebinarSeries).where(WebinarSeries.public_id == public_id, series_visible_to(actor))
    ).one_or_none()


def sessions_of(actor: Actor, found: WebinarSeries) -> Sequence[Place]:
    """Return the sessions of a series that exist for the actor, in their order."""
    return places(actor, Webinar.series_id == found.id, Webinar.is_template.is_(False), limit=500)


def series_to_choose(actor: Actor) -> Sequence[WebinarSeries]:
    """Return the open series that the actor may add a session to."""
    if not may_plan(actor):
        return []
    return db.session.scalars(
        select(WebinarSeries)
        .where(series_visible_to(actor), WebinarSeries.closed_at.is_(None))
        .order_by(func.lower(WebinarSeries.title), WebinarSeries.id)
        .limit(500)
    ).all()
