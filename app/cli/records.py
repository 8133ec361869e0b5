"""Commands about the training register: rebuild its projections, check them."""

from __future__ import annotations

import json
import sys
import time

import click
from flask import Flask
from flask.cli import AppGroup

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.cli.transaction import in_transaction
from app.records import projections

records = AppGroup("records", help="The training register.")


@records.command("rebuild")
@in_transaction
def rebuild() -> None:
    """Fold activities and participations again from all facts; write the rows that differ."""
    started = time.monotonic()
    outcomes = projections.rebuild()
    for name, outcome in outcomes.items():
        sys.stdout.write(
            f"{name}: {outcome.rows} rows, {outcome.written} written, {outcome.removed} removed\n"
        )
    sys.stdout.write(f"done in {time.monotonic() - started:.1f} s\n")
    detail = {name: [outcome.rows, outcome.written, outcome.removed] for name, outcome in outcomes.items()}
    audit.record(None, Verb.REGISTER_REBUILT, "register", "projections", detail=detail)


@records.command("check")
@in_transaction
def check() -> None:
    """Compare activities and participations with what the facts say; exit 1 with the differences."""
    differences = projections.check()
    if not differences:
        sys.stdout.write("activities and participations are what the facts say\n")
        return
    for one in differences:
        sys.stdout.write(
            f"{one.table} {one.key}\n  found    {_line(one.found)}\n  expected {_line(one.expected)}\n"
        )
    raise click.exceptions.Exit(1)


def _line(row: object) -> str:
    return "nothing" if row is None else json.dumps(row, ensure_ascii=False, sort_keys=True)


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(records)
