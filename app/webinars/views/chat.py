"""Chat of the live room."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask_babel import gettext as _

from app.core.access import access, approved
from app.core.limits import limiter
from app.core.refusal import Refused, require
from app.webinars import chat_loaders, loaders
from app.webinars.actions import chat as actions
from app.webinars.chat_loaders import Found
from app.webinars.models.room import ChatMode, WebinarParticipant
from app.webinars.models.talk import Channel
from app.webinars.places import Place
from app.webinars.queries import chat as queries
from app.webinars.queries.talk_people import participant
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import answered, client_id, refusing, sent

SIGNS_AT_MOST = "40/minute"
_MOST_DIGITS = 9


@bp.get("/<webinar_id>/room/chat")
@access(approved, place=loaders.entered)
def chat_page(place: Place) -> Response:
    """Messages before the number ``before``, or the last ones."""
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS else None
    messages, more = queries.page(place, before)
    return jsonify(messages=queries.bodies(place, messages), more=more)


@bp.post("/<webinar_id>/room/chat/messages")
@access(approved, place=loaders.entered)
@refusing
def chat_write(place: Place) -> Response:
    """Write a message: ``text``, ``channel``, and of a host in the channel to the hosts ``about`` whom."""
    given = sent()
    message = actions.write(
        place,
        given.get("text"),
        _channel(given.get("channel")),
        client_id(),
        _about(place, given.get("about")),
    )
    return answered(id=message.public_id, state=message.state, number=message.number)


@bp.post("/<webinar_id>/room/chat/setting")
@access(approved, place=loaders.hosted)
@refusing
def chat_set(place: Place) -> Response:
    """Set the chat: ``mode`` (all, hosts, off), ``holds``."""
    given = sent()
    mode, holds = given.get("mode"), given.get("holds")
    require(mode is None or mode in set(ChatMode), _("Choose who may write."))
    actions.set_chat(
        place, None if mode is None else ChatMode(mode), holds=holds if isinstance(holds, bool) else None
    )
    return answered()


@bp.post("/<webinar_id>/room/chat/messages/<message_id>/publishing")
@access(approved, found=chat_loaders.hosted)
@refusing
def chat_publish(found: Found) -> Response:
    """Publish a held message."""
    actions.publish(found.place, found.said)
    return answered()


@bp.post("/<webinar_id>/room/chat/messages/<message_id>/refusal")
@access(approved, found=chat_loaders.hosted)
@refusing
def chat_refuse(found: Found) -> Response:
    """Leave a held message unpublished."""
    actions.refuse(found.place, found.said)
    return answered()


@bp.post("/<webinar_id>/room/chat/messages/<message_id>/deletion")
@access(approved, found=chat_loaders.seen)
@refusing
def chat_delete(found: Found) -> Response:
    """Delete a message."""
    actions.remove(found.place, found.said)
    return answered()


@bp.post("/<webinar_id>/room/chat/messages/<message_id>/return")
@access(approved, found=chat_loaders.hosted)
@refusing
def chat_restore(found: Found) -> Response:
    """Bring a deleted message back."""
    actions.restore(found.place, found.said)
    return answered()


@bp.post("/<webinar_id>/room/chat/messages/<message_id>/report")
@access(approved, found=chat_loaders.seen)
@refusing
def chat_report(found: Found) -> Response:
    """Report a message to the hosts."""
    actions.report(found.place, found.said)
    return answered()


@bp.post("/<webinar_id>/room/chat/messages/<message_id>/settlement")
@access(approved, found=chat_loaders.hosted)
@refusing
def chat_settle(found: Found) -> Response:
    """Leave a reported message where it is."""
    actions.settle(found.place, found.said)
    return answered()


@bp.post("/<webinar_id>/room/chat/signs")
@access(approved, place=loaders.entered)
@limiter.limit(SIGNS_AT_MOST)
@refusing
def chat_sign(place: Place) -> Response:
    """Give a sign: ``sign``."""
    actions.react(place, sent().get("sign"))
    return answered()


def _channel(given: object) -> Channel:
    try:
        return Channel(str(given or Channel.ALL))
    except ValueError:
        raise Refused(_("Choose to whom you write.")) from None


def _about(place: Place, given: object) -> WebinarParticipant | None:
    if given is None or not place.hosts:
        return None
    found = participant(place.webinar.id, str(given))
    require(found is not None, _("This person is not in the room."))
    return found
