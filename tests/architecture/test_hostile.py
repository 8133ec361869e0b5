"""Hostile input in every field of every form, every filter, every address: refused in words, never a failure.

The forms are those that the pages show. A field that takes text may take hostile text too; then it is shown as text
wherever it is shown. Everything happens in one world in which each request is undone (``tests/support/world.py``).
"""

from __future__ import annotations

import csv
import gc
import io
import itertools
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from urllib.parse import quote_from_bytes

import pypdfium2
import pytest
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from app.api.v1 import document
from app.core import clock
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.models import OutboxMail
from app.webinars.models.planning import State
from tests.cast import PASSWORD
from tests.courses.way import have_done
from tests.support.judging import in_rooms, in_sessions
from tests.support.pages import PageForm, forms_of
from tests.support.world import Visitor, World, built
from tests.webinars.scene import make_scene

# ------------------------------------------------------------------------------------------------ what is sent

MARKUP = '<script>canary</script>{{7*7}}\'; DROP TABLE "user";--'
EVERYDAY: Mapping[str, bytes] = {
    "NUL": b"a\x00b",
    "lone surrogate": b"\xed\xa0\x80",
    "line breaks": b"x\r\nSet-Cookie: evil=1\r\n\r\n<html>",
    "5000 digits": b"9" * 5_000,
    "markup": MARKUP.encode(),
    "empty": b"",
}
MORE: Mapping[str, bytes] = {
    "2^63": str(2**63).encode(),
    "-1": b"-1",
    "no UTF-8": b"\xff\xfe\xc0\xaf",
    "direction marks": "\u202eevil\u2066\u200f".encode(),
    "1 MB": b"x" * 1_000_000,
    "250 kB": b"x" * 250_000,
    "150 kB": b"y " * 75_000,
    "long unicode": "\ufdfaa\u0301\U0001f468\u200d\U0001f469".encode() * 3_000,
    "combining marks": ("a" + "\u0301" * 5_000).encode(),
    "blanks": " \t\u00a0\u3000".encode(),
    "a formula": b"=cmd|' /C calc'!A0",
    "a path": b"../../../../etc/passwd",
    "formatting": b"%s%n%(name)s{0}{name.__class__}${7*7}#{7*7}",
    "json": b'{"$ne": null}',
    "not a number": b"NaN",
    "1e309": b"1e309",
    "controls": b"\x01\x02\x1b[31m\x7f\xc2\x85",
    "no character": "\ufffe\uffff".encode(),
}
EVERY: Mapping[str, bytes] = {**EVERYDAY, **MORE}
REFUSED = {400, 404, 405, 409, 413, 415, 422, 429}
GOOD = {200, 302, 303, 308}

# ------------------------------------------------------------------------------------------------ the forms

