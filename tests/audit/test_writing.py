"""Entries are written with what they tell, and nobody changes them afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.audit.actions import erase_person, record
from app.audit.digests import FIRST, canonical, entry_hash, payload_digest
from tests.audit.conftest import ASTRID, Chain
from tests.conftest import Inside

PROTECTED = [
    "UPDATE audit_entry SET verb = 'other.done'",
    "UPDATE audit_entry SET seq = NULL, hash = NULL",
    "DELETE FROM audit_entry WHERE personal_digest IS NULL",
    "TRUNCATE audit_entry CASCADE",
    "INSERT INTO audit_entry (verb, object_kind, object_id, seq, hash) VALUES ('v', 'k', 'o', 99, '\\x00')",
    "UPDATE audit_payload SET payload = '{}'",
    "UPDATE audit_payload SET payload = NULL",
    "DELETE FROM audit_payload",
    "UPDATE audit_head SET seq = seq - 1",
    "UPDATE audit_head SET hash = '\\x00'",
    "DELETE FROM audit_head",
]


def test_an_entry_tells_who_did_what_to_which_object(chain: Chain, inside: Inside) -> None:
    with inside():
        record(ASTRID, "role.granted", "person", "abc", detail={"role": "trainer"})
        record(None, "demo.loaded", "platform", "demo")
    assert chain.rows("actor_id, verb, object_kind, object_id, detail, seq, hash, personal_digest") == [
        (7, "role.granted", "person", "abc", {"role": "trainer"}, None, None, None),
        (None, "demo.loaded", "platform", "demo", {}, None, None, None),
    ]


def test_an_entry_is_undone_with_what_it_tells(chain: Chain, inside: Inside) -> None:
    with pytest.raises(DBAPIError):
        record_and_fail(inside)
    assert chain.rows("id") == []


def test_the_database_sets_the_time_of_an_entry(chain: Chain, inside: Inside) -> None:
    with inside() as session:
        session.execute(
            text(
                "INSERT INTO audit_entry (verb, object_kind, object_id, at) VALUES ('v', 'k', 'o', '2001-01-01Z')"
            )
        )
    assert chain.rows("at > now() - interval '1 hour'") == [(True,)]


@pytest.mark.parametrize("statement", PROTECTED)
def test_the_database_refuses_changes(ten: Chain, inside: Inside, statement: str) -> None:
    ten.seal(1, personal={"email": "a@x.example"}, person_id=3)
    with (
        pytest.raises(
            DBAPIError, match=r"append-only|can only be erased|only moves on|sealed after it was written"
        ),
        inside() as session,
    ):
        session.execute(text(statement))


def test_a_personal_payload_is_apart_and_can_be_erased(chain: Chain, inside: Inside) -> None:
    chain.seal(1, personal={"email": "a@x.example", "name": "Ünal \u200f"}, person_id=3)
    chain.seal(1, personal={"email": "b@x.example"}, person_id=4)
    with inside():
        assert erase_person(3, ASTRID) == 1
        assert erase_person(3, ASTRID) == 0
    with inside() as session:
        kept = session.execute(
            text("SELECT person_id, salt = '', payload FROM audit_payload ORDER BY person_id")
        ).all()
    assert kept == [(3, True, None), (4, False, {"email": "b@x.example"})]
    chain.seal()
    verdict = chain.verify()
    assert verdict.findings == []
    assert (verdict.sealed, verdict.payloads, verdict.erased) == (4, 2, 1)


def test_a_fraction_in_a_personal_payload_is_a_mistake(inside: Inside) -> None:
    with pytest.raises(ValueError, match="fractions"), inside():
        record(None, "v", "k", "o", personal={"list": [{"score": 1.5}]})


def test_what_is_hashed_is_what_the_documentation_says(chain: Chain) -> None:
    chain.seal(2, personal={"b": 1, "a": "ü"}, person_id=1)
    first, second = chain.rows(
        "id, at, actor_id, verb, object_kind, object_id, detail, personal_digest, seq, hash"
    )
    content = {name: value for name, value in first._mapping.items() if name != "hash"}
    assert first.hash == entry_hash(FIRST, **content)
    assert second.hash == entry_hash(first.hash, **{n: v for n, v in second._mapping.items() if n != "hash"})
    assert canonical({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()
    assert payload_digest(b"salt", {"a": 1}) != payload_digest(b"pepper", {"a": 1})


def record_and_fail(inside: Inside) -> None:
    """Write an entry in a transaction that fails afterwards."""
    with inside() as session:
        record(ASTRID, "test.done", "thing", "1")
        session.execute(text("SELECT 1 / 0"))
