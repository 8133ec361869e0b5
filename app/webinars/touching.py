"""What changes many times a second in a live room and is no entry of its journal: tallies, how many are there.

``touch`` says that it has changed. The gateways gather touches for half a second, ask the teller of what changed once
for each kind of listener, and send its answer to all of them. Nothing of it is kept: the latest answer is the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.live import actions as live
from app.webinars.journal import ALL, HOSTS, topic_of
from app.webinars.models.planning import Webinar

AUDIENCES = (ALL, HOSTS)
Teller = Callable[[Webinar, str], Any]
_tellers: dict[str, Teller] = {}


def provide(what: str, teller: Teller) -> None:
    """Let a part tell what ``what`` is now: ``teller(webinar, audience)``, asked for ``all`` and for ``hosts``.

    The answer is JSON-able and small (numbers, not lists of people); None tells that audience nothing.
    """
    _tellers[what] = teller


def touch(webinar: Webinar, what: str) -> None:
    """Say that ``what`` has changed, when the present transaction commits. Raises KeyError for what nobody tells."""
    if what not in _tellers:
        raise KeyError(what)
    live.touch(topic_of(webinar), what)


def told(webinar: Webinar, what: str, audience: str) -> Any:
    """Return what an audience is told of ``what`` now; None for nothing."""
    return _tellers[what](webinar, audience) if what in _tellers else None
