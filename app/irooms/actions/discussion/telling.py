"""What follows from every change of a post: its number, the index, the announcement."""

from __future__ import annotations

from flask_babel import gettext as _

from app.audit.verbs import Verb
from app.core.database import db
from app.core.refusal import Refused
from app.core.texts import lazy_gettext as _l
from app.irooms.mentions import words
from app.irooms.models import Room, RoomMembership
from app.irooms.models.discussion import RoomPost, RoomTopic
from app.irooms.scopes import room_scope
from app.irooms.trail import log_words
from app.live.actions import announce
from app.search import actions as search

SEARCH_KIND = "post"
_LONGEST_TITLE = 90
log_words(
    {
        Verb.ROOM_ANNOUNCED: _l("%(who)s announced something"),
        Verb.ROOM_TOPIC_PINNED: _l("%(who)s pinned a topic"),
        Verb.ROOM_TOPIC_UNPINNED: _l("%(who)s unpinned a topic"),
        Verb.ROOM_TOPIC_LOCKED: _l("%(who)s locked a topic"),
        Verb.ROOM_TOPIC_UNLOCKED: _l("%(who)s opened a locked topic again"),
        Verb.ROOM_TOPIC_READ: _l("A platform administrator read a topic"),
        Verb.ROOM_POST_REMOVED: _l("%(who)s removed a post by %(about)s"),
        Verb.ROOM_POSTS_MOVED: _l("%(who)s moved %(count)s posts to another topic"),
    }
)


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
    """Give the number of a new post; the topic's row is this transaction's."""
    topic.last_number += 1
    return topic.last_number


def live_topic(topic: RoomTopic) -> str:
    """Return what a page follows."""
    return f"room:{topic.room_id}:discussion:{topic.public_id}"


def changed(topic: RoomTopic, *posts: RoomPost) -> None:
    """Give ``posts`` the topic's next change and announce it; without posts it is the topic itself that changed.

    The change is the number of the announcement: a page that follows has one number for both. Called once an action
    and topic, when nothing can be refused any more.
    """
    topic.last_change = announce(live_topic(topic))
    for post in posts:
        post.change = topic.last_change


def index_post(room: Room, topic: RoomTopic, post: RoomPost) -> None:
    """Let a post be found: by the topic's title when it opens the topic. No author, no mention is in the index."""
    search.index(document_of(room, topic, post))


def document_of(room: Room, topic: RoomTopic, post: RoomPost) -> search.Document:
    """Return a post as the index holds it."""
    text, opens = words(post.text), post.number == 1
    return search.Document(
        kind=SEARCH_KIND,
        key=post.public_id,
        scope=room_scope(room.id),
        language=post.language,
        title=topic.title if opens else _first_words(text),
        parts=[search.Part("", text)],
        url=f"/irooms/{room.public_id}/posts/{post.public_id}",
        facets={} if opens else {"within": topic.title},
        updated_at=post.edited_at or post.posted_at,
    )


def unindex_post(post: RoomPost) -> None:
    """Let a post be found no more."""
    search.remove(SEARCH_KIND, post.public_id)


def _first_words(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else line[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
