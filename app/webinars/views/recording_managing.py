"""Recordings as those who plan a session look after them: how far each has come, and everything that can be changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.audiences import audiences
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.input import takes_files
from app.core.refusal import Refused
from app.core.ui import notify
from app.media import queries as media
from app.media import tus
from app.webinars import loaders, recording_loaders
from app.webinars.actions import recording_editing as actions
from app.webinars.forms.planning import spoken
from app.webinars.forms.recording import (
    CaptionsForm,
    ChaptersForm,
    CutForm,
    PublicationForm,
    RecordingForm,
)
from app.webinars.models.recording import WebinarRecordingCaptions
from app.webinars.places import Place
from app.webinars.queries import recording as queries
from app.webinars.recording_policy import Viewing
from app.webinars.recording_timeline import within
from app.webinars.recording_webvtt import MAX_OCTETS
from app.webinars.recording_words import PROBLEMS, STATE_WORDS
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of a recording's page; the one that was sent is as it was typed."""

    about: RecordingForm
    publication: PublicationForm
    cut: CutForm
    chapters: ChaptersForm
    captions: CaptionsForm


# ------------------------------------------------------------------------------------------------ of a session


@bp.get("/<webinar_id>/recordings")
@access(approved, place=loaders.planned)
def session_recordings(place: Place) -> str:
    """The recordings of a session, and how far they have come."""
    return _session_page(place)


@bp.post("/<webinar_id>/recordings")
@access(approved, place=loaders.planned)
@takes_files("files")
@idempotent
def session_recordings_add(place: Place) -> Answer:
    """Make a recording of a file: of one that came with the form, or of those that arrived in pieces before it."""
    try:
        whole = [one for one in request.files.getlist("files") if one.filename]
        for one in whole:
            actions.add_file(place, one.stream, one.filename or "")
        uploads = request.form.getlist("upload")
        if uploads or not whole:
            actions.add_uploads(place, uploads)
    except Refused as error:
        return _session_page(place, str(error)), UNPROCESSABLE
    notify(_("The file is here. The film is made of it once it has been checked."))
    return redirect(url_for("webinars.session_recordings", webinar_id=place.webinar.public_id))


@bp.post("/<webinar_id>/recordings/uploads")
@access(approved, place=loaders.planned)
@idempotent
def session_recordings_upload(place: Place) -> Response:
    """Begin a file that arrives in pieces."""
    return tus.begin(lambda asked: actions.begin_upload(place, asked.name, asked.length, asked.fingerprint))


def _session_page(place: Place, fault: str = "") -> str:
    found = queries.of_session(place.actor, place.webinar)
    return render_template(
        "webinars/recording/session.html",
        seat=place,
        found=found,
        busy=any(one.recording.state in {"stopped", "making"} for one in found),
        states=STATE_WORDS,
        problems=PROBLEMS,
        answers=queries.answers(place.webinar),
        unfinished=media.unfinished(place.actor, actions.upload_scope(place.webinar)),
        fault=fault,
    )


# ------------------------------------------------------------------------------------------------ one


@bp.get("/recordings/<recording_id>/edit")
@access(approved, viewing=recording_loaders.planned)
def recording_edit(viewing: Viewing) -> str:
    """Everything that can be changed of a recording."""
    return _page(viewing)


@bp.post("/recordings/<recording_id>/edit")
@access(approved, viewing=recording_loaders.planned)
def recording_change(viewing: Viewing) -> Answer:
    """Change title and language."""
    form = RecordingForm()
    form.offer(spoken())
    if not form.validate():
        return _page(viewing, about=form), UNPROCESSABLE
    actions.change(viewing, form.title.data or "", form.language.data or "")
    return _saved(viewing)


@bp.post("/recordings/<recording_id>/publication")
@access(approved, viewing=recording_loaders.planned)
def recording_publish(viewing: Viewing) -> Answer:
    """Publish it, or change for whom it is."""
    form = PublicationForm()
    form.offer(audiences(viewing.actor))
    if not form.validate():
        return _page(viewing, publication=form), UNPROCESSABLE
    try:
        actions.publish(viewing, form.publication(viewing.actor.zone))
    except Refused as error:
        form.form_errors.append(str(error))
        return _page(viewing, publication=form), UNPROCESSABLE
    return _saved(viewing, _("The recording is published."))


@bp.post("/recordings/<recording_id>/withdrawal")
@access(approved, viewing=recording_loaders.planned)
def recording_withdraw(viewing: Viewing) -> BaseResponse:
    """Let nobody else watch it."""
    actions.withdraw(viewing)
    return _saved(viewing, _("Nobody else can watch it now; every link to it has ended."))


