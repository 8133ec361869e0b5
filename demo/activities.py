"""What all parts of the programme share: describing an activity to the register, choosing people, certificates."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.records.folding import Description
from app.records.models import ActivityKind
from demo.certificates import Award
from demo.facts import Register
from demo.people import Person, Population
from demo.quotas import Cohort
from demo.schedule import Planned
from demo.world import World, data, new_public_id, new_uuid

PUBLIC_FROM = date(2021, 1, 1)
"""From this day on completions other than of the self-paced course with pages earn a certificate."""
GENERAL_FUND = {"project": "LP-100 Learning platform", "donor": "General fund"}
SESSIONS = (
    ActivityKind.WEBINAR,
    ActivityKind.WORKSHOP,
    ActivityKind.TRAINING_EVENT,
    ActivityKind.EXPERT_GROUP_MEETING,
    ActivityKind.ROUND_TABLE,
    ActivityKind.CONSULTATION,
    ActivityKind.AWARENESS_EVENT,
    ActivityKind.NETWORK_MEETING,
    ActivityKind.SIMULATION,
)
"""Kinds of activity that are held at a time, and so have a page among the webinars (``demo/webinars.py``)."""
PAGES = dict.fromkeys(SESSIONS, "/webinars/") | {ActivityKind.WEBINAR_SERIES: "/webinars/series/"}
_NEVER_CHOSEN = frozenset({Cohort.GONE, Cohort.TEST})


@dataclass
class Telling:
    """Tells the register of activities; ``keys`` are those described so far by the slug of the schedule."""

    world: World
    population: Population
    register: Register
    chance: random.Random
    awards: list[Award] = field(default_factory=list)
    keys: dict[str, UUID] = field(default_factory=dict)

    def write(self) -> None:
        """Tell this part of the programme."""
        raise NotImplementedError

    def describe(
        self, slug: str, kind: ActivityKind, subject: str, titles: Mapping[str, str], when: datetime, *,
        again: UUID | None = None, **more: Any,
    ) -> UUID:  # fmt: skip
        """Describe an activity on a subject of the programme, with the subject's topic, tags, project and donor.

        ``again`` is its key when it was described before.
        """
        words = data("programme")
        key = again or new_uuid(self.chance)
        self.keys[slug] = key
        if kind in PAGES:  # it has a page, whose address says nothing of it
            slug = new_public_id(self.chance)
            more["address"] = PAGES[kind] + slug
        countries = list(more.pop("countries", ()))
        asking = [f"requesting_state:{code}" for code in countries]
        given = GENERAL_FUND | words["projects"].get(subject, {}) | more
        description = Description(
            activity_key=key,
            kind=kind.value,
            slug=slug,
            titles=dict(titles),
            topic=words["subjects"][subject]["topic"],
            tags=[*words["tags"][subject], *asking],
            countries=countries,
            **given,
        )
        self.register.describe(description, when)
        return key

    def describe_planned(self, planned: Planned, when: datetime, **more: Any) -> UUID:
        """Describe what the schedule says is held."""
        return self.describe(
            planned.slug,
            planned.kind,
            planned.subject,
            planned.titles,
            when,
            channel=planned.channel,
            languages=[planned.language],
            starts_at=planned.start,
            ends_at=planned.end,
            zone=planned.zone,
            countries=planned.countries,
            place=planned.place,
            **more,
        )

    def at_home(self, planned: Planned) -> list[Person]:
        """Return who joined for an activity, or returned for it."""
        return self.population.homes.get(planned.slug, [])

    def pick(
        self, number: int, begin: datetime, end: datetime, language: str, without: set[UUID] | None = None
    ) -> list[Person]:
        """Choose people who were there from ``begin`` to ``end`` and work in the language; fewer when there are few."""
        known, tries, found = self.population.known_at(begin), 0, dict[UUID, Person]()
        while len(found) < number and tries < 40 * number and known:
            tries += 1
            person = known[int(self.chance.random() * len(known))]
            speaks = not language or language in person.working_languages or tries > 20 * number
            if speaks and chosen(person) and person.there(begin, end) and person.key not in (without or ()):
                found[person.key] = person
        return list(found.values())

    def pick_from(
        self, countries: Sequence[str], number: int, begin: datetime, end: datetime
    ) -> list[Person]:
        """Choose people of some countries who were there from ``begin`` to ``end``; fewer when there are few."""
        near = [
            person
            for person in self.population.known_at(begin)
            if person.country_at(begin) in countries and chosen(person) and person.there(begin, end)
        ]
        return self.chance.sample(near, min(number, len(near)))

    def award(self, person: Person, key: UUID, at: datetime, language: str) -> None:
        """Note a completion that earns a certificate."""
        if at.date() >= PUBLIC_FROM:
            self.awards.append(Award(person, key, at, language))


def chosen(person: Person) -> bool:
    """Whether chance may send somebody anywhere: not the cast, whose doings are told one by one, nor test accounts."""
    return not person.cast and person.cohort not in _NEVER_CHOSEN


def since(person: Person) -> datetime:
    """Return the first moment at which somebody can do something."""
    assert person.approved_at is not None
    return person.approved_at + timedelta(minutes=5)
