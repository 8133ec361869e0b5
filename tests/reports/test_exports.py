"""Files of reports: every form opened and read, who gets one, who does not any more, long ones, old ones."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pypdf
import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from werkzeug.test import TestResponse

from app.accounts import actions as accounts
from app.accounts.models import RoleGrant
from app.audit.models import AuditEntry
from app.core import clock
from app.core.jobs import run_now, run_pending
from app.core.models import OutboxMail
from app.media.storage import storage
from app.reports.exports import jobs, making
from app.reports.exports.sheet import remembered
from app.reports.models import FileState, Form, ReportFile
from tests.cast import Cast
from tests.conftest import Inside
from tests.reports.rows import FORMULA, Rows
from tests.support import workbooks
from tests.support.pages import forms_of
from tests.support.queries import counted

CANARIES = ("Canary", "CANA-RY00", "ZW", "Zimbabwe")
PERSONAL = ("Done", "done@justice.example", "calc", "Tribunal", "7K2M-9QXD")


@pytest.fixture
def rows(inside: Inside) -> Rows:
    """The rows, made."""
    with inside() as session:
        return Rows(session)


def order(client: FlaskClient, form: str, query: str = "", **more: str) -> TestResponse:
    """Order a file through the page's own form."""
    path = f"/reports/completions/export?{query}"
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    sent = next(one for one in forms_of(page.text) if one.method == "post" and "export" in one.action)
    hidden = {field.name: field.values[0] for field in sent.fields.values() if field.kind == "hidden"}
    return client.post(sent.action, data=hidden | {"form": form} | more)


def taken(client: FlaskClient, form: str, query: str = "", **more: str) -> TestResponse:
    """Order a short file and download it."""
    made = order(client, form, query, **more)
    assert made.status_code == 303, made.text
    return client.get(f"{made.location}/download")


