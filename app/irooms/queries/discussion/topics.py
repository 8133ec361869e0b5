"""The topics of a room: as a list, one as a member has it, and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from app.core.database import db
from app.irooms.faces import Face, faces
from app.irooms.models.discussion import (
    Follow,
    RoomFollowing,
    RoomPost,
    RoomPostDraft,
    RoomTopic,
    RoomTopicReader,
    TopicKind,
)
from app.irooms.seats import Seat

PAGE = 30
MOST_UNREAD = 100
"""Unread posts are counted up to here; the page then says “99+”."""
MOST_NEWS = 8
SHOWN = ("all", "unread", "announcements", "open", "followed")


@dataclass(frozen=True, slots=True)
class Row:
    """A topic in a list: how many posts the person has not read, who started it, who wrote last."""

    topic: RoomTopic
    unread: int
    muted: bool
    author: Face
    last: Face | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A topic as one person has it. Without a membership (break glass) nothing is read, followed or kept.

    ``read_to`` is the last number they have read, ``first_unread`` the first one after it that is another's;
    ``quoted`` is the post that their draft quotes.
    """

    topic: RoomTopic
    read_to: int = 0
    follows: bool | None = None
    level: Follow = Follow.MINE
    draft: RoomPostDraft | None = None
    quoted: RoomPost | None = None
    first_unread: int | None = None

    @property
    def followed(self) -> bool:
        """Whether new posts here are told to the person."""
        return self.follows if self.follows is not None else self.level == Follow.ALL


@dataclass(frozen=True, slots=True)
class News:
    """What the room's first page says of a topic: its title and how many posts in it are unread."""

    public_id: str
    title: str
    language: str
    announcement: bool
    unread: int


