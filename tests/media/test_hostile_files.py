"""Files made to do harm: refused in words or made harmless; nothing fails, nothing stays, nothing lands elsewhere.

The parser alone meets those that need no limits, every day. The long tier sends all of them through the doors of the
platform, as an ordinary account in a folder of its own, with the parser in its confined process.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pikepdf
import pytest

from app.media.names import clean_name
from app.media.parser.examine import Task, examine
from app.media.parser.refusal import Unfit
from tests.support import databases
from tests.support.hostile_files import Hostile, corpus


def _judged(hostile: Hostile, state: str, reason: str, kept: bytes) -> str | None:
    """Return what is wrong with an outcome, None when it is right."""
    wanted = hostile.outcome.split()
    if "or" in wanted:
        return None if state in {"ready", "refused"} else f"it is {state}"
    if wanted[0] == "refused":
        fine = state == "refused" and reason in {"", *wanted[1:2]} if wanted[1:] else state == "refused"
        return None if fine else f"it is {state} ({reason}), not {hostile.outcome}"
    if state != "ready":
        return f"it is {state} ({reason})"
    left = [gone for gone in hostile.gone if gone in kept or gone in _unpacked(kept)]
    return f"it still holds {left}" if left else None


def _unpacked(kept: bytes) -> bytes:
    """Return a PDF with nothing in it compressed, so that one can look for words; nothing for any other file."""
    if not kept.startswith(b"%PDF"):
        return b""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(kept)) as pdf:
        pdf.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


@pytest.mark.parametrize("group", ["archives", "texts", "names"])
def test_the_parser_refuses_or_disarms(group: str, tmp_path: Path) -> None:
    faults = []
    for word, hostile in corpus(group).items():
        path = tmp_path / "arrived"
        path.write_bytes(hostile.body)
        state, reason, kept = "ready", "", b""
        try:
            found = examine(Task(path, clean_name(hostile.name), tmp_path, False, 2_000, 100_000_000))
            kept = (found.final or path).read_bytes()
        except Unfit as unfit:
            state, reason = "refused", unfit.reason.value
        if fault := _judged(hostile, state, reason, kept):
            faults.append(f"{word}: {fault}")
        assert [one.name for one in tmp_path.iterdir() if one.name not in {"arrived", "final"}] == [], word
    assert faults == []


# ----------------------------------------------------------------------------------------- as an ordinary account


def _python(home: Path) -> tuple[str, dict[str, Any]]:
    """Return an interpreter that an ordinary account may run, and the account: ours, or the test database's."""
    if os.getuid() != 0:
        return sys.executable, {}
    sockets = parse_qs(urlsplit(os.environ[databases.SERVER]).query)["host"][0]
    account = Path(sockets).stat().st_uid
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    plain = shutil.which(version, path="/usr/bin:/usr/local/bin")
    if plain is None:
        pytest.skip(f"no {version} that an ordinary account may run")
    (home / "bin").mkdir()
    (home / "bin" / "python").symlink_to(plain)
    (home / "pyvenv.cfg").write_text(f"home = {Path(plain).parent}\ninclude-system-site-packages = false\n")
    packages = home / "lib" / version / "site-packages"
    packages.parent.mkdir(parents=True)
    packages.symlink_to(sysconfig.get_path("purelib"))
    return str(home / "bin" / "python"), {"user": account, "group": account, "extra_groups": []}


@pytest.fixture
def outcomes() -> Iterator[dict[str, dict[str, Any]]]:
    """What became of every hostile file; each came in whole, every second one in pieces too."""
    with tempfile.TemporaryDirectory(prefix="ctlp-hostile-", dir="/tmp") as name:
        home = Path(name)
        home.chmod(0o755)
        folder, arriving = home / "var", home / "sent"
        folder.mkdir()
        arriving.mkdir()
        python, account = _python(home)
        if account:
            os.chown(folder, account["user"], account["group"])
        sent = []
        for number, (word, hostile) in enumerate(corpus().items()):
            path = arriving / str(number)
            path.write_bytes(hostile.body)
            name_sent = hostile.name.encode("utf-8", "surrogatepass").hex()
            for door in ("whole", "pieces")[: 1 + number % 2]:
                sent.append({"word": f"{word}/{door}", "name": name_sent, "path": str(path), "door": door})
        before = _elsewhere()
        url = databases.clone_database()
        try:
            found = _received(
                python, account, home, {"folder": str(folder), "database_url": url, "files": sent}
            )
        finally:
            databases.drop_database(url)
        assert _elsewhere() - before == set()
        assert list((folder / "scratch").rglob("*")) == [], "work left something behind"
        kept = [one.relative_to(folder / "files") for one in (folder / "files").rglob("*") if one.is_file()]
        ready = sum(one["state"] == "ready" for one in found.values())
        assert {one.parts[0] for one in kept} == {"files"}, "a piece was left"
        assert len({one.parts[1] for one in kept}) == ready, "something of a refused file was left"
        yield found


def _received(
    python: str, account: dict[str, Any], home: Path, given: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [python, "-m", "tests.media.unprivileged"],
        input=json.dumps(given).encode(), capture_output=True, check=False,
        cwd=databases.ROOT, env=environment, **account,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-4_000:]
    return {one.pop("word"): one for one in json.loads(done.stdout)}


def _elsewhere() -> set[str]:
    """Return what lies where a file that escaped would land."""
    found = {str(one) for one in Path("/tmp").glob("*escaped*")}
    return (
        found
        | {str(one) for one in Path("/etc/cron.d").glob("*")}
        | {str(one) for one in Path("/").glob("*escaped*")}
    )


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_all_of_them_through_the_doors_of_the_platform(outcomes: dict[str, dict[str, Any]]) -> None:
    assert len(outcomes) == len(corpus()) + len(corpus()) // 2
    faults = []
    for key, found in outcomes.items():
        hostile = corpus()[key.rpartition("/")[0]]
        fault = _judged(hostile, found["state"], found["reason"], bytes.fromhex(found["kept"])) or _strange(
            found
        )
        if (
            fault is None
            and hostile.outcome == "kept"
            and found["family"] not in {"markup", "text", "archive"}
        ):
            fault = f"it could be shown, as {found['kind']}"
        faults += [f"{key}: {fault}"] if fault else []
    assert faults == []


def _strange(found: dict[str, Any]) -> str | None:
    """Return what is wrong with an outcome of any file: no word for a refusal, a name that could mislead."""
    if found["state"] == "refused" and not found["words"]:
        return "it is refused without a word"
    if set(found["name"]) & set('/\\<>:"|?*\x00\n\r\u202e'):
        return f"its name is {found['name']!r}"
    return None
