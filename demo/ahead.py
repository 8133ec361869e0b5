"""What is there to be used and what is still to come: guides, deliveries that go on, activities that are planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.records.models import ActivityKind, Channel, Verb
from demo.activities import Telling
from demo.schedule import Planned
from demo.world import at, data, working_day

_ENROL_BEFORE = timedelta(days=10)


class Shelf(Telling):
    """Tells of the guides, again whenever one came out in another language."""

    def write(self) -> None:
        """Tell of every guide that is out by now."""
        for row in data("programme")["guides"]:
            key: UUID | None = None
            for day, languages in row["languages"].items():
                if day < self.world.today:
                    key = self.describe(
                        row["slug"], ActivityKind.RESOURCE, row["subject"], row["titles"], at(day, 7),
                        languages=list(languages), audience="criminal justice practitioners", again=key,
                    )  # fmt: skip


class Ahead(Telling):
    """Tells of what goes on and of what is announced."""

    def write(self) -> None:
        """Tell of every activity ahead; of those that go on also who is at work."""
        for row in data("programme")["ahead"]:
            planned = self._planned(row)
            announced = self.world.now - timedelta(days=row["announced"])
            more: dict[str, Any] = {"hours": 15.0}
            if planned.kind == ActivityKind.DELIVERY:
                more = {"hours": 36.0, "parent_key": self.keys[f"online-{planned.subject}"]}
            elif planned.countries:
                more["audience"] = f"by invitation: {', '.join(planned.countries)}"
            key = self.describe_planned(planned, announced, **more)
            if planned.start < self.world.now:
                self._at_work(planned, key)

    def _planned(self, row: Mapping[str, Any]) -> Planned:
        countries = tuple(row.get("countries", ()))
        zone = data("countries")[countries[0]][1] if countries else "Europe/Vienna"
        day = working_day(self.world.today + timedelta(days=row["in"]))
        return Planned(
            slug=f"{row['kind']}-{row['subject']}-{day:%Y-%m-%d}",
            kind=ActivityKind(row["kind"]),
            subject=row["subject"],
            titles=data("programme")["subjects"][row["subject"]]["titles"],
            start=at(day, 9, 0, zone),
            end=at(day + timedelta(days=row["lasts"]), 16, 0, zone),
            zone=zone,
            language=row.get("language", "en"),
            channel=Channel(row.get("channel", Channel.PLATFORM)),
            countries=countries,
            place=row.get("place", ""),
            came=row.get("came", 0),
        )

    def _at_work(self, planned: Planned, key: UUID) -> None:
        """People who enrolled in a delivery that goes on, most of whom have begun."""
        tell, before = self.register.tell, planned.start - _ENROL_BEFORE
        for person in self.pick(planned.came, before, self.world.now, planned.language):
            enrolled = self._between(before, planned.start)
            tell(
                person, Verb.ENROLLED, enrolled, key, {"edition": planned.language}, language=planned.language
            )
            if self.chance.random() < 0.9:
                begun = self._between(planned.start, self.world.now)
                tell(person, Verb.STARTED, begun, key, language=planned.language)

    def _between(self, first: datetime, last: datetime) -> datetime:
        return first + (last - first) * self.chance.random()
