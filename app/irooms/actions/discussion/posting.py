"""Start a topic, post in one. The same client id is the same post, however often it comes."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms import discussion_notices as notices
from app.irooms.actions.discussion.drafts import NEW, forget
from app.irooms.actions.discussion.reading import read_own
from app.irooms.actions.discussion.telling import (
    OtherText,
    changed,
    index_post,
    next_number,
    require_open,
    take_turn,
)
from app.irooms.actions.discussion.words import (
    LONGEST_TITLE,
    Content,
    Words,
    check,
    content_of,
    says_something,
)
from app.irooms.models.discussion import RoomPost, RoomTopic, TopicKind
from app.irooms.register import tell
from app.irooms.seats import Seat
from app.irooms.trail import note
from app.records.models import Verb as Fact


def start_topic(seat: Seat, typed: Words, *, announcement: bool = False, lock: bool = False) -> RoomTopic:
    """Start a topic with its first post; an announcement is for managers. Returns the topic the client id made before.

    ``lock``: nobody replies. Refused without title or text, in a closed room, for an observer.
    """
    _require_writer(seat)
    require(seat.manages or not announcement, _("Only a manager may announce something."))
    content = content_of(seat, typed)
    earlier = _earlier(seat, typed, content)
    if earlier is not None:
        return db.session.get_one(RoomTopic, earlier.topic_id)
    check(content)
    require(says_something(content.title), _("Give the topic a title."))
    require(len(content.title) <= LONGEST_TITLE, _("At most %(max)d characters.", max=LONGEST_TITLE))
    topic = _new_topic(seat, content, announcement=announcement)
    topic.locked_at = clock.now() if lock and seat.manages else None
    first = _write(seat, topic, content, typed.client_id)
    forget(seat, NEW, typed.client_id)
    verb = Verb.ROOM_ANNOUNCED if announcement else Verb.ROOM_TOPIC_STARTED
    note(seat, verb, "room_topic", topic.public_id, logged=announcement)
    _contributed(seat, first, "topic")
    notices.told_of_topic(seat.room, topic, first)
    return topic


def post(seat: Seat, topic: RoomTopic, typed: Words) -> RoomPost:
    """Post in a topic; returns the post that the client id made before, if it did.

    Refused with TopicLocked, TopicMoved, OtherText, or for a text that cannot be posted; what was typed is the
    caller's to keep.
    """
    _require_writer(seat)
    content = content_of(seat, typed)
    earlier = _earlier(seat, typed, content)
    if earlier is not None:
        return earlier
    check(content)
    take_turn(topic)
    require_open(topic)
    made = _write(seat, topic, content, typed.client_id)
    forget(seat, topic.public_id, typed.client_id)
    note(seat, Verb.ROOM_POSTED, "room_post", made.public_id, detail={"topic": topic.public_id})
    _contributed(seat, made, "post")
    notices.told_of_post(seat.room, topic, made)
    return made


def _require_writer(seat: Seat) -> None:
    closed = seat.room.closed_at is not None
    require(seat.writes, _("The room is closed.") if closed else _("You may read here, and not write."))


def _earlier(seat: Seat, typed: Words, content: Content) -> RoomPost | None:
    """Return what the client id made before; one person's posts take turns, so that two at once find each other."""
    assert seat.member is not None
    take_turn(seat.member)
    found = db.session.scalars(
        select(RoomPost).where(RoomPost.author_id == seat.member_id, RoomPost.client_id == typed.client_id)
    ).one_or_none()
    if found is not None and found.stands and found.edits == 0 and found.text != content.text:
        raise OtherText(
            _("This was posted from another page already, with another text. Send this one as a new post.")
        )
    return found


def _new_topic(seat: Seat, content: Content, *, announcement: bool) -> RoomTopic:
    topic = RoomTopic(
        room_id=seat.room.id,
        kind=TopicKind.ANNOUNCEMENT if announcement else TopicKind.DISCUSSION,
        title=content.title,
        language=content.language,
        author_id=seat.member_id,
        created_at=clock.now(),
        last_number=0,
        last_change=0,
        standing=0,
    )
    db.session.add(topic)
    db.session.flush()
    return topic


def _write(seat: Seat, topic: RoomTopic, content: Content, client_id: uuid.UUID) -> RoomPost:
    """Add a post to a topic whose row is this transaction's."""
    made = RoomPost(
        topic_id=topic.id,
        number=next_number(topic),
        author_id=seat.member_id,
        client_id=client_id,
        text=content.text,
        language=content.language,
        quote_of_id=content.quote_of.id if content.quote_of else None,
        quote_text=content.quote_text,
        mentions=content.mentions,
        attachments=content.attachments,
        posted_at=clock.now(),
    )
    changed(topic, made)
    topic.standing += 1
    topic.last_post_at = made.posted_at
    db.session.add(made)
    db.session.flush()
    read_own(seat, topic, made)
    index_post(seat.room, topic, made)
    return made


def _contributed(seat: Seat, made: RoomPost, what: str) -> None:
    """One fact a post, whatever becomes of it."""
    assert seat.member is not None
    once = uuid.uuid5(seat.room.activity_key, made.public_id)
    tell(seat.room, seat.member, Fact.CONTRIBUTED, {"what": what}, uuid=once)
