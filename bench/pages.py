"""What the pages of the first path cost, beside Moodle 5.1.3 at its best tuning on this kind of machine.

Processor time of all processes per request (web, worker, database), over 2,000 learners in 10 courses. Goals: a twelfth
of Moodle's for pages, a seventh for saving and submitting, a twenty-fifth for the CSV.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import psycopg
from sqlalchemy import select

import config
from app.accounts.actions.passwords import set_password
from app.accounts.models import RoleGrant, User, WebSession
from app.accounts.sessions import digest
from app.core import clock, postgres
from app.core.database import db, unit_of_work
from app.courses.models import Attempt, Course, Enrolment
from app.factory import create_app
from bench import _machine
from demo import bulk

LEARNERS, COURSES = 2_000, 10
ROOT = Path(__file__).resolve().parents[1]
PASSWORD = secrets.token_urlsafe(16)
MOODLE = {  # CPU ms a request, all processes
    "text page": 96.0,
    "dashboard": 130.0,
    "course page": 178.0,
    "quiz attempt page": 136.0,
    "saving an answer": 70.0,
    "sending a test": 70.0,
    "signing in": 57.0,
    "completion report, 25 rows": 409.0,
    "completion report as CSV": 10_400.0,
}
SHARE = dict.fromkeys(MOODLE, 12) | {
    "saving an answer": 7,
    "sending a test": 7,
    "signing in": 1,
    "completion report as CSV": 25,
}
MAX_QUERIES = 8


@dataclass
class Person:
    """A client's sign-in: a session cookie, and the tokens of its forms."""

    cookie: str
    user_id: int
    slug: str = ""
    attempt: str = ""


