"""The page of search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from app.core.access import current_actor, public
from app.core.i18n import LANGUAGES, page_language
from app.core.input import forgiving
from app.core.limits import by_address, limiter
from app.search import words
from app.search.queries import Hit, Hits, find

bp = Blueprint("search", __name__, template_folder="templates")
STRANGERS = "60 per minute"


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind that the results can be narrowed to, and how many there are; an empty kind is all."""

    name: str
    count: int
    url: str
    current: bool


def _signed_in() -> bool:
    return current_actor().signed_in


@bp.get("/search")
@public
@forgiving
@limiter.limit(STRANGERS, key_func=by_address, exempt_when=_signed_in)
def page() -> str:
    """What was asked for, among everything this person may see."""
    asked = request.args.get("q", "").strip()
    kind = request.args.get("kind", "")
    language = request.args.get("language", "")
    hits = find(
        current_actor(),
        request.args.get("q", ""),
        kinds=[kind] if kind else None,
        language=language if language in LANGUAGES else None,
        cursor=request.args.get("after"),
        reader=page_language(),
        typing=bool(request.args.get("typing")),
    )
    return render_template(
        "search/page.html",
        asked=asked,
        hits=hits,
        groups=_groups(hits.found),
        choices=_choices(hits, kind),
        kind=kind,
        language=language,
        more_url=_address(after=hits.cursor) if hits.cursor else None,
        first_page="after" not in request.args,
        words=words,
    )


def _groups(found: Sequence[Hit]) -> list[tuple[str, list[Hit]]]:
    """Return the hits by kind, each under its name; the kind of the best hit comes first."""
    order = list(dict.fromkeys(hit.kind for hit in found))
    ordered = sorted(found, key=lambda hit: order.index(hit.kind))
    return [(words.name_of(kind), list(some)) for kind, some in groupby(ordered, key=lambda hit: hit.kind)]


def _choices(hits: Hits, kind: str) -> list[Choice]:
    """Return the kinds to narrow to; none where there is nothing to choose."""
    if not kind and len(hits.kinds) < 2:
        return []
    named = [(words.name_of(one), one, count) for one, count in hits.kinds.items()]
    each = [Choice(name, count, _address(kind=one), one == kind) for name, one, count in sorted(named)]
    return [Choice("", sum(hits.kinds.values()), _address(kind=""), not kind), *each]


def _address(**changed: str | None) -> str:
    """Return the address of this search with something changed; it begins at its first page unless that is given."""
    kept = {name: request.args.get(name, "") for name in ("q", "kind", "language")} | changed
    return f"{url_for('search.page')}?{urlencode({name: value for name, value in kept.items() if value})}"
