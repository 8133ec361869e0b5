"""Reports: who gets which rows, in pages and as files; every export in the audit."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.records import actions
from app.records.models import Verb
from tests.api.conftest import Api, Caller
from tests.cast import COURSE, Cast
from tests.conftest import Inside
from tests.records.scene import course, person, state
from tests.reports.scene import TWO, make
from tests.reports.test_completions import CANARIES, OTHER, Scene, everything
from tests.support.queries import counted

NAMES = ("completions", "certificates")
FORMATS = ("json", "csv", "xlsx")


@pytest.fixture
def scene(inside: Inside) -> Scene:
    """Two courses: the trainer's own, and one whose one participant is a canary in every column."""
    with inside() as session:
        return Scene(session)


def rows(caller: Caller, path: str) -> list[dict[str, Any]]:
    """The rows of one page."""
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return list(answer.json["data"])


# ------------------------------------------------------------------------------------------------ who gets what


@pytest.mark.parametrize("who", ["reporting_officer", "administrator"])
def test_who_reports_on_all_gets_all(api: Api, scene: Scene, who: str) -> None:
    caller = api(who)
    people = {row["person"] for row in rows(caller, "/reports/completions")}
    assert people == {"Done Example", "Begun Example", "New Example", "Canary Canaryfamily"}
    assert {row["code"] for row in rows(caller, "/reports/certificates")} == {"7K2M-9QXD", "CANA-RY00"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMATS)
def test_trainers_get_their_courses_and_nothing_of_another(
    api: Api, scene: Scene, name: str, form: str
) -> None:
    caller = api("trainer")
    answer = caller.get(f"/reports/{name}?format={form}&lang=en")
    assert answer.status_code == 200
    content = everything(answer.data)
    assert "7K2M-9QXD" in content
    for canary in CANARIES:
        assert canary not in content
    refused = caller.get(f"/reports/{name}?format={form}&lang=en&course={OTHER}")
    unknown = caller.get(f"/reports/{name}?format={form}&lang=en&course=no-such-course")
    assert (refused.status_code, unknown.status_code) == (400, 400)
    assert refused.json is not None
    assert unknown.json is not None
    assert refused.json["errors"] == unknown.json["errors"]


@pytest.mark.parametrize(
    "who",
    [
        "owner",
        "outsider",
        "expelled",
        "practitioner",
        "expert",
        "room_manager",
        "pending",
        "declined",
    ],
)
def test_others_find_no_report(api: Api, scene: Scene, who: str) -> None:
    caller = api(who)
    for name in (*NAMES, "nothing"):
        for form in FORMATS:
            answer = caller.get(f"/reports/{name}?format={form}")
            assert answer.status_code == 404
            assert "Canary" not in answer.text


def test_a_report_that_does_not_exist_is_not_found(api: Api) -> None:
    for name in ("nothing", "statistics", "completions.csv", "%00", "people"):
        assert api("administrator").get(f"/reports/{name}").status_code in {400, 404}


# ------------------------------------------------------------------------------------------------ what rows say


def test_a_row_says_what_happened_in_codes_and_utc(api: Api, scene: Scene) -> None:
    [row] = rows(api("reporting_officer"), f"/reports/completions?status=completed&course={COURSE}")
    assert row == {
        "person": "Done Example",
        "email": "done@justice.example",
        "course": COURSE,
        "course_title": "Electronic evidence",
        "country": "KE",
        "country_now": "KE",
        "profession": "judge",
        "institution": "High Court",
        "enrolled": "2026-03-01T09:00:00Z",
        "first_access": "2026-03-02T09:00:00Z",
        "last_access": "2026-03-05T21:00:00Z",
        "status": "completed",
        "progress": 1.0,
        "attempts": 2,
        "score": 84.0,
        "completed": "2026-03-05T21:00:00Z",
        "days": 4,
        "language": "en",
        "certificate": "7K2M-9QXD",
        "certificate_status": "valid",
        "feedback": None,
    }


