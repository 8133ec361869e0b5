"""Sealing: everything committed, once, in order, whatever happens to the sealer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit import copies, sealing, verification
from app.audit.chain import Head
from app.audit.queries import sealing as where_sealing_stands
from app.audit.sealing import seal
from app.audit.verification import Verdict, verify
from app.core import clock
from app.core.database import TransactionalFlask, db, make_engine, unit_of_work
from app.core.models import OutboxMail
from app.core.settings import KEY
from tests.audit.conftest import Chain
from tests.conftest import Inside

_WRITE = "INSERT INTO audit_entry (verb, object_kind, object_id) VALUES ('test.done', 'thing', %s)"


def test_batches_are_sealed_in_order_and_copied(ten: Chain) -> None:
    assert [row.seq for row in ten.rows("seq")] == list(range(1, 11))
    lines = list(copies.read(ten.copy))
    assert [line.seq for line in lines if isinstance(line, copies.Line)] == [2, 4, 6, 8, 10]
    assert copies.last(ten.copy) == lines[-1]
    assert ten.copy.stat().st_mode & 0o777 == 0o600


def test_nothing_to_seal_writes_nothing(ten: Chain) -> None:
    before = ten.copy.read_bytes()
    ten.seal()
    assert ten.copy.read_bytes() == before


def test_many_batches_in_one_run(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    chain.seal(10)
    assert len(chain.copy.read_text().splitlines()) == 4
    assert chain.verify().fine


def test_a_copy_that_a_crash_left_out_is_made_up_for(ten: Chain) -> None:
    lines = ten.copy.read_text().splitlines(keepends=True)
    ten.copy.write_text("".join(lines[:-1]) + lines[-1][:40])
    ten.seal()
    assert copies.last(ten.copy) == copies.parse(lines[-1].rstrip())
    assert [one.kind.value for one in ten.verify().findings] == ["copy"]  # the torn line is named


def test_unsealed_entries_are_counted(ten: Chain, inside: Inside) -> None:
    ten.write(3)
    verdict = ten.verify()
    assert (verdict.sealed, verdict.unsealed, verdict.findings) == (10, 3, [])
    with inside():
        stands = where_sealing_stands()
        assert (stands.seq, stands.unsealed, stands.late) == (10, 3, False)


def test_the_head_is_mailed_at_most_once_an_hour(
    app: TransactionalFlask, chain: Chain, inside: Inside, tmp_path: Path
) -> None:
    app.config[KEY] = app.config[KEY].model_copy(update={"audit_copy": "mailto:keeper@elsewhere.example"})
    chain.seal(2)
    chain.seal(2)
    with inside():
        start = clock.now()
    with clock.travel(start + timedelta(hours=1, minutes=1)):
        chain.seal(1)
        chain.seal()
    with inside() as session:
        mails = session.scalars(
            select(OutboxMail).where(OutboxMail.recipient == "keeper@elsewhere.example")
        ).all()
    assert len(mails) == 2
    kept = tmp_path / "mails"
    folded = mails[1].text.replace("=", "=3D").replace(" sha", " =\nsha").replace(" at", " =\nat")
    kept.write_text(f"From: me\n\n> {mails[0].text}\n\n{folded}")
    assert [line.seq for line in copies.read(kept) if isinstance(line, copies.Line)] == [2, 5]
    verdict = chain.verify(kept)
    assert (verdict.findings, verdict.copies) == ([], 2)
    with inside():
        assert copies.file() is None


# ------------------------------------------------------------- several transactions at once, on a database of its own


@dataclass
class Own:
    """The application on a database of the test's own, where commits are commits."""

    app: TransactionalFlask
    url: str
    copy: Path

    @contextmanager
    def work(self) -> Iterator[Session]:
        """One transaction."""
        with self.app.app_context(), unit_of_work() as session:
            yield session

    def seal(self) -> None:
        """Let the sealer run."""
        with self.work():
            seal()

    def write(self, name: str) -> None:
        """Write and commit an entry."""
        with psycopg.connect(self.url) as connection:
            connection.execute(_WRITE, [name])

    def sealed(self) -> list[tuple[str, int | None]]:
        """Return what is written, in the order of ids, with its place in the chain."""
        with psycopg.connect(self.url) as connection:
            return connection.execute("SELECT object_id, seq FROM audit_entry ORDER BY id").fetchall()

    def verify(self) -> Verdict:
        """Verify the chain."""
        with self.work():
            return verify(self.copy)


@pytest.fixture
def own(application: TransactionalFlask, clone_database: Callable[[], str], tmp_path: Path) -> Iterator[Own]:
    """The application on a database of the test's own."""
    url, copy = clone_database(), tmp_path / "heads.log"
    before, engine = application.config[KEY], db.engine
    application.config[KEY] = before.model_copy(update={"database_url": url, "audit_copy": str(copy)})
    mine = make_engine(url, 5)
    db.bind(mine)
    yield Own(application, url, copy)
    mine.dispose()
    db.bind(engine)
    application.config[KEY] = before


def test_a_late_commit_is_sealed_and_is_no_tampering(own: Own) -> None:
    with psycopg.connect(own.url) as late:
        late.execute(_WRITE, ["late"])
        own.write("early")
        own.seal()
        assert own.sealed() == [("early", 1)]
        late.commit()
    own.seal()
    assert own.sealed() == [("late", 2), ("early", 1)]
    verdict = own.verify()
    assert (verdict.findings, verdict.sealed, verdict.copies) == ([], 2, 2)


def test_two_sealers_at_once_seal_each_entry_once(own: Own) -> None:
    for number in range(20):
        own.write(str(number))
    with own.work():
        seal()
        other = threading.Thread(target=own.seal)  # does not wait for this one, and seals nothing
        other.start()
        other.join(10)
        assert not other.is_alive()
    threads = [threading.Thread(target=own.seal) for _ in range(4)]
    own.write("last")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    own.seal()
    assert [seq for _, seq in own.sealed()] == list(range(1, 22))
    assert own.verify().findings == []


def test_a_sealer_cut_off_half_way_has_sealed_nothing(own: Own) -> None:
    for number in range(5):
        own.write(str(number))
    with pytest.raises(DBAPIError):
        seal_and_be_cut_off(own)
    assert {seq for _, seq in own.sealed()} == {None}
    assert not own.copy.exists()
    own.seal()
    verdict = own.verify()
    assert (verdict.findings, verdict.sealed, verdict.copies) == ([], 5, 1)


def test_entries_sealed_during_a_verification_are_no_tampering(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write("first")
    own.seal()
    real = verification._head

    def head() -> Head | None:
        """Read the head, then let somebody write and seal before the entries are read."""
        found = real()
        own.write("meanwhile")
        in_a_thread(own.seal)
        return found

    monkeypatch.setattr(verification, "_head", head)
    assert own.verify().findings == []


def in_a_thread(work: Callable[[], None]) -> None:
    """Do ``work`` in a thread, so in a session of its own."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)


def seal_and_be_cut_off(own: Own) -> None:
    """Seal, and lose the connection before the commit."""
    with own.work() as session:
        seal()
        process = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with psycopg.connect(own.url) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [process])
