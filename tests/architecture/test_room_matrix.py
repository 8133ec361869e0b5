"""Every address of rooms × every method × everybody × {one's own, another room's thing under one's own room's address,
another room's whole address, guessed, deleted}: nobody outside learns anything, and all of nothing looks alike.

The table (``access_rooms.txt``) says who gets through where. Texts planted in both rooms
(``tests/support/rooms_world.py``) are searched in everything that is sent. The world exists twice: with names, and
with pseudonyms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from sqlalchemy import Engine, select

from app.core import access, clock, jobs
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.models import OutboxMail
from app.live import topics
from app.notifications import actions as notifications
from app.notifications.jobs import mail_due
from app.search import rebuild
from tests.support.judging import Asked, bare, in_rooms, in_sessions, verdict_of
from tests.support.pages import PageForm, forms_of
from tests.support.rooms_planted import PARTS
from tests.support.rooms_sessions import LEFT, MEMBERS_A, MEMBERS_B, sessions
from tests.support.rooms_world import INSIDE_A, INSIDE_B, PEOPLE, RoomsWorld, built, canaries_in
from tests.support.world import GUESSED, Visitor

TABLE = Path(__file__).parent / "access_rooms.txt"
ROLES = frozenset({"manager", "expert", "member", "observer", "glass"})
IN_B = {"other_manager": "manager", "other_member": "member"}
EVERYBODY = frozenset({"stranger", *PEOPLE})
WITHIN = {"a": frozenset({"stranger", *INSIDE_A}), "b": frozenset({"stranger", *INSIDE_B})}
FEW = ("other_member", "removed", "member")
"""Who asks in the everyday suite; everybody asks in the long one."""
FEW_AT_SESSIONS = ("other_member", "administrator")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    endpoint: str
    template: str
    who: frozenset[str] | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The things that the address names, in order."""
        return tuple(name for _text, name, _spec, _conversion in Formatter().parse(self.template) if name)

    @property
    def api(self) -> bool:
        """Whether programs ask, not browsers."""
        return self.endpoint.startswith("api_v1.")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of filling an address: whose room it is in (``""``: nobody's), what it is called, who asks for it.

    A guessed thing of a room is asked for by those for whom nothing else stands before it, who are inside: that others
    are refused the room their "own" shows, and a room that is not there everybody asks for.
    """

    name: str
    room: str
    path: str
    by: frozenset[str] = EVERYBODY


@cache
def lines() -> tuple[Line, ...]:
    """Return the table."""
    written = [
        row.split(maxsplit=2) for row in TABLE.read_text("utf-8").splitlines() if row and row[0] != "#"
    ]
    return tuple(Line(endpoint, template, _who(who)) for endpoint, template, who in written)


def _who(written: str) -> frozenset[str] | None:
    names = frozenset(written.split())
    if names == {"*"}:
        return None
    return ROLES if names == {"ALL"} else names - {"-"}


def possible(values: Mapping[str, str]) -> list[Line]:
    """Return the lines whose things a room has: one of pseudonyms can have no sessions."""
    return [line for line in lines() if values.keys() >= set(line.kinds)]


def variants(made: RoomsWorld, line: Line) -> Iterator[Variant]:
    """Yield every way of filling the line's address."""
    for room, other in (("a", "b"), ("b", "a")):
        own = made.values[room] | {"guessed": GUESSED}
        if line not in possible(own):
            continue
        yield Variant("own", room, line.template.format_map(own))
        for kind in line.kinds[1:]:
            if made.values[other].get(kind, own[kind]) != own[kind]:  # the page 1 of both is no other thing
                yield Variant(
                    "another room's", "", line.template.format_map(own | {kind: made.values[other][kind]})
                )
            yield Variant("guessed", "", line.template.format_map(own | {kind: GUESSED}), WITHIN[room])
            if kind in made.deleted and room == "a":
                yield Variant("deleted", "", line.template.format_map(own | {kind: made.deleted[kind]}))
    if line.kinds and line.kinds[0] != "guessed":
        spoilt = made.values["b"] | {line.kinds[0]: GUESSED, "guessed": GUESSED}
        yield Variant("guessed as a whole", "", line.template.format_map(spoilt))


def methods(app: TransactionalFlask, endpoint: str) -> list[str]:
    """Return the methods that an endpoint takes, but HEAD and OPTIONS."""
    found = {
        method
        for route in app.url_map.iter_rules()
        if route.endpoint == endpoint
        for method in route.methods or ()
    }
    return sorted(found - {"HEAD", "OPTIONS"})


def wanted(line: Line, variant: Variant, person: str) -> bool:
    """Whether the table lets somebody through."""
    assert line.who is not None
    if variant.room == "a" and person in INSIDE_A:
        return person in line.who
    return variant.room == "b" and person in INSIDE_B and IN_B[person] in line.who


def ask(
    made: RoomsWorld,
    which: Iterable[Line],
    people: Iterable[str],
    only: Iterable[str] = ("GET", "POST", "PUT", "PATCH", "DELETE"),
    *,
    only_own: bool = False,
) -> Iterator[tuple[Asked[Line], Variant]]:
    """Ask every line's address in each way with each method as everybody; each question is undone."""
    asking = list(people)
    for line in which:
        visitors = made.world.programs if line.api else made.world.browsers
        prefix = "program of " if line.api else ""
        for variant in variants(made, line):
            if only_own and variant.name != "own":
                continue
            for method in methods(made.app, line.endpoint):
                for name in asking:
                    if method in only and name in variant.by and prefix + name in visitors:
                        yield _ask(made, line, variant, method, visitors[prefix + name]), variant


def _ask(made: RoomsWorld, line: Line, variant: Variant, method: str, visitor: Visitor) -> Asked[Line]:
    form: dict[str, str] | None = None if method == "GET" else {}
    with made.world.undone():
        before = _last_mail(made) if method != "GET" else 0
        answer = made.world.send(
            visitor, method, variant.path, form, headers={"Referer": "http://localhost/about"}
        )
        asked = Asked(line, method, variant.path, visitor, answer)
        if method != "GET":
            assert _stray_mails(made, before) == [], str(asked)
    return asked


def _last_mail(made: RoomsWorld) -> int:
    with made.app.app_context():
        return db.session.scalar(select(OutboxMail.id).order_by(OutboxMail.id.desc()).limit(1)) or 0


def _stray_mails(made: RoomsWorld, before: int) -> list[str]:
    by_address = {made.player(name).email: name for name in PEOPLE}
    with made.app.app_context():
        mails = db.session.scalars(select(OutboxMail).where(OutboxMail.id > before)).all()
        return [
            f"{one} to {mail.recipient}"
            for mail in mails
            for one in canaries_in("\n".join((mail.subject, mail.text, mail.html)).encode())
            if by_address.get(mail.recipient, "nobody") not in made.audience[one]
        ]


def judge(made: RoomsWorld, asked: Iterable[tuple[Asked[Line], Variant]]) -> tuple[int, list[str]]:
    """Return how many questions were asked, and what is wrong."""
    faults: list[str] = []
    nothing: dict[tuple[str, str, str], tuple[object, ...]] = {}
    count = 0
    for one, variant in asked:
        count += 1
        person, got = one.visitor.person, verdict_of(one.answer)
        if got.startswith("5"):
            faults.append(f"{one} ({variant.name})")
        if one.line.who is not None and person != "stranger":
            through = got != "none"
            if through != wanted(one.line, variant, person):
                faults.append(f"{one} ({variant.name} {variant.path}), the table says otherwise")
        sent = one.path.encode()
        whole = one.answer.data + str(one.answer.headers).encode()
        faults += [
            f"{one} ({variant.name}) holds {stray}"
            for stray in sorted(canaries_in(whole))
            if person not in made.audience[stray] and stray.encode() not in sent
        ]
        if got == "none":
            # the menu says which part of the platform was asked, whatever is there
            part = one.path.split("/")[1]
            first = nothing.setdefault((one.visitor.name, one.method, part), bare(one))
            if bare(one) != first:
                faults.append(f"{one} ({variant.name}): this 404 differs: {_difference(first, bare(one))}")
    return count, faults


def _difference(first: tuple[object, ...], other: tuple[object, ...]) -> str:
    for one, two in zip(first, other, strict=True):
        if isinstance(one, bytes) and isinstance(two, bytes) and one != two:
            place = next(n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b)
            return f"{one[place - 60 : place + 60]!r} / {two[place - 60 : place + 60]!r}"
        if one != two:
            return f"{one!r} / {two!r}"
    return "in length"


@pytest.fixture(
    scope="module",
    params=[pytest.param(True, id="pseudonyms"), pytest.param(False, id="names", marks=pytest.mark.long)],
)
def made(
    application: TransactionalFlask, engine: Engine, request: pytest.FixtureRequest
) -> Iterator[RoomsWorld]:
    """The two rooms, twice."""
    parts = (*PARTS, sessions)
    with engine.connect() as connection, built(application, connection, parts, masked=request.param) as world:
        yield world


def judged(endpoint: str) -> bool:
    """Whether an endpoint is in the table: rooms, and sessions, which may be for a room's members."""
    return in_rooms(endpoint) or in_sessions(endpoint)


def test_every_route_of_rooms_is_in_the_table(application: TransactionalFlask) -> None:
    routes = {row.endpoint for row in access.table(application) if judged(row.endpoint)}
    assert routes == {line.endpoint for line in lines()}


def test_every_thing_exists_in_both_rooms(made: RoomsWorld) -> None:
    kinds = {kind for line in lines() for kind in line.kinds} - {"guessed"}
    if made.masked:  # names are shown in sessions
        kinds_of_a = {kind for line in lines() if in_rooms(line.endpoint) for kind in line.kinds} - {
            "guessed"
        }
    else:
        kinds_of_a = kinds
    assert kinds_of_a - made.values["a"].keys() == set()
    assert kinds - made.values["b"].keys() == set()


@pytest.mark.long
def test_every_planted_text_is_met_by_those_it_is_for(made: RoomsWorld) -> None:
    """A canary that nobody ever meets would prove nothing."""
    reading = [line for line in lines() if "GET" in methods(made.app, line.endpoint)]
    met = {
        canary
        for one, variant in ask(made, reading, ["manager", "other_manager"], ["GET"])
        if variant.name == "own"
        for canary in canaries_in(one.answer.data)
    }
    planted = {
        canary
        for canary, readers in made.audience.items()
        if readers & {"manager", "other_manager"} and not canary.startswith("CANARY-NAME")
    }
    assert planted - met == set()


def test_reading(made: RoomsWorld) -> None:
    """What everybody asks most: every page of one's own room, and another's whole address."""
    of_rooms = [line for line in lines() if in_rooms(line.endpoint)]
    _count, faults = judge(made, ask(made, of_rooms, FEW, ["GET"], only_own=True))
    assert faults == []


def test_reading_of_sessions(made: RoomsWorld) -> None:
    """The same of the sessions for a room's members, for the platform's administrator too."""
    of_sessions = [line for line in lines() if in_sessions(line.endpoint)]
    _count, faults = judge(made, ask(made, of_sessions, FEW_AT_SESSIONS, ["GET"], only_own=True))
    assert faults == []


SIDE_DOORS = (
    "/",
    "/irooms",
    "/notices",
    "/account/notices",
    "/calendar",
    "/courses",
    "/reports/mine",
    "/certificates",
    "/webinars?show=past",
    "/webinars?show=series",
)


def test_side_doors_ask_the_same_question(made: RoomsWorld) -> None:
    """First page, notices, calendar, search: nobody meets there what is not theirs; who may meet it finds it."""
    faults, found = [], set()
    words: tuple[str, ...] = (
        "a-post",
        "b-post",
        "a-pagetext",
        "a-closedtext",
        "a-private",
        "a-raw",
        "a-clause",
        "a-known",
    )
    words += ("a-session", "b-session", "b-recording", "b-past")
    for name in ("stranger", *PEOPLE):
        asked = [*SIDE_DOORS, "/search?q=canary", *(f"/search?q=canary-{word}" for word in words)]
        for path in asked:
            answer = made.world.ask(made.world.browsers[name], "GET", path)
            met = canaries_in(answer.data)
            if path == "/reports/mine" and name in LEFT:
                met -= {"CANARY-A-SESSION", "CANARY-A-PAST"}  # one's own record names what one took part in
            faults += [f"{name} {path} {one}" for one in met if name not in made.audience[one]]
            found |= met if path.startswith("/search") else set()
    assert faults == []
    assert {"CANARY-A-POST", "CANARY-B-POST", "CANARY-A-CLOSEDTEXT", "CANARY-A-PRIVATE"} <= found
    assert {"CANARY-B-SESSION", "CANARY-B-PAST", "CANARY-B-RECORDING"} <= found
    assert made.masked or "CANARY-A-SESSION" in found


OVERSEEN = ("/admin/audit", "/reports/completions", "/reports/completions.csv")


def test_who_oversees_the_platform_meets_no_text_of_a_room(made: RoomsWorld) -> None:
    faults = []
    for path in OVERSEEN:
        answer = made.world.ask(made.world.browsers["administrator"], "GET", path)
        assert answer.status_code == 200, path
        met = {one for one in canaries_in(answer.data) if not one.startswith("CANARY-NAME")}
        faults += [f"{path} {one}" for one in met if "administrator" not in made.audience[one]]
    assert faults == []


def test_feeds_hold_what_their_owner_may_see(made: RoomsWorld) -> None:
    for name in PEOPLE:
        with made.world.undone():
            with made.app.test_request_context(), unit_of_work():
                secret = notifications.new_feed(made.player(name).actor())
            answer = made.world.send(made.world.browsers["stranger"], "GET", f"/calendar/{secret}.ics")
            assert answer.status_code == 200
            unfolded = answer.data.replace(b"\r\n ", b"")
            strays = {one for one in canaries_in(unfolded) if name not in made.audience[one]}
            assert strays == set(), name
            named = {one for one in canaries_in(unfolded) if one.startswith(("CANARY-A", "CANARY-B"))}
            assert named == set(), "these rooms allow no names outside the platform"


def test_mails_of_rooms_that_allow_no_names_hold_none(made: RoomsWorld) -> None:
    with made.world.undone(), made.app.app_context():
        with clock.travel(clock.now() + timedelta(days=8)), unit_of_work():
            jobs.run_pending()
            mail_due()
        mails = db.session.scalars(select(OutboxMail)).all()
        texts = "\n".join(f"{mail.subject}\n{mail.text}\n{mail.html}" for mail in mails)
        assert {one for one in canaries_in(texts.encode()) if not one.startswith("CANARY-NAME")} == set()


def test_sockets_are_for_who_is_inside(made: RoomsWorld) -> None:
    room = made.rooms["a"]
    wanted = {
        f"room:{room}": INSIDE_A,
        f"room:{room}:discussion:1": INSIDE_A,
        f"room:{room}:managers": {"manager"},
    }
    with made.app.test_request_context():
        for topic, people in wanted.items():
            got = {name for name in PEOPLE if topics.seat_of(made.player(name).actor(), topic) is not None}
            assert got == set(people), topic


def test_live_rooms_of_sessions_are_for_who_is_in_the_group(made: RoomsWorld) -> None:
    """Whoever has left the room gets no socket, no long poll and no entries any more, though they were inside."""
    wanted = {"b": set(MEMBERS_B)} | ({} if made.masked else {"a": set(MEMBERS_A)})
    with made.app.test_request_context():
        for room, people in wanted.items():
            topic = f"webinar:{made.values[room]['session_id']}"
            got = {name for name in PEOPLE if topics.seat_of(made.player(name).actor(), topic) is not None}
            assert got == people, topic
            over = f"webinar:{made.values[room]['past_id']}"
            assert not any(topics.seat_of(made.player(name).actor(), over) for name in PEOPLE)


def test_the_index_can_be_made_again(made: RoomsWorld) -> None:
    """What parts of rooms put into the index one by one is what they provide for all of it."""
    with made.world.undone(), made.app.test_request_context(), unit_of_work():
        jobs.run_pending()
        done = rebuild.rebuild()
    assert done.given > 20
    assert (done.written, done.removed) == (0, 0)


HOSTILE = (
    "\x00",
    "\u202e\u2066 %s %(who)s {{7*7}} '; DROP TABLE room; --",
    "<script>window.ran=1</script>\"'><img src=x onerror=window.ran=1>",
    "𝕳" * 3_000,
    "-1",
    "9" * 400,
    "[a](javascript:alert(1)) ![b](http://evil.example/x.png) <iframe src=//evil.example>",
)


def _typed(shown: PageForm, text: str) -> dict[str, Any]:
    """Return a form's values with ``text`` in every field that takes any."""
    keep = {"csrf_token", "idempotency_key"}
    return {
        one.name: [text]
        if one.is_text or (one.kind in {"hidden", "number", "date", "time"} and one.name not in keep)
        else one.values
        for one in shown.fields.values()
    }


@pytest.mark.long
@pytest.mark.parametrize("name", ["manager", "member"])
def test_forms_take_hostile_texts_without_falling(made: RoomsWorld, name: str) -> None:
    """Every form of every page of one's own room: refused or taken, never an error of ours, nothing run as markup."""
    faults, tried = [], 0
    who = made.world.browsers[name]
    own = made.values["a"] | {"guessed": GUESSED}
    for line in possible(own):
        if line.api or "GET" not in methods(made.app, line.endpoint):
            continue
        path = line.template.format_map(own)
        page = made.world.ask(who, "GET", path)
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        for shown in forms_of(page.text):
            if shown.method != "post" or not in_own_room(shown.action):
                continue
            for text in HOSTILE:
                with made.world.undone():
                    answer = made.world.send(who, "POST", shown.action, _typed(shown, text))
                    tried += 1
                    if answer.status_code >= 500:
                        faults.append(
                            f"{name} {line.template} → {shown.action} {text[:12]!r}: {answer.status_code}"
                        )
                    elif b"<img src=x onerror" in answer.data or b"<script>window.ran" in answer.data:
                        faults.append(f"{name} {shown.action}: markup comes back as it was sent")
    assert tried > 100
    assert faults == []


SPOILT = ("%00", "%ED%A0%80", "..%2F..%2Fetc", "9999999999999999999999")


@pytest.mark.long
def test_spoilt_addresses_are_nothing(made: RoomsWorld) -> None:
    """Every value of every address replaced by what no value can be: refused or not there, never an error of ours."""
    if made.masked:
        return  # which name somebody is shown by decides on no address
    faults = []
    own = made.values["a"] | {"guessed": GUESSED}
    for line in possible(own):
        for kind in line.kinds:
            for value in SPOILT:
                path = line.template.format_map(own | {kind: value})
                visitors = made.world.programs if line.api else made.world.browsers
                who = visitors["program of manager" if line.api else "manager"]
                for method in methods(made.app, line.endpoint):
                    answer = made.world.ask(who, method, path, None if method == "GET" else {})
                    if answer.status_code not in {400, 404, 405, 422, 308}:
                        faults.append(f"{method} {path[:100]}: {answer.status_code}")
    assert faults == []


def in_own_room(action: str) -> bool:
    """Whether a form sends to an address of rooms."""
    return action.startswith("/irooms")


def unchanged(made: RoomsWorld, endpoint: str) -> bool:
    """Whether the world with names says it all: in the other one room A has no sessions, and room B is the same."""
    return made.masked and in_sessions(endpoint)


@pytest.mark.long
def test_the_matrix_is_large(application: TransactionalFlask, made: RoomsWorld) -> None:
    """In each of the two worlds."""
    count = sum(
        sum(len(variant.by) for variant in variants(made, line)) * len(methods(application, line.endpoint))
        for line in lines()
        if not unchanged(made, line.endpoint)
    )
    assert count >= 10_000, count


@pytest.mark.long
@pytest.mark.parametrize("endpoint", sorted({line.endpoint for line in lines()}))
def test_everything(made: RoomsWorld, endpoint: str) -> None:
    if unchanged(made, endpoint):
        return
    which = [line for line in lines() if line.endpoint == endpoint]
    _count, faults = judge(made, ask(made, which, ("stranger", *PEOPLE)))
    assert faults == []
