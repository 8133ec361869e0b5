"""Programs that read strangers' files end, whatever they are given, and find nothing of ours."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from app.media import sandbox
from app.media.sandbox import Exceeded, Limits, confined

SOON = Limits(cpu=1, seconds=10, memory_mb=500, file_mb=1)


def _run(script: str, folder: Path, limits: Limits = SOON) -> None:
    confined([sys.executable, "-I", "-c", script], folder, limits, b"given")


@pytest.mark.parametrize(
    "script",
    [
        "while True: pass",
        "held = bytearray(1_000_000_000)",
        "open('large', 'wb').write(bytes(3_000_000))",
        "import os; os.abort()",
        "raise SystemExit(3)",
    ],
)
def test_a_limit_ends_it(script: str, tmp_path: Path) -> None:
    with pytest.raises(Exceeded):
        _run(script, tmp_path)


@pytest.mark.long
def test_time_ends_it_with_everything_it_started(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(2); open(\"late\", \"w\")'])\n"
        "open('begun', 'w')\ntime.sleep(60)"
    )
    started = time.monotonic()
    with pytest.raises(Exceeded, match="time"):
        _run(script, tmp_path, Limits(cpu=5, seconds=1, threads=True))
    assert time.monotonic() - started < 10
    assert (tmp_path / "begun").exists()
    time.sleep(2.5)
    assert not (tmp_path / "late").exists()


def test_it_finds_no_secret_and_no_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    script = (
        "import os, sys, socket, json\n"
        "try:\n    socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError as error:\n    answer = error.errno\n"
        "json.dump({'environment': dict(os.environ), 'folder': os.getcwd(), 'given': sys.stdin.read(),\n"
        "    'network': answer}, open('seen', 'w'))"
    )
    _run(script, tmp_path, Limits(cpu=5, seconds=20))
    seen = (tmp_path / "seen").read_text()
    assert "canary" not in seen
    assert f'"folder": "{tmp_path}"' in seen
    assert '"given": "given"' in seen


def test_the_parser_runs_without_the_application(tmp_path: Path) -> None:
    """What it loads has no Flask, no database and no settings in it."""
    script = (
        f"import sys; sys.argv = ['child', 'examine']; sys.path.insert(0, {str(sandbox._PARSER)!r}); import child\n"
        "child._make_empty('app', child.HERE.parents[1]); child._make_empty('app.media', child.HERE.parent)\n"
        "import importlib; importlib.import_module('app.media.parser.examine')\n"
        "open('loaded', 'w').write('\\n'.join(sys.modules))"
    )
    _run(script, tmp_path, Limits(cpu=20, seconds=60))
    loaded = (tmp_path / "loaded").read_text().split()
    assert {"flask", "sqlalchemy", "psycopg", "config", "app.core"} & set(loaded) == set()
    assert "app.media.parser.examine" in loaded


def test_a_task_that_tells_nothing_is_no_outcome(tmp_path: Path) -> None:
    with pytest.raises(Exceeded):
        sandbox.run("no such task", {}, tmp_path, sandbox.EXAMINING)
