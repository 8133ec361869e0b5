"""The topics of a room: as a list, one as a member has it, and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, func, literal, or_, select, true
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


# ------------------------------------------------------------------------------------ parts of statements, made once

_ME: ColumnElement[int] = bindparam("me")
_JOINED: ColumnElement[datetime] = bindparam("joined")
_OWN_READER = and_(RoomTopicReader.topic_id == RoomTopic.id, RoomTopicReader.membership_id == _ME)
_ANNOUNCED = RoomTopic.kind == TopicKind.ANNOUNCEMENT
_AFTER_READ = (
    RoomPost.topic_id == RoomTopic.id,
    RoomPost.number > func.coalesce(RoomTopicReader.read_to, 0),
    RoomPost.deleted_at.is_(None),
    RoomPost.moved_to_id.is_(None),
    RoomPost.author_id != _ME,
)
_UNREAD_POST = (
    select(literal(1))
    .where(*_AFTER_READ, or_(RoomTopicReader.membership_id.is_not(None), RoomPost.posted_at >= _JOINED))
    .correlate(RoomTopic, RoomTopicReader)
)
"""A post the person has not read. Of a topic they never opened, those since they joined: what was said before is there
to be read, but not new."""

_UNREAD = select(func.count()).select_from(_UNREAD_POST.limit(MOST_UNREAD).subquery()).scalar_subquery()
"""How many there are, counted up to MOST_UNREAD. As a column it is asked for the rows that are shown only."""

_HAS_UNREAD = _UNREAD_POST.order_by(RoomPost.number.desc()).limit(1).scalar_subquery().is_not(None)
"""Whether there is one: looked for from the end, where it is."""

_FIRST_UNREAD = (
    select(func.min(RoomPost.number))
    .where(*_AFTER_READ)
    .correlate(RoomTopic, RoomTopicReader)
    .scalar_subquery()
)
_LAST_AUTHOR = (
    select(RoomPost.author_id)
    .where(RoomPost.topic_id == RoomTopic.id, RoomPost.deleted_at.is_(None), RoomPost.moved_to_id.is_(None))
    .order_by(RoomPost.number.desc())
    .limit(1)
    .correlate(RoomTopic)
    .scalar_subquery()
)
_TOPICS = (
    select(RoomTopic, _UNREAD, RoomTopicReader.follows, _LAST_AUTHOR)
    .outerjoin(RoomTopicReader, _OWN_READER)
    .order_by(RoomTopic.pinned_at.is_(None), RoomTopic.last_post_at.desc(), RoomTopic.id.desc())
)
_QUOTED = aliased(RoomPost)
_STANDING = (
    select(RoomTopic, RoomTopicReader, RoomFollowing.level, RoomPostDraft, _QUOTED, _FIRST_UNREAD)
    .outerjoin(RoomTopicReader, _OWN_READER)
    .outerjoin(RoomFollowing, RoomFollowing.membership_id == _ME)
    .outerjoin(
        RoomPostDraft, and_(RoomPostDraft.membership_id == _ME, RoomPostDraft.place == RoomTopic.public_id)
    )
    .outerjoin(_QUOTED, (_QUOTED.id == RoomPostDraft.quote_of_id) & _QUOTED.deleted_at.is_(None))
)
_NEWS = (
    select(RoomTopic.public_id, RoomTopic.title, RoomTopic.language, _ANNOUNCED, _UNREAD)
    .outerjoin(RoomTopicReader, _OWN_READER)
    .where(RoomTopicReader.follows.is_distinct_from(False), _HAS_UNREAD)
    .order_by(_ANNOUNCED.desc(), RoomTopic.last_post_at.desc(), RoomTopic.id.desc())
    .limit(MOST_NEWS)
)


def _who(seat: Seat) -> dict[str, Any]:
    """Return who asks, for the parts above; without a membership nothing is read and nothing is new."""
    member = seat.member
    return {"me": member.id if member else 0, "joined": member.joined_at if member else None}


# ------------------------------------------------------------------------------------------------ questions


def topics(seat: Seat, shown: str = "all", page: int = 1) -> tuple[Sequence[Row], bool]:
    """Return a page (from 1) of topics, pinned ones first, and whether there are more. Two queries."""
    wanted = _TOPICS.where(RoomTopic.room_id == seat.room.id, _shown(seat, shown))
    rows = db.session.execute(wanted.offset((page - 1) * PAGE).limit(PAGE + 1), _who(seat)).all()
    found = faces(seat.room, [one for row in rows for one in (row[0].author_id, row[3])])
    listed = [
        Row(topic, count, follows is False, found[topic.author_id], found.get(last_id))
        for topic, count, follows, last_id in rows[:PAGE]
    ]
    return listed, len(rows) > PAGE


def standing(seat: Seat, topic_id: str) -> Standing | None:
    """Return a topic of the seat's room as the person has it, their draft included; one query."""
    wanted = _STANDING.where(RoomTopic.room_id == seat.room.id, RoomTopic.public_id == topic_id)
    row: Any = db.session.execute(wanted, _who(seat)).one_or_none()
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
    rows = db.session.execute(_NEWS.where(RoomTopic.room_id == seat.room.id), _who(seat))
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


def _shown(seat: Seat, shown: str) -> ColumnElement[bool]:
    if shown == "unread":
        return _HAS_UNREAD
    if shown == "announcements":
        return _ANNOUNCED
    if shown == "open":
        return and_(
            ~_ANNOUNCED, RoomTopic.answer_id.is_(None), RoomTopic.locked_at.is_(None), RoomTopic.title != ""
        )
    if shown == "followed":
        return RoomTopicReader.follows.is_(True) if seat.member else false()
    return true()
