"""How far somebody has read, and what they follow."""

from __future__ import annotations

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.database import db
from app.irooms.discussion_notices import KINDS, notice_topic
from app.irooms.models.discussion import Follow, RoomFollowing, RoomPost, RoomTopic, RoomTopicReader
from app.irooms.seats import Seat
from app.notifications import actions as notifications


def read_to(seat: Seat, topic: RoomTopic, number: int) -> None:
    """Note that everything up to ``number`` was read; it never goes back, and never past the last post.

    Who has read all of it need not be told any more.
    """
    reached = max(0, min(number, topic.last_number))
    row = {"topic_id": topic.id, "membership_id": seat.member_id, "read_to": reached}
    kept = insert(RoomTopicReader).values(row)
    db.session.execute(
        kept.on_conflict_do_update(
            index_elements=["topic_id", "membership_id"],
            set_={"read_to": func.greatest(RoomTopicReader.read_to, reached)},
            where=RoomTopicReader.read_to < reached,
        )
    )
    if reached == topic.last_number:
        notifications.seen(seat.actor, notice_topic(topic), kinds=KINDS)


def read_own(seat: Seat, topic: RoomTopic, post: RoomPost) -> None:
    """Who posts has read their own post (if all before it), and follows the topic unless they said they do not."""
    quiet = select(RoomFollowing.level).where(RoomFollowing.membership_id == seat.member_id)
    follows = None if db.session.scalar(quiet) == Follow.NONE else True
    row = {
        "topic_id": topic.id,
        "membership_id": seat.member_id,
        "read_to": post.number if post.number == 1 else 0,
        "follows": follows,
    }
    reader = RoomTopicReader
    reached = func.greatest(reader.read_to, post.number)
    db.session.execute(
        insert(reader)
        .values(row)
        .on_conflict_do_update(
            index_elements=["topic_id", "membership_id"],
            set_={
                "read_to": case((reader.read_to >= post.number - 1, reached), else_=reader.read_to),
                "follows": func.coalesce(reader.follows, follows),
            },
        )
    )


def follow(seat: Seat, topic: RoomTopic, follows: bool | None) -> None:
    """Follow a topic (True), mute it (False), or leave it to the choice for the room (None)."""
    row = {"topic_id": topic.id, "membership_id": seat.member_id, "follows": follows}
    db.session.execute(
        insert(RoomTopicReader)
        .values(row)
        .on_conflict_do_update(index_elements=["topic_id", "membership_id"], set_={"follows": follows})
    )


def follow_room(seat: Seat, level: str) -> None:
    """Choose what to hear of all topics of the room. Raises ValueError for an unknown level."""
    row = {"membership_id": seat.member_id, "level": Follow(level)}
    db.session.execute(
        insert(RoomFollowing)
        .values(row)
        .on_conflict_do_update(index_elements=["membership_id"], set_={"level": row["level"]})
    )
