"""What participations can be grouped by, and what is counted of a group: people and participations, never mixed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, func, literal
from sqlalchemy.dialects.postgresql import JSONB

from app.accounts.countries import COUNTRIES
from app.accounts.models import User
from app.core.i18n import country_name, page_language
from app.core.texts import lazy_gettext as _l
from app.records import groupings
from app.records.models import Activity, Participation
from app.reports.columns import Column, Dimension, Kind
from app.reports.conditions import INSTANTS, words
from app.reports.frame import Asked

Base = Any  # the columns of the inner statement


@dataclass(frozen=True, slots=True)
class ParticipationDimension(Dimension):
    """``value`` is what a participation has of it; ``of_account`` and ``of_activity`` say whose it is."""

    value: Callable[[Asked], SQLColumnExpression[Any]]
    of_account: bool = False
    of_activity: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a group: what it counts, from the columns of the inner statement."""

    key: str
    heading: LazyString
    definition: LazyString
    unit: str
    value: Callable[[Base], ColumnElement[Any]]
    kind: Kind = Kind.COUNT

    def column(self) -> Column:
        """Return the column of the groups."""
        return Column(self.key, self.heading, self.kind, unit=self.unit, definition=self.definition)


def _plain(column: SQLColumnExpression[Any]) -> Callable[[Asked], SQLColumnExpression[Any]]:
    return lambda asked: column


def groups_of_countries(set_id: str) -> dict[str, str]:
    """Return the group of each country in a set, as ``set/group``; a country in none is not there."""
    found = groupings.country_set(set_id)
    return {code: f"{set_id}/{found.group_of(code)}" for code in found.countries} if found else {}


def region_of(set_id: str, country: SQLColumnExpression[Any]) -> Callable[[Asked], SQLColumnExpression[Any]]:
    """Return how a country's group in a set is found, as ``set/group``; NULL for a country in none."""

    def value(asked: Asked) -> SQLColumnExpression[Any]:
        group: SQLColumnExpression[Any] = literal(groups_of_countries(set_id), JSONB())[country].astext
        return group

    return value


def _of_time(form: str) -> Callable[[Asked], SQLColumnExpression[Any]]:
    return lambda asked: in_zone(INSTANTS[asked.filters.period], form, asked)


def in_zone(instant: SQLColumnExpression[Any], form: str, asked: Asked) -> SQLColumnExpression[Any]:
    """Return the year or month of an instant in the zone of the days asked for; ``form`` as in :data:`YEAR`."""
    return func.to_char(func.timezone(asked.filters.zone, instant), form)


YEAR, MONTH = "YYYY", "YYYY-MM"
REGIONS: Mapping[str, tuple[LazyString, str]] = {
    "region": (_l("Regional group"), "un_regional_groups"),
    "report_region": (_l("Region of the reports"), "report_regions"),
    "legal_system": (_l("Usual legal system"), "legal_systems"),
}
"""The sets of countries that rows can be grouped by, each with its heading and its id."""


