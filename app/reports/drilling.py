"""From a number down to the facts behind it: where the cells of a report lead, always within the reader's rights.

World, region, country, institution are groupings of one report, each narrowed by the one before; the last is its rows,
from which one comes to a person, a participation and its facts.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _

from app.core.addresses import path_for
from app.reports.activities import ATTENDED
from app.reports.columns import Dimension, Kind
from app.reports.frame import Asked, Page
from app.reports.selection import ANY, FIRST_YEAR, HELD, LAST_YEAR, NONE
from app.reports.words import region

WAY = ("region", "country", "institution")
"""The steps down from the world; after the last come the rows."""
_NAMES = frozenset({"person", "holder"})


def to(name: str, args: Mapping[str, str]) -> str:
    """Return the address of a report asked for with ``args``."""
    return path_for("reports.report", name=name) + ("?" + urlencode(args) if args else "")


def links(asked: Asked, page: Page) -> Any:
    """Return where the cells of a row lead: a function from a row and its number to addresses by column."""
    if asked.grouping:
        slugs = {str(one.key): one.slug for one in asked.activities}
        return lambda row, number: _of_group(asked, row, slugs)
    if page.behind:
        named = next((one.key for one in asked.report.columns(asked) if one.key in _NAMES), "")
        return lambda row, number: _of_participation(page, number, named)
    if asked.report.name == "countries":
        return lambda row, number: _of_country(asked, row)
    if asked.report.name == "activities":
        slugs = {str(one.key): one.slug for one in asked.activities}
        return lambda row, number: _of_activity(asked, row, slugs)
    return lambda row, number: {}


def _of_participation(page: Page, number: int, named: str) -> Mapping[str, str]:
    behind = page.behind[number]
    if behind is None:
        return {}
    if behind.person is None:
        unnamed = path_for(
            "reports.unnamed", learner_key=str(behind.learner), activity_key=str(behind.activity)
        )
        return {"course": unnamed}
    return {
        named: path_for("reports.person", person_id=behind.person),
        "course": path_for("reports.facts", person_id=behind.person, activity_key=str(behind.activity)),
    }


def _of_group(asked: Asked, row: Sequence[Any], slugs: Mapping[str, str]) -> Mapping[str, str]:
    """The first group's cell leads to its parts, the last one's to what is beneath: as much as the row counts.

    Where a group cannot be asked for beside what is asked already, nothing beneath counts the same: no link.
    """
    found: dict[str, str] = {}
    narrowed: dict[str, str] = {}
    for place, key in enumerate(asked.grouping):
        dimension = asked.report.dimensions[key]
        value = slugs.get(row[place], "") if dimension.kind == Kind.COURSE else (row[place] or NONE)
        step = (
            _of_time(asked, dimension, value) if dimension.kind == Kind.MONTH else {dimension.filter: value}
        )
        if not step or not _fits(asked, dimension, step, narrowed):
            break
        narrowed = {**narrowed, **step}
        below = asked.grouping[place + 1 :] or _below(asked, dimension)
        found[key] = _address(asked, narrowed, below)
    return found


def _fits(asked: Asked, dimension: Dimension, step: Mapping[str, str], narrowed: Mapping[str, str]) -> bool:
    """Whether the group can be asked for, beside what is narrowed already, by the filters of the report."""
    if dimension.kind == Kind.MONTH:
        return "from" not in narrowed
    [(name, value)] = step.items()
    if name not in asked.report.filters or name in narrowed or not value:
        return False
    if name == "region" and value == NONE:
        return False
    return getattr(asked.filters, name) in {"", ANY, value}


def _of_time(asked: Asked, dimension: Dimension, value: str) -> Mapping[str, str]:
    """Return the days of a year or month, as far as they are asked for; none where days of something else are."""
    filters = asked.filters
    period = dimension.period or filters.period
    if value == NONE or (period != filters.period and (filters.start or filters.end)):
        return {}
    year, month = int(value[:4]), int(value[5:7] or 0)
    first, last = date(year, month or 1, 1), date(year, month or 12, monthrange(year, month or 12)[1])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    first, last = max(first, filters.start or first), min(last, filters.end or last)
    return {"period": period, "from": first.isoformat(), "to": last.isoformat()}


def _below(asked: Asked, dimension: Dimension) -> tuple[str, ...]:
    """Return what comes under a dimension on the way down: the next one; after the last the rows."""
    step = dimension.filter
    below = WAY[WAY.index(step) + 1 :][:1] if step in WAY else ()
    return tuple(one for one in below if one in asked.report.dimensions)


def _address(asked: Asked, narrowed: Mapping[str, str], grouping: Sequence[str]) -> str:
    kept = {name: value for name, value in asked.as_args().items() if name not in {"group", "by", "sort"}}
    kept |= dict(narrowed) | dict(zip(("group", "by"), grouping, strict=False))
    return to(asked.report.name, kept)


def _of_country(asked: Asked, row: Sequence[Any]) -> Mapping[str, str]:
    """A country where people are registered of whom none took part has nothing beneath."""
    people = next(place for place, one in enumerate(asked.report.all_columns) if one.key == "people")
    if not row[people]:
        return {}
    kept = _carried(asked, {"region", "country"})
    country = row[0] or NONE
    return {"country": to("completions", {"country": country, "group": "institution"} | kept)}


def _of_activity(asked: Asked, row: Sequence[Any], slugs: Mapping[str, str]) -> Mapping[str, str]:
    """An activity leads to its people; one without any named leads nowhere."""
    filters = asked.filters
    people = next(place for place, one in enumerate(asked.report.all_columns) if one.key == "people")
    if not row[people]:
        return {}
    kept = _carried(asked, {"activity", "kind", "channel"})
    name = "attendance" if row[1] in ATTENDED and filters.period != "completed" else "completions"
    if filters.period == HELD:  # it was held then, whenever people enrolled
        kept = {one: value for one, value in kept.items() if one not in {"period", "from", "to"}}
    return {"activity": to(name, {"activity": slugs[row[0]]} | kept)}


def _carried(asked: Asked, without: set[str]) -> dict[str, str]:
    dropped = without | {"group", "by", "sort"}
    return {name: value for name, value in asked.as_args().items() if name not in dropped}


def trail(asked: Asked) -> list[tuple[str, str | None]]:
    """Return where in the world the reader stands, from far to near, with the way back; empty at the top."""
    filters = asked.filters
    if not (filters.region or filters.country or filters.institution or "region" in asked.grouping):
        return []
    up = dict.fromkeys(WAY, "")
    found: list[tuple[str, str | None]] = [(_("World"), _up(asked, up, ("region",)))]
    texts = asked.texts
    steps = (
        ("region", region(filters.region), ("country",)),
        ("country", _named(texts, filters.country), ("institution",)),
        ("institution", _unknown(filters.institution), ()),
    )
    for name, text, below in steps:
        value = getattr(filters, name)
        if value:
            up = up | {name: value}
            found.append((text, _up(asked, up, below)))
    found[-1] = (found[-1][0], None)
    return found


def _up(asked: Asked, narrowed: Mapping[str, str], grouping: Sequence[str]) -> str:
    kept = {name: value for name, value in asked.as_args().items() if name not in {"group", "by", "sort"}}
    kept = {name: value for name, value in (kept | dict(narrowed)).items() if value}
    kept |= dict(zip(("group",), (one for one in grouping if one in asked.report.dimensions), strict=False))
    return to(asked.report.name, kept)


def _named(texts: Any, country: str) -> str:
    return _unknown(country) if country in {NONE, ANY} else str(texts[Kind.COUNTRY](country))


def _unknown(value: str) -> str:
    return _("Not known") if value == NONE else value
