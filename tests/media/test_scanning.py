"""The virus scanner: without one files say so, with one they wait for its word, infected ones are held back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from werkzeug.exceptions import NotFound

import config
from app.core import clock, jobs
from app.core.database import db
from app.core.events import Event
from app.media import queries
from app.media.events import FileQuarantined, FileReady
from app.media.models import MediaFile
from app.media.sweeping import resume, scan_late
from app.media.vocabulary import Reason, Scan, State
from tests.conftest import Inside
from tests.media.conftest import Received
from tests.support import clamd, files
from tests.support.hostile_files import EICAR
from tests.support.servers import free_port

needs_clamd = pytest.mark.skipif(clamd.program() is None, reason="no clamd on this machine")


@pytest.fixture(scope="module")
def scanner() -> Iterator[clamd.Scanner]:
    """A real clamd."""
    with clamd.scanner() as running:
        yield running


def _states(inside: Inside) -> list[tuple[str, str]]:
    with inside():
        rows = db.session.execute(select(MediaFile.state, MediaFile.scan).order_by(MediaFile.id))
        return [(state, scan) for state, scan in rows]


def test_while_the_scanner_is_silent_a_file_waits_and_is_never_let_through(
    received: Received,
    change: Callable[..., None],
    inside: Inside,
    told: list[Event],
    stored: Callable[[], list[str]],
) -> None:
    change(clamd_address=f"tcp://127.0.0.1:{free_port()}")
    file = received("a.txt", b"plain words")
    for minutes in range(1, 60, 7):
        with clock.travel(clock.now() + timedelta(minutes=minutes)), inside():
            assert jobs.run_pending() == 1
    assert _states(inside) == [(State.CHECKING, Scan.PENDING)]
    assert told == []
    with inside():
        assert queries.state_words(file).kind == "waiting"
        with pytest.raises(NotFound):
            queries.original(file)
    assert [name.split("/")[0] for name in stored()] == ["arriving"]
    change(clamd_address="")  # nobody waits for a scanner that there is not
    with clock.travel(clock.now() + timedelta(hours=2)), inside():
        jobs.run_pending()
    assert _states(inside) == [(State.READY, Scan.UNSCANNED)]


def test_a_file_whose_job_was_lost_is_queued_again(
    received: Received, change: Callable[..., None], inside: Inside
) -> None:
    change(clamd_address=f"unix:/tmp/nobody-listens-{free_port()}")
    received("a.txt", b"plain words")
    with inside():
        resume()
        assert (
            db.session.scalar(
                text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'media.examine'")
            )
            == 1
        )
        db.session.execute(text("DELETE FROM procrastinate_jobs"))
        resume()
        change(clamd_address="")
        jobs.run_pending()
    assert _states(inside) == [(State.READY, Scan.UNSCANNED)]


@pytest.mark.long
@needs_clamd
@pytest.mark.parametrize("way", ["by_port", "by_socket"])
def test_what_the_scanner_finds_is_held_back(
    way: str, scanner: clamd.Scanner, received: Received, change: Callable[..., None], inside: Inside,
    told: list[Event], stored: Callable[[], list[str]],
) -> None:  # fmt: skip
    change(clamd_address=getattr(scanner, way))
    bad = received("letter.txt", EICAR)
    packed = received("letters.zip", files.zipped({"a/b.txt": EICAR}))
    good = received("good.pdf", files.pdf())
    assert [(file.state, file.scan) for file in (bad, packed, good)] == [
        (State.QUARANTINED, Scan.INFECTED), (State.QUARANTINED, Scan.INFECTED), (State.READY, Scan.CLEAN),
    ]  # fmt: skip
    assert (bad.reason, bad.detail) == (Reason.INFECTED, f"{clamd.SIGNATURE}.UNOFFICIAL")
    assert told == [FileQuarantined(bad.id), FileQuarantined(packed.id), FileReady(good.id)]
    with inside():
        words = queries.state_words(bad)
        assert (words.kind, clamd.SIGNATURE in words.advice) == ("danger", False)
        with pytest.raises(NotFound):
            queries.original(bad)
    kept = [name for name in stored() if bad.key in name]
    assert kept == [f"quarantine/{bad.key}/original"]


@pytest.mark.long
@needs_clamd
def test_files_from_before_the_scanner_are_scanned_by_and_by(
    scanner: clamd.Scanner, received: Received, change: Callable[..., None], inside: Inside, told: list[Event],
    stored: Callable[[], list[str]],
) -> None:  # fmt: skip
    bad, good = received("a.txt", EICAR), received("b.txt", b"plain words")
    assert (bad.state, bad.scan) == (State.READY, Scan.UNSCANNED)
    with inside():
        scan_late()  # without a scanner nothing happens
    change(clamd_address=scanner.by_port)
    with inside():
        scan_late()
        jobs.run_pending()
    assert _states(inside) == [(State.QUARANTINED, Scan.INFECTED), (State.READY, Scan.CLEAN)]
    assert told[-1] == FileQuarantined(bad.id)
    assert stored() == [f"files/{good.key}/original", f"quarantine/{bad.key}/original"]


@pytest.mark.long
@needs_clamd
def test_what_the_scanner_does_not_take_is_not_kept(
    received: Received, change: Callable[..., None], stored: Callable[[], list[str]]
) -> None:
    with clamd.scanner(largest="1M") as small:
        change(clamd_address=small.by_port)
        file = received("a.txt", b"words " * 400_000)
    assert (file.state, file.reason) == (State.REFUSED, Reason.UNSCANNABLE)
    assert stored() == []


@pytest.mark.parametrize(
    "wrong", ["clamd", "tcp://127.0.0.1", "tcp://:3310", "unix:clamd", "http://x:1", "tcp://x:99999"]
)
def test_a_wrong_address_stops_the_start(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(config.SettingsError, match="CLAMD_ADDRESS"):
        config.load({"CLAMD_ADDRESS": wrong, "CTLP_VAR": str(tmp_path)})
