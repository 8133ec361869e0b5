"""The few entries of the header: each feature adds its own; a person sees those they may use."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel.speaklater import LazyString

from app.core.access import Rule, current_actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: words, endpoint, who sees it, its place, the section of addresses it stands for; those under ``apart``
    are another entry's."""

    text: LazyString
    endpoint: str
    rule: Rule
    order: int
    section: str
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the page shows it."""

    text: str
    url: str
    current: bool


_entries: dict[str, Entry] = {}


def add(text: LazyString, endpoint: str, rule: Rule, *, order: int, section: str, apart: str = "") -> None:
    """Add an entry; adding the same endpoint again replaces it."""
    _entries[endpoint] = Entry(text, endpoint, rule, order, section, apart)


def navigation() -> list[Link]:
    """Return the entries that the present person may use, in order."""
    actor = current_actor()
    return [
        Link(str(entry.text), url_for(entry.endpoint), _within(entry))
        for entry in sorted(_entries.values(), key=lambda one: one.order)
        if entry.rule.allows(actor)
    ]


def _within(entry: Entry) -> bool:
    apart = bool(entry.apart) and request.path.startswith(entry.apart)
    return request.path.startswith(entry.section) and not apart


def init_app(app: Flask) -> None:
    """Give the entries to templates."""
    app.add_template_global(navigation)
    app.add_template_global(current_actor, "actor")
