"""What becomes of a topic: its title, pinned, locked, answered; posts moved to another one."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.jobs import defer
from app.core.refusal import require
from app.irooms import discussion_notices as notices
from app.irooms.actions.discussion.telling import (
    changed,
    index_post,
    next_number,
    take_turn,
)
from app.irooms.actions.discussion.words import LONGEST_TITLE, says_something
from app.irooms.discussion_jobs import index_topic
from app.irooms.discussion_policy import rights
from app.irooms.models.discussion import RoomPost, RoomTopic, RoomTopicReader
from app.irooms.seats import Seat
from app.irooms.trail import note

MOST_MOVED = 200


def change_topic(seat: Seat, topic: RoomTopic, title: str, language: str) -> bool:
    """Give a topic another title and language tag; False when nothing differs."""
    take_turn(topic)
    require(rights(seat, topic).retitles, _("You may not change this topic."))
    require(says_something(title), _("Give the topic a title."))
    require(len(title) <= LONGEST_TITLE, _("At most %(max)d characters.", max=LONGEST_TITLE))
    if (topic.title, topic.language) == (title, language):
        return False
    topic.title, topic.language = title, language
    changed(topic)
    db.session.flush()
    notices.renamed(topic)
    defer(index_topic, topic_id=topic.id)
    note(seat, Verb.ROOM_TOPIC_CHANGED, "room_topic", topic.public_id)
    return True


def pin(seat: Seat, topic: RoomTopic, *, on: bool) -> None:
    """Let a topic stand before the others, or in its turn again."""
    take_turn(topic)
    require(rights(seat, topic).moderates, _("Only a manager may do this."))
    if (topic.pinned_at is not None) == on:
        return
    topic.pinned_at = clock.now() if on else None
    verb = Verb.ROOM_TOPIC_PINNED if on else Verb.ROOM_TOPIC_UNPINNED
    note(seat, verb, "room_topic", topic.public_id, logged=True)


def lock(seat: Seat, topic: RoomTopic, *, on: bool) -> None:
    """Let nobody post in a topic any more, or open it again."""
    take_turn(topic)
    require(rights(seat, topic).moderates, _("Only a manager may do this."))
    if (topic.locked_at is not None) == on:
        return
    topic.locked_at = clock.now() if on else None
    changed(topic)
    verb = Verb.ROOM_TOPIC_LOCKED if on else Verb.ROOM_TOPIC_UNLOCKED
    note(seat, verb, "room_topic", topic.public_id, logged=True)


def mark_answer(seat: Seat, topic: RoomTopic, post: RoomPost | None) -> None:
    """Say which post of the topic answers it; None: none does."""
    take_turn(topic)
    require(rights(seat, topic).marks, _("Only who asked, or a manager, says what the answer is."))
    before = db.session.get(RoomPost, topic.answer_id) if topic.answer_id else None
    if post is not None:
        db.session.refresh(post)
        require(post.stands and post.topic_id == topic.id, _("This post is not here any more."))
    if before is post:
        return
    topic.answer_id = post.id if post else None
    changed(topic, *(one for one in (before, post) if one is not None and one.topic_id == topic.id))
    verb = Verb.ROOM_REPLY_MARKED if post else Verb.ROOM_REPLY_UNMARKED
    note(seat, verb, "room_topic", topic.public_id)
    if post is not None:
        notices.told_of_answer(seat.room, topic, post, seat.member_id)


def move_posts(seat: Seat, topic: RoomTopic, numbers: Sequence[int], target: RoomTopic | str) -> RoomTopic:
    """Move posts to the end of another topic of the room, or to a new one with the title given; traces stay.

    Refused to others than managers, for nothing to move, for more than 200 at once. Returns where they are.
    """
    require(rights(seat, topic).moderates, _("Only a manager may do this."))
    existing = [target] if isinstance(target, RoomTopic) else []
    for one in sorted((topic, *existing), key=lambda row: row.id):
        take_turn(one)
    posts = _standing(topic, numbers)
    require(bool(posts), _("There is nothing to move."))
    require(len(posts) <= MOST_MOVED, _("At most %(max)d posts at once.", max=MOST_MOVED))
    if isinstance(target, RoomTopic):
        to = target
        require(to.id != topic.id, _("The posts are in this topic already."))
        require(to.moved_to_id is None, _("This discussion was moved to another topic."))
        _move(topic, to, posts)
    else:
        require(says_something(target), _("Give the new topic a title."))
        to = _start(topic, posts[0], target)
        _carry_readers(topic, to, _move(topic, to, posts))
    _hand_over_answer(topic, to, posts)
    for post in posts:
        index_post(seat.room, to, post)
    detail = {"from": topic.public_id, "to": to.public_id, "count": len(posts)}
    note(seat, Verb.ROOM_POSTS_MOVED, "room_topic", topic.public_id, detail=detail, logged=True)
    return to


def _start(topic: RoomTopic, first: RoomPost, title: str) -> RoomTopic:
    """Make the topic that posts are moved to; who wrote the first of them started it."""
    made = RoomTopic(
        room_id=topic.room_id,
        title=title[:LONGEST_TITLE],
        language=first.language,
        author_id=first.author_id,
        created_at=clock.now(),
        last_number=0,
        last_change=0,
        standing=0,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _standing(topic: RoomTopic, numbers: Sequence[int]) -> Sequence[RoomPost]:
    found = (
        select(RoomPost)
        .where(RoomPost.topic_id == topic.id, RoomPost.number.in_(numbers))
        .where(RoomPost.deleted_at.is_(None), RoomPost.moved_to_id.is_(None))
        .order_by(RoomPost.number)
        .limit(MOST_MOVED + 1)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(found).all()


def _move(topic: RoomTopic, to: RoomTopic, posts: Sequence[RoomPost]) -> list[tuple[int, int]]:
    """Take posts over and leave their traces; returns each one's old and new number."""
    traces = [_trace(post) for post in posts]
    for post in posts:
        post.topic_id, post.number = to.id, next_number(to)
    topic.standing -= len(posts)
    to.standing += len(posts)
    to.last_post_at = max(post.posted_at for post in (*posts, *_latest(to)))
    topic.moved_to_id = to.id if topic.standing == 0 else None
    for one in sorted((topic, to), key=lambda row: row.id):
        changed(one, *(posts if one is to else traces))
    db.session.flush()  # the places are free before the traces take them
    db.session.add_all(traces)
    db.session.flush()
    return [(trace.number, post.number) for trace, post in zip(traces, posts, strict=True)]


