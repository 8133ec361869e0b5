"""The process that keeps beats is killed again and again: no acknowledged minute is lost, none counts twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.core import clock
from app.core.database import TransactionalFlask, unit_of_work
from app.webinars.queries.attendance import own_of
from tests.cast import play
from tests.webinars.scene import HOST, REGISTERED, SPEAKER, WebinarScene, make_scene

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]
BEATS = 360
KEEPER = """
import sys
from datetime import datetime, timedelta
from app.core.database import unit_of_work
from app.factory import create_app
from app.webinars.attendance_keeper import keep
from tests.webinars.beats import beat
from tests.webinars.scene import WebinarScene

app = create_app()
scene, user_id, begins = WebinarScene(0, sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
first, last = int(sys.argv[4]), int(sys.argv[5])
print("ready", flush=True)
for n in range(first, last + 1):
    at = begins + timedelta(seconds=10 * (n - 1))
    late = [beat(scene, user_id, one, at) for one in range(max(1, n - 2), n)]  # sent again, though acknowledged
    with app.app_context(), unit_of_work():
        kept = keep([*late, beat(scene, user_id, n, at)])
    print(max(number for _, number in kept), flush=True)
"""


@pytest.fixture
def begins() -> datetime:
    return clock.now().replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture
def scene(committing: TransactionalFlask, begins: datetime) -> tuple[WebinarScene, int]:
    with committing.app_context(), unit_of_work():
        people = {name: play(committing, name) for name in (HOST, SPEAKER, *REGISTERED)}
        made = make_scene(
            lambda name: people[name],  # type: ignore[arg-type,return-value]  # rows serve as players here
            starts_at=begins,
            ends_at=begins + timedelta(hours=1),
        )
        webinar = made.webinar()
        webinar.opened_at = webinar.begun_at = begins
        owner = people["owner"].id
    return made, owner


def test_kills_lose_no_acknowledged_beat_and_double_none(
    committing: TransactionalFlask, scene: tuple[WebinarScene, int], begins: datetime
) -> None:
    made, owner = scene
    acknowledged, kills, counted = 0, 0, 0.0
    while acknowledged < BEATS:
        acknowledged = max(
            acknowledged, _run_and_kill(committing, made, owner, begins, acknowledged + 1, kills < 5)
        )
        kills += 1
        with committing.app_context(), unit_of_work():
            found = own_of(made.webinar(), owner, clock.now())
            assert found is not None
            counted = found.present.total_seconds()
        assert counted >= 10 * (acknowledged - 1)  # what was acknowledged is there
        assert counted <= 10 * acknowledged  # and at most the one whose acknowledgement was killed, too
    assert kills >= 5
    assert counted == 10 * (BEATS - 1)


def _run_and_kill(
    app: TransactionalFlask, scene: WebinarScene, owner: int, begins: datetime, first: int, killed: bool
) -> int:
    """Keep beats in a process of their own from number ``first``, kill it amid them, and return the last one told."""
    chosen = app.config["CTLP"]
    environ = {
        **os.environ,
        "CTLP_ENV": "test",
        "CTLP_VAR": str(chosen.var),
        "DATABASE_URL": chosen.database_url,
    }
    environ |= {"SECRET_KEY": "test " * 8, "PYTHONPATH": str(ROOT)}
    last = BEATS
    given = [scene.public_id, str(owner), begins.isoformat(), str(first), str(last)]
    with subprocess.Popen(
        [sys.executable, "-c", KEEPER, *given], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        told = first - 1
        for line in process.stdout:
            told = int(line)
            if killed and told >= first + 40:
                process.send_signal(signal.SIGKILL)
                break
        for line in process.stdout:  # told before the kill arrived
            if line.endswith("\n"):
                told = int(line)
    return told
