"""Rules about the set-up: what runs before the packages are there uses none of them; locks name no registry."""

from __future__ import annotations

import ast
import json
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.databases import ROOT

FIRST = ["run", "app/__init__.py", "app/core/__init__.py", "app/core/postgres.py"]
FIRST += [
    f"tooling/{name}.py"
    for name in ("__init__", "main", "start", "prepare", "embedded", "console", "place", "chromium")
]
OURS = {"app", "tooling"}


def imported(path: Path) -> set[str]:
    """Return the top-level names that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("name", FIRST)
def test_what_runs_first_needs_the_standard_library_only(name: str) -> None:
    assert imported(ROOT / name) - set(sys.stdlib_module_names) - OURS == set()


def test_run_starts_without_any_package() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "run"), "help"], capture_output=True, text=True, check=True
    )
    assert "./run test" in done.stdout


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    entries = re.findall(
        r"^(\S+)==\S+ ?(?:;[^\\\n]*)?\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.M
    )
    assert len(entries) == len(re.findall(r"^[A-Za-z0-9]", text, re.M)) > 1


def test_both_python_locks_agree() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==([^\s;]+) \\$", (ROOT / name).read_text("utf-8"), re.M))

    runtime, tests = versions("requirements.txt"), versions("requirements-dev.txt")
    assert {name: runtime[name] for name in tests if name in runtime} == {
        name: version for name, version in tests.items() if name in runtime
    }


@pytest.mark.parametrize("folder", ["", "tooling/browser"])
def test_every_locked_front_end_package_has_a_hash_and_no_address(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name
    settings = (ROOT / folder / ".npmrc").read_text("utf-8").splitlines()
    assert {"ignore-scripts=true", "omit-lockfile-registry-resolved=true"} <= set(settings)


@pytest.mark.parametrize("name", ["run", ".ci/run"])
def test_scripts_can_be_started(name: str) -> None:
    assert (ROOT / name).stat().st_mode & stat.S_IXUSR
