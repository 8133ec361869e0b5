"""Collections: made, described, given rights, moved, removed."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import loaders, resources_loaders
from app.irooms.actions.resources import collections as actions
from app.irooms.collections import Node
from app.irooms.forms.resources import CollectionForm, IntoForm
from app.irooms.resources_loaders import Shelf
from app.irooms.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]


@bp.get("/<slug>/resources/in/<collection_id>/new")
@access(approved, shelf=resources_loaders.managed)
def resource_collection_new(shelf: Shelf) -> str:
    """The form that makes a collection in this one."""
    return _new_page(shelf, CollectionForm(formdata=None))


@bp.post("/<slug>/resources/in/<collection_id>/new")
@access(approved, shelf=resources_loaders.managed)
@idempotent
def resource_collection_make(shelf: Shelf) -> Answer:
    """Make a collection in this one."""
    form = _named(CollectionForm(), shelf, new=True)
    if not form.validate():
        return _new_page(shelf, form), UNPROCESSABLE
    try:
        row = actions.make_collection(shelf.seat, shelf.node, form.description_given())
    except Refused as error:
        form.form_errors.append(str(error))
        return _new_page(shelf, form), UNPROCESSABLE
    notify(_("The collection is made."))
    return _to(shelf, row.public_id)


@bp.get("/<slug>/resources/in/<collection_id>/edit")
@access(approved, shelf=resources_loaders.managed)
def resource_collection_edit(shelf: Shelf) -> str:
    """The form that changes a collection."""
    form = CollectionForm(formdata=None)
    form.show(shelf.node)
    return _edit_page(shelf, form)


@bp.post("/<slug>/resources/in/<collection_id>/edit")
@access(approved, shelf=resources_loaders.managed)
def resource_collection_change(shelf: Shelf) -> Answer:
    """Change a collection's words and rights."""
    form = _named(CollectionForm(), shelf, new=False)
    if shelf.node.parent_id is None:
        form.title.data = form.title.data or shelf.seat.room.title  # it has no words of its own
    if not form.validate():
        return _edit_page(shelf, form), UNPROCESSABLE
    try:
        changed = actions.change_collection(shelf.seat, shelf.node, form.description_given())
    except Refused as error:
        form.form_errors.append(str(error))
        return _edit_page(shelf, form), UNPROCESSABLE
    notify(_("Saved") if changed else _("Nothing was changed."))
    return _to(shelf, shelf.node.public_id)


@bp.post("/<slug>/resources/in/<collection_id>/place")
@access(approved, shelf=resources_loaders.managed)
def resource_collection_place(shelf: Shelf) -> Answer:
    """Move a collection up or down among its neighbours."""
    try:
        actions.shift_collection(shelf.seat, shelf.node, -1 if request.form.get("way") == "up" else 1)
    except Refused as error:
        notify(str(error), "attention")
    return redirect(_around(shelf) + "?arrange=1")


@bp.post("/<slug>/resources/in/<collection_id>/collection")
@access(approved, shelf=resources_loaders.managed)
def resource_collection_into(shelf: Shelf) -> Answer:
    """Put a collection into another one."""
    form = _into_form(shelf)
    if not form.validate():
        return _edit_page(shelf, _shown(shelf), form), UNPROCESSABLE
    target = shelf.tree.get(form.into.data)
    if target is None:
        raise loaders.nothing(shelf.seat)
    try:
        actions.move_collection(shelf.seat, shelf.node, target)
    except Refused as error:
        form.into.errors = [str(error)]
        return _edit_page(shelf, _shown(shelf), form), UNPROCESSABLE
    notify(_("The collection was moved."))
    return _to(shelf, shelf.node.public_id)


@bp.post("/<slug>/resources/in/<collection_id>/removal")
@access(approved, shelf=resources_loaders.managed)
def resource_collection_removal(shelf: Shelf) -> Answer:
    """Remove an empty collection."""
    try:
        actions.remove_collection(shelf.seat, shelf.node)
    except Refused as error:
        notify(str(error), "attention")
        return _to(shelf, shelf.node.public_id)
    notify(_("The collection was removed."))
    return redirect(_around(shelf))


def _shown(shelf: Shelf) -> CollectionForm:
    form = CollectionForm(formdata=None)
    form.show(shelf.node)
    return form


def _named(form: CollectionForm, shelf: Shelf, *, new: bool) -> CollectionForm:
    here, shelves = shelf.node, shelf.tree
    if new:
        form.name_rights(lambda deed, role: shelves.allows(here.id, deed, role), outermost=False)
    else:
        form.name_rights(
            lambda deed, role: shelves.inherited(here.id, deed, role), outermost=here.parent_id is None
        )
    return form


def _new_page(shelf: Shelf, form: CollectionForm) -> str:
    return render_template(
        "irooms/resources/collection_form.html",
        seat=shelf.seat,
        shelf=shelf,
        form=_named(form, shelf, new=True),
        new=True,
    )


def _edit_page(shelf: Shelf, form: CollectionForm, into: IntoForm | None = None) -> str:
    return render_template(
        "irooms/resources/collection_form.html",
        seat=shelf.seat,
        shelf=shelf,
        form=_named(form, shelf, new=False),
        into=into or (_into_form(shelf, bound=False) if shelf.node.parent_id is not None else None),
        new=False,
    )


def _into_form(shelf: Shelf, *, bound: bool = True) -> IntoForm:
    form = IntoForm() if bound else IntoForm(formdata=None)
    inside = shelf.tree.below(shelf.node)
    form.offer(shelf.tree, shelf.tree.readable - inside - {shelf.node.parent_id or 0})
    return form


def _around(shelf: Shelf) -> str:
    holder = shelf.tree.holder(shelf.node)
    return address(shelf, holder or shelf.tree.root)


def _to(shelf: Shelf, collection_id: str) -> BaseResponse:
    if collection_id == shelf.tree.root.public_id:
        return redirect(url_for("irooms.resources", slug=shelf.seat.room.public_id))
    return redirect(
        url_for("irooms.resource_collection", slug=shelf.seat.room.public_id, collection_id=collection_id)
    )


def address(shelf: Shelf, node: Node) -> str:
    """Return the address of a collection's page."""
    slug = shelf.seat.room.public_id
    if node.parent_id is None:
        return url_for("irooms.resources", slug=slug)
    return url_for("irooms.resource_collection", slug=slug, collection_id=node.public_id)
