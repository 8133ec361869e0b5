"""What is done with chat: write, hold and publish, delete and bring back, report, react, forget."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import JSON, db
from app.core.refusal import require
from app.webinars import journal, touching
from app.webinars.faces import for_hosts
from app.webinars.models.planning import Roster, RunnerRole, Webinar
from app.webinars.models.room import ChatMode, WebinarEvent, WebinarParticipant, WebinarRoom
from app.webinars.models.talk import (
    Channel,
    MessageState,
    WebinarBreakout,
    WebinarMessage,
    WebinarMessageReport,
    WebinarReaction,
)
from app.webinars.moderation_trail import note_of
from app.webinars.places import Place
from app.webinars.queries.chat import Said, hosts_body, public_body
from app.webinars.talk_text import plain

KIND = "webinar_message"
LONGEST = 1000
AT_ONCE, WITHIN = 8, timedelta(seconds=10)
SIGNS = ("clap", "thumb", "heart", "laugh", "wonder")


# ------------------------------------------------------------------------------------------------ writing


def write(
    place: Place, typed: object, channel: Channel, client_id: str, about: WebinarParticipant | None = None
) -> WebinarMessage:
    """Write a message and return it; the same ``client_id`` again returns the first one.

    ``about`` is whom a host answers in the channel to the hosts. Refused for the silenced, where the chat is closed to
    the writer, and for more than AT_ONCE messages WITHIN a moment.
    """
    text = plain(typed, LONGEST)
    lately = db.session.scalars(_lately(place, client_id)).all()
    for one in lately:
        if one.client_id == client_id:
            return one
    require(len(lately) < AT_ONCE, _("You write very fast. Wait a few seconds, then send it again."))
    _check(place, channel)
    said = _keep(place, text, channel, client_id, about)
    if said is None:  # the same one came twice at the same time: this one waited for the other
        return db.session.scalars(_own(place, client_id)).one()
    if said.message.state == MessageState.HELD:
        _tell_held(place.webinar, said)
    else:
        _publish(place.webinar, said)
    return said.message


def _own(place: Place, client_id: str) -> Select[WebinarMessage]:
    return select(WebinarMessage).where(
        WebinarMessage.participant_id == place.me.id, WebinarMessage.client_id == client_id
    )


def _lately(place: Place, client_id: str) -> Select[WebinarMessage]:
    since = clock.now() - WITHIN
    return (
        select(WebinarMessage)
        .where(WebinarMessage.participant_id == place.me.id)
        .where(or_(WebinarMessage.at > since, WebinarMessage.client_id == client_id))
        .limit(AT_ONCE + 1)
    )


def _check(place: Place, channel: Channel) -> None:
    """Refuse who may not write there now."""
    if place.hosts:
        require(channel != Channel.BREAKOUT or place.me.breakout_id is not None, _nowhere())
        return
    require(
        not place.me.silenced, _("A host has asked you not to write for now. You can still ask a question.")
    )
    if channel == Channel.BREAKOUT:
        require(place.me.breakout_id is not None, _nowhere())
        return
    mode = place.room.chat if place.room else ChatMode.OFF
    speaks = place.role != RunnerRole.PARTICIPANT
    if channel == Channel.ALL and not speaks:
        require(mode == ChatMode.ALL, _("The hosts have closed the chat to all. You can write to the hosts."))
    if not speaks:
        require(mode != ChatMode.OFF, _("The hosts have switched the chat off."))


def _nowhere() -> str:
    return str(_("You are not in a breakout."))


def _keep(
    place: Place, text: str, channel: Channel, client_id: str, about: WebinarParticipant | None
) -> Said | None:
    """Write the row; None when this one is there already."""
    me = place.me
    held = bool(place.room and place.room.chat_held) and not place.hosts and channel != Channel.HOSTS
    if channel != Channel.HOSTS:
        about = None
    elif not place.hosts:
        about = me
    made = db.session.scalars(
        insert(WebinarMessage)
        .values(
            webinar_id=place.webinar.id,
            participant_id=me.id,
            client_id=client_id,
            channel=channel,
            breakout_id=me.breakout_id if channel == Channel.BREAKOUT else None,
            about_id=about.id if about else None,
            by_host=place.hosts,
            text=text,
            state=MessageState.HELD if held else MessageState.SHOWN,
            at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["participant_id", "client_id"])
        .returning(WebinarMessage)
    ).one_or_none()
    return None if made is None else Said(made, me, about, _breakout_name(made))


def _breakout_name(message: WebinarMessage) -> str | None:
    if message.breakout_id is None:
        return None
    breakout: WebinarBreakout = db.session.get_one(WebinarBreakout, message.breakout_id)
    return breakout.public_id


# ------------------------------------------------------------------------------------------------ telling


def _audiences(said: Said) -> list[str]:
    """Return who is told of a message."""
    if said.message.channel == Channel.ALL:
        return [journal.ALL]
    if said.message.channel == Channel.BREAKOUT:
        return [journal.to_breakout(said.room or "")]
    return [journal.HOSTS] + ([journal.to_person(said.about.public_id)] if said.about else [])


def _tell(webinar: Webinar, said: Said, kind: str, body: JSON) -> None:
    for audience in _audiences(said):
        journal.tell(webinar, kind, body, audience)


def _tell_held(webinar: Webinar, said: Said) -> None:
    journal.tell(webinar, "chat.held", hosts_body(webinar, said), journal.HOSTS)
    journal.tell(webinar, "chat.held", public_body(webinar, said), journal.to_person(said.author.public_id))


def _publish(webinar: Webinar, said: Said) -> None:
    """Tell a message to whom it is for; the first entry's number is its place in the chat."""
    first, *others = _audiences(said)
    told = hosts_body if first == journal.HOSTS else public_body
    said.message.number = journal.tell(webinar, "chat.posted", told(webinar, said), first)
    db.session.flush()
    for audience in others:
        journal.tell(webinar, "chat.posted", public_body(webinar, said), audience)
    _tell_name(webinar, said)


