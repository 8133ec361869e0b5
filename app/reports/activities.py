"""Activities as reports know them: through the register, with the title that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from app.core.access import Actor
from app.core.database import db
from app.core.i18n import page_language
from app.records.models import Activity, ActivityKind, Participation
from app.reports.policy import Scope
from app.reports.selection import HELD, NONE, Selection
from app.reports.words import title

SESSIONS = frozenset(
    kind.value
    for kind in (
        ActivityKind.WEBINAR,
        ActivityKind.WORKSHOP,
        ActivityKind.TRAINING_EVENT,
        ActivityKind.EXPERT_GROUP_MEETING,
        ActivityKind.ROUND_TABLE,
        ActivityKind.CONSULTATION,
        ActivityKind.AWARENESS_EVENT,
        ActivityKind.NETWORK_MEETING,
        ActivityKind.SIMULATION,
    )
)
"""What takes place at a time."""
ATTENDED = SESSIONS | {ActivityKind.DELIVERY.value}
TAKEN = ATTENDED | {ActivityKind.COURSE.value}
"""What people take part in."""
USED = frozenset({ActivityKind.RECORDING.value, ActivityKind.RESOURCE.value})
ROOMS = frozenset({ActivityKind.ROOM.value})
FOR_A_GROUP = "group"  # the audience of a session whose title is for its members
_READ = tuple(
    getattr(Activity, name)
    for name in (
        *("key", "slug", "titles", "kind", "channel", "topic", "partner", "project", "donor", "tags"),
        *("parent_key", "address", "audience", "group_id", "starts_at", "ends_at"),
    )
)
_NARROWING = ("kind", "channel", "topic", "partner", "project", "donor")


@dataclass(frozen=True, slots=True)
class Known:
    """An activity within somebody's scope. ``whole`` says that all of it is, wherever people took part from."""

    key: UUID
    slug: str
    title: str
    kind: str
    channel: str
    topic: str
    partner: str
    project: str
    donor: str
    tags: tuple[str, ...]
    parent_key: UUID | None
    address: str
    starts_at: datetime | None
    ends_at: datetime | None
    whole: bool


def within(actor: Actor, scope: Scope, kinds: Iterable[str]) -> list[Known]:
    """Return the activities of these kinds that the reader may be told of, by title; test activities never.

    Who looks at a country is told of those in which somebody from there took part.
    """
    statement = select(*_READ).where(Activity.kind.in_(sorted(kinds)), Activity.is_test.is_(False))
    if not scope.everything:
        own = or_(
            Activity.slug.in_(sorted(scope.slugs)),
            Activity.key.in_(list(scope.activities)),
            and_(Activity.parent_key.in_(list(scope.activities)), Activity.kind.in_(sorted(USED))),
        )
        taken = select(Participation.activity_key).where(Participation.country.in_(sorted(scope.countries)))
        theirs = and_(
            Activity.key.in_(taken), Activity.kind != ActivityKind.RESOURCE
        )  # what rooms hold is theirs
        statement = statement.where(or_(own, theirs) if scope.countries else own)
    found = [_known(one, actor, scope) for one in db.session.execute(statement)]
    return sorted(found, key=lambda one: (one.title.casefold(), one.slug))


def _known(one: Any, actor: Actor, scope: Scope) -> Known:
    whole = scope.owns(one.key, one.slug) or one.parent_key in scope.activities
    return Known(
        key=one.key,
        slug=one.slug,
        title=_title(one, actor, scope),
        kind=one.kind,
        channel=one.channel,
        topic=one.topic,
        partner=one.partner,
        project=one.project,
        donor=one.donor,
        tags=tuple(one.tags or ()),
        parent_key=one.parent_key,
        address=one.address,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        whole=whole,
    )


def _title(one: Any, actor: Actor, scope: Scope) -> str:
    """Return an activity's title; of what is for a group none to others, since it may say what a room is about."""
    if own := scope.activities.get(one.key):
        return own.title
    if one.kind in SESSIONS and one.audience == FOR_A_GROUP and one.group_id not in actor.groups:
        return str(_("A session for one group"))
    if one.kind == ActivityKind.RECORDING and one.parent_key not in scope.activities:
        if one.group_id is not None and one.group_id not in actor.groups:
            return str(_("A recording for one group"))
        if not one.address:  # not published, or for those who were invited
            return str(_("A recording that not everybody may see"))
    return title(one.titles, page_language()) or one.slug


def narrowed(found: Sequence[Known], filters: Selection) -> list[Known]:
    """Return the activities that fit what is asked of activities."""
    wanted = [(name, value) for name in _NARROWING if (value := getattr(filters, name))]
    return [
        one
        for one in found
        if filters.activity in {"", one.slug}
        and all(getattr(one, name) == ("" if value == NONE else value) for name, value in wanted)
        and (not filters.tag or filters.tag in one.tags)
        and (filters.period != HELD or _held(one, filters))
    ]


def _held(one: Known, filters: Selection) -> bool:
    since, until = filters.since, filters.until
    if since is None and until is None:
        return True
    at = one.starts_at
    return at is not None and (since is None or at >= since) and (until is None or at < until)
