"""Every way of tampering is named: what kind, which entry."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.audit.digests import entry_hash
from tests.audit.conftest import Chain
from tests.conftest import Inside

SWAP_SEQ = (
    "UPDATE audit_entry SET seq = -seq WHERE seq IN (:a, :b);"
    "UPDATE audit_entry SET seq = CASE seq WHEN -:a THEN :b ELSE :a END WHERE seq < 0"
)
SWAP_CONTENT = (
    "UPDATE audit_entry AS x SET verb = y.verb, at = y.at, object_id = y.object_id, detail = y.detail "
    "FROM audit_entry AS y WHERE (x.seq, y.seq) IN ((:a, :b), (:b, :a))"
)
SWAP_PLACES = (
    "CREATE TEMPORARY TABLE places AS SELECT seq, hash FROM audit_entry WHERE seq IN (:a, :b);"
    + SWAP_SEQ
    + ";"
    "UPDATE audit_entry AS e SET hash = places.hash FROM places WHERE places.seq = e.seq; DROP TABLE places"
)
RENUMBER = "UPDATE audit_entry SET seq = -seq WHERE seq > 0; UPDATE audit_entry SET seq = -seq "
CLOSE_UP = RENUMBER + "- (CASE WHEN -seq > :s THEN 1 ELSE 0 END)"
MAKE_ROOM = RENUMBER + "+ (CASE WHEN -seq >= :s THEN 1 ELSE 0 END)"
FORGE = "INSERT INTO audit_entry (verb, object_kind, object_id, seq, hash) VALUES ('forged', 'k', 'o', :s, sha256('x'))"


def rechain(chain: Chain) -> None:
    """Compute every hash anew in the present order, as somebody could who knows how, and set the head."""
    columns = "id, seq, at, actor_id, verb, object_kind, object_id, detail, personal_digest"
    previous, count = bytes(32), 0
    for count, row in enumerate(chain.rows(columns), start=1):
        content: dict[str, Any] = {**row._mapping, "seq": count}
        previous = entry_hash(previous, **content)
        chain.tamper(
            "UPDATE audit_entry SET seq = :s, hash = :h WHERE id = :i", s=count, h=previous, i=row.id
        )
    chain.tamper("UPDATE audit_head SET seq = :s, hash = :h", s=count, h=previous)


def test_an_untouched_chain_holds(ten: Chain) -> None:
    verdict = ten.verify()
    assert (verdict.findings, verdict.sealed, verdict.unsealed, verdict.copies) == ([], 10, 0, 5)


def test_an_empty_chain_without_a_copy_holds(chain: Chain) -> None:
    assert chain.verify().findings == []


# ------------------------------------------------------------------------------------------- edit


@pytest.mark.parametrize("seq", [1, 5, 6, 10])
@pytest.mark.parametrize(
    "change",
    [
        "detail = '{\"number\": 99}'",
        "verb = 'other.done'",
        "actor_id = NULL",
        "at = at - interval '1 microsecond'",
        "object_id = 'other'",
        "personal_digest = 'x'",
    ],
)
def test_edit(ten: Chain, seq: int, change: str) -> None:
    ten.tamper(f"UPDATE audit_entry SET {change} WHERE seq = :s", s=seq)
    assert ("edit", seq) in ten.found()
    assert {kind for kind, _ in ten.found()} <= {
        "edit",
        "deletion",
    }  # a digest without its payload is a deletion too
    assert f"seq {seq} " in ten.words()


@pytest.mark.parametrize("seq", [1, 5, 10])
def test_edit_of_a_hash(ten: Chain, seq: int) -> None:
    ten.tamper("UPDATE audit_entry SET hash = sha256('x') WHERE seq = :s", s=seq)
    assert ten.found() == [("edit", seq)]
    assert "its hash was changed" in ten.words()


def test_edit_of_a_hash_to_nothing(ten: Chain) -> None:
    ten.tamper("UPDATE audit_entry SET hash = NULL WHERE seq = 4")
    assert ten.found() == [("edit", 4)]


def test_edit_of_neighbours(ten: Chain) -> None:
    ten.tamper("UPDATE audit_entry SET verb = 'x' WHERE seq IN (4, 5, 6)")
    assert ten.found() == [("edit", 4), ("edit", 5), ("edit", 6)]


def test_edit_of_everything(ten: Chain) -> None:
    ten.tamper("UPDATE audit_entry SET actor_id = 8")
    assert ten.found() == [("edit", seq) for seq in range(1, 11)]


def test_edit_of_a_thousand(chain: Chain) -> None:
    chain.seal(1000)
    chain.tamper("UPDATE audit_entry SET actor_id = 8 WHERE seq <> 500")
    found = chain.found()
    assert found[:300] == [("edit", seq) for seq in range(1, 301)]
    assert found[300:] == [("edit", 301), ("edit", 501)]
    assert "seq 501 to 1000 do not fit" in chain.words()


def test_edit_with_its_own_hash_made_to_fit(ten: Chain) -> None:
    """The copy vouches for seq 4, so seq 4 is named; it has no line of seq 7, so it is seq 8 or the one before."""
    for seq in (4, 7):
        row = next(row for row in ten.rows("*") if row.seq == seq)
        before = next(row for row in ten.rows("*") if row.seq == seq - 1)
        content = {name: value for name, value in row._mapping.items() if name != "hash"} | {"verb": "edited"}
        forged = entry_hash(before.hash, **content)
        ten.tamper("UPDATE audit_entry SET verb = 'edited', hash = :h WHERE seq = :s", h=forged, s=seq)
    assert ten.found() == [("edit", 4), ("edit", 8)]
    assert "seq 7 (id" in ten.words()


def test_edit_of_the_head(ten: Chain) -> None:
    ten.tamper("UPDATE audit_head SET hash = sha256('x')")
    assert ten.found() == [("edit", 10)]


def test_edit_with_every_later_hash_made_anew(ten: Chain) -> None:
    ten.tamper("UPDATE audit_entry SET verb = 'edited' WHERE seq = 6")
    rechain(ten)
    assert ten.found() == [("edit", 5)]
    assert "between seq 5 and 6," in ten.words()


# --------------------------------------------------------------------------------------- deletion


@pytest.mark.parametrize("seqs", [(1,), (5,), (3, 4, 5), (2, 8)])
def test_deletion(ten: Chain, seqs: tuple[int, ...]) -> None:
    ten.tamper("DELETE FROM audit_entry WHERE seq = ANY(:s)", s=list(seqs))
    first = [seq for seq in seqs if seq - 1 not in seqs]
    assert ten.found() == [("deletion", seq) for seq in first]


@pytest.mark.parametrize("seq", [1, 4, 8, 9])
def test_deletion_with_numbers_closed_up(ten: Chain, seq: int) -> None:
    ten.tamper("DELETE FROM audit_entry WHERE seq = :s;" + CLOSE_UP, s=seq)
    assert ten.found() == [("deletion", seq)]


def test_taking_the_seal_off_is_deletion(ten: Chain) -> None:
    ten.tamper("UPDATE audit_entry SET seq = NULL, hash = NULL WHERE seq = 4")
    assert ten.found() == [("deletion", 4)]
    assert ten.verify().unsealed == 1


@pytest.mark.parametrize("seq", [3, 6])
def test_deletion_with_every_later_hash_made_anew(ten: Chain, seq: int) -> None:
    gone = next(row.id for row in ten.rows("id, seq") if row.seq == seq)
    ten.tamper("DELETE FROM audit_entry WHERE seq = :s", s=seq)
    rechain(ten)
    assert ten.found() == [("deletion", seq - 1 + seq % 2)]
    assert f"no entry has id {gone}" in ten.words()


def test_deletion_of_the_head_row(ten: Chain) -> None:
    ten.tamper("DELETE FROM audit_head")
    assert ten.found() == [("deletion", None)]


# -------------------------------------------------------------------------------------- insertion


@pytest.mark.parametrize("seq", [1, 5, 10])
def test_insertion(ten: Chain, seq: int) -> None:
    ten.tamper(MAKE_ROOM, s=seq)
    ten.tamper(FORGE, s=seq)
    assert ten.found() == [("insertion", seq)]


def test_insertion_of_several(ten: Chain) -> None:
    for seq in (4, 5, 9):
        ten.tamper(MAKE_ROOM, s=seq)
        ten.tamper(FORGE, s=seq)
    assert ten.found() == [("insertion", 4), ("insertion", 5), ("insertion", 9)]


@pytest.mark.parametrize("seq", [0, -3, 11, 999])
def test_insertion_outside_the_chain(ten: Chain, seq: int) -> None:
    ten.tamper(FORGE, s=seq)
    assert ten.found() == [("insertion", seq)]


def test_insertion_under_a_number_that_is_taken(ten: Chain) -> None:
    ten.tamper("ALTER TABLE audit_entry DROP CONSTRAINT uq_audit_entry_seq;" + FORGE, s=6)
    assert ten.found() == [("insertion", 6)]


def test_insertion_beyond_the_head_with_a_right_hash(ten: Chain) -> None:
    last = ten.rows("hash")[-1].hash
    ten.write(1)
    row = next(row for row in ten.rows("*") if row.seq is None)
    content = {name: value for name, value in row._mapping.items() if name != "hash"} | {"seq": 11}
    ten.tamper("UPDATE audit_entry SET seq = 11, hash = :h WHERE seq IS NULL", h=entry_hash(last, **content))
    assert ten.found() == [("insertion", 11)]


def test_insertion_with_every_later_hash_made_anew(ten: Chain) -> None:
    ten.tamper(MAKE_ROOM, s=6)
    ten.tamper(FORGE, s=6)
    rechain(ten)
    assert ten.found() == [("insertion", 5)]


def test_insertion_with_a_past_date(ten: Chain) -> None:
    ten.tamper(
        "INSERT INTO audit_entry (verb, object_kind, object_id, at) VALUES ('v', 'k', 'o', now() - interval '2 days')"
    )
    ten.seal()
    assert ten.found() == [("insertion", 11)]


# ------------------------------------------------------------------------------------------- swap


@pytest.mark.parametrize(("a", "b"), [(1, 2), (4, 5), (4, 6), (3, 8), (1, 10), (9, 10), (8, 10)])
@pytest.mark.parametrize("how", [SWAP_SEQ, SWAP_CONTENT, SWAP_PLACES])
def test_swap(ten: Chain, how: str, a: int, b: int) -> None:
    ten.tamper(how, a=a, b=b)
    assert ten.found() == [("swap", a)], ten.words()
    assert f"seq {a} " in ten.words()
    assert f"seq {b} " in ten.words()


def test_swap_with_every_later_hash_made_anew(ten: Chain) -> None:
    ten.tamper(SWAP_SEQ, a=5, b=6)
    rechain(ten)
    assert ten.found() == [("swap", 5)]


# ------------------------------------------------------------------------- truncation and rollback


@pytest.mark.parametrize("last", [9, 6, 0])
def test_truncation(ten: Chain, last: int) -> None:
    ten.tamper("DELETE FROM audit_entry WHERE seq > :s", s=last)
    assert ten.found() == [("truncation", last + 1)]


def set_back(chain: Chain, seq: int) -> None:
    """Restore the state of when ``seq`` entries were sealed."""
    rows = {row.seq: row.hash for row in chain.rows("seq, hash")} | {0: bytes(32)}
    chain.tamper(
        "DELETE FROM audit_entry WHERE seq > :s OR seq IS NULL; UPDATE audit_head SET seq = :s, hash = :h",
        s=seq,
        h=rows[seq],
    )


@pytest.mark.parametrize("seq", [0, 5, 6, 9])
def test_truncation_with_the_head_set_back(ten: Chain, seq: int) -> None:
    set_back(ten, seq)
    assert ten.found() == [("truncation", seq + 1)]


@pytest.mark.parametrize("seq", [0, 4, 8])
@pytest.mark.parametrize("further", [1, 2, 4, 9])
def test_rollback(ten: Chain, seq: int, further: int) -> None:
    set_back(ten, seq)
    ten.seal(further)
    assert ten.found() == [("rollback", seq + 1)], ten.words()
    ten.seal(7)
    assert ten.found() == [("rollback", seq + 1)], ten.words()


def test_rollback_twice(ten: Chain) -> None:
    set_back(ten, 8)
    ten.seal(4)
    ten.seal(2)
    set_back(ten, 12)
    ten.seal(5)
    assert ten.found() == [("rollback", 9), ("rollback", 13)]


# ---------------------------------------------------------------------------- payloads and copies


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ('UPDATE audit_payload SET payload = \'{"email": "z@x.example"}\'', "edit"),
        ("UPDATE audit_payload SET salt = 'x'", "edit"),
        ("UPDATE audit_payload SET payload = NULL", "deletion"),
        ("UPDATE audit_payload SET payload = NULL, salt = '', erased_at = now()", "deletion"),
        ("DELETE FROM audit_payload", "deletion"),
        (
            "INSERT INTO audit_payload (entry_id, salt, payload) SELECT min(id), 'x', '{}' FROM audit_entry",
            "insertion",
        ),
    ],
)
def test_payloads(ten: Chain, statement: str, kind: str) -> None:
    ten.seal(1, personal={"email": "a@x.example"}, person_id=3)
    assert ten.verify().findings == []
    ten.tamper(statement)
    assert ten.found() == [(kind, 1 if kind == "insertion" else 11)]
    assert "personal payload" in ten.words()


def test_a_missing_copy_is_named(ten: Chain, tmp_path: Path) -> None:
    assert ten.found(tmp_path / "none") == [("copy", None)]
    (tmp_path / "empty").touch()
    assert ten.found(tmp_path / "empty") == [("copy", None)]


def test_a_spoilt_line_of_the_copy_is_named(ten: Chain) -> None:
    ten.copy.write_text(ten.copy.read_text().replace("seq=4", "seq=four"))
    assert ten.found() == [("copy", None)]
    assert "line 2" in ten.words()


def test_several_kinds_at_once(ten: Chain) -> None:
    ten.seal(10)
    ten.tamper("UPDATE audit_entry SET verb = 'x' WHERE seq = 3")
    ten.tamper(SWAP_SEQ, a=6, b=9)
    ten.tamper("DELETE FROM audit_entry WHERE seq = 13")
    ten.tamper("DELETE FROM audit_entry WHERE seq > 18")
    assert ten.found() == [("edit", 3), ("swap", 6), ("deletion", 13), ("truncation", 19)]


def test_tampering_stays_named_when_the_chain_goes_on(ten: Chain) -> None:
    ten.tamper("DELETE FROM audit_entry WHERE seq = 10; UPDATE audit_entry SET verb = 'x' WHERE seq = 2")
    ten.seal(3)
    assert ten.found() == [("edit", 2), ("deletion", 10)]


def test_memory_does_not_grow_with_the_chain(chain: Chain, inside: Inside) -> None:
    with inside() as session:
        session.execute(
            text(
                "INSERT INTO audit_entry (verb, object_kind, object_id, detail) SELECT 'test.done', 'thing', n::text, "
                "jsonb_build_object('text', repeat('x', 500)) FROM generate_series(1, 12000) AS n"
            )
        )
    chain.seal()
    tracemalloc.start()
    verdict = chain.verify()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (verdict.sealed, verdict.fine) == (12000, True)
    assert peak < 12_000_000
