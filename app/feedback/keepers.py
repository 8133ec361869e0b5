"""What the features know of their activities: who runs one, who plans it, and what its own form was answered.

Feedback knows activities by their key in the register only. A feature that keeps activities says here which of them an
actor runs or plans; a feature that asks with a form of its own (sessions do) gives its questions and answers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_

from app.core.access import Actor
from app.records.models import Activity


@dataclass(frozen=True, slots=True)
class Own:
    """What one person answered in a feature's own form. Such an answer is never changed."""

    points: Mapping[str, int]
    words: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class OwnForm:
    """A feature's own form for one activity: its questions with their words, and what was answered, oldest first."""

    path: str
    questions: Sequence[tuple[str, str]]
    words: Mapping[int, str]
    asked: int
    answers: Sequence[Own]


Keys = Callable[[Actor], Select[UUID]]


@dataclass(frozen=True, slots=True)
class Keeper:
    """How a feature answers for the activities whose pages begin with ``prefix``.

    ``run_by`` and ``planned_by`` select the keys of what an actor runs (sees the results of) and plans (sets the
    questions of). ``own_form`` gives the feature's own form; ``given`` how many answered it, for several at once.
    """

    prefix: str
    run_by: Keys
    planned_by: Keys
    own_form: Callable[[UUID], OwnForm | None] | None = None
    given: Callable[[Collection[UUID]], Mapping[UUID, int]] | None = None


_keepers: dict[str, Keeper] = {}


def provide(feature: str, keeper: Keeper) -> None:
    """Let ``feature`` answer for its activities; asking again replaces the keeper."""
    _keepers[feature] = keeper


def run_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on activities that the actor runs or plans."""
    keys = [Activity.key.in_(keeper.run_by(actor)) for keeper in _keepers.values()]
    return or_(false(), *keys, planned_by(actor))


def planned_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on activities that the actor plans."""
    return or_(false(), *(Activity.key.in_(keeper.planned_by(actor)) for keeper in _keepers.values()))


def asked_elsewhere() -> ColumnElement[bool]:
    """Return the condition on activities whose feature asks with a form of its own."""
    own = [keeper.prefix for keeper in _keepers.values() if keeper.own_form is not None]
    return or_(false(), *(Activity.address.startswith(prefix, autoescape=True) for prefix in own))


def own_form_of(activity: Activity) -> OwnForm | None:
    """Return the form of its own that an activity's feature asks with; None where it has none."""
    for keeper in _keepers.values():
        if keeper.own_form is not None and activity.address.startswith(keeper.prefix):
            return keeper.own_form(activity.key)
    return None


def asks_itself(activity: Activity) -> bool:
    """Whether the activity's feature asks with a form of its own."""
    return any(
        keeper.own_form is not None and activity.address.startswith(keeper.prefix)
        for keeper in _keepers.values()
    )


def given_elsewhere(keys: Collection[UUID]) -> dict[UUID, int]:
    """Return how many answered the features' own forms."""
    found: dict[UUID, int] = {}
    for keeper in _keepers.values():
        found |= keeper.given(keys) if keeper.given is not None and keys else {}
    return found
