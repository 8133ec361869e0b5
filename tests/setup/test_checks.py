"""The house's own checks find what they are for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.support.databases import ROOT
from tooling import checks, imports, migrations


@pytest.mark.parametrize(
    ("importer", "imported", "reaches"),
    [
        ("app.reports.queries", "app.accounts.models", False),
        ("app.reports.queries", "app.accounts.vocabulary", False),
        ("app.reports.queries", "app.accounts.passwords", True),
        ("app.reports.queries", "app.records.folding", True),
        ("app.reports.queries", "app.reports.columns", False),
        ("app.reports.views", "app.core.forms", False),
        ("app.api.v1.courses", "app.courses.plan", False),
        ("app.api.v1.courses", "app.courses.views.lessons", True),
        ("app.wiring", "app.records.listeners", False),
        ("app.factory", "app.accounts", False),
    ],
)
def test_reaching_into_another_package_is_found(importer: str, imported: str, reaches: bool) -> None:
    assert imports._reaches_inside(importer.split("."), imported.split(".")) is reaches


def test_what_a_migration_leaves_behind_is_found(
    clone_database: Callable[[], str], empty_database: str
) -> None:
    assert migrations._left(empty_database) == []
    assert "table user" in migrations._left(clone_database())
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE FUNCTION left_over() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        connection.execute("CREATE SCHEMA left_over")
    assert migrations._left(empty_database) == ["function left_over", "schema left_over"]


def test_every_check_runs_though_one_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = (
        checks.Check("good", ("this",)),
        checks.Check("bad", ("no_such_module",)),
        checks.Check("fine", ("this",)),
    )
    monkeypatch.setattr(checks, "CHECKS", made)
    assert checks.main([]) == 1
    said = capsys.readouterr().out
    assert "ok     good" in said
    assert "FAILED bad" in said
    assert "No module named no_such_module" in said
    assert "ok     fine" in said
    assert "1 of 3 checks failed: bad" in said
    assert checks.main(["good", "fine"]) == 0
    assert checks.main(["other"]) == 1


@pytest.mark.parametrize(("options", "status"), [(["--fail-on-skip"], 1), ([], 0)])
@pytest.mark.parametrize("processes", ["0", pytest.param("1", marks=pytest.mark.long)])
def test_a_skip_fails_where_asked(options: list[str], status: int, processes: str, tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "import pytest\ndef test_one(): pytest.skip('no ffmpeg')\ndef test_two(): pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-n", processes,
         "-c", str(ROOT / "pyproject.toml"), *options, str(tmp_path / "test_one.py")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    assert "no ffmpeg" in done.stdout, "a skip is reported by name"