# who, the page that shows the forms
PAGES = """
stranger       /account/register
stranger       /account/sign-in
stranger       /account/reset
stranger       /account/reset/{reset}
stranger       /account/confirm
stranger       /account/confirm/{confirmation}
stranger       /verify
stranger       /notices/unsubscribe/{unsubscribing}
stranger       /feedback/surveys/{owner_survey}
stranger       /feedback/leaving/{leaving_surveys}
halfway        /account/sign-in/code
halfway        /account/sign-in/recovery
pending        /account/standing
owner          /account
owner          /account/preferences
owner          /account/second-factor
owner          /account/password
owner          /account/again
owner          /account/closing
owner          /account/sessions
owner          /account/tokens
owner          /account/tokens/new
owner          /account/notices
owner          /notices
owner          /calendar
owner          /feedback
owner          /feedback/{registered_activity}
owner          /courses/{open}
owner          /courses/{open}/items/extra
owner          /courses/{open}/items/check
owner          /courses/{open}/attempts/{running}/questions/1
owner          /courses/{open}/attempts/{running}/overview
ready          /courses/{open}
ready          /courses/{open}/test
outsider       /courses/{open}
administrator  /courses/{open}/audience
administrator  /account/security
administrator  /certificates/{owner_code}
administrator  /admin/vetting/{pending}
administrator  /admin/people/{owner}
administrator  /admin/people/{suspended}
administrator  /admin/people/{expert}
administrator  /admin/groups
administrator  /admin/groups/{group}
administrator  /admin/country-sets/new
administrator  /admin/country-sets/{country_set}
administrator  /admin/country-sets/{country_set}/versions/new
administrator  /admin/system
administrator  /reports/completions/export
administrator  /reports/completions/save
administrator  /reports/files/{report_file}
administrator  /reports/saved/{view}/edit
administrator  /reports/saved/{view}/schedule?rhythm=monthly
administrator  /reports/saved/{view}/schedule?rhythm=after_activity
administrator  /reports/saved/{view}/schedule?rhythm=threshold
administrator  /reports/schedules/{schedule}
administrator  /reports/schedules/{schedule}/edit
administrator  /reports/schedules/{paused_schedule}
trainer        /reports/schedules
stranger       /reports/ending/{ending}
administrator  /feedback/{open_activity}/questions
administrator  /admin/register/activities/new
administrator  /admin/register/activities/{recorded_activity}
administrator  /admin/register/activities/{recorded_activity}/edit
administrator  /admin/register/attributes/{open_activity}
administrator  /admin/register/lists/{waiting_list}
administrator  /admin/register/participants/{listed_person}
administrator  /admin/register/facts/{listed_fact}
administrator  /admin/register/duplicates/{alike_one}/{alike_other}
administrator  /admin/register/merges/{merged_learner}
administrator  /admin/register/lists/{ready_list}
administrator  /admin/register/participants/{taken_off_person}
administrator  /admin/register/merges/{merged_account}
administrator  /admin/register/kinds
administrator  /reports/yearly/new
administrator  /reports/yearly/{yearly}
administrator  /reports/yearly/{yearly}/numbers
administrator  /reports/yearly/{yearly}/numbers/{yearly_line}
reporting_officer /reports/yearly/{reviewed_yearly}
administrator  /statistics/comparison/new
administrator  /statistics/comparison/{published}
administrator  /reports/results/new
administrator  /reports/results/{activity_result}/withdrawal
"""
# who, the page of planning and of what follows a session that shows the forms
PAGES_OF_SESSIONS = """
trainer        /webinars/{webinar_id}
trainer        /webinars/{webinar_id}/setup
trainer        /webinars/{draft_webinar}
trainer        /webinars/{draft_webinar}/edit
trainer        /webinars/{draft_webinar}/setup
trainer        /webinars/{draft_webinar}/agenda
trainer        /webinars/{draft_webinar}/questions
trainer        /webinars/{draft_webinar}/people
trainer        /webinars/{webinar_id}/people/{runner_id}
trainer        /webinars/{webinar_id}/materials
trainer        /webinars/{webinar_id}/materials/{material_id}/edit
trainer        /webinars/{webinar_id}/registrations
trainer        /webinars/{webinar_id}/polls
trainer        /webinars/{webinar_id}/polls/new
trainer        /webinars/{draft_webinar}/breakouts
trainer        /webinars/{webinar_id}/template
trainer        /webinars/{coming_webinar}/cancellation
trainer        /webinars/{held_webinar}/attendance/list
trainer        /webinars/{held_webinar}/attendance/people/{attendee}
trainer        /webinars/{webinar_id}/attendance/companions
trainer        /webinars/recordings/{recording}/edit
trainer        /webinars/series/new
trainer        /webinars/series/{series_id}
trainer        /webinars/series/{series_id}/edit
outsider       /webinars/{webinar_id}/registration
owner          /webinars/{webinar_id}
outsider       /webinars/invitations/{webinar_invitation}
"""
LARGEST_OF_SESSIONS = ("trainer", "/webinars/{draft_webinar}/edit")
SENT_BY_SCRIPTS = {r"/questions/\d+$": {"at": "1790000000000"}}
NEW_PASSWORD = "five tall green lamps"
FILLED = {
    "email": "new.person@ministry.example",
    "password": PASSWORD,
    "new_password": NEW_PASSWORD,
    "new_password_confirm": NEW_PASSWORD,
    "password_confirm": NEW_PASSWORD,
    "given_name": "Nadia",
    "family_name": "Haddad",
    "country": "JO",
    "profession": "judge",
    "institution": "Court of Cassation",
    "reason": "Because it is needed here",
    "code": "123456",
    "answer": "At the court",
    "label": "A program",
    "scopes": "read:me",
    "role": "expert",
    "scope": "*",
    "note": "A note",
    "question": "Where do you work?",
    "suspension_reason": "Left the office",
    "name": "A group",
    "text_en": "A question",
    "description": "To try things",
    "next": "/about",
}
FILLED_AT = {
    r"/shares$": {"email": "reporting-officer@cast.example"},
    r"/admin/country-sets": {"name_en": "Partners", "members": "KE", "valid_from": "2026-01-01"},
    r"/admin/register/activities": {
        "title_en": "A workshop",
        "kind": "workshop",
        "place": "Nairobi",
        "starts_on": "2026-03-02",
        "starts_at": "09:00",
        "ends_at": "16:00",
        "family_name": "Otieno",
        "text": "family_name,status\nOtieno,attended",
        "women": "3",
        "reason": "The wrong day",
    },
    r"/reports/yearly/new": {"title": "A year", "starts_on": "2025-01-01", "ends_on": "2025-12-31"},
    r"/reports/yearly/.*/numbers": {
        "figure": "completed",
        "epoch": "year",
        "cut_off": "2024-12-31",
        "qualifier": "exact",
    },
    r"/statistics/comparison": {
        "figure": "trained",
        "qualifier": "exact",
        "value": "12",
        "ends_on": "2024-12-31",
        "source": "A report",
        "text": "figure,value,ends_on,source\ntrained,12,2024-12-31,A report",
        "table": "figure,value,ends_on,source\ntrained,12,2024-12-31,A report",
    },
    r"/reports/results": {
        "activity": "electronic-evidence",
        "kind": "law",
        "occurred_on": "2024-05-01",
        "summary": "A law was adopted",
        "evidence": "The gazette",
        "source": "The ministry",
    },
    r"/admin/register/facts": {"country": "UG", "void_reason": "Never happened"},
    r"/admin/register/duplicates": {"apart_reason": "Two sisters"},
    r"/admin/register/kinds": {"kind": "room", "counts": "yes", "valid_from": "2099-01-01"},
    r"/members$": {"email": "outsider@cast.example"},
    r"/account/reset/": {"password": NEW_PASSWORD},
    r"/account/register$": {"password": NEW_PASSWORD},
    r"/account/sign-in$": {"email": "member@cast.example"},
    r"/webinars/": {
        "title": "A session",
        "summary": "What it is about.",
        "starts_at": "14:00",
        "ends_at": "15:00",
        "link": "https://example.org/reading",
        "label": "Your court?",
    },
}
Values = dict[str, list[bytes]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A form that a page shows to somebody."""

    who: Visitor
    page: str
    form: PageForm

    @property
    def path(self) -> str:
        """Where it sends."""
        return self.form.action.partition("#")[0] or self.page

    def filled(self) -> Values:
        """Return a good filling: what it holds already, else what fits the field, else the first choice."""
        special = [values for pattern, values in FILLED_AT.items() if re.search(pattern, self.path)]
        given = FILLED | {name: value for one in special for name, value in one.items()}
        values: Values = {}
        for field in self.form.fields.values():
            held = [one for one in field.values if one]
            choices = [one for one in field.choices if one]
            if field.name == "reveal":
                continue
            if held:
                values[field.name] = [one.encode() for one in held]
            elif field.choices:
                wanted = given.get(field.name)
                chosen = (
                    [wanted]
                    if wanted in choices
                    else choices[:1]
                    if field.kind in {"radio", "submit"}
                    else []
                )
                values[field.name] = [one.encode() for one in chosen]
            else:
                values[field.name] = [given.get(field.name, "").encode()]
        for pattern, more in SENT_BY_SCRIPTS.items():
            if re.search(pattern, self.path):
                values |= {name: [value.encode()] for name, value in more.items()}
        return values


def _shown(world: World, who: str, template: str) -> list[Shown]:
    page = world.path(template)
    visitor = world.browsers[who]
    answer = world.ask(visitor, "GET", page)
    assert answer.status_code == 200, (who, page, answer.status_code, answer.headers.get("Location"))
    posting = [form for form in forms_of(answer.text) if form.method == "post"]
    return [Shown(visitor, page, form) for form in posting if form.action != "/account/sign-out"]


def _rows(pages: str = PAGES) -> list[tuple[str, str]]:
    return [(who, page) for who, page in (row.split() for row in pages.strip().splitlines())]


# ------------------------------------------------------------------------------------------------ asking


class Failures(logging.Handler):
    """Collects what the application logs as a failure."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the event and what was raised."""
        raised = record.exc_info[1] if record.exc_info else None
        self.seen.append(f"{record.getMessage()}: {raised!r}"[:500])


@pytest.fixture(scope="module")
def failures() -> Iterator[Failures]:
    """What was logged as a failure since it was last asked."""
    handler = Failures()
    logging.getLogger("ctlp").addHandler(handler)
    yield handler
    logging.getLogger("ctlp").removeHandler(handler)


@pytest.fixture(scope="module")
def world(application: TransactionalFlask, engine: Engine) -> Iterator[World]:
    """The one world of this file, answering as it does for people: errors become pages."""
    kept = application.config.get("PROPAGATE_EXCEPTIONS")
    application.config["PROPAGATE_EXCEPTIONS"] = False
    with engine.connect() as connection, built(application, connection) as made:
        made.browsers["halfway"] = _halfway(made)
        made.browsers["ready"] = made.browsers["focal_point"]
        with application.app_context(), unit_of_work():
            have_done(made.people["focal_point"].actor())
            begins = clock.now() + timedelta(days=3)
            coming = make_scene(
                lambda name: made.people[name], state=State.PLANNED, starts_at=begins,
                ends_at=begins + timedelta(hours=1),
            )  # fmt: skip
            made.values["coming_webinar"] = coming.public_id
        yield made
    application.config["PROPAGATE_EXCEPTIONS"] = kept


def _halfway(world: World) -> Visitor:
    """An administrator between the password and the code."""
    client = world.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account/sign-in").text)
    assert token is not None
    typed = {"csrf_token": token[1], "email": world.people["administrator"].email, "password": PASSWORD}
    answer = client.post("/account/sign-in", data=typed)
    assert answer.status_code == 302, answer.text
    cookie = str(world.app.config["SESSION_COOKIE_NAME"])
    kept = client.get_cookie(cookie)
    assert kept is not None
    return Visitor("halfway", "administrator", {"Cookie": f"{cookie}={kept.value}"}, token[1])


def _encoded(values: Values) -> bytes:
    pairs = ((name, value) for name, several in values.items() for value in several)
    return "&".join(
        f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs
    ).encode()


FORM_TYPE = "application/x-www-form-urlencoded"


def _post(world: World, shown: Shown, values: Values) -> TestResponse:
    return world.send(shown.who, "POST", shown.path, data=_encoded(values), content_type=FORM_TYPE)


def _faults(answer: TestResponse, failures: Failures, allowed: Iterable[int] = GOOD | REFUSED) -> list[str]:
    """Return what is wrong with an answer to hostile input."""
    found = [f"logged {one}" for one in failures.seen]
    failures.seen.clear()
    if answer.status_code not in set(allowed):
        found.append(f"answered {answer.status_code}")
    if "evil=1" in str(answer.headers.getlist("Set-Cookie")):
        found.append("set a header of the sender's")
    said = answer.data.decode(errors="replace")
    if "<script>canary" in said and answer.mimetype == "text/html":
        found.append("sent the markup back as markup")
    if answer.status_code >= 400 and not re.search(r'<h1|"title": "[^"]+"', said):
        found.append("says nothing")
    return found


def _each_field(shown: Shown, hostile: Mapping[str, bytes]) -> Iterator[tuple[str, Values]]:
    """Yield the good filling with one field spoilt at a time; also repeated, and left out."""
    good = shown.filled()
    for name in good:
        for kind, value in hostile.items():
            yield f"{name}: {kind}", good | {name: [value]}
        yield f"{name}: repeated", good | {name: [*good[name], b"1", b"2"]}
        yield f"{name}: left out", {one: values for one, values in good.items() if one != name}


def _try_fields(world: World, shown: Shown, hostile: Mapping[str, bytes], failures: Failures) -> list[str]:
    found = []
    for what, values in _each_field(shown, hostile):
        with world.undone():
            answer = _post(world, shown, values)
        found += [f"{shown.path} {what}: {fault}" for fault in _faults(answer, failures)]
    return found


# ------------------------------------------------------------------------------------------------ forms


@pytest.mark.parametrize(("who", "page"), _rows())
def test_every_field_of_every_form(world: World, failures: Failures, who: str, page: str) -> None:
    shown = _shown(world, who, page)
    assert shown
    assert [fault for one in shown for fault in _try_fields(world, one, EVERYDAY, failures)] == []


@pytest.mark.long
@pytest.mark.parametrize(("who", "page"), _rows())
def test_every_field_of_every_form_with_everything(
    world: World, failures: Failures, who: str, page: str
) -> None:
    assert [
        fault for one in _shown(world, who, page) for fault in _try_fields(world, one, MORE, failures)
    ] == []


FEW = ("lone surrogate", "5000 digits")
MANY = (*EVERYDAY, "2^63", "-1", "no UTF-8", "direction marks", "long unicode", "controls")
"""What fields of planning are sent: its largest form shows 800 choices, so each answer costs what ten others do."""


def test_the_largest_form_of_planning(world: World, failures: Failures) -> None:
    """Every field of it that is typed in or chosen from a list, one at a time."""
    shown = max(_shown(world, *LARGEST_OF_SESSIONS), key=lambda one: len(one.form.fields))
    typed = [
        one.name for one in shown.form.fields.values() if one.kind not in {"checkbox", "hidden", "submit"}
    ]
    assert len(typed) >= 14
    found, good = [], shown.filled()
    for name, kind in itertools.product(typed, FEW):
        with world.undone():
            answer = _post(world, shown, good | {name: [EVERY[kind]]})
        found += [f"{name}: {kind}: {fault}" for fault in _faults(answer, failures)]
    assert found == []


@pytest.mark.long
@pytest.mark.parametrize(("who", "page"), _rows(PAGES_OF_SESSIONS))
def test_every_field_of_every_form_of_sessions(world: World, failures: Failures, who: str, page: str) -> None:
    shown, many = _shown(world, who, page), {kind: EVERY[kind] for kind in MANY}
    assert shown
    assert [fault for one in shown for fault in _try_fields(world, one, many, failures)] == []


def _bodies(shown: Shown) -> dict[str, tuple[bytes, str]]:
    """Bodies of the wrong kind: (body, content type)."""
    good = _encoded(shown.filled())
    many = b"&".join(b"a%d=1" % number for number in range(3_000))
    names = b"&".join(quote_from_bytes(value[:3_000]).encode() + b"=1" for value in EVERY.values())
    token = shown.filled().get("csrf_token", [b""])[0]
    part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    files = part % (b"csrf_token", b"", token) + b"".join(
        part % (name.encode(), b'; filename="../../x.html"', MARKUP.encode()) for name in shown.filled()
        if name != "csrf_token"
    )  # fmt: skip
    return {
        "deep JSON": (b"[" * 10_000 + b"]" * 10_000, "application/json"),
        "JSON": (b'{"csrf_token": {"a": [1e999, 9223372036854775808]}}', "application/json"),
        "no UTF-8 as JSON": (b"\xff\xfe", "application/json"),
        "plain text": (good, "text/plain"),
        "no type": (good, ""),
        "an unknown charset": (good, f"{FORM_TYPE}; charset=utf-7"),
        "files instead of values": (files + b"--b--\r\n", "multipart/form-data; boundary=b"),
        "a broken multipart": (files[: len(files) // 2], "multipart/form-data; boundary=b"),
        "no boundary": (files, "multipart/form-data"),
        "many fields": (good + b"&" + many, FORM_TYPE),
        "odd names": (good + b"&" + names, FORM_TYPE),
        "percent signs": (good + b"&%=%zz&=&&", FORM_TYPE),
        "17 MB": (b"a=" + b"x" * 17_000_000, FORM_TYPE),
    }


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # see below
@pytest.mark.parametrize(("who", "page"), _rows())
def test_bodies_of_the_wrong_kind(world: World, failures: Failures, who: str, page: str) -> None:
    found = []
    for shown in _shown(world, who, page)[:2]:
        for kind, (body, content_type) in _bodies(shown).items():
            with world.undone():
                answer = world.send(shown.who, "POST", shown.path, data=body, content_type=content_type)
            found += [f"{shown.path} {kind}: {fault}" for fault in _faults(answer, failures)]
    gc.collect()  # werkzeug forgets to close the buffer of a part that breaks off; its warning belongs here
    assert found == []


@pytest.mark.parametrize(("who", "page"), _rows())
def test_what_was_typed_is_kept_when_a_form_is_refused(world: World, who: str, page: str) -> None:
    """All texts are typed, one needed field is empty or wrong: the page comes back with every text, as text."""
    for shown in _shown(world, who, page):
        texts = [one.name for one in shown.form.fields.values() if one.is_text and one.kind != "email"]
        for spoilt in _needed(shown):
            typed = {name: f'{name} "<b>&amp;' for name in texts if name != spoilt and name != "code"}
            values = (
                shown.filled() | {name: [text.encode()] for name, text in typed.items()} | {spoilt: [b""]}
            )
            answer = world.ask(shown.who, "POST", shown.path, data=_encoded(values), content_type=FORM_TYPE)
            if answer.status_code != 422:
                continue
            assert 'aria-invalid="true"' in answer.text or "error-summary" in answer.text, shown.path
            again = {name: one.values for form in forms_of(answer.text) if form.action == shown.form.action
                     for name, one in form.fields.items()}  # fmt: skip
            kept = {name: again.get(name) for name in typed}
            assert kept == {name: [text] for name, text in typed.items()}, (shown.path, spoilt)


def _needed(shown: Shown) -> list[str]:
    return [
        one.name for one in shown.form.fields.values() if one.is_text or one.kind in {"password", "select"}
    ]


# ------------------------------------------------------------------------------------------------ filters, addresses

# who, an address that reads values from its query; the names are those of its filter form, its links, and these
QUERIED = """
stranger       /                             lang next
stranger       /courses                      lang topic language state
stranger       /account/sign-in              lang next
stranger       /verify                       lang code
owner          /account/again                next
owner          /account/second-factor        next
owner          /courses/{open}               lang edition
owner          /courses/{open}/items/first   lang item
owner          /notices                      lang after
owner          /search                       lang q kind language after typing
owner          /calendar                     lang month
administrator  /reports/completions          lang page sort size from to period activity course status country profession region institution kind channel topic gender language certificate feedback partner project donor tag group by
administrator  /reports/quality              lang page sort size quality activity kind region country profession group by
administrator  /reports/recordings           lang page sort size from to period activity kind topic channel region country profession gender language tag group by
administrator  /reports/completions.csv      lang page sort size from to course
administrator  /reports/completions.xlsx     lang course language
administrator  /admin/people                 lang q country standing role page
administrator  /admin/people/{owner}         page
administrator  /admin/audit                  lang verb person object from to before
administrator  /admin/groups                 page
administrator  /admin/groups/{group}         page
administrator  /admin/vetting                page
administrator  /admin/vetting/decided        page
"""  # noqa: E501 - a line is what one address reads


def _queried() -> list[tuple[str, str, list[str]]]:
    rows = (row.split() for row in QUERIED.strip().splitlines())
    return [(who, page, names) for who, page, *names in rows]


def _try_query(
    world: World, visitor: Visitor, path: str, names: Sequence[str], hostile: Mapping[str, bytes], failures: Failures
) -> list[str]:  # fmt: skip
    found = []
    for name, (kind, value) in itertools.product(names, hostile.items()):
        written = quote_from_bytes(value)
        for query in (f"{name}={written}", f"{name}=1&{name}={written}", f"{name}[a]={written}"):
            answer = world.ask(visitor, "GET", f"{path}?{query}")
            found += [f"{path} {name}: {kind}: {fault}" for fault in _faults(answer, failures)]
    for kind, value in hostile.items():
        answer = world.ask(visitor, "GET", f"{path}?{quote_from_bytes(value)}=1")
        found += [f"{path} a name: {kind}: {fault}" for fault in _faults(answer, failures)]
    return found


@pytest.mark.parametrize(("who", "page", "names"), _queried())
def test_every_value_of_every_query(
    world: World, failures: Failures, who: str, page: str, names: list[str]
) -> None:
    visitor, path = world.browsers[who], world.path(page)
    shown = world.ask(visitor, "GET", path)
    forms = forms_of(shown.text) if shown.mimetype == "text/html" else []
    filters = {name for form in forms if form.method == "get" for name in form.fields}
    assert filters <= {*names, "profession", "language"}, "a filter is not listed"
    hostile = {kind: EVERY[kind] for kind in ("NUL", "lone surrogate", "5000 digits", "markup", "blanks")}
    assert _try_query(world, visitor, path, sorted({*names, *filters}), hostile, failures) == []


@pytest.mark.long
@pytest.mark.parametrize(("who", "page", "names"), _queried())
def test_every_value_of_every_query_with_everything(
    world: World, failures: Failures, who: str, page: str, names: list[str]
) -> None:
    hostile = {kind: value[:3_000] for kind, value in EVERY.items()}
    assert _try_query(world, world.browsers[who], world.path(page), names, hostile, failures) == []


@pytest.mark.long
def test_every_parameter_of_the_api(world: World, failures: Failures) -> None:
    with world.app.app_context():
        described = document.assembled(world.app)["paths"]
    hostile = {kind: value[:3_000] for kind, value in EVERY.items()}
    caller, found = world.programs["program of administrator"], []
    values = {"slug": world.values["open"], "code": world.values["owner_code"], "name": "completions"}
    for template, operations in described.items():
        names = [one["name"] for one in operations["get"].get("parameters", []) if one["in"] == "query"]
        path = template.format_map(world.values | values)
        found += _try_query(world, caller, path, names, hostile, failures)
    assert found == []


VALUE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
REAL = {
    "slug": "{open}", "item_id": "check", "question_id": "q1", "attempt_id": "{running}", "position": "1",
    "digest": "d1", "name": "reading.pdf", "code": "{owner_code}", "person_id": "{owner}", "grant_id": "{grant}",
    "token_id": "{owner_token}", "session_id": "{owner_session}", "group_id": "{group}",
    "set_name": "{country_set}", "mail_id": "{mail}",
    "token": "{confirmation}", "filename": "favicon.svg", "upload_id": "{owner_upload}",
    "notice_id": "{owner_notice}", "secret": "{owner_feed}", "activity_id": "{open_activity}",
    "recorded_id": "{recorded_activity}", "activity_key": "{open_activity}", "list_id": "{waiting_list}",
    "participant_id": "{listed_person}", "fact_id": "{listed_fact}", "one": "{alike_one}", "other": "{alike_other}",
    "learner_id": "{merged_learner}",
    "section": "learning", "figure": "trained", "figure_id": "completions",
    "report_name": "completions", "file_id": "{report_file}", "view_id": "{view}", "share_id": "{view_share}",
    "schedule_id": "{schedule}", "recipient_id": "{outside_recipient}",
    "yearly_id": "{yearly}", "line_id": "{yearly_line}", "published_id": "{published}",
    "result_id": "{activity_result}",
    "learner_key": "{open_activity}",
}  # fmt: skip


OF_SESSIONS = {
    "webinar_id": "{webinar_id}",
    "series_id": "{series_id}",
    "material_id": "{material_id}",
    "page": "1",
}


def _addresses(
    world: World, hostile: Mapping[str, bytes], *, sessions: bool = False
) -> Iterator[tuple[str, str, str]]:
    """Yield (method, address, what was spoilt) for every route with values, one value spoilt at a time.

    Those of rooms are tried in ``test_room_matrix.py``.
    """
    for route in world.app.url_map.iter_rules():
        if in_rooms(route.endpoint) or in_sessions(route.endpoint) != sessions:
            continue
        for name, (kind, value) in itertools.product(sorted(route.arguments), hostile.items()):
            known = REAL | OF_SESSIONS if sessions else REAL
            real = {
                one: world.path(known.get(one, "{guessed}") if sessions else known[one])
                for one in route.arguments
            }
            real[name] = quote_from_bytes(value, safe="")
            address = VALUE.sub(lambda match, real=real: real[match[1]], route.rule)  # type: ignore[misc]
            for method in sorted((route.methods or set()) & {"GET", "POST"}):
                yield method, address, f"{name}: {kind}"


@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_every_value_of_every_address(world: World, failures: Failures, who: str) -> None:
    hostile = {kind: EVERYDAY[kind] for kind in ("NUL", "lone surrogate", "markup", "line breaks")}
    found = []
    for method, address, what in _addresses(
        world, hostile | {"2^63": MORE["2^63"], "a path": MORE["a path"]}
    ):
        answer = world.ask(world.visitors[who], method, address, {} if method == "POST" else None)
        faults = _faults(answer, failures, {302, 303, 308, 400, 401, 403, 404, 405, 422})
        found += [f"{method} {address[:80]} {what}: {fault}" for fault in faults]
    assert found == []


@pytest.mark.long
@pytest.mark.parametrize("who", ["stranger", "owner", "trainer", "administrator", "program of administrator"])
def test_every_value_of_every_address_with_everything(world: World, failures: Failures, who: str) -> None:
    hostile = {kind: value[:5_000] for kind, value in EVERY.items()}
    found = []
    for method, address, what in _addresses(world, hostile):
        answer = world.ask(world.visitors[who], method, address, {} if method == "POST" else None)
        found += [
            f"{method} {address[:80]} {what}: {fault}"
            for fault in _faults(answer, failures, GOOD | REFUSED | {401, 403})
        ]
    assert found == []


@pytest.mark.long
@pytest.mark.parametrize("who", ["owner", "trainer"])
def test_every_value_of_every_address_of_sessions(world: World, failures: Failures, who: str) -> None:
    hostile = {
        kind: EVERY[kind] for kind in ("NUL", "lone surrogate", "markup", "line breaks", "2^63", "a path")
    }
    found = []
    for method, address, what in _addresses(world, hostile, sessions=True):
        answer = world.ask(world.visitors[who], method, address, {} if method == "POST" else None)
        faults = _faults(answer, failures, GOOD | REFUSED | {401, 403})
        found += [f"{method} {address[:80]} {what}: {fault}" for fault in faults]
    assert found == []


# ------------------------------------------------------------------------------------------------ what was stored

SHOWN_TO = """
owner          /  /account  /account/tokens  /account/sessions  /account/standing  /reports/mine  /certificates
owner          /courses  /courses/{open}  /search?q=canary
pending        /account/standing  /account
declined       /account/standing
administrator  /admin  /admin/people  /admin/people?q=canary  /admin/people/{owner}  /admin/people/{pending}
administrator  /admin/people/{expert}  /admin/vetting  /admin/vetting/decided  /admin/vetting/{pending}
administrator  /admin/vetting/{declined}  /admin/groups  /admin/groups/{group}  /admin/audit  /admin/system
administrator  /reports/completions?sort=institution  /certificates/{owner_code}
stranger       /verify/{owner_code}  /certificates/{closed_code}  /dev/mailbox
"""
HOSTILE_TEXT = f"{MARKUP} #panic(1) \u202e=1+1"


@contextmanager
def _stored(world: World) -> Iterator[list[str]]:
    """Send the hostile text in every text field of every form and keep it; gives the addresses that took it."""
    taken: list[str] = []
    with world.undone():
        for who, page in _rows():
            if who in {"stranger", "halfway"} and page != "/account/register":
                continue
            for shown in _shown_now(world, who, page):
                texts = [
                    one.name for one in shown.form.fields.values() if one.is_text and one.kind != "email"
                ]
                if not texts or "code" in texts:
                    continue
                if "{owner" in page and shown.path.endswith(("/suspension", "/revocation")):
                    continue  # the owner and the certificate are still needed
                answer = _post(
                    world, shown, shown.filled() | {name: [HOSTILE_TEXT.encode()] for name in texts}
                )
                if answer.status_code in {302, 303}:
                    taken.append(shown.path)
        administrator = world.browsers["administrator"]
        reason = {"reason": HOSTILE_TEXT}
        world.send(administrator, "POST", world.path("/certificates/{closed_code}/revocation"), reason)
        yield taken


def _shown_now(world: World, who: str, page: str) -> list[Shown]:
    answer = world.send(world.browsers[who], "GET", world.path(page))
    posting = [form for form in forms_of(answer.text) if form.method == "post"]
    return [Shown(world.browsers[who], world.path(page), form) for form in posting]


def test_hostile_text_that_was_stored_is_shown_as_text(world: World, failures: Failures) -> None:
    with _stored(world) as taken:
        assert len(taken) >= 8, taken
        met = 0
        for who, *pages in (row.split() for row in SHOWN_TO.strip().splitlines()):
            for page in pages:
                answer = world.send(world.browsers[who], "GET", world.path(page))
                assert _faults(answer, failures, {200, 302}) == [], (who, page)
                met += escape("<script>canary</script>") in answer.text
        assert met >= 10, "hardly any page shows what was stored: the test looks at the wrong ones"
        assert failures.seen == []
        with world.app.app_context():
            mails = db.session.scalars(select(OutboxMail)).all()
            assert [mail.subject for mail in mails if "<script>canary" in mail.html] == []
            assert any("&lt;script&gt;canary" in mail.html for mail in mails)
            assert [mail.subject for mail in mails if re.search(r"[\r\n]", mail.subject)] == []


def test_files_hold_hostile_text_as_text(world: World, failures: Failures) -> None:
    with _stored(world):
        administrator, owner = world.browsers["administrator"], world.browsers["owner"]
        table = world.send(administrator, "GET", "/reports/completions.csv").text
        assert "canary" in table
        cells = [cell for row in csv.reader(io.StringIO(table.removeprefix("\ufeff"))) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        world.send(administrator, "POST", world.path("/certificates/{owner_code}/reissue"), {})
        answer = world.send(owner, "GET", world.path("/certificates/{owner_code}/pdf"))
        assert _faults(answer, failures, {200}) == []
        with pypdfium2.PdfDocument(answer.data) as pdf:
            assert "<script>canary" in " ".join(pdf[0].get_textpage().get_text_range().split())


# ------------------------------------------------------------------------------------------------ one key, one thing


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """Return the tables that differ, without those that any request may touch."""
    return {name for name in after if before.get(name) != after[name]} - {"web_session", "rate_counter"}


def _posting(world: World) -> Iterator[tuple[str, Shown]]:
    """Every form there is with the endpoint it sends to."""
    adapter = world.app.url_map.bind("localhost")
    for who, page in _rows():
        for shown in _shown(world, who, page):
            endpoint, _values = adapter.match(shown.path.partition("?")[0], "POST")
            yield endpoint, shown


def test_every_address_that_takes_a_form_is_tried(world: World) -> None:
    """Forms of rooms are tried in ``test_room_matrix.py``, what sessions are sent in ``tests/webinars``."""
    taking = {
        route.endpoint
        for route in world.app.url_map.iter_rules()
        if "POST" in (route.methods or ()) and not (in_rooms(route.endpoint) or in_sessions(route.endpoint))
    }
    tried = {endpoint for endpoint, _shown in _posting(world)}
    assert taking - tried == {"security.logout", "design.page"}  # forms of the design page are samples


LOOKS_FIRST = {"register.change_fact"}
"""Shows what would change before it does it; what it does is sent twice in ``tests/admin``."""
ENDS = {"register.record_list", "register.merge"}
"""What was sent is gone once it is done, so the second time its address is nothing."""


def test_the_same_form_sent_twice_does_its_thing_once(world: World) -> None:
    declared = {
        name
        for name, view in world.app.view_functions.items()
        if getattr(view, "__idempotent__", False) and not (in_rooms(name) or in_sessions(name))
    }
    tried = set()
    for endpoint, shown in _posting(world):
        if endpoint not in declared - LOOKS_FIRST or endpoint in tried:
            continue
        with world.undone():
            values, before = shown.filled(), world.tables()
            assert values["idempotency_key"] != [b""], f"the form of {endpoint} carries no key"
            first, once = _post(world, shown, values), world.tables()
            assert first.status_code in {302, 303}, (endpoint, first.status_code)
            done = _changed(before, once)
            if done == {"idempotency_key"}:  # nothing to do in this world for this one
                continue
            again, twice = _post(world, shown, values), world.tables()
            if endpoint in ENDS:
                assert again.status_code == 404, endpoint
            else:
                assert again.location == first.location, endpoint
                replayed = again.headers.get("Idempotent-Replayed") == "true"
                assert replayed or again.status_code == 303, endpoint  # 303: the course is not taken any more
            assert _changed(once, twice) == set(), endpoint
            tried.add(endpoint)
    assert declared - tried == LOOKS_FIRST


SIGNED = {"notices.unsubscribe", "feedback.end_follow_ups", "schedules.end_by_link"}
"""Mail programs send them: the address is signed, and does one thing."""


def test_without_its_token_no_form_does_anything(world: World) -> None:
    before = world.tables()
    for endpoint, shown in _posting(world):
        if endpoint in SIGNED:
            continue
        another = world.browsers["outsider" if shown.who.name != "outsider" else "owner"].csrf_token
        with world.undone():
            for token in ([], [b""], [another.encode()]):
                answer = _post(world, shown, {**shown.filled(), "csrf_token": token})
                assert answer.status_code == 400, (endpoint, token)
            assert _changed(before, world.tables()) == set(), endpoint


def test_signing_out_needs_no_token_and_ends_only_ones_own_sign_in(world: World) -> None:
    with world.undone():
        stranger = world.send(world.browsers["stranger"], "POST", "/account/sign-out", data={})
        assert stranger.status_code == 302
        assert world.send(world.browsers["owner"], "GET", "/account").status_code == 200
        assert world.send(world.browsers["owner"], "POST", "/account/sign-out", data={}).status_code == 302
        assert world.send(world.browsers["owner"], "GET", "/account").status_code == 302
        assert world.send(world.browsers["member"], "GET", "/account").status_code == 200
