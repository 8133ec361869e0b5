"""What follows from every change of a post: its number, the index, the announcement."""

from __future__ import annotations

from flask_babel import gettext as _

from app.core.database import db
from app.core.refusal import Refused
from app.irooms.mentions import words
from app.irooms.models import Room, RoomMembership
from app.irooms.models.discussion import RoomPost, RoomTopic
from app.irooms.scopes import room_scope
from app.live.actions import announce
from app.search import actions as search

SEARCH_KIND = "post"
_LONGEST_TITLE = 90


class TopicLocked(Refused):
    """The topic was locked."""


class TopicMoved(Refused):
    """Every post of the topic was moved; ``target`` is where they are."""

    def __init__(self, message: str, target: RoomTopic) -> None:
        super().__init__(message)
        self.target = target


class OtherText(Refused):
    """The same client id came with another text: the post of another page of the same person."""


def take_turn(row: RoomTopic | RoomMembership) -> None:
    """Hold a row until the transaction ends, and read it again. Rows that only point at it need not wait."""
    db.session.flush()
    db.session.refresh(row, with_for_update={"key_share": True})


def require_open(topic: RoomTopic) -> None:
    """Refuse where nothing is posted any more; the topic is locked by the caller."""
    if topic.moved_to_id is not None:
        target = db.session.get_one(RoomTopic, topic.moved_to_id)
        raise TopicMoved(_("This discussion was moved to another topic."), target)
    if topic.locked_at is not None:
        raise TopicLocked(_("This topic is locked: it may be read, nothing is added."))


def next_number(topic: RoomTopic) -> int:
    """Give the number of a new post."""
    topic.last_number += 1
    return topic.last_number


def changed(topic: RoomTopic, *posts: RoomPost) -> None:
    """Give ``posts`` the topic's next change; without posts it is the topic itself that changed."""
    topic.last_change += 1
    for post in posts:
        post.change = topic.last_change


def live_topic(topic: RoomTopic) -> str:
    """Return what a page follows."""
    return f"room:{topic.room_id}:discussion:{topic.public_id}"


def tell_listeners(*topics: RoomTopic) -> None:
    """Announce the last change of topics; always the last thing an action does, in one fixed order."""
    db.session.flush()
    for topic in sorted(topics, key=live_topic):
        announce(live_topic(topic), {"change": topic.last_change})


def index_post(room: Room, topic: RoomTopic, post: RoomPost) -> None:
    """Let a post be found: by the topic's title when it opens the topic. No author, no mention is in the index."""
    text = words(post.text)
    opens = post.number == 1
    search.index(
        search.Document(
            kind=SEARCH_KIND,
            key=post.public_id,
            scope=room_scope(room.id),
            language=post.language,
            title=topic.title if opens else _first_words(text),
            parts=[search.Part("", text)],
            url=f"/irooms/{room.public_id}/posts/{post.public_id}",
            facets={"within": topic.title} if not opens else {},
            updated_at=post.edited_at or post.posted_at,
        )
    )


def unindex_post(post: RoomPost) -> None:
    """Let a post be found no more."""
    search.remove(SEARCH_KIND, post.public_id)


def _first_words(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else line[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