def _tell_name(webinar: Webinar, said: Said) -> None:
    """Where only those who run the room see names, tell them the author's of what everybody was told."""
    if webinar.roster == Roster.HOSTS and said.message.channel != Channel.HOSTS:
        who = for_hosts(webinar, [said.author])[said.author.id]
        journal.tell(webinar, "chat.named", {"id": said.message.public_id, "who": who}, journal.HOSTS)


def _redact(webinar: Webinar, message_ids: list[str] | None = None) -> None:
    """Take messages' texts out of the journal: who comes later must not read there what is not to be read."""
    redacting = update(WebinarEvent).where(
        WebinarEvent.webinar_id == webinar.id, WebinarEvent.kind.startswith("chat.", autoescape=True)
    )
    if message_ids is not None:
        redacting = redacting.where(WebinarEvent.body["id"].astext.in_(message_ids))
    db.session.execute(
        redacting.values(body={"gone": True}), execution_options={"synchronize_session": False}
    )


# ------------------------------------------------------------------------------------------------ moderating


def set_chat(place: Place, mode: ChatMode | None, *, holds: bool | None) -> None:
    """Say whom participants may write to, and whether a host reads each message first. None leaves it as it is."""
    room = db.session.get_one(WebinarRoom, place.webinar.id, with_for_update=True)
    if mode is not None:
        room.chat = mode
    if holds is not None:
        room.chat_held = holds
    db.session.flush()
    now: JSON = {"mode": room.chat, "holds": room.chat_held}
    note_of(place, Verb.WEBINAR_CHAT_SET, "webinar", place.webinar.public_id, detail=now)
    journal.tell(place.webinar, "chat.set", now)


def publish(place: Place, said: Said) -> None:
    """Publish a held message, or one that was refused by mistake. Twice is once."""
    message = _locked(said)
    require(place.hosts, _("Only hosts decide on what is held."))
    if message.state == MessageState.SHOWN:
        return
    require(message.state in {MessageState.HELD, MessageState.REFUSED}, _("This message was deleted."))
    _decide(place, message, MessageState.SHOWN)
    note_of(place, Verb.WEBINAR_MESSAGE_PUBLISHED, KIND, message.public_id, about_id=message.participant_id)
    _publish(place.webinar, said)


def refuse(place: Place, said: Said) -> None:
    """Leave a held message unpublished; its author is told. It can still be published."""
    message = _locked(said)
    require(place.hosts, _("Only hosts decide on what is held."))
    if message.state == MessageState.REFUSED:
        return
    require(message.state == MessageState.HELD, _("This message is not held."))
    _decide(place, message, MessageState.REFUSED)
    note_of(place, Verb.WEBINAR_MESSAGE_REFUSED, KIND, message.public_id, about_id=message.participant_id)
    for audience in (journal.HOSTS, journal.to_person(said.author.public_id)):
        journal.tell(place.webinar, "chat.refused", {"id": message.public_id}, audience)


