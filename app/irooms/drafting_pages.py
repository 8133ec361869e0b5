"""A section's text as a page shows it, and the plain text that passages are counted in. Rendered once for all."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from app.core.i18n import page_language
from app.irooms.drafting.anchors import plain
from app.irooms.rendering import render_markdown

_KEPT = 1_000


def rendered(text: str) -> Markup:
    """Return a section's Markdown as safe HTML; its few words of ours are in the page's language."""
    return _rendered(text, page_language())


@lru_cache(maxsize=_KEPT)
def _rendered(text: str, _language: str) -> Markup:
    return render_markdown(text)


def said(text: str) -> Markup:
    """Return a comment's or reply's Markdown as safe HTML, its line breaks kept."""
    return _said(text, page_language())


@lru_cache(maxsize=_KEPT)
def _said(text: str, _language: str) -> Markup:
    return render_markdown(text, line_breaks=True)


@lru_cache(maxsize=_KEPT)
def plain_of(text: str) -> str:
    """Return the plain text of a section: what a person reads, blanks folded."""
    return plain(_rendered(text, page_language()))
