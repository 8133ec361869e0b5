"""Questions in the live room."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from app.core.access import access, approved
from app.core.refusal import Refused
from app.webinars import loaders, questions_loaders
from app.webinars.actions import questions as actions
from app.webinars.places import Place
from app.webinars.queries import questions as queries
from app.webinars.questions_loaders import Found
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import answered, client_id, refusing, sent


@bp.post("/<webinar_id>/room/questions")
@access(approved, place=loaders.entered)
@refusing
def questions_ask(place: Place) -> Response:
    """Ask: ``text``, and ``anonymous`` to ask without a name."""
    given = sent()
    made = actions.ask(place, given.get("text"), client_id(), anonymous=given.get("anonymous") is True)
    return answered(id=made.public_id, state=made.state)


@bp.post("/<webinar_id>/room/questions/setting")
@access(approved, place=loaders.hosted)
@refusing
def questions_set(place: Place) -> Response:
    """Set the questions: ``holds``."""
    actions.set_held(place, holds=sent().get("holds") is not False)
    return answered()


@bp.post("/<webinar_id>/room/questions/<question_id>/vote")
@access(approved, found=questions_loaders.seen)
@refusing
def questions_vote(found: Found) -> Response:
    """Vote for a question, or with ``wanted`` false take the vote back."""
    actions.vote(found.place, found.asked, wanted=sent().get("wanted") is not False)
    return answered()


@bp.post("/<webinar_id>/room/questions/<question_id>/publishing")
@access(approved, found=questions_loaders.hosted)
@refusing
def questions_publish(found: Found) -> Response:
    """Show a held question to everybody, or bring a dismissed one back."""
    actions.publish(found.place, found.asked)
    return answered()


@bp.post("/<webinar_id>/room/questions/<question_id>/dismissal")
@access(approved, found=questions_loaders.hosted)
@refusing
def questions_dismiss(found: Found) -> Response:
    """Take a question away."""
    actions.dismiss(found.place, found.asked)
    return answered()


@bp.post("/<webinar_id>/room/questions/<question_id>/turn")
@access(approved, found=questions_loaders.answered)
@refusing
def questions_begin(found: Found) -> Response:
    """Mark a question as the one that is being answered now."""
    actions.begin_answer(found.place, found.asked)
    return answered()


@bp.post("/<webinar_id>/room/questions/<question_id>/end")
@access(approved, found=questions_loaders.answered)
@refusing
def questions_end(found: Found) -> Response:
    """Mark a question as answered live."""
    actions.finish_answer(found.place, found.asked)
    return answered()


@bp.post("/<webinar_id>/room/questions/<question_id>/reopening")
@access(approved, found=questions_loaders.answered)
@refusing
def questions_reopen(found: Found) -> Response:
    """Take back that a question is being or was answered."""
    actions.reopen(found.place, found.asked)
    return answered()


@bp.post("/<webinar_id>/room/questions/<question_id>/answer")
@access(approved, found=questions_loaders.answered)
@refusing
def questions_answer(found: Found) -> Response:
    """Answer in writing: ``text``."""
    actions.write_answer(found.place, found.asked, sent().get("text"))
    return answered()


@bp.post("/<webinar_id>/room/questions/<question_id>/merge")
@access(approved, found=questions_loaders.hosted)
@refusing
def questions_merge(found: Found) -> Response:
    """Merge a question into another one: ``into``."""
    into = queries.question(found.place, str(sent().get("into")))
    if into is None:
        raise Refused(_("Choose another question to merge it with."))
    actions.merge(found.place, found.asked, into)
    return answered()


@bp.post("/<webinar_id>/room/questions/<question_id>/separation")
@access(approved, found=questions_loaders.hosted)
@refusing
def questions_separate(found: Found) -> Response:
    """Undo a merge."""
    actions.separate(found.place, found.asked)
    return answered()
