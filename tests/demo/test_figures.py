"""The figures of the public reports come out of the raw facts: a second way of counting, in plain SQL.

Written from the definitions alone: the statements know neither the indicators nor the projections of the application;
only the last test asks those, and they must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.core.database import unit_of_work
from app.records.measuring import measure
from app.records.questions import Question
from tests.demo.conftest import DemoWorld

REPORTED = yaml.safe_load(
    (Path(__file__).parents[2] / "demo" / "reported-figures.yaml").read_text(encoding="utf-8")
)
FIGURES = {row["id"]: row for row in REPORTED["figures"] if row["scope"] in {"platform", "other_online"}}
BEGINNING, NOW = date(2003, 1, 1), datetime(9999, 1, 1, tzinfo=UTC)
DATED = {
    "2020/5": datetime(2020, 3, 17, tzinfo=UTC),
    "2021/5": datetime(2021, 3, 1, tzinfo=UTC),
    "congress": datetime(2010, 1, 1, tzinfo=UTC),
}
"""When the reports were written: what they say is asked as of then, too."""

COUNTED = """
WITH known AS (
    SELECT * FROM fact WHERE recorded_at < :known
), people AS (
    SELECT key AS learner_key, coalesce(into_key, key) AS person FROM learner
    LEFT JOIN learner_merge ON merged_key = key AND recorded_at < :known
    WHERE NOT EXISTS (
        SELECT FROM learner_account l JOIN "user" u ON u.id = l.user_id WHERE l.learner_key = key AND u.is_test
    )
), counted AS (
    SELECT known.*, person FROM known LEFT JOIN people USING (learner_key)
    WHERE verb <> 'voided' AND (person IS NOT NULL OR learner_key IS NULL)
        AND uuid NOT IN (SELECT corrects FROM known WHERE corrects IS NOT NULL)
), described AS (
    SELECT DISTINCT ON (activity_key) activity_key, result, result ->> 'kind' AS kind, result ->> 'topic' AS topic,
        result ->> 'channel' AS channel, (result ->> 'starts_at')::timestamptz AS starts_at,
        (result ->> 'parent_key')::uuid AS parent_key, result -> 'languages' AS languages,
        result -> 'countries' AS countries
    FROM counted WHERE verb = 'activity_described' AND occurred_at < :until
    ORDER BY activity_key, occurred_at DESC
), first_completed AS (
    SELECT DISTINCT ON (person, activity_key) person, activity_key, occurred_at, country
    FROM counted WHERE verb = 'completed' AND person IS NOT NULL ORDER BY person, activity_key, occurred_at
), trained AS (
    SELECT c.*, kind, topic, channel FROM first_completed c JOIN described USING (activity_key)
    WHERE kind IN (SELECT kind FROM kind_rule WHERE counts_as_training)
        AND occurred_at >= :since AND occurred_at < :until
), took_part AS (
    SELECT DISTINCT ON (person, activity_key) person, activity_key, country, kind, topic, channel, countries, starts_at
    FROM counted JOIN described USING (activity_key)
    WHERE verb IN ('started', 'attended', 'completed') AND person IS NOT NULL AND occurred_at < :until
    ORDER BY person, activity_key, occurred_at
), held AS (
    SELECT * FROM described WHERE starts_at >= :since AND starts_at < :until
), users AS (
    SELECT person, (array_agg(coalesce(result ->> 'after', country) ORDER BY occurred_at DESC))[1] AS country
    FROM counted WHERE verb IN ('approved', 'country_changed') AND occurred_at < :until
        AND person NOT IN (SELECT person FROM counted WHERE verb = 'closed' AND occurred_at < :until)
    GROUP BY person
), uses AS (
    SELECT person, activity_key, verb, (occurred_at AT TIME ZONE 'UTC')::date AS day FROM counted
    WHERE (verb = 'downloaded' OR (verb = 'played' AND (result ->> 'seconds')::int >= 30))
        AND occurred_at >= :since AND occurred_at < :until
        AND activity_key IN (SELECT activity_key FROM described WHERE kind = 'recording')
), module AS (
    SELECT * FROM trained WHERE kind = 'course' AND topic = 'cbrn' AND channel = 'platform'
)
"""
DELIVERIES = "FROM took_part WHERE kind = 'delivery' AND channel = 'platform' AND starts_at >= :since"
KAZAKHSTAN = "kind = 'webinar' AND channel = 'other_online' AND countries = '[\"KZ\"]'"
EDITIONS = "SELECT jsonb_array_length(languages) FROM described WHERE kind = 'course' AND topic = 'cbrn'"
BY_FIGURE: Mapping[str, str] = {
    "platform_users": "SELECT count(*) FROM users",
    "platform_user_countries": "SELECT count(DISTINCT country) FROM users",
    "practitioners_trained": "SELECT count(DISTINCT person) FROM trained WHERE channel = 'platform'",
    "online_courses_delivered": "SELECT count(*) FROM held WHERE kind = 'delivery' AND channel = 'platform'",
    "online_course_participants": f"SELECT count(DISTINCT person) {DELIVERIES}",
    "webinars_held": "SELECT count(*) FROM held WHERE kind = 'webinar' AND channel = 'platform'",
    "trained_2020_platform": "SELECT count(DISTINCT person) FROM trained WHERE channel = 'platform'",
    "trained_2020_online": "SELECT count(DISTINCT person) FROM trained WHERE channel <> 'in_person'",
    "recording_uses_2020": "SELECT count(*) FROM (SELECT DISTINCT person, activity_key, verb, day FROM uses) one",
    "cbrn_module_completions": "SELECT count(DISTINCT person) FROM module",
    "cbrn_module_countries": "SELECT count(DISTINCT country) FROM module",
    "cbrn_module_languages_2019": EDITIONS,
    "cbrn_module_languages": EDITIONS,
    "cbrn_webinar_series_2020": "SELECT count(*) FROM held WHERE kind = 'webinar' AND topic = 'cbrn' AND parent_key IN "
    "(SELECT activity_key FROM described WHERE kind = 'webinar_series')",
    "early_courses": "SELECT count(DISTINCT parent_key) FROM held WHERE kind = 'delivery'",
    "early_sessions": "SELECT count(*) FROM held WHERE kind = 'delivery'",
    "early_participants": f"SELECT count(DISTINCT person) {DELIVERIES}",
    "early_countries": f"SELECT count(DISTINCT country) {DELIVERIES}",
    "ihl_course_deliveries": "SELECT count(*) FROM held WHERE kind = 'delivery' AND topic = 'humanitarian-law'",
    "intl_crimes_deliveries": "SELECT count(*) FROM held WHERE kind = 'delivery' AND topic = 'international-crimes'",
    "kazakhstan_webinars": f"SELECT count(*) FROM held WHERE {KAZAKHSTAN}",
    "kazakhstan_participants": f"SELECT count(*) FROM took_part WHERE {KAZAKHSTAN} AND starts_at >= :since",
    "tajikistan_hybrid": "SELECT count(*) FROM took_part WHERE kind = 'workshop' AND channel = 'hybrid' "
    "AND starts_at >= :since",
}


def span(figure: Mapping[str, Any]) -> tuple[date, date]:
    """Return the first and the last day of a figure."""
    if "as_of" in figure:
        return BEGINNING, figure["as_of"]
    first, last = figure["period"].split("/")
    return date.fromisoformat(first), date.fromisoformat(last)


def count(world: DemoWorld, statement: str, first: date, last: date, known: datetime = NOW) -> int:
    """Return what a statement over COUNTED finds, both days included, as known before an instant."""
    since, until = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
    return int(world.value(COUNTED + statement, since=since, until=until, known=known))


def holds(figure: Mapping[str, Any], found: int) -> bool:
    if figure["qualifier"] == "exact":
        return bool(found == figure["value"])
    return bool(figure["value"] < found < figure["value"] * 1.1)


def test_every_figure_is_here() -> None:
    assert BY_FIGURE.keys() == FIGURES.keys()


@pytest.mark.parametrize("name", FIGURES)
def test_as_of_now(register: DemoWorld, name: str) -> None:
    found = count(register, BY_FIGURE[name], *span(FIGURES[name]))
    assert holds(FIGURES[name], found), found


@pytest.mark.long
@pytest.mark.parametrize("name", FIGURES)
def test_as_the_report_knew(register: DemoWorld, name: str) -> None:
    known = DATED[FIGURES[name]["source"].split()[0]]
    found = count(register, BY_FIGURE[name], *span(FIGURES[name]), known)
    assert holds(FIGURES[name], found), found


def test_when_2009_ended(register: DemoWorld) -> None:
    """Asked today for what was known when 2009 ended, and for 2009 itself: nothing later is in it."""
    known = datetime(2010, 1, 1, tzinfo=UTC)
    early = ("early_participants", "early_countries", "early_sessions", "early_courses")
    until = date(2009, 12, 31)
    assert [count(register, BY_FIGURE[name], BEGINNING, until, known) for name in early] == [126, 72, 5, 2]
    assert [count(register, BY_FIGURE[name], BEGINNING, date(2026, 1, 1), known) for name in early] == [
        126,
        72,
        5,
        2,
    ]
    assert count(register, BY_FIGURE["cbrn_module_completions"], BEGINNING, until, known) == 0


def test_the_allocation(register: DemoWorld) -> None:
    """What the figures leave open is as the file says it was worked out."""
    reported, end = date(2020, 3, 16), date(2020, 12, 31)
    trained, module = BY_FIGURE["practitioners_trained"], BY_FIGURE["cbrn_module_completions"]
    alumni = "SELECT count(DISTINCT person) FROM trained WHERE channel = 'platform' AND kind = 'delivery'"
    live = "SELECT count(DISTINCT person) FROM trained WHERE channel = 'platform' AND kind <> 'course'"
    people = "SELECT count(DISTINCT person) FROM took_part WHERE " + KAZAKHSTAN
    assert count(register, alumni, BEGINNING, reported) == 550
    assert count(register, module, BEGINNING, reported) == 690
    assert count(register, trained, date(2020, 1, 1), reported) == 0
    assert count(register, trained, date(2020, 1, 1), end) == 756
    assert count(register, trained, BEGINNING, end) == 1595 + 616
    assert count(register, live, date(2020, 1, 1), end) == 731
    assert count(register, module, BEGINNING, end) == 1236
    assert count(register, BY_FIGURE["trained_2020_online"], date(2020, 1, 1), end) == 1047
    assert count(register, people, BEGINNING, end) == 238
    assert count(register, "SELECT count(*) FROM uses WHERE verb = 'played'", date(2020, 1, 1), end) == 1655
    assert 128 <= count(register, BY_FIGURE["platform_user_countries"], BEGINNING, reported) <= 134


def test_over_1200_had_passed_when_december_began(register: DemoWorld) -> None:
    assert 1200 < count(register, BY_FIGURE["cbrn_module_completions"], BEGINNING, date(2020, 11, 30)) < 1320


@pytest.mark.long
def test_records_that_came_late(register: DemoWorld) -> None:
    """Some of December 2020 were entered in 2021; what was known when the year ended bears the figures out, too."""
    entered = (
        "SELECT count(*) FROM fact WHERE verb = 'completed' "
        "AND occurred_at < '2021-01-01' AND recorded_at >= '2021-01-01'"
    )
    assert register.value(entered) == 20
    assert register.value(entered + " AND recorded_at >= '2021-03-01'") == 0
    year_end = datetime(2021, 1, 1, tzinfo=UTC)
    for name, figure in FIGURES.items():
        if span(figure)[1].year == 2020 and figure["source"].startswith("2021"):
            assert holds(figure, count(register, BY_FIGURE[name], *span(figure), year_end)), name
    now, then = (
        count(register, BY_FIGURE["trained_2020_platform"], date(2020, 1, 1), date(2020, 12, 31), known)
        for known in (NOW, year_end)
    )
    assert now > then


def test_named_activities(register: DemoWorld) -> None:
    """Every activity that the reports name was held, in its month, for its countries."""
    first_of_series = "SELECT min(held.starts_at) FROM activity held WHERE held.parent_key = activity.key"
    for row in REPORTED["named_activities"]:
        kind = {"elearning": "course"}.get(row["kind"], row["kind"])
        found = register.rows(
            "SELECT FROM activity JOIN fact ON activity_key = key AND verb = 'activity_described' "
            "WHERE kind = :kind AND channel = :channel AND countries = CAST(:countries AS jsonb) "
            f"AND to_char(coalesce(starts_at, ({first_of_series}), occurred_at), 'YYYY-MM') LIKE :month",
            kind=kind,
            channel=row["channel"],
            month=str(row["when"]).split("/")[0] + "%",
            countries=str(row["for"] if isinstance(row["for"], list) else []).replace("'", '"'),
        )
        if not str(row["for"]).startswith("English"):
            assert found, row


def test_corrections_are_elsewhere(register: DemoWorld) -> None:
    assert register.value("SELECT count(*) FROM fact WHERE verb = 'voided'") >= 5
    assert register.value("SELECT count(*) FROM fact WHERE corrects IS NOT NULL AND verb <> 'voided'") >= 5
    assert register.value("SELECT count(*) FROM learner_merge") >= 3
    early = (
        "SELECT count(*) FROM fact WHERE recorded_at < '2021-03-01' "
        "AND (corrects IS NOT NULL OR learner_key IN (SELECT merged_key FROM learner_merge))"
    )
    assert register.value(early) == 0


# ------------------------------------------------------------------------------------------------ the application's way


def test_what_was_published_is_there_with_its_source(register: DemoWorld) -> None:
    rows = register.rows("SELECT figure, value, qualifier, symbol, source, paragraph FROM published_figure")
    assert len(rows) == len(FIGURES)
    assert {row.value for row in rows} == {float(row["value"]) for row in FIGURES.values()}
    assert all(row.source and row.paragraph for row in rows)


@pytest.mark.long
@pytest.mark.parametrize("name", FIGURES)
def test_the_indicators_agree(register: DemoWorld, name: str) -> None:
    """The application's indicators come to the same numbers, now and as of the day of the report."""
    first, last = span(FIGURES[name])
    start = None if "as_of" in FIGURES[name] else first
    for known in (None, DATED[FIGURES[name]["source"].split()[0]]):
        with register.app.app_context(), unit_of_work():
            found = measure([name], Question(start=start, end=last, as_of=known))[name].value
        assert found == count(register, BY_FIGURE[name], first, last, known or NOW)