@bp.post("/recordings/<recording_id>/cut")
@access(approved, viewing=recording_loaders.planned)
@idempotent
def recording_cut(viewing: Viewing) -> Answer:
    """Have an edition made that begins and ends elsewhere."""
    form = CutForm()
    if not form.validate():
        return _page(viewing, cut=form), UNPROCESSABLE
    try:
        actions.cut(viewing, *form.cut())
    except Refused as error:
        form.form_errors.append(str(error))
        return _page(viewing, cut=form), UNPROCESSABLE
    return _saved(viewing, _("A new edition is being made. Until it is there the earlier one is shown."))


@bp.post("/recordings/<recording_id>/again")
@access(approved, viewing=recording_loaders.planned)
@idempotent
def recording_again(viewing: Viewing) -> Answer:
    """Try once more to make it."""
    try:
        actions.make_again(viewing)
    except Refused as error:
        notify(str(error), "attention")
    return redirect(url_for("webinars.session_recordings", webinar_id=viewing.webinar.public_id))


@bp.post("/recordings/<recording_id>/chapters")
@access(approved, viewing=recording_loaders.planned)
def recording_chapters(viewing: Viewing) -> Answer:
    """Set the chapters."""
    form = ChaptersForm()
    if not form.validate():
        return _page(viewing, chapters=form), UNPROCESSABLE
    try:
        actions.set_chapters(viewing, form.found())
    except Refused as error:
        form.form_errors.append(str(error))
        return _page(viewing, chapters=form), UNPROCESSABLE
    return _saved(viewing)


@bp.post("/recordings/<recording_id>/captions")
@access(approved, viewing=recording_loaders.planned)
@takes_files("file")
def recording_captions_set(viewing: Viewing) -> Answer:
    """Take captions from a file."""
    form = CaptionsForm()
    form.offer(spoken())
    if not form.validate():
        return _page(viewing, captions=form), UNPROCESSABLE
    try:
        count = actions.set_captions(viewing, form.language.data, form.file.data.stream.read(MAX_OCTETS + 1))
    except Refused as error:
        form.file.errors = [str(error)]
        return _page(viewing, captions=form), UNPROCESSABLE
    return _saved(viewing, _("Captions: %(count)s", count=count))


@bp.post("/recordings/<recording_id>/captions/<language>/removal")
@access(approved, found=recording_loaders.recaptioned)
def recording_captions_remove(found: tuple[Viewing, WebinarRecordingCaptions]) -> BaseResponse:
    """Take captions away."""
    actions.remove_captions(*found)
    return _saved(found[0])


@bp.post("/recordings/<recording_id>/removal")
@access(approved, viewing=recording_loaders.planned)
def recording_remove(viewing: Viewing) -> BaseResponse:
    """Remove a recording for good."""
    webinar_id = viewing.webinar.public_id
    try:
        actions.remove(viewing)
    except Refused as error:
        notify(str(error), "attention")
    else:
        notify(_("The recording is removed."))
    return redirect(url_for("webinars.session_recordings", webinar_id=webinar_id))


def _saved(viewing: Viewing, words: str = "") -> BaseResponse:
    notify(words or _("Saved"))
    return redirect(url_for("webinars.recording_edit", recording_id=viewing.recording.public_id))


def _page(viewing: Viewing, **sent: Any) -> str:
    recording = viewing.recording
    return render_template(
        "webinars/recording/edit.html",
        viewing=viewing,
        recording=recording,
        forms=replace(_forms(viewing, sent), **sent),
        captions=queries.captions(recording),
        states=STATE_WORDS,
        problems=PROBLEMS,
    )


def _forms(viewing: Viewing, sent: dict[str, Any]) -> Forms:
    """Return the forms with what is kept."""
    recording = viewing.recording
    forms = Forms(
        RecordingForm(formdata=None), PublicationForm(formdata=None), CutForm(formdata=None),
        ChaptersForm(formdata=None), CaptionsForm(formdata=None),
    )  # fmt: skip
    forms.about.offer(spoken())
    forms.about.title.data, forms.about.language.data = recording.title, recording.language
    forms.publication.offer([] if "publication" in sent else audiences(viewing.actor))
    forms.publication.show(recording, viewing.actor.zone)
    forms.cut.show(recording)
    forms.chapters.show(within(recording.chapters, recording.cut_from, recording.length))
    forms.captions.offer(spoken())
    return forms
