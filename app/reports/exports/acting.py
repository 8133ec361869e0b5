"""Doing something as somebody who is not there: a job's words and times are those of whom it works for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from flask_babel import force_locale

from app.core.access import Actor, act_as, forget_actor


@contextmanager
def standing_in(actor: Actor, language: str) -> Iterator[None]:
    """Put words into ``language`` and times into the actor's zone inside the block; then all is as it was."""
    before = g.get("actor")
    act_as(actor)
    try:
        with force_locale(language):
            yield
    finally:
        forget_actor()
        if before is not None:
            act_as(before)
