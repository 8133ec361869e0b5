"""Adding to a collection: files (whole, or in pieces), links, text pages, legal references, training; new versions."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import Actor, access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.input import takes_files
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import loaders, resources_loaders
from app.irooms.actions.resources import adding as actions
from app.irooms.actions.resources.adding import Sent
from app.irooms.forms.resources import (
    FileVersionForm,
    LegalForm,
    LegalVersionForm,
    LinkForm,
    LinkVersionForm,
    TextForm,
    TextVersionForm,
    TrainingForm,
)
from app.irooms.models.resources import (
    TRAINING,
    ResourceKind,
    ResourceState,
    RoomResource,
    RoomResourceVersion,
)
from app.irooms.queries.resources.collections import collection_scope
from app.irooms.queries.resources.training import offered
from app.irooms.resources_loaders import Item, Shelf
from app.irooms.resources_words import LegalReference
from app.irooms.views.blueprint import bp
from app.irooms.views.resources.collections import address
from app.media import queries as files
from app.media import tus

Answer = str | BaseResponse | tuple[str, int]
Adding = LinkForm | TextForm | LegalForm | TrainingForm
Renewing = FileVersionForm | LinkVersionForm | TextVersionForm | LegalVersionForm
MOST_FILES = 50

_FORMS: dict[str, Callable[..., Adding]] = {
    "link": LinkForm,
    "text": TextForm,
    "legal": LegalForm,
    "training": TrainingForm,
}
_VERSION_FORMS: dict[str, Callable[..., Renewing]] = {
    ResourceKind.FILE: FileVersionForm,
    ResourceKind.LINK: LinkVersionForm,
    ResourceKind.TEXT: TextVersionForm,
    ResourceKind.LEGAL: LegalVersionForm,
}


def adding(actor: Actor, slug: str, collection_id: str, kind: str) -> tuple[Shelf, str]:
    """A collection that the actor may add to, and what they add."""
    shelf = resources_loaders.writable(actor, slug, collection_id)
    if kind not in _FORMS:
        raise loaders.nothing(shelf.seat)
    return shelf, kind


def renewable(actor: Actor, slug: str, resource_id: str) -> Item:
    """A resource that the actor may give a new version: training has none."""
    found = resources_loaders.editable(actor, slug, resource_id)
    if found.row.resource.kind in TRAINING or found.row.withdrawn:
        raise loaders.nothing(found.seat)
    return found


# ------------------------------------------------------------------------------------------------ files


@bp.get("/<slug>/resources/in/<collection_id>/files")
@access(approved, shelf=resources_loaders.writable)
def resource_files(shelf: Shelf) -> str:
    """The form that sends files."""
    return _files_page(shelf)


@bp.post("/<slug>/resources/in/<collection_id>/files")
@access(approved, shelf=resources_loaders.writable)
@takes_files("files")
@idempotent
def resource_files_add(shelf: Shelf) -> Answer:
    """Take files in: those that came with the form, and those that arrived in pieces before it."""
    sent = _sent()
    if not sent:
        return _files_page(shelf, _("Choose at least one file.")), UNPROCESSABLE
    if len(sent) > MOST_FILES:
        return _files_page(shelf, _("At most 50 files at once.")), UNPROCESSABLE
    try:
        added, refused = actions.receive_files(shelf.seat, shelf.tree, shelf.node, sent)
    except Refused as error:
        return _files_page(shelf, str(error)), UNPROCESSABLE
    if refused and not added:
        return _files_page(shelf, *refused), UNPROCESSABLE
    for text in refused:
        notify(text, "attention")
    return _describe_next(shelf, added)


def _sent() -> Sent:
    """Return the files that came with the form, and those that arrived in pieces before it."""
    files = [one for one in request.files.getlist("files") if one.filename]
    return Sent(files, list(dict.fromkeys(request.form.getlist("upload"))), request.form.get("strip") == "1")


def _describe_next(shelf: Shelf, added: list[RoomResource]) -> BaseResponse:
    """Lead on to where the new resources are described: one in its own form, several together."""
    waiting = sum(one.state == ResourceState.DRAFT for one in added)
    if waiting:
        notify(
            ngettext(
                "The file is here. It is shown to others once it has been checked.",
                "%(num)d files are here. They are shown to others once they have been checked.",
                waiting,
            )
        )
    if waiting < len(added):
        notify(ngettext("%(num)d file was added.", "%(num)d files were added.", len(added) - waiting))
    slug = shelf.seat.room.public_id
    if len(added) == 1:
        return redirect(url_for("irooms.resource_edit", slug=slug, resource_id=added[0].public_id))
    return redirect(url_for("irooms.resources_set", slug=slug, id=[one.public_id for one in added]))


@bp.post("/<slug>/resources/in/<collection_id>/uploads")
@access(approved, shelf=resources_loaders.writable)
@idempotent
def resource_upload(shelf: Shelf) -> Response:
    """Begin a file that arrives in pieces."""
    return tus.begin(
        lambda asked: actions.begin_upload(
            shelf.seat,
            shelf.tree,
            shelf.node,
            asked.name,
            asked.length,
            strip=asked.strip,
            fingerprint=asked.fingerprint,
        )
    )


def _files_page(shelf: Shelf, *faults: str) -> str:
    return render_template(
        "irooms/resources/files.html",
        seat=shelf.seat,
        shelf=shelf,
        faults=faults,
        always_stripped=actions.strips(shelf.seat),
        strip=request.form.get("strip") == "1",
        unfinished=files.unfinished(shelf.seat.actor, collection_scope(shelf.node.id)),
    )


# ------------------------------------------------------------------------------------------------ other kinds


@bp.get("/<slug>/resources/in/<collection_id>/add/<kind>")
@access(approved, found=adding)
def resource_add(found: tuple[Shelf, str]) -> str:
    """The form that adds a link, a text page, a legal reference or training."""
    shelf, kind = found
    return _add_page(shelf, kind, _form(shelf, kind, bound=False))


@bp.post("/<slug>/resources/in/<collection_id>/add/<kind>")
@access(approved, found=adding)
@idempotent
def resource_added(found: tuple[Shelf, str]) -> Answer:
    """Add it."""
    shelf, kind = found
    form = _form(shelf, kind)
    if not form.validate():
        return _add_page(shelf, kind, form), UNPROCESSABLE
    try:
        row = _add(shelf, form)
    except Refused as error:
        form.form_errors.append(str(error))
        return _add_page(shelf, kind, form), UNPROCESSABLE
    notify(_("Added"))
    return redirect(url_for("irooms.resource", slug=shelf.seat.room.public_id, resource_id=row.public_id))


def _form(shelf: Shelf, kind: str, *, bound: bool = True) -> Adding:
    form = _FORMS[kind]() if bound else _FORMS[kind](formdata=None)
    if isinstance(form, TrainingForm):
        form.offer(offered(shelf.seat))
    return form


def _add(shelf: Shelf, form: Adding) -> RoomResource:
    seat, tree, node, words = shelf.seat, shelf.tree, shelf.node, form.words()
    if isinstance(form, TrainingForm):
        return actions.add_training(seat, tree, node, words, form.chosen)
    if isinstance(form, LinkForm):
        return actions.add_link(seat, tree, node, words, form.url.data or "")
    if isinstance(form, LegalForm):
        reference = LegalReference.of(form.details_given())
        return actions.add_legal(seat, tree, node, words, reference, form.text_given())
    return actions.add_text(seat, tree, node, words, form.text_given())


def _add_page(shelf: Shelf, kind: str, form: Adding) -> str:
    headings = {
        "link": _("Add a link"),
        "text": _("Write a text page"),
        "legal": _("Add a legal reference"),
        "training": _("Add training of the platform"),
    }
    return render_template(
        "irooms/resources/add.html",
        seat=shelf.seat,
        shelf=shelf,
        kind=kind,
        form=form,
        heading=headings[kind],
        back=address(shelf, shelf.node),
    )


# ------------------------------------------------------------------------------------------------ versions


@bp.get("/<slug>/resources/<resource_id>/versions/new")
@access(approved, item=renewable)
def resource_version(item: Item) -> str:
    """The form of a new version, filled with the present one."""
    form = _VERSION_FORMS[item.row.resource.kind](formdata=None)
    form.fill(item.row.version)
    return _version_page(item, form)


@bp.post("/<slug>/resources/<resource_id>/versions/new")
@access(approved, item=renewable)
@takes_files("files")
@idempotent
def resource_version_add(item: Item) -> Answer:
    """Add a new version."""
    form = _VERSION_FORMS[item.row.resource.kind]()
    if not form.validate():
        return _version_page(item, form), UNPROCESSABLE
    try:
        version = _renew(item, form)
    except Refused as error:
        form.form_errors.append(str(error))
        return _version_page(item, form), UNPROCESSABLE
    notify(
        _("The new version is here.")
        if version.settled_at
        else _("The file is here. The new version is shown once it has been checked.")
    )
    return redirect(
        url_for("irooms.resource", slug=item.seat.room.public_id, resource_id=item.row.resource.public_id)
    )


def _renew(item: Item, form: Renewing) -> RoomResourceVersion:
    seat, tree, resource, note = item.seat, item.tree, item.row.resource, form.note.data or ""
    if resource.kind == ResourceKind.FILE:
        return actions.renew_file(seat, tree, resource, note, _sent())
    return actions.add_version(
        seat, tree, resource, note, text=form.text_given(), details=form.details_given()
    )


def _version_page(item: Item, form: Renewing) -> str:
    return render_template(
        "irooms/resources/version.html",
        seat=item.seat,
        item=item,
        form=form,
        always_stripped=actions.strips(item.seat),
        strip=request.form.get("strip") == "1",
        unfinished=files.unfinished(item.seat.actor, collection_scope(item.row.resource.collection_id)),
    )
