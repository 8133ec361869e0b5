"""Who is in a room: the cast in the roles of the room, and people of many countries for the numbers in its content."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.irooms.models import RoomRole
from demo.people import Person, Population
from demo.rooming.content import Content, Row

CAST: Mapping[str, Mapping[str, str]] = {
    "electronic-evidence": {
        "room manager": RoomRole.MANAGER,
        "trainer": RoomRole.MANAGER,
        "expert": RoomRole.EXPERT,
        "course trainer": RoomRole.EXPERT,
        "practitioner": RoomRole.MEMBER,
        "arabic": RoomRole.MEMBER,
        "half-way": RoomRole.MEMBER,
        "before the test": RoomRole.MEMBER,
        "focal point": RoomRole.MEMBER,
        "focal point of Kazakhstan": RoomRole.MEMBER,
        "reporting officer": RoomRole.OBSERVER,
    },
    "rehabilitation": {
        "room manager": RoomRole.MANAGER,
        "expert": RoomRole.EXPERT,
        "practitioner": RoomRole.MEMBER,
        "arabic": RoomRole.MEMBER,
        "trainer": RoomRole.MEMBER,
        "certified": RoomRole.MEMBER,
        "focal point": RoomRole.MEMBER,
        "focal point of Kazakhstan": RoomRole.OBSERVER,
    },
    "quiet-room": {
        "room manager": RoomRole.MANAGER,
        "expert": RoomRole.EXPERT,
        "practitioner": RoomRole.MEMBER,
        "arabic": RoomRole.MEMBER,
        "focal point": RoomRole.OBSERVER,
    },
}
"""The cast by room. The administrators are in none of them."""
DEFAULT_MEMBERS = 45
FAIR_ENGLISH = "en"
_OBSERVER_EVERY = 9
Number = int | str
"""How content names a member: by a number, or by the part of one of the cast (``manager`` is who opened the room)."""


@dataclass(slots=True)
class Wanted:
    """What the content asks of the person behind a number."""

    languages: set[str] = field(default_factory=set)
    country: str = ""
    profession: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody in a room: how content names them, who they are, their role."""

    number: Number
    person: Person
    role: str


def parts_of(
    content: Content, population: Population, opened: datetime, now: datetime, chance: random.Random
) -> list[Part]:
    """Return everybody in a room, its first manager first, one person of a country among those not of the cast."""
    cast = {person.cast: person for person in population.people if person.cast}
    roles = CAST.get(content.name, CAST["rehabilitation"]) | content.room.get("cast", {})
    parts = [Part(name, cast[name], role) for name, role in roles.items()]
    there = [one for one in population.learners if _fit(one, opened, now)]
    chance.shuffle(there)
    countries = {part.person.country for part in parts}
    for number, wanted in _numbers(content, int(content.room.get("members", DEFAULT_MEMBERS)) - len(parts)):
        person = _find(there, wanted, countries)
        there.remove(person)
        countries.add(person.country)
        parts.append(Part(number, person, wanted.role or _role(number, wanted)))
    return parts


def _fit(person: Person, opened: datetime, now: datetime) -> bool:
    return person.standing == "approved" and not person.moves and person.there(opened, now)


def _role(number: int, wanted: Wanted) -> str:
    """Who is never heard of may be an observer."""
    silent = not wanted.languages and not wanted.country
    return RoomRole.OBSERVER if silent and number % _OBSERVER_EVERY == 0 else RoomRole.MEMBER


def _find(there: Sequence[Person], wanted: Wanted, taken: set[str]) -> Person:
    """Return who fits best: first what they speak and where they are, then a country that nobody comes from yet."""

    def misfit(person: Person) -> tuple[int, ...]:
        spoken = {person.language, *person.working_languages}
        return (
            bool(wanted.country) and person.country != wanted.country,
            len(wanted.languages - spoken - {FAIR_ENGLISH}),
            not wanted.country and person.country in taken,
            bool(wanted.profession) and person.profession != wanted.profession,
            len(wanted.languages - spoken),
        )

    return min(there, key=misfit)


def _numbers(content: Content, at_least: int) -> Iterator[tuple[int, Wanted]]:
    """Yield every number that the content speaks of, and further ones until there are ``at_least``."""
    found: defaultdict[int, Wanted] = defaultdict(Wanted)
    for number, row in _mentioned(content):
        if isinstance(number, int) and not isinstance(number, bool):
            wanted = found[number]
            if row.get("language"):
                wanted.languages.add(row["language"])
            wanted.country = wanted.country or row.get("country", "")
    for number, given in content.room.get("people", {}).items():
        for name, value in given.items():
            setattr(found[number], name, value)
    highest = max(found, default=0)
    for number in range(highest + 1, highest + 1 + max(0, at_least - len(found))):
        found[number] = Wanted()
    yield from sorted(found.items())


def _mentioned(content: Content) -> Iterator[tuple[Any, Row]]:
    for topic in content.rows("discussions"):
        for post in topic["posts"]:
            yield post["by"], {"language": post.get("language") or topic.get("language")}
            yield from _plain(post.get("mentions", ()))
    for question in content.rows("questions"):
        yield question["by"], question
    for response in content.stocktaking.get("responses", ()):
        yield response["by"], {}
    draft = content.draft
    yield from _plain(draft.get("editors", ()))
    for row in (*draft.get("comments", ()), *draft.get("suggestions", ())):
        yield row["by"], {"language": draft.get("language")}
        yield from _plain(one["by"] for one in row.get("replies") or () if isinstance(one, dict))


def _plain(numbers: Iterable[Any]) -> Iterator[tuple[Any, Row]]:
    for number in numbers:
        yield number, {}