def remove(place: Place, said: Said) -> None:
    """Delete a message: a trace stays where it was, its text goes from the journal too. Hosts any, others their own."""
    message = _locked(said)
    require(place.hosts or message.participant_id == place.me.id, _("Only hosts delete what others wrote."))
    if message.state == MessageState.DELETED:
        return
    require(message.state == MessageState.SHOWN, _("This message is not published."))
    _decide(place, message, MessageState.DELETED)
    _settle(message)
    _redact(place.webinar, [message.public_id])
    note_of(place, Verb.WEBINAR_MESSAGE_DELETED, KIND, message.public_id, about_id=message.participant_id)
    _tell(place.webinar, said, "chat.deleted", {"id": message.public_id})
    _tell_settled(place.webinar, said)


def restore(place: Place, said: Said) -> None:
    """Bring a deleted message back to its place; not one that its author deleted."""
    message = _locked(said)
    require(place.hosts, _("Only hosts bring a message back."))
    if message.state == MessageState.SHOWN:
        return
    require(
        message.state == MessageState.DELETED and message.decided_by != message.participant_id,
        _("Its author has deleted this message."),
    )
    _decide(place, message, MessageState.SHOWN)
    note_of(place, Verb.WEBINAR_MESSAGE_RESTORED, KIND, message.public_id, about_id=message.participant_id)
    _tell(place.webinar, said, "chat.posted", public_body(place.webinar, said))
    _tell_name(place.webinar, said)


def report(place: Place, said: Said) -> None:
    """Tell the hosts that a message should not be there. Once a person and message."""
    message = _locked(said)
    require(message.state == MessageState.SHOWN, _("This message is not there any more."))
    require(message.participant_id != place.me.id, _("This message is your own: you can delete it."))
    made = db.session.execute(
        insert(WebinarMessageReport)
        .values(message_id=message.id, participant_id=place.me.id, at=clock.now())
        .on_conflict_do_nothing()
        .returning(WebinarMessageReport.message_id)
    ).one_or_none()
    if made is None:
        return
    note_of(place, Verb.WEBINAR_MESSAGE_REPORTED, KIND, message.public_id, about_id=message.participant_id)
    body = hosts_body(place.webinar, said) | {"reports": said.reports + 1}
    journal.tell(place.webinar, "chat.reported", body, journal.HOSTS)


def settle(place: Place, said: Said) -> None:
    """Leave a reported message where it is."""
    message = _locked(said)
    require(place.hosts, _("Only hosts decide on reports."))
    _settle(message)
    note_of(place, Verb.WEBINAR_MESSAGE_KEPT, KIND, message.public_id, about_id=message.participant_id)
    _tell_settled(place.webinar, said)


def _locked(said: Said) -> WebinarMessage:
    db.session.refresh(said.message, with_for_update=True)
    return said.message


def _decide(place: Place, message: WebinarMessage, state: MessageState) -> None:
    message.state, message.decided_by, message.decided_at = state, place.me.id, clock.now()
    db.session.flush()


def _settle(message: WebinarMessage) -> None:
    db.session.execute(
        update(WebinarMessageReport)
        .where(WebinarMessageReport.message_id == message.id, WebinarMessageReport.settled_at.is_(None))
        .values(settled_at=clock.now())
    )


def _tell_settled(webinar: Webinar, said: Said) -> None:
    if said.reports:
        journal.tell(webinar, "chat.settled", {"id": said.message.public_id}, journal.HOSTS)


# ------------------------------------------------------------------------------------------------ signs, forgetting


def react(place: Place, sign: Any) -> None:
    """Give a sign (SIGNS). Only how many there were is kept."""
    require(sign in SIGNS, _("There is no such sign."))
    require(
        not place.me.silenced, _("A host has asked you not to write for now. You can still ask a question.")
    )
    counted = insert(WebinarReaction).values(webinar_id=place.webinar.id, sign=sign, count=1)
    db.session.execute(
        counted.on_conflict_do_update(
            index_elements=["webinar_id", "sign"], set_={"count": WebinarReaction.count + 1}
        )
    )
    touching.touch(place.webinar, "reactions")


def forget(webinar: Webinar) -> int:
    """Delete a session's chat for good, and its texts in the journal; returns how many messages there were."""
    _redact(webinar)
    gone = db.session.scalars(
        delete(WebinarMessage).where(WebinarMessage.webinar_id == webinar.id).returning(WebinarMessage.id)
    ).all()
    return len(gone)
