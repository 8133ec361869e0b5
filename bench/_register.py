"""A register of ten million facts, made inside the database: 200,000 people of 190 countries, 17 years, 600 activities.

Every participation tells the same story as the features do: enrolled, started, four steps, a test failed now and then,
passed, completed, certified. A few facts in ten thousand are voided later, a few people merged.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg

PEOPLE, ACTIVITIES, FACTS = 200_000, 600, 10_000_000
VERSION = 1  # changes with what fill() makes

_PEOPLE = """
CREATE UNLOGGED TABLE bench_person AS
SELECT n, gen_random_uuid() AS key, c.code AS country, p.word AS profession,
    (ARRAY['female', 'male', 'male', ''])[1 + floor(random() * 4)::int] AS gender,
    (ARRAY['under_30', '30_and_over', '30_and_over', ''])[1 + floor(random() * 4)::int] AS age_group,
    (ARRAY['en', 'en', 'fr', 'es', 'ar', 'ru', 'zh'])[1 + floor(random() * 7)::int] AS language,
    timestamptz '2009-01-05' + power(random(), 0.6) * interval '16 years 6 months' AS approved_at
FROM generate_series(1, %(people)s) AS n
CROSS JOIN LATERAL (SELECT code FROM unnest(%(countries)s::text[]) WITH ORDINALITY AS c (code, place)
    WHERE place = 1 + floor(power(n * 0.6180339887 - floor(n * 0.6180339887), 2) * %(most)s)::int) AS c
CROSS JOIN LATERAL (SELECT (ARRAY['judge', 'prosecutor', 'police', 'defence_counsel', 'central_authority'])[1 + n %% 5]
    AS word) AS p;
ALTER TABLE bench_person ADD PRIMARY KEY (n);
INSERT INTO "user" (public_id, email, fs_uniquifier, active, standing, given_name, family_name, country, profession,
    gender, age_group, language, institution, registered_at, approved_at, legal_system, zone, reason, is_test)
SELECT 'bench' || n, 'bench' || n || '@example.org', 'bench' || n, true, 'approved', 'Person', 'Number ' || n, country,
    profession, gender, age_group, language, 'Court ' || n %% 900, approved_at, approved_at, '', 'UTC', '', false
FROM bench_person;
INSERT INTO learner (key, created_at) SELECT key, approved_at FROM bench_person;
INSERT INTO learner_account (learner_key, user_id, linked_at)
SELECT key, "user".id, bench_person.approved_at FROM bench_person JOIN "user" ON "user".public_id = 'bench' || n;
"""
_ACTIVITIES = """
CREATE UNLOGGED TABLE bench_activity AS
SELECT n, gen_random_uuid() AS key,
    (ARRAY['course', 'delivery', 'webinar', 'webinar', 'workshop', 'recording'])[1 + n %% 6] AS kind,
    (ARRAY['platform', 'platform', 'platform', 'other_online', 'hybrid'])[1 + n %% 5] AS channel,
    'topic-' || n %% 20 AS topic,
    timestamptz '2009-02-01' + n::float / %(activities)s * interval '16 years 10 months' AS at
