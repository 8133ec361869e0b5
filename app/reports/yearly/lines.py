"""The numbers of a yearly report: which there are to begin with, the time of each, and counting them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import gettext as _

from app.core.ids import public_id
from app.core.refusal import Refused
from app.records import epochs, history, measuring
from app.records.epochs import BY_DATE
from app.records.figures.models import Qualifier
from app.records.indicators import FAMILIES, HEADLINES, INDICATORS
from app.records.questions import Question
from app.reports.yearly.models import PERIOD, YearlyLine, YearlyReport
from app.reports.yearly.saying import said

FIRST_OF_FAMILY = 2
"""So many figures of each family stand in a report from the beginning, those on top of all reports besides."""
PAIRED = {"trained": "trained_countries", "users": "user_countries"}
"""Figures that one sentence tells together: people, and the countries that they are from."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a line asks, and the number."""

    question: Question
    value: float
    instant: datetime


def default_lines(report: YearlyReport) -> list[YearlyLine]:
    """Return the numbers that a new report has: of the period, and by its last day."""
    made = []
    for figure in _default_figures():
        told = INDICATORS[figure]
        wanted = [BY_DATE] if told.by_day else [PERIOD, BY_DATE] if figure in HEADLINES else [PERIOD]
        made += [line(figure, epoch, report.ends_on) for epoch in wanted]
    for position, one in enumerate(made):
        one.position = position
    return made


def line(figure: str, epoch: str, cut_off: date, qualifier: str = Qualifier.EXACT) -> YearlyLine:
    """Return a number that is not in a report yet."""
    return YearlyLine(
        public_id=public_id(), figure=figure, epoch=epoch, cut_off=cut_off, qualifier=qualifier, position=0
    )


def _default_figures() -> list[str]:
    found: list[str] = []
    for figure in HEADLINES:
        found += [figure, *([PAIRED[figure]] if figure in PAIRED else [])]
    for family in FAMILIES.values():
        found += [one.id for one in family[:FIRST_OF_FAMILY]]
    return list(dict.fromkeys(one for one in found if one in INDICATORS))


def days_of(one: YearlyLine, report: YearlyReport) -> tuple[date | None, date]:
    """Return the first and last day that a number is about; None is from the beginning."""
    if one.epoch == PERIOD:
        return report.starts_on, one.cut_off
    return epochs.period_of(one.epoch, one.cut_off)


def count(lines: Sequence[YearlyLine], report: YearlyReport, at: datetime) -> list[Counted]:
    """Count lines, those without an as-of of their own as of ``at``; one statement a basis of each time.

    Refused for a figure that is not known any more.
    """
    found: dict[str, Counted] = {}
    for question, same in _alike(lines, report, at):
        assert question.as_of is not None
        try:
            asked = measuring.asked({one.figure for one in same}, question)
        except LookupError:
            raise Refused(_("A figure of this report is not defined here any more. Take it out.")) from None
        figures = measuring.count(asked, question.as_of)
        for one in same:
            found[one.public_id] = Counted(question, figures[one.figure].value, question.as_of)
    return [found[one.public_id] for one in lines]


def keep(lines: Sequence[YearlyLine], counted: Iterable[Counted]) -> list[YearlyLine]:
    """Keep values in lines. Where the word of a line has become untrue it is said exactly; those are returned."""
    exact_now = []
    for one, number in zip(lines, counted, strict=True):
        one.value, one.counted_as_of = number.value, number.instant
        try:
            one.said = said(number.value, Qualifier(one.qualifier))
        except Refused:
            one.qualifier, one.said = Qualifier.EXACT, number.value
            exact_now.append(one)
    return exact_now


def _alike(
    lines: Sequence[YearlyLine], report: YearlyReport, at: datetime
) -> Iterable[tuple[Question, list[YearlyLine]]]:
    """Lines that are answered together: of the same days, as of the same instant."""
    found: dict[Question, list[YearlyLine]] = {}
    for one in lines:
        start, end = days_of(one, report)
        instant = history.as_of(one.as_of).instant if one.as_of else at
        last = min(end, instant.astimezone(UTC).date())
        found.setdefault(Question(start=start, end=last, as_of=instant), []).append(one)
    return found.items()
