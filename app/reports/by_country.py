"""By country: who took part from where, at the time, beside who is registered there now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select, tuple_

from app.accounts.models import Standing, User
from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.records import groupings
from app.records.models import Participation
from app.reports.activities import ATTENDED, TAKEN
from app.reports.columns import Column, Kind
from app.reports.conditions import in_region, keys, needs_accounts, of_participations, with_accounts
from app.reports.conditions import words as array_of
from app.reports.frame import Asked
from app.reports.grouping import (
    CERTIFIED,
    COMPLETED_PEOPLE,
    COMPLETIONS,
    COUNTRIES_TAKEN_PART_FROM,
    PARTICIPATIONS,
    groups_of_countries,
    only,
)
from app.reports.grouping import REGIONS as SETS
from app.reports.selection import NONE
from app.reports.tables import Group, Table, TableReport, by_group, group_key

REGIONS = "report_regions"
_NOBODY = (0, 0, 0, 0, 0, 0, 0, None)


class Countries(TableReport):
    """One row for each country."""

    name = "countries"
    title = _l("By country")
    sentence = _l(
        "For each country: who took part while working for it. Somebody who moved is counted in each country, and once "
        "in the total."
    )
    filters = (
        *("kind", "region", "country", "profession", "activity", "channel", "topic", "gender", "language"),
        *("certificate", "partner", "project", "donor", "tag"),
    )
    periods = (("enrolled", _l("Enrolment")), ("completed", _l("Completion")))
    default_sort = "-people"
    kinds = TAKEN
    all_columns = (
        Column("country", _l("Country at the time"), Kind.COUNTRY),
        Column("region", _l("Region of the reports"), Kind.REGION),
        Column(
            "registered",
            _l("Registered users now"),
            Kind.COUNT,
            unit="people",
            definition=_l("Approved accounts that are not closed, by the country they work for today."),
        ),
        Column(
            "people",
            _l("People"),
            Kind.COUNT,
            unit="people",
            definition=_l("Different persons who enrolled in or registered for at least one activity."),
        ),
        PARTICIPATIONS.column(),
        COMPLETED_PEOPLE.column(),
        COMPLETIONS.column(),
        Column(
            "people_attended",
            _l("People who attended sessions"),
            Kind.COUNT,
            unit="people",
            definition=_l("Different persons who were in at least one session, for however long."),
        ),
        CERTIFIED.column(),
        Column(
            "activities",
            _l("Activities"),
            Kind.COUNT,
            unit="activities",
            definition=_l("Different activities in which somebody took part."),
        ),
        Column("latest", _l("Latest enrolment"), Kind.INSTANT),
    )
    above = ("people", "participations", "people_completed", "completions", "certified")
    dimensions = only("region", "report_region", "legal_system")
    group_columns = (
        COUNTRIES_TAKEN_PART_FROM,
        *all_columns[2:],
    )

    def table(self, asked: Asked) -> Table:
        """Return the countries that occur, or groups of them; two statements."""
        return self._groups(asked) if asked.grouping else self._countries(asked)

    def _groups(self, asked: Asked) -> Table:
        """A country is in one group of a set, so its registered users are too: theirs alone are added up."""
        by = [self.dimensions[key].value(asked) for key in asked.grouping]
        found, over_all = by_group(_counted(asked, by), len(by))
        sets = [groups_of_countries(SETS[key][1]) for key in asked.grouping]
        registered = _registered(asked)
        users = Counter[Group]()
        for country, number in (registered or {}).items():
            users[tuple(one.get(country) for one in sets)] += number
        nobody = (0, *_NOBODY)
        rows = {}
        for group in found.keys() | users.keys():
            countries, *counts = found.get(group, nobody)
            here = users[group] if registered is not None else None
            rows[group_key(group)] = (*group, countries, here, *counts)
        return Table(rows, self._over_all(over_all or nobody, registered))

    def _over_all(self, counts: Sequence[Any], registered: dict[str, int] | None) -> dict[str, Any]:
        names = ("countries", *(one.key for one in self.all_columns[3:]))
        users = sum(registered.values()) if registered is not None else None
        return dict(zip(names, counts, strict=True)) | {"registered": users}

    def _countries(self, asked: Asked) -> Table:
        of_each, over_all = by_group(_counted(asked, [Participation.country]), 1)
        found = {country: counts[1:] for (country,), counts in of_each.items()}
        registered = _registered(asked)
        rows = {
            country: (
                country,
                _region(country),
                registered.get(country, 0) if registered is not None else None,
                *found.get(country, _NOBODY),
            )
            for country in found.keys() | (registered or {}).keys()
        }
        shown = {str(key): row for key, row in rows.items()}
        return Table(shown, self._over_all(over_all or (0, *_NOBODY), registered))


def _region(country: str | None) -> str | None:
    group = groupings.group_of(REGIONS, country) if country else None
    return f"{REGIONS}/{group}" if group else None


def _counted(asked: Asked, by: Sequence[SQLColumnExpression[Any]]) -> Sequence[Any]:
    """The counts by group, and over all of them (with a mark that is not 0), in one statement."""
    sessions = [one.key for one in asked.activities if one.kind in ATTENDED]
    attended = Participation.first_access_at.is_not(None) & (
        Participation.activity_key == func.any(keys(sessions))
    )
    learner = Participation.learner_key.distinct()
    statement = select(
        *by,
        func.grouping(*by),
        func.count(func.nullif(Participation.country, "").distinct()),
        func.count(learner),
        func.count(),
        func.count(learner).filter(Participation.completed_at.is_not(None)),
        func.count(Participation.completed_at),
        func.count(learner).filter(attended),
        func.count().filter(Participation.certificate_status == "valid"),
        func.count(Participation.activity_key.distinct()),
        func.max(Participation.enrolled_at),
    ).select_from(Participation)
    if needs_accounts(asked):
        statement = with_accounts(statement, asked)
    sets = func.grouping_sets(tuple_(*by), tuple_())
    return db.session.execute(statement.where(*of_participations(asked)).group_by(sets)).all()


def _registered(asked: Asked) -> dict[str, int] | None:
    """Registered users by their country now; None where it is asked for what an account knows nothing of."""
    filters, scope = asked.filters, asked.scope
    of_taking_part = (filters.language, filters.certificate, filters.start, filters.end)
    narrowed = len(asked.activities) < len(asked.offered) or any(of_taking_part)
    if narrowed or not (scope.everything or scope.countries):
        return None
    statement = select(User.country, func.count()).where(
        User.standing == Standing.APPROVED, User.active, User.is_test.is_(False)
    )
    chosen = (
        (User.country, filters.country),
        (User.profession, filters.profession),
        (User.gender, filters.gender),
    )
    for column, value in chosen:
        if value:
            statement = statement.where(column == ("" if value == NONE else value))
    if not scope.everything:
        statement = statement.where(User.country == func.any(array_of(sorted(scope.countries))))
    if filters.region:
        statement = statement.where(User.country == func.any(array_of(in_region(filters.region))))
    return {row.country: row[1] for row in db.session.execute(statement.group_by(User.country))}
