"""The nightly check: headline figures counted again from the facts, by another way than the pages do it.

Pages read sums, which are made of tallies, which are made of counted facts. Here each figure is one plain statement
over ``fact`` itself; corrections are followed, merges resolved, test accounts left out, all anew. A difference is an
alarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text, update

from app.accounts.models import Role, RoleGrant, User
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock, log
from app.core.database import db
from app.core.mail import send
from app.records import history, notices, trends
from app.records.counting import rollups
from app.records.figures.models import FigureAlarm
from app.records.measuring import measure
from app.records.questions import Question

_PLAIN = """
    WITH ignored AS (SELECT unnest(CAST(:ignored AS uuid[])) AS uuid),
    counted AS (
        SELECT learner_root(learner_key, :at) AS person, fact.* FROM fact
        WHERE recorded_at <= :at AND uuid NOT IN (SELECT uuid FROM ignored) AND NOT coalesce(learner_key IN (
            SELECT learner_key FROM learner_account link JOIN "user" ON "user".id = link.user_id
            WHERE "user".is_test AND link.cut_at IS NULL), false) AND {verbs}
    ), activity_now AS (
        SELECT DISTINCT ON (activity_key) activity_key, result ->> 'kind' AS kind, result ->> 'channel' AS channel,
            CAST(result ->> 'starts_at' AS timestamptz) AS starts_at,
            coalesce(CAST(result ->> 'is_test' AS boolean), false) AS is_test
        FROM fact WHERE verb = 'activity_described' AND recorded_at <= :at AND uuid NOT IN (SELECT uuid FROM ignored)
        ORDER BY activity_key, occurred_at DESC, id DESC
    )
"""
_WAYS = {
    "users": _PLAIN.format(verbs="verb IN ('approved', 'closed')")
    + """
    SELECT count(DISTINCT person) FROM (
        SELECT person, (array_agg(verb ORDER BY occurred_at DESC, id DESC))[1] AS verb FROM counted
        WHERE occurred_at < :now GROUP BY person, learner_key) AS accounts
    WHERE verb = 'approved'
    """,
    "trained": _PLAIN.format(verbs="verb = 'completed'")
    + """
    SELECT count(DISTINCT person) FROM counted JOIN activity_now USING (activity_key)
    WHERE channel = 'platform' AND NOT is_test AND (
        SELECT counts_as_training FROM kind_rule r WHERE r.kind = activity_now.kind AND r.valid_from <= occurred_at
        ORDER BY r.valid_from DESC, r.version DESC LIMIT 1)
    """,
    "deliveries": _PLAIN.format(verbs="false")
    + """
    SELECT count(*) FROM activity_now WHERE kind = 'delivery' AND channel = 'platform' AND NOT is_test
        AND starts_at < :now
    """,
    "webinars": _PLAIN.format(verbs="false")
    + """
    SELECT count(*) FROM activity_now WHERE kind = 'webinar' AND channel = 'platform' AND NOT is_test
        AND starts_at < :now
    """,
    "recording_uses": _PLAIN.format(verbs="verb IN ('played', 'downloaded')")
    + """
    SELECT coalesce((SELECT sum(coalesce(headcount, 1)) FROM counted JOIN activity_now USING (activity_key)
            WHERE kind = 'recording' AND channel = 'platform' AND NOT is_test
                AND (verb = 'downloaded' OR person IS NULL AND CAST(result ->> 'seconds' AS float) >= 30)), 0)
        + (SELECT count(*) FROM (
            SELECT DISTINCT person, activity_key, (occurred_at AT TIME ZONE 'UTC')::date
            FROM counted JOIN activity_now USING (activity_key)
            WHERE verb = 'played' AND person IS NOT NULL AND kind = 'recording' AND channel = 'platform'
                AND NOT is_test AND CAST(result ->> 'seconds' AS float) >= 30) AS views)
    """,
}
_LONG_AGO = date(1900, 1, 1)
"""Before any fact: a span that begins somewhere is summed up in another way than one from the beginning."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that two ways count differently. ``way`` says where the first number is read."""

    figure: str
    way: str
    computed: float
    recomputed: float


def differences() -> tuple[datetime, list[Difference]]:
    """Count the headline figures by every way there is; return as of when, and what differs."""
    rollups.refresh()
    at = history.as_of().instant
    now = Question(end=clock.now().date(), as_of=at)
    facts = measure(_WAYS, now)
    given = {"at": at, "ignored": list(history.ignored_at(at)), "now": now.until}
    found = []
    for name, statement in _WAYS.items():
        plain = float(db.session.scalar(text(statement), given) or 0)
        ways = {"facts": facts[name].value} | _from_sums(name, now)
        found += [
            Difference(name, way, computed, plain) for way, computed in ways.items() if computed != plain
        ]
    return at, found


def _from_sums(name: str, now: Question) -> dict[str, float]:
    assert now.end is not None
    if name == "users":
        return {"sums": float(trends.users(now.end).get("", 0))}
    if name == "trained":
        spans = {"sums": trends.Span(None, now.end), "sums of spans": trends.Span(_LONG_AGO, now.end)}
        return {way: float(trends.people("trained:platform", span).people) for way, span in spans.items()}
    return {}


def check() -> list[Difference]:
    """Count twice; where it differs raise an alarm that administrators get by mail, once for each figure."""
    at, found = differences()
    differing = {one.figure for one in found}
    standing = set(db.session.scalars(select(FigureAlarm.figure).where(FigureAlarm.settled_at.is_(None))))
    _settle(standing - differing)
    news = [one for one in found if one.figure not in standing]
    for one in news:
        db.session.add(
            FigureAlarm(figure=one.figure, computed=one.computed, recomputed=one.recomputed, as_of=at)
        )
        detail = {"way": one.way, "computed": one.computed, "recomputed": one.recomputed}
        audit.record(None, Verb.FIGURE_DIFFERED, "figure", one.figure, detail=detail)
    if news:
        log.logger.error("figures differ", extra={"fields": {"figures": sorted(differing)}})
        for person in _administrators():
            send(notices.figures_differ(person, news))
    return found


def _settle(figures: set[str]) -> None:
    """What is counted alike again is no alarm any more."""
    db.session.execute(
        update(FigureAlarm)
        .where(FigureAlarm.figure.in_(figures), FigureAlarm.settled_at.is_(None))
        .values(settled_at=clock.now())
    )


def _administrators() -> Sequence[User]:
    now = clock.now()
    held = select(RoleGrant.user_id).where(
        RoleGrant.role == Role.ADMINISTRATOR.value,
        RoleGrant.starts_at <= now,
        (RoleGrant.ends_at.is_(None)) | (RoleGrant.ends_at > now),
    )
    return db.session.scalars(select(User).where(User.id.in_(held), User.active).order_by(User.id)).all()
