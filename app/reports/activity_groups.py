"""What activities can be grouped by in tables of counts: what each of them has, whoever took part in it.

The counts of a group are counted anew in the database, under what its activities have, so that a person of several of
them is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import SQLColumnExpression, Text, cast, literal
from sqlalchemy.dialects.postgresql import JSONB

from app.core.texts import lazy_gettext as _l
from app.reports.activities import Known
from app.reports.columns import Dimension, Kind
from app.reports.frame import Asked
from app.reports.selection import HELD
from app.reports.tables import Group


@dataclass(frozen=True, slots=True)
class ActivityDimension(Dimension):
    """``of`` says what an activity has of it. ``shown`` gives its words where the value is not what is shown."""

    of: Callable[[Asked], Callable[[Known], str]]
    shown: Callable[[Asked], Mapping[str, str]] | None = None

    def value(self, asked: Asked, activity: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
        """Return it in SQL, from the key of an activity."""
        of = self.of(asked)
        values = {str(one.key): of(one) for one in asked.activities}
        found: SQLColumnExpression[Any] = literal(values, JSONB())[cast(activity, Text)].astext
        return found


def _plain(name: str) -> Callable[[Asked], Callable[[Known], str]]:
    return lambda asked: lambda one: str(getattr(one, name))


def _held(length: int) -> Callable[[Asked], Callable[[Known], str]]:
    """The year or the month of the beginning, as ``2026`` or ``2026-03``, in the zone of the days asked for."""

    def of(asked: Asked) -> Callable[[Known], str]:
        zone = ZoneInfo(asked.filters.zone)
        return lambda one: _day(one.starts_at, zone)[:length]

    return of


def _day(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d}" if at else ""


_ALL = (
    ActivityDimension("kind", _l("Kind of activity"), Kind.ACTIVITY_KIND, _plain("kind"), filter="kind"),
    ActivityDimension("channel", _l("Channel"), Kind.CHANNEL, _plain("channel"), filter="channel"),
    ActivityDimension("topic", _l("Topic"), Kind.TOPIC, _plain("topic"), filter="topic"),
    ActivityDimension("partner", _l("Partner"), Kind.WORDS, _plain("partner"), filter="partner"),
    ActivityDimension("project", _l("Project"), Kind.WORDS, _plain("project"), filter="project"),
    ActivityDimension("donor", _l("Donor"), Kind.WORDS, _plain("donor"), filter="donor"),
    ActivityDimension("year", _l("Year held"), Kind.MONTH, _held(len("2026")), period=HELD),
    ActivityDimension("month", _l("Month held"), Kind.MONTH, _held(len("2026-03")), period=HELD),
)
ACTIVITY_DIMENSIONS: Mapping[str, ActivityDimension] = {one.key: one for one in _ALL}
"""Every dimension by its key."""


def groups_of(asked: Asked, dimensions: Sequence[ActivityDimension]) -> dict[Any, Group]:
    """Return the group of each activity asked for, by its key."""
    of = [one.of(asked) for one in dimensions]
    return {one.key: tuple(value(one) for value in of) for one in asked.activities}


def shown_groups(asked: Asked, dimensions: Sequence[Dimension]) -> Callable[[Group], Group]:
    """Return how the values of a group become those of its row."""
    shown = [
        one.shown(asked) if isinstance(one, ActivityDimension) and one.shown else None for one in dimensions
    ]

    def row(group: Group) -> Group:
        pairs = zip(group, shown, strict=True)
        return tuple(value if words is None else words.get(value or "", "") for value, words in pairs)

    return row
