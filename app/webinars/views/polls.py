"""Polls in the live room."""

from __future__ import annotations

from flask import Response, jsonify

from app.core.access import access, approved
from app.core.errors import NotFound
from app.core.idempotency import idempotent
from app.webinars import loaders, polls_loaders
from app.webinars.actions import polls as actions
from app.webinars.forms.polls import draft_of
from app.webinars.places import Place
from app.webinars.polls_loaders import Found
from app.webinars.queries import polls as queries
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import answered, client_id, refusing, sent


@bp.post("/<webinar_id>/room/polls")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def polls_make(place: Place) -> Response:
    """Make a poll in the room: ``kind``, ``text``, ``options`` …; with ``open`` it is opened at once."""
    given = sent()
    poll = actions.prepare(place, draft_of(given))
    if given.get("open") is True:
        actions.begin(place, poll)
    return answered(id=poll.public_id)


@bp.post("/<webinar_id>/room/polls/<poll_id>/opening")
@access(approved, found=polls_loaders.hosted)
@refusing
def polls_begin(found: Found) -> Response:
    """Open a poll to everybody."""
    actions.begin(found.place, found.poll)
    return answered()


@bp.post("/<webinar_id>/room/polls/<poll_id>/closing")
@access(approved, found=polls_loaders.hosted)
@refusing
def polls_end(found: Found) -> Response:
    """Close a poll."""
    actions.end(found.place, found.poll)
    return answered()


@bp.post("/<webinar_id>/room/polls/<poll_id>/showing")
@access(approved, found=polls_loaders.hosted)
@refusing
def polls_show(found: Found) -> Response:
    """Show the results to everybody, or with ``shown`` false hide them."""
    actions.show(found.place, found.poll, shown=sent().get("shown") is not False)
    return answered()


@bp.post("/<webinar_id>/room/polls/<poll_id>/removal")
@access(approved, found=polls_loaders.hosted)
@refusing
def polls_remove(found: Found) -> Response:
    """Remove a poll that was not opened."""
    actions.remove(found.place, found.poll)
    return answered()


@bp.post("/<webinar_id>/room/polls/<poll_id>/vote")
@access(approved, found=polls_loaders.seen)
@refusing
def polls_vote(found: Found) -> Response:
    """Vote: ``choices`` (keys of options) or ``text``. The answer never repeats what was voted."""
    given = sent()
    actions.vote(found.place, found.poll, given.get("choices"), given.get("text"), client_id())
    return answered()


@bp.get("/<webinar_id>/room/polls/<poll_id>/answers")
@access(approved, found=polls_loaders.seen)
def polls_answers(found: Found) -> Response:
    """The single answers, as far as they are for this person."""
    answers = queries.answers(found.place, found.poll)
    if answers is None:
        raise NotFound
    return jsonify(answers=answers)


@bp.post("/<webinar_id>/room/polls/<poll_id>/hiding")
@access(approved, found=polls_loaders.hosted)
@refusing
def polls_hide(found: Found) -> Response:
    """Take an answer in own words (``answer``) out of what everybody sees, or with ``hidden`` false put it back."""
    given = sent()
    actions.hide_words(
        found.place, found.poll, str(given.get("answer")), hidden=given.get("hidden") is not False
    )
    return answered()
