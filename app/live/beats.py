"""Signs of life of people in a live topic: clients number them, the server's clock dates them, a feature keeps them.

A gateway collects what came in a second and hands it to the feature's keeper in one transaction; a client is told that
a beat was kept only after the commit, and sends again what it was not told of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.live.messages import lies_under

Kept = tuple[str, int]
"""Name of a client's connection, number of a beat in it."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat: whose, under which topic, of which of the person's connections (the client's name of it), its number
    there, the step of the ladder, and when it arrived by the server's clock. ``late``: it is sent again, since the
    client was not told that it was kept; when it was first sent nobody but the client says."""

    user_id: int
    topic: str
    connection: str
    n: int
    step: str
    arrived_at: datetime
    late: bool = False


Keeper = Callable[[Sequence[Beat]], Collection[Kept]]
Witness = Callable[[Sequence[Beat]], None]
_keepers: dict[str, Keeper] = {}
_witnesses: dict[str, list[Witness]] = {}


def provide_keeper(prefix: str, keep: Keeper) -> None:
    """Let a feature keep the beats at and under ``prefix``; ``keep`` returns those it took (a second time, too)."""
    _keepers[prefix] = keep


def provide_witness(prefix: str, note: Witness) -> None:
    """Let a feature see the beats at and under ``prefix`` in the transaction that keeps them."""
    witnesses = _witnesses.setdefault(prefix, [])
    if note not in witnesses:
        witnesses.append(note)


def keep(beats: Sequence[Beat]) -> set[Kept]:
    """Hand beats to their keepers and witnesses, inside a transaction, and return those that were kept.

    Without a keeper nothing is kept for good, and seeing is keeping.
    """
    kept: set[Kept] = set()
    for prefix in _keepers.keys() | _witnesses.keys():
        theirs = [one for one in beats if lies_under(one.topic, prefix)]
        if not theirs:
            continue
        for note in _witnesses.get(prefix, ()):
            note(theirs)
        keeper = _keepers.get(prefix)
        kept |= {(one.connection, one.n) for one in theirs} if keeper is None else set(keeper(theirs))
    return kept
