"""A yearly report as it is shown: from its lines while it is written, from its snapshot once it is frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.core.database import JSON, db
from app.records.figures.models import Qualifier
from app.records.indicators import UNITS, Unit
from app.records.models import KindRule
from app.reports import words
from app.reports.statistics import figures
from app.reports.statistics.figures import Told
from app.reports.yearly import wording
from app.reports.yearly.bridging import Bridge, from_json
from app.reports.yearly.lines import PAIRED, days_of
from app.reports.yearly.models import YearlyLine, YearlyReport
from app.reports.yearly.saying import in_words


@dataclass(frozen=True, slots=True)
class Number:
    """One number: what it is called and means, for which time, the exact value and what is said of it."""

    id: str
    figure: str
    name: str
    definition: str
    unit: str
    version: int
    epoch: str
    start: date | None
    end: date
    as_of: datetime | None
    qualifier: Qualifier
    value: float | None
    said: float | None

    @property
    def when(self) -> str:
        """The time that the number is about, as a sentence begins with it."""
        return wording.time_of(self.epoch, self.start, self.end)

    @property
    def in_words(self) -> str:
        """The number as it is said; a dash before it was counted."""
        return "–" if self.said is None else in_words(self.said, self.qualifier)

    @property
    def url(self) -> str:
        """Its definition and rows, asked the same question."""
        asked = {"from": self.start, "to": self.end, "as_of": self.as_of}
        given: dict[str, Any] = {
            name: value.isoformat() for name, value in asked.items() if value is not None
        }
        return url_for("statistics.definition", figure=self.figure, **given)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the paragraph, and the numbers whose definitions stand below it."""

    text: str
    numbers: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether a kind counts as training from a day on."""

    kind: str
    counts: bool
    version: int
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A report in full."""

    report: YearlyReport
    numbers: Sequence[Number]
    sentences: Sequence[Sentence]
    kinds: Sequence[Rule]
    bridges: Sequence[tuple[str, Bridge]]

    @property
    def digest(self) -> str:
        """The digest of the snapshot; empty while nothing is frozen."""
        return self.report.snapshot.digest if self.report.snapshot else ""


def shown(report: YearlyReport) -> Shown:
    """Return a report in the page's language; at most three statements."""
    frozen = report.snapshot.content["yearly"] if report.snapshot else None
    catalogue = figures.catalogue()
    if frozen is not None:
        numbers = [_frozen(one) for one in frozen["lines"]]
        kept = frozen["bridges"]
        assert report.snapshot is not None
        rules = [_rule(one) for one in report.snapshot.content["kinds"]]
    else:
        numbers = [_present(one, report, catalogue) for one in report.lines]
        kept = report.bridges
        rules = _rules_now(report)
    return Shown(
        report=report,
        numbers=numbers,
        sentences=sentences(numbers),
        kinds=rules,
        bridges=_named([from_json(one) for one in kept], numbers),
    )


def _named(bridges: Sequence[Bridge], numbers: Sequence[Number]) -> list[tuple[str, Bridge]]:
    """Return bridges with what they are called: where a figure has several, with the time of each."""
    names = {one.figure: one.name for one in numbers}
    times = {(one.figure, one.start.isoformat() if one.start else ""): one.when for one in numbers}
    called = [names.get(one.figure, one.figure) for one in bridges]
    return [
        (
            f"{name} ({times.get((one.figure, one.start), one.closed_on)})"
            if called.count(name) > 1
            else name,
            one,
        )
        for name, one in zip(called, bridges, strict=True)
    ]


def sentences(numbers: Sequence[Number]) -> list[Sentence]:
    """Return the paragraph: one sentence a number, people and their countries in one. Zeros stand in the table only."""
    by_time = {(one.figure, one.start, one.end): one for one in numbers if one.said is not None}
    with_people = {
        one.id
        for person, countries in PAIRED.items()
        for one in numbers
        if one.figure == countries and (person, one.start, one.end) in by_time
    }
    return [_sentence(one, by_time) for one in numbers if one.said and one.id not in with_people]


def _sentence(one: Number, by_time: Mapping[tuple[str, date | None, date], Number]) -> Sentence:
    countries = by_time.get((PAIRED.get(one.figure, ""), one.start, one.end))
    if countries is not None:
        text = wording.paired(one.figure, one.when, one.in_words, countries.in_words)
        return Sentence(text, [one, countries])
    amount = int(one.said or 0)
    return Sentence(wording.sentence(one.figure, one.name, one.when, one.in_words, amount), [one])


def line_json(one: YearlyLine, report: YearlyReport, texts: Mapping[str, Mapping[str, Told]]) -> JSON:
    """Return what a snapshot keeps of a line; ``texts`` is the catalogue of figures by language."""
    start, end = days_of(one, report)
    told = texts["en"][one.figure]
    return {
        "id": one.public_id,
        "figure": one.figure,
        "names": {language: known[one.figure].name for language, known in texts.items()},
        "definitions": {language: known[one.figure].definition for language, known in texts.items()},
        "unit": told.indicator.unit.value,
        "version": told.indicator.version,
        "epoch": one.epoch,
        "start": start.isoformat() if start else "",
        "end": end.isoformat(),
        "as_of": one.counted_as_of.astimezone(UTC).isoformat() if one.counted_as_of else "",
        "qualifier": str(one.qualifier),
        "value": one.value,
        "said": one.said,
    }


def _frozen(kept: JSON) -> Number:
    return Number(
        id=kept["id"],
        figure=kept["figure"],
        name=figures.in_page_language(kept["names"]),
        definition=figures.in_page_language(kept["definitions"]),
        unit=str(UNITS[Unit(kept["unit"])]),
        version=kept["version"],
        epoch=kept["epoch"],
        start=date.fromisoformat(kept["start"]) if kept["start"] else None,
        end=date.fromisoformat(kept["end"]),
        as_of=datetime.fromisoformat(kept["as_of"]) if kept["as_of"] else None,
        qualifier=Qualifier(kept["qualifier"]),
        value=kept["value"],
        said=kept["said"],
    )


def _present(one: YearlyLine, report: YearlyReport, catalogue: Mapping[str, Told]) -> Number:
    told = catalogue.get(one.figure)
    start, end = days_of(one, report)
    return Number(
        id=one.public_id,
        figure=one.figure,
        name=told.name if told else one.figure,
        definition=told.definition if told else _("This figure is not defined here any more."),
        unit=told.unit if told else "",
        version=told.indicator.version if told else 0,
        epoch=one.epoch,
        start=start,
        end=end,
        as_of=one.counted_as_of,
        qualifier=Qualifier(one.qualifier),
        value=one.value,
        said=one.said,
    )


def _rules_now(report: YearlyReport) -> list[Rule]:
    rows = db.session.scalars(select(KindRule).order_by(KindRule.kind, KindRule.version))
    names, known = words.kinds(), report.counted_at
    return [
        Rule(names.get(row.kind, row.kind), row.counts_as_training, row.version, row.valid_from)
        for row in rows
        if known is None or row.valid_from <= known
    ]


def _rule(kept: Mapping[str, Any]) -> Rule:
    name = words.kinds().get(kept["kind"], kept["kind"])
    valid_from = datetime.fromisoformat(kept["valid_from"])
    return Rule(name, kept["counts_as_training"], kept["version"], valid_from)
