"""What figures cost over ten million facts of 200,000 people in 190 countries and 17 years.

Goals on two cores: what dashboards and the yearly report read from sums under 200 ms, any figure as of any date under
2 s, the CSV of the completion register at 50,000 rows a second or better, sums brought up to 10,000 new facts under
2 s. Beside them the same questions asked of the facts.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
from sqlalchemy import text

import config
from app.accounts.countries import COUNTRIES
from app.core import postgres
from app.core.access import EVERYWHERE, Actor
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.permissions import Permission
from app.factory import create_app
from app.records import counting, trends
from app.records.counting import rollups
from app.records.indicators import HEADLINES
from app.records.measuring import measure, measure_by
from app.records.questions import Question, end_of
from app.reports import catalogue
from app.reports.exports import comma
from app.reports.exports.acting import standing_in
from app.reports.exports.sheets import Wish, sheet_of
from app.reports.frame import Asked
from app.reports.models import Form
from bench import _machine, _register
from bench.pages import ROOT, config_url, environment, say

NAME = f"bench_register_{_register.VERSION}"
ROUNDS, WARM = 7, 2
YEAR = Question(start=date(2024, 1, 1), end=date(2024, 12, 31))
YEAR_SPAN = trends.Span(date(2024, 1, 1), date(2024, 12, 1))
TWO_YEARS = trends.Span(date(2023, 1, 1), date(2024, 12, 1))
ALL_TIME = trends.Span(None, date(2025, 12, 1))
READER = Actor(
    user_id=1,
    approved=True,
    name="Reader",
    permissions={one: frozenset({EVERYWHERE}) for one in Permission},
)


@dataclass(frozen=True, slots=True)
class Row:
    """One question; times in milliseconds of one process and its database connection."""

    name: str
    median_ms: float
    worst_ms: float
    goal_ms: float | None

    @property
    def met(self) -> bool:
        """Whether the goal, if there is one, is met."""
        return self.goal_ms is None or self.median_ms <= self.goal_ms


def dashboard() -> None:
    """What an officer's dashboard reads: headlines of a year, 24 months, regions, countries, users."""
    scopes = ["trained:platform", "trained:online", "participants:platform"]
    trends.totals(scopes, YEAR_SPAN, ["", "country", "region"])
    trends.monthly("trained:platform", TWO_YEARS)
    trends.users(date(2024, 12, 1), "country")
    trends.users_monthly()


def yearly() -> None:
    """What the yearly report reads: the year and all time, every scope, by each dimension it breaks down."""
    scopes = [one.name for one in rollups.SCOPES]
    trends.totals(
        scopes, YEAR_SPAN, ["", "country", "region", "language", "gender", "age_group", "profession"]
    )
    trends.totals(scopes, ALL_TIME, ["", "country", "region"])
    trends.users(date(2024, 12, 1), "country")


def as_of() -> None:
    """The headlines as they were known on a past date."""
    measure(HEADLINES, Question(end=date(2019, 6, 30), as_of=end_of(date(2019, 6, 30))))


def completions() -> Asked:
    """The completion register, all of it."""
    found = catalogue.ask(catalogue.REPORTS["completions"], READER, {}, "UTC", "en")
    assert isinstance(found, Asked)
    return found


def first_page() -> None:
    """The first page of the completion register with its numbers over the whole table."""
    asked = completions()
    asked.report.page(asked, 1, 50)


@dataclass(frozen=True, slots=True)
class Written:
    """The CSV of the completion register: the whole table, written to a file."""

    rows: int
    seconds: float
    rows_per_second: int
    goal: int = 50_000


def write_register() -> Written:
    """Write the completion register three times; the median counts."""
    times, rows = [], 0
    with tempfile.TemporaryDirectory() as place, standing_in(READER, "en"):
        for _ in range(3):
            started = time.monotonic()
            sheet = sheet_of(completions(), Wish(Form.CSV, READER.name, "en", "UTC"))
            rows = comma.write(sheet, Path(place) / "file").rows
            times.append(time.monotonic() - started)
    seconds = statistics.median(times)
    return Written(rows, round(seconds, 1), int(rows / seconds))


def ask(name: str, question: Callable[[], object], goal: float | None, rounds: int = ROUNDS) -> Row:
    """Time a question: a few rounds to warm up, then those that count."""
    for _ in range(min(WARM, rounds)):
        question()
    times = []
    for _ in range(rounds):
        gc.collect()
        started = time.monotonic()
        question()
        times.append((time.monotonic() - started) * 1000)
    return Row(name, round(statistics.median(times), 1), round(max(times), 1), goal)


