"""The way through courses: from enrolling to the certificate, and where in a course people stop. As of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from app.core.database import db
from app.core.i18n import format_share
from app.records.models import ActivityKind
from app.records.questions import Question
from app.reports import charts
from app.reports.activities import Known
from app.reports.charts import Bar, Chart, Series
from app.reports.facts import THAT_COUNT
from app.reports.statistics.conditions import SEEN, given, typed
from app.reports.statistics.fields import query
from app.reports.statistics.rights import Sight

KINDS = frozenset({ActivityKind.COURSE.value, ActivityKind.DELIVERY.value})
MOST_ITEMS = 60
_TENTHS = range(1, 11)
_WAY = typed(
    f"""
    SELECT count(*), count(first_access_at), count(*) FILTER (WHERE completed_at IS NOT NULL OR progress >= 0.5),
        count(completed_at), count(*) FILTER (WHERE completed_at IS NOT NULL AND certificate_issued_at IS NOT NULL)
    FROM participation p
    WHERE {SEEN} AND coalesce(enrolled_at, first_access_at) >= :since
        AND coalesce(enrolled_at, first_access_at) < :until
    """
)
_AT_LEAST = ", ".join(
    f"count(*) FILTER (WHERE completed_at IS NOT NULL OR progress >= {n / 10 - 1e-9})" for n in _TENTHS
)
_REACHED = typed(
    f"""
    SELECT {_AT_LEAST},
        count(first_access_at)
    FROM participation p
    WHERE {SEEN} AND coalesce(enrolled_at, first_access_at) >= :since
        AND coalesce(enrolled_at, first_access_at) < :until
    """
)
_ITEMS = typed(
    f"""
    SELECT result ->> 'item', count(DISTINCT learner_key), percentile_cont(0.5) WITHIN GROUP (
        ORDER BY CASE jsonb_typeof(result -> 'progress') WHEN 'number' THEN (result ->> 'progress')::float8 ELSE 0 END)
    FROM fact
    WHERE activity_key = ANY(:keys) AND verb = 'progressed' AND result ? 'item' AND {THAT_COUNT}
        AND (activity_key = ANY(:whole) OR country = ANY(:countries)) AND (NOT :narrowed OR country = ANY(:asked))
        AND occurred_at >= :since AND occurred_at < :until
    GROUP BY 1 ORDER BY 3, 1 LIMIT {MOST_ITEMS}
    """
)


@dataclass(frozen=True, slots=True)
class Learning:
    """The way through, and inside one course how far people come and what they do in it."""

    way: Chart
    courses: Sequence[tuple[str, str]]
    chosen: str
    reached: Chart | None = None
    items: Chart | None = None


def learning(activities: Sequence[Known], sight: Sight, question: Question, slug: str) -> Learning:
    """Return the charts for the activities that the reader sees, or the one with ``slug``; at most three statements.

    A slug that is not among them narrows nothing.
    """
    chosen = [one for one in activities if one.slug == slug]
    asked = given(chosen or activities, sight, question)
    way = db.session.execute(_WAY, asked).one()
    courses = [(one.slug, one.title) for one in activities if one.kind == ActivityKind.COURSE.value]
    if not chosen or chosen[0].kind != ActivityKind.COURSE.value:
        return Learning(_way(way, ""), courses, chosen[0].slug if chosen else "")
    reached = db.session.execute(_REACHED, asked).one()
    items = db.session.execute(_ITEMS, asked).all()
    return Learning(
        _way(way, slug), courses, slug, _reached(reached), _items(items, int(reached[-1])) if items else None
    )


def _way(numbers: Sequence[int], slug: str) -> Chart:
    def rows(**filters: str) -> str:
        kept = filters | ({"activity": slug} if slug else {})
        return url_for("reports.report", name="completions") + query(kept)

    names = (_("Enrolled"), _("Started"), _("Half done"), _("Completed"), _("Certified"))
    links = (rows(), "", "", rows(status="completed"), rows(certificate="any"))
    return charts.funnel(
        _("From enrolling to the certificate"),
        [
            Bar(name, number, href=link or None)
            for name, number, link in zip(names, numbers, links, strict=True)
        ],
        unit=_("Participations"),
        notes=[_("Of those who enrolled in the period, how far they are by now.")],
    )


def _reached(numbers: Sequence[int]) -> Chart:
    started = int(numbers[-1])
    points = [(format_share(0), started)]
    points += [(format_share(n / 10), int(numbers[n - 1])) for n in _TENTHS]
    return charts.line(
        _("How far people come in this course"),
        [Series(_("People"), points)],
        of=_("At least this share of the course"),
        notes=[_("Where the line falls, people stop.")],
    )


def _items(found: Sequence[Sequence[object]], started: int) -> Chart:
    def share(number: int) -> str:
        return _("%(share)s of those who started", share=format_share(number / started)) if started else ""

    return charts.bars(
        _("Who did which part of this course"),
        [Bar(str(item), int(str(number)), note=share(int(str(number)))) for item, number, _place in found],
        of=_("Part, in the order in which people come to it"),
        unit=_("People"),
        top=started or None,
        notes=[_("Parts are named as the register knows them.")],
    )
