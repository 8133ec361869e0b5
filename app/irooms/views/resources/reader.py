"""Reading a file on the page: marked page images in two sizes, the text of each page, and how long one reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.irooms import loaders, resources_links, resources_loaders
from app.irooms.actions.resources import viewing
from app.irooms.actions.resources.viewing import Look
from app.irooms.queries.resources.rows import Row
from app.irooms.queries.resources.versions import page_count
from app.irooms.resources_loaders import Item
from app.irooms.resources_policy import has_text
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp
from app.irooms.views.resources.resource import asked_version
from app.media import marking
from app.media import queries as media
from app.media.models import MediaFile

ZOOMS = ("1", "2", "3", "4")
"""How wide a page may be shown: once the width of the window, up to four times."""
SIZES = ("small", "large")
_KEPT = 600


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is read: of which version, by number, of how many; as a picture, or as text."""

    row: Row
    file: MediaFile
    number: int
    total: int
    as_text: bool
    zoom: int


@bp.get("/<slug>/resources/<resource_id>/pages")
@access(approved, item=resources_loaders.read)
def resource_pages(item: Item) -> BaseResponse:
    """Lead to the page that was typed."""
    sheet = _sheet(item, 1)
    typed = _digits(request.args.get("page", ""))
    return redirect(_address(item, sheet, page=min(max(typed, 1), sheet.total)))


@bp.get("/<slug>/resources/<resource_id>/pages/<page>")
@access(approved, opened=resources_loaders.page)
def resource_page(opened: tuple[Item, int]) -> str:
    """A page, and the ways to the others."""
    item, number = opened
    sheet = _sheet(item, number)
    view = viewing.look(item.seat, sheet.row.resource, sheet.row.version, number)
    return render_template(
        "irooms/resources/reader.html",
        seat=item.seat,
        item=item,
        sheet=sheet,
        text=media.page_text(sheet.file, number) if sheet.as_text else "",
        view=view,
        mark=_mark(item.seat, view, number),
        kept={name: value for name, value in _kept(item, sheet).items() if value is not None},
        address=lambda **changed: _address(item, sheet, **changed),
        picture=lambda number, size: _picture(item, sheet, number, size),
    )


@bp.get("/<slug>/resources/<resource_id>/pages/<page>/image")
@access(approved, opened=resources_loaders.page)
def resource_image(opened: tuple[Item, int]) -> BaseResponse:
    """The picture of a page with the reader's mark in it; the reader's browser may keep it for ten minutes."""
    item, number = opened
    sheet = _sheet(item, number)
    size = request.args.get("size", "large")
    if size not in SIZES or not sheet.file.readable:
        raise loaders.nothing(item.seat)
    view = viewing.look(item.seat, sheet.row.resource, sheet.row.version, number, opened=False)
    try:
        plain = media.page_image(sheet.file, number, size)
    except NotFound:
        raise loaders.nothing(item.seat) from None
    body = marking.mark_image(plain, _mark(item.seat, view, number))
    answer = make_response(body)
    answer.content_type = marking.media_type(body)
    answer.headers["Cache-Control"] = f"private, max-age={_KEPT}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.post("/<slug>/resources/<resource_id>/reading")
@access(approved, item=resources_loaders.read)
def resource_reading(item: Item) -> Response:
    """Take down how many seconds a page was read; what cannot be true is not believed."""
    number, seconds = (_digits(request.form.get(name, "")) for name in ("page", "seconds"))
    code = request.form.get("code", "")
    viewing.read_on(item.seat, item.row.resource, code, number, seconds)
    return Response(status=204)


def _sheet(item: Item, number: int) -> Sheet:
    row = asked_version(item)
    file = row.file
    total = page_count(file) if file is not None and (file.readable or has_text(file)) else 0
    if file is None or number > total:
        raise loaders.nothing(item.seat)
    zoom = request.args.get("zoom", "1")
    as_text = not file.readable or (has_text(file) and request.args.get("view") == "text")
    return Sheet(row, file, number, total, as_text, int(zoom) if zoom in ZOOMS else 1)


def _mark(seat: Seat, view: Look, number: int) -> list[str]:
    return resources_links.mark_lines(seat, view.code, view.at, number)


def _address(item: Item, sheet: Sheet, **changed: Any) -> str:
    """Return the address of a page: the same version, view and zoom unless ``changed``."""
    values = {"page": sheet.number, **_kept(item, sheet), **changed}
    return url_for("irooms.resource_page", slug=item.seat.room.public_id, resource_id=_id(item), **values)


def _kept(item: Item, sheet: Sheet) -> dict[str, Any]:
    """Return what stays the same from page to page."""
    return {
        "view": "text" if sheet.as_text and sheet.file.readable else None,
        "zoom": sheet.zoom if sheet.zoom > 1 else None,
        **_version(item, sheet),
    }


def _picture(item: Item, sheet: Sheet, number: int, size: str) -> str:
    return url_for(
        "irooms.resource_image",
        slug=item.seat.room.public_id,
        resource_id=_id(item),
        page=number,
        size=size,
        **_version(item, sheet),
    )


def _id(item: Item) -> str:
    return item.row.resource.public_id


def _version(item: Item, sheet: Sheet) -> dict[str, Any]:
    shown = item.row.version.number
    return {"v": sheet.row.version.number} if sheet.row.version.number != shown else {}


def _digits(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 0
