"""What can be chosen in a report's filters: values that occur within the reader's scope, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import text

from app.core.database import db
from app.records.topics import topic_name
from app.reports.activities import Known
from app.reports.columns import Kind
from app.reports.forms import Choices
from app.reports.frame import Report
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
_NO_TESTER = """learner_key NOT IN (
    SELECT link.learner_key FROM learner_account link JOIN "user" ON "user".id = link.user_id
    WHERE "user".is_test AND link.cut_at IS NULL)"""
_WITHIN = f"""
    activity_key = ANY(:keys) AND (:everywhere OR activity_key = ANY(:own) OR country = ANY(:countries))
    AND {_NO_TESTER}
"""
_OF_PEOPLE = {"country": Kind.COUNTRY, "profession": Kind.PROFESSION, "language": Kind.LANGUAGE}
_OCCURRING = text(
    "WITH RECURSIVE"
    + ",".join(_EACH_ONCE.format(name=name, within=_WITHIN) for name in _OF_PEOPLE)
    + " UNION ALL ".join(f"SELECT '{name}', value FROM each_{name} WHERE value > ''" for name in _OF_PEOPLE)
)
"""Every country, profession and language that occurs, each once: found by a jump through its index to the next larger
value, not by reading every row."""
_OF_USES = text(
    " UNION ".join(
        f"""
        SELECT '{name}', {name} FROM fact
        WHERE {name} > '' AND activity_key = ANY(:keys) AND verb IN ('played', 'viewed', 'downloaded')
          AND (activity_key = ANY(:own) OR :everywhere OR (learner_key IS NOT NULL AND country = ANY(:countries)))
          AND (learner_key IS NULL OR {_NO_TESTER})
        """
        for name in _OF_PEOPLE
    )
)
"""Those that occur in uses: somebody who moved may have used a recording from where they never took part."""
_WITH_ACCOUNTS = text(
    _OCCURRING.text
    + "".join(
        f"""
        UNION ALL SELECT DISTINCT '{name}', {name} FROM "user"
        WHERE {name} > '' AND standing = 'approved' AND active AND NOT is_test
          AND (:everything OR country = ANY(:countries))
        """
        for name in ("country", "profession")
    )
)
"""Those that occur in participations or accounts."""
_OF_ACTIVITIES = ("topic", "partner", "project", "donor")


def of(report: Report, scope: Scope, activities: Sequence[Known]) -> Choices:
    """Return the choices of each filter as (value, words), in the order of the words; one statement."""
    found: dict[str, list[tuple[str, str]]] = {
        "activity": [(one.slug, one.title) for one in activities],
        "region": list(regions().items()) if "region" in report.filters else [],
        "kind": _named(kinds(), (one.kind for one in activities)),
        "channel": _named(channels(), (one.channel for one in activities)),
        "gender": [*genders().items(), (NONE, _("Not known"))],
        "certificate": [(ANY, _("Any")), *_pairs(certificate_statuses()), (NONE, _("None"))],
        "feedback": [(ANY, _("Given")), (NONE, _("Not given"))],
        "status": list(report.status_words().items()),
        "days": silences(),
        "quality": list(quality().items()),
        "tag": [(one, one) for one in sorted({tag for known in activities for tag in known.tags})],
        "group": [(key, str(one.heading)) for key, one in report.dimensions.items()],
        "by": [(key, str(one.heading)) for key, one in report.dimensions.items()],
    }
    for name in _OF_ACTIVITIES:
        values = {getattr(one, name) for one in activities}
        named = topic_name if name == "topic" else str
        pairs = ((one, named(one)) for one in values - {""})
        found[name] = sorted(pairs, key=lambda pair: pair[1].casefold())
        found[name] += [(NONE, _("Not known"))] if "" in values else []
    if set(_OF_PEOPLE) & set(report.filters):
        found |= _of_people(report, scope, activities)
    return found


def _of_people(report: Report, scope: Scope, activities: Sequence[Known]) -> dict[str, list[tuple[str, str]]]:
    values: dict[str, set[str]] = {name: set() for name in _OF_PEOPLE}
    of_accounts = report.of_accounts and (scope.everything or bool(scope.countries))
    if activities or of_accounts:
        given: dict[str, Any] = {
            "keys": [one.key for one in activities],
            "own": [one.key for one in activities if one.whole],
            "everywhere": scope.everything or not scope.countries,
            "countries": sorted(scope.countries),
        }
        given |= {"everything": scope.everything} if of_accounts else {}
        statement = _WITH_ACCOUNTS if of_accounts else _OF_USES if report.of_uses else _OCCURRING
        for name, value in db.session.execute(statement, given):
            values[name].add(value)
    texts = words({})
    found: dict[str, list[tuple[str, str]]] = {}
    for name, kind in _OF_PEOPLE.items():
        pairs = [(value, str(texts[kind](value))) for value in values[name]]
        found[name] = [*sorted(pairs, key=lambda pair: pair[1].casefold()), (NONE, _("Not known"))]
    return found


def _named(names: dict[str, str], values: Iterable[str]) -> list[tuple[str, str]]:
    occurring = set(values)
    return [(value, text) for value, text in names.items() if value in occurring]


def _pairs(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(value, text) for value, text in names.items() if value]
