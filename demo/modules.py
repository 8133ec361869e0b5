"""Self-paced modules that have no page here: enrolled, worked through, passed; in more languages as years go by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.records.models import ActivityKind, Verb
from demo import quotas
from demo.activities import Telling, since
from demo.people import Person
from demo.quotas import Cohort
from demo.world import at, data, some_day, working_time

OWN = "module-cbrn"
"""The module whose completions until the end of 2020 are dealt by quota."""
_FATES = {"never": 12, "stopped": 16, "failed": 4, "passed": 68}
_PORTUGUESE = frozenset({"AO", "BR", "CV", "GW", "MZ", "PT", "TL"})
_STOPPED_2019, _STOPPED_2020 = 150, 90
_BUSY = 2.5
"""How much more people enrol in the year in which a module opens."""
_LATE = (20.0, 55.0)  # days after which late records of December 2020 came


@dataclass(frozen=True)
class _Module:
    key: UUID
    slug: str
    opened: date
    languages: Mapping[date, Sequence[str]]
    countries: tuple[str, ...]

    def language(self, person: Person, at_: datetime) -> str:
        """The edition somebody takes: in their language where there is one by then."""
        there = [codes for day, codes in self.languages.items() if day < at_.date()][-1:]
        editions = there[0] if there else ["en"]
        wanted = "pt" if person.country in _PORTUGUESE else person.language
        return wanted if wanted in editions else "en"


@dataclass
class Modules(Telling):
    """Tells of the modules."""

    taken: set[tuple[UUID, UUID]] = field(default_factory=set)

    def write(self) -> None:
        """Tell of every module and of everybody who took it."""
        for row in data("programme")["modules"]:
            if row["opened"] < self.world.today - timedelta(days=60):
                self._module(row)

    def _module(self, row: Mapping[str, Any]) -> None:
        module = self._described(row)
        if module.slug == OWN:
            self._by_quota(module)
            first = quotas.YEAR_END.date()
        else:
            first = module.opened
        for year in range(first.year, self.world.today.year + 1):
            begins = max(first, date(year, 1, 2))
            last = min(date(year, 12, 20), self.world.today - timedelta(days=2))
            number = (
                row["enrolled"] * (last - begins).days / 365 * (_BUSY if year == module.opened.year else 1)
            )
            if last > begins:
                self._by_chance(module, begins, last, round(number))

    def _described(self, row: Mapping[str, Any]) -> _Module:
        """Describe a module, again whenever an edition in another language was added."""
        subject, slug = row["subject"], row["slug"]
        titles = {"en": row["title"]} if "title" in row else data("programme")["subjects"][subject]["titles"]
        key: UUID | None = None
        for day, languages in row["languages"].items():
            described = self.describe(
                slug,
                ActivityKind.COURSE,
                subject,
                titles,
                at(day, 7),
                languages=list(languages),
                audience="criminal justice practitioners",
                hours=float(row["hours"]),
                countries=row.get("countries", ()),
                again=key,
            )
            key = key or described
        assert key is not None
        return _Module(key, slug, row["opened"], row["languages"], tuple(row.get("countries", ())))

    # ------------------------------------------------------------------------------------------- until 2020

    def _by_quota(self, module: _Module) -> None:
        """Those who pass by the end of 2020, and some who begin and do not."""
        late = 0
        for person in self.population.people:
            if person.module_at is not None:
                in_december = quotas.day_of(person.module_at) >= date(2020, 12, 1)
                late += in_december
                self._pass(
                    person, module, person.module_at, recorded_late=in_december and late <= quotas.MODULE_LATE
                )
            elif person.cohort == Cohort.TEST:
                self._pass(person, module, at(date(2019, 9, 17), 10))
        for number, last in ((_STOPPED_2019, date(2019, 12, 10)), (_STOPPED_2020, date(2020, 11, 30))):
            for _ in range(number):
                day = working_time(self.chance, some_day(self.chance, date(last.year, 1, 17), last), "UTC")
                for person in self.pick(1, day, day + timedelta(days=30), ""):
                    if (person.key, module.key) not in self.taken:
                        self.taken.add((person.key, module.key))
                        self._tell_steps(person, module, day, self._steps(self._given_up()))

    def _pass(self, person: Person, module: _Module, done: datetime, *, recorded_late: bool = False) -> None:
        """Tell a story that ends at ``done``; its end may have reached the register much later."""
        steps = self._steps("passed", tries=1)
        length = sum((timedelta(hours=hours) for _, hours, _ in steps), timedelta())
        self.taken.add((person.key, module.key))
        opened = max(since(person), at(module.opened, 8))
        pace = min(1.0, (done - opened) / length)
        begin = done - length * pace
        late = timedelta(days=self.chance.uniform(*_LATE)) if recorded_late else None
        self._tell_steps(person, module, begin, steps, pace, done, late)

    def _given_up(self) -> str:
        return self.chance.choice(("never", "stopped", "stopped", "failed"))

    # ------------------------------------------------------------------------------------------- by chance

    def _by_chance(self, module: _Module, first: date, last: date, number: int) -> None:
        """Let ``number`` people enrol between two days; each has the module once."""
        for day in sorted(some_day(self.chance, first, last) for _ in range(number)):
            enrolled = working_time(self.chance, day, "UTC")
            until = min(enrolled + timedelta(days=40), self.world.now)
            people = (
                self.pick_from(module.countries, 1, enrolled, until)
                if module.countries
                else self.pick(1, enrolled, until, "")
            )
            for person in people:
                if (person.key, module.key) not in self.taken:
                    self.taken.add((person.key, module.key))
                    fate = self.chance.choices(list(_FATES), list(_FATES.values()))[0]
                    self._tell_steps(person, module, enrolled, self._steps(fate))

    # ------------------------------------------------------------------------------------------- one person

    def _steps(self, fate: str, tries: int = 0) -> list[tuple[Verb, float, dict[str, Any]]]:
        """Return what happens and how many hours after what came before."""
        chance = self.chance
        steps: list[tuple[Verb, float, dict[str, Any]]] = [(Verb.ENROLLED, 0, {})]
        if fate != "never":
            steps.append((Verb.STARTED, chance.uniform(0.1, 20), {}))
            steps.append((Verb.PROGRESSED, chance.uniform(1, 90), {"progress": 0.4}))
        if fate in {"failed", "passed"}:
            steps.append((Verb.PROGRESSED, chance.uniform(4, 200), {"progress": 0.9}))
        if fate == "failed" or (fate == "passed" and not tries and chance.random() < 0.2):
            result = {"attempt": 1, "score": float(chance.randint(40, 68))}
            steps.append((Verb.FAILED, chance.uniform(0.5, 3), result))
        if fate == "passed":
            number = sum(verb == Verb.FAILED for verb, _, _ in steps) + 1
            score = float(chance.randint(70, 100))
            wait = chance.uniform(25, 60) if number > 1 else chance.uniform(0.5, 3)
            steps.append((Verb.PASSED, wait, {"attempt": number, "score": score}))
            steps.append((Verb.COMPLETED, 0, {"score": score}))
        return steps

    def _tell_steps(
        self, person: Person, module: _Module, begin: datetime, steps: Sequence[tuple[Verb, float, dict[str, Any]]],
        pace: float = 1.0, done: datetime | None = None, late: timedelta | None = None,
    ) -> None:  # fmt: skip
        """Tell the steps as far as the present, and as somebody may; ``done`` is a completion dealt."""
        language = module.language(person, done or begin)
        moment = begin
        for verb, hours, result in steps:
            moment += timedelta(hours=hours) * pace
            ends = verb in {Verb.PASSED, Verb.COMPLETED}
            if moment >= self.world.now or (ends and not done and not quotas.may_complete(person, moment)):
                return
            at_ = done if ends and done else moment
            more = {"edition": language} if verb == Verb.ENROLLED else {}
            self.register.tell(
                person, verb, at_, module.key, result | more, language=language, late=late if ends else None
            )
            if verb == Verb.COMPLETED:
                self.award(person, module.key, at_, language)
