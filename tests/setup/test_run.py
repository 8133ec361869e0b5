"""``./run`` at the command line: what it refuses and how it says so."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.databases import ROOT

Done = subprocess.CompletedProcess[str]


def run(*words: str, **environment: str) -> Done:
    """Call ./run and return what came of it."""
    return subprocess.run(
        [sys.executable, str(ROOT / "run"), *words],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_taken_port_is_named_before_anything_is_set_up(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(PORT=str(port), CTLP_VAR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} on 127.0.0.1 is taken")
    assert f"PORT={port + 1} ./run" in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "var" / "postgres").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "８０８０٣"])
def test_wrong_port_is_refused(port: str, tmp_path: Path) -> None:
    done = run(PORT=port, CTLP_VAR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert "PORT must be a number from 1 to 65535" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_wrong_host_is_refused(tmp_path: Path) -> None:
    done = run(HOST="no.such.host.invalid", PORT="8431", CTLP_VAR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert "HOST is no address of this machine" in done.stderr


def test_second_run_on_the_same_folder_is_told_who_has_it(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("process 123, http://localhost:8000")
        lock.flush()
        started = run(CTLP_VAR=str(tmp_path))
        reset = run("reset", "--yes", CTLP_VAR=str(tmp_path))
    assert started.returncode == reset.returncode == 1
    assert "already runs" in started.stderr
    assert "process 123, http://localhost:8000" in started.stderr
    assert "stop it first" in reset.stderr


def test_unknown_chore_gets_the_list() -> None:
    done = run("fly")
    assert done.returncode == 1
    assert "no chore called 'fly'" in done.stderr
    assert "./run check" in done.stderr
    assert run("help").returncode == 0


def test_unknown_benchmark_gets_the_list() -> None:
    done = run("bench", "nothing")
    assert done.returncode == 1
    assert "./run bench NAME" in done.stderr


def test_reset_asks_first_and_removes_only_var(tmp_path: Path) -> None:
    var = tmp_path / "var"
    (var / "log").mkdir(parents=True)
    (tmp_path / "kept").touch()
    asked = run("reset", CTLP_VAR=str(var))
    assert asked.returncode == 1
    assert var.exists()
    assert run("reset", "--yes", CTLP_VAR=str(var)).returncode == 0
    assert not var.exists()
    assert (tmp_path / "kept").exists()
    assert "Nothing to remove" in run("reset", "--yes", CTLP_VAR=str(var)).stdout


def test_flask_uses_the_embedded_server_and_leaves_none_behind(tmp_path: Path) -> None:
    done = run("flask", "shell-less-nonsense", CTLP_VAR=str(tmp_path), DATABASE_URL="")
    assert done.returncode == 2
    assert "No such command" in done.stderr
    listing = subprocess.run(["ps", "-axo", "command"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in listing


@pytest.mark.parametrize("newer", [True, False])
def test_older_python_looks_for_a_newer_one(newer: bool, tmp_path: Path) -> None:
    """The script is read by an interpreter that says it is 3.8, with or without a newer one on the PATH."""
    if newer:
        (tmp_path / "python3.12").write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "newer: $2"\n')
        (tmp_path / "python3.12").chmod(0o755)
    program = (
        "import runpy, sys\nsys.version_info = (3, 8, 1, 'final', 0)\nsys.argv = ['run', 'help']\n"
        f"runpy.run_path({str(ROOT / 'run')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(tmp_path)},
    )
    if newer:
        assert done.stdout == "newer: help\n"
    else:
        assert done.returncode == 1
        assert "This needs Python 3.11 or newer" in done.stderr


def test_script_is_plain_enough_for_any_python_3() -> None:
    compile((ROOT / "run").read_text("utf-8"), "run", "exec", dont_inherit=True)
    text = (ROOT / "run").read_text("utf-8")
    assert "f'" not in text
    assert 'f"' not in text
    assert ":=" not in text
