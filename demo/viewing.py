"""Recordings of webinars as the register knows them, and their uses: 2020 by quota, other years by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from app.records.models import ActivityKind, Verb
from demo import quotas
from demo.activities import Telling
from demo.people import Person
from demo.schedule import Planned
from demo.world import working_time

SLUG = "recording-of-{}"
FIRST_YEAR = 2016
COUNTS = 30
"""Seconds played that make a view."""
_USES = {
    2016: (60, 14),
    2017: (150, 40),
    2018: (260, 80),
    2019: (420, 150),
    2020: (quotas.VIEWS, quotas.DOWNLOADS),
}
_LATER = (1300, 420)
_GLANCES = 0.05
"""Share of those who look for less than half a minute: no use."""
_KINDS = ("film", "film", "sound", "captions")
_BIT, _WHOLE = (5, COUNTS - 1), (COUNTS, 5400)


@dataclass
class Viewing(Telling):
    """Tells of recordings and of who used them. Nobody has two uses of one recording on a day."""

    used: set[tuple[UUID, UUID, date]] = field(default_factory=set)

    def write(self) -> None:
        """Tell of the recordings of webinars that were held, and of their uses year by year."""
        held = [
            one
            for one in self.population.schedule.webinars
            if one.start.year >= FIRST_YEAR and one.end < self.world.now - timedelta(days=2)
        ]
        found = [(self._recorded(one), one) for one in held]
        for year in range(FIRST_YEAR, self.world.today.year + 1):
            views, downloads = _USES.get(year, _LATER)
            part = min(1.0, (self.world.today - date(year, 1, 1)).days / 365)
            there = [one for one in found if one[1].start.year <= year]
            for _ in range(round(views * part)):
                self._use(there, year, Verb.PLAYED, _WHOLE)
            for _ in range(round(views * part * _GLANCES)):
                self._use(there, year, Verb.PLAYED, _BIT)
            for _ in range(round(downloads * part)):
                self._use(there, year, Verb.DOWNLOADED)

    def _recorded(self, planned: Planned) -> UUID:
        return self.describe(
            SLUG.format(planned.slug),
            ActivityKind.RECORDING,
            planned.subject,
            planned.titles,
            planned.end + timedelta(hours=20),
            parent_key=self.keys[planned.slug],
            languages=[planned.language],
            channel=planned.channel,
            hours=1.5,
            starts_at=planned.start,
            zone=planned.zone,
        )

    def _use(
        self, found: Sequence[tuple[UUID, Planned]], year: int, verb: Verb, seconds: tuple[int, int] = (0, 0)
    ) -> None:
        """Tell of one use within a year, more often of what is new then."""
        while True:
            key, planned = found[max(self.chance.randrange(len(found)), self.chance.randrange(len(found)))]
            first = max(date(year, 1, 2), planned.end.date() + timedelta(days=2))
            last = min(date(year, 12, 29), self.world.today - timedelta(days=2))
            day = first + timedelta(days=int(max(0, (last - first).days) * self.chance.random()))
            moment = working_time(self.chance, day, "UTC")
            people = self.pick(1, moment, moment + timedelta(days=1), "") if first <= last else []
            if people and (people[0].key, key, quotas.day_of(moment)) not in self.used:
                break
        person: Person = people[0]
        self.used.add((person.key, key, quotas.day_of(moment)))
        kind = self.chance.choice(_KINDS)
        result = {"part": kind} if verb == Verb.DOWNLOADED else {"seconds": self.chance.randint(*seconds)}
        self.register.tell(person, verb, moment, key, result, language=planned.language)
