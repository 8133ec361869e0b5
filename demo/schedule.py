"""What is held when: every delivery, webinar and event of the demo world, before anybody comes to it.

People join for something, so the schedule is made first and ``demo/casting.py`` reads it; ``demo/programme.py`` tells
the register of what is in it and of who came.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.records.models import ActivityKind, Channel
from demo.world import World, at, data, working_day

DELIVERY_WEEKS = 6
UPCOMING_WEBINARS = 3
_EARLY = 5
_HOSTS = ("Europe/Vienna", "Africa/Nairobi", "Asia/Bangkok", "Africa/Dakar", "Asia/Tashkent", "Europe/Vienna")
_LANGUAGES = {"en": 10, "fr": 5, "es": 2, "ru": 2, "ar": 2}
_COURSE_LANGUAGES = {"en": 12, "fr": 4, "es": 2, "ru": 1, "ar": 1}
_UPCOMING = ("evidence", "assistance", "victims")
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Something held from ``start`` to ``end``. ``slug`` names it here; what has a page is known by another outside.

    ``came`` people complete it, ``left`` begin and do not; ``new`` of those who come joined for it; of ``late`` it was
    recorded weeks afterwards. ``heads`` are people without names. A webinar's ``came`` is how many register.
    """

    slug: str
    kind: ActivityKind
    subject: str
    titles: Mapping[str, str]
    start: datetime
    end: datetime
    zone: str = "Europe/Vienna"
    language: str = "en"
    channel: Channel = Channel.PLATFORM
    countries: tuple[str, ...] = ()
    place: str = ""
    series: str = ""
    came: int = 0
    left: int = 0
    new: int = 0
    late: int = 0
    heads: int = 0


@dataclass(frozen=True)
class Series:
    """A series of webinars."""

    slug: str
    subject: str
    titles: Mapping[str, str]
    languages: tuple[str, ...]
    begins: date
    channel: Channel = Channel.PLATFORM
    countries: tuple[str, ...] = ()


@dataclass
class Schedule:
    """Everything that is held, each list in order of time."""

    deliveries: list[Planned] = field(default_factory=list)
    webinars: list[Planned] = field(default_factory=list)
    elsewhere: list[Planned] = field(default_factory=list)
    events: list[Planned] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)

    def live(self) -> Iterator[Planned]:
        """Yield what is held on the platform at a time and counts as training."""
        yield from self.deliveries
        yield from self.webinars
        yield from self.events


def make_schedule(world: World) -> Schedule:
    """Return the schedule of a world; the same for the same seed and day."""
    return _Making(world).schedule


