"""Commands about courses as files: load them, check them, show hashes for translators and the state of editions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from app.cli.transaction import in_transaction
from app.core.database import db, unit_of_work
from app.courses.content import loading, publishing
from app.courses.content.publishing import Outcome
from app.courses.editions import EditionChoice, editions_of
from app.courses.models import Course, CourseVersion, Edition, EditionItem
from app.courses.structure import structure_of

content = AppGroup("content", help="Courses as folders of Markdown and YAML, in content/courses.")


@content.command("sync")
@click.option("--course", "slug", help="Only this course.")
@click.option("--check", "only_check", is_flag=True, help="Report mistakes; write nothing.")
def sync(slug: str | None, only_check: bool) -> None:
    """Load what changed. Mistakes are printed by file and line; a course with one stays as it was (exit 1)."""
    places = _places(slug)
    if only_check:
        outcomes = publishing.check(places)
    else:
        with unit_of_work():
            outcomes = publishing.sync(places)
    for outcome in outcomes:
        _say(outcome)
    if any(outcome.refused for outcome in outcomes):
        sys.exit(1)


@content.command("hashes")
@click.argument("slug")
def hashes(slug: str) -> None:
    """Print what a translation states as its source: one line for each item and question."""
    for one in loading.source_hashes(_places(slug)[0]):
        click.echo(f"{one.hash}  {one.kind:8}  {one.id}")


@content.command("status")
@in_transaction
def status() -> None:
    """Print every course with its versions' newest editions: what is missing and what is behind its source."""
    for course in db.session.scalars(select(Course).order_by(Course.slug)):
        if course.version is None:
            click.echo(f"{course.slug}: not published")
            continue
        retired = ", retired" if course.retired_at else ""
        folder = "" if (publishing.COURSES / course.slug).is_dir() else ", its folder is gone"
        click.echo(f"{course.slug}: version {course.version.number}{retired}{folder}")
        for choice in editions_of(course.version):
            click.echo(f"  {_edition(course.version, choice)}")


def _places(slug: str | None) -> list[Path]:
    places = publishing.course_folders(publishing.COURSES)
    if slug is None:
        return places
    found = [place for place in places if place.name == slug]
    if not found:
        known = ", ".join(place.name for place in places) or "none"
        raise click.ClickException(
            f"there is no course {slug!r} in {publishing.COURSES} (there are: {known})"
        )
    return found


def _say(outcome: Outcome) -> None:
    for one in (*outcome.mistakes, *outcome.warnings):
        click.echo(str(one), err=True)
    if outcome.refused:
        click.echo(f"{outcome.slug}: {_count(outcome.mistakes)}, nothing was changed", err=True)
    elif outcome.changed:
        languages = ", ".join(outcome.languages)
        done = "published version" if outcome.state == "published" else "changed the texts of version"
        click.echo(f"{outcome.slug}: {done} {outcome.version} ({languages})")
    else:
        click.echo(f"{outcome.slug}: {outcome.state}")


def _count(mistakes: Sequence[object]) -> str:
    return "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"


def _edition(version: CourseVersion, choice: EditionChoice) -> str:
    rows = db.session.execute(
        select(EditionItem.item_id, EditionItem.behind)
        .join(Edition, Edition.id == EditionItem.edition_id)
        .where(
            Edition.version_id == version.id,
            Edition.language == choice.language,
            Edition.adaptation == choice.adaptation,
        )
    ).all()
    tag = f"{choice.language}-{choice.adaptation}" if choice.adaptation else choice.language
    behind = sorted(item_id for item_id, is_behind in rows if is_behind)
    words = [
        f"{tag}: {len(rows)} of {len(structure_of(version).items)} items",
        "complete" if choice.complete else "partial",
        *([f"behind: {', '.join(behind)}"] if behind else []),
    ]
    return ", ".join(words)


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(content)