def questions(country_month: Callable[[], object]) -> list[Row]:
    """Ask everything that only reads."""
    return [
        ask("dashboard, from sums", dashboard, 200),
        ask("yearly report, from sums", yearly, 200),
        ask("countries by month of a year, from sums", country_month, 200),
        ask("headlines as of a date of 2019", as_of, 2000),
        ask("headlines of a year, from facts", lambda: measure(HEADLINES, YEAR), 2000),
        ask(
            "countries by month, from facts", lambda: measure_by("trained", YEAR, ["country", "month"]), 2000
        ),
        ask("trained of all time, from facts", lambda: measure(["trained"], Question()), 2000),
        ask("completion register, first page", first_page, None),
    ]


def prepare(own: Path, url: str) -> str:
    """Return the address of a database with the register, made once."""
    made = config_url(url, NAME)
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (NAME,)).fetchone():
            return made
        connection.execute("DROP DATABASE IF EXISTS bench_register_draft WITH (FORCE)")
        connection.execute("CREATE DATABASE bench_register_draft")
        draft = config_url(url, "bench_register_draft")
        _fill(own, draft)
        connection.execute(f"ALTER DATABASE bench_register_draft RENAME TO {NAME}")
    return made


def _fill(own: Path, url: str) -> None:
    say(f"Making {_register.FACTS:,} facts (once; some minutes)")
    given = environment(own, url, 8000)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "upgrade"]
    subprocess.run(command, cwd=ROOT, env=given, check=True, stdout=subprocess.DEVNULL)
    _register.fill(url, sorted(COUNTRIES)[:190], say)
    app = create_app(config.load({**os.environ, **given}))
    started = time.monotonic()
    with app.app_context(), unit_of_work():
        db.session.execute(text("SET LOCAL work_mem = '256MB'"))
        rebuilt = counting.rebuild()
    say(f"  {rebuilt.counted_facts:,} facts that count, sums of {rebuilt.people:,} people: "
        f"{time.monotonic() - started:.0f} s")  # fmt: skip
    db.engine.dispose()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


_NEW_FACTS = text(
    """
    INSERT INTO fact (uuid, learner_key, activity_key, verb, country, occurred_at)
    SELECT gen_random_uuid(), p.key, a.activity_key, 'completed', p.country, :at
    FROM (SELECT * FROM bench_person ORDER BY random() LIMIT 5000) AS p
    CROSS JOIN LATERAL (
        SELECT activity_key FROM activity_version WHERE kind = 'course' AND p.n > 0 ORDER BY random() LIMIT 2) AS a
    """
)


def refresh(app: TransactionalFlask) -> Row:
    """Bring the sums up to 10,000 new facts, three times; each is undone."""
    times = []
    for _ in range(3):
        with app.app_context():
            db.session.execute(_NEW_FACTS, {"at": datetime.now(UTC)})
            started = time.monotonic()
            rollups.refresh()
            times.append((time.monotonic() - started) * 1000)
            db.session.rollback()
    return Row("sums after 10,000 new facts", round(statistics.median(times), 1), round(max(times), 1), 2000)


def main() -> None:
    """Measure, print, write."""
    var = config.load().var
    own = var / "bench-var"
    own.mkdir(parents=True, exist_ok=True)
    say(f"Machine: {_machine.busy()}")
    with postgres.serve(var / "bench-postgres") as server:
        url = prepare(own, server)
        app = create_app(config.load({**os.environ, **environment(own, url, 8000)}))
        with app.app_context(), unit_of_work():
            with standing_in(READER, "en"):
                rows = questions(lambda: trends.by_month("trained:platform", YEAR_SPAN, "country"))
            csv = write_register()
        rows.append(refresh(app))
        db.engine.dispose()
    say(f"{'':44} {'median':>10} {'worst':>10} {'goal':>8}  ms")
    for row in rows:
        goal = "" if row.goal_ms is None else f"{row.goal_ms:.0f}"
        say(f"{row.name:44} {row.median_ms:10} {row.worst_ms:10} {goal:>8}  {'' if row.met else '✗'}")
    say(
        f"CSV of the completion register: {csv.rows:,} rows, {csv.rows_per_second:,} a second (goal {csv.goal:,})"
    )
    target = var / "bench" / "statistics.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    written = {"machine": _machine.busy(), "rows": [asdict(row) for row in rows], "csv": asdict(csv)}
    target.write_text(json.dumps(written, indent=2, ensure_ascii=False), "utf-8")
    say(f"\nWritten to {target}")


if __name__ == "__main__":
    main()
