"""Figures from facts: each basis is one reading of the register as of an instant, each figure a number over it.

All figures of one basis that are asked together are counted in one statement: the rows once, then a sub-select each.
Nothing here reads sums (:mod:`app.records.counting.rollups`); a dashboard that may be a minute old asks
:mod:`app.records.trends` instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from app.core.database import JSON, db
from app.records import history
from app.records.figures.models import NamedFigure
from app.records.indicators import INDICATORS, Basis, Indicator, Unit
from app.records.questions import SETS, Question
from app.records.readings import DIMENSIONS, PLAIN, READINGS, Belief, believed, reading

_COLUMN = {
    "countries": "country",
    "kinds": "kind",
    "channels": "channel",
    "topics": "topic",
    "professions": "profession",
    "genders": "gender",
    "age_groups": "age_group",
    "partners": "partner",
    "projects": "project",
    "donors": "donor",
}
_NUMBER = {
    Unit.PEOPLE: "count(DISTINCT person)",
    Unit.COUNTRIES: "count(DISTINCT country) FILTER (WHERE country > '')",
    Unit.HOURS: "coalesce(round((sum(amount) / 60)::numeric, 1), 0)::float8",
    Unit.LANGUAGES: "count(DISTINCT spoken.language)",
}
_SUM = "coalesce(sum(number), 0)"


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's value for a question, as of ``instant``. ``id`` is the figure asked for, maybe a named one."""

    id: str
    indicator: Indicator
    question: Question
    value: float
    instant: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure to be counted: an indicator, and the question narrowed to what the figure is about."""

    id: str
    indicator: Indicator
    question: Question


def measure(ids: Iterable[str], question: Question) -> dict[str, Figure]:
    """Return figures by id: indicators, or an installation's named figures. LookupError for one that is not known."""
    return count(asked(ids, question), history.as_of(question.as_of).instant)


def asked(ids: Iterable[str], question: Question) -> list[Asked]:
    """Return what is to be counted for each id. LookupError for one that is not known."""
    wanted = list(ids)
    named = named_figures() if any(one not in INDICATORS for one in wanted) else {}
    return [_asked(one, named, question) for one in wanted]


def named_figures() -> dict[str, NamedFigure]:
    """Return the installation's own figures by id, in their order."""
    rows = db.session.scalars(select(NamedFigure).order_by(NamedFigure.position, NamedFigure.id))
    return {row.id: row for row in rows}


def count(figures: Sequence[Asked], instant: datetime, belief: Belief = PLAIN) -> dict[str, Figure]:
    """Count figures as of an instant that :func:`~app.records.history.as_of` allows; one statement for each basis."""
    found: dict[str, Figure] = {}
    for basis in dict.fromkeys(one.indicator.basis for one in figures):
        of_basis = [one for one in figures if one.indicator.basis == basis]
        values = _values(basis, of_basis, instant, belief)
        for one, value in zip(of_basis, values, strict=True):
            number = float(value) if one.indicator.unit == Unit.HOURS else int(value)
            found[one.id] = Figure(one.id, one.indicator, one.question, number, instant)
    return {one.id: found[one.id] for one in figures}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value for each dimension asked for, and the number there."""

    values: tuple[str, ...]
    number: float


def measure_by(identity: str, question: Question, dimensions: Sequence[str]) -> list[Cell]:
    """Return a figure split by one or two of DIMENSIONS, in order of their values. Distinct people do not add up.

    LookupError for a figure or dimension that is not known.
    """
    return split(asked([identity], question)[0], dimensions, history.as_of(question.as_of).instant)


def split(one: Asked, dimensions: Sequence[str], instant: datetime) -> list[Cell]:
    """Return a figure split as in :func:`measure_by`, as of an instant that can be answered for; one statement."""
    if unknown := set(dimensions) - DIMENSIONS.keys():
        raise LookupError(f"no dimension {sorted(unknown)}")
    given: JSON = {}
    rows = reading(one.indicator.basis, one.question, instant, given)
    narrowed = conditions("q", one, given)
    columns = ", ".join(f"({DIMENSIONS[name]})::text AS d{n}" for n, name in enumerate(dimensions))
    places = ", ".join(str(n + 1) for n in range(len(dimensions)))
    statement = (
        f"WITH {rows} SELECT {columns}, {_number_of(one.indicator)} FROM parts {_joined(one.indicator)} "
        f"WHERE {narrowed} GROUP BY {places} ORDER BY {places}"
    )
    return [
        Cell(tuple(value or "" for value in row[:-1]), float(row[-1]))
        for row in db.session.execute(text(statement), given)
    ]


def _asked(identity: str, named: Mapping[str, NamedFigure], question: Question) -> Asked:
    if identity in INDICATORS:
        return Asked(identity, INDICATORS[identity], question)
    if identity not in named or named[identity].indicator not in INDICATORS:
        raise LookupError(f"no figure {identity}")
    row = named[identity]
    return Asked(identity, INDICATORS[row.indicator], question.narrowed(row.filters))


def _values(basis: Basis, figures: Sequence[Asked], instant: datetime, belief: Belief) -> Sequence[Any]:
    given: JSON = {}
    rows = reading(basis, figures[0].question, instant, given, belief)
    numbers = ", ".join(
        f"(SELECT {_number_of(one.indicator)} FROM parts {_joined(one.indicator)} "
        f"WHERE {conditions(f'f{n}', one, given)})"
        for n, one in enumerate(figures)
    )
    return tuple(db.session.execute(text(f"WITH {rows} SELECT {numbers}"), given).one())


def _number_of(indicator: Indicator) -> str:
    """Return the SQL of an indicator's number over the rows of its basis."""
    if indicator.basis == Basis.PARENTS:
        return "count(DISTINCT whole)"
    return _NUMBER.get(indicator.unit, _SUM)


