"""The SQL of each basis: the rows that its figures are numbers over, as of an instant, under the name ``parts``.

Every row has: person, activity_key, at, country, profession, gender, age_group, language, verb, number, amount, and of
its activity kind, channel, topic, partner, project, donor, tags, languages, slug, parent_slug, training; an activity
that is held has ``whole`` too: what it is a part of, or itself. A person is the learner that others were merged into by
the instant; test accounts and test activities are in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.database import JSON
from app.records import history
from app.records.indicators import Basis
from app.records.questions import Question

_ABOUT = """
    merged AS MATERIALIZED (
        SELECT m.merged_key AS key, learner_root(m.merged_key, CAST(:merged_by AS timestamptz)) AS root
        FROM learner_merge m
        WHERE m.recorded_at <= :merged_by AND (m.undone_at IS NULL OR m.undone_at > :merged_by)
    ), testers AS MATERIALIZED (
        SELECT link.learner_key FROM learner_account link JOIN "user" ON "user".id = link.user_id
        WHERE "user".is_test AND link.cut_at IS NULL
    ), rules AS MATERIALIZED (
        SELECT kind, counts_as_training, valid_from,
            lead(valid_from, 1, 'infinity') OVER (PARTITION BY kind ORDER BY valid_from, version) AS valid_until
        FROM kind_rule
    ), activities AS MATERIALIZED (
        SELECT a.*, above.slug AS parent_slug FROM activity_version a
        LEFT JOIN activity_version above ON above.activity_key = a.parent_key
            AND above.known_from <= :believed AND above.known_until > :believed
        WHERE a.known_from <= :believed AND a.known_until > :believed AND NOT a.is_test {described}
    )
"""
_DESCRIBED_BY_THEN = """
    AND EXISTS (SELECT FROM activity_version first WHERE first.activity_key = a.activity_key
        AND first.known_from <= :described_by)
"""
_BEGUN_BY_THEN = "f.first_known <= :begun_by"
_OF_ACTIVITY = """
    a.kind, a.channel, a.topic, a.partner, a.project, a.donor, a.tags, a.languages, a.slug, a.parent_slug
"""
_TRAINING = """
    EXISTS (SELECT FROM rules r WHERE r.kind = a.kind AND r.counts_as_training AND r.valid_from <= {at}
        AND r.valid_until > {at}) AS training
"""
_PERSON = "coalesce(merged.root, f.learner_key)"
_FACTS = "counted_fact f LEFT JOIN merged ON merged.key = f.learner_key"
_NO_TESTER = "NOT coalesce(f.learner_key = ANY(ARRAY(SELECT learner_key FROM testers)), false)"
_FIRSTS = f"""
    , firsts AS (
        SELECT DISTINCT ON (person, f.activity_key) {_PERSON} AS person, f.activity_key, f.occurred_at AS at, f.verb,
            f.country, f.profession, f.gender, f.age_group, f.language, f.amount
        FROM {_FACTS}
        WHERE f.verb = ANY(:basis_verbs) AND f.learner_key IS NOT NULL AND f.activity_key IS NOT NULL AND {{stands}}
        ORDER BY person, f.activity_key, f.occurred_at, f.fact_id
    ), parts AS MATERIALIZED (
        SELECT f.*, 1 AS number, {_OF_ACTIVITY}, {_TRAINING.format(at="f.at")}
        FROM firsts f JOIN activities a ON a.activity_key = f.activity_key
    )
"""
_EACH = f"""
    , parts AS MATERIALIZED (
        SELECT {_PERSON} AS person, f.activity_key, f.occurred_at AS at, f.verb, f.country, f.profession, f.gender,
            f.age_group, f.language, f.amount, coalesce(f.headcount, 1) AS number, {_OF_ACTIVITY},
            {_TRAINING.format(at="f.occurred_at")}
        FROM {_FACTS} JOIN activities a ON a.activity_key = f.activity_key
        WHERE f.verb = ANY(:basis_verbs) AND {{stands}} AND {{which}}
    )