_ALL = (
    *(
        ParticipationDimension(
            key, heading, Kind.REGION, region_of(set_id, Participation.country), filter="region"
        )
        for key, (heading, set_id) in REGIONS.items()
    ),
    ParticipationDimension(
        "country", _l("Country at the time"), Kind.COUNTRY, _plain(Participation.country), filter="country"
    ),
    ParticipationDimension(
        "country_now",
        _l("Country now"),
        Kind.COUNTRY,
        _plain(func.coalesce(User.country, "")),
        of_account=True,
    ),
    ParticipationDimension(
        "institution",
        _l("Institution"),
        Kind.WORDS,
        _plain(func.coalesce(User.institution, "")),
        of_account=True,
        personal=True,
        filter="institution",
    ),
    ParticipationDimension(
        "course",
        _l("Activity"),
        Kind.COURSE,
        _plain(cast(Participation.activity_key, Text)),
        filter="activity",
    ),
    ParticipationDimension(
        "kind",
        _l("Kind of activity"),
        Kind.ACTIVITY_KIND,
        _plain(Activity.kind),
        of_activity=True,
        filter="kind",
    ),
    ParticipationDimension(
        "channel", _l("Channel"), Kind.CHANNEL, _plain(Activity.channel), of_activity=True, filter="channel"
    ),
    ParticipationDimension(
        "topic", _l("Topic"), Kind.TOPIC, _plain(Activity.topic), of_activity=True, filter="topic"
    ),
    ParticipationDimension(
        "partner", _l("Partner"), Kind.WORDS, _plain(Activity.partner), of_activity=True, filter="partner"
    ),
    ParticipationDimension(
        "project", _l("Project"), Kind.WORDS, _plain(Activity.project), of_activity=True, filter="project"
    ),
    ParticipationDimension(
        "donor", _l("Donor"), Kind.WORDS, _plain(Activity.donor), of_activity=True, filter="donor"
    ),
    ParticipationDimension(
        "profession",
        _l("Profession at the time"),
        Kind.PROFESSION,
        _plain(Participation.profession),
        filter="profession",
    ),
    ParticipationDimension(
        "gender",
        _l("Gender now"),
        Kind.GENDER,
        _plain(func.coalesce(User.gender, "")),
        of_account=True,
        filter="gender",
    ),
    ParticipationDimension(
        "language", _l("Language"), Kind.LANGUAGE, _plain(Participation.language), filter="language"
    ),
    ParticipationDimension(
        "status", _l("Status"), Kind.STATUS, _plain(Participation.status), filter="status"
    ),
    ParticipationDimension(
        "certificate_status",
        _l("Certificate status"),
        Kind.CERTIFICATE_STATUS,
        _plain(Participation.certificate_status),
        filter="certificate",
    ),
    ParticipationDimension("year", _l("Year"), Kind.MONTH, _of_time(YEAR)),
    ParticipationDimension("month", _l("Month"), Kind.MONTH, _of_time(MONTH)),
)
DIMENSIONS: Mapping[str, ParticipationDimension] = {one.key: one for one in _ALL}
"""Every dimension by its key."""


def only(*names: str) -> dict[str, ParticipationDimension]:
    """Return some of the dimensions, in this order."""
    return {name: DIMENSIONS[name] for name in names}


def distinct(column: Any, condition: ColumnElement[bool] | None = None) -> ColumnElement[Any]:
    """Return how many different people, among those who fulfil a condition."""
    counted = func.count(column.distinct())
    return counted if condition is None else counted.filter(condition)


PEOPLE = Measure(
    "people",
    _l("People"),
    _l("Different persons: who took part in several activities is one."),
    "people",
    lambda base: distinct(base.c.learner_key),
)
PARTICIPATIONS = Measure(
    "participations",
    _l("Participations"),
    _l("One person in one activity is one."),
    "participations",
    lambda base: func.count(),
)
COMPLETED_PEOPLE = Measure(
    "people_completed",
    _l("People who completed"),
    _l("Different persons who completed at least one of these activities."),
    "people",
    lambda base: distinct(base.c.learner_key, base.c.completed_at.is_not(None)),
)
COMPLETIONS = Measure(
    "completions",
    _l("Completions"),
    _l("Participations that were completed."),
    "participations",
    lambda base: func.count(base.c.completed_at),
)
CERTIFIED = Measure(
    "certified",
    _l("Certificates that hold"),
    _l("Certificates issued and not revoked."),
    "participations",
    lambda base: func.count().filter(base.c.certificate_status == "valid"),
)

COUNTRIES_TAKEN_PART_FROM = Column(
    "countries",
    _l("Countries"),
    Kind.COUNT,
    unit="countries",
    definition=_l("Different countries that people took part from."),
)


def order_of(kind: Kind, column: Any, asked: Asked) -> ColumnElement[Any]:
    """Return what the groups of a kind are put in order by: countries and activities by their names."""
    if kind == Kind.COUNTRY:
        language = page_language()
        codes = sorted(COUNTRIES, key=lambda code: country_name(code, language).casefold())
        return func.array_position(words(codes), column)
    if kind == Kind.COURSE:
        return func.array_position(words([str(one.key) for one in asked.activities]), column)
    found: ColumnElement[Any] = column
    return found
