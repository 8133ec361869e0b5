"""Every address × every method × everybody × every kind of object, held against a table that people can read.

The table says who gets through where; it knows nothing of the rules in the code. An address that is not in it fails.
What is missing and what is forbidden must be answered alike, byte for byte. Texts planted in the world
(``tests/support/world.py``) are searched in everything that is sent: nobody meets one that is not for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from werkzeug.routing import Rule as Route

from app.core import access
from app.core.database import TransactionalFlask, db
from app.core.models import OutboxMail
from tests.cast import PARTS
from tests.support.judging import Asked, bare, in_rooms, verdict_of
from tests.support.queries import counted
from tests.support.world import EVERY_CANARY, Visitor, World, audience, built, canaries_in

# ------------------------------------------------------------------------------------------------ who there is

OUT = "stranger suspended closed"  # nobody, and whose account cannot be used: they are asked to sign in
WAITING = "unconfirmed pending declined"  # their pages are those about their account
WITHOUT_FACTOR = "other_administrator"  # an administrator who has not set up the second factor
EVERYBODY = frozenset(("stranger", *PARTS))
APPROVED = EVERYBODY - frozenset(f"{OUT} {WAITING}".split())
SEES_LIMITED = (
    "owner member other_trainer administrator"  # in the cohort, its trainer, who manages every course
)
TAKES_OPEN = "owner member"
REPORTS = (  # the expert of the world is a focal point, too
    "trainer other_trainer expert focal_point other_focal_point reporting_officer administrator"
)

NAMED = {
    "OUT": frozenset(OUT.split()),
    "WAITING": frozenset(WAITING.split()),
    "SIGNED_IN": EVERYBODY - frozenset(OUT.split()),
    "APPROVED": APPROVED,
    "EVERYBODY": EVERYBODY,
    "SEES_LIMITED": frozenset(SEES_LIMITED.split()),
    "TAKES_OPEN": frozenset(TAKES_OPEN.split()),
    "REPORTS": frozenset(REPORTS.split()),
}

DOORS: Mapping[str, Mapping[str, str]] = {
    # before anything is looked up: who is sent where; the others come to the object
    "anyone": {},
    "signed-in": {"sign-in": OUT},
    "approved": {"sign-in": OUT, "standing": WAITING},
    "holders": {"sign-in": OUT, "standing": WAITING, "factor": WITHOUT_FACTOR},
    "signed-out": {"home": "SIGNED_IN"},
}

# ------------------------------------------------------------------------------------------------ the table

BEARERS = {"calendar.feed": "owner"}
"""Addresses that are a secret of one person's own: whoever has one reads what that person may."""

FOLDER = Path(__file__).parent
PAGES, API = FOLDER / "access_pages.txt", FOLDER / "access_api.txt"
ONES_OWN_PAST = {  # what one took part in stays in one's own record, with its title
    ("reports.mine", "expelled", "CANARY-LIMITED-TITLE"),
}
OPEN_TO_READERS_OF_MAIL = (
    "mailbox.",
)  # everybody on a development machine reads every mail; not in production