def rows_of(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def mails() -> Select[OutboxMail]:
    """Mails about files."""
    return select(OutboxMail).where(OutboxMail.subject.startswith("Your file is ready"))


# ------------------------------------------------------------------------------------------------ the forms


def test_csv_holds_the_rows_with_its_digest_and_statement_beside(cast: Cast, rows: Rows) -> None:
    officer = cast("reporting_officer").client
    answer = taken(officer, "csv", "country=KE")
    assert [row["Person"] for row in rows_of(answer.data)] == ["Done Example"]
    assert rows_of(answer.data)[0]["Institution"] == "'" + FORMULA
    assert rows_of(answer.data)[0]["Enrolled (UTC)"] == "2026-03-01T09:00:00Z"
    digest = hashlib.sha256(answer.data)
    assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    address = re.search(r"<([^>]+)>", answer.headers["Link"])
    assert address is not None
    told = officer.get(address[1]).get_json()
    assert told["file_sha256"] == digest.hexdigest()
    assert (told["rows"], told["made_by"], told["asked"]) == (1, "Sofia Rossi", {"country": "KE"})
    assert told["filters"]["Country at the time"] == "Kenya"
    assert told["as_of"].endswith("Z")


def test_a_workbook_has_typed_cells_a_frozen_heading_and_its_definitions(cast: Cast, rows: Rows) -> None:
    answer = taken(cast("reporting_officer").client, "xlsx", "sort=enrolled")
    page, said = workbooks.read(answer.data)
    assert page.frozen == "B2"
    assert page.under("Person").value == "Done Example"
    assert (page.under("Institution").value, page.under("Institution").kind) == (FORMULA, "s")
    assert page.under("Enrolled (Africa/Nairobi)").value == datetime(2026, 3, 1, 12, 0)  # noqa: DTZ001
    score = page.under("Best score")
    assert (score.value, score.number_format) == (0.84, "0%")
    assert len(page.rows) == 5
    assert not page.right_to_left
    assert not [
        cell for sheet in (page, said) for row in sheet.rows for cell in row.values() if cell.kind == "f"
    ]
    told = {str(row["A"].value): str(row["B"].value) for row in said.rows if len(row) == 2}
    assert told["Rows"] == "4"
    assert told["Made by"] == "Sofia Rossi"
    assert told["What is counted"].startswith("Every enrolment")
    assert len(told["SHA-256 of the rows"]) == 64


def test_an_arabic_workbook_goes_from_right_to_left(cast: Cast, rows: Rows) -> None:
    client = cast("reporting_officer").client
    client.get("/reports/files?lang=ar")
    sheets = workbooks.read(taken(client, "xlsx").data)
    assert all(one.right_to_left for one in sheets)
    assert "الأدلة الإلكترونية" in {cell.value for row in sheets[0].rows for cell in row.values()}


def test_json_lines_begin_with_the_statement_whose_digest_is_that_of_the_rows(cast: Cast, rows: Rows) -> None:
    answer = taken(cast("reporting_officer").client, "jsonl", "sort=enrolled")
    first, _feed, body = answer.data.partition(b"\n")
    said = json.loads(first)["statement"]
    lines = [json.loads(line) for line in body.splitlines()]
    assert said["rows"] == len(lines) == 4
    assert said["rows_sha256"] == hashlib.sha256(body).hexdigest()
    assert lines[0]["country"] == "KE"
    assert lines[0]["enrolled"] == "2026-03-01T09:00:00Z"
    assert said["activities"][lines[0]["course"]]["title"] == "Electronic evidence"


def test_the_same_rows_have_the_same_digest_in_every_form(cast: Cast, rows: Rows) -> None:
    officer = cast("reporting_officer").client
    found = set()
    for form in ("xlsx", "jsonl", "pdf"):
        made = order(officer, form)
        found.add(officer.get(f"{made.location}/statement.json").get_json()["rows_sha256"])
    assert len(found) == 1


@pytest.mark.parametrize(("language", "words"), [("en", "Electronic evidence"), ("ar", "الأدلة")])
def test_a_pdf_is_tagged_and_prints_definitions_filters_and_rows(
    cast: Cast, rows: Rows, language: str, words: str
) -> None:
    client = cast("reporting_officer").client
    client.get(f"/reports/files?lang={language}")
    made = order(client, "pdf", "country=KE")
    answer = client.get(f"{made.location}/download")
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == language
    document = pypdfium2.PdfDocument(answer.data)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    text = " ".join(text.split())
    as_written = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    assert words in text
    assert "Sofia Rossi" in text or language == "ar"
    assert ("Kenya" if language == "en" else "كينيا") in text
    assert client.get(f"{made.location}/statement.json").get_json()["rows_sha256"] in as_written


# ------------------------------------------------------------------------------------------------ who gets what


def test_trainers_take_their_courses_and_nothing_of_another(cast: Cast, rows: Rows) -> None:
    trainer = cast("trainer").client
    for form in ("csv", "jsonl"):
        content = taken(trainer, form).data.decode()
        assert "7K2M-9QXD" in content
        assert not [one for one in CANARIES if one in content]
    assert order_refused(trainer, "country=ZW")
    assert order_refused(trainer, "activity=another-course")


def order_refused(client: FlaskClient, query: str) -> bool:
    """Whether the page refuses what is asked for, naming nothing."""
    page = client.get(f"/reports/completions/export?{query}")
    return page.status_code == 422 and "Canary" not in page.text


@pytest.mark.parametrize("who", ["practitioner", "expert", "pending", "suspended"])
def test_who_reads_no_reports_takes_none(cast: Cast, rows: Rows, who: str) -> None:
    client = cast(who).client
    for path in ("/reports/completions/export", "/reports/files", "/reports/no-such-report/export"):
        assert client.get(path).status_code in {302, 404}


def test_a_file_is_for_its_owner_alone(cast: Cast, rows: Rows) -> None:
    made = order(cast("reporting_officer").client, "csv")
    for who in ("administrator", "trainer", "practitioner"):
        for end in ("", "/download", "/statement.json"):
            assert cast(who).client.get(f"{made.location}{end}").status_code == 404
        assert cast(who).client.post(f"{made.location}/removal").status_code in {400, 404}


def test_rights_are_asked_again_at_the_download(cast: Cast, rows: Rows, inside: Inside) -> None:
    trainer = cast("trainer")
    made = order(trainer.client, "csv")
    assert trainer.client.get(f"{made.location}/download").status_code == 200
    with inside() as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.user_id == trainer.id)).all():
            accounts.end_grant(None, grant)
    assert trainer.client.get(f"{made.location}/download").status_code == 404
    assert trainer.client.get(made.location).status_code == 404


def test_without_persons_a_file_says_neither_who_nor_when_to_the_minute(cast: Cast, rows: Rows) -> None:
    officer = cast("reporting_officer").client
    content = taken(officer, "csv", "sort=person", anonymised="y")
    assert "without-persons" in content.headers["Content-Disposition"]
    assert not [one for one in PERSONAL if one in content.data.decode()]
    assert {row["Enrolled (UTC)"] for row in rows_of(content.data)} >= {"2026-03-01", "2026-03-04"}
    for form in ("xlsx", "jsonl", "pdf"):
        data = taken(officer, form, anonymised="y").data
        assert b"justice.example" not in data


def test_ordering_and_downloading_are_in_the_audit_with_the_digest(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    data = taken(cast("reporting_officer").client, "csv", "country=KE").data
    with inside() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.verb.startswith("report"))).all()
    told = {one.verb: one.detail for one in found}
    assert told["report_file.downloaded"]["sha256"] == hashlib.sha256(data).hexdigest()
    assert told["report.exported"]["filters"] == {"country": "KE"}
    assert told["report.exported"]["rows"] == 1
    assert told["report_file.ordered"]["format"] == "csv"


# ------------------------------------------------------------------------------------------------ long and old ones


