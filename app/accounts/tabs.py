"""The pages under "My account"; other packages add theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel.speaklater import LazyString

from app.core.access import Rule, current_actor, signed_in


@dataclass(frozen=True, slots=True)
class Tab:
    """One page: its words, endpoint, place in the row, who sees it, endpoints of the pages below it."""

    text: LazyString
    endpoint: str
    order: int
    rule: Rule
    covers: frozenset[str] = frozenset()


_tabs: dict[str, Tab] = {}


def add(
    text: LazyString, endpoint: str, *, order: int, rule: Rule = signed_in, covers: Iterable[str] = ()
) -> None:
    """Add a page; adding the same endpoint again replaces it. ``covers`` names the pages below it."""
    _tabs[endpoint] = Tab(text, endpoint, order, rule, frozenset({endpoint, *covers}))


def account_tabs() -> list[tuple[str, str, bool]]:
    """Return (words, address, current) of the pages the present person may use."""
    actor = current_actor()
    shown = sorted((tab for tab in _tabs.values() if tab.rule.allows(actor)), key=lambda tab: tab.order)
    return [(str(tab.text), url_for(tab.endpoint), request.endpoint in tab.covers) for tab in shown]


def init_app(app: Flask) -> None:
    """Give the row to templates."""
    app.add_template_global(account_tabs)
