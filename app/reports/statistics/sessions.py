"""Attendance of sessions: how many came to each, how many were there in each minute, and how long they stayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.core.database import db
from app.core.i18n import format_day, format_number
from app.records.presence import presence_of
from app.records.questions import Question
from app.reports import charts
from app.reports.activities import Known
from app.reports.charts import Bar, Chart, Series
from app.reports.statistics.conditions import NO_TESTER, given, typed
from app.reports.statistics.fields import query
from app.reports.statistics.rights import Sight

MOST_SESSIONS = 24
_POINTS = 24
_MINUTES = 120
_PRESENT = f"""
    f.activity_key = ANY(:keys) AND f.verb = 'attended' AND f.known_until = 'infinity'
    AND (f.activity_key = ANY(:whole) OR (f.country = ANY(:countries) AND f.learner_key IS NOT NULL))
    AND (NOT :narrowed OR f.country = ANY(:asked))
    AND (f.learner_key IS NULL OR {NO_TESTER.format(learner="f.learner_key")})
"""
_CAME = typed(
    f"""
    SELECT f.activity_key, count(DISTINCT f.learner_key), coalesce(sum(f.headcount), 0) FROM counted_fact f
    WHERE {_PRESENT} GROUP BY 1
    """
)
_STAYED = typed(
    f"""
    SELECT minutes, count(*) FROM (
        SELECT sum(f.amount) AS minutes FROM counted_fact f WHERE {_PRESENT} AND f.learner_key IS NOT NULL
        GROUP BY f.learner_key) AS each
    GROUP BY 1 ORDER BY 1
    """
)


@dataclass(frozen=True, slots=True)
class Sessions:
    """The latest sessions with who came; of one session who was there when, and how long people stayed."""

    came: Chart | None
    chosen: Known | None = None
    present: Chart | None = None
    stayed: Chart | None = None


def sessions(
    activities: Sequence[Known], sight: Sight, question: Question, values: Mapping[str, str]
) -> Sessions:
    """Return the sessions of the period that the reader sees; at most three statements."""
    held = [one for one in activities if _within(one, question)]
    latest = sorted(held, key=lambda one: (str(one.starts_at), one.slug), reverse=True)[:MOST_SESSIONS]
    chosen = next((one for one in activities if one.slug == values.get("activity")), None)
    came = _came(latest, sight, question, values) if latest else None
    if chosen is None:
        return Sessions(came)
    rows = db.session.execute(_STAYED, given([chosen], sight, question)).all()
    stayed = _stayed(chosen, [(float(row[0]), int(row[1])) for row in rows])
    return Sessions(came, chosen, _present(chosen, sight, question), stayed)


def _within(one: Known, question: Question) -> bool:
    at, until = one.starts_at, question.until
    return at is not None and at >= question.since and (until is None or at < until)


def _came(latest: Sequence[Known], sight: Sight, question: Question, values: Mapping[str, str]) -> Chart:
    rows = db.session.execute(_CAME, given(latest, sight, question))
    found = {key: int(people) + int(nameless) for key, people, nameless in rows}
    bars = [
        Bar(
            one.title,
            found.get(one.key, 0),
            href=query({**values, "activity": one.slug}),
            note=format_day(one.starts_at),
        )
        for one in latest
    ]
    return charts.bars(
        _("Who came to the latest sessions"),
        bars,
        of=_("Session"),
        unit=_("People"),
        notes=[_("People known by a headcount only are in these numbers.")],
    )


def _present(session: Known, sight: Sight, question: Question) -> Chart | None:
    """Who was there in each minute; only for those who see everybody, since nobody is told apart in it."""
    if question.countries or not (sight.everything or session.whole):
        return None
    found = presence_of(session.key, question.as_of)
    if found is None or not any(found.counts):
        return None
    begins = found.begins_at.astimezone(ZoneInfo(found.zone))
    step = max(1, -(-len(found.counts) // _MINUTES))
    points = [
        (f"{begins + timedelta(minutes=minute):%H:%M}", max(found.counts[minute : minute + step]))
        for minute in range(0, len(found.counts), step)
    ]
    notes = [_("Times are those of the session's time zone, %(zone)s.", zone=found.zone)]
    if step > 1:
        notes.append(_("Each point is the most people at once within %(count)d minutes.", count=step))
    return charts.line(
        _("Who was there when: %(session)s", session=session.title),
        [Series(_("People at once"), points)],
        of=_("Time"),
        notes=notes,
    )


def _stayed(session: Known, found: Sequence[tuple[float, int]]) -> Chart:
    """How many stayed at least so many minutes, from the first minute to the longest stay."""
    longest = max((minutes for minutes, _people in found), default=0)
    step = max(1, round(longest / _POINTS))
    points = [
        (format_number(minute), sum(people for minutes, people in found if minutes >= minute))
        for minute in range(0, int(longest) + 1, step)
    ]
    return charts.line(
        _("How long people stayed: %(session)s", session=session.title),
        [Series(_("People"), points)],
        of=_("At least so many minutes"),
        notes=[_("Reconnections are merged: each minute counts once.")],
    )
