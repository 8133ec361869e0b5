"""By country: who took part from where, at the time, beside who is registered there now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, tuple_

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
from app.reports.selection import NONE
from app.reports.tables import Table, TableReport

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
        Column(
            "participations",
            _l("Participations"),
            Kind.COUNT,
            unit="participations",
            definition=_l("One person in one activity is one."),
        ),
        Column(
            "people_completed",
            _l("People who completed"),
            Kind.COUNT,
            unit="people",
            definition=_l("Different persons who completed at least one of these activities."),
        ),
        Column(
            "completions",
            _l("Completions"),
            Kind.COUNT,
            unit="participations",
            definition=_l("Participations that were completed."),
        ),
        Column(
            "people_attended",
            _l("People who attended sessions"),
            Kind.COUNT,
            unit="people",
            definition=_l("Different persons who were in at least one session, for however long."),
        ),
        Column(
            "certified",
            _l("Certificates that hold"),
            Kind.COUNT,
            unit="participations",
            definition=_l("Certificates issued and not revoked."),
        ),
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

    def table(self, asked: Asked) -> Table:
        """Return the countries that occur; two statements."""
        found: dict[Any, Any] = {None if row[1] else row[0]: tuple(row[2:]) for row in _counted(asked)}
        over_all = found.pop(None, _NOBODY)
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
        counted = [one.key for one in self.all_columns[3:]]
        return Table(
            {str(key): row for key, row in rows.items()},
            dict(zip(counted, over_all, strict=True))
            | {"registered": sum(registered.values()) if registered is not None else None},
        )


def _region(country: str | None) -> str | None:
    group = groupings.group_of(REGIONS, country) if country else None
    return f"{REGIONS}/{group}" if group else None


def _counted(asked: Asked) -> list[Any]:
    """The counts by country, and over all of them (with the mark 1), in one statement."""
    sessions = [one.key for one in asked.activities if one.kind in ATTENDED]
    attended = Participation.first_access_at.is_not(None) & (
        Participation.activity_key == func.any(keys(sessions))
    )
    learner = Participation.learner_key.distinct()
    statement = select(
        Participation.country,
        func.grouping(Participation.country),
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
    sets = func.grouping_sets(tuple_(Participation.country), tuple_())
    return list(db.session.execute(statement.where(*of_participations(asked)).group_by(sets)))


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