def test_a_revoked_certificate_keeps_its_day_of_issue(api: Api, scene: Scene, inside: Inside) -> None:
    with inside():
        state(
            scene.done,
            scene.own,
            Verb.CERTIFICATE_REVOKED,
            9,
            result={"code": "7K2M-9QXD", "reason": "error"},
        )
    caller = api("trainer")
    [row] = rows(caller, "/reports/certificates")
    assert row == {
        "code": "7K2M-9QXD",
        "holder": "Done Example",
        "course": COURSE,
        "course_title": "Electronic evidence",
        "country": "KE",
        "country_now": "KE",
        "profession": "judge",
        "institution": "High Court",
        "language": "en",
        "completed": "2026-03-05T21:00:00Z",
        "issued": "2026-03-05T21:00:00Z",
        "status": "revoked",
        "revoked": "2026-03-10T09:00:00Z",
    }
    assert rows(caller, "/reports/certificates?status=valid") == []
    assert rows(caller, "/reports/certificates?status=revoked&from=2026-03-05&to=2026-03-05") == [row]
    assert rows(caller, "/reports/certificates?from=2026-03-06") == []


def test_an_erased_person_stays_counted_without_a_name(api: Api, scene: Scene, inside: Inside) -> None:
    with inside():
        actions.cut_link(scene.done.id)
    caller = api("trainer")
    assert {row["person"] for row in rows(caller, "/reports/completions")} == {
        None,
        "Begun Example",
        "New Example",
    }
    assert [row["holder"] for row in rows(caller, "/reports/certificates")] == [None]
    assert "done@justice.example" not in caller.get("/reports/completions").text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("country=KE", {"Done"}),
        ("profession=judge&country=PE", {"New"}),
        ("language=ar", {"Begun"}),
        ("status=withdrawn", set()),
        ("from=2026-03-04", {"Begun", "New"}),
        ("to=2026-03-01", {"Done"}),
        ("from=2026-03-06&to=2026-03-07&period=completed", {"Canary"}),
        ("profession=judge&country=&status=&period=&limit=100", {"Done", "New"}),
    ],
)
def test_filters(api: Api, scene: Scene, query: str, expected: set[str]) -> None:
    found = rows(api("reporting_officer"), f"/reports/completions?{query}")
    assert {row["person"].split()[0] for row in found} == expected


# ------------------------------------------------------------------------------------------------ pages and files


def test_pages_follow_one_another_without_loss(api: Api, inside: Inside) -> None:
    with inside():
        key = course(COURSE, titles={"en": "Electronic evidence"})
        for number in range(23):
            state(person(f"p{number:02}"), key, Verb.ENROLLED, 0)
    caller, seen, pages = api("trainer"), list[str](), 0
    path: str | None = "/reports/completions?limit=10&country=KE&lang=en"
    while path:
        answer = caller.get(path).json
        assert answer is not None
        seen += [row["email"] for row in answer["data"]]
        path, pages = answer["next"], pages + 1
    assert (len(seen), len(set(seen)), pages) == (23, 23, 3)
    narrowed = caller.get("/reports/completions?limit=10&country=KE").json
    assert narrowed is not None
    answer = caller.get(narrowed["next"].replace("country=KE", "country=PE"))
    assert answer.status_code == 400


def test_files_are_those_of_the_pages(api: Api, cast: Cast, scene: Scene) -> None:
    caller, client = api("reporting_officer"), cast("reporting_officer").client
    for form in ("csv", "xlsx"):
        ours = caller.get(f"/reports/completions?format={form}&lang=en")
        theirs = client.get(f"/reports/completions.{form}?lang=en", buffered=True)
        assert ours.mimetype == theirs.mimetype
        assert ours.headers["Content-Disposition"] == theirs.headers["Content-Disposition"]
        if form == "csv":
            assert ours.data == theirs.data


def test_certificates_as_files(api: Api, scene: Scene) -> None:
    caller = api("reporting_officer")
    table = caller.get("/reports/certificates?format=csv&lang=en").text
    found = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"), newline="")))
    assert {(row["Certificate"], row["Holder"], row["Issued (UTC)"]) for row in found} == {
        ("7K2M-9QXD", "Done Example", "2026-03-05T21:00:00Z"),
        ("CANA-RY00", "Canary Canaryfamily", "2026-03-06T21:00:00Z"),
    }
    book = caller.get("/reports/certificates?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(book.data)) as unpacked:
        assert "xl/worksheets/sheet1.xml" in unpacked.namelist()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMATS)
