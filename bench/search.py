"""What a search costs: 12,000 documents in 60,000 parts, nineteen of twenty in one room, for somebody in 40 rooms.

Texts are drawn from the sentences of the courses, so common words are far more common than in a real room. Time and
processor time of a search in one process with its database connection, without the page around it. Goal: 50 ms of
server time. Beside it what writing costs, and what a word costs that stands only where one may not look.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import psycopg
from sqlalchemy import text

import config
from app.core import postgres, scopes
from app.core.access import Actor
from app.core.database import db, unit_of_work
from app.factory import create_app
from app.search.actions import Document, Part, index, index_all, remove
from app.search.queries import find
from bench import _machine
from bench.pages import ROOT, config_url, environment, say

DOCUMENTS, PARTS, WORDS, ROOMS = 12_000, 5, 200, 40
LIBRARY = 1  # changes with what documents() yields
SYLLABLES = ("mon", "ta", "rium", "fel", "no", "cast", "kor", "ri", "vel", "dra")
ROUNDS, WARM = 30, 8
GOAL_MS = 50.0
READER = Actor(user_id=1, approved=True, name="Reader")
SECRET = "zwischenfall"  # a word of the room that the reader is not in
QUESTIONS = {
    "a word of two in five parts": "evidence",
    "two common words": "preservation request",
    "three words": "chain of custody",
    "a phrase of common words": '"preservation request"',
    "a question in a sentence": "how do I ask a provider in another state to preserve data",
    "six common words": "evidence law state court order data",
    "a symbol": "S/RES/2396 (2017)",
    "a word of 1 in 170 parts": "montarium",
    "a word being typed": "evid",
    "without a word": "provider -court",
    "Arabic": "حفظ الأدلة",
    "a question in Arabic": "كيف أطلب حفظ بيانات المشترك",
    "nothing but small words": "what is the",
    "a word that is nowhere": "unicornium",
    "a word that is hidden": SECRET,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of question; times in milliseconds."""

    name: str
    question: str
    found: int
    median_ms: float
    p95_ms: float
    cpu_ms: float

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.median_ms <= GOAL_MS


def sentences(language: str) -> list[str]:
    """Return the sentences of the courses' lessons in a language."""
    folder = ROOT / "content" / "courses"
    pages = sorted(folder.glob(f"*/editions/{language}/items/*.md"))
    whole = "\n".join(re.sub(r"[#*_`>\[\]()|:]", "", page.read_text("utf-8")) for page in pages)
    return [one for one in re.split(r"(?<=[.؟!])\s+", whole) if 30 < len(one) < 400]


def documents() -> Iterator[Document]:
    """Yield the library: always the same."""
    draw = random.Random(7)
    spoken = {language: sentences(language) for language in ("en", "ar")}
    rare = ["".join(parts) for parts in product(SYLLABLES, SYLLABLES, SYLLABLES)]
    for number in range(DOCUMENTS):
        language = "ar" if number % 6 == 0 else "en"
        room = 1 if number % 20 else 2 + number // 20 % (ROOMS - 1)
        parts = [
            Part(f"page-{page}", _page(draw, spoken[language], rare), page=page)
            for page in range(1, PARTS + 1)
        ]
        title = " ".join(draw.choice(spoken[language]).split()[:7])
        yield Document("resource", str(number), f"room:{room}", language, title, parts, f"/rooms/1/{number}")
    for number in range(1_000):  # a room that the reader is not in
        hidden = [Part("", f"{SECRET} {number}")] * PARTS
        yield Document("resource", f"hidden {number}", "room:99", "en", "Hidden", hidden, f"/{number}")


def _page(draw: random.Random, spoken: list[str], rare: list[str]) -> str:
    words: list[str] = []
    while len(words) < WORDS:
        words += [*draw.choice(spoken).split(), draw.choice(rare)]
    return " ".join(words[:WORDS])


