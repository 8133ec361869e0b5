"""The materials of a session: files, whole or in pieces, and links."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.input import takes_files
from app.core.refusal import Refused
from app.core.ui import notify
from app.media import queries as media
from app.media import tus
from app.webinars import loaders
from app.webinars.actions import planning_materials as actions
from app.webinars.forms.planning import LinkForm, MaterialForm
from app.webinars.loaders import Offered
from app.webinars.places import Place
from app.webinars.queries import planning as queries
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]
MOST_FILES = 50


@bp.get("/<webinar_id>/materials")
@access(approved, place=loaders.planned)
def planning_materials(place: Place) -> str:
    """The materials, and the forms that add some."""
    return _page(place, LinkForm(formdata=None))


@bp.post("/<webinar_id>/materials/files")
@access(approved, place=loaders.planned)
@takes_files("files")
@idempotent
def planning_add_files(place: Place) -> Answer:
    """Take files in: those that came with the form, and those that arrived in pieces before it."""
    files = [one for one in request.files.getlist("files") if one.filename]
    uploads = list(dict.fromkeys(request.form.getlist("upload")))
    if not files and not uploads:
        return _page(place, LinkForm(formdata=None), _("Choose at least one file.")), UNPROCESSABLE
    if len(files) + len(uploads) > MOST_FILES:
        return _page(place, LinkForm(formdata=None), _("At most 50 files at once.")), UNPROCESSABLE
    slides = request.form.get("slides") == "1"
    try:
        added, refused = actions.receive(
            place, files, uploads, slides=slides, handout=request.form.get("handout") == "1"
        )
    except Refused as error:
        return _page(place, LinkForm(formdata=None), str(error)), UNPROCESSABLE
    if refused and not added:
        return _page(place, LinkForm(formdata=None), *refused), UNPROCESSABLE
    for text in refused:
        notify(text, "attention")
    notify(
        ngettext(
            "%(num)d file was added. It can be opened once it has been checked.",
            "%(num)d files were added. They can be opened once they have been checked.",
            len(added),
        )
    )
    return _back(place)


@bp.post("/<webinar_id>/materials/uploads")
@access(approved, place=loaders.planned)
@idempotent
def planning_upload(place: Place) -> Response:
    """Begin a file that arrives in pieces."""
    return tus.begin(
        lambda asked: actions.begin_upload(
            place, asked.name, asked.length, strip=asked.strip, fingerprint=asked.fingerprint
        )
    )


@bp.post("/<webinar_id>/materials/links")
@access(approved, place=loaders.planned)
@idempotent
def planning_add_link(place: Place) -> Answer:
    """Add a link."""
    form = LinkForm()
    if not form.validate():
        return _page(place, form), UNPROCESSABLE
    try:
        actions.add_link(place, form.title.data or "", form.link.data or "")
    except Refused as error:
        form.form_errors.append(str(error))
        return _page(place, form), UNPROCESSABLE
    notify(_("Added"))
    return _back(place)


@bp.get("/<webinar_id>/materials/<material_id>/edit")
@access(approved, offered=loaders.planned_material)
def planning_edit_material(offered: Offered) -> str:
    """The form of a material."""
    form = MaterialForm(formdata=None)
    row = offered.found.row
    form.title.data, form.slides.data, form.handout.data = row.title, row.slides, row.handout
    return _material_page(offered, form)


@bp.post("/<webinar_id>/materials/<material_id>/edit")
@access(approved, offered=loaders.planned_material)
def planning_change_material(offered: Offered) -> Answer:
    """Change how it is called and what for."""
    form = MaterialForm()
    if not form.validate():
        return _material_page(offered, form), UNPROCESSABLE
    try:
        actions.change(
            offered.place,
            offered.found.row,
            title=form.title.data or "",
            slides=bool(form.slides.data),
            handout=bool(form.handout.data),
        )
    except Refused as error:
        form.form_errors.append(str(error))
        return _material_page(offered, form), UNPROCESSABLE
    notify(_("Saved"))
    return _back(offered.place)


@bp.post("/<webinar_id>/materials/<material_id>/removal")
@access(approved, offered=loaders.planned_material)
def planning_remove_material(offered: Offered) -> BaseResponse:
    """Take a material away."""
    try:
        actions.remove(offered.place, offered.found.row)
        notify(_("Removed"))
    except Refused as error:
        notify(str(error), "attention")
    return _back(offered.place)


def _page(place: Place, form: LinkForm, *faults: str) -> str:
    return render_template(
        "webinars/planning/materials.html",
        seat=place,
        form=form,
        faults=faults,
        materials=queries.materials(place.webinar),
        unfinished=media.unfinished(place.actor, actions.file_scope(place.webinar.id)),
    )


def _material_page(offered: Offered, form: MaterialForm) -> str:
    return render_template(
        "webinars/planning/material.html", seat=offered.place, found=offered.found, form=form
    )


def _back(place: Place) -> BaseResponse:
    return redirect(url_for("webinars.planning_materials", webinar_id=place.webinar.public_id))
