"""The installation's own figures, and the numbers that the public reports gave, each with its source.

What is published is read from ``reported-figures.yaml``; ``data/figures.yaml`` says which of the platform's indicators
answers it, and so each of its ids is a figure of this installation. Nothing of this is known to the application.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from app.records.figures.models import NamedFigure, PublishedFigure, Qualifier
from demo.copying import copy
from demo.people import Person
from demo.tables import Counts
from demo.world import World, data, new_public_id

REPORTED = Path(__file__).parent / "reported-figures.yaml"
SCOPES = frozenset({"platform", "other_online"})
"""Figures of the other scopes never enter the platform's totals."""
NAMED = ("id", "indicator", "filters", "names", "definitions", "position")
PUBLISHED = (
    *("public_id", "figure", "value", "qualifier", "starts_on", "ends_on", "wording", "symbol", "source"),
    *("paragraph", "dated", "explanation", "entered_by", "entered_at"),
)
_QUALIFIERS = {"exact": Qualifier.EXACT, "more_than": Qualifier.MORE_THAN, "almost": Qualifier.NEARLY}


def load_figures(world: World, officer: Person) -> Counts:
    """Write the named figures and what was published, as entered by the reporting officer; returns rows by table."""
    named = [
        (identity, row["indicator"], row["filters"], row["names"], row["definitions"], position)
        for position, (identity, row) in enumerate(named_rows())
    ]
    return {
        "named_figure": copy(NamedFigure, NAMED, named),
        "published_figure": copy(PublishedFigure, PUBLISHED, _published(world, officer)),
    }


def named_rows() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every published figure's id with its indicator, filters, names and definitions (none: the indicator's)."""
    narrowed = data("figures")["narrowed"]
    for identity, source in data("figures")["published"].items():
        whole = {"indicator": source, "filters": {}, "names": {}, "definitions": {}}
        yield identity, narrowed.get(source, whole)


def _published(world: World, officer: Person) -> Iterator[tuple[Any, ...]]:
    reported = yaml.safe_load(REPORTED.read_text(encoding="utf-8"))
    chance = world.chance("published figures")
    for row in reported["figures"]:
        if row["scope"] not in SCOPES:
            continue
        source, _, paragraph = row["source"].partition(" ")
        first, last = _span(row)
        written = reported["sources"][source]
        yield (
            *(new_public_id(chance), row["id"], float(row["value"])),
            *(_QUALIFIERS[row["qualifier"]].value, first, last, _sentence(row["what"])),
            *(written.get("symbol", ""), _title(written, reported["sources"])),
            *(paragraph.removeprefix("para "), written.get("dated"), "", officer.id, world.now),
        )


def _span(row: Mapping[str, Any]) -> tuple[date | None, date]:
    """Return the first and the last day that a figure speaks of; None and the day where it is stated by one."""
    if "as_of" in row:
        return None, row["as_of"]
    first, last = row["period"].split("/")
    return date.fromisoformat(first), date.fromisoformat(last)


def _title(written: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a source's title; one may have that of the source before it."""
    title = str(written["title"])
    return next(str(one["title"]) for one in sources.values()) if title == "the same" else title


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")
