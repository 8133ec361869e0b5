"""Reading lists: what to read in which order, and how far one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import loaders, resources_loaders
from app.irooms.actions.resources import lists as actions
from app.irooms.forms.resources import ReadingListForm
from app.irooms.models.resources import RoomReadingList
from app.irooms.queries.resources import lists as queries
from app.irooms.queries.resources.lists import Item as ListItem
from app.irooms.queries.resources.rows import Row
from app.irooms.resources_loaders import Item, Shelf
from app.irooms.resources_policy import may_list
from app.irooms.views.blueprint import bp
from app.irooms.views.resources.resource import back

Answer = str | BaseResponse | tuple[str, int]
Opened = tuple[Shelf, RoomReadingList, Sequence[ListItem]]


@bp.get("/<slug>/resources/lists")
@access(approved, shelf=resources_loaders.root)
def resource_lists(shelf: Shelf) -> str:
    """The room's reading lists, with one's own progress."""
    found = queries.reading_lists(shelf.seat, shelf.tree)
    return render_template(
        "irooms/resources/lists.html", seat=shelf.seat, lists=found, makes=may_list(shelf.seat)
    )


@bp.get("/<slug>/resources/lists/new")
@access(approved, shelf=resources_loaders.makes_lists)
def resource_list_new(shelf: Shelf) -> str:
    """The form that makes a reading list."""
    return _form_page(shelf, None, ReadingListForm(formdata=None))


@bp.post("/<slug>/resources/lists/new")
@access(approved, shelf=resources_loaders.makes_lists)
@idempotent
def resource_list_make(shelf: Shelf) -> Answer:
    """Make a reading list."""
    form = ReadingListForm()
    if not form.validate():
        return _form_page(shelf, None, form), UNPROCESSABLE
    try:
        row = actions.make_list(shelf.seat, form.title.data or "", (form.description.data or "").strip())
    except Refused as error:
        form.form_errors.append(str(error))
        return _form_page(shelf, None, form), UNPROCESSABLE
    notify(_("The reading list is made. Put resources into it from their pages."))
    return _to(shelf, row)


@bp.get("/<slug>/resources/lists/<list_id>")
@access(approved, opened=resources_loaders.reading_list)
def resource_list(opened: Opened) -> str:
    """A reading list."""
    shelf, row, items = opened
    return render_template(
        "irooms/resources/reading_list.html",
        seat=shelf.seat,
        row=row,
        items=items,
        done=sum(one.done for one in items),
        edits=may_list(shelf.seat),
    )


@bp.get("/<slug>/resources/lists/<list_id>/edit")
@access(approved, opened=resources_loaders.edited_list)
def resource_list_edit(opened: Opened) -> str:
    """The form that changes a reading list's words."""
    shelf, row, _items = opened
    form = ReadingListForm(formdata=None)
    form.title.data, form.description.data = row.title, row.description
    return _form_page(shelf, row, form)


@bp.post("/<slug>/resources/lists/<list_id>/edit")
@access(approved, opened=resources_loaders.edited_list)
def resource_list_change(opened: Opened) -> Answer:
    """Change a reading list's words."""
    shelf, row, _items = opened
    form = ReadingListForm()
    if not form.validate():
        return _form_page(shelf, row, form), UNPROCESSABLE
    title, description = form.title.data or "", (form.description.data or "").strip()
    changed = actions.describe_list(shelf.seat, row, title, description)
    notify(_("Saved") if changed else _("Nothing was changed."))
    return _to(shelf, row)


@bp.post("/<slug>/resources/lists/<list_id>/removal")
@access(approved, opened=resources_loaders.edited_list)
def resource_list_removal(opened: Opened) -> Answer:
    """Remove a reading list."""
    shelf, row, _items = opened
    actions.remove_list(shelf.seat, row)
    notify(_("The reading list was removed; the resources stay."))
    return redirect(url_for("irooms.resource_lists", slug=shelf.seat.room.public_id))


@bp.get("/<slug>/resources/<resource_id>/lists")
@access(approved, item=resources_loaders.item)
def resource_listing(item: Item) -> str:
    """Which reading list to put a resource into."""
    if not may_list(item.seat):
        raise loaders.nothing(item.seat)
    found = queries.reading_lists(item.seat, item.tree)
    return render_template("irooms/resources/put.html", seat=item.seat, item=item, lists=found)


@bp.post("/<slug>/resources/<resource_id>/lists")
@access(approved, item=resources_loaders.item)
@idempotent
def resource_listing_put(item: Item) -> Answer:
    """Put a resource into a reading list."""
    if not may_list(item.seat):
        raise loaders.nothing(item.seat)
    wanted = request.form.get("list", "")
    lists = queries.reading_lists(item.seat, item.tree)
    row = next((one.row for one in lists if one.row.public_id == wanted), None)
    if row is None:
        raise loaders.nothing(item.seat)
    if _try(lambda: actions.put(item.seat, row, item.row.resource)):
        notify(_("It stands in the list now."))
    return back(item)


@bp.post("/<slug>/resources/lists/<list_id>/items/<resource_id>/place")
@access(approved, held=resources_loaders.list_item)
def resource_list_place(held: tuple[Shelf, RoomReadingList, Row]) -> Answer:
    """Move a resource up or down in a list."""
    shelf, row, item = held
    actions.shift_item(shelf.seat, row, item.resource, -1 if request.form.get("way") == "up" else 1)
    return _to(shelf, row)


@bp.post("/<slug>/resources/lists/<list_id>/items/<resource_id>/removal")
@access(approved, held=resources_loaders.list_item)
def resource_list_take_out(held: tuple[Shelf, RoomReadingList, Row]) -> Answer:
    """Take a resource out of a list."""
    shelf, row, item = held
    actions.take_out(shelf.seat, row, item.resource)
    return _to(shelf, row)


@bp.post("/<slug>/resources/<resource_id>/tick")
@access(approved, item=resources_loaders.read)
def resource_tick(item: Item) -> Answer:
    """Tick a resource off, or take the tick back; then back to the list one came from."""
    _try(lambda: actions.tick(item.seat, item.row.resource, done=request.form.get("done") == "1"))
    slug, wanted = item.seat.room.public_id, request.form.get("list", "")
    lists = queries.reading_lists(item.seat, item.tree)
    if any(one.row.public_id == wanted for one in lists):
        return redirect(url_for("irooms.resource_list", slug=slug, list_id=wanted))
    return back(item)


def _form_page(shelf: Shelf, row: RoomReadingList | None, form: ReadingListForm) -> str:
    return render_template("irooms/resources/list_form.html", seat=shelf.seat, row=row, form=form)


def _to(shelf: Shelf, row: RoomReadingList) -> BaseResponse:
    return redirect(url_for("irooms.resource_list", slug=shelf.seat.room.public_id, list_id=row.public_id))


def _try(act: Callable[[], object]) -> bool:
    """Do it; say why when it is refused. Returns whether it was done."""
    try:
        act()
    except Refused as error:
        notify(str(error), "attention")
        return False
    return True
