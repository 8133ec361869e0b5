"""Certificates: issued once, signed, checked in public, downloaded by their holder, revoked by few."""

from __future__ import annotations

import json
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.certificates import actions, signing
from app.certificates.models import Certificate
from app.certificates.pdf import certificate_pdf
from app.core import clock
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.models import OutboxMail
from app.records.actions import FactDraft, append
from app.records.models import Fact, Participation, Verb
from tests.cast import Cast, Player
from tests.conftest import Inside, settings_for_tests
from tests.records.scene import course

DONE = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
ENGLISH = "Preserving and requesting electronic evidence across borders"
ARABIC = "حفظ الأدلة الإلكترونية وطلبها عبر الحدود"


def make_course() -> UUID:
    return course(
        "electronic-evidence", titles={"en": ENGLISH, "ar": ARABIC}, languages=["en", "ar"], hours=7.0
    )


def complete(user_id: int, key: UUID, language: str = "en") -> Certificate:
    append(
        FactDraft(verb=Verb.ENROLLED, user_id=user_id, activity_key=key, language=language, occurred_at=DONE)
    )
    append(
        FactDraft(verb=Verb.COMPLETED, user_id=user_id, activity_key=key, language=language, occurred_at=DONE)
    )
    return actions.issue(user_id, key, completed_at=DONE, language=language)


@pytest.fixture
def code(inside: Inside, cast: Cast) -> str:
    """The code of the owner's certificate."""
    owner = cast("owner")
    with inside():
        return complete(owner.id, make_course()).code


def attachments(pdf: bytes) -> dict[str, bytes]:
    with pypdfium2.PdfDocument(pdf) as document:
        found = [document.get_attachment(number) for number in range(document.count_attachments())]
        return {one.get_name(): bytes(one.get_data()) for one in found}


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(document[0].get_textpage().get_text_range().split())


def test_a_completion_gives_one_certificate_however_often_it_is_asked(inside: Inside, cast: Cast) -> None:
    owner = cast("owner")
    with inside() as session:
        key = make_course()
        first, again = complete(owner.id, key), complete(owner.id, key)
        assert first.code == again.code
        assert session.scalar(select(func.count()).select_from(Certificate)) == 1
        issued = session.scalars(select(Fact).where(Fact.verb == Verb.CERTIFICATE_ISSUED)).all()
        assert [fact.result["code"] for fact in issued] == [first.code]
        row = session.scalars(select(Participation).where(Participation.certificate_code == first.code)).one()
        assert row.certificate_status == "valid"
        mails = session.scalars(
            select(OutboxMail).where(
                OutboxMail.recipient == owner.email, OutboxMail.text.contains(first.code)
            )
        )
        assert len(mails.all()) == 1


def test_anyone_may_check_it_however_the_code_was_typed(client: FlaskClient, code: str) -> None:
    for typed in (code, code.lower(), code.replace("-", ""), f" {code} "):
        for path in ("verify", "certificates"):
            page = client.get(f"/{path}/{typed}")
            assert page.status_code == 200
            assert "This certificate is genuine" in page.text
            assert "Amina Odhiambo" in page.text
            assert ENGLISH in page.text


def test_the_check_tells_no_more_than_the_certificate(client: FlaskClient, code: str, cast: Cast) -> None:
    page = client.get(f"/verify/{code}").text
    owner = cast("owner")
    for secret in (owner.email, "Office of the Cast", owner.public_id, "prosecutor"):
        assert secret not in page


def test_a_code_nobody_has_is_said_to_be_so(client: FlaskClient) -> None:
    page = client.get("/verify/AAAA-BBBB-CCCC-DDDD")
    assert page.status_code == 404
    assert "No certificate has this code" in page.text


def test_typing_nothing_keeps_the_form_and_says_what_to_do(client: FlaskClient) -> None:
    client.get("/verify")
    for typed in ("", "  ", "---"):
        page = client.post("/verify", data={"code": typed, "csrf_token": token(client)})
        assert page.status_code == 422
        assert 'href="#code"' in page.text


def token(client: FlaskClient) -> str:
    page = client.get("/verify").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_an_edited_certificate_is_called_not_genuine(client: FlaskClient, inside: Inside, code: str) -> None:
    with inside() as session:
        found = session.scalars(select(Certificate)).one()
        found.statement = found.statement | {"name": "Somebody Else"}
    assert "This certificate is not genuine" in client.get(f"/verify/{code}").text


@pytest.mark.parametrize("name", ["member", "outsider", "trainer", "reporting_officer", "pending"])
def test_only_its_holder_and_administrators_download_it(cast: Cast, code: str, name: str) -> None:
    assert cast("owner").client.get(f"/certificates/{code}/pdf").status_code == 200
    assert cast("administrator").client.get(f"/certificates/{code}/pdf").status_code == 200
    assert cast(name).client.get(f"/certificates/{code}/pdf").status_code == 404


def test_a_stranger_is_asked_to_sign_in_before_the_file(client: FlaskClient, code: str) -> None:
    answer = client.get(f"/certificates/{code}/pdf")
    assert answer.status_code in {302, 303}
    assert "/account/sign-in" in answer.headers["Location"]