DEAD = ("without a token", "with an invented token", "with the cookie of administrator", "of suspended", "of closed",
        "with a token that is revoked", "with a token that is expired")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what everybody gets at an address."""

    endpoint: str
    template: str
    door: str
    who: str

    def verdict(self, name: str) -> str:
        """Return what somebody gets: ``in``, ``none`` (the 404), or where they are sent."""
        for sent, names in DOORS[self.door].items():
            if name in _people(names.replace(" ", ",")):
                return sent
        for part in self.who.split():
            got, _, names = part.partition("=")
            if name in _people(names):
                return got
        return "none"

    def apiverdict_of(self, visitor: Visitor) -> str:
        """Return what a program gets; here ``door`` is the scope."""
        if self.door != "-":
            if visitor.name.removeprefix("program ") in DEAD:
                return "401"
            if " for " in visitor.name and not visitor.name.endswith(self.door):
                return "403"
        names = self.who.partition("=")[2]
        return "in" if visitor.person in _people(names) else "none"


def _people(names: str) -> frozenset[str]:
    return frozenset[str]().union(*(NAMED.get(one, frozenset({one})) for one in names.split(",")))


@cache
def _lines(table: Path) -> tuple[Line, ...]:
    written = (
        row for row in table.read_text("utf-8").splitlines() if row.strip() and not row.startswith("#")
    )
    rows = [row.split(maxsplit=3) for row in written]
    return tuple(Line(row[0], row[1], row[2], row[3] if len(row) > 3 else "in=EVERYBODY") for row in rows)


SESSIONS = "webinars."
ENDPOINTS = sorted({line.endpoint for line in _lines(PAGES)})


# ------------------------------------------------------------------------------------------------ asking


@pytest.fixture(scope="module")
def world(application: TransactionalFlask, engine: Engine) -> Iterator[World]:
    """The one world of this file."""
    with engine.connect() as connection, built(application, connection) as made:
        yield made


def _routes(app: TransactionalFlask, endpoint: str) -> list[Route]:
    return [route for route in app.url_map.iter_rules() if route.endpoint == endpoint]


def _methods(app: TransactionalFlask, endpoint: str) -> list[str]:
    return sorted(
        {method for route in _routes(app, endpoint) for method in route.methods or ()} - {"HEAD", "OPTIONS"}
    )


def _taken_beside(app: TransactionalFlask, endpoint: str) -> set[str]:
    """Return the methods that the endpoint's addresses take, its own and those of endpoints at the same address."""
    addresses = {route.rule for route in _routes(app, endpoint)}
    return {m for route in app.url_map.iter_rules() if route.rule in addresses for m in route.methods or ()}


def _walk(world: World, lines: Iterable[Line], visitors: Iterable[Visitor]) -> Iterator[Asked[Line]]:
    """Ask every line's address with each of its methods as everybody; each question is undone."""
    everybody = list(visitors)
    for line in lines:
        path = world.path(line.template)
        for method in _methods(world.app, line.endpoint):
            for visitor in everybody:
                form: dict[str, str] | None = {} if method == "POST" else None
                with world.undone():
                    answer = world.send(
                        visitor, method, path, form, headers={"Referer": "http://localhost/about"}
                    )
                    asked = Asked(line, method, path, visitor, answer)
                    if method == "POST" and verdict_of(answer) == "in":
                        _check_mails(world, asked)
                yield asked


# ------------------------------------------------------------------------------------------------ judging


def _strays(asked: Asked[Line]) -> list[str]:
    """Return the planted texts that somebody met and should not have; what they sent themselves may come back."""
    if asked.line.endpoint.startswith(OPEN_TO_READERS_OF_MAIL):
        return []
    sent = asked.path.encode()
    whole = asked.answer.data + b"\n" + str(asked.answer.headers).encode()
    found = {one for part in (whole, asked.answer.data) for one in canaries_in(part)}
    person = asked.visitor.person
    readers = {person, BEARERS.get(asked.line.endpoint, person)}
    strays = sorted(one for one in found if not readers & audience(one) and one.encode() not in sent)
    return [one for one in strays if (asked.line.endpoint, person, one) not in ONES_OWN_PAST]


def _check_mails(world: World, asked: Asked[Line]) -> None:
    """Mails that a POST wrote hold nothing that is not for who gets them."""
    with world.app.app_context():
        assert _mail_strays(world) == [], str(asked)


def _mail_strays(world: World) -> list[str]:
    by_address = {player.email: name for name, player in world.people.items()}
    return sorted(
        f"{one} to {by_address[mail.recipient]}"
        for mail in db.session.scalars(select(OutboxMail).where(OutboxMail.recipient.in_(by_address)))
        for one in canaries_in("\n".join((mail.subject, mail.text, mail.html)).encode())
        if by_address[mail.recipient] not in audience(one)
    )


def _judge(asked: Iterable[Asked[Line]]) -> list[str]:
    """Return what is wrong: a verdict that is not the table's, a stray text, a 404 that tells more than another."""
    faults: list[str] = []
    nothing: dict[tuple[str, str], tuple[object, ...]] = {}
    for one in asked:
        api = one.line.endpoint.startswith("api_v1.")
        wanted = one.line.apiverdict_of(one.visitor) if api else one.line.verdict(one.visitor.name)
        got = verdict_of(one.answer)
        if got != wanted and (wanted, got) != ("in", "home"):
            faults.append(f"{one}, the table says {wanted}")
        faults += [f"{one} holds {stray}" for stray in _strays(one)]
        if (
            got == "none" and "?" not in one.path
        ):  # the links to other languages carry what follows a question mark
            first = nothing.setdefault((one.visitor.name, one.method), bare(one))
            if bare(one) != first:
                faults.append(f"{one}: this 404 differs from another one")
    return faults


