"""Instructor-led courses: each is held several times, six weeks long; before 2021 nobody takes part in two."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from app.records.models import ActivityKind, Channel, Verb
from demo import quotas
from demo.activities import Telling, since
from demo.people import Person
from demo.quotas import Cohort
from demo.schedule import Planned
from demo.world import at, data

_FOUNDATION = "Counter-Terrorism Learning Foundation"
_LEAVING = frozenset({Cohort.DROPOUT, Cohort.UNTRAINED_2020})
_ANNOUNCED = timedelta(days=60)


@dataclass
class Deliveries(Telling):
    """Tells of the deliveries and of the courses that they are deliveries of."""

    taught: set[UUID] = field(default_factory=set)

    def write(self) -> None:
        """Tell of every delivery of the schedule."""
        for planned in self.population.schedule.deliveries:
            self._delivery(planned)

    def _course(self, planned: Planned) -> UUID:
        slug = f"online-{planned.subject}"
        known = self.keys.get(slug)
        if known is not None:
            return known
        begins: date = planned.start.date()
        return self.describe(
            slug,
            ActivityKind.COURSE,
            planned.subject,
            data("programme")["subjects"][planned.subject]["titles"],
            at(begins - timedelta(days=75), 9),
            languages=["en"],
            audience="criminal justice practitioners",
            hours=36.0,
            channel=planned.channel,
        )

    def _delivery(self, planned: Planned) -> None:
        more = {"partner": _FOUNDATION} if planned.start.year < 2010 else {}
        key = self.describe_planned(
            planned, planned.start - _ANNOUNCED, parent_key=self._course(planned), hours=36.0, **more
        )
        people = self.at_home(planned)
        if planned.start >= quotas.YEAR_END:
            size = self.chance.choice((22, 24, 26))
            before = planned.start - timedelta(days=20)
            people = self.pick(size, before, planned.end, planned.language, self.taught)
        self.taught |= {person.key for person in people}
        for person in people:
            by_chance = planned.start >= quotas.YEAR_END and self.chance.random() > 0.86
            self._follow(person, key, planned, leaves=by_chance or person.cohort in _LEAVING)

    def _follow(self, person: Person, key: UUID, planned: Planned, *, leaves: bool) -> None:
        """One person in a delivery: enrolled before it begins, at work in it, and to the end or not."""
        register, chance, language = self.register, self.chance, planned.language
        before = planned.start - timedelta(hours=chance.uniform(30, 400))
        enrolled = max(before, since(person) + timedelta(minutes=chance.uniform(5, 300)))
        register.tell(person, Verb.ENROLLED, enrolled, key, {"edition": language}, language=language)
        first = planned.start + timedelta(hours=chance.uniform(0, 60))
        register.tell(person, Verb.STARTED, first, key, language=language)
        middle = planned.start + timedelta(days=chance.uniform(15, 25))
        register.tell(person, Verb.PROGRESSED, middle, key, {"progress": 0.5}, language=language)
        if leaves:
            if chance.random() < 0.5:
                gone = middle + timedelta(days=chance.uniform(1, 10))
                register.tell(person, Verb.WITHDRAWN, gone, key, language=language)
            return
        done: datetime = planned.end - timedelta(hours=chance.uniform(1, 60))
        score = float(chance.randint(70, 98))
        register.tell(person, Verb.COMPLETED, done, key, {"score": score}, language=language)
        if planned.channel == Channel.PLATFORM:
            self.award(person, key, done, language)
