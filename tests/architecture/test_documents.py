"""What the documents say is so: links lead somewhere, commands exist, settings are real."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from tests.support.databases import ROOT
from tooling import main

DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))
_LINK = re.compile(r"\]\(([^)#\s]+)\)")
_FLASK = re.compile(r"\./run flask ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
_RUN = re.compile(r"(?:`|^)\./run ([a-z]+)", re.M)
CHORES = main.CHORES


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_to_files(document: Path) -> None:
    targets = [one for one in _LINK.findall(document.read_text("utf-8")) if ":" not in one]
    assert [one for one in targets if not (document.parent / one).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_commands_exist(document: Path, app: Flask) -> None:
    text = document.read_text("utf-8")
    missing = [f"./run {chore}" for chore in _RUN.findall(text) if chore not in CHORES]
    for first, second in _FLASK.findall(text):
        found = app.cli.get_command(click.Context(app.cli), first)
        if found is None or (second and isinstance(found, click.Group) and second not in found.commands):
            missing.append(f"./run flask {first} {second}".strip())
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_files_that_are_named_are_there(document: Path) -> None:
    named = re.findall(
        r"`((?:app|docs|deploy|tests|tooling|content|demo|bench|assets)/[\w./-]+\.\w+)`",
        document.read_text("utf-8"),
    )
    assert [one for one in named if not (ROOT / one).exists()] == []
