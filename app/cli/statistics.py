"""Commands about figures: published beside computed; what they are counted from, made again."""

from __future__ import annotations

import sys
import time
from datetime import date, datetime

import click
from flask import Flask
from flask.cli import AppGroup

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.cli.transaction import in_transaction
from app.records import comparing, counting
from app.records.comparing import Compared

statistics = AppGroup("statistics", help="Figures and what they are counted from.")
_SAID = {"exact": "", "more_than": "more than ", "nearly": "nearly ", "about": "about "}


@statistics.command("compare")
@click.option(
    "--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="What was recorded by this day in UTC."
)
@click.option("--as-published", is_flag=True, help="What was recorded by the day of each publication.")
@in_transaction
def compare(as_of: datetime | None, as_published: bool) -> None:
    """Print published figures beside the computed ones; exit 1 when one is not as it says."""
    found = comparing.compare(as_of=as_of.date() if as_of else None, as_published=as_published)
    rows = [("figure", "period", "published", "computed", "", "source"), *map(_row, found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            text.rjust(width) if at in {2, 3} else text.ljust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    wrong = [one for one in found if not one.holds]
    sys.stdout.write(f"{len(found)} published figures, {len(found) - len(wrong)} hold, {len(wrong)} do not\n")
    if wrong:
        raise click.exceptions.Exit(1)


def _row(one: Compared) -> tuple[str, ...]:
    published = one.published
    computed = "no such figure" if one.computed is None else _plain(float(one.computed))
    source = " ".join(part for part in (published.symbol, published.paragraph) if part)
    return (
        published.figure,
        _period(published.starts_on, published.ends_on),
        f"{_SAID[published.qualifier]}{_plain(published.value)}",
        computed,
        "holds" if one.holds else "DOES NOT HOLD",
        source or published.source,
    )


def _plain(number: float) -> str:
    return f"{number:.0f}" if number.is_integer() else f"{number:.1f}"


def _period(start: date | None, end: date) -> str:
    return f"{start} to {end}" if start else f"by {end}"


@statistics.command("rebuild")
@in_transaction
def rebuild() -> None:
    """Make everything that figures are counted from again from all facts."""
    started = time.monotonic()
    done = counting.rebuild()
    sys.stdout.write(
        f"{done.counted_facts} counted facts, {done.activity_versions} descriptions of activities, sums of "
        f"{done.people} people in {time.monotonic() - started:.1f} s\n"
    )
    audit.record(
        None,
        Verb.REGISTER_REBUILT,
        "register",
        "figures",
        detail={"counted_facts": done.counted_facts, "activity_versions": done.activity_versions},
    )


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(statistics)