def test_taking_rows_away_is_in_the_audit(
    api: Api, cast: Cast, scene: Scene, inside: Inside, name: str, form: str
) -> None:
    caller = api("reporting_officer")
    caller.get(f"/reports/{name}?format={form}&profession=judge")
    caller.get(f"/reports/{name}?format={form}&profession=judge&nonsense=1")
    with inside() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.verb == "report.exported")).all()
        assert (entry.actor_id, entry.object_id) == (cast("reporting_officer").id, name)
        assert entry.detail["format"] == form
        assert entry.detail["rows"] == (2 if name == "completions" else 1)
        assert entry.detail["filters"]["profession"] == "judge"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("format=pdf", "format"),
        ("format=csv&limit=5", "limit"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=9223372036854775808", "limit"),
        ("limit=" + "9" * 1900, "limit"),
        ("limit=1e2", "limit"),
        ("limit=", "limit"),
        ("from=tomorrow", "from"),
        ("from=1700000000", "from"),
        ("from=2026-02-30", "from"),
        ("from=1650-01-01", "from"),
        ("to=9999-12-31", "to"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("country=Kenya", "country"),
        ("country=K%0D%0A", "country"),
        ("profession=%27%20OR%201=1--", "profession"),
        ("language=%0d%0aSet-Cookie:x=1", "language"),
        ("status=valid", "status"),
        ("status=nonsense", "status"),
        ("period=issued", "period"),
        ("course=" + "x" * 101, "course"),
        ("course=%E2%80%AE", "course"),
        ("start=2026-01-01", "start"),
        ("sort=password", "sort"),
        ("lang=xx", "lang"),
        ("country=KE&country=PE", "country"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(api: Api, scene: Scene, query: str, field: str) -> None:
    answer = api("reporting_officer").get(f"/reports/completions?{query}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["type"] == "urn:ctlp:problem:invalid-parameters"
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert all(error["message"] for error in answer.json["errors"])


def test_a_page_costs_few_queries(api: Api, scene: Scene) -> None:
    caller = api("reporting_officer")
    caller.get("/reports/completions")
    with counted() as statements:
        caller.get("/reports/completions")
    assert len(statements) <= 10, statements


# ------------------------------------------------------------------------------------------------ groups


@pytest.mark.parametrize("name", TWO)
def test_groups_are_those_of_the_page(api: Api, cast: Cast, inside: Inside, name: str) -> None:
    with inside():
        make()
    (group, by), caller = TWO[name], api("reporting_officer")
    query = f"group={group}&by={by}"
    path: str | None = f"/reports/{name}?{query}&limit=1"
    data, totals = list[dict[str, Any]](), dict[str, Any]()
    while path:
        answer = caller.get(path)
        assert answer.status_code == 200, answer.text
        assert isinstance(answer.json, dict)
        assert answer.json["grouping"] == [group, by]
        data, totals, path = data + answer.json["data"], answer.json["totals"], answer.json["next"]
    file = caller.get(f"/reports/{name}?{query}&format=csv&lang=en").text
    assert len(data) == len(list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"), newline=""))))
    assert all(set(one["groups"]) == {group, by} and set(one["counts"]) == set(totals) for one in data)


def test_groups_are_within_what_one_may_see(api: Api, inside: Inside) -> None:
    with inside():
        make()
    for who, query, expected in (
        ("focal_point", "completions?group=country", {"KE"}),
        ("trainer", "completions?group=course", {COURSE}),
        ("reporting_officer", "completions?group=course", {COURSE, OTHER, "mutual-assistance"}),
    ):
        answer = api(who).get(f"/reports/{query}").json
        assert isinstance(answer, dict)
        assert {next(iter(one["groups"].values())) for one in answer["data"]} == expected
    for wrong, field in (("group=password", "group"), ("group=country&by=country", "by"), ("by=x", "by")):
        answer = api("reporting_officer").get(f"/reports/completions?{wrong}").json
        assert isinstance(answer, dict)
        assert [one["field"] for one in answer["errors"]] == [field]
    assert api("practitioner").get("/reports/completions?group=country").status_code == 404