@dataclass
class Result:
    """One row of the table."""

    name: str
    requests: int
    cpu_ms: float
    per_second: float
    median_ms: float
    p95_ms: float
    queries: int
    kilobytes: float
    goal_ms: float | None = None
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether processor time and number of queries are within the goals."""
        return (self.goal_ms is None or self.cpu_ms <= self.goal_ms) and self.queries <= MAX_QUERIES


class Client:
    """One connection that keeps alive, like a browser's."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.host = f"localhost:{port}"

    def ask(
        self, method: str, path: str, cookie: str = "", form: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request and return status, headers and body."""
        headers = {"Host": self.host, "Cookie": cookie}
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()


# ------------------------------------------------------------------------------------------------ the place


def prepare(var: Path, url: str) -> str:
    """Return the address of a database with schema, content and the bulk of learners, made once per version of them."""
    stamp = hashlib.sha256(
        b"".join(
            path.read_bytes()
            for folder in ("migrations/versions", "demo", "content/courses/electronic-evidence")
            for path in sorted((ROOT / folder).rglob("*"))
            if path.is_file() and path.suffix not in {".pyc"}
        )
    ).hexdigest()[:12]
    name = f"bench_{stamp}"
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            say(f"Loading {LEARNERS:,} learners in {COURSES} courses (once)")
            draft = f"{name}_draft"
            connection.execute(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {draft}")
            fill(var, config_url(url, draft))
            connection.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
        connection.execute("DROP DATABASE IF EXISTS bench_now WITH (FORCE)")
        connection.execute(f"CREATE DATABASE bench_now TEMPLATE {name}")
    return config_url(url, "bench_now")


def config_url(url: str, name: str) -> str:
    """Return ``url`` with another database."""
    parts = urlsplit(url)
    return str(parts._replace(path=f"/{name}").geturl())


def environment(var: Path, url: str, port: int) -> dict[str, str]:
    """Return the environment of the benchmark's processes."""
    return {
        **os.environ,
        "CTLP_ENV": "test",
        "CTLP_VAR": str(var),
        "DATABASE_URL": url,
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
        "RATE_LIMITS": "false",
        "LOG_LEVEL": "WARNING",
        "MALLOC_ARENA_MAX": "2",
    }


def fill(var: Path, url: str) -> None:
    """Bring a new database to schema, content and learners."""
    given = environment(var, url, 8000)
    for words in (["upgrade"], ["content", "sync"]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env=given,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    app = create_app(config.load(given))
    with app.app_context(), unit_of_work():
        bulk.load(learners=LEARNERS, courses=COURSES)
    db.engine.dispose()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


@contextmanager
def platform(var: Path, url: str, port: int) -> Iterator[list[int]]:
    """Run web and worker; gives their process ids."""
    given = environment(var, url, port)
    commands = (
        [
            "gunicorn",
            "--config",
            "deploy/gateway.conf.py",
            "--bind",
            f"127.0.0.1:{port}",
            "bench._counting:app",
        ],
        ["flask", "--app", "wsgi", "worker"],
    )
    with ExitStack() as stack, (var / "bench.log").open("ab") as log:
        running = [
            subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=given, stdout=log, stderr=log)
            for words in commands
        ]
        for process in running:
            stack.callback(process.wait)
            stack.callback(process.terminate)
        wait(port)
        yield [process.pid for process in running]


def wait(port: int) -> None:
    """Wait until the platform says that it is well."""
    for _ in range(600):
        try:
            if Client(port).ask("GET", "/health")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the platform did not start; see bench.log")


# ------------------------------------------------------------------------------------------------ people


def sign_in(person: User) -> str:
    """Make a session row for a person and return its cookie."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        WebSession(
            token_digest=digest(token),
            user_id=person.id,
            signed_in_at=now,
            created_at=now,
            last_seen_at=now,
            data={"_user_id": person.fs_uniquifier, "_fresh": True},
        )
    )
    return f"ctlp={token}"


def learners(count: int) -> list[Person]:
    """Return people who are in the middle of a bench course, signed in."""
    rows = db.session.execute(
        select(User, Course.slug)
        .join(Enrolment, Enrolment.user_id == User.id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Enrolment.state == "active", Enrolment.completed_at.is_(None), Enrolment.last_item.is_not(None)
        )
        .where(~select(Attempt.id).where(Attempt.enrolment_id == Enrolment.id).exists())
        .order_by(User.id)
        .limit(count * 3)
    ).all()
    chosen = {person.id: (person, slug) for person, slug in rows}
    return [Person(sign_in(person), person.id, slug) for person, slug in list(chosen.values())[:count]]


def administrator() -> Person:
    """Return a reporting officer, signed in."""
    person = db.session.scalars(
        select(User).where(User.standing == "approved").order_by(User.id.desc()).limit(1)
    ).one()
    db.session.add(RoleGrant(user_id=person.id, role="reporting_officer", scope="*"))
    return Person(sign_in(person), person.id)


def with_password(count: int) -> list[User]:
    """Return people who can sign in by password; not those measured otherwise: a new password ends their sessions."""
    people = list(
        db.session.scalars(
            select(User)
            .where(User.standing == "approved")
            .order_by(User.id)
            .offset(LEARNERS // 2)
            .limit(count)
        )
    )
    for person in people:
        set_password(person, PASSWORD)
    return people


# ------------------------------------------------------------------------------------------------ measuring

Request = Callable[[Client, int], tuple[int, dict[str, str], bytes]]


def measure(
    name: str, port: int, pids: list[int], database: list[int], request: Request, count: int, warm: int = 30
) -> Result:
    """Send ``count`` requests one after another and return what one costs."""
    client = Client(port)
    for number in range(min(warm, count)):
        request(client, number)
    groups = {"web": pids[:1], "worker": pids[1:], "database": database}
    before = {key: _machine.processor_seconds(value) for key, value in groups.items()}
    times, queries, size = [], 0, 0
    started = time.perf_counter()
    for number in range(count):
        begun = time.perf_counter()
        status, headers, body = request(client, number + warm)
        times.append((time.perf_counter() - begun) * 1000)
        if status >= 400:
            raise SystemExit(f"{name}: answered {status}\n{body[:500]!r}")
        queries = max(queries, int(headers.get("x-queries", "0")))
        size = max(size, len(gzip.compress(body, 6)))
    elapsed = time.perf_counter() - started
    after = {key: _machine.processor_seconds(value) for key, value in groups.items()}
    spent = {key: (after[key] - before[key]) * 1000 / count for key in groups}
    goal = MOODLE[name] / SHARE[name] if name in MOODLE else None
    return Result(
        name, count, round(sum(spent.values()), 2), round(count / elapsed, 1), round(statistics.median(times), 2),
        round(_machine.quantile(times, 0.95), 2), queries, round(size / 1000, 1), goal and round(goal, 1),
        {key: round(value, 2) for key, value in spent.items()},
    )  # fmt: skip


def token_of(body: bytes) -> str:
    """Return the CSRF token of a page."""
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', body) or re.search(
        rb'value="([^"]+)"[^>]*name="csrf_token"', body
    )
    assert found, f"the page has no form: {body[:300]!r}"
    return found[1].decode()


def begin_attempts(client: Client, people: list[Person]) -> None:
    """Open the final test for each person, so that its pages can be measured."""
    for person in people:
        _, _, page = client.ask("GET", f"/courses/{person.slug}/test", person.cookie)
        status, headers, body = client.ask(
            "POST",
            f"/courses/{person.slug}/test/attempts",
            person.cookie,
            {"csrf_token": token_of(page), "idempotency_key": secrets.token_hex(8)},
        )
        assert status in {302, 303}, (status, body[:300])
        person.attempt = urlsplit(headers["location"]).path.split("/attempts/")[1].split("/")[0]


def answer_form(page: bytes, number: int) -> dict[str, str]:
    """Return the answer form of a question page, filled with its first choice."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.decode()))
    choices = re.findall(
        r'<input[^>]*name="(\w+)"[^>]*type="(?:radio|checkbox)"[^>]*value="([^"]+)"', page.decode()
    )
    choices += re.findall(
        r'<input[^>]*type="(?:radio|checkbox)"[^>]*name="(\w+)"[^>]*value="([^"]+)"', page.decode()
    )
    name, value = choices[number % len(choices)]
    return fields | {name: value}


def finish_items(people: list[Person]) -> None:
    """Mark every item done, so that the test is open."""
    for person in people:
        enrolment = db.session.scalars(
            select(Enrolment)
            .join(Course)
            .where(Enrolment.user_id == person.user_id, Course.slug == person.slug)
        ).one()
        course = db.session.get_one(Course, enrolment.course_id)
        assert course.version is not None
        bulk.finish_items(enrolment.id, course.version.structure)


def first_visit(port: int) -> dict[str, float]:
    """Return requests and compressed kilobytes of a stranger's first page and of a later one."""
    client = Client(port)
    page = client.ask("GET", "/")[2]
    links = set(re.findall(rb'(?:src|href)="(/static/[^"]+)"', page))
    sizes = [len(gzip.compress(client.ask("GET", link.decode())[2], 6)) for link in links]
    return {
        "requests": 1 + len(links),
        "first kB": round((len(gzip.compress(page, 6)) + sum(sizes)) / 1000, 1),
        "later kB": round(len(gzip.compress(page, 6)) / 1000, 1),
    }


# ------------------------------------------------------------------------------------------------ the run


def run(port: int, pids: list[int], database: list[int], app_url: str, var: Path) -> list[Result]:
    """Measure every row of the table."""
    app = create_app(config.load(environment(var, app_url, port)))
    with app.app_context(), unit_of_work():
        people, officer = learners(40), administrator()
        sitting, sending = people[:20], people[20:40]
        finish_items(people[:40])
        names = with_password(5)
        emails = [person.email for person in names]
    db.engine.dispose()
    client = Client(port)
    begin_attempts(client, people)
    lessons = {person.slug: first_lesson(client, person) for person in people}
    pages = [
        client.ask("GET", f"/courses/{one.slug}/attempts/{one.attempt}/questions/1", one.cookie)[2]
        for one in sitting
    ]

    def page(path: Callable[[Person], str], group: list[Person]) -> Request:
        return lambda client, number: client.ask(
            "GET", path(group[number % len(group)]), group[number % len(group)].cookie
        )

    def save(client: Client, number: int) -> tuple[int, dict[str, str], bytes]:
        place = number % len(sitting)
        one = sitting[place]
        form = answer_form(pages[place], number // len(sitting)) | {"idempotency_key": secrets.token_hex(8)}
        for stamp in ("written_at", "sequence", "version"):
            if stamp in form:
                form[stamp] = str(int(time.time() * 1000))
        return client.ask("POST", f"/courses/{one.slug}/attempts/{one.attempt}/questions/1", one.cookie, form)

    def submit(client: Client, number: int) -> tuple[int, dict[str, str], bytes]:
        one = sending[number % len(sending)]
        return client.ask(
            "POST",
            f"/courses/{one.slug}/attempts/{one.attempt}/sending",
            one.cookie,
            {"csrf_token": tokens[number % len(sending)], "idempotency_key": secrets.token_hex(8)},
        )

    def enter(client: Client, number: int) -> tuple[int, dict[str, str], bytes]:
        _, headers, body = client.ask("GET", "/account/sign-in")
        cookie = headers["set-cookie"].split(";")[0]
        return client.ask(
            "POST",
            "/account/sign-in",
            cookie,
            {"csrf_token": token_of(body), "email": emails[number % len(emails)], "password": PASSWORD},
        )

    tokens = [
        token_of(client.ask("GET", f"/courses/{one.slug}/attempts/{one.attempt}/overview", one.cookie)[2])
        for one in sending
    ]
    slug = people[0].slug
    plans: list[tuple[str, Request, int, int]] = [
        ("text page", page(lambda one: lessons[one.slug], people), 600, 40),
        ("dashboard", page(lambda one: "/", people), 400, 40),
        ("course page", page(lambda one: f"/courses/{one.slug}", people), 400, 40),
        (
            "quiz attempt page",
            page(lambda one: f"/courses/{one.slug}/attempts/{one.attempt}/questions/2", sitting),
            400,
            40,
        ),
        ("saving an answer", save, 300, 20),
        ("sending a test", submit, len(sending), 0),
        ("signing in", enter, 60, 10),
        (
            "completion report, 25 rows",
            page(lambda one: f"/reports/completions?course={slug}&per_page=25", [officer]),
            200,
            20,
        ),
        (
            "completion report as CSV",
            page(lambda one: f"/reports/completions.csv?course={slug}", [officer]),
            8,
            2,
        ),
        ("front page, signed out", lambda client, number: client.ask("GET", "/"), 300, 30),
    ]
    return [measure(name, port, pids, database, request, count, warm) for name, request, count, warm in plans]


def first_lesson(client: Client, person: Person) -> str:
    """Return the address of a lesson of the person's course."""
    body = client.ask("GET", f"/courses/{person.slug}", person.cookie)[2].decode()
    found = re.findall(rf'href="(/courses/{person.slug}/items/[^"#?]+)"', body)
    assert found, "the course page links no lesson"
    return str(found[0])


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Measure, print, write."""
    var = config.load().var
    own = var / "bench-var"
    own.mkdir(parents=True, exist_ok=True)
    say(f"Machine: {_machine.busy()}")
    with postgres.serve(var / "bench-postgres") as url:
        database_url = prepare(own, url)
        port = free_port()
        with platform(own, database_url, port) as pids:
            server = [process.pid for process in _postmasters(var / "bench-postgres")]
            visit = first_visit(port)
            time.sleep(5)
            memory = {"at rest": memory_of(pids, server)}
            results = run(port, pids, server, database_url, own)
            memory["after the load"] = memory_of(pids, server)
    report(results, visit, memory)
    target = var / "bench" / "pages.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        json.dumps(
            {
                "machine": _machine.busy(),
                "rows": [asdict(one) for one in results],
                "visit": visit,
                "memory_mb": memory,
            },
            indent=2,
        ),
        "utf-8",
    )
    say(f"\nWritten to {target}")


def memory_of(pids: list[int], database: list[int]) -> dict[str, float]:
    """Return the megabytes that each part holds now."""
    groups = {"web": pids[:1], "worker": pids[1:], "database": database}
    return {name: round(_machine.memory_megabytes(group), 1) for name, group in groups.items()}


def _postmasters(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if str(folder) in " ".join(process.info["cmdline"] or []) and process.info["name"] == "postgres"
    ]


COLUMNS = ("CPU ms", "goal", "Moodle", "req/s", "median", "p95", "queries", "kB gz")


def report(results: list[Result], visit: dict[str, float], memory: dict[str, dict[str, float]]) -> None:
    """Print the tables."""
    say(f"\n{'':28}" + "".join(f"{name:>9}" for name in COLUMNS) + "  dominated by")
    for one in results:
        values = (
            one.cpu_ms,
            one.goal_ms or "",
            MOODLE.get(one.name, ""),
            one.per_second,
            one.median_ms,
            one.p95_ms,
            one.queries,
            one.kilobytes,
        )
        dominant = max(one.shares, key=lambda key: one.shares[key])
        verdict = "" if one.met else "  MISSED"
        say(
            f"{one.name:28}"
            + "".join(f"{value:>9}" for value in values)
            + f"  {dominant} ({one.shares[dominant]}){verdict}"
        )
    first, later = visit["first kB"], visit["later kB"]
    say(
        f"\nFirst visit: {first} kB in {visit['requests']} requests (goal 60 kB, 12); later {later} kB (goal 12)"
    )
    for when, held in memory.items():
        parts = ", ".join(f"{key} {value:.0f}" for key, value in held.items())
        say(
            f"Memory {when}: {sum(held.values()):.0f} MB ({parts}){'; goal 400' if when == 'at rest' else ''}"
        )


if __name__ == "__main__":
    main()
