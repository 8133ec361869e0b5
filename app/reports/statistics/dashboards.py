"""Dashboards: for reporting officers everything, for others what they look after, in parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from app.core.access import Actor
from app.core.errors import NotFound
from app.records.models import ActivityKind
from app.reports.activities import SESSIONS, TAKEN, Known, within
from app.reports.statistics import certificates, coverage, learning, overview, rights, sessions
from app.reports.statistics.asking import Put
from app.reports.statistics.rights import Sight

PARTS = ("overview", "learning", "sessions", "certificates", "coverage")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the dashboard, and what the reader sees in it."""

    name: str
    sight: Sight


def first(actor: Actor) -> Part:
    """Loader: the first part. Raises NotFound for who sees nothing of their own."""
    return Part("overview", rights.seen(actor))


def part(actor: Actor, section: str) -> Part:
    """Loader: a part by name. Raises NotFound for one that there is not, or not for this reader."""
    sight = rights.seen(actor)
    if section not in dict(parts(sight)):
        raise NotFound
    return Part(section, sight)


def parts(sight: Sight) -> list[tuple[str, str]]:
    """Return the parts that the reader gets, as (name, words): coverage is about countries."""
    texts = {
        "overview": _("Overview"),
        "learning": _("Courses"),
        "sessions": _("Sessions"),
        "certificates": _("Certificates"),
        "coverage": _("Countries"),
    }
    of_people = sight.everything or bool(sight.countries)
    return [(name, texts[name]) for name in PARTS if of_people or name != "coverage"]


def with_period(put: Put, values: Mapping[str, str]) -> Put:
    """Return the question over the default period where none was asked for."""
    if values.get("from") or values.get("to"):
        return put
    return Put(replace(put.question, start=overview.default_start(put)), put.instant)


def content(part: Part, put: Put, values: Mapping[str, str], actor: Actor) -> Any:
    """Return what a part shows."""
    making: Mapping[str, Callable[[], Any]] = {
        "overview": lambda: overview.overview(part.sight, put, values, rooms=_has_rooms(part.sight)),
        "learning": lambda: learning.learning(
            _known(actor, part, learning.KINDS), part.sight, put.question, values.get("activity", "")
        ),
        "sessions": lambda: sessions.sessions(
            _known(actor, part, SESSIONS), part.sight, put.question, values
        ),
        "certificates": lambda: certificates.certificates(
            _known(actor, part, TAKEN), part.sight, put.question
        ),
        "coverage": lambda: coverage.coverage(part.sight, put, values),
    }
    return making[part.name]()


def _known(actor: Actor, part: Part, kinds: frozenset[str]) -> list[Known]:
    return within(actor, part.sight.scope, kinds)


def _has_rooms(sight: Sight) -> bool:
    return sight.scope.looks_after(frozenset({ActivityKind.ROOM.value}))
