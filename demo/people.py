"""The people of the demo world: who they are. ``casting.py`` says when they come, and for what."""

from __future__ import annotations

import random
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from uuid import UUID

from babel.languages import get_official_languages

from app.accounts.countries import COUNTRIES
from app.accounts.models import Standing
from app.accounts.vocabulary import WORKING_LANGUAGES, AgeGroup, Gender, Profession
from demo.schedule import Schedule
from demo.world import World, data, dealt, new_public_id, new_uuid, spread

AGE_KNOWN, YOUTH = 0.63, 30
_OWN_SCRIPT = {"arab": 0.34, "chinese": 0.45, "east_slavic": 0.4, "central_asia": 0.3}
_MARKS = re.compile(r"[^a-z]+")
_PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Move:
    """A change of the country somebody works for."""

    at: datetime
    before: str
    after: str


@dataclass(slots=True, kw_only=True)
class Person:
    """An account, with the key that facts about it are written under. ``country`` is the present one.

    ``born`` is the year of birth where they said something of their age. ``cohort`` (of ``quotas.py``) says what they
    joined for, ``home`` which activity, ``returns`` which one they came back for in 2020; ``trained_2020`` whether they
    complete something on the platform in 2020, ``module_at`` when they pass the module on CBRN by the end of it.
    Who applied twice is ``same_as`` the learner they were merged into at ``merged_at``.
    """

    public_id: str
    key: UUID
    given_name: str
    family_name: str
    email: str
    country: str
    zone: str
    legal_system: str
    profession: str
    institution: str
    gender: str
    language: str
    working_languages: list[str]
    reason: str
    standing: str
    registered_at: datetime
    confirmed_at: datetime | None
    approved_at: datetime | None
    closed_at: datetime | None = None
    is_test: bool = False
    moves: tuple[Move, ...] = ()
    decision: str = ""
    decided_at: datetime | None = None
    cast: str = ""
    born: int | None = None
    cohort: str = ""
    home: str = ""
    returns: str = ""
    trained_2020: bool = False
    module_at: datetime | None = None
    same_as: UUID | None = None
    merged_at: datetime | None = None
    id: int = 0

    @property
    def name(self) -> str:
        """As ``User.name`` shows it."""
        return f"{self.given_name} {self.family_name}".strip()

    def country_at(self, instant: datetime) -> str:
        """The country somebody worked for at an instant."""
        for move in self.moves:
            if instant < move.at:
                return move.before
        return self.country

    def age_group_at(self, instant: datetime) -> str:
        """What their age was at an instant; empty when they did not say."""
        if self.born is None:
            return ""
        return (AgeGroup.UNDER_30 if instant.year - self.born < YOUTH else AgeGroup.FROM_30).value

    def there(self, begin: datetime, end: datetime) -> bool:
        """Whether the account was in use all the time from ``begin`` to ``end``."""
        return (
            self.approved_at is not None
            and self.approved_at < begin
            and (self.closed_at is None or end < self.closed_at)
        )


@dataclass
class Population:
    """Everybody, in the order in which they registered."""

    people: Sequence[Person]
    schedule: Schedule = field(default_factory=Schedule)
    approved: list[Person] = field(init=False)

    def __post_init__(self) -> None:
        known = [person for person in self.people if person.approved_at and not person.is_test]
        self.approved = sorted(known, key=_approval)

    @cached_property
    def homes(self) -> dict[str, list[Person]]:
        """Who came for what: people by the slug of the activity, or the series, that they joined or returned for."""
        found: dict[str, list[Person]] = {}
        for person in self.people:
            for slug in filter(None, (person.home, person.returns)):
                found.setdefault(slug, []).append(person)
        return found

    @cached_property
    def approvals(self) -> list[datetime]:
        """Instants of ``approved``."""
        return [_approval(person) for person in self.approved]

    @cached_property
    def learners(self) -> list[Person]:
        """Those who learn: approved, no test account, not of the cast (their courses are told one by one)."""
        return [person for person in self.approved if not person.cast]

    def known_at(self, instant: datetime) -> Sequence[Person]:
        """Those approved before an instant."""
        return self.approved[: bisect_right(self.approvals, instant)]

    def by_cast(self, name: str) -> Person:
        """The person who plays a part. Raises KeyError."""
        for person in self.people:
            if person.cast == name:
                return person
        raise KeyError(name)


def _approval(person: Person) -> datetime:
    assert person.approved_at is not None
    return person.approved_at


# ------------------------------------------------------------------------------------------------ who


@dataclass(frozen=True, slots=True)
class Place:
    """What is usual for people of a country."""

    code: str
    zone: str
    language: str
    names: str
    spoken: tuple[str, ...]


@cache
def places() -> Mapping[str, Place]:
    """Return every country that people come from."""
    return {
        code: Place(code, zone_name, language, names, _spoken(code, language))
        for code, (_, zone_name, language, names) in data("countries").items()
    }


def _spoken(code: str, language: str) -> tuple[str, ...]:
    official = get_official_languages(code, de_facto=True)
    known = [tag.split("_")[0] for tag in official if tag.split("_")[0] in WORKING_LANGUAGES]
    return tuple(dict.fromkeys((language, *known)))


