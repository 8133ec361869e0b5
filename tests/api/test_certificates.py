"""The public check of a certificate, as JSON."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.certificates import actions
from app.certificates.loaders import by_code
from tests.api.conftest import Api, Caller
from tests.cast import Cast
from tests.certificates.test_certificates import DONE, ENGLISH, complete, make_course
from tests.conftest import Inside


@pytest.fixture
def code(inside: Inside, cast: Cast) -> str:
    """The code of the owner's certificate."""
    owner = cast("owner")
    with inside():
        return complete(owner.id, make_course()).code


def test_anyone_may_check_and_reads_no_more_than_it_shows(stranger: Caller, cast: Cast, code: str) -> None:
    answer = stranger.get(f"/certificates/{code.lower().replace('-', '')}")
    assert answer.status_code == 200
    assert answer.json == {
        "code": code,
        "status": "valid",
        "genuine": True,
        "name": "Amina Odhiambo",
        "title": ENGLISH,
        "kind": "course",
        "hours": 7.0,
        "language": "en",
        "completed_on": "2026-05-04",
        "issued_at": DONE.isoformat().replace("+00:00", "Z"),
        "reissued_at": None,
        "revoked_at": None,
        "edition": 1,
        "issuer": "Counter-Terrorism Learning Platform",
        "address": f"http://localhost/certificates/{code}",
    }
    assert cast("owner").email not in answer.text


def test_a_revoked_one_is_said_to_be_without_the_reason(
    stranger: Caller, cast: Cast, inside: Inside, code: str
) -> None:
    with inside():
        found = by_code(code)
        assert found is not None
        actions.revoke(cast("administrator").actor(), found, "issued in error: canary")
    answer = stranger.get(f"/certificates/{code}")
    assert answer.json is not None
    assert answer.json["status"] == "revoked"
    assert answer.json["revoked_at"].endswith("Z")
    assert "canary" not in answer.text


def test_one_that_was_changed_in_the_database_is_not_genuine(
    stranger: Caller, inside: Inside, code: str
) -> None:
    with inside() as session:
        session.execute(
            text("""UPDATE certificate SET statement = statement || '{"name": "Somebody Else"}'""")
        )
    answer = stranger.get(f"/certificates/{code}")
    assert answer.json is not None
    assert answer.json["genuine"] is False


@pytest.mark.parametrize("typed", ["0000-0000-0000-0000", "x", "%00", "'", "9" * 1500, "é", "%F0%9F%98%80"])
def test_an_unknown_code_is_not_there(stranger: Caller, code: str, typed: str) -> None:
    assert stranger.get(f"/certificates/{typed}").status_code in {400, 404}


def test_codes_cannot_be_tried_out(stranger: Caller, api: Api) -> None:
    statuses = [stranger.get("/certificates/0000-0000-0000-0001").status_code for _number in range(21)]
    assert statuses == [404] * 20 + [429]
    assert api("owner").get("/me").status_code == 200