"""
_USES = f"""
    , used AS (
        SELECT {_PERSON} AS person, f.* FROM {_FACTS}
        WHERE f.verb = ANY(:basis_verbs) AND {{stands}} AND (f.verb = 'downloaded' OR f.amount >= 30)
    ), once AS (
        SELECT DISTINCT ON (person, activity_key, (occurred_at AT TIME ZONE 'UTC')::date) * FROM used
        WHERE verb = 'played' AND person IS NOT NULL
        ORDER BY person, activity_key, (occurred_at AT TIME ZONE 'UTC')::date, occurred_at, fact_id
    ), counted AS (
        SELECT * FROM once UNION ALL SELECT * FROM used WHERE verb = 'downloaded' OR person IS NULL
    ), parts AS MATERIALIZED (
        SELECT f.person, f.activity_key, f.occurred_at AS at, f.verb, f.country, f.profession, f.gender, f.age_group,
            f.language, f.amount, coalesce(f.headcount, 1) AS number, {_OF_ACTIVITY},
            {_TRAINING.format(at="f.occurred_at")}
        FROM counted f JOIN activities a ON a.activity_key = f.activity_key
    )
"""
_STANDING = f"""
    , told AS MATERIALIZED (
        SELECT {_PERSON} AS person, f.learner_key, f.fact_id, f.verb, f.occurred_at AS at, f.country, f.profession,
            f.gender, f.age_group, f.language, f.amount
        FROM {_FACTS}
        WHERE f.verb IN ('approved', 'closed', 'country_changed') AND f.learner_key IS NOT NULL AND {{stands}}
    ), accounts AS (
        SELECT DISTINCT ON (learner_key) person, verb FROM told WHERE verb <> 'country_changed'
        ORDER BY learner_key, at DESC, fact_id DESC
    ), standing AS (
        SELECT DISTINCT ON (person) person, verb, at, country, profession, gender, age_group, language, amount
        FROM told WHERE verb <> 'closed' AND person IN (SELECT person FROM accounts WHERE verb = 'approved')
        ORDER BY person, at DESC, fact_id DESC
    ), parts AS MATERIALIZED (
        SELECT standing.*, CAST(NULL AS uuid) AS activity_key, 1 AS number, '' AS kind, 'platform' AS channel,
            '' AS topic, '' AS partner, '' AS project, '' AS donor, CAST('[]' AS jsonb) AS tags,
            CAST('[]' AS jsonb) AS languages, '' AS slug, '' AS parent_slug, false AS training
        FROM standing
    )
"""
_HELD = f"""
    , parts AS MATERIALIZED (
        SELECT CAST(NULL AS uuid) AS person, a.activity_key, a.starts_at AS at, '' AS verb, '' AS country,
            '' AS profession, '' AS gender, '' AS age_group, '' AS language, 0 AS amount, 1 AS number, {_OF_ACTIVITY},
            coalesce(a.parent_key, a.activity_key) AS whole, {_TRAINING.format(at="a.starts_at")}
        FROM activities a WHERE a.starts_at < :until
    )
"""
_DESCRIBED = f"""
    , told AS (
        SELECT DISTINCT ON (fact.activity_key) fact.activity_key, fact.result -> 'languages' AS languages,
            fact.occurred_at
        FROM fact JOIN activities USING (activity_key)
        WHERE fact.verb = 'activity_described' AND fact.occurred_at < :until AND fact.recorded_at <= :believed
            AND fact.uuid <> ALL(:ignored)
        ORDER BY fact.activity_key, fact.occurred_at DESC, fact.id DESC
    ), parts AS MATERIALIZED (
        SELECT CAST(NULL AS uuid) AS person, a.activity_key, told.occurred_at AS at, '' AS verb, '' AS country,
            '' AS profession, '' AS gender, '' AS age_group, '' AS language, 0 AS amount, 1 AS number, a.kind,
            a.channel, a.topic, a.partner, a.project, a.donor, a.tags, told.languages, a.slug, a.parent_slug,
            {_TRAINING.format(at="told.occurred_at")}
        FROM activities a JOIN told USING (activity_key)
        WHERE a.kind <> 'resource' OR a.parent_key IS NOT NULL
    )
"""


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of the same facts otherwise than as of the instant of a reading.

    ``merged_by``: people are merged as was known then. ``begun_by``: only facts, or activities, that were told of by
    then, however they were corrected since.
    """

    merged_by: datetime | None = None
    begun_by: datetime | None = None


PLAIN = Belief()


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of a basis are read. ``people`` says that they are people's, ``by_day`` that they are a state."""

    sql: str
    verbs: tuple[str, ...] = ()
    people: bool = True
    by_day: bool = False


