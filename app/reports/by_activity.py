"""By activity: for each course, session and event, who took part and how far they came; nameless people beside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Float, SQLColumnExpression, cast, func, select, tuple_

from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.records.models import Fact, Participation, Verb
from app.reports.activities import ATTENDED, TAKEN
from app.reports.activity_groups import ACTIVITY_DIMENSIONS, groups_of
from app.reports.columns import Column, Kind
from app.reports.conditions import needs_accounts, of_participations, with_accounts
from app.reports.facts import NAMELESS, conditions
from app.reports.frame import Asked
from app.reports.grouping import CERTIFIED, COMPLETED_PEOPLE, COUNTRIES_TAKEN_PART_FROM, PARTICIPATIONS
from app.reports.selection import HELD
from app.reports.tables import Group, Table, TableReport, by_group, group_key

_SECONDS = func.date_part("epoch", Participation.completed_at - Participation.enrolled_at)
_NOBODY = (0, 0, 0, 0, 0, 0, None, 0)
_COUNTED = (
    *("people", "in_progress", "came", "completed", "certified", "countries", "median_days"),
    "participations",
)
"""What is counted of participations, in the order of the statement."""


class ByActivity(TableReport):
    """One row for each activity, one without anybody included."""

    name = "activities"
    title = _l("By activity")
    sentence = _l(
        "For each course, session and event: who enrolled or registered, who was there, who completed. People known by "
        "a headcount only stand beside and are in no count of persons."
    )
    filters = (
        *("kind", "region", "country", "profession", "activity", "channel", "topic", "gender", "language"),
        *("partner", "project", "donor", "tag"),
    )
    periods = (("enrolled", _l("Enrolment")), ("completed", _l("Completion")), (HELD, _l("Session")))
    default_sort = "-people"
    kinds = TAKEN
    all_columns = (
        Column("activity", _l("Activity"), Kind.COURSE),
        Column("kind", _l("Kind of activity"), Kind.ACTIVITY_KIND),
        Column("channel", _l("Channel"), Kind.CHANNEL),
        Column("held", _l("Session held"), Kind.INSTANT),
        Column(
            "people",
            _l("People"),
            Kind.COUNT,
            unit="people",
            definition=_l("Different persons who enrolled or registered."),
        ),
        Column(
            "in_progress",
            _l("In progress"),
            Kind.COUNT,
            unit="people",
            definition=_l("Have begun, not completed it, and not withdrawn."),
        ),
        Column(
            "came",
            _l("Began or attended"),
            Kind.COUNT,
            unit="people",
            definition=_l("Different persons who opened the course or were in the session."),
        ),
        Column(
            "completed",
            _l("Completed"),
            Kind.COUNT,
            unit="people",
            definition=_l("Different persons who completed it."),
        ),
        Column(
            "certified",
            _l("Certificates that hold"),
            Kind.COUNT,
            unit="people",
            definition=_l("Certificates issued and not revoked."),
        ),
        COUNTRIES_TAKEN_PART_FROM,
        Column("median_days", _l("Median days"), Kind.DAYS, unit="days"),
        Column(
            "nameless",
            _l("Nameless people"),
            Kind.COUNT,
            unit="headcount",
            definition=_l("People counted without a list. They are in no count of different persons."),
        ),
        Column(
            "minutes",
            _l("Minutes attended"),
            Kind.MINUTES,
            unit="minutes",
            definition=_l("Minutes of presence of everybody named, added up."),
        ),
    )
    above = ("people", "completed", "countries", "nameless")
    dimensions = ACTIVITY_DIMENSIONS
    group_columns = (
        Column(
            "activities",
            _l("Activities"),
            Kind.COUNT,
            unit="activities",
            definition=_l("Different activities, those without anybody included where nobody is asked for."),
        ),
        all_columns[4],
        PARTICIPATIONS.column(),
        all_columns[6],
        replace(COMPLETED_PEOPLE.column(), key="completed"),
        CERTIFIED.column(),
        *all_columns[9:],
    )

    def table(self, asked: Asked) -> Table:
        """Return every activity asked for, or groups of them; where people are asked for, those with some."""
        return self._groups(asked) if asked.grouping else self._activities(asked)

    def _groups(self, asked: Asked) -> Table:
        """Three statements: which activities there are, people by group, what facts tell by activity."""
        dimensions = [ACTIVITY_DIMENSIONS[key] for key in asked.grouping]
        group_of = groups_of(asked, dimensions)
        shown = self._shown(asked, told := _told(asked))
        activities = Counter(group_of[key] for key in shown)
        nameless, minutes = Counter[Group](), defaultdict[Group, float](float)
        for key, (heads, present) in told.items():
            nameless[group_of[key]] += heads
            minutes[group_of[key]] += present or 0
        by = [one.value(asked, Participation.activity_key) for one in dimensions]
        found, over_all = by_group(_counted(asked, by), len(by))
        rows = {
            group_key(group): (*group, *self._of_group(count, found.get(group, _NOBODY)), nameless[group],
                               minutes.get(group))
            for group, count in activities.items()
        }  # fmt: skip
        added = {
            "activities": len(shown),
            "nameless": nameless.total(),
            "minutes": sum(minutes.values()),
        }
        return Table(rows, dict(zip(_COUNTED, over_all or _NOBODY, strict=True)) | added)

    def _of_group(self, activities: int, counts: Sequence[Any]) -> list[Any]:
        values = dict(zip(_COUNTED, counts, strict=True)) | {"activities": activities}
        return [values[one.key] for one in self.group_columns[:-2]]

    def _shown(self, asked: Asked, told: Collection[Any]) -> set[Any]:
        """The keys of the activities that have a row of their own."""
        if not _asks_people(asked):
            return {one.key for one in asked.activities}
        taken = select(Participation.activity_key).distinct()
        if needs_accounts(asked):
            taken = with_accounts(taken, asked)
        return {*db.session.scalars(taken.where(*of_participations(asked))), *told}

    def _activities(self, asked: Asked) -> Table:
        """Two statements."""
        of_each, over_all = by_group(_counted(asked, [Participation.activity_key]), 1)
        found = {key: counts[:-1] for (key,), counts in of_each.items()}
        told = _told(asked)
        rows = {
            str(one.key): (
                str(one.key),
                one.kind,
                one.channel,
                one.starts_at,
                *found.get(one.key, _NOBODY[:-1]),
                *told.get(one.key, (0, None)),
            )
            for one in asked.activities
            if one.key in found or one.key in told or not _asks_people(asked)
        }
        added = {
            "activities": len(rows),
            "nameless": sum(row[-2] for row in rows.values()),
            "minutes": sum(row[-1] or 0 for row in rows.values()),
        }
        return Table(rows, dict(zip(_COUNTED, over_all or _NOBODY, strict=True)) | added)


def _asks_people(asked: Asked) -> bool:
    filters = asked.filters
    of_people = (filters.region, filters.country, filters.profession, filters.gender, filters.language)
    return any(of_people) or (filters.period != HELD and bool(filters.start or filters.end))


def _counted(asked: Asked, by: Sequence[SQLColumnExpression[Any]]) -> Sequence[Any]:
    """The counts by group, and over all of them (with a mark that is not 0), in one statement."""
    learner = Participation.learner_key.distinct()
    statement = select(
        *by,
        func.grouping(*by),
        func.count(learner),
        func.count(learner).filter(Participation.status == "in_progress"),
        func.count(learner).filter(Participation.first_access_at.is_not(None)),
        func.count(learner).filter(Participation.completed_at.is_not(None)),
        func.count().filter(Participation.certificate_status == "valid"),
        func.count(func.nullif(Participation.country, "").distinct()),
        func.percentile_cont(0.5).within_group(_SECONDS / 86400),
        func.count(),
    ).select_from(Participation)
    if needs_accounts(asked):
        statement = with_accounts(statement, asked)
    sets = func.grouping_sets(tuple_(*by), tuple_())
    return db.session.execute(statement.where(*of_participations(asked)).group_by(sets)).all()


def _told(asked: Asked) -> dict[Any, tuple[int, float | None]]:
    """What facts tell of attendance: nameless people, and minutes of the others, by activity."""
    sessions = [one.key for one in asked.activities if one.kind in ATTENDED]
    whole = [one.key for one in asked.activities if one.whole]
    minutes = func.sum(cast(Fact.result["minutes"].astext, Float)).filter(Fact.learner_key.is_not(None))
    statement = (
        select(Fact.activity_key, NAMELESS, minutes)
        .where(*conditions(asked, (Verb.ATTENDED,), sessions, whole=whole))
        .group_by(Fact.activity_key)
    )
    return {key: (int(nameless), total) for key, nameless, total in db.session.execute(statement)}
