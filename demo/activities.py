"""Deliveries, webinars, modules and other events over the years, as the register knows them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.records.folding import Description
from app.records.models import ActivityKind, Channel, Verb
from demo.certificates import Award
from demo.facts import Register
from demo.people import Person, Population
from demo.world import World, at, data, dealt, new_public_id, new_uuid, some_day, working_day, working_time

PUBLIC_FROM = date(2021, 1, 1)
"""From this day on completions other than of the self-paced course with pages earn a certificate."""
DELIVERY_WEEKS = 6
EARLY_SIZES = (26, 25, 25, 25, 25)
UPCOMING_WEBINARS = 3
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
_HOSTS = ("Europe/Vienna", "Africa/Nairobi", "Asia/Bangkok", "Africa/Dakar", "Asia/Tashkent", "Europe/Vienna")
_LANGUAGES = {"en": 10, "fr": 5, "es": 2, "ru": 2, "ar": 2}
_ENTERED_LATE = timedelta(days=9)  # the organiser of an event in person enters who came


@dataclass
class Programme:
    """Writes the programme into the register and collects the certificates earned in it."""

    world: World
    population: Population
    register: Register
    chance: random.Random
    awards: list[Award] = field(default_factory=list)
    taught: set[UUID] = field(default_factory=set)

    def write(self) -> None:
        """Write every activity with who took part."""
        for part in (self._deliveries, self._webinars, self._modules, self._events):
            part()

    # -------------------------------------------------------------------------------------------- deliveries

    def _deliveries(self) -> None:
        """Instructor-led courses, each held several times; nobody takes part in two deliveries."""
        courses: dict[str, UUID] = {}
        number = 0
        for year, subjects in _by_year(data("programme")["deliveries"], self.world.today):
            for place, subject in enumerate(subjects):
                begins = _monday(_within_year(year, place, len(subjects)))
                if begins + timedelta(weeks=DELIVERY_WEEKS) > self.world.today:
                    continue
                if subject not in courses:
                    courses[subject] = self._course(subject, begins)
                number += 1
                size = (
                    EARLY_SIZES[number - 1]
                    if number <= len(EARLY_SIZES)
                    else self.chance.choice((20, 20, 21, 21, 22))
                )
                self._delivery(courses[subject], subject, begins, size)

    def _course(self, subject: str, begins: date) -> UUID:
        return self._describe(
            f"online-{subject}",
            ActivityKind.COURSE,
            _titles(subject),
            at(begins - timedelta(days=120), 9),
            topic=_topic(subject),
            languages=["en"],
            audience="criminal justice practitioners",
            hours=36.0,
        )

    def _delivery(self, course: UUID, subject: str, begins: date, size: int) -> None:
        language = self._language()
        start, end = at(begins, 8), at(begins + timedelta(weeks=DELIVERY_WEEKS, days=-3), 17)
        key = self._describe(
            f"online-{subject}-{begins:%Y-%m}",
            ActivityKind.DELIVERY,
            _titles(subject),
            start - timedelta(days=60),
            parent_key=course,
            topic=_topic(subject),
            languages=[language],
            hours=36.0,
            starts_at=start,
            ends_at=end,
            zone="Europe/Vienna",
            partner="Counter-Terrorism Learning Foundation" if begins.year < 2010 else "",
        )
        people = self._pick(size, start - timedelta(days=20), end, language, without=self.taught)
        self.taught |= {person.key for person in people}
        for person in people:
            self._follow(person, key, subject, start, end, language)

    def _follow(
        self, person: Person, key: UUID, subject: str, start: datetime, end: datetime, language: str
    ) -> None:
        """One person in a delivery: six in seven complete it."""
        register, chance = self.register, self.chance
        register.tell(
            person,
            Verb.ENROLLED,
            start - timedelta(hours=chance.uniform(30, 400)),
            key,
            {"edition": language},
            language=language,
        )
        first = start + timedelta(hours=chance.uniform(0, 60))
        register.tell(person, Verb.STARTED, first, key, language=language)
        middle = start + timedelta(days=chance.uniform(15, 25))
        register.tell(person, Verb.PROGRESSED, middle, key, {"progress": 0.5}, language=language)
        if chance.random() > 0.86:
            if chance.random() < 0.5:
                gone = middle + timedelta(days=chance.uniform(1, 10))
                register.tell(person, Verb.WITHDRAWN, gone, key, language=language)
            return
        done = end - timedelta(hours=chance.uniform(1, 60))
        score = float(chance.randint(70, 98))
        register.tell(person, Verb.COMPLETED, done, key, {"score": score}, language=language)
        self._award(person, key, done, language)

    # ---------------------------------------------------------------------------------------------- webinars

    def _webinars(self) -> None:
        """Series of webinars, each in a language; a few are still to come and have registrations."""
        subjects = data("programme")["webinar_subjects"]
        series: dict[tuple[int, str], UUID] = {}
        for year, number in _by_year(data("programme")["webinars"], self.world.today):
            for place in range(number):
                subject = (
                    "cbrn"
                    if year == 2020 and place % 3 == 0
                    else subjects[(place // 3 + year) % len(subjects)]
                )
                day = working_day(_within_year(year, place, number))
                if day >= self.world.today:
                    continue
                if (year, subject) not in series:
                    series[year, subject] = self._series(year, subject, day)
                self._webinar(series[year, subject], subject, day)
        year = self.world.today.year
        for number in range(UPCOMING_WEBINARS):
            day = working_day(self.world.today + timedelta(days=6 + 9 * number))
            self._webinar(series.get((year, "evidence")), ("evidence", "assistance", "victims")[number], day)

    def _series(self, year: int, subject: str, begins: date) -> UUID:
        return self._describe(
            f"webinars-{subject}-{year}",
            ActivityKind.WEBINAR_SERIES,
            {language: f"{title} ({year})" for language, title in _titles(subject).items()},
            at(begins - timedelta(days=45), 9),
            topic=_topic(subject),
            languages=["en"],
        )

    def _webinar(self, series: UUID | None, subject: str, day: date) -> None:
        language, host = self._language(), self.chance.choice(_HOSTS)
        start = at(day, self.chance.choice((9, 10, 11, 13, 14)), self.chance.choice((0, 30)), host)
        end = start + timedelta(minutes=90)
        key = self._describe(
            f"webinar-{subject}-{day:%Y-%m-%d}",
            ActivityKind.WEBINAR,
            _titles(subject),
            min(start - timedelta(days=30), self.world.now - timedelta(days=2)),
            parent_key=series,
            topic=_topic(subject),
            languages=[language],
            hours=1.5,
            starts_at=start,
            ends_at=end,
            zone=host,
        )
        known = min(start - timedelta(days=1), self.world.now - timedelta(days=3))
        size = self.chance.randint(12, 28) if day.year != 2020 else self.chance.randint(18, 38)
        for person in self._pick(size, known, min(end, self.world.now), language):
            registered = max(known - timedelta(days=self.chance.uniform(0.1, 12)), _since(person))
            self.register.tell(person, Verb.REGISTERED, registered, key, language=language)
            if end < self.world.now:
                self._attend(person, key, end, language)

    def _attend(self, person: Person, key: UUID, end: datetime, language: str) -> None:
        """Four in five come; who stayed an hour completes the webinar."""
        minutes = self.chance.choices(
            (0, self.chance.randint(15, 59), self.chance.randint(60, 90)), (20, 9, 71)
        )[0]
        if not minutes:
            return
        self.register.tell(person, Verb.ATTENDED, end, key, {"minutes": minutes}, language=language)
        if minutes >= 60:
            self.register.tell(person, Verb.COMPLETED, end, key, language=language)

    # ----------------------------------------------------------------------------------------------- modules

    def _modules(self) -> None:
        """Self-paced modules of earlier years: enrolled, worked through, tested, passed."""
        for module in data("programme")["modules"]:
            self._module(module)

    def _module(self, module: dict[str, Any]) -> None:
        opened, subject = module["opened"], module["subject"]
        key = self._describe(
            f"module-{subject}",
            ActivityKind.COURSE,
            _titles(subject),
            at(opened, 7),
            topic=_topic(subject),
            languages=list(module["languages"]),
            audience="criminal justice practitioners",
            hours=float(module["hours"]),
        )
        years = min(5.0, (self.world.today - opened).days / 365)
        number = round(module["enrolled"] * years / 5)
        last = min(opened + timedelta(days=5 * 365), self.world.today - timedelta(days=2))
        eager = _eager_days(self.chance, opened, last, number)
        taken: set[UUID] = set()
        for day in eager:
            enrolled = working_time(self.chance, day, "UTC")
            people = self._pick(
                1, enrolled, min(enrolled + timedelta(days=40), self.world.now), "", without=taken
            )
            for person in people:
                taken.add(person.key)
                self._work_through(person, key, enrolled, module["languages"])

    def _work_through(self, person: Person, key: UUID, enrolled: datetime, languages: Sequence[str]) -> None:
        register, chance, now = self.register, self.chance, self.world.now
        language = person.language if person.language in languages else "en"
        steps: list[tuple[Verb, float, dict[str, Any]]] = [(Verb.ENROLLED, 0, {"edition": language})]
        fate = chance.choices(("never", "stopped", "failed", "passed"), (12, 16, 4, 68))[0]
        if fate != "never":
            steps += [
                (Verb.STARTED, chance.uniform(0.1, 20), {}),
                (Verb.PROGRESSED, chance.uniform(1, 90), {"progress": 0.4}),
            ]
        if fate in {"failed", "passed"}:
            steps.append((Verb.PROGRESSED, chance.uniform(4, 200), {"progress": 0.9}))
        if fate == "failed" or (fate == "passed" and chance.random() < 0.2):
            steps.append(
                (Verb.FAILED, chance.uniform(0.5, 3), {"attempt": 1, "score": float(chance.randint(40, 68))})
            )
        if fate == "passed":
            number = sum(verb == Verb.FAILED for verb, _, _ in steps) + 1
            score = float(chance.randint(70, 100))
            steps.append(
                (
                    Verb.PASSED,
                    chance.uniform(25, 60) if number > 1 else chance.uniform(0.5, 3),
                    {"attempt": number, "score": score},
                )
            )
            steps.append((Verb.COMPLETED, 0, {"score": score}))
        moment = enrolled
        for verb, hours, result in steps:
            moment += timedelta(hours=hours)
            if moment >= now:
                return
            register.tell(person, verb, moment, key, result, language=language)
        if fate == "passed":
            self._award(person, key, moment, language)

    # ------------------------------------------------------------------------------------------ other events

    def _events(self) -> None:
        """Workshops, meetings and other events; of some only a headcount is known."""
        for event in data("programme")["events"]:
            year, month = (int(part) for part in event["when"].split("-"))
            day = working_day(date(year, month, self.chance.randint(4, 24)))
            if day < self.world.today:
                self._event(event, day)

    def _event(self, event: dict[str, Any], day: date) -> None:
        subject, countries = event["subject"], event.get("countries", [])
        channel = Channel(event["channel"])
        host = data("countries")[countries[0]][1] if countries else "Europe/Vienna"
        start, end = at(day, 9, 0, host), at(day + timedelta(days=2), 16, 0, host)
        key = self._describe(
            f"{event['kind'].replace('_', '-')}-{subject}-{day:%Y-%m-%d}",
            ActivityKind(event["kind"]),
            {"en": event["title"]} if "title" in event else _titles(subject),
            start - timedelta(days=40),
            channel=channel,
            topic=_topic(subject),
            languages=["en"],
            hours=15.0,
            starts_at=start,
            ends_at=end,
            zone=host,
            audience=f"by invitation: {', '.join(countries)}" if countries else "",
        )
        late = timedelta() if channel == Channel.PLATFORM else _ENTERED_LATE
        if event.get("nameless"):
            self.register.count_heads(key, event["came"], end, late)
            return
        for person in self._pick(event["came"], start, end, "", countries):
            self.register.tell(person, Verb.ATTENDED, end - timedelta(hours=2), key, language="en", late=late)
            self.register.tell(person, Verb.COMPLETED, end, key, language="en", late=late)

    # ------------------------------------------------------------------------------------------------- parts

    def _describe(
        self, slug: str, kind: ActivityKind, titles: dict[str, str], when: datetime, **more: Any
    ) -> UUID:
        key = new_uuid(self.chance)
        if kind in PAGES:  # it has a page, whose address says nothing of it
            slug = new_public_id(self.chance)
            more["address"] = PAGES[kind] + slug
        self.register.describe(
            Description(activity_key=key, kind=kind.value, slug=slug, titles=titles, **more), when
        )
        return key

    def _language(self) -> str:
        return self.chance.choices(list(_LANGUAGES), list(_LANGUAGES.values()))[0]

    def _pick(
        self,
        number: int,
        begin: datetime,
        end: datetime,
        language: str,
        countries: Sequence[str] = (),
        without: set[UUID] | None = None,
    ) -> list[Person]:
        """Choose people who were there from ``begin`` to ``end`` and work in the language; fewer when there are few."""
        known, tries, found = self.population.known_at(begin), 0, dict[UUID, Person]()
        if countries:
            near = [
                person
                for person in known
                if person.country_at(begin) in countries and person.there(begin, end)
            ]
            return self.chance.sample(near, min(number, len(near)))
        while len(found) < number and tries < 40 * number and known:
            tries += 1
            person = known[int(self.chance.random() * len(known))]
            speaks = not language or language in person.working_languages or tries > 20 * number
            if speaks and not person.cast and person.there(begin, end) and person.key not in (without or ()):
                found[person.key] = person
        return list(found.values())

    def _award(self, person: Person, key: UUID, at_: datetime, language: str) -> None:
        if at_.date() >= PUBLIC_FROM:
            self.awards.append(Award(person, key, at_, language))


def _since(person: Person) -> datetime:
    assert person.approved_at is not None
    return person.approved_at + timedelta(minutes=5)


def _titles(subject: str) -> dict[str, str]:
    return dict(data("programme")["subjects"][subject]["titles"])


def _topic(subject: str) -> str:
    return str(data("programme")["subjects"][subject]["topic"])


def _by_year(plan: dict[int, Any], today: date) -> Iterator[tuple[int, Any]]:
    """Yield what is planned for every year up to the present one; later years are like the last."""
    for year in range(min(plan), today.year + 1):
        yield year, plan.get(year, plan[max(plan)])


def _within_year(year: int, place: int, number: int) -> date:
    """Return the day of the ``place``-th of ``number`` events spread over a year; none in the first quarter of 2020."""
    first = date(year, 3, 30) if year == 2020 else date(year, 1, 18) if year > 2008 else date(year, 9, 15)
    last = date(year, 12, 10)
    return first + timedelta(days=(last - first).days * (2 * place + 1) // (2 * number))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _eager_days(chance: random.Random, first: date, last: date, number: int) -> list[date]:
    """Days of enrolment: more in the first year than later."""
    early = some_day(chance, first, first) + timedelta(days=(last - first).days // 3)
    sides = dealt(chance, {"early": number // 2, "late": number - number // 2})
    return sorted(some_day(chance, first, early if side == "early" else last) for side in sides)