READINGS = {
    Basis.COMPLETED: Reading(_FIRSTS, ("completed",)),
    Basis.TOOK_PART: Reading(_FIRSTS, ("started", "attended", "completed")),
    Basis.REGISTERED: Reading(_FIRSTS, ("enrolled", "registered")),
    Basis.CERTIFIED: Reading(_FIRSTS, ("certificate_issued",)),
    Basis.ATTENDED: Reading(_EACH.replace("{which}", "f.learner_key IS NOT NULL"), ("attended",)),
    Basis.NAMELESS: Reading(_EACH.replace("{which}", "f.headcount IS NOT NULL"), ("attended",)),
    Basis.USES: Reading(_USES, ("played", "downloaded")),
    Basis.ROOM_ACTS: Reading(
        _EACH.replace("{which}", "a.kind IN ('room', 'resource')"),
        ("joined", "left", "viewed", "contributed"),
    ),
    Basis.FEEDBACK: Reading(_EACH.replace("{which}", "true"), ("feedback_given",)),
    Basis.STANDING: Reading(_STANDING, by_day=True),
    Basis.HELD: Reading(_HELD, people=False),
    Basis.PARENTS: Reading(_HELD, people=False),
    Basis.DESCRIBED: Reading(_DESCRIBED, people=False, by_day=True),
}
DIMENSIONS = {
    "country": "country",
    "kind": "kind",
    "channel": "channel",
    "topic": "topic",
    "language": "language",
    "profession": "profession",
    "gender": "gender",
    "age_group": "age_group",
    "partner": "partner",
    "project": "project",
    "donor": "donor",
    "activity": "slug",
    "verb": "verb",
    "year": "to_char(at AT TIME ZONE 'UTC', 'YYYY')",
    "month": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM')",
    "day": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
}
"""What a figure can be split by. Sets of countries are put together from ``country`` only where nothing is distinct."""
_KNOWN = "f.known_from <= :known AND f.known_until > :known"
_AS_CORRECTED = "f.first_known <= :known AND f.known_until = 'infinity'"


_COLUMNS = (
    *(
        "person",
        "activity_key",
        "at",
        "verb",
        "country",
        "profession",
        "gender",
        "age_group",
        "language",
        "number",
    ),
    *("amount", "kind", "channel", "topic", "partner", "project", "donor", "tags", "languages", "slug"),
    *("parent_slug", "training"),
)
_COUNTRY_NOW = """
    , last_known AS (
        SELECT DISTINCT ON (person) {person} AS person, f.country FROM {facts}
        WHERE f.learner_key IS NOT NULL AND f.country > '' AND {stands}
        ORDER BY person, f.occurred_at DESC, f.fact_id DESC
    ), parts AS MATERIALIZED (
        SELECT {columns} FROM parts_then LEFT JOIN last_known USING (person)
    )
"""


def reading(basis: Basis, question: Question, instant: datetime, given: JSON, belief: Belief = PLAIN) -> str:
    """Return the common table expressions that end in ``parts``; their values go into ``given``.

    ``instant`` is that as of which facts are known; with later corrections, facts recorded by it as believed now.
    """
    later, people = question.later_corrections, READINGS[basis].people
    latest = history.as_of().instant if later else instant
    given |= {
        "known": instant,
        "believed": latest,
        "merged_by": belief.merged_by or latest,
        "until": question.until or "infinity",
        "basis_verbs": list(READINGS[basis].verbs),
    }
    if basis == Basis.DESCRIBED:
        given["ignored"] = list(history.ignored_at(latest))
    stands, described = believed(question), ""
    if later or (belief.begun_by and not people):
        given["described_by"], described = belief.begun_by or instant, _DESCRIBED_BY_THEN
    if belief.begun_by and people:
        given["begun_by"], stands = belief.begun_by, f"{stands} AND {_BEGUN_BY_THEN}"
    sql = READINGS[basis].sql.replace("{stands}", f"{stands} AND f.occurred_at < :until")
    if question.country_basis == "now" and people:
        sql = sql.replace("parts AS MATERIALIZED", "parts_then AS MATERIALIZED") + _country_now(stands)
    return _ABOUT.replace("{described}", described) + sql


def believed(question: Question) -> str:
    """Return the condition that a row ``f`` of ``counted_fact`` counts for a question, whenever it occurred."""
    return f"{_AS_CORRECTED if question.later_corrections else _KNOWN} AND {_NO_TESTER}"


def _country_now(stands: str) -> str:
    """Countries as last known of each person; of who has no name what was known then is all there is."""
    columns = (
        "coalesce(last_known.country, parts_then.country) AS country" if name == "country" else name
        for name in _COLUMNS
    )
    return _COUNTRY_NOW.format(person=_PERSON, facts=_FACTS, columns=", ".join(columns), stands=stands)
