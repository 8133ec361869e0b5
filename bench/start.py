"""How long a start takes: the first with an empty database, later ones, and (``--from-nothing``) one with empty caches.

Goals on 2 cores: 120 s from nothing, 5 s for a later start.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.core import postgres
from tooling.place import ROOT, var

LATER_STARTS = 5
GOALS = {"from nothing": 120.0, "empty database": 120.0, "later": 5.0}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_once(root: Path, folder: Path, home: Path) -> tuple[float, int]:
    """Start the platform of ``root`` on ``folder`` and stop it; return seconds and kB of memory at rest."""
    environment = {**os.environ, "CTLP_VAR": str(folder), "PORT": str(free_port()), "HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(root / "run")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if re.match(r"Ready after", line):
            break
    else:
        raise SystemExit(f"The platform did not start (status {process.wait()}).")
    seconds = time.monotonic() - begun
    time.sleep(2)
    memory = _memory_at_rest(folder, process.pid)
    process.send_signal(signal.SIGINT)
    process.communicate()
    return seconds, memory


def _memory_at_rest(folder: Path, run: int) -> int:
    """Return the proportional memory (shared pages divided among their users) of all processes of a platform, in kB."""
    total = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            ours = int(entry.name) == run or f"CTLP_VAR={folder}".encode() in (entry / "environ").read_bytes()
            server = str(entry.joinpath("cwd").readlink()) == str(postgres._data(folder / "postgres"))
            if ours or server:
                total += int(re.findall(r"^Pss:\s+(\d+)", (entry / "smaps_rollup").read_text(), re.M)[0])
        except OSError:
            continue
    return total


def copy_sources(root: Path) -> None:
    """Copy what git has to ``root``."""
    root.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "xf", "-", "-C", str(root)], input=archive, check=True)


def measure(*, from_nothing: bool) -> list[dict[str, object]]:
    """Return a row for each kind of start."""
    home = Path(tempfile.mkdtemp(prefix="ctlp-bench-", dir="/tmp"))
    home.chmod(0o755)
    root = ROOT
    try:
        if from_nothing:
            root = home / "copy"
            copy_sources(root)
        first, _ = start_once(root, home / "var", home)
        later = sorted(start_once(root, home / "var", home) for _ in range(LATER_STARTS))
        kind = "from nothing" if from_nothing else "empty database"
        middle, memory = later[len(later) // 2]
        return [
            {"start": kind, "seconds": round(first, 2), "goal": GOALS[kind]},
            {
                "start": "later",
                "seconds": round(middle, 2),
                "goal": GOALS["later"],
                "memory_mb": memory // 1024,
            },
        ]
    finally:
        postgres.destroy(home / "var" / "postgres")
        shutil.rmtree(home)


def main(arguments: list[str]) -> None:
    """Measure, print a table, write var/bench/start.json."""
    rows = measure(from_nothing="--from-nothing" in arguments)
    for row in rows:
        memory = f"  {row['memory_mb']} MB at rest" if "memory_mb" in row else ""
        print(f"{row['start']:<16} {row['seconds']:>7} s   goal {row['goal']} s{memory}")
    target = var() / "bench" / "start.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