def topics(seat: Seat, shown: str = "all", page: int = 1) -> tuple[Sequence[Row], bool]:
    """Return a page (from 1) of topics, pinned ones first, and whether there are more. Two queries."""
    unread, last = _unread(seat), _last_author()
    wanted = (
        select(RoomTopic, unread.c.count, RoomTopicReader.follows, last.c.author_id)
        .outerjoin(RoomTopicReader, _own_reader(seat))
        .outerjoin(unread, true())
        .outerjoin(last, true())
        .where(RoomTopic.room_id == seat.room.id, _shown(seat, shown, unread.c.count))
        .order_by(RoomTopic.pinned_at.is_(None), RoomTopic.last_post_at.desc(), RoomTopic.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    rows = db.session.execute(wanted).all()
    found = faces(seat.room, [one for row in rows for one in (row[0].author_id, row[3])])
    listed = [
        Row(topic, count, follows is False, found[topic.author_id], found.get(last_id))
        for topic, count, follows, last_id in rows[:PAGE]
    ]
    return listed, len(rows) > PAGE


def standing(seat: Seat, topic_id: str) -> Standing | None:
    """Return a topic of the seat's room as the person has it, their draft included; one query."""
    member_id = seat.member.id if seat.member else 0
    own_draft = and_(RoomPostDraft.membership_id == member_id, RoomPostDraft.place == RoomTopic.public_id)
    quoted = aliased(RoomPost)
    row: Any = db.session.execute(
        select(
            RoomTopic, RoomTopicReader, RoomFollowing.level, RoomPostDraft, quoted, _first_unread(member_id)
        )
        .outerjoin(RoomTopicReader, _own_reader(seat))
        .outerjoin(RoomFollowing, RoomFollowing.membership_id == member_id)
        .outerjoin(RoomPostDraft, own_draft)
        .outerjoin(quoted, (quoted.id == RoomPostDraft.quote_of_id) & quoted.deleted_at.is_(None))
        .where(RoomTopic.room_id == seat.room.id, RoomTopic.public_id == topic_id)
    ).one_or_none()
    if row is None:
        return None
    topic, reader, level, draft, quoting, first_unread = row
    return Standing(
        topic,
        read_to=reader.read_to if reader else 0,
        follows=reader.follows if reader else None,
        level=Follow(level or Follow.MINE),
        draft=draft,
        quoted=quoting,
        first_unread=first_unread if seat.member else None,
    )


def level_of(seat: Seat) -> Follow:
    """Return what the person wants to hear of the room's topics."""
    if seat.member is None:
        return Follow.MINE
    return Follow(
        db.session.scalar(select(RoomFollowing.level).where(RoomFollowing.membership_id == seat.member.id))
        or Follow.MINE
    )


def news(seat: Seat) -> Sequence[News]:
    """Return unread announcements, then topics with unread posts, at most eight, no muted ones. One query."""
    if seat.member is None:
        return []
    unread = _unread(seat)
    rows = db.session.execute(
        select(
            RoomTopic.public_id,
            RoomTopic.title,
            RoomTopic.language,
            _announced().label("announced"),
            unread.c.count,
        )
        .outerjoin(RoomTopicReader, _own_reader(seat))
        .join(unread, true())
        .where(RoomTopic.room_id == seat.room.id, unread.c.count > 0, _not_muted())
        .order_by(_announced().desc(), RoomTopic.last_post_at.desc(), RoomTopic.id.desc())
        .limit(MOST_NEWS)
    )
    return [News(*row) for row in rows]


def targets(seat: Seat, but: RoomTopic) -> Sequence[RoomTopic]:
    """Return topics that posts can be moved to, the latest first, at most a hundred."""
    return db.session.scalars(
        select(RoomTopic)
        .where(RoomTopic.room_id == seat.room.id, RoomTopic.id != but.id)
        .where(RoomTopic.moved_to_id.is_(None), RoomTopic.title != "")
        .order_by(RoomTopic.last_post_at.desc())
        .limit(100)
    ).all()


def _own_reader(seat: Seat) -> ColumnElement[bool]:
    member_id = seat.member.id if seat.member else 0
    return and_(RoomTopicReader.topic_id == RoomTopic.id, RoomTopicReader.membership_id == member_id)


def _unread(seat: Seat) -> Any:
    """Return, beside each topic, how many posts the person has not read, counted up to MOST_UNREAD.

    Of a topic they never opened, those since they joined: what was said before is there to be read, but not new.
    """
    if seat.member is None:
        return select(literal(0).label("count")).lateral("unread")
    since = or_(RoomTopicReader.membership_id.is_not(None), RoomPost.posted_at >= seat.member.joined_at)
    some = (
        select(literal(1))
        .where(RoomPost.topic_id == RoomTopic.id, RoomPost.number > func.coalesce(RoomTopicReader.read_to, 0))
        .where(RoomPost.deleted_at.is_(None), RoomPost.moved_to_id.is_(None))
        .where(RoomPost.author_id != seat.member.id, since)
        .limit(MOST_UNREAD)
        .correlate(RoomTopic, RoomTopicReader)
        .subquery()
    )
    return select(func.count().label("count")).select_from(some).lateral("unread")


def _first_unread(member_id: int) -> Any:
    return (
        select(func.min(RoomPost.number))
        .where(RoomPost.topic_id == RoomTopic.id, RoomPost.number > func.coalesce(RoomTopicReader.read_to, 0))
        .where(RoomPost.deleted_at.is_(None), RoomPost.moved_to_id.is_(None), RoomPost.author_id != member_id)
        .correlate(RoomTopic, RoomTopicReader)
        .scalar_subquery()
    )


def _last_author() -> Any:
    post = aliased(RoomPost)
    return (
        select(post.author_id)
        .where(post.topic_id == RoomTopic.id, post.deleted_at.is_(None), post.moved_to_id.is_(None))
        .order_by(post.number.desc())
        .limit(1)
        .correlate(RoomTopic)
        .lateral("latest")
    )


def _shown(seat: Seat, shown: str, unread: ColumnElement[int]) -> ColumnElement[bool]:
    if shown == "unread":
        return unread > 0
    if shown == "announcements":
        return _announced()
    if shown == "open":
        return and_(
            ~_announced(), RoomTopic.answer_id.is_(None), RoomTopic.locked_at.is_(None), RoomTopic.title != ""
        )
    if shown == "followed":
        return RoomTopicReader.follows.is_(True) if seat.member else false()
    return true()


def _announced() -> ColumnElement[bool]:
    return RoomTopic.kind == TopicKind.ANNOUNCEMENT


def _not_muted() -> ColumnElement[bool]:
    return RoomTopicReader.follows.is_distinct_from(False)