# ------------------------------------------------------------------------------------------------ tests


def test_every_route_is_in_the_table(application: TransactionalFlask) -> None:
    """Rooms have a table of their own (``test_room_matrix.py``)."""
    routes = {row.endpoint for row in access.table(application) if not in_rooms(row.endpoint)}
    assert routes == {line.endpoint for line in (*_lines(PAGES), *_lines(API))}


def test_every_value_in_an_address_is_also_guessed(application: TransactionalFlask) -> None:
    guessing = {line.endpoint for line in (*_lines(PAGES), *_lines(API)) if "guessed}" in line.template}
    with_values = {
        route.endpoint
        for route in application.url_map.iter_rules()
        if route.arguments and not in_rooms(route.endpoint)
    }
    assert with_values - guessing == set()


def test_the_table_names_people_of_the_cast_only() -> None:
    known = EVERYBODY | NAMED.keys() | {""}
    named = {
        name
        for line in (*_lines(PAGES), *_lines(API))
        for part in line.who.split()
        for name in part.partition("=")[2].split(",")
    }
    assert named <= known


@pytest.mark.parametrize(
    "endpoint",
    [pytest.param(one, marks=pytest.mark.long) if one.startswith(SESSIONS) else one for one in ENDPOINTS],
)
def test_pages(world: World, endpoint: str) -> None:
    lines = [line for line in _lines(PAGES) if line.endpoint == endpoint]
    assert _judge(_walk(world, lines, world.browsers.values())) == []


@pytest.mark.parametrize("name", ["outsider", "member"])
def test_the_session_of_a_group(world: World, name: str) -> None:
    """Every address of it, as somebody it is for and somebody it is not for; everybody else in the long tier."""
    lines = [
        line
        for line in _lines(PAGES)
        if line.endpoint.startswith(SESSIONS) and "{limited_webinar}" in line.template
    ]
    assert len(lines) > 100
    assert _judge(_walk(world, lines, [world.browsers[name]])) == []


@pytest.mark.parametrize("endpoint", sorted({line.endpoint for line in _lines(API)}))
def test_the_api(world: World, endpoint: str) -> None:
    lines = [line for line in _lines(API) if line.endpoint == endpoint]
    assert _judge(_walk(world, lines, world.programs.values())) == []


def test_mails_hold_nothing_that_is_not_for_who_gets_them(world: World) -> None:
    with world.app.app_context():
        assert _mail_strays(world) == []


