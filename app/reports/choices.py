"""What can be chosen in a report's filters: values that occur within the reader's scope, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import text

from app.core.database import db
from app.reports.activities import Known
from app.reports.columns import Kind
from app.reports.forms import Choices
from app.reports.frame import Report
from app.reports.grouping import DIMENSIONS
from app.reports.policy import Scope
from app.reports.selection import ANY, NONE
from app.reports.words import (
    certificate_statuses,
    channels,
    genders,
    kinds,
    quality,
    regions,
    silences,
    words,
)

_EACH_ONCE = """
    each_{name} (value) AS (
        (SELECT {name} FROM participation WHERE {within} ORDER BY {name} LIMIT 1)
        UNION ALL
        SELECT (SELECT {name} FROM participation WHERE {name} > each_{name}.value AND {within} ORDER BY {name} LIMIT 1)
        FROM each_{name} WHERE each_{name}.value IS NOT NULL
    )
"""
_WITHIN = """
    activity_key = ANY(:keys) AND (:everywhere OR activity_key = ANY(:own) OR country = ANY(:countries))
    AND learner_key NOT IN (
        SELECT link.learner_key FROM learner_account link JOIN "user" ON "user".id = link.user_id
        WHERE "user".is_test AND link.cut_at IS NULL)
"""
_OF_PEOPLE = {"country": Kind.COUNTRY, "profession": Kind.PROFESSION, "language": Kind.LANGUAGE}
_OCCURRING = text(
    "WITH RECURSIVE"
    + ",".join(_EACH_ONCE.format(name=name, within=_WITHIN) for name in _OF_PEOPLE)
    + " UNION ALL ".join(f"SELECT '{name}', value FROM each_{name} WHERE value > ''" for name in _OF_PEOPLE)
)
"""Every country, profession and language that occurs, each once: found by a jump through its index to the next larger
value, not by reading every row."""
_OF_ACTIVITIES = ("topic", "partner", "project", "donor")


def of(report: Report, scope: Scope, activities: Sequence[Known]) -> Choices:
    """Return the choices of each filter as (value, words), in the order of the words; one statement."""
    found: dict[str, Sequence[tuple[str, str]]] = {
        "activity": [(one.slug, one.title) for one in activities],
        "region": list(regions().items()) if "region" in report.filters else [],
        "kind": _named(kinds(), (one.kind for one in activities)),
        "channel": _named(channels(), (one.channel for one in activities)),
        "gender": [*genders().items(), (NONE, _("Not known"))],
        "certificate": [(ANY, _("Any")), *_pairs(certificate_statuses()), (NONE, _("None"))],
        "status": list(report.status_words().items()),
        "days": silences(),
        "quality": list(quality().items()),
        "tag": [(one, one) for one in sorted({tag for known in activities for tag in known.tags})],
        "group": [(key, str(DIMENSIONS[key].heading)) for key in report.dimensions],
        "by": [(key, str(DIMENSIONS[key].heading)) for key in report.dimensions],
    }
    for name in _OF_ACTIVITIES:
        values = {getattr(one, name) for one in activities}
        found[name] = [(one, one) for one in sorted(values - {""}, key=str.casefold)]
    if set(_OF_PEOPLE) & set(report.filters):
        found |= _of_people(scope, activities)
    return found


def _of_people(scope: Scope, activities: Sequence[Known]) -> dict[str, Sequence[tuple[str, str]]]:
    values: dict[str, set[str]] = {name: set() for name in _OF_PEOPLE}
    if activities:
        given: dict[str, Any] = {
            "keys": [one.key for one in activities],
            "own": [one.key for one in activities if one.whole],
            "everywhere": scope.everything or not scope.countries,
            "countries": sorted(scope.countries),
        }
        for name, value in db.session.execute(_OCCURRING, given):
            values[name].add(value)
    texts = words({})
    found: dict[str, Sequence[tuple[str, str]]] = {}
    for name, kind in _OF_PEOPLE.items():
        pairs = [(value, str(texts[kind](value))) for value in values[name]]
        found[name] = [*sorted(pairs, key=lambda pair: pair[1].casefold()), (NONE, _("Not known"))]
    return found


def _named(names: dict[str, str], values: Iterable[str]) -> list[tuple[str, str]]:
    occurring = set(values)
    return [(value, text) for value, text in names.items() if value in occurring]


def _pairs(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(value, text) for value, text in names.items() if value]
