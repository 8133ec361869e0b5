"""What is done with a resource by those who may: described, moved, grouped, withdrawn, restored, discarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from flask import redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import loaders, resources_loaders
from app.irooms.actions.resources import changing as actions
from app.irooms.collections import Node
from app.irooms.forms.resources import CommonForm, VariantForm, WithdrawForm, WordsForm
from app.irooms.models.resources import TRAINING, RoomResource
from app.irooms.queries.resources.rows import Row, chosen, works
from app.irooms.resources_loaders import Item, Shelf
from app.irooms.resources_policy import may_edit
from app.irooms.views.blueprint import bp
from app.irooms.views.resources.collections import address
from app.irooms.views.resources.resource import back, into_form, page

Answer = str | BaseResponse | tuple[str, int] | tuple[BaseResponse, int]
MOST_TOGETHER = 100


# ------------------------------------------------------------------------------------------------ words


@bp.get("/<slug>/resources/<resource_id>/edit")
@access(approved, item=resources_loaders.editable)
def resource_edit(item: Item) -> str:
    """The form of a resource's words."""
    form = WordsForm(formdata=None)
    form.show(item.row)
    return _edit_page(item, form)


@bp.post("/<slug>/resources/<resource_id>/edit")
@access(approved, item=resources_loaders.editable)
def resource_change(item: Item) -> Answer:
    """Change a resource's words."""
    form = WordsForm()
    if item.row.resource.kind in TRAINING:
        form.title.data = form.title.data or item.row.resource.title  # it is the activity's own
    if not form.validate():
        return _edit_page(item, form), UNPROCESSABLE
    try:
        changed = actions.describe(item.seat, item.tree, item.row.resource, form.words())
    except Refused as error:
        form.form_errors.append(str(error))
        return _edit_page(item, form), UNPROCESSABLE
    notify(_("Saved") if changed else _("Nothing was changed."))
    return back(item)


def _edit_page(item: Item, form: WordsForm) -> str:
    training = item.row.resource.kind in TRAINING
    return render_template(
        "irooms/resources/edit.html", seat=item.seat, item=item, form=form, training=training
    )


@bp.get("/<slug>/resources/set")
@access(approved, shelf=resources_loaders.root)
def resources_set(shelf: Shelf) -> str:
    """The form that describes several resources together; ``?id=`` names them."""
    return _set_page(shelf, _chosen(shelf, request.args.getlist("id")), _common(shelf, bound=False))


@bp.post("/<slug>/resources/set")
@access(approved, shelf=resources_loaders.root)
def resources_set_change(shelf: Shelf) -> Answer:
    """Describe several resources together."""
    rows, form = _chosen(shelf, request.form.getlist("id")), _common(shelf)
    if not form.validate():
        return _set_page(shelf, rows, form), UNPROCESSABLE
    resources = [row.resource for row in rows]
    try:
        changed = actions.describe_all(shelf.seat, shelf.tree, resources, form.common())
        target = shelf.tree.get(form.into.data) if form.into.data else None
        for resource in resources if target else []:
            actions.move(shelf.seat, shelf.tree, resource, target)  # type: ignore[arg-type]
    except Refused as error:
        form.form_errors.append(str(error))
        return _set_page(shelf, rows, form), UNPROCESSABLE
    notify(ngettext("%(num)d resource was changed.", "%(num)d resources were changed.", changed))
    node = target or shelf.tree.nodes[resources[0].collection_id]
    return redirect(address(shelf, node))


def _chosen(shelf: Shelf, ids: Sequence[str]) -> Sequence[Row]:
    """Return those of the resources that the seat may change. Raises NotFound when there is none."""
    found = [
        row
        for row in chosen(shelf.seat, shelf.tree, ids[:MOST_TOGETHER])
        if may_edit(shelf.seat, shelf.tree, row.resource)
    ]
    if not found:
        raise loaders.nothing(shelf.seat)
    return found


def _common(shelf: Shelf, *, bound: bool = True) -> CommonForm:
    form = CommonForm() if bound else CommonForm(formdata=None)
    form.offer(shelf.tree)
    return form


def _set_page(shelf: Shelf, rows: Sequence[Row], form: CommonForm) -> str:
    return render_template("irooms/resources/set.html", seat=shelf.seat, shelf=shelf, rows=rows, form=form)