def _trace(post: RoomPost) -> RoomPost:
    return RoomPost(
        topic_id=post.topic_id,
        number=post.number,
        author_id=post.author_id,
        moved_to_id=post.id,
        posted_at=post.posted_at,
    )


def _latest(topic: RoomTopic) -> Sequence[RoomPost]:
    found = select(RoomPost).where(RoomPost.topic_id == topic.id).order_by(RoomPost.number.desc()).limit(1)
    with db.session.no_autoflush:
        return db.session.scalars(found).all()


def _hand_over_answer(topic: RoomTopic, to: RoomTopic, posts: Sequence[RoomPost]) -> None:
    """An answer that is moved answers where it came to, if nothing else does."""
    if topic.answer_id in {post.id for post in posts}:
        to.answer_id = to.answer_id or topic.answer_id
        topic.answer_id = None


def _carry_readers(topic: RoomTopic, to: RoomTopic, places: Sequence[tuple[int, int]]) -> None:
    """What somebody has read in the old topic is read in the new one, and followed as there."""
    columns = (RoomTopicReader.membership_id, RoomTopicReader.read_to, RoomTopicReader.follows)
    readers = db.session.execute(select(*columns).where(RoomTopicReader.topic_id == topic.id))
    rows = [
        {
            "topic_id": to.id,
            "membership_id": member_id,
            "read_to": max((new for old, new in places if old <= read_to), default=0),
            "follows": follows,
        }
        for member_id, read_to, follows in readers
    ]
    if rows:
        db.session.execute(insert(RoomTopicReader).values(rows).on_conflict_do_nothing())