def prepare(own: Path, url: str) -> str:
    """Return the address of a database with the library, loaded once per version of what loads it."""
    making = ("analyser", "documents", "folding", "models", "stems", "stopwords")
    made_by = [
        *(ROOT / "app" / "search" / f"{one}.py" for one in making),
        *(ROOT / "migrations").rglob("*search.py"),
    ]
    stamp = hashlib.sha256(
        bytes([LIBRARY]) + b"".join(file.read_bytes() for file in sorted(made_by))
    ).hexdigest()[:12]
    name = f"bench_search_{stamp}"
    made = config_url(url, name)
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return made
        for (old,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'bench_search_%'"
        ).fetchall():
            connection.execute(f"DROP DATABASE {old} WITH (FORCE)")
        connection.execute("CREATE DATABASE bench_search_draft")
        _fill(own, config_url(url, "bench_search_draft"))
        connection.execute(f"ALTER DATABASE bench_search_draft RENAME TO {name}")
    return made


def _fill(own: Path, url: str) -> None:
    say(f"Loading {DOCUMENTS:,} documents (once)")
    given = environment(own, url, 8000)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "upgrade"]
    subprocess.run(command, cwd=ROOT, env=given, check=True, stdout=subprocess.DEVNULL)
    app = create_app(config.load({**os.environ, **given}))
    started = time.monotonic()
    with app.app_context(), unit_of_work():
        index_all(documents())
    say(f"  {time.monotonic() - started:.0f} s")
    db.engine.dispose()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def ask(name: str, question: str, backend: int) -> Row:
    """Return what a question costs: some rounds to warm up, then those that count."""
    total = [find(READER, question).total for _ in range(WARM)][-1]
    pids = [os.getpid(), backend]
    before, times = _machine.processor_seconds(pids), []
    for _ in range(ROUNDS):
        started = time.monotonic()
        find(READER, question)
        times.append((time.monotonic() - started) * 1000)
    spent = (_machine.processor_seconds(pids) - before) * 1000 / ROUNDS
    p95 = _machine.quantile(times, 0.95)
    return Row(name, question, total, round(statistics.median(times), 1), round(p95, 1), round(spent, 1))


def write(backend: int, rounds: int = 40) -> float:
    """Return the milliseconds of processor time that a post of 60 words costs to put into the index."""
    post = Document("post", "new", "room:1", "en", "", [Part("", " ".join(sentences("en"))[:400])], "/x")
    pids = [os.getpid(), backend]
    before = _machine.processor_seconds(pids)
    for number in range(rounds):
        index(Document(post.kind, f"new {number}", post.scope, "en", "", post.parts, "/x"))
    spent = (_machine.processor_seconds(pids) - before) * 1000 / rounds
    for number in range(rounds):
        remove("post", f"new {number}")
    return round(spent, 1)


def main() -> None:
    """Measure, print, write."""
    var = config.load().var
    own = var / "bench-var"
    own.mkdir(parents=True, exist_ok=True)
    say(f"Machine: {_machine.busy()}")
    with postgres.serve(var / "bench-postgres") as server:
        url = prepare(own, server)
        app = create_app(config.load({**os.environ, **environment(own, url, 8000)}))
        scopes.provide("bench", lambda actor: [f"room:{number}" for number in range(1, ROOMS + 1)])
        with app.app_context(), unit_of_work() as session:
            backend = session.scalar(text("SELECT pg_backend_pid()"))
            assert backend is not None
            rows = [ask(name, question, backend) for name, question in QUESTIONS.items()]
            post = write(backend)
        db.engine.dispose()
    say(f"{'':28} {'found':>6} {'median':>8} {'p95':>8} {'CPU':>8}  ms; goal {GOAL_MS:.0f}")
    for row in rows:
        say(
            f"{row.name:28} {row.found:6} {row.median_ms:8} {row.p95_ms:8} {row.cpu_ms:8}  {'' if row.met else '✗'}"
        )
    say(f"a post put into the index: {post} ms of processor time")
    target = var / "bench" / "search.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    written = {"machine": _machine.busy(), "rows": [asdict(row) for row in rows], "post_cpu_ms": post}
    target.write_text(json.dumps(written, indent=2, ensure_ascii=False), "utf-8")
    say(f"\nWritten to {target}")


if __name__ == "__main__":
    main()
