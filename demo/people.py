"""The people of the demo world: who they are, when they came, how their application went."""

from __future__ import annotations

import random
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from babel.languages import get_official_languages

from app.accounts.countries import COUNTRIES
from app.accounts.models import Standing
from app.accounts.vocabulary import WORKING_LANGUAGES, Gender, Profession
from demo.world import (
    BEGAN,
    World,
    data,
    dealt,
    new_public_id,
    new_uuid,
    some_day,
    spread,
    working_time,
)

APPROVED = {
    2008: 34,
    2009: 108,
    2010: 62,
    2011: 70,
    2012: 82,
    2013: 92,
    2014: 104,
    2015: 112,
    2016: 122,
    2017: 132,
    2018: 152,
    2019: 196,
    2020: 330,
    2021: 220,
    2022: 182,
    2023: 170,
    2024: 172,
    2025: 188,
}
"""How many applications were approved a year; later years are like the last."""
PENDING, UNCONFIRMED, DECLINED, SUSPENDED, CLOSED, TESTS, MOVES = 24, 6, 9, 6, 34, 5, 38
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
    """An account, with the key that facts about it are written under. ``country`` is the present one."""

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
    approved: list[Person] = field(init=False)

    def __post_init__(self) -> None:
        known = [person for person in self.people if person.approved_at and not person.is_test]
        self.approved = sorted(known, key=_approval)

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


def approvals_by_year(today: date) -> dict[int, int]:
    """Return how many are approved in each year up to ``today``, the present year in proportion."""
    years: dict[int, int] = {}
    for year in range(BEGAN.year, today.year + 1):
        whole = APPROVED.get(year, APPROVED[max(APPROVED)])
        years[year] = whole if year < today.year else round(whole * today.timetuple().tm_yday / 366)
    return years


# ------------------------------------------------------------------------------------------------ who


@dataclass(frozen=True, slots=True)
class Place:
    """What is usual for people of a country."""

    code: str
    zone: str
    language: str
    names: str
    spoken: tuple[str, ...]


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
class _Maker:
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
        )

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


# ------------------------------------------------------------------------------------------------ when


def make_people(world: World, cast: Sequence[Person]) -> Population:
    """Return everybody: the cast, and the others by quotas of year, country, profession and standing."""
    chance = world.chance("people")
    approvals = list(_approval_times(world, chance))
    rest = PENDING + UNCONFIRMED + DECLINED
    total = len(approvals) + rest
    countries, professions = _countries(chance, total), _professions(chance, total)
    maker = _Maker(chance, places())
    people = list(cast)
    for approved_at, country, profession in zip(approvals, countries, professions, strict=False):
        waited = timedelta(hours=min(chance.lognormvariate(2.7, 1.1), 24 * 20))
        person = maker.make(country, profession, approved_at - waited)
        person.confirmed_at = person.registered_at + waited * chance.uniform(0.01, 0.3)
        person.approved_at = person.decided_at = approved_at
        person.standing = Standing.APPROVED.value
        people.append(person)
    _later(world, chance, people[len(cast) :])
    left = zip(countries[len(approvals) :], professions[len(approvals) :], strict=True)
    people += _applicants(world, chance, maker, left)
    people.sort(key=lambda person: person.registered_at)
    return Population(people)


def make_learners(world: World, number: int, last: datetime) -> list[Person]:
    """Return people for a benchmark: approved one after another until ``last``, of every country, all still there."""
    chance = world.chance("learners")
    maker = _Maker(chance, places())
    countries, professions = _countries(chance, number), _professions(chance, number)
    people = []
    for place, (country, profession) in enumerate(zip(countries, professions, strict=True), start=1):
        person = maker.make(country, profession, last - timedelta(hours=6 * (number - place) + 30))
        person.email = f"learner.{place}@{country.lower()}.example"
        person.confirmed_at = person.registered_at + timedelta(minutes=10)
        person.approved_at = person.decided_at = person.registered_at + timedelta(hours=26)
        person.standing = Standing.APPROVED.value
        people.append(person)
    return people