@dataclass
class Maker:
    """Makes people; keeps what must not come twice."""

    chance: random.Random
    places: Mapping[str, Place]
    number: int = 0
    names: set[tuple[str, str]] = field(default_factory=set)

    def make(self, country: str, profession: str, registered_at: datetime) -> Person:
        """Make a person who has just registered."""
        place, chance = self.places[country], self.chance
        gender = Gender.FEMALE if chance.random() < 0.44 else Gender.MALE
        given, family = self._name(place.names, gender)
        language = place.language if chance.random() < 0.85 else "en"
        self.number += 1
        return Person(
            public_id=new_public_id(chance),
            key=new_uuid(chance),
            given_name=_own(given),
            family_name=_own(family),
            email=f"{_ascii(given)}.{_ascii(family)}.{self.number}@{country.lower()}.example",
            country=country,
            zone=place.zone,
            legal_system=COUNTRIES[country].legal_system.value,
            profession=profession,
            institution=institution(chance, place.language, profession),
            gender=_said(chance, gender),
            language=language,
            working_languages=list(place.spoken) if chance.random() < 0.7 else [language],
            reason=chance.choice(data("words")["reasons"][language]),
            standing=Standing.UNCONFIRMED.value,
            registered_at=registered_at,
            confirmed_at=None,
            approved_at=None,
            born=registered_at.year - chance.choices((26, 28, 34, 41, 50), (9, 9, 30, 32, 20))[0]
            if chance.random() < AGE_KNOWN
            else None,
        )

    def approved(self, country: str, profession: str, approved_at: datetime) -> Person:
        """Make a person who applied and was approved."""
        waited = timedelta(hours=min(self.chance.lognormvariate(2.7, 1.1), 24 * 20))
        person = self.make(country, profession, approved_at - waited)
        person.confirmed_at = person.registered_at + waited * self.chance.uniform(0.01, 0.3)
        person.approved_at = person.decided_at = approved_at
        person.standing = Standing.APPROVED.value
        return person

    def _name(self, manner: str, gender: Gender) -> tuple[str, str]:
        """Return given and family name, both as ``Latin|own script`` when they are written in their own script."""
        pool, chance = data("names")[manner], self.chance
        own = chance.random() < _OWN_SCRIPT.get(manner, 0.0)
        drawn = [
            (str(chance.choice(pool[gender.value])), str(chance.choice(pool["family"]))) for _ in range(4)
        ]
        found = next((one for one in drawn if one not in self.names), drawn[0])
        self.names.add(found)
        return found if own else (found[0].split("|")[0], found[1].split("|")[0])


def _own(name: str) -> str:
    return name.rpartition("|")[2]


def _ascii(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.split("|")[0].lower().translate(_PLAIN_LETTERS))
    plain = folded.encode("ascii", "ignore").decode("ascii").replace(" ", "-").replace("'", "")
    return _MARKS.sub("-", plain).strip("-")


def _said(chance: random.Random, gender: Gender) -> str:
    """What somebody says of their gender: a fifth say nothing."""
    dice = chance.random()
    return "" if dice < 0.2 else Gender.OTHER.value if dice > 0.995 else gender.value


def institution(chance: random.Random, language: str, profession: str) -> str:
    """Return where somebody of a profession works, in words of their language."""
    pattern: str = chance.choice(data("words")["institutions"][language][profession])
    return pattern.format(place=chance.choice(data("words")["places"]))


# ------------------------------------------------------------------------------------------------ many alike


def make_learners(world: World, number: int, last: datetime) -> list[Person]:
    """Return people for a benchmark: approved one after another until ``last``, of every country, all still there."""
    chance = world.chance("learners")
    maker = Maker(chance, places())
    countries, professions = deal_countries(chance, number), deal_professions(chance, number)
    people = []
    for place, (country, profession) in enumerate(zip(countries, professions, strict=True), start=1):
        person = maker.make(country, profession, last - timedelta(hours=6 * (number - place) + 30))
        person.email = f"learner.{place}@{country.lower()}.example"
        person.confirmed_at = person.registered_at + timedelta(minutes=10)
        person.approved_at = person.decided_at = person.registered_at + timedelta(hours=26)
        person.standing = Standing.APPROVED.value
        people.append(person)
    return people


def deal_countries(
    chance: random.Random, total: int, among: Collection[str] = (), least: int = 1
) -> list[str]:
    """Return ``total`` countries (of those ``among``) in proportion to their weights, every one ``least`` times."""
    weights = {code: row[0] for code, row in data("countries").items() if not among or code in among}
    counts = spread(total - least * len(weights), list(weights.values()))
    return dealt(chance, {code: least + count for code, count in zip(weights, counts, strict=True)})


def deal_professions(chance: random.Random, total: int) -> list[str]:
    """Return ``total`` professions in their exact proportion."""
    shares = data("words")["professions"]
    counts = spread(total, list(shares.values()))
    return dealt(chance, {Profession(name).value: count for name, count in zip(shares, counts, strict=True)})
