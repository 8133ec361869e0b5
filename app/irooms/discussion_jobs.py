"""What is done for a discussion beside the request."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database import db
from app.core.jobs import job
from app.irooms.actions.discussion.telling import document_of
from app.irooms.models import Room
from app.irooms.models.discussion import RoomPost, RoomTopic
from app.search.actions import index_all


@job("irooms.index_topic")
def index_topic(topic_id: int) -> None:
    """Put every post of a topic into the index again: its title has changed."""
    topic = db.session.get_one(RoomTopic, topic_id)
    room = db.session.get_one(Room, topic.room_id)
    posts = db.session.scalars(
        select(RoomPost)
        .where(RoomPost.topic_id == topic.id, RoomPost.deleted_at.is_(None), RoomPost.moved_to_id.is_(None))
        .order_by(RoomPost.id)
    )
    index_all(document_of(room, topic, post) for post in posts)
