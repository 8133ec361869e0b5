"""What a figure's page tells: its definition in full, and its value with one way of splitting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _
from sqlalchemy import select

from app.core.database import db
from app.core.i18n import country_name, language_name, page_language
from app.records import measuring
from app.records.indicators import Basis, Unit
from app.records.measuring import Asked
from app.records.models import KindRule
from app.records.readings import READINGS
from app.reports import charts, words
from app.reports.charts import Bar, Chart
from app.reports.statistics.figures import Told

MOST_BARS = 40
_OF_PEOPLE = ("country", "profession", "gender", "age_group", "language")
_OF_ACTIVITIES = ("kind", "channel", "topic", "partner", "project", "donor")


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether a kind counts as training from a day on."""

    kind: str
    counts: bool
    valid_from: datetime
    version: int


@dataclass(frozen=True, slots=True)
class About:
    """A figure's definition: its words, and the limits that the words stand for."""

    told: Told
    pairs: Sequence[tuple[str, str]]
    rules: Sequence[tuple[str, Sequence[Rule]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A value, split by a dimension where one was asked for."""

    value: float
    chart: Chart | None


def about(told: Told) -> About:
    """Return a figure's definition; one statement where it counts training only."""
    indicator = told.indicator
    pairs = [
        (_("Unit"), told.unit),
        (_("Whom or what it looks at"), str(indicator.population)),
        (_("Left out"), str(indicator.exclusions)),
        (_("Channels"), _listed(words.channels(), indicator.channels)),
        (_("Kinds of activity"), _listed(words.kinds(), indicator.kinds)),
        (_("Narrowed to"), "; ".join(f"{name}: {_values(value)}" for name, value in told.filters.items())),
        (_("Stated"), _("by a day") if indicator.by_day else _("for a period")),
        (_("Version of the definition"), str(indicator.version)),
        (_("Id"), told.id),
    ]
    return About(told, [pair for pair in pairs if pair[1]], _rules() if indicator.training else ())


def _listed(texts: Mapping[str, str], values: Sequence[str]) -> str:
    return ", ".join(texts.get(value, value) for value in values)


def _values(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _rules() -> list[tuple[str, list[Rule]]]:
    """Every kind with its rules, the latest first."""
    found = db.session.scalars(select(KindRule).order_by(KindRule.kind, KindRule.version.desc()))
    texts = words.kinds()
    told = [Rule(one.kind, one.counts_as_training, one.valid_from, one.version) for one in found]
    return [(texts.get(kind, kind), list(rules)) for kind, rules in groupby(told, lambda one: one.kind)]


def dimensions(told: Told) -> list[tuple[str, str]]:
    """Return what a figure can be split by, as (value, words)."""
    texts = {
        "year": _("Year"),
        "month": _("Month"),
        "country": _("Country"),
        "profession": _("Profession at the time"),
        "gender": _("Gender"),
        "age_group": _("Age group"),
        "language": _("Language"),
        "kind": _("Kind of activity"),
        "channel": _("Channel"),
        "topic": _("Topic"),
        "partner": _("Partner"),
        "project": _("Project"),
        "donor": _("Donor"),
    }
    indicator = told.indicator
    fitting = ["year", "month"] if not indicator.by_day else []
    fitting += _OF_PEOPLE if READINGS[indicator.basis].people else []
    fitting += _OF_ACTIVITIES if indicator.basis != Basis.STANDING else []
    if indicator.unit == Unit.COUNTRIES:
        fitting.remove("country")
    return [(one, texts[one]) for one in fitting]


def answer(asked: Asked, instant: datetime, by: str) -> Answer:
    """Return the value of a figure, and a chart of it split by ``by`` when it can be; one statement each."""
    value = measuring.count([asked], instant)[asked.id].value
    if by not in dict(dimensions_of(asked)):
        return Answer(value, None)
    return Answer(value, _split(asked, instant, by))


def dimensions_of(asked: Asked) -> list[tuple[str, str]]:
    """Return what the indicator of a figure can be split by."""
    return dimensions(Told(asked.id, "", "", asked.indicator, {}))


def _split(asked: Asked, instant: datetime, by: str) -> Chart:
    cells = measuring.split(asked, [by], instant)
    texts = _words(by)
    if by not in {"year", "month"}:
        cells = sorted(cells, key=lambda cell: -cell.number)
    shown = cells[:MOST_BARS] if by not in {"year", "month"} else cells[-MOST_BARS:]
    notes = [_("Distinct people and countries do not add up: somebody may be in several rows.")]
    if len(cells) > len(shown):
        notes.append(_("%(count)d further rows are not drawn.", count=len(cells) - len(shown)))
    return charts.bars(
        _("The number by parts"),
        [Bar(_word(texts, by, cell.values[0]), cell.number) for cell in shown],
        of=dict(dimensions_of(asked))[by],
        notes=notes if asked.indicator.unit in {Unit.PEOPLE, Unit.COUNTRIES} else notes[1:],
    )


def _words(by: str) -> Mapping[str, str]:
    offered = {
        "profession": words.professions,
        "gender": words.genders,
        "kind": words.kinds,
        "channel": words.channels,
        "topic": words.topics,
    }
    return offered[by]() if by in offered else {}


def _word(texts: Mapping[str, str], by: str, value: str) -> str:
    if not value:
        return str(_("Not known"))
    if by == "country":
        return country_name(value, page_language())
    if by == "language":
        return language_name(value, page_language())
    return texts.get(value, value)
