"""Which countries are reached and which are not yet: on the map, and by regional group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from app.accounts.countries import COUNTRIES, choices
from app.core.i18n import page_language
from app.records import groupings, measuring, trends
from app.records.indicators import INDICATORS
from app.records.measuring import Asked
from app.records.overview import TRAINED
from app.records.trends import Span
from app.reports import charts
from app.reports.charts import Chart, StackedBar
from app.reports.statistics import fields
from app.reports.statistics.asking import Put
from app.reports.statistics.overview import from_sums
from app.reports.statistics.rights import Sight

UN_REGIONAL_GROUPS = "un_regional_groups"


@dataclass(frozen=True, slots=True)
class Group:
    """A regional group: how many of its countries are reached, and the names of those that are not."""

    title: str
    reached: int
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The map of people trained, the regional groups, and how many countries there are in all."""

    world: Chart
    bars: Chart
    groups: Sequence[Group]
    reached: int
    countries: int


def coverage(sight: Sight, put: Put, values: Mapping[str, str]) -> Coverage:
    """Return the countries within what the reader sees. A country is reached with a registered user or somebody
    trained; two statements."""
    users, trained = _found(sight, put, values)
    wanted = [code for code in COUNTRIES if not sight.countries or code in sight.countries]
    reached = {code for code in wanted if users.get(code) or trained.get(code)}
    groups = _groups(wanted, reached)
    query = {name: value for name, value in values.items() if name not in {"country", "region"}}

    def behind(code: str) -> str:
        return url_for("statistics.definition", figure="trained") + fields.query(query, country=code)

    return Coverage(
        world=charts.world(
            _("People trained by country"),
            {code: trained.get(code, 0) for code in wanted},
            href=behind,
            unit=_("People trained"),
        ),
        bars=charts.stacked_bars(
            _("Countries reached by region"),
            [_("Reached"), _("Not yet reached")],
            [StackedBar(one.title, [one.reached, len(one.missing)]) for one in groups],
            of=_("Regional group"),
            notes=[_("A country is reached when it has a registered user or somebody trained from there.")],
        ),
        groups=groups,
        reached=len(reached),
        countries=len(wanted),
    )


def _found(
    sight: Sight, put: Put, values: Mapping[str, str]
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Users and people trained by country."""
    assert put.question.end is not None
    if from_sums(sight, put, values):
        span = Span(put.question.start, put.question.end)
        trained = {code: one.people for code, one in trends.by(TRAINED, span, "country").items()}
        return trends.users(span.last, "country"), trained
    question = sight.narrowed(put.question)

    def by_country(figure: str) -> dict[str, float]:
        cells = measuring.split(Asked(figure, INDICATORS[figure], question), ["country"], put.instant)
        return {cell.values[0]: cell.number for cell in cells}

    return by_country("users"), by_country("trained")


def _groups(wanted: Sequence[str], reached: set[str]) -> list[Group]:
    found = groupings.country_set(UN_REGIONAL_GROUPS)
    assert found is not None
    names = [(code, name) for code, name in choices(page_language()) if code in wanted]
    made = []
    for group in found.groups.values():
        inside = [(code, name) for code, name in names if code in group.members]
        missing = [name for code, name in inside if code not in reached]
        if inside:
            made.append(Group(str(group.title), len(inside) - len(missing), missing))
    return made
