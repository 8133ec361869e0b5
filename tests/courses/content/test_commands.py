"""``flask content …``: what it prints and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.core.database import TransactionalFlask
from app.courses.content import publishing
from app.courses.models import Course
from tests.conftest import Inside
from tests.courses.content import small
from tests.courses.content.small import changed


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small course in a content folder that the commands read."""
    folder = small.write(tmp_path)
    monkeypatch.setattr(publishing, "COURSES", folder.parent)
    return folder


@pytest.fixture
def cli(app: TransactionalFlask) -> FlaskCliRunner:
    """Runs commands."""
    return app.test_cli_runner()


def test_sync_says_what_it_did(cli: FlaskCliRunner, place: Path) -> None:
    first, second = cli.invoke(args=["content", "sync"]), cli.invoke(args=["content", "sync"])
    assert (first.exit_code, first.output) == (0, "small-course: published version 1 (en)\n")
    assert (second.exit_code, second.output) == (0, "small-course: unchanged\n")
    small.write(place.parents[2], changed("editions/en/items/m1-first.md", "Some", "Other"))
    assert (
        cli.invoke(args=["content", "sync"]).output == "small-course: changed the texts of version 1 (en)\n"
    )


def test_sync_ends_with_1_when_a_course_was_refused(cli: FlaskCliRunner, place: Path, inside: Inside) -> None:
    small.write(place.parents[2], changed("bank/m1.yaml", "right: [b]", "right: [e]"))
    result = cli.invoke(args=["content", "sync"])
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        'content/courses/small-course/bank/m1.yaml:1: right option "e" is not among the options',
        "small-course: 1 mistake, nothing was changed",
    ]
    with inside() as session:
        assert session.scalar(select(Course).where(Course.slug == small.SLUG)) is None


def test_check_reports_and_writes_nothing(cli: FlaskCliRunner, place: Path, inside: Inside) -> None:
    result = cli.invoke(args=["content", "sync", "--check"])
    assert (result.exit_code, result.output) == (0, "small-course: correct\n")
    with inside() as session:
        assert session.scalar(select(Course).where(Course.slug == small.SLUG)) is None
    small.write(place.parents[2], changed("course.yaml", "pass_mark", "pas_mark"))
    assert cli.invoke(args=["content", "sync", "--check", "--course", small.SLUG]).exit_code == 1


def test_a_course_that_is_not_there_is_a_clear_line(cli: FlaskCliRunner, place: Path) -> None:
    result = cli.invoke(args=["content", "sync", "--course", "smal-course"])
    assert result.exit_code == 1
    assert "there is no course 'smal-course'" in result.stderr


def test_hashes_are_what_translations_state(cli: FlaskCliRunner, place: Path) -> None:
    lines = cli.invoke(args=["content", "hashes", small.SLUG]).output.splitlines()
    assert [line.split()[1:] for line in lines] == [
        ["item", "m1-first"],
        ["question", "q-one"],
        ["question", "q-two"],
        ["item", "m1-sheet"],
        ["question", "t-one"],
        ["question", "t-two"],
    ]
    hashed = lines[0].split()[0]
    small.write(place.parents[2], {**small.FILES, **small.arabic(hashed)})
    cli.invoke(args=["content", "sync"])
    assert "behind" not in cli.invoke(args=["content", "status"]).output


def test_status_tells_what_is_missing_and_what_is_behind(cli: FlaskCliRunner, place: Path) -> None:
    small.write(place.parents[2], {**small.FILES, **small.arabic("0" * 12)})
    cli.invoke(args=["content", "sync"])
    assert cli.invoke(args=["content", "status"]).output.splitlines() == [
        "small-course: version 1",
        "  en: 3 of 3 items, complete",
        "  ar: 2 of 3 items, partial, behind: m1-first",
    ]
