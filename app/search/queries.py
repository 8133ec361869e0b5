"""Find: what somebody asks for, among what they may see at this moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from sqlalchemy import Row

from app.core import clock
from app.core.access import Actor
from app.core.scopes import held_among, scopes_of
from app.search import cursors, finding
from app.search.analyser import base
from app.search.cursors import Cursor
from app.search.finding import Narrowed
from app.search.passages import marked, passage
from app.search.questions import Question, parse

PAGE = 10
_ALL, _MOST, _BEGUN = "s", "l", "o"  # every word; most of what was asked; words that begin so


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. ``title`` and ``passage`` are safe HTML with ``<mark>``; ``language`` is theirs, or empty.

    ``url`` leads to the place, ``heading`` and ``page`` say where it is, ``within`` is the title of what it is part of.
    """

    kind: str
    key: str
    language: str
    title: Markup
    passage: Markup
    url: str
    heading: str
    page: int | None
    within: str
    facets: Mapping[str, Any]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of hits, best first; ``total`` things were found, ``kinds`` says how many of each.

    ``partial``: not every word was met in each of them. ``more``: there may be more than were counted. ``cursor`` leads
    on; None at the end.
    """

    question: Question
    found: Sequence[Hit] = ()
    total: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    partial: bool = False
    more: bool = False
    cursor: str | None = None


def find(
    actor: Actor,
    words: str,
    *,
    kinds: Collection[str] | None = None,
    scopes: Collection[str] | None = None,
    language: str | None = None,
    cursor: str | None = None,
    reader: str = "",
    typing: bool = False,
    limit: int = PAGE,
) -> Hits:
    """Return what ``actor`` may see of what ``words`` ask for.

    ``kinds``, ``scopes`` (such as those of one room) and ``language`` narrow it; a scope that is not held is no scope.
    ``reader`` is the language preferred where a thing is there in several (default: the actor's), ``typing`` says that
    the last word may go on. A cursor that is none begins anew.
    """
    reader = base(reader or actor.language)
    question = parse(words, reader, typing=typing)
    held = scopes_of(actor) if scopes is None else held_among(actor, scopes)
    if not question or not held:
        return Hits(question)
    narrowed = Narrowed(
        scopes=sorted(held),
        kinds=None if kinds is None else sorted(kinds),
        language=base(language or ""),
        reader=reader,
        after=cursors.read(cursor),
        moment=clock.now(),
        limit=limit,
    )
    return _begin(question, narrowed) if narrowed.after is None else _go_on(question, narrowed)


def _begin(question: Question, narrowed: Narrowed) -> Hits:
    """Look for everything asked for; where little holds it all, for most of it; then for words that begin so."""
    hits = _look(_ALL, question, narrowed)
    whole = sum(hits.kinds.values())
    if whole < PAGE and question.relaxable:
        looser = _look(_MOST, question, narrowed)
        if sum(looser.kinds.values()) > whole:
            return replace(looser, partial=True)
    if whole == 0:
        return _look(_BEGUN, question.opened(), narrowed)
    return hits


def _go_on(question: Question, narrowed: Narrowed) -> Hits:
    assert narrowed.after is not None
    mode = narrowed.after.mode
    hits = _look(mode, question.opened() if mode == _BEGUN else question, narrowed)
    return replace(hits, partial=mode == _MOST)


def _look(mode: str, question: Question, narrowed: Narrowed) -> Hits:
    rows = finding.find(question, narrowed, everything=mode == _ALL)
    kinds: dict[str, int] = rows[0].kinds or {}
    found = [row for row in rows if row.score is not None]
    shown = found[: narrowed.limit]
    more = len(found) > len(shown)
    moment = narrowed.after.moment if narrowed.after else narrowed.moment
    return Hits(
        question=question,
        found=[_hit(row, question) for row in shown],
        total=sum(count for kind, count in kinds.items() if narrowed.kinds is None or kind in narrowed.kinds),
        kinds=kinds,
        more=rows[0].cut,
        cursor=str(Cursor(mode, shown[-1].score, shown[-1].thing, moment)) if more else None,
    )


def _hit(row: Row[Any], question: Question) -> Hit:
    return Hit(
        kind=row.kind,
        key=row.key,
        language=row.language,
        title=marked(row.title, row.language, question),
        passage=passage(row.text, row.language, question),
        url=_address(row.url, row.anchor),
        heading=row.heading,
        page=row.page,
        within=str(row.facets.get("within", "")),
        facets=row.facets,
        updated_at=row.updated_at,
    )


def _address(url: str, anchor: str) -> str:
    if not anchor or anchor[0] in "#/?":
        return url + anchor
    return f"{url.partition('#')[0]}#{quote(anchor)}"