@pytest.fixture
def long_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is a long one."""
    monkeypatch.setattr(making, "AT_ONCE", dict.fromkeys(Form, 0))


@pytest.mark.usefixtures("long_files")
def test_a_long_file_is_made_by_a_job_with_progress_a_mail_and_an_end(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer = cast("reporting_officer").client
    made = order(officer, "xlsx")
    page = officer.get(made.location).text
    assert "<progress" in page
    assert "0 of 4 rows" in page
    assert 'hx-trigger="every' in page
    assert officer.get(f"{made.location}/download").status_code == 404
    with inside():
        run_pending()
    assert "<progress" not in officer.get(made.location).text
    assert officer.get(f"{made.location}/download").data.startswith(b"PK")
    with inside() as session:
        mail = session.scalars(mails()).one()
    assert mail.recipient == "reporting-officer@cast.example"
    assert made.location in mail.text
    assert "Example" not in mail.text


@pytest.mark.usefixtures("long_files")
def test_a_job_that_runs_twice_makes_the_file_once(cast: Cast, rows: Rows, inside: Inside) -> None:
    order(cast("reporting_officer").client, "csv")
    with inside() as session:
        file_id = session.scalars(select(ReportFile.id)).one()
    with inside():
        jobs.make_file(file_id)
    with inside():
        jobs.make_file(file_id)
    with inside() as session:
        assert len(session.scalars(mails()).all()) == 1


@pytest.mark.usefixtures("long_files")
def test_a_killed_job_leaves_nothing_and_the_next_one_makes_the_file(
    cast: Cast, rows: Rows, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = cast("reporting_officer").client
    made = order(officer, "csv")
    with inside() as session:
        file_id = session.scalars(select(ReportFile.id)).one()

    def killed() -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("app.reports.exports.making.storage", killed)
        with pytest.raises(KeyboardInterrupt), inside():
            jobs.make_file(file_id)
    assert officer.get(f"{made.location}/download").status_code == 404
    with inside():
        jobs.make_file(file_id)
    assert officer.get(f"{made.location}/download").status_code == 200


@pytest.mark.usefixtures("long_files")
def test_a_job_acts_under_the_rights_of_its_own_time(cast: Cast, rows: Rows, inside: Inside) -> None:
    trainer = cast("trainer")
    order(trainer.client, "csv")
    with inside() as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.user_id == trainer.id)).all():
            accounts.end_grant(None, grant)
    with inside():
        run_pending()
    with inside() as session:
        assert session.scalars(select(ReportFile.state)).one() == FileState.FAILED
        assert session.scalars(mails()).all() == []


def test_progress_is_told_beside_the_job(
    cast: Cast, rows: Rows, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = order(cast("reporting_officer").client, "csv")
    with inside() as session:
        file = session.scalars(select(ReportFile)).one()
        making.tell_of(file.id)(3)
        session.refresh(file)
        assert file.rows_done == 3
    assert made.status_code == 303


def test_more_rows_than_a_form_holds_are_refused_in_words(
    cast: Cast, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST", {Form.PDF: 3})
    answer = order(cast("reporting_officer").client, "pdf")
    assert answer.status_code == 422
    assert "at most 3 rows" in answer.text
    assert order(cast("reporting_officer").client, "csv").status_code == 303


def test_a_file_ends_with_its_days_and_its_octets_go(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer")
    made = order(officer.client, "csv")
    with inside() as session:
        file = session.scalars(select(ReportFile)).one()
    later = datetime.now(UTC) + timedelta(days=8)
    with clock.travel(later):
        with inside():
            assert jobs.prune()[:2] == (1, 0)
            run_pending()
        client = officer.new_client()
        assert client.get(f"{made.location}/download").status_code == 404
        page = client.get(made.location)
        assert page.status_code == 200
        assert file.sha256 in page.text
    with inside():
        assert file.key not in storage().keys(making.PLACE)
    with clock.travel(later + timedelta(days=500)), inside() as session:
        run_now("reports.prune_files")
        assert session.scalars(select(ReportFile)).all() == []


def test_one_removes_ones_file(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer").client
    made = order(officer, "csv")
    page = officer.get(made.location).text
    sent = next(one for one in forms_of(page) if one.action.endswith("/removal"))
    officer.post(sent.action, data={name: field.values[0] for name, field in sent.fields.items()})
    assert officer.get(f"{made.location}/download").status_code == 404
    assert "Removed" in officer.get("/reports/files").text


@pytest.mark.parametrize("path", ["/reports/completions/export", "/reports/files"])
def test_pages_cost_few_statements(cast: Cast, rows: Rows, path: str) -> None:
    officer = cast("reporting_officer").client
    order(officer, "csv")
    with counted() as found:
        assert officer.get(path).status_code == 200
    assert len(found) <= 8, found


def test_words_are_looked_for_once_for_each_value() -> None:
    met: list[str] = []

    def word(value: str) -> str:
        met.append(value)
        return value.upper()

    looked = remembered(word)
    assert [looked(one) for one in ("ke", "pe", "ke", "ke")] == ["KE", "PE", "KE", "KE"]
    assert met == ["ke", "pe"]
