"""Through coturn: where people do not see each other's names, their browsers do not see each other's addresses."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.webinars.models.planning import MediaKind, Roster
from tests.browser.media.conftest import Comes, MakeRoom
from tests.support.networks import ADDRESS

SECRET = "a secret of the relay"
PORT = 3478
SETTINGS = {"TURN_URL": f"turn:{ADDRESS}:{PORT}?transport=udp", "TURN_SECRET": SECRET}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("turnserver") is None, reason="no coturn on this machine"),
]


@pytest.fixture(scope="module", autouse=True)
def relay(network: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A coturn that believes credentials of ours, and lets peers of this network be reached."""
    folder: Path = tmp_path_factory.mktemp("relay")
    command = ["turnserver", "-n", "--use-auth-secret", f"--static-auth-secret={SECRET}", "--realm=test",
               f"--listening-ip={ADDRESS}", f"--relay-ip={ADDRESS}", f"--listening-port={PORT}", "--no-tls",
               "--no-dtls", "--no-cli", "--fingerprint", f"--pidfile={folder}/pid",
               f"--userdb={folder}/db", "--log-file=stdout"]  # fmt: skip
    with (folder / "log").open("wb") as sink:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)
    try:
        _wait_for(process, folder / "log")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((ADDRESS, PORT), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text(errors="replace")[-2000:])


def test_hidden_people_meet_at_the_relay_only(room: MakeRoom, comes: Comes) -> None:
    scene = room(media=MediaKind.P2P, roster=Roster.PSEUDONYM)
    trainer, member = comes("trainer", scene).ready(), comes("member", scene).ready()
    trainer.turn("microphone")
    trainer.turn("camera")
    member.more("sound", by=20)
    member.more("frames", by=3)
    for one in (trainer, member):
        kinds = one.page.evaluate(
            """async () => { const found = new Set(); for (const one of window.connections)
              (await one.getStats()).forEach((it) => it.type.endsWith("-candidate") && found.add(it.candidateType));
              return [...found]; }"""
        )
        assert set(kinds) <= {"relay", "prflx"}, kinds