# canary, who meets it, where: one place each
HOMES = """
CANARY-OWNER-INSTITUTION     owner              /account
CANARY-OWNER-INSTITUTION     trainer            /reports/completions?sort=-institution&size=100
CANARY-OWNER-INSTITUTION     trainer            /reports/completions.csv
CANARY-VIEW-NAME             trainer            /reports/saved
CANARY-VIEW-NAME             administrator      /reports/saved/{view}/edit
CANARY-PRIVATE-VIEW          administrator      /reports/schedules
CANARY-PRIVATE-VIEW          trainer            /reports/schedules
CANARY-OWNER-INSTITUTION     trainer            /reports/completions.xlsx
CANARY-MEMBER-INSTITUTION    other_trainer      /reports/completions.csv
CANARY-OUTSIDER-INSTITUTION  administrator      /admin/people/{outsider}
CANARY-OUTSIDER-NAME         outsider           /account
CANARY-PENDING-NAME          administrator      /admin/vetting/{pending}
CANARY-PENDING-REASON        administrator      /admin/vetting/{pending}
CANARY-CLOSED-INSTITUTION    reporting_officer  /reports/completions.csv
CANARY-DECLINE-REASON        declined           /account/standing
CANARY-VETTING-QUESTION      pending            /account/standing
CANARY-SUSPENSION-REASON     administrator      /admin/people/{suspended}
CANARY-GRANT-NOTE            administrator      /admin/people/{expert}
CANARY-LISTED-PERSON         reporting_officer  /admin/register/activities/{recorded_activity}
CANARY-LISTED-WAITING        administrator      /admin/register/lists/{waiting_list}
CANARY-GROUP-NAME            administrator      /admin/groups
CANARY-GROUP-PURPOSE         administrator      /admin/groups/{group}
CANARY-AUDIT-PAYLOAD         administrator      /admin/people/{owner}
CANARY-AUDIT-DETAIL          administrator      /admin/people/{owner}
CANARY-OWNER-DEVICE          owner              /account/sessions
CANARY-OWNER-TOKEN           owner              /account/tokens
CANARY-OWNER-NOTICE          owner              /notices
CANARY-OWNER-DATE            owner              /calendar
CANARY-OWNER-UPLOAD          owner              /files/uploads/{owner_upload}
CANARY-MEMBER-UPLOAD         member             /files/uploads/{member_upload}
CANARY-LIMITED-TITLE         member             /courses
CANARY-LIMITED-SUMMARY       owner              /courses/{limited}
CANARY-LIMITED-FILE          owner              /courses/{limited}/files/d2/reading.pdf
CANARY-LIMITED-LESSON        member             /courses/{limited}/items/first
CANARY-LIMITED-LESSON        member             /search?q=title+of+first
CANARY-LIMITED-SUMMARY       owner              /search?q=keep+evidence
CANARY-LIMITED-STEM          member             /courses/{limited}/attempts/{limited_running}/questions/1
CANARY-OPEN-EXPLANATION      owner              /courses/{open}/attempts/{sent}/review
CANARY-WEBINAR-TITLE         owner              /webinars
CANARY-WEBINAR-TITLE         member             /search?q=twenty+years+of+practice
CANARY-WEBINAR-SUMMARY       expert             /webinars/{limited_webinar}
CANARY-WEBINAR-MATERIAL      member             /webinars/{limited_webinar}
CANARY-WEBINAR-LINK          owner              /webinars/{limited_webinar}
CANARY-WEBINAR-ANSWER        trainer            /webinars/{limited_webinar}/registrations.csv
CANARY-WEBINAR-DRAFT         expert             /webinars/{draft_webinar}
CANARY-WEBINAR-CHAT          member             /webinars/{limited_webinar}/room/chat
CANARY-WEBINAR-ASIDE         trainer            /webinars/{limited_webinar}/room/chat
CANARY-WEBINAR-HELD          trainer            /webinars/{limited_webinar}/room/state
CANARY-WEBINAR-BREAKOUT      owner              /webinars/{limited_webinar}/room/state
CANARY-WEBINAR-QUESTION      member             /webinars/{limited_webinar}/room/state
CANARY-WEBINAR-POLL          member             /webinars/{limited_webinar}/room/state
CANARY-WEBINAR-PREPARED      trainer            /webinars/{limited_webinar}/polls
CANARY-RECORDING-TITLE       owner              /webinars/recordings
CANARY-RECORDING-HIDDEN      trainer            /webinars/{webinar_id}/recordings
CANARY-ATTENDANCE-NAME       trainer            /webinars/{held_webinar}/attendance
CANARY-ATTENDANCE-REASON     owner              /webinars/{held_webinar}/attendance/mine
CANARY-FEEDBACK-WORDS        trainer            /webinars/{held_webinar}/report/feedback
CANARY-FEEDBACK-COURSE       reporting_officer  /feedback/{open_activity}/results
CANARY-FEEDBACK-COURSE       trainer            /feedback/{open_activity}/results.csv
CANARY-YEARLY-TITLE          reporting_officer  /reports/yearly
CANARY-PUBLISHED-SOURCE      administrator      /statistics/comparison
CANARY-RESULT-SUMMARY        reporting_officer  /reports/results
CANARY-FEEDBACK-WAITING      member             /feedback/{registered_activity}
owner@cast.example           reporting_officer  /reports/completions.csv
"""


