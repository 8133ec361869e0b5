"""Figures as they are told: what each is called and means in the page's language, and its value for a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.core.i18n import DEFAULT, page_language
from app.records import measuring
from app.records.figures.models import NamedFigure
from app.records.indicators import INDICATORS, UNITS, Basis, Indicator
from app.records.measuring import Asked
from app.records.questions import Question
from app.records.readings import READINGS

_OF_ACTIVITIES = ("kinds", "channels", "topics", "activities", "partners", "projects", "donors", "tags")
_OF_PEOPLE = ("professions", "genders", "age_groups")


@dataclass(frozen=True, slots=True)
class Told:
    """What a figure is called and means. ``filters`` are those that a named one is narrowed by for good."""

    id: str
    name: str
    definition: str
    indicator: Indicator
    filters: Mapping[str, object]

    @property
    def unit(self) -> str:
        """The words of its unit."""
        return str(UNITS[self.indicator.unit])


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure with its value for a question; None where the question has no meaning for it."""

    told: Told
    value: float | None


def catalogue() -> dict[str, Told]:
    """Return every figure by id, the installation's own after the indicators; one statement."""
    found = {one.id: _of_indicator(one) for one in INDICATORS.values()}
    for row in measuring.named_figures().values():
        if row.indicator in INDICATORS:
            found[row.id] = _of_named(row)
    return found


def find(figure_id: str) -> Told | None:
    """Return a figure by id; one statement for one of the installation's own."""
    indicator = INDICATORS.get(figure_id)
    return _of_indicator(indicator) if indicator else catalogue().get(figure_id)


def catalogue_of(ids: Iterable[str]) -> list[Told]:
    """Return indicators in the order of their ids. KeyError for one that is not known."""
    return [_of_indicator(INDICATORS[one]) for one in ids]


def state(told: Iterable[Told], question: Question, instant: datetime) -> list[Stated]:
    """Return figures with their values; one statement for each basis."""
    wanted = list(told)
    asked = {one.id: _asked(one, question) for one in wanted}
    counted = measuring.count([one for one in asked.values() if has_meaning(one)], instant)
    return [Stated(one, counted[one.id].value if one.id in counted else None) for one in wanted]


def has_meaning(asked: Asked) -> bool:
    """Whether a figure can be narrowed as asked: accounts belong to no activity, activities have no profession."""
    question, reading = asked.question, READINGS[asked.indicator.basis]
    if asked.indicator.basis == Basis.STANDING:
        return not question.newness and not any(getattr(question, name) for name in _OF_ACTIVITIES)
    if not reading.people:
        return not question.newness and not any(getattr(question, name) for name in _OF_PEOPLE)
    return True


def _asked(told: Told, question: Question) -> Asked:
    return Asked(told.id, told.indicator, question.narrowed(dict(told.filters)))


def _of_indicator(one: Indicator) -> Told:
    return Told(one.id, str(one.name), str(one.definition), one, {})


def _of_named(row: NamedFigure) -> Told:
    indicator = INDICATORS[row.indicator]
    return Told(
        row.id,
        in_page_language(row.names) or str(indicator.name),
        in_page_language(row.definitions) or str(indicator.definition),
        indicator,
        row.filters,
    )


def in_page_language(texts: Mapping[str, str]) -> str:
    """Return the text in the page's language, else in English, else the first there is."""
    return texts.get(page_language()) or texts.get(DEFAULT) or next(iter(texts.values()), "")
