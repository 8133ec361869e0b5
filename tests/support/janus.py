"""A Janus of a test's own, started from the files that deploy/janus ships."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.support.databases import ROOT

SECRET = "a secret of the tests, forty letters long"
ADMIN = 7088
SETTINGS = {
    "JANUS_URL": f"http://127.0.0.1:{ADMIN}/admin",
    "JANUS_PUBLIC_URL": "ws://127.0.0.1:8188",
    "JANUS_SECRET": SECRET,
}
STARTING = 20.0


def installed() -> bool:
    """Whether there is a Janus on this machine."""
    return shutil.which("janus") is not None


@contextmanager
def running(folder: Path, interface: str) -> Iterator[None]:
    """A Janus on the ports of deploy/janus, which a network of the test's own keeps from meeting others."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in (ROOT / "deploy" / "janus").glob("*.jcfg"):
        text = source.read_text("utf-8").replace("@SECRET@", SECRET).replace("@INTERFACE@", interface)
        kept = [line for line in text.splitlines() if "@PUBLIC_ADDRESS@" not in line or line.startswith("#")]
        (folder / source.name).write_text("\n".join(kept).replace("/etc/janus", str(folder)), "utf-8")
    with (folder / "janus.log").open("wb") as sink:
        process = subprocess.Popen(
            ["janus", "-F", str(folder), "-C", str(folder / "janus.jcfg"), "-o"],
            stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
        )  # fmt: skip
    try:
        _wait(process, folder / "janus.log")
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ask(path: str = "", **body: Any) -> dict[str, Any]:
    """Ask the admin interface."""
    with closing(http.client.HTTPConnection("127.0.0.1", ADMIN, timeout=5)) as connection:
        sent = {"transaction": "test", "admin_secret": SECRET, **body}
        connection.request("POST", f"/admin{path}", json.dumps(sent), {"Content-Type": "application/json"})
        return dict(json.loads(connection.getresponse().read()))


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end and process.poll() is None:
        try:
            if ask(janus="ping").get("janus") == "pong":
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"Janus does not answer:\n{log.read_text(errors='replace')[-3000:]}")
