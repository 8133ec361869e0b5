"""What a large room costs: 500 members, 2,000 resources, 10,000 posts.

Processor time of all processes per request, beside a lesson page in the same run. Goals: pages within twice the cost
of a lesson page; a search under 50 ms. Files: a PDF of 300 pages from the last octet of its upload to its first page's
picture, a stamped copy of it, a page with its mark. An announcement to 200 listeners: ``./run bench announce``.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import select

import config
from app.accounts.models import RoleGrant, User
from app.core import postgres
from app.core.database import db, unit_of_work
from app.factory import create_app
from bench import _files, _machine, _rooms
from bench.pages import (
    Client,
    Person,
    Request,
    Result,
    _postmasters,
    environment,
    first_lesson,
    free_port,
    learners,
    measure,
    platform,
    prepare,
    say,
    sign_in,
    token_of,
)

READERS = 40
SEARCHES = (
    "preservation request",
    "A/RES/64/124",
    "chain of custody",
    "judges convention article",
    "urgent evidence provider",
    '"central authority"',
    "treaty defence rights",
    "report analysi",
)


def make(var: Path, url: str, port: int) -> tuple[_rooms.Made, list[Person], list[Person]]:
    """Fill the room; return it, signed-in members, and signed-in people who take a course."""
    app = create_app(config.load(environment(var, url, port)))
    with app.test_request_context(), unit_of_work():
        people = list(
            db.session.scalars(
                select(User).where(User.standing == "approved").order_by(User.id).limit(_rooms.MEMBERS + 1)
            )
        )
        db.session.add(RoleGrant(user_id=people[-1].id, role="room_manager", scope="*"))
        db.session.flush()
        room = _rooms.fill(people[-1], people)
        members = [Person(sign_in(one), one.id) for one in people[:READERS]]
        readers = learners(READERS)
    db.engine.dispose()
    return room, members, readers


def rows(
    port: int,
    pids: list[int],
    database: list[int],
    room: _rooms.Made,
    members: list[Person],
    readers: list[Person],
) -> list[Result]:
    """Measure the pages."""
    client = Client(port)
    lessons = {one.slug: first_lesson(client, one) for one in readers}
    base = f"/irooms/{room.slug}"
    topic = client.ask("GET", f"{base}/topics/{room.topic}", members[0].cookie)[2]
    token = {
        one.cookie: token_of(client.ask("GET", f"{base}/topics/{room.topic}", one.cookie)[2])
        for one in members
    }
    assert topic

    def reading(path: Callable[[Person], str], group: list[Person]) -> Request:
        return lambda client, number: client.ask(
            "GET", path(group[number % len(group)]), group[number % len(group)].cookie
        )

    def searching(client: Client, number: int) -> tuple[int, dict[str, str], bytes]:
        words = SEARCHES[number % len(SEARCHES)].replace(" ", "+")
        return client.ask("GET", f"/search?q={words}", members[number % len(members)].cookie)

    def posting(client: Client, number: int) -> tuple[int, dict[str, str], bytes]:
        one = members[number % len(members)]
        form = {"csrf_token": token[one.cookie], "text": f"A thought, number {number}.", "language": "en"}
        return client.ask("POST", f"{base}/topics/{room.topic}/posts", one.cookie, form)

    plans: list[tuple[str, Request, int]] = [
        ("lesson page", reading(lambda one: lessons[one.slug], readers), 300),
        ("room page", reading(lambda one: base, members), 300),
        (
            "resource list, collection",
            reading(lambda one: f"{base}/resources/in/{room.collection}", members),
            300,
        ),
        ("resource list, first page", reading(lambda one: f"{base}/resources", members), 300),
        ("topics", reading(lambda one: f"{base}/discussion", members), 200),
        ("topic page of 50 posts", reading(lambda one: f"{base}/topics/{room.topic}", members), 200),
        ("members", reading(lambda one: f"{base}/members", members), 200),
        ("search", searching, 200),
        ("posting", posting, 100),
    ]
    return [measure(name, port, pids, database, request, count, 20) for name, request, count in plans]


def main() -> None:
    """Measure, print, write."""
    var = config.load().var
    own = var / "bench-var"
    own.mkdir(parents=True, exist_ok=True)
    say(f"Machine: {_machine.busy()}")
    with postgres.serve(var / "bench-postgres") as url:
        database_url = prepare(own, url)
        port = free_port()
        begun = time.perf_counter()
        room, members, readers = make(own, database_url, port)
        say(f"A room of {_rooms.MEMBERS} members, {_rooms.RESOURCES:,} resources, {_rooms.POSTS:,} posts: "
            f"{time.perf_counter() - begun:.0f} s")  # fmt: skip
        with platform(own, database_url, port) as pids:
            server = [process.pid for process in _postmasters(var / "bench-postgres")]
            measured = rows(port, pids, server, room, members, readers)
            files = _files.measure(own, database_url, port)
    report(measured, files)
    target = var / "bench" / "irooms.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    written = {"machine": _machine.busy(), "rows": [asdict(one) for one in measured], "files": files}
    target.write_text(json.dumps(written, indent=2), "utf-8")
    say(f"\nWritten to {target}")


def report(measured: list[Result], files: dict[str, list[float]]) -> None:
    """Print the tables."""
    lesson = measured[0].cpu_ms
    say(f"\n{'':28}{'CPU ms':>9}{'x lesson':>9}{'median':>9}{'p95':>9}{'queries':>9}{'kB gz':>9}")
    for one in measured:
        values = (
            one.cpu_ms,
            round(one.cpu_ms / lesson, 2),
            one.median_ms,
            one.p95_ms,
            one.queries,
            one.kilobytes,
        )
        say(f"{one.name:28}" + "".join(f"{value:>9}" for value in values))
    say("")
    for name, times in files.items():
        say(f"{name:44}{statistics.median(times):>10.1f} ms (median of {len(times)})")


if __name__ == "__main__":
    main()
