"""From a number down to the facts behind it: where the cells of a report lead, always within the reader's rights.

World, region, country, institution are groupings of one report, each narrowed by the one before; the last is its rows,
from which one comes to a person, a participation and its facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from app.reports.activities import ATTENDED
from app.reports.frame import Asked, Page
from app.reports.grouping import DIMENSIONS
from app.reports.selection import ANY, NONE
from app.reports.words import region

WAY = ("region", "country", "institution")
"""The steps down from the world; after the last come the rows."""
_NAMES = frozenset({"person", "holder"})


def to(name: str, args: Mapping[str, str]) -> str:
    """Return the address of a report asked for with ``args``."""
    return url_for("reports.report", name=name) + ("?" + urlencode(args) if args else "")


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
    if behind.person is None:
        unnamed = url_for("reports.unnamed", learner_key=behind.learner, activity_key=behind.activity)
        return {"course": unnamed}
    return {
        named: url_for("reports.person", person_id=behind.person),
        "course": url_for("reports.facts", person_id=behind.person, activity_key=behind.activity),
    }


def _of_group(asked: Asked, row: Sequence[Any], slugs: Mapping[str, str]) -> Mapping[str, str]:
    """The first group's cell leads to its parts, the last one's to what is beneath."""
    found: dict[str, str] = {}
    narrowed: dict[str, str] = {}
    for place, key in enumerate(asked.grouping):
        dimension = DIMENSIONS[key]
        value = slugs.get(row[place], "") if key == "course" else (row[place] or NONE)
        if not dimension.filter or (key in {"region", "report_region", "legal_system"} and value == NONE):
            continue
        narrowed = {**narrowed, dimension.filter: value}
        below = asked.grouping[place + 1 :] or _below(key)
        found[key] = _address(asked, narrowed, below)
    return found


def _below(key: str) -> tuple[str, ...]:
    """Return what comes under a dimension on the way down: the next one; after the last the rows."""
    step = "region" if key in {"report_region", "legal_system"} else key
    if step not in WAY:
        return ()
    return WAY[WAY.index(step) + 1 :][:1]


def _address(asked: Asked, narrowed: Mapping[str, str], grouping: Sequence[str]) -> str:
    kept = {name: value for name, value in asked.as_args().items() if name not in {"group", "by", "sort"}}
    kept |= {name: value for name, value in narrowed.items() if name in asked.report.filters}
    kept |= dict(zip(("group", "by"), grouping, strict=False))
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
    kept = _carried(asked, {"activity", "kind", "channel"})
    name = "attendance" if row[1] in ATTENDED else "completions"
    if name == "attendance" and kept.get("period") == "completed":
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
    kept |= dict(zip(("group",), grouping, strict=False))
    return to(asked.report.name, kept)


def _named(texts: Any, country: str) -> str:
    from_kind = DIMENSIONS["country"].kind
    return _unknown(country) if country in {NONE, ANY} else str(texts[from_kind](country))


def _unknown(value: str) -> str:
    return _("Not known") if value == NONE else value
