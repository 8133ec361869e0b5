"""Nothing half-done stays: not of uploads nobody finished, not of transactions undone, not of processes killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core import clock, jobs
from app.core.database import TransactionalFlask, db
from app.media import actions
from app.media.models import MediaFile
from app.media.storage import scratch, storage
from app.media.sweeping import missing, sweep
from tests.cast import Cast
from tests.conftest import Inside
from tests.media.conftest import Received
from tests.media.place import PLACE
from tests.support.databases import ROOT

KILLS = 6


def test_what_nobody_took_over_goes_after_its_time(
    inside: Inside, cast: Cast, received: Received, stored: Callable[[], list[str]], own_folder: Path
) -> None:
    kept = received("kept.txt", b"plain words")
    piece = own_folder / "piece"
    piece.write_bytes(b"0123456789")
    with inside():
        owner = cast("owner").actor()
        actions.append(actions.begin_upload(owner, "half.txt", 20, PLACE), 0, piece)
        actions.append(actions.begin_upload(owner, "whole.txt", 10, PLACE), 0, piece)
        jobs.run_pending()
        sweep()
    assert len(stored()) == 3  # they have their time
    with clock.travel(clock.now() + timedelta(hours=25)), inside():
        sweep()
        jobs.run_pending()
        assert db.session.scalars(select(MediaFile.name)).all() == ["kept.txt"]
    assert stored() == [f"files/{kept.key}/original"]


def test_what_a_transaction_left_that_was_undone_goes_too(
    app: TransactionalFlask, inside: Inside, cast: Cast, stored: Callable[[], list[str]]
) -> None:
    def receive_in_vain() -> None:
        with inside():
            actions.receive_bytes(cast("owner").actor(), b"plain words", "a.txt", PLACE)
            raise RuntimeError("as if the view failed")

    with pytest.raises(RuntimeError, match="as if"):
        receive_in_vain()
    with inside():
        assert db.session.scalar(select(func.count()).select_from(MediaFile)) == 0
        assert len(stored()) == 1
        sweep()
        assert len(stored()) == 1  # it is young: the transaction might still be open
        storage().put("quarantine/nobodys/original", b"x")
        (scratch() / "work-x").mkdir()
        (scratch() / "work-x" / "file").write_bytes(b"x")
        (scratch() / "piece-x").write_bytes(b"x")
    with clock.travel(clock.now() + timedelta(hours=2)), inside():
        sweep()
    assert stored() == []


def test_a_file_without_its_octets_is_found_out(received: Received, inside: Inside) -> None:
    file = received("a.txt", b"plain words")
    with inside():
        assert missing() == []
        storage().remove(f"files/{file.key}")
        assert missing() == [file.public_id]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_rows_and_objects_agree_after_kill_9(clone_database: Callable[[], str], tmp_path: Path) -> None:
    environment = {
        **os.environ, "CTLP_ENV": "test", "CTLP_VAR": str(tmp_path), "DATABASE_URL": clone_database(),
        "SECRET_KEY": "test " * 8, "LIBREOFFICE": "none", "MAX_OPEN_UPLOADS": "1000",
    }  # fmt: skip
    chance = random.Random(7)
    rounds = 0
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.media.busy", "work"], cwd=ROOT, env=environment,
            stdout=subprocess.PIPE, start_new_session=True,
        ) as busy:  # fmt: skip
            assert busy.stdout is not None
            assert busy.stdout.readline(), "it ended by itself"
            time.sleep(chance.uniform(0, 4))
            os.killpg(busy.pid, signal.SIGKILL)
            rounds += 1 + busy.stdout.read().count(b"\n")
    done = subprocess.run(
        [sys.executable, "-m", "tests.media.busy", "tidy"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    found = json.loads(done.stdout)
    assert found.pop("ready") >= rounds // 2
    assert {name: what for name, what in found.items() if what} == {}
