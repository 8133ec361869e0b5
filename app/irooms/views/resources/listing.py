"""The shelves of a room: its collections, the resources in one, filtered, sorted, page by page; what came meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request
from markupsafe import Markup

from app.accounts.queries import person_of
from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core.access import access, approved
from app.irooms import resources_loaders
from app.irooms.actions import membership
from app.irooms.queries.resources import listing
from app.irooms.queries.resources.collections import collection_topic, tree
from app.irooms.queries.resources.listing import Filters, Shown
from app.irooms.resources_loaders import Shelf
from app.irooms.resources_policy import may_edit
from app.irooms.resources_vocabulary import KINDS, LANGUAGE_TAGS, TYPES
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp

_MINE = "mine"
_MOST_PAGES = 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list, as the pager macro reads it; ``first`` and ``last`` count from 1."""

    first: int
    last: int
    total: int
    prev_url: str | None
    next_url: str | None


@bp.get("/<slug>/resources")
@access(approved, shelf=resources_loaders.root)
def resources(shelf: Shelf) -> str:
    """The outermost collection, and the training that is for this room."""
    return _page(shelf)


@bp.get("/<slug>/resources/in/<collection_id>")
@access(approved, shelf=resources_loaders.shelf)
def resource_collection(shelf: Shelf) -> str:
    """A collection."""
    return _page(shelf)


@bp.get("/<slug>/resources/in/<collection_id>/news")
@access(approved, shelf=resources_loaders.shelf)
def resource_news(shelf: Shelf) -> str:
    """Say, within an open list, that it has changed since."""
    typed = request.args.get("after", "0")
    after = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else 0
    number = shelf.node.news
    return render_template("irooms/resources/_news.html", shelf=shelf, after=number, changed=number > after)


def _page(shelf: Shelf) -> str:
    seat, asked, page = shelf.seat, _filters(), _page_number()
    filters = _narrowed(seat, asked)
    sort = request.args.get("sort", "order")
    shown = listing.listed(seat, shelf.tree, shelf.node, filters, sort=sort, page=page)
    outermost = shelf.node.parent_id is None
    membership.touch(seat)
    return render_template(
        "irooms/resources/list.html",
        seat=seat,
        shelf=shelf,
        topic=collection_topic(seat.room.id, shelf.node.id),
        shown=shown,
        inner=shelf.inner,
        counts=listing.counts(seat, shelf.tree) if shelf.inner else {},
        filters=asked,
        sort=sort,
        sheet=_sheet(page, shown),
        writable=shelf.node.id in shelf.tree.writable,
        editable={row.resource.id for row in shown.rows if may_edit(seat, shelf.tree, row.resource)},
        arranging=seat.manages and seat.writes and request.args.get("arrange") == "1" and not asked.any,
        training=listing.training_of(seat) if outermost and not asked.any and page == 1 else [],
        system=filters.legal,
        legal_systems=LEGAL_SYSTEMS,
    )


def _filters() -> Filters:
    """Return what was asked for; a value that is none narrows nothing."""
    values = request.args
    kind, type_, language = (values.get(name, "") for name in ("kind", "type", "language"))
    legal = values.get("legal", "")
    return Filters(
        kind=kind if kind in KINDS else "",
        type=type_ if type_ in TYPES else "",
        language=language if language in LANGUAGE_TAGS else "",
        legal=legal if legal in LEGAL_SYSTEMS or legal == _MINE else "",
        tag=values.get("tag", "").strip(),
        new=values.get("new") == "1",
        withdrawn=values.get("withdrawn") == "1",
    )


def _narrowed(seat: Seat, asked: Filters) -> Filters:
    """Return the filters with “like mine” put in the reader's own legal system; without one it narrows nothing."""
    if asked.legal != _MINE:
        return asked
    values = {name: getattr(asked, name) for name in Filters.__dataclass_fields__}
    return Filters(**{**values, "legal": person_of(seat.actor).legal_system})


def _page_number() -> int:
    typed = request.args.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1
    return min(max(number, 1), _MOST_PAGES)


def _sheet(page: int, shown: Shown) -> Sheet:
    before, count = (page - 1) * listing.PAGE, len(shown.rows)
    more = before + count < shown.total
    return Sheet(
        before + 1 if count else 0,
        before + count,
        shown.total,
        with_query(page=page - 1) if page > 1 else None,
        with_query(page=page + 1) if more else None,
    )


def with_query(**changed: object) -> str:
    """Return this page's address with query values changed; None drops one."""
    values = {key: value for key, value in request.args.items() if key not in changed and key != "lang"}
    values |= {key: str(value) for key, value in changed.items() if value is not None}
    return f"{request.path}?{urlencode(values)}" if values else request.path


def new_piece(seat: Seat, _any: int) -> Markup | None:
    """Return what is new among the resources, for the room's first page; None when nothing is."""
    shelves = tree(seat)
    shown = listing.new_rows(seat, shelves)
    if not shown.rows:
        return None
    return Markup(render_template("irooms/resources/_new.html", seat=seat, shown=shown))
