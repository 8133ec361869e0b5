"""``./run flask demo …``: the demo world, outside production only."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from app.core.database import unit_of_work
from demo.load import DemoRefused, Loaded, is_loaded
from demo.load import load as load_world
from demo.today import hold_today
from demo.world import SEED

demo = AppGroup("demo", help="The demo world: fictitious people and what they learned.")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _refused(error: DemoRefused) -> click.exceptions.Exit:
    sys.stderr.write(f"{error}\n")
    return click.exceptions.Exit(1)


@demo.command("load")
@click.option("--seed", default=SEED, show_default=True, help="Another seed makes another world.")
def load(seed: int) -> None:
    """Load the demo world into a database without people."""
    try:
        with unit_of_work():
            done = load_world(_say, seed=seed)
    except DemoRefused as error:
        raise _refused(error) from None
    _report(done)


@demo.command("today")
def today() -> None:
    """See to it that a session runs now, where the demo world was loaded."""
    with unit_of_work():
        if is_loaded() and (made := hold_today()) is not None:
            _say(f"A session is live: /webinars/{made.public_id}")


def _report(done: Loaded) -> None:
    _say(f"Demo world loaded: {done.rows['user']:,} people ({done.seconds:.1f} s)")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(demo)