def _joined(indicator: Indicator) -> str:
    if indicator.unit != Unit.LANGUAGES:
        return ""
    return "CROSS JOIN LATERAL jsonb_array_elements_text(languages) AS spoken (language)"


def conditions(prefix: str, one: Asked, given: JSON) -> str:
    """The conditions of a figure on the rows of its basis; their values go into ``given`` under ``prefix``."""
    indicator, question = one.indicator, one.question
    found = ["true"] if READINGS[indicator.basis].by_day else [f"at >= :{prefix}_since"]
    if not READINGS[indicator.basis].by_day:
        given[f"{prefix}_since"] = question.since
    limits = {"channels": indicator.channels, "kinds": indicator.kinds}
    for name in SETS:
        asked_for = getattr(question, name)
        if asked_for:
            found.append(_within(name, f"{prefix}_{name}", one))
            given[f"{prefix}_{name}"] = sorted(asked_for)
        if limits.get(name):
            found.append(f"{_COLUMN[name]} = ANY(:{prefix}_of_{name})")
            given[f"{prefix}_of_{name}"] = list(limits[name])
    if indicator.unit in {Unit.PEOPLE, Unit.COUNTRIES}:
        found.append("person IS NOT NULL")
    if indicator.training:
        found.append("training")
    if indicator.verbs:
        found.append(f"verb = ANY(:{prefix}_verbs)")
        given[f"{prefix}_verbs"] = list(indicator.verbs)
    if question.newness:
        found.append(_newness(question.newness, prefix, indicator, given))
    return " AND ".join(found)


def _within(name: str, parameter: str, one: Asked) -> str:
    """The condition that a row is of one of the values given; an activity is of the countries that people came from."""
    people = READINGS[one.indicator.basis].people
    if name == "countries" and not people:
        return (
            f"EXISTS (SELECT FROM counted_fact f WHERE f.activity_key = parts.activity_key "
            f"AND {believed(one.question)} AND f.country = ANY(:{parameter}))"
        )
    if name == "languages":
        if people:
            return f"language = ANY(:{parameter})"
        return f"languages ?| CAST(:{parameter} AS text[])"
    if name == "activities":
        return f"(slug = ANY(:{parameter}) OR parent_slug = ANY(:{parameter}))"
    if name == "tags":
        return f"tags ?| CAST(:{parameter} AS text[])"
    return f"{_COLUMN[name]} = ANY(:{parameter})"


def _newness(newness: str, prefix: str, indicator: Indicator, given: JSON) -> str:
    """New: nothing of the indicator's own before the period; returning: something."""
    given[f"{prefix}_before"] = given[f"{prefix}_since"]
    same = ["earlier.person = parts.person", f"earlier.at < :{prefix}_before"]
    if indicator.channels:
        same.append(f"earlier.channel = ANY(:{prefix}_of_channels)")
    if indicator.kinds:
        same.append(f"earlier.kind = ANY(:{prefix}_of_kinds)")
    if indicator.training:
        same.append("earlier.training")
    if indicator.verbs:
        same.append(f"earlier.verb = ANY(:{prefix}_verbs)")
    return (
        "NOT " if newness == "new" else ""
    ) + f"EXISTS (SELECT FROM parts earlier WHERE {' AND '.join(same)})"