# ------------------------------------------------------------------------------------------------ places


@bp.post("/<slug>/resources/<resource_id>/place")
@access(approved, item=resources_loaders.managed_item)
def resource_place(item: Item) -> Answer:
    """Move a resource up or down in its collection."""
    steps = -1 if request.form.get("way") == "up" else 1
    _try(lambda: actions.shift(item.seat, item.tree, item.row.resource, steps))
    return redirect(_shelf_address(item, item.node) + "?arrange=1")


@bp.post("/<slug>/resources/<resource_id>/collection")
@access(approved, item=resources_loaders.editable)
def resource_into(item: Item) -> Answer:
    """Put a resource into another collection."""
    form = into_form(item)
    if not form.validate():
        return page(item, into=form), UNPROCESSABLE
    target = item.tree.get(form.into.data)
    if target is None:
        raise loaders.nothing(item.seat)
    if _try(lambda: actions.move(item.seat, item.tree, item.row.resource, target)):
        notify(_("The resource was moved."))
    return back(item)


def _shelf_address(item: Item, node: Node) -> str:
    return address(Shelf(item.seat, item.tree, node), node)


# ------------------------------------------------------------------------------------------------ variants


@bp.post("/<slug>/resources/<resource_id>/variants")
@access(approved, item=resources_loaders.editable)
def resource_variant(item: Item) -> Answer:
    """Say which resource is the same work in another language."""
    form = VariantForm()
    if not form.validate():
        return page(item, variant=form), UNPROCESSABLE
    other = _named(item, form.other.data or "")
    if other is None:
        form.other.errors = [_("There is no such resource in this room.")]
        return page(item, variant=form), UNPROCESSABLE
    try:
        actions.join_variants(item.seat, item.tree, item.row.resource, other)
    except Refused as error:
        form.other.errors = [str(error)]
        return page(item, variant=form), UNPROCESSABLE
    notify(_("Both are shown as one work in two languages."))
    return back(item)


def _named(item: Item, typed: str) -> RoomResource | None:
    """Return the resource that an address (or its end, the id) leads to, if the seat may see it."""
    last = urlsplit(typed).path.rstrip("/").rpartition("/")[2]
    rows = works(item.seat, item.tree, last) if last else []
    return next((row.resource for row in rows if row.resource.public_id == last), None)


@bp.post("/<slug>/resources/<resource_id>/variants/parting")
@access(approved, item=resources_loaders.editable)
def resource_variant_part(item: Item) -> Answer:
    """Let a resource stand for itself again."""
    if _try(lambda: actions.part_variant(item.seat, item.tree, item.row.resource)):
        notify(_("It stands for itself again."))
    return back(item)


# ------------------------------------------------------------------------------------------------ ends


@bp.post("/<slug>/resources/<resource_id>/withdrawal")
@access(approved, item=resources_loaders.editable)
@idempotent
def resource_withdrawal(item: Item) -> Answer:
    """Withdraw a resource, with a reason."""
    form = WithdrawForm()
    if not form.validate():
        return page(item, withdraw=form), UNPROCESSABLE
    if _try(lambda: actions.withdraw(item.seat, item.tree, item.row.resource, form.why.data or "")):
        notify(_("The resource is withdrawn. Its page says why."))
    return back(item)


@bp.post("/<slug>/resources/<resource_id>/restoration")
@access(approved, item=resources_loaders.managed_item)
def resource_restoration(item: Item) -> Answer:
    """Bring a withdrawn resource back."""
    if _try(lambda: actions.restore(item.seat, item.tree, item.row.resource)):
        notify(_("The resource is back."))
    return back(item)


@bp.post("/<slug>/resources/<resource_id>/discarding")
@access(approved, item=resources_loaders.editable)
def resource_discarding(item: Item) -> Answer:
    """Throw away a draft."""
    if not _try(lambda: actions.discard(item.seat, item.tree, item.row.resource)):
        return back(item)
    notify(_("The file was thrown away."))
    return redirect(_shelf_address(item, item.node))


def _try(act: Callable[[], object]) -> bool:
    """Do it; say why when it is refused. Returns whether it was done."""
    try:
        act()
    except Refused as error:
        notify(str(error), "attention")
        return False
    return True