FROM generate_series(1, %(activities)s) AS n;
ALTER TABLE bench_activity ADD PRIMARY KEY (n);
INSERT INTO fact (uuid, activity_key, verb, result, occurred_at, recorded_at, imported_at, batch_id)
SELECT gen_random_uuid(), key, 'activity_described', jsonb_build_object('kind', kind, 'channel', channel, 'slug',
    'bench-' || n, 'titles', jsonb_build_object('en', 'Activity ' || n), 'languages', jsonb_build_array('en', 'fr'),
    'topic', topic, 'starts_at', CASE WHEN kind <> 'course' THEN to_char(at AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS+00:00') END), at - interval '30 days', at - interval '30 days', now(), %(batch)s
FROM bench_activity;
"""
_PARTS = """
CREATE UNLOGGED TABLE bench_part AS
SELECT DISTINCT ON (person, activity) p.n AS person, a.n AS activity, p.key AS learner_key, a.key AS activity_key,
    a.kind, p.country, p.profession, p.gender, p.age_group, p.language,
    greatest(p.approved_at, a.at) + random() * interval '120 days' AS at, random() AS luck
FROM bench_person p CROSS JOIN generate_series(1, 7) AS turn
JOIN bench_activity a ON a.n = 1 + floor(power(
    (p.n * 7 + turn) * 0.7548776662 - floor((p.n * 7 + turn) * 0.7548776662), 1.5) * %(activities)s)::int
WHERE greatest(p.approved_at, a.at) < timestamptz '2025-08-01';
"""
_APPROVED = """
INSERT INTO fact (uuid, learner_key, verb, country, profession, gender, age_group, occurred_at, recorded_at,
    imported_at, batch_id)
SELECT gen_random_uuid(), key, 'approved', country, profession, gender, age_group, approved_at, approved_at, now(),
    %(batch)s FROM bench_person ORDER BY approved_at;
"""
_STORY = """
INSERT INTO fact (uuid, learner_key, activity_key, verb, result, country, profession, gender, age_group, language,
    occurred_at, recorded_at, imported_at, batch_id)
SELECT gen_random_uuid(), learner_key, activity_key, step.verb, step.result, country, profession, gender, age_group,
    language, at + step.after, at + step.after + interval '3 minutes', now(), %(batch)s
FROM bench_part CROSS JOIN LATERAL (
    SELECT * FROM (VALUES
        ('enrolled', '{}'::jsonb, interval '0', 1.0), ('started', '{}', interval '1 hour', 0.95),
        ('progressed', '{"progress": 0.25}', interval '2 days', 0.9),
        ('progressed', '{"progress": 0.5}', interval '5 days', 0.85),
        ('progressed', '{"progress": 0.75}', interval '9 days', 0.8),
        ('failed', '{"score": 55}', interval '11 days', 0.25), ('passed', '{"score": 85}', interval '12 days', 0.75),
        ('progressed', '{"progress": 0.95}', interval '12 days', 0.75),
        ('completed', '{}', interval '12 days 1 hour', 0.75),
        ('certificate_issued', '{}', interval '12 days 2 hours', 0.5)) AS s (verb, result, after, chance)
    WHERE kind IN ('course', 'delivery') AND luck < chance
    UNION ALL SELECT * FROM (VALUES
        ('registered', '{}'::jsonb, interval '-9 days', 1.0), ('started', '{}', interval '0', 0.9),
        ('attended', '{"minutes": 20}', interval '20 minutes', 0.9),
        ('progressed', '{"progress": 0.5}', interval '40 minutes', 0.8),
        ('progressed', '{"progress": 0.8}', interval '50 minutes', 0.8),
        ('completed', '{}', interval '1 hour', 0.7)) AS s (verb, result, after, chance)
    WHERE kind IN ('webinar', 'workshop') AND luck < chance
    UNION ALL SELECT * FROM (VALUES
        ('played', '{"seconds": 300}'::jsonb, interval '0', 1.0), ('played', '{"seconds": 90}', interval '1 day', 0.8),
        ('downloaded', '{}', interval '2 days', 0.3)) AS s (verb, result, after, chance)
    WHERE kind = 'recording' AND luck < chance) AS step
WHERE person %% %(slices)s = %(slice)s;
"""
_MORE = """
INSERT INTO fact (uuid, learner_key, activity_key, verb, result, country, profession, gender, age_group, language,
    occurred_at, recorded_at, imported_at, batch_id)
SELECT gen_random_uuid(), learner_key, activity_key, 'progressed', '{"progress": 0.6}', country, profession, gender,
    age_group, language, at + n * interval '7 hours', at + n * interval '7 hours', now(), %(batch)s
FROM bench_part CROSS JOIN generate_series(1, 20) AS n
WHERE kind = 'course' LIMIT greatest(0, %(facts)s - (SELECT count(*) FROM fact));
"""
_CORRECTIONS = """
INSERT INTO fact (uuid, learner_key, activity_key, verb, corrects, occurred_at, recorded_at, imported_at, batch_id)
SELECT gen_random_uuid(), learner_key, activity_key, 'voided', uuid, occurred_at, recorded_at + interval '200 days',
    now(), %(batch)s
FROM fact WHERE verb = 'completed' AND id %% 2000 = 0 AND recorded_at < timestamptz '2025-01-01';
INSERT INTO learner_merge (merged_key, into_key, reason, recorded_at)
SELECT one.key, other.key, 'bench', timestamptz '2024-06-01' FROM bench_person one
JOIN bench_person other ON other.n = one.n + 1 WHERE one.n %% 4000 = 0;
"""
_PARTICIPATIONS = """
INSERT INTO participation (learner_key, activity_key, status, progress, attempts, score, language, country, profession,
    enrolled_at, first_access_at, last_access_at, completed_at, entered_at, certificate_status, language_settled)
SELECT learner_key, activity_key, CASE WHEN luck < 0.75 THEN 'completed' ELSE 'in_progress' END, CASE WHEN luck < 0.75
    THEN 1.0 ELSE 0.5 END, 1, 85, language, country, profession, at, at, at + interval '12 days',
    CASE WHEN luck < 0.75 THEN at + interval '12 days 1 hour' END, at, '', false
FROM bench_part WHERE kind <> 'recording' AND learner_key NOT IN (SELECT merged_key FROM learner_merge);
INSERT INTO activity (key, kind, channel, slug, titles, languages, described_at, starts_at, address, topic, partner,
    project, donor, audience, is_test, zone)
SELECT key, kind, channel, 'bench-' || n, jsonb_build_object('en', 'Activity ' || n), '["en", "fr"]', at, at, '', topic,
    '', '', '', '', false, 'UTC' FROM bench_activity;
"""
_SLICES = 10


def fill(url: str, countries: list[str], say: Callable[[str], None]) -> None:
    """Fill an empty, migrated database; the sums are made by the application afterwards."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off"
        )
        batch = connection.execute(
            "INSERT INTO import_batch (source, note) VALUES ('bench', 'Synthetic register.') RETURNING id"
        ).fetchone()
        assert batch is not None
        given = {
            "people": PEOPLE, "activities": ACTIVITIES, "facts": FACTS, "batch": batch[0], "countries": countries,
            "most": len(countries), "slices": _SLICES,
        }  # fmt: skip
        connection.execute("SELECT setseed(0.42)")
        connection.execute("ALTER TABLE fact DISABLE TRIGGER USER")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'fact' AND indexname LIKE 'ix_%'"
        ).fetchall()
        for name, _definition in indexes:
            connection.execute(f"DROP INDEX {name}")
        for statements in (_PEOPLE, _ACTIVITIES, _PARTS, _APPROVED):
            _run(connection, statements, given)
        connection.execute("ANALYZE bench_part")
        for number in range(_SLICES):
            started = time.monotonic()
            _run(connection, _STORY, given | {"slice": number})
            say(f"  part {number + 1} of {_SLICES}: {time.monotonic() - started:.0f} s")
        for statements in (_MORE, _CORRECTIONS, _PARTICIPATIONS):
            _run(connection, statements, given)
        for _name, definition in indexes:
            connection.execute(definition)
        connection.execute("ALTER TABLE fact ENABLE TRIGGER USER")
        connection.execute("DROP TABLE bench_part, bench_activity")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _run(
    connection: psycopg.Connection[tuple[object, ...]], statements: str, given: dict[str, object]
) -> None:
    for statement in filter(str.strip, statements.split(";\n")):
        connection.execute(statement, given)
