"""What is held at a time: webinars by series, workshops, meetings; who registered, who was there for how long."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.records.models import ActivityKind, Channel, Verb
from demo import quotas
from demo.activities import Telling, since
from demo.people import Person
from demo.schedule import Planned, Series
from demo.world import at, dealt

COMPLETES = 60
"""Minutes of the ninety that complete a webinar."""
_ANNOUNCED, _SERIES_ANNOUNCED = timedelta(days=30), timedelta(days=45)
_ENTERED_LATE = timedelta(days=9)  # the organiser of an event in person enters who came
_MONTHS_LATE = (31, 66)  # days after which late records came
_CAME_TOO = 10


class Sessions(Telling):
    """Tells of webinars and other events."""

    def write(self) -> None:
        """Tell of everything that the schedule says is held, the webinars that are still to come included."""
        schedule = self.population.schedule
        for series in schedule.series.values():
            self._series(series)
        for planned in schedule.webinars:
            self._webinar(planned)
        self._elsewhere(schedule.elsewhere)
        for planned in schedule.events:
            self._event(planned)

    def _series(self, series: Series) -> None:
        self.describe(
            series.slug,
            ActivityKind.WEBINAR_SERIES,
            series.subject,
            series.titles,
            at(series.begins, 9) - _SERIES_ANNOUNCED,
            languages=list(series.languages),
            channel=series.channel,
            countries=series.countries,
        )

    # ---------------------------------------------------------------------------------------------- webinars

    def _webinar(self, planned: Planned) -> None:
        now, language = self.world.now, planned.language
        key = self.describe_planned(
            planned,
            min(planned.start - _ANNOUNCED, now - timedelta(days=2)),
            parent_key=self.keys.get(planned.series),
            hours=1.5,
        )
        known = min(planned.start - timedelta(days=1), now - timedelta(days=3))
        home = self.at_home(planned)
        mine = {person.key for person in home}
        others = self.pick(
            max(planned.came - len(home), _CAME_TOO), known, min(planned.end, now), language, mine
        )
        for person in (*home, *others):
            registered = max(known - timedelta(days=self.chance.uniform(0.1, 12)), since(person))
            self.register.tell(person, Verb.REGISTERED, registered, key, language=language)
            if planned.end < now:
                self._attend(person, key, planned, surely=person.key in mine)

    def _attend(self, person: Person, key: UUID, planned: Planned, *, surely: bool) -> None:
        """Four in five come; who stayed an hour completes the webinar. Who joined for it does."""
        long = surely or quotas.may_complete_live(person, planned.end)
        stayed = self.chance.choices(("away", "short", "long"), (0, 0, 1) if surely else (20, 9, 71))[0]
        if stayed == "away":
            return
        whole = long and stayed == "long"
        minutes = self.chance.randint(COMPLETES, 90) if whole else self.chance.randint(15, COMPLETES - 1)
        self._was_there(person, key, planned, minutes, completes=whole)

    def _was_there(
        self, person: Person, key: UUID, planned: Planned, minutes: int, *, completes: bool,
        late: timedelta | None = None,
    ) -> None:  # fmt: skip
        tell, end, language = self.register.tell, planned.end, planned.language
        tell(person, Verb.ATTENDED, end, key, {"minutes": minutes}, language=language, late=late)
        if completes:
            tell(person, Verb.COMPLETED, end, key, language=language, late=late)

    def _elsewhere(self, held: list[Planned]) -> None:
        """Webinars of a series that others carry: who joined for it comes to one, to some, or to all of them."""
        keys = [
            self.describe_planned(
                planned, planned.start - _ANNOUNCED, parent_key=self.keys[planned.series], hours=2.0
            )
            for planned in held
        ]
        times = dealt(self.chance, quotas.ELSEWHERE_SESSIONS)
        people = self.population.homes.get(held[0].series, [])
        for person, often in zip(people, times, strict=True):
            for number, place in enumerate(sorted(self.chance.sample(range(len(held)), often))):
                short = number > 0 and self.chance.random() < 0.04
                minutes = self.chance.randint(20, 70) if short else self.chance.randint(85, 120)
                self._was_there(
                    person, keys[place], held[place], minutes, completes=not short, late=_ENTERED_LATE
                )

    # ------------------------------------------------------------------------------------------ other events

    def _event(self, planned: Planned) -> None:
        """A workshop, a meeting; of some only a headcount is known."""
        invited = f"by invitation: {', '.join(planned.countries)}" if planned.countries else ""
        key = self.describe_planned(planned, planned.start - timedelta(days=40), hours=15.0, audience=invited)
        late = None if planned.channel == Channel.PLATFORM else _ENTERED_LATE
        if planned.heads:
            self.register.count_heads(key, planned.heads, planned.end, _ENTERED_LATE)
            return
        people = self._who_came(planned)
        for number, person in enumerate(people):
            later = late
            if number >= len(people) - planned.late:
                later = timedelta(days=self.chance.uniform(*_MONTHS_LATE))
            before = planned.end - timedelta(hours=2)
            self.register.tell(person, Verb.ATTENDED, before, key, language=planned.language, late=later)
            self.register.tell(
                person, Verb.COMPLETED, planned.end, key, language=planned.language, late=later
            )

    def _who_came(self, planned: Planned) -> list[Person]:
        """Who joined for it, and others: before 2021 only such as completed something else, so that nobody is added."""
        home = self.at_home(planned)
        number = planned.came - len(home)
        mine = {person.key for person in home}
        if not planned.countries:
            return home + self.pick(number, planned.start, planned.end, "", mine)
        counts = planned.channel == Channel.PLATFORM and planned.start < quotas.YEAR_END
        near = [
            person
            for person in self.pick_from(planned.countries, 10 * planned.came, planned.start, planned.end)
            if person.key not in mine and (not counts or quotas.may_complete(person, planned.end))
        ]
        return near[:number] + home
