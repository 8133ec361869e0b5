"""Who comes when, and for what: everybody of the demo world, by the quotas of ``quotas.py`` and the schedule."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from app.accounts.countries import COUNTRIES
from app.accounts.models import Standing
from app.records.models import ActivityKind, Channel
from demo import quotas
from demo.people import Maker, Move, Person, Population, deal_countries, deal_professions, places
from demo.quotas import REPORTED, YEAR_END, Cohort
from demo.schedule import Planned, Schedule
from demo.world import BEGAN, World, data, some_day, spread, working_time

LATER = {2021: 240, 2022: 250, 2023: 262, 2024: 280, 2025: 300}
"""How many applications are approved in the years after 2020; later years are like the last."""
PENDING, UNCONFIRMED, DECLINED, SUSPENDED, CLOSED, MOVES, TWICE = 24, 6, 9, 6, 24, 38, 5
_REGISTERED_BY_OTHERS = (date(2020, 6, 22), date(2020, 7, 20))
_OFFICE = "Europe/Vienna"
_ENOUGH_PROFESSIONS = 9_000
Fits = Callable[[Person], bool]


def make_people(world: World, cast: Sequence[Person], schedule: Schedule) -> Population:
    """Return everybody: the cast, and the others by quotas of what they join for, country and profession."""
    people = _Casting(world, cast, schedule).people
    return Population(sorted(people, key=lambda person: person.registered_at), schedule)


class _Casting:
    def __init__(self, world: World, cast: Sequence[Person], schedule: Schedule) -> None:
        self.world = world
        self.chance = world.chance("people")
        self.schedule = schedule
        self.maker = Maker(self.chance, places())
        self.professions = iter(deal_professions(self.chance, _ENOUGH_PROFESSIONS))
        self.cast = cast
        needed = {person.country for person in cast} | {
            code for one in schedule.live() if one.start < YEAR_END for code in one.countries
        }
        self.joined = quotas.joined_countries(frozenset(needed))
        self.passed = quotas.module_countries(self.joined)
        self.people = list(cast)
        for part in (self._before, self._module_2019, self._in_2020, self._module_2020, self._later):
            part()
        fates = Fates(world, self.chance, self.joined)
        fates.befall(self.people)
        self.people += self._applicants()

    def _add(self, cohort: Cohort, country: str, approved_at: datetime, home: str = "") -> Person:
        person = self.maker.approved(country, next(self.professions), approved_at)
        person.cohort, person.home = cohort, home
        self.people.append(person)
        return person

    def _day(self, first: date, last: date) -> datetime:
        return working_time(self.chance, some_day(self.chance, first, last), _OFFICE)

    def _before_start(self, planned: Planned, least: int, most: int, first: date = BEGAN) -> datetime:
        """Return an approval some days before something begins."""
        day = planned.start.date() - timedelta(days=self.chance.randint(least, most))
        return working_time(self.chance, max(first, day), _OFFICE)

    # ------------------------------------------------------------------------------- until 16 March 2020

    def _before(self) -> None:
        self._delivered()
        self._webinars_only()
        early, last = date(2012, 1, 9), date(2017, 11, 30)
        for country in deal_countries(self.chance, quotas.MODULE_ONLY, self.passed):
            spans = (
                (early, last),
                (date(2018, 1, 8), date(2018, 12, 14)),
                (date(2019, 1, 7), date(2019, 12, 2)),
            )
            self._add(Cohort.MODULE, country, self._day(*self.chance.choices(spans, (32, 20, 48))[0]))
        staff = sum(one.approved_at is not None and one.approved_at < REPORTED for one in self.cast)
        others = quotas.UNTRAINED - staff
        for number, country in enumerate(deal_countries(self.chance, others, self.joined, 0)):
            new = number < others * 3 // 5
            span = (date(2020, 1, 6), date(2020, 3, 12)) if new else (date(2010, 2, 1), date(2019, 11, 29))
            self._add(Cohort.UNTRAINED, country, self._day(*span))
        for country in deal_countries(self.chance, quotas.CLOSED_BEFORE, self.joined, 0):
            person = self._add(Cohort.GONE, country, self._day(date(2009, 3, 2), date(2018, 6, 1)))
            person.standing = Standing.CLOSED.value
            first = (person.approved_at or REPORTED).date() + timedelta(days=200)
            person.closed_at = self._day(first, date(2020, 2, 10))
        for number, country in enumerate(deal_countries(self.chance, quotas.TESTS, self.joined, 0), start=1):
            person = self._add(Cohort.TEST, country, self._day(date(2018, 2, 1), date(2018, 11, 30)))
            person.is_test, person.given_name, person.family_name = True, "Test", f"Account {number}"
            person.email = f"test.account.{number}@{person.country.lower()}.example"

    def _delivered(self) -> None:
        """Who took part in the deliveries before 2020."""
        held = [one for one in self.schedule.deliveries if one.start < quotas.QUIET_FROM]
        assert len(held) == len(quotas.DELIVERY_SIZES)
        many = sum(quotas.DELIVERY_SIZES[: quotas.EARLY_DELIVERIES])
        chosen = self.chance.sample(sorted(self.joined), quotas.EARLY_COUNTRIES)
        first = iter(deal_countries(self.chance, many, chosen))
        leaving = spread(quotas.DROPOUTS, quotas.DELIVERY_SIZES)
        for number, (planned, size) in enumerate(zip(held, quotas.DELIVERY_SIZES, strict=True)):
            early = number < quotas.EARLY_DELIVERIES
            usual = self._speaking(planned.language)
            for place in range(size):
                cohort = Cohort.DROPOUT if place < leaving[number] else Cohort.ALUMNUS
                country = next(first) if early else self.chance.choices(list(usual), list(usual.values()))[0]
                self._add(cohort, country, self._before_start(planned, 9, 70), planned.slug)

    def _speaking(self, language: str) -> dict[str, int]:
        """Return weights of the countries where a language is spoken; English is everywhere."""
        speaks = {
            code: place for code, place in places().items() if language == "en" or language in place.spoken
        }
        return {code: data("countries")[code][0] for code in speaks if code in self.joined}

    def _webinars_only(self) -> None:
        held = [one for one in self.schedule.webinars if one.start < quotas.QUIET_FROM]
        counts = spread(quotas.WEBINAR_ONLY, [40 + number for number in range(len(held))])
        seats = [one for one, count in zip(held, counts, strict=True) for _ in range(count)]
        deck = _Deck(deal_countries(self.chance, len(seats), self.joined))
        for planned in seats:
            approved_at = self._before_start(planned, 3, 45)
            self._add(Cohort.WEBINAR, deck.speaking(planned.language), approved_at, planned.slug)

    def _module_2019(self) -> None:
        """Who passes the module on CBRN in 2019, the year in which it opens."""
        alumni = self._of(Cohort.ALUMNUS, lambda one: _since(one).year >= 2012 and one.country in self.passed)
        passing = self._of(Cohort.MODULE) + self.chance.sample(alumni, quotas.MODULE_ALUMNI)
        for person in passing:
            first = max(date(2019, 1, 18), _since(person).date() + timedelta(days=3))
            person.module_at = self._day(first, date(2019, 12, 18))

    def _of(self, cohort: Cohort, fits: Fits = lambda _person: True) -> list[Person]:
        return [person for person in self.people if person.cohort == cohort and fits(person)]

    # ------------------------------------------------------------------------------- the rest of 2020

    def _in_2020(self) -> None:
        live = [one for one in self.schedule.live() if REPORTED <= one.start < YEAR_END]
        invited, seats = self._invited(live)
        webinars = [one for one in live if one.kind == ActivityKind.WEBINAR]
        left = quotas.LIVE - invited - len(seats)
        for one, count in zip(webinars, spread(left, [1] * len(webinars)), strict=True):
            seats += [one] * count
        self.chance.shuffle(seats)
        for person in self._returning():
            person.returns, person.trained_2020 = self._seat(seats, person).slug, True
        newcomers = self._of(Cohort.UNTRAINED, lambda one: _since(one) >= quotas.QUIET_FROM)
        for person in self.chance.sample(newcomers, quotas.NEWCOMERS):
            person.home, person.trained_2020 = self._seat(seats, person).slug, True
        self._new(seats)
        spring = (date(2020, 3, 18), date(2020, 11, 12))
        for country in deal_countries(self.chance, quotas.SELF_PACED, self.passed, 0):
            self._add(Cohort.SELF_PACED, country, self._day(*spring)).trained_2020 = True
        for country in deal_countries(self.chance, quotas.UNTRAINED_2020, (), 0):
            self._add(Cohort.UNTRAINED_2020, country, self._day(date(2020, 3, 18), date(2020, 12, 18)))
        self._carried_by_others()

    def _invited(self, live: Sequence[Planned]) -> tuple[int, list[Planned]]:
        """Make those who join for something by invitation; return how many, and the seats of open deliveries."""
        invited, seats = 0, []
        for planned in live:
            if planned.channel != Channel.PLATFORM or planned.kind == ActivityKind.WEBINAR:
                continue
            if planned.kind == ActivityKind.DELIVERY and not planned.countries:
                seats += [planned] * planned.came
            else:
                number = planned.came if planned.kind == ActivityKind.DELIVERY else planned.new
                invited += number
                for country in _shared(planned.countries, number):
                    person = self._add(Cohort.LIVE, country, self._before_start(planned, 4, 40), planned.slug)
                    person.trained_2020 = True
            for country in deal_countries(self.chance, planned.left, planned.countries, 0):
                self._add(Cohort.UNTRAINED_2020, country, self._before_start(planned, 9, 40), planned.slug)
        return invited, seats

    def _returning(self) -> list[Person]:
        return [
            person
            for cohort, number in quotas.RETURNING.items()
            for person in self.chance.sample(self._of(cohort, lambda one: one.country in self.passed), number)
        ]

    def _seat(self, seats: list[Planned], person: Person) -> Planned:
        """Take a seat where their language is spoken, or English, or any."""
        for wanted in (person.language, "en"):
            for place in range(len(seats) - 1, -1, -1):
                if seats[place].language == wanted:
                    return seats.pop(place)
        return seats.pop()

    def _new(self, seats: Sequence[Planned]) -> None:
        """Make a person for every seat that is left, nearly all of countries where people pass the module."""
        elsewhere = sorted(set(data("countries")) - self.passed)
        further = self.chance.sample(elsewhere, 36)
        deck = _Deck(deal_countries(self.chance, len(seats) - len(further), self.passed) + further)
        first = REPORTED.date()
        for planned in seats:
            approved_at = self._before_start(planned, 3, 35, first)
            person = self._add(Cohort.LIVE, deck.speaking(planned.language), approved_at, planned.slug)
            person.trained_2020 = True

    def _carried_by_others(self) -> None:
        """Who joins for what others carry in 2020; none of them completes anything on the platform that year."""
        others = [*self.schedule.deliveries, *self.schedule.events]
        for planned in others:
            counted = planned.channel in {Channel.OTHER_ONLINE, Channel.HYBRID}
            if counted and REPORTED <= planned.start < YEAR_END:
                number = planned.came if planned.kind == ActivityKind.DELIVERY else planned.new
                for country in _shared(planned.countries, number):
                    approved_at = self._before_start(planned, 4, 30, REPORTED.date())
                    self._add(Cohort.ELSEWHERE, country, approved_at, planned.slug)
        series = self.schedule.elsewhere[0]
        for _ in range(sum(quotas.ELSEWHERE_SESSIONS.values())):
            country = series.countries[0]
            self._add(Cohort.ELSEWHERE, country, self._day(*_REGISTERED_BY_OTHERS), series.series)

    def _module_2020(self) -> None:
        """Who passes the module on CBRN after the report: all self-paced people, some who return, most who are new."""
        fits = [
            one
            for one in self.people
            if one.trained_2020 and not one.module_at and one.country in self.passed
        ]
        returning = [one for one in fits if one.cohort in quotas.TRAINED_BEFORE]
        alone = [one for one in fits if one.cohort == Cohort.SELF_PACED]
        new = [
            one
            for one in fits
            if one.cohort in {Cohort.LIVE, Cohort.UNTRAINED} and _since(one).date() < date(2020, 11, 23)
        ]
        passing = [
            *alone,
            *self.chance.sample(returning, quotas.RETURNING_TO_MODULE),
            *self.chance.sample(new, quotas.NEW_TO_MODULE - len(alone)),
        ]
        self.chance.shuffle(passing)
        for number, person in enumerate(passing):
            if number < quotas.MODULE_IN_DECEMBER:
                person.module_at = self._day(date(2020, 12, 2), date(2020, 12, 22))
            else:
                first = max(date(2020, 3, 19), _since(person).date() + timedelta(days=3))
                person.module_at = self._day(first, date(2020, 11, 26))

    # ------------------------------------------------------------------------------- from 2021 on

    def _later(self) -> None:
        approvals = list(_later_approvals(self.world, self.chance))
        least = 1 if len(approvals) > len(data("countries")) else 0
        for approved_at, country in zip(
            approvals, deal_countries(self.chance, len(approvals), (), least), strict=True
        ):
            self._add(Cohort.LATER, country, approved_at)
        self._twice()

    def _twice(self) -> None:
        """Some apply a second time years later, and are found out: their second account can no longer be used."""
        last = self.world.now - timedelta(days=400)
        later = self._of(Cohort.LATER, lambda one: _since(one) < last)
        for person in self.chance.sample(later, TWICE):
            again = self._day(
                _since(person).date() + timedelta(days=90), self.world.today - timedelta(days=120)
            )
            second = self._add(Cohort.LATER, person.country, again)
            second.given_name, second.family_name = person.given_name, person.family_name
            second.profession, second.institution = person.profession, person.institution
            second.gender, second.born = person.gender, person.born
            second.standing, second.same_as = Standing.SUSPENDED.value, person.key
            second.merged_at = self._day(
                again.date() + timedelta(days=40), self.world.today - timedelta(days=10)
            )

    def _applicants(self) -> Iterator[Person]:
        """Applications that wait, whose address is not confirmed yet, that were declined."""
        words, chance, now = data("words"), self.chance, self.world.now
        for number, country in enumerate(deal_countries(chance, PENDING + UNCONFIRMED + DECLINED, (), 0)):
            profession = next(self.professions)
            if number < PENDING:
                hours = 1.5 + number * chance.uniform(3.2, 5.4)
                person = self.maker.make(country, profession, now - timedelta(hours=hours))
                person.standing = Standing.PENDING.value
                person.confirmed_at = person.registered_at + timedelta(minutes=chance.randint(2, 70))
            elif number < PENDING + UNCONFIRMED:
                person = self.maker.make(country, profession, now - timedelta(hours=chance.uniform(0.5, 40)))
            else:
                person = self.maker.make(country, profession, now - timedelta(days=chance.uniform(9, 700)))
                person.standing = Standing.DECLINED.value
                person.confirmed_at = person.registered_at + timedelta(minutes=chance.randint(2, 70))
                person.decided_at = person.registered_at + timedelta(hours=chance.uniform(5, 120))
                person.decision = chance.choice(words["declines"])
            yield person


class _Deck:
    """Countries to be dealt, where possible by the language that is spoken there."""

    def __init__(self, countries: Sequence[str]) -> None:
        self._left: dict[str, list[str]] = {}
        for code in countries:
            self._left.setdefault(places()[code].language, []).append(code)

    def speaking(self, language: str) -> str:
        """Take a country of a language; where none is left, one of the language that most are left of."""
        found = self._left.get(language) or max(self._left.values(), key=len)
        return found.pop()


class Fates:
    """What happens to some after their approval: closed, suspended, moved. Nobody counted in an exact figure."""

    def __init__(self, world: World, chance: random.Random, joined: Collection[str]) -> None:
        self.world = world
        self.chance = chance
        self.joined = joined

    def befall(self, people: Sequence[Person]) -> None:
        """Choose some of ``people`` and let it happen to them."""
        before = self.world.now - timedelta(days=400)
        twice = {one.key for one in people if one.same_as} | {one.same_as for one in people}
        long_ago = [
            one
            for one in people
            if one.cohort == Cohort.LATER and _since(one) < before and one.key not in twice
        ]
        chosen = self.chance.sample(long_ago, CLOSED + SUSPENDED)
        for person in chosen[:CLOSED]:
            person.standing, person.closed_at = Standing.CLOSED.value, self._after(person)
        for person in chosen[CLOSED:]:
            person.standing = Standing.SUSPENDED.value
        early = {Cohort.UNTRAINED, Cohort.ALUMNUS, Cohort.LIVE}
        moving = [
            one
            for one in people
            if one.cohort in early
            and not one.module_at
            and _since(one).year > 2009
            and one.country in self.joined
        ] + [one for one in long_ago if one.standing == Standing.APPROVED]
        for person in self.chance.sample(moving, MOVES):
            person.moves = (self._move(person),)

    def _after(self, person: Person) -> datetime:
        first = _since(person).date() + timedelta(days=200)
        return working_time(
            self.chance, some_day(self.chance, first, self.world.today - timedelta(days=30)), person.zone
        )

    def _move(self, person: Person) -> Move:
        """Somebody came from another country: the present one is where they are now."""
        region = COUNTRIES[person.country].region
        near = [
            code
            for code in sorted(self.joined)
            if code != person.country and COUNTRIES[code].region == region
        ]
        return Move(self._after(person), self.chance.choice(near), person.country)


def _since(person: Person) -> datetime:
    return person.approved_at or datetime.max.replace(tzinfo=UTC)


def _shared(countries: Sequence[str], number: int) -> list[str]:
    """Return ``number`` countries in turn."""
    return [countries[place % len(countries)] for place in range(number)]


def _later_approvals(world: World, chance: random.Random) -> Iterator[datetime]:
    """Approvals of every year after 2020, in its working hours; the present year in proportion, some just now."""
    for year in range(YEAR_END.year, world.today.year + 1):
        whole = LATER.get(year, LATER[max(LATER)])
        present = year == world.today.year
        number = round(whole * world.today.timetuple().tm_yday / 366) if present else whole
        last = min(date(year, 12, 28), world.today - timedelta(days=2))
        for _ in range(number):
            yield min(
                working_time(chance, some_day(chance, date(year, 1, 2), last), _OFFICE),
                world.now - timedelta(minutes=chance.randint(40, 900)),
            )
