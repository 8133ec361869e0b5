"""What was held for the members of rooms: live sessions, who attended them, and uses of their recordings. Counts only.

The register knows a session's group; which activity keeps the group, the group's rules say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Float, and_, cast, func, or_, select, tuple_

from app.accounts.group_rules import rules_of
from app.core.database import db
from app.records.models import Activity, ActivityKind, Fact, Verb
from app.reports.activities import SESSIONS
from app.reports.facts import COUNTS_AS_VIEW, PERSON, conditions, with_people
from app.reports.frame import Asked
from app.reports.tables import Group

_VERBS = (Verb.ATTENDED, Verb.PLAYED, Verb.VIEWED, Verb.DOWNLOADED)


@dataclass(slots=True)
class Held:
    """By group of rooms: sessions that began in the period, attendances, uses of recordings."""

    sessions: Counter[Group] = field(default_factory=Counter)
    attended: Counter[Group] = field(default_factory=Counter)
    uses: Counter[Group] = field(default_factory=Counter)


def held(asked: Asked, group_of: Mapping[UUID, Group]) -> Held:
    """Return what was held for the members of the rooms asked for, by the group of each room.

    Two statements, and one a feature with groups.
    """
    found, room_of = Held(), dict[UUID, UUID]()
    for one, room in placed({one.key for one in asked.activities}):
        room_of[one.key] = room
        if one.kind in SESSIONS and one.starts_at is not None and _in_period(asked, one.starts_at):
            found.sessions[group_of[room]] += 1
    for key, attended, uses in _done(asked, room_of):
        found.attended[group_of[room_of[key]]] += attended
        found.uses[group_of[room_of[key]]] += uses
    return found


def placed(rooms: set[UUID]) -> list[tuple[Any, UUID]]:
    """Return sessions and recordings with the room for whose members they are."""
    statement = select(Activity.key, Activity.kind, Activity.starts_at, Activity.group_id).where(
        Activity.kind.in_([*sorted(SESSIONS), ActivityKind.RECORDING.value]),
        Activity.group_id.is_not(None),
        Activity.is_test.is_(False),
    )
    rows = db.session.execute(statement).all()
    rules = rules_of(frozenset(row.group_id for row in rows))
    found = ((row, rules[row.group_id].activity) for row in rows)
    return [(row, room) for row, room in found if room in rooms]


def _in_period(asked: Asked, at: datetime) -> bool:
    since, until = asked.filters.since, asked.filters.until
    return (since is None or at >= since) and at < (until or asked.as_of)


def _done(asked: Asked, room_of: Mapping[UUID, UUID]) -> list[Any]:
    if not room_of:
        return []
    seconds = cast(Fact.result["seconds"].astext, Float)
    attended = Fact.verb == Verb.ATTENDED
    watched = and_(Fact.verb == Verb.PLAYED, seconds >= COUNTS_AS_VIEW)
    named = Fact.learner_key.is_not(None)
    day = cast(func.timezone("UTC", Fact.occurred_at), Date)
    people = func.count(PERSON.distinct()).filter(attended)
    views = func.count(tuple_(PERSON, day).distinct()).filter(watched, named)
    statement = (
        select(
            Fact.activity_key,
            people + func.coalesce(func.sum(Fact.headcount).filter(attended), 0),
            views
            + func.coalesce(func.sum(Fact.headcount).filter(watched), 0)
            + func.coalesce(
                func.sum(func.coalesce(Fact.headcount, 1)).filter(Fact.verb == Verb.DOWNLOADED), 0
            ),
        )
        .select_from(with_people())
        .where(*conditions(asked, _VERBS, list(room_of), whole=list(room_of)))
        .where(or_(attended, watched, Fact.verb == Verb.DOWNLOADED))
        .group_by(Fact.activity_key)
    )
    return list(db.session.execute(statement))