def test_every_planted_text_is_met_where_it_is_at_home(world: World) -> None:
    """A canary that nobody ever meets would prove nothing."""
    met = set()
    for canary, name, template in (row.split() for row in HOMES.strip().splitlines()):
        answer = world.ask(world.browsers[name], "GET", world.path(template))
        assert canary in canaries_in(answer.data), (canary, name, template, answer.status_code)
        met.add(canary)
    assert {one for one, people in EVERY_CANARY.items() if people} - met == set()


@pytest.mark.long
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_other_methods_open_no_door(world: World, endpoint: str) -> None:
    """HEAD is answered as GET is; what an address does not take is refused or not there, and lets nobody in."""
    methods = _methods(world.app, endpoint)
    taken = _taken_beside(world.app, endpoint)
    lines = [line for line in _lines(PAGES) if line.endpoint == endpoint]
    for line in lines:
        path = world.path(line.template)
        for visitor in world.browsers.values():
            if "GET" in methods:
                got = verdict_of(world.ask(visitor, "HEAD", path))
                assert got == line.verdict(visitor.name) or got == "home", (visitor.name, path, got)
            for method in sorted({"PUT", "PATCH", "DELETE", "TRACE"} - taken):
                answer = world.ask(visitor, method, path, {})
                assert answer.status_code in {302, 303, 400, 404, 405}, (
                    visitor.name,
                    method,
                    path,
                    answer.status_code,
                )


# ------------------------------------------------------------------------------------------------ what pages cost

MOST_STATEMENTS = 8
MOST_OF = {
    "/room/state": 12,  # a live room as it is now, its dozen parts in one answer, is asked for on coming in
    "?as_of=2026-01-31&country=NG": 12,  # a dashboard counted from facts: one statement for each way of reading them
    "/report.xlsx": 14,  # a session's whole report, each part of it once
    "/report.pdf": 14,
    ".csv": 9,  # a file of every row first says that all of them will be read
    ".xlsx": 9,
}


def _pages_with_readers() -> list[tuple[str, str]]:
    """Every address that shows something, with the first person whom the table lets in (who may do most, else)."""
    found = []
    for line in _lines(PAGES):
        people = ["administrator", "owner", "stranger"]
        if line.who != "in=EVERYBODY":
            named = next((part for part in line.who.split() if part.startswith("in=")), "in=")[3:].split(",")
            people = [] if named == [""] else sorted(_people(named[0]))[:1]
        found += [(line.template, one) for one in people if line.verdict(one) == "in"]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(("template", "name"), _pages_with_readers())
def test_pages_send_few_statements(world: World, template: str, name: str) -> None:
    """A page that somebody comes back to; what the first opening of a course writes, ``tests/courses`` counts."""
    path, visitor = world.path(template), world.browsers[name]
    with world.undone():
        if world.send(visitor, "GET", path).status_code != 200:  # an address for forms, or on to another page
            return
        with counted() as statements:
            world.send(visitor, "GET", path)
    most = next((most for part, most in MOST_OF.items() if part in path), MOST_STATEMENTS)
    assert len(statements) <= most, "\n".join(statements)


# ------------------------------------------------------------------------------------------------ the judge is judged


def test_a_wrong_table_is_noticed(world: World) -> None:
    """Were the table wrong, or the code, each of the three checks would say so."""
    visitors = [world.browsers[name] for name in ("stranger", "outsider", "member", "administrator")]
    limited = Line("courses.course", "/courses/{limited}", "anyone", "in=EVERYBODY")
    faults = _judge(_walk(world, [limited], visitors))
    assert [fault.partition(":")[0] for fault in faults] == ["stranger", "outsider"]
    closed = Line("admin.home", "/admin", "holders", "in=owner")
    assert _judge(_walk(world, [closed], visitors)) == [
        "administrator: GET /admin → 200, the table says none",
    ]
    as_stranger = replace(world.browsers["administrator"], person="stranger")
    met = _judge(_walk(world, [replace(limited, who="in=administrator")], [as_stranger]))
    assert any("holds CANARY-LIMITED-TITLE" in fault for fault in met)
    known = Line("certificates.verify", "/verify/{code_guessed}", "anyone", "-")
    other = Line("courses.course", "/courses/{guessed}", "anyone", "-")
    assert any("differs from another" in one for one in _judge(_walk(world, [known, other], visitors[:1])))
