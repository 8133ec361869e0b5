"""The page where polls and quick quizzes are prepared before a session."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.webinars import loaders, polls_loaders
from app.webinars.actions import polls as actions
from app.webinars.forms.polls import KINDS, PollForm
from app.webinars.models.talk import WebinarPoll
from app.webinars.places import Place
from app.webinars.polls_loaders import Found
from app.webinars.queries import polls as queries
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]


@bp.get("/<webinar_id>/polls")
@access(approved, place=loaders.planned)
def polls_list(place: Place) -> str:
    """The polls of a session in their order."""
    polls = queries.polls(place.webinar.id)
    return render_template(
        "webinars/polls/list.html",
        seat=place,
        polls=polls,
        results=queries.results(polls),
        kinds=KINDS,
        is_quiz=queries.is_quiz,
    )


@bp.get("/<webinar_id>/polls/new")
@access(approved, place=loaders.planned)
def polls_new(place: Place) -> str:
    """The form for a poll."""
    form = PollForm(formdata=None)
    form.anonymous.data = True
    return _form(place, form)


@bp.post("/<webinar_id>/polls/new")
@access(approved, place=loaders.planned)
@idempotent
def polls_create(place: Place) -> Answer:
    """Prepare a poll."""
    form = PollForm()
    if not form.validate():
        return _form(place, form), UNPROCESSABLE
    try:
        actions.prepare(place, form.draft())
    except Refused as error:
        form.options.errors = [str(error)]
        return _form(place, form), UNPROCESSABLE
    notify(_("The poll is prepared. You open it in the room."))
    return _to_list(place)


@bp.get("/<webinar_id>/polls/<poll_id>")
@access(approved, found=polls_loaders.planned)
def polls_edit(found: Found) -> str:
    """A poll to be changed."""
    form = PollForm(formdata=None)
    form.show(found.poll)
    return _form(found.place, form, found.poll)


@bp.post("/<webinar_id>/polls/<poll_id>")
@access(approved, found=polls_loaders.planned)
def polls_change(found: Found) -> Answer:
    """Change a poll that was not opened."""
    form = PollForm()
    if not form.validate():
        return _form(found.place, form, found.poll), UNPROCESSABLE
    try:
        actions.change(found.place, found.poll, form.draft())
    except Refused as error:
        form.options.errors = [str(error)]
        return _form(found.place, form, found.poll), UNPROCESSABLE
    notify(_("The poll was saved."))
    return _to_list(found.place)


@bp.post("/<webinar_id>/polls/<poll_id>/removal")
@access(approved, found=polls_loaders.planned)
def polls_drop(found: Found) -> BaseResponse:
    """Remove a poll that was not opened."""
    try:
        actions.remove(found.place, found.poll)
        notify(_("The poll was removed."))
    except Refused as error:
        notify(str(error), "attention")
    return _to_list(found.place)


@bp.post("/<webinar_id>/polls/<poll_id>/up")
@access(approved, found=polls_loaders.planned)
def polls_up(found: Found) -> BaseResponse:
    """Move a poll one place up."""
    actions.move(found.place, found.poll, -1)
    return _to_list(found.place)


@bp.post("/<webinar_id>/polls/<poll_id>/down")
@access(approved, found=polls_loaders.planned)
def polls_down(found: Found) -> BaseResponse:
    """Move a poll one place down."""
    actions.move(found.place, found.poll, 1)
    return _to_list(found.place)


def _to_list(place: Place) -> BaseResponse:
    return redirect(url_for("webinars.polls_list", webinar_id=place.webinar.public_id))


def _form(place: Place, form: PollForm, poll: WebinarPoll | None = None) -> str:
    return render_template("webinars/polls/form.html", seat=place, form=form, poll=poll)
