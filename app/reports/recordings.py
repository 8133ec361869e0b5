"""Recordings and resources: how often each was used, and by how many people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _
from sqlalchemy import Date, Float, SQLColumnExpression, and_, cast, func, or_, select, tuple_

from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.records.models import Fact, Verb
from app.reports.activities import ATTENDED, ROOMS, USED, Known, within
from app.reports.activity_groups import ACTIVITY_DIMENSIONS, ActivityDimension, shown_groups
from app.reports.columns import Column, Dimension, Kind
from app.reports.facts import COUNTS_AS_VIEW, NAMELESS, PERSON, conditions, with_people
from app.reports.frame import Asked
from app.reports.grouping import MONTH, REGIONS, YEAR, in_zone, region_of
from app.reports.room_sessions import placed
from app.reports.tables import Table, TableReport, by_group, group_key

_VERBS = (Verb.PLAYED, Verb.VIEWED, Verb.DOWNLOADED)
_NOTHING = (0, 0, 0, 0, 0, 0, None, 0)


@dataclass(frozen=True, slots=True)
class UseDimension(Dimension):
    """``value`` is what a use has of it."""

    value: Callable[[Asked], SQLColumnExpression[Any]]


def _use(column: SQLColumnExpression[Any]) -> Callable[[Asked], SQLColumnExpression[Any]]:
    return lambda asked: column


def _at(form: str) -> Callable[[Asked], SQLColumnExpression[Any]]:
    return lambda asked: in_zone(Fact.occurred_at, form, asked)


def _rooms(asked: Asked) -> dict[Any, str]:
    """The rooms that the reader gets a report of, with their titles."""
    scope = asked.scope
    found = within(asked.actor, scope, ROOMS)
    return {one.key: one.title for one in found if scope.everything or one.key in scope.activities}


def _room(asked: Asked) -> Callable[[Known], str]:
    """The room that holds a resource, or for whose members a recording is; "" for none that the reader sees."""
    rooms = _rooms(asked).keys()
    room_of = {row.key: room for row, room in placed(set(rooms))}
    return lambda one: str(one.parent_key if one.parent_key in rooms else room_of.get(one.key) or "")


def _in_words(asked: Asked) -> Mapping[str, str]:
    return {str(key): title for key, title in _rooms(asked).items()} | {"": _("In no room that you may see")}


_DIMENSIONS: tuple[ActivityDimension | UseDimension, ...] = (
    ACTIVITY_DIMENSIONS["kind"],
    ACTIVITY_DIMENSIONS["channel"],
    ACTIVITY_DIMENSIONS["topic"],
    ActivityDimension("room", _l("Room"), Kind.WORDS, _room, _in_words),
    *(
        UseDimension(key, heading, Kind.REGION, region_of(set_id, Fact.country), filter="region")
        for key, (heading, set_id) in REGIONS.items()
    ),
    UseDimension("country", _l("Country at the time"), Kind.COUNTRY, _use(Fact.country), filter="country"),
    UseDimension(
        "profession",
        _l("Profession at the time"),
        Kind.PROFESSION,
        _use(Fact.profession),
        filter="profession",
    ),
    UseDimension("language", _l("Language"), Kind.LANGUAGE, _use(Fact.language), filter="language"),
    UseDimension("year", _l("Year"), Kind.MONTH, _at(YEAR)),
    UseDimension("month", _l("Month"), Kind.MONTH, _at(MONTH)),
)


class Recordings(TableReport):
    """One row for each recording or resource, an unused one included."""

    name = "recordings"
    title = _l("Recordings and resources")
    sentence = _l(
        "For each recording and each resource of a room: how often it was viewed and downloaded, and by how many "
        "people. A view counts once for a person and day (UTC); of a recording from 30 seconds on."
    )
    filters = (
        "kind",
        "activity",
        "topic",
        "channel",
        "region",
        "country",
        "profession",
        "gender",
        "language",
        "tag",
    )
    periods = (("used", _l("Use")),)
    default_sort = "-uses"
    of_uses = True
    kinds = USED
    all_columns = (
        Column("recording", _l("Recording or resource"), Kind.COURSE),
        Column("kind", _l("Kind"), Kind.ACTIVITY_KIND),
        Column("part_of", _l("Part of"), Kind.WORDS),
        Column(
            "uses",
            _l("Uses"),
            Kind.COUNT,
            unit="uses",
            definition=_l("Views and downloads together, those of nameless people included."),
        ),
        Column(
            "views",
            _l("Views"),
            Kind.COUNT,
            unit="uses",
            definition=_l("Once for each person and day (UTC), however often it was opened."),
        ),
        Column(
            "downloads",
            _l("Downloads"),
            Kind.COUNT,
            unit="uses",
            definition=_l("Once for each person, file and day (UTC)."),
        ),
        Column(
            "people",
            _l("People"),
            Kind.COUNT,
            unit="people",
            definition=_l("Different persons who viewed or downloaded."),
        ),
        Column(
            "nameless",
            _l("Uses without a name"),
            Kind.COUNT,
            unit="uses",
            definition=_l("Uses in rooms where facts lead to nobody. They are in no count of persons."),
        ),
        Column(
            "countries",
            _l("Countries"),
            Kind.COUNT,
            unit="countries",
            definition=_l("Different countries that people used it from."),
        ),
        Column("latest", _l("Last used"), Kind.INSTANT),
    )
    above = ("uses", "views", "downloads", "people", "nameless")
    dimensions: ClassVar[Mapping[str, ActivityDimension | UseDimension]] = {
        one.key: one for one in _DIMENSIONS
    }
    group_columns = (
        Column(
            "used",
            _l("Recordings and resources used"),
            Kind.COUNT,
            unit="activities",
            definition=_l("Different ones that were viewed or downloaded."),
        ),
        *all_columns[3:],
    )

    def table(self, asked: Asked) -> Table:
        """Return every recording and resource asked for, or their uses in groups."""
        return self._groups(asked) if asked.grouping else self._recordings(asked)

    def _groups(self, asked: Asked) -> Table:
        """Groups of uses; one statement, and those that tell of rooms."""
        dimensions = [self.dimensions[key] for key in asked.grouping]
        found, over_all = by_group(_used(asked, [_in_sql(one, asked) for one in dimensions]), len(dimensions))
        shown = shown_groups(asked, dimensions)
        rows = {
            group_key(group): (*shown(group), counts[-1], *counts[:-1]) for group, counts in found.items()
        }
        return Table(rows, self._over_all(over_all))

    def _over_all(self, counts: Sequence[Any]) -> dict[str, Any]:
        names = (*(one.key for one in self.all_columns[3:]), "used")
        return dict(zip(names, counts or _NOTHING, strict=True))

    def _recordings(self, asked: Asked) -> Table:
        """One statement, and one for what they are part of."""
        of_each, over_all = by_group(_used(asked, [Fact.activity_key]), 1)
        found = {key: counts[:-1] for (key,), counts in of_each.items()}
        parents = {one.key: one.title for one in within(asked.actor, asked.scope, ATTENDED | ROOMS)}
        rows = {
            str(one.key): (
                str(one.key),
                one.kind,
                parents.get(one.parent_key) if one.parent_key else None,
                *found.get(one.key, _NOTHING[:-1]),
            )
            for one in asked.activities
        }
        return Table(rows, self._over_all(over_all))


def _in_sql(dimension: ActivityDimension | UseDimension, asked: Asked) -> SQLColumnExpression[Any]:
    if isinstance(dimension, UseDimension):
        return dimension.value(asked)
    return dimension.value(asked, Fact.activity_key)


def _used(asked: Asked, by: Sequence[SQLColumnExpression[Any]]) -> Sequence[Any]:
    """Uses by group, and over all of them (with a mark that is not 0), in one statement."""
    seconds = cast(Fact.result["seconds"].astext, Float)
    viewed = or_(Fact.verb == Verb.VIEWED, and_(Fact.verb == Verb.PLAYED, seconds >= COUNTS_AS_VIEW))
    downloaded = Fact.verb == Verb.DOWNLOADED
    day = cast(func.timezone("UTC", Fact.occurred_at), Date)
    once = func.count(tuple_(Fact.activity_key, PERSON, day).distinct())
    named = Fact.learner_key.is_not(None)
    whole = [one.key for one in asked.activities if one.whole]
    views = once.filter(viewed, named) + func.coalesce(func.sum(Fact.headcount).filter(viewed), 0)
    downloads = func.coalesce(func.sum(func.coalesce(Fact.headcount, 1)).filter(downloaded), 0)
    statement = (
        select(
            *by,
            func.grouping(*by),
            views + downloads,
            views,
            downloads,
            func.count(PERSON.distinct()),
            NAMELESS,
            func.count(func.nullif(Fact.country, "").distinct()),
            func.max(Fact.occurred_at),
            func.count(Fact.activity_key.distinct()),
        )
        .select_from(with_people())
        .where(*conditions(asked, _VERBS, [one.key for one in asked.activities], whole=whole))
        .where(or_(viewed, downloaded))
        .group_by(func.grouping_sets(tuple_(*by), tuple_()))
    )
    return db.session.execute(statement).all()
