"""Facts of the demo world as they are gathered, and the participations that the register's own fold makes of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from app.records.folding import Description, activity_row, described, fold_all, ignored, values
from app.records.models import Verb
from demo.people import Person
from demo.world import World, new_uuid

_NOTHING: dict[str, Any] = {}
_NOBODY = ("", "", "", "")


class DemoFact(NamedTuple):
    """A row of ``fact``; it is what the fold reads, too."""

    uuid: UUID
    learner_key: UUID | None
    activity_key: UUID | None
    verb: str
    result: dict[str, Any]
    country: str
    profession: str
    gender: str
    age_group: str
    language: str
    headcount: int | None
    corrects: UUID | None
    occurred_at: datetime
    recorded_at: datetime


@dataclass
class Register:
    """Collects facts and descriptions of activities. Nothing may occur, or be recorded, after the world's present."""

    world: World
    chance: random.Random
    facts: list[DemoFact] = field(default_factory=list)
    activities: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    merges: list[tuple[UUID, UUID, str, datetime]] = field(default_factory=list)

    def tell(
        self,
        person: Person,
        verb: Verb,
        at: datetime,
        activity_key: UUID | None = None,
        result: dict[str, Any] = _NOTHING,
        *,
        language: str = "",
        uuid: UUID | None = None,
        late: timedelta | None = None,
    ) -> None:
        """Add a fact about a person, as of who and where they were then; ``late`` is how long after it was recorded."""
        person_then = (person.country_at(at), person.profession, person.gender, person.age_group_at(at))
        delay = late if late is not None else timedelta(milliseconds=8 + 890 * self.chance.random())
        self.facts.append(
            DemoFact(
                uuid or new_uuid(self.chance),
                person.key,
                activity_key,
                verb.value,
                result,
                *person_then,
                language,
                None,
                None,
                at,
                min(at + delay, self.world.now),
            )
        )

    def count_heads(self, activity_key: UUID, headcount: int, at: datetime, late: timedelta) -> None:
        """Add a fact about people whose names are not known."""
        uuid = new_uuid(self.chance)
        recorded_at = min(at + late, self.world.now)
        self.facts.append(
            DemoFact(
                uuid,
                None,
                activity_key,
                Verb.ATTENDED.value,
                {},
                *_NOBODY,
                "",
                headcount,
                None,
                at,
                recorded_at,
            )
        )

    def describe(self, description: Description, at: datetime) -> None:
        """Add the fact that describes an activity, and its row."""
        key = description.activity_key
        result, uuid = described(description), new_uuid(self.chance)
        self.facts.append(
            DemoFact(uuid, None, key, Verb.ACTIVITY_DESCRIBED.value, result, *_NOBODY, "", None, None, at, at)
        )
        self.activities[key] = activity_row(description, at)

    def correct(self, fact: DemoFact, verb: Verb, at: datetime, result: dict[str, Any]) -> None:
        """Take a fact out of the count (VOIDED), or put another in its place (its own verb), recorded at ``at``."""
        occurred_at = at if verb == Verb.VOIDED else fact.occurred_at
        self.facts.append(
            fact._replace(
                uuid=new_uuid(self.chance),
                verb=verb.value,
                result=result,
                corrects=fact.uuid,
                occurred_at=occurred_at,
                recorded_at=at,
            )
        )

    def merge(self, merged: Person, into: UUID, at: datetime, reason: str) -> None:
        """Note that two people turned out to be one."""
        self.merges.append((merged.key, into, reason, at))

    def in_order(self) -> list[DemoFact]:
        """The facts in the order in which they were recorded."""
        return sorted(self.facts, key=lambda fact: fact.recorded_at)


def participations(facts: Sequence[DemoFact], roots: Mapping[UUID, UUID]) -> Iterator[tuple[Any, ...]]:
    """Fold facts into rows of ``participation``: its keys, then COLUMNS. ``roots``: learners merged into others."""
    together: dict[tuple[UUID, UUID], list[DemoFact]] = {}
    without = ignored(facts)
    for fact in facts:
        if fact.learner_key is not None and fact.activity_key is not None and fact.uuid not in without:
            person = roots.get(fact.learner_key, fact.learner_key)
            together.setdefault((person, fact.activity_key), []).append(fact)
    for keys, found in together.items():
        state = fold_all(found)
        if state is not None:
            yield (*keys, *values(state))