class _Making:
    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = world.chance("schedule")
        self.schedule = Schedule()
        self.words = data("programme")
        for part in (self._deliveries, self._webinars, self._elsewhere, self._events):
            part()
        for planned in (self.schedule.deliveries, self.schedule.webinars, self.schedule.events):
            planned.sort(key=lambda one: one.start)

    # -------------------------------------------------------------------------------------------- deliveries

    def _deliveries(self) -> None:
        for year, rows in by_year(self.words["deliveries"], self.world.today):
            for place, row in enumerate(rows):
                given = row if isinstance(row, dict) else {"subject": row}
                begins = _monday(given.get("begins") or _within_year(year, place, len(rows)))
                if begins + timedelta(weeks=DELIVERY_WEEKS) <= self.world.today:
                    self.schedule.deliveries.append(self._delivery(given, begins))

    def _delivery(self, given: Mapping[str, Any], begins: date) -> Planned:
        early = len(self.schedule.deliveries) < _EARLY
        own = "begins" in given or early
        return Planned(
            slug=f"online-{given['subject']}-{begins:%Y-%m}",
            kind=ActivityKind.DELIVERY,
            subject=given["subject"],
            titles=_titles(given),
            start=at(begins, 8),
            end=at(begins + timedelta(weeks=DELIVERY_WEEKS, days=-3), 17),
            language="en" if own else _drawn(self.chance, _COURSE_LANGUAGES),
            channel=Channel(given.get("channel", Channel.PLATFORM)),
            countries=tuple(given.get("countries", ())),
            came=given.get("came", 0),
            left=given.get("left", 0),
        )

    # ---------------------------------------------------------------------------------------------- webinars

    def _webinars(self) -> None:
        for year, number in by_year(self.words["webinars"], self.world.today):
            own = self.words["webinar_series"].get(year)
            turns = _turns(number, own["held"]) if own else frozenset()
            taken = 0
            for place in range(number):
                day = working_day(_within_year(year, place, number))
                if day >= self.world.today:
                    continue
                if place in turns:
                    language = own["languages"][taken % len(own["languages"])]
                    self._webinar(own["subject"], day, language, self._own_series(year, own, day))
                    taken += 1
                else:
                    subject = self._subject(year, place, own)
                    self._webinar(
                        subject, day, _drawn(self.chance, _LANGUAGES), self._series(year, subject, day)
                    )
        last = self.world.today.year
        for number, subject in enumerate(_UPCOMING[:UPCOMING_WEBINARS]):
            day = working_day(self.world.today + timedelta(days=6 + 9 * number))
            series = f"webinars-evidence-{last}"
            self._webinar(
                subject,
                day,
                _drawn(self.chance, _LANGUAGES),
                series if series in self.schedule.series else "",
            )

    def _subject(self, year: int, place: int, own: Mapping[str, Any] | None) -> str:
        subjects = [one for one in self.words["webinar_subjects"] if not own or one != own["subject"]]
        return str(subjects[(place // 3 + year) % len(subjects)])

    def _series(self, year: int, subject: str, begins: date) -> str:
        titles = {language: f"{title} ({year})" for language, title in _titles({"subject": subject}).items()}
        made = Series(f"webinars-{subject}-{year}", subject, titles, ("en",), begins)
        return self.schedule.series.setdefault(made.slug, made).slug

    def _own_series(self, year: int, own: Mapping[str, Any], begins: date) -> str:
        titles = {"en": own["title"]}
        made = Series(
            f"webinars-{own['subject']}-{year}", own["subject"], titles, tuple(own["languages"]), begins
        )
        return self.schedule.series.setdefault(made.slug, made).slug

    def _webinar(self, subject: str, day: date, language: str, series: str) -> None:
        host = self.chance.choice(_HOSTS)
        start = at(day, self.chance.choice((9, 10, 11, 13, 14)), self.chance.choice((0, 30)), host)
        busy = day.year >= 2020
        self.schedule.webinars.append(
            Planned(
                slug=f"webinar-{subject}-{day:%Y-%m-%d}",
                kind=ActivityKind.WEBINAR,
                subject=subject,
                titles=_titles({"subject": subject}),
                start=start,
                end=start + timedelta(minutes=90),
                zone=host,
                language=language,
                series=series,
                came=self.chance.randint(22, 42) if busy else self.chance.randint(12, 28),
            )
        )

    def _elsewhere(self) -> None:
        """Webinars that others carry: a series for a country."""
        for row in self.words["webinars_elsewhere"]:
            countries = tuple(row["countries"])
            slug = f"webinars-{row['subject']}-{countries[0].lower()}-{row['days'][0].year}"
            titles = {"en": row["title"]}
            self.schedule.series[slug] = Series(
                slug,
                row["subject"],
                titles,
                (row["language"],),
                row["days"][0],
                Channel.OTHER_ONLINE,
                countries,
            )
            zone = data("countries")[countries[0]][1]
            for number, day in enumerate(row["days"], start=1):
                start = at(day, 10, 0, zone)
                self.schedule.elsewhere.append(
                    Planned(
                        slug=f"{slug}-{number}",
                        kind=ActivityKind.WEBINAR,
                        subject=row["subject"],
                        titles={"en": f"{row['title']} ({number})"},
                        start=start,
                        end=start + timedelta(minutes=120),
                        zone=zone,
                        language=row["language"],
                        channel=Channel.OTHER_ONLINE,
                        countries=countries,
                        series=slug,
                    )
                )

    # ------------------------------------------------------------------------------------------ other events

    def _events(self) -> None:
        for row in self.words["events"]:
            year, month = (int(part) for part in row["when"].split("-"))
            first = self._event(row, working_day(date(year, month, self.chance.randint(4, 24))))
            for turn in range(row.get("times", 1)):
                event = replace(
                    first,
                    slug=f"{first.slug}-{turn}" if turn else first.slug,
                    start=first.start + turn * _WEEK,
                    end=first.end + turn * _WEEK,
                )
                if event.end < self.world.now:
                    self.schedule.events.append(event)

    def _event(self, row: Mapping[str, Any], day: date) -> Planned:
        countries = tuple(row.get("countries", ()))
        host = data("countries")[countries[0]][1] if countries else "Europe/Vienna"
        named = not row.get("nameless")
        return Planned(
            slug=f"{row['kind'].replace('_', '-')}-{row['subject']}-{'-'.join(countries).lower() or 'all'}-{day:%Y-%m}",
            kind=ActivityKind(row["kind"]),
            subject=row["subject"],
            titles=_titles(row),
            start=at(day, 9, 0, host),
            end=at(day + timedelta(days=2), 16, 0, host),
            zone=host,
            channel=Channel(row["channel"]),
            countries=countries,
            place=row.get("place", ""),
            came=row["came"] if named else 0,
            new=row.get("new", 0),
            late=row.get("late", 0),
            heads=0 if named else row["came"],
        )


def by_year(plan: Mapping[int, Any], today: date) -> Iterator[tuple[int, Any]]:
    """Yield what is planned for every year up to the present one; later years are like the last."""
    for year in range(min(plan), today.year + 1):
        yield year, plan.get(year, plan[max(plan)])


def _titles(given: Mapping[str, Any]) -> dict[str, str]:
    if "title" in given:
        return {"en": given["title"]}
    return dict(data("programme")["subjects"][given["subject"]]["titles"])


def _drawn(chance: random.Random, weights: Mapping[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def _turns(number: int, held: int) -> frozenset[int]:
    """Return ``held`` of ``number`` places, spread evenly."""
    return frozenset(place * number // held for place in range(held))


def _within_year(year: int, place: int, number: int) -> date:
    """Return the day of the ``place``-th of ``number`` events spread over a year; none in the first quarter of 2020."""
    first = date(year, 3, 30) if year == 2020 else date(year, 1, 18) if year > 2008 else date(year, 9, 15)
    last = date(year, 12, 10)
    return first + timedelta(days=(last - first).days * (2 * place + 1) // (2 * number))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