def test_the_list_shows_ones_own_only(cast: Cast, code: str) -> None:
    assert code in cast("owner").client.get("/certificates").text
    other = cast("member").client.get("/certificates").text
    assert code not in other
    assert "No certificates yet" in other


def test_the_file_verifies_with_the_public_key_and_a_common_tool(
    cast: Cast, code: str, tmp_path: Path
) -> None:
    owner = cast("owner")
    pdf = owner.client.get(f"/certificates/{code}/pdf").data
    parts = attachments(pdf)
    assert json.loads(parts["statement.json"])["code"] == code
    (tmp_path / "key.pem").write_bytes(owner.client.get("/certificates/key.pem").data)
    for name, body in parts.items():
        (tmp_path / name).write_bytes(body)
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in statement.json -sigfile statement.sig"
    assert command in owner.client.get("/certificates/key").text
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "statement.json").write_bytes(parts["statement.json"].replace(b"Amina", b"Amira"))
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("ar", ARABIC)])
def test_the_file_has_a_text_layer_in_its_language(
    inside: Inside, cast: Cast, language: str, words: str
) -> None:
    owner = cast("owner")
    with inside():
        text = text_of(certificate_pdf(complete(owner.id, make_course(), language)))
    assert all(word in text for word in ["Amina", "Odhiambo", *words.split()])


def test_the_same_certificate_gives_the_same_file(inside: Inside, cast: Cast) -> None:
    owner = cast("owner")
    with inside():
        made = complete(owner.id, make_course())
        assert certificate_pdf(made) == certificate_pdf(made)


def form(client: FlaskClient, code: str) -> str:
    return client.get(f"/certificates/{code}").text.split('name="csrf_token" value="')[1].split('"')[0]


def test_an_administrator_revokes_with_a_reason_that_everybody_sees(
    cast: Cast, client: FlaskClient, code: str, inside: Inside
) -> None:
    admin = cast("administrator").client
    sent = {"csrf_token": form(admin, code), "reason": "Issued after a test sat by another person"}
    assert admin.post(f"/certificates/{code}/revocation", data=sent).status_code == 302
    assert "This certificate was revoked" in client.get(f"/verify/{code}").text
    with inside() as session:
        row = session.scalars(select(Participation).where(Participation.certificate_code == code)).one()
        assert row.certificate_status == "revoked"
        mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(1)).one()
        assert "sat by another person" in mail.text
    assert (
        admin.post(f"/certificates/{code}/revocation", data=sent).status_code == 302
    )  # told, not done twice


def test_revoking_needs_a_reason_and_keeps_what_was_typed(cast: Cast, code: str) -> None:
    admin = cast("administrator").client
    page = admin.post(
        f"/certificates/{code}/revocation", data={"csrf_token": form(admin, code), "reason": "short"}
    )
    assert page.status_code == 422
    assert "short</textarea>" in page.text


@pytest.mark.parametrize("name", ["owner", "member", "trainer", "reporting_officer"])
@pytest.mark.parametrize("act", ["revocation", "reissue"])
def test_nobody_else_revokes_or_makes_anew(cast: Cast, code: str, name: str, act: str) -> None:
    client = cast(name).client
    sent = {"csrf_token": token(client), "reason": "because I say so, really"}
    assert client.post(f"/certificates/{code}/{act}", data=sent).status_code == 404


def test_a_reissue_takes_the_new_name_and_keeps_code_and_date(cast: Cast, code: str, inside: Inside) -> None:
    owner, admin = cast("owner"), cast("administrator").client
    with inside():
        owner.person().family_name = "Odhiambo-Njeri"
    admin.post(f"/certificates/{code}/reissue", data={"csrf_token": form(admin, code)})
    page = admin.get(f"/verify/{code}").text
    assert "Odhiambo-Njeri" in page
    assert "This certificate is genuine" in page
    with inside() as session:
        found = session.scalars(select(Certificate)).one()
        assert (found.code, found.issued_at, found.edition) == (code, DONE, 2)
        assert signing.genuine(found.statement, found.signature)


def test_two_completions_at_once_issue_one(committing: TransactionalFlask) -> None:
    app = committing
    with app.app_context(), unit_of_work():
        key, user_id = make_course(), Player(app, "owner").id
    codes: list[str] = []
    together = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            together.wait()
            with unit_of_work():
                codes.append(complete(user_id, key).code)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Certificate)) == 1
        facts = select(func.count()).select_from(Fact).where(Fact.verb == Verb.CERTIFICATE_ISSUED)
        assert db.session.scalar(facts) == 1
    assert len(codes) == 2
    assert len(set(codes)) == 1


def test_a_key_that_cannot_be_read_stops_the_start(tmp_path: Path, app: TransactionalFlask) -> None:
    wrong = tmp_path / "key.pem"
    wrong.write_text("no key", "ascii")
    chosen = settings_for_tests(app.config["CTLP"].database_url, tmp_path, CERTIFICATE_KEY=str(wrong))
    with pytest.raises(SystemExit, match="CERTIFICATE_KEY"):
        signing.private_key(chosen)
    assert clock.now().tzinfo is not None