def _approval_times(world: World, chance: random.Random) -> Iterator[datetime]:
    """Approvals of every year, in its working hours; some within the last days."""
    for year, number in approvals_by_year(world.today).items():
        first = max(BEGAN, date(year, 1, 1))
        last = min(date(year, 12, 28), world.today - timedelta(days=2))
        for _ in range(number):
            yield min(
                working_time(chance, some_day(chance, first, last), "Europe/Vienna"),
                world.now - timedelta(minutes=chance.randint(40, 900)),
            )


def _countries(chance: random.Random, total: int) -> list[str]:
    weights = {code: row[0] for code, row in data("countries").items()}
    counts = spread(total - len(weights), list(weights.values()))
    return dealt(chance, {code: 1 + count for code, count in zip(weights, counts, strict=True)})


def _professions(chance: random.Random, total: int) -> list[str]:
    shares = data("words")["professions"]
    counts = spread(total, list(shares.values()))
    return dealt(chance, {Profession(name).value: count for name, count in zip(shares, counts, strict=True)})


def _later(world: World, chance: random.Random, people: Sequence[Person]) -> None:
    """What happened to some after their approval: closed, suspended, moved, a test account from the start."""
    before = world.now - timedelta(days=400)
    long_ago = [person for person in people if _approval(person) < before]
    chosen = chance.sample(long_ago, CLOSED + SUSPENDED + MOVES + TESTS)
    for person in chosen[:CLOSED]:
        person.standing = Standing.CLOSED.value
        person.closed_at = _after(world, chance, person)
    for person in chosen[CLOSED : CLOSED + SUSPENDED]:
        person.standing = Standing.SUSPENDED.value
    for person in chosen[CLOSED + SUSPENDED : -TESTS]:
        person.moves = (_move(world, chance, person),)
    for number, person in enumerate(chosen[-TESTS:], start=1):
        person.is_test = True
        person.given_name, person.family_name = "Test", f"Account {number}"
        person.email = f"test.account.{number}@{person.country.lower()}.example"


def _after(world: World, chance: random.Random, person: Person) -> datetime:
    first = _approval(person).date() + timedelta(days=200)
    return working_time(chance, some_day(chance, first, world.today - timedelta(days=30)), person.zone)


def _move(world: World, chance: random.Random, person: Person) -> Move:
    """Somebody came from another country: the present one is where they are now."""
    near = [
        code
        for code in data("countries")
        if code != person.country and COUNTRIES[code].region == COUNTRIES[person.country].region
    ]
    return Move(_after(world, chance, person), chance.choice(near), person.country)


def _applicants(
    world: World, chance: random.Random, maker: _Maker, left: Iterator[tuple[str, str]]
) -> Iterator[Person]:
    """Applications that wait, that were declined, whose address is not confirmed yet."""
    words = data("words")
    for number, (country, profession) in enumerate(left):
        if number < PENDING:
            hours = 1.5 + number * chance.uniform(3.2, 5.4)
            person = maker.make(country, profession, world.now - timedelta(hours=hours))
            person.standing = Standing.PENDING.value
            person.confirmed_at = person.registered_at + timedelta(minutes=chance.randint(2, 70))
        elif number < PENDING + UNCONFIRMED:
            person = maker.make(country, profession, world.now - timedelta(hours=chance.uniform(0.5, 40)))
        else:
            person = maker.make(country, profession, world.now - timedelta(days=chance.uniform(9, 700)))
            person.standing = Standing.DECLINED.value
            person.confirmed_at = person.registered_at + timedelta(minutes=chance.randint(2, 70))
            person.decided_at = person.registered_at + timedelta(hours=chance.uniform(5, 120))
            person.decision = chance.choice(words["declines"])
        yield person
