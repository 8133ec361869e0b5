"""Recordings and resources: how often each was used, and by how many people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Float, and_, cast, func, or_, select, tuple_

from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.records.models import Fact, Verb
from app.reports.activities import ATTENDED, ROOMS, USED, within
from app.reports.columns import Column, Kind
from app.reports.facts import NAMELESS, PERSON, conditions, with_people
from app.reports.frame import Asked
from app.reports.tables import Table, TableReport

COUNTS_AS_VIEW = 30
"""Seconds of playing that make a view of a recording."""
_VERBS = (Verb.PLAYED, Verb.VIEWED, Verb.DOWNLOADED)
_NOTHING = (0, 0, 0, 0, 0, 0, None)


class Recordings(TableReport):
    """One row for each recording or resource, an unused one included."""

    name = "recordings"
    title = _l("Recordings and resources")
    sentence = _l(
        "For each recording and each resource of a room: how often it was viewed and downloaded, and by how many "
        "people. A view counts once for a person and day (UTC); of a recording from 30 seconds on."
    )
    filters = ("kind", "activity", "topic", "region", "country", "profession", "gender", "language", "tag")
    periods = (("used", _l("Use")),)
    default_sort = "-uses"
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

    def table(self, asked: Asked) -> Table:
        """Return every recording and resource asked for; one statement, and one for what they are part of."""
        found = {row[0]: tuple(row[1:]) for row in _used(asked)}
        names = [one.key for one in self.all_columns[3:]]
        over_all = dict(zip(names, found.pop(None, _NOTHING), strict=True))
        parents = {one.key: one.title for one in within(asked.actor, asked.scope, ATTENDED | ROOMS)}
        rows = {
            str(one.key): (
                str(one.key),
                one.kind,
                parents.get(one.parent_key) if one.parent_key else None,
                *found.get(one.key, _NOTHING),
            )
            for one in asked.activities
        }
        return Table(rows, over_all)


def _used(asked: Asked) -> list[Any]:
    """Uses by activity, and over all of them under None."""
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
            Fact.activity_key,
            views + downloads,
            views,
            downloads,
            func.count(PERSON.distinct()),
            NAMELESS,
            func.count(func.nullif(Fact.country, "").distinct()),
            func.max(Fact.occurred_at),
        )
        .select_from(with_people())
        .where(*conditions(asked, _VERBS, [one.key for one in asked.activities], whole=whole))
        .where(or_(viewed, downloaded))
        .group_by(func.grouping_sets(tuple_(Fact.activity_key), tuple_()))
    )
    return list(db.session.execute(statement))
