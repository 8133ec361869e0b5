"""The posts of a topic as a reader sees them: a page by numbers, what changed after a change, the versions of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from app.core.database import db
from app.irooms.faces import Face, faces
from app.irooms.mentions import rendered, to_labels, tokens_in, words
from app.irooms.models.discussion import RoomPost, RoomPostDraft, RoomPostVersion, RoomTopic
from app.irooms.queries.discussion.attachments import Attachment, attachments
from app.irooms.seats import Seat

PAGE = 50
MOST_CHANGES = 100
_QUOTED, _WENT, _WHITHER = aliased(RoomPost), aliased(RoomPost), aliased(RoomTopic)
_POSTS = (
    select(RoomPost, _QUOTED, _WENT.public_id, _WHITHER.title)
    .outerjoin(_QUOTED, (_QUOTED.id == RoomPost.quote_of_id) & _QUOTED.deleted_at.is_(None))
    .outerjoin(_WENT, _WENT.id == RoomPost.moved_to_id)
    .outerjoin(_WHITHER, _WHITHER.id == _WENT.topic_id)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage of another post. ``post_id`` leads to it; without ``text`` it was deleted."""

    text: str
    post_id: str
    author: Face | None


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a post went."""

    post_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a reader sees it; of a trace only ``row`` and how it came to be one.

    ``others``: members mentioned whom the text itself does not name. ``to_me``: the reader is mentioned.
    """

    row: RoomPost
    author: Face | None = None
    html: Markup | str = ""
    quote: Quote | None = None
    others: Sequence[Face] = ()
    attachments: Sequence[Attachment] = ()
    mine: bool = False
    to_me: bool = False
    moved: Moved | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Posts, and the faces and resources met on the way, by their numbers."""

    posts: Sequence[Post]
    faces: Mapping[int, Face]
    files: Mapping[int, Attachment]


@dataclass(frozen=True, slots=True)
class Window:
    """Which numbers of a topic a page shows: ``first`` to ``last``, the last page without an end (``last`` None)."""

    page: int
    pages: int

    @property
    def first(self) -> int:
        """The first number."""
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int | None:
        """The last number."""
        return None if self.page == self.pages else self.page * PAGE


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened after a change: posts as they are now, how far this reaches, whether there is more."""

    posts: Sequence[Post]
    reached: int
    more: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A text that a post had, from when on."""

    html: Markup
    language: str
    written_at: datetime


def window_of(topic: RoomTopic, number: int | None = None, page: int | None = None) -> Window:
    """Return the page with ``number``, or the ``page`` asked for, or the last one; always one that exists."""
    pages = max(1, -(-topic.last_number // PAGE))
    wanted = page if page is not None else (-(-number // PAGE) if number is not None else pages)
    return Window(min(max(1, wanted), pages), pages)


def page_of(
    seat: Seat, topic: RoomTopic, window: Window, people: Iterable[int] = (), files: Iterable[int] = ()
) -> Page:
    """Return a page of posts; ``people`` and ``files`` are members and resources wanted beside. Four queries."""
    shown = (RoomPost.number >= window.first, _up_to(window.last))
    return _found(seat, topic, *shown, people=people, files=files)


def changes(seat: Seat, topic: RoomTopic, after: int, first: int = 1, last: int | None = None) -> Changes:
    """Return the posts from ``first`` to ``last`` that changed after change ``after``, as they are now, by number.

    About a hundred at most; ``more`` tells to ask again from ``reached``.
    """
    shown = (RoomPost.number >= first, _up_to(last))
    found = _posts(seat, topic, RoomPost.change > after, *shown, limit=MOST_CHANGES + 1, by_change=True)
    if len(found) <= MOST_CHANGES:
        return Changes(sorted(found, key=_by_number), topic.last_change, more=False)
    whole = [post for post in found if post.row.change < found[-1].row.change]
    if not whole:  # one change of many posts: told at once, or the next question would begin behind it
        whole = list(_posts(seat, topic, RoomPost.change == found[-1].row.change, *shown, limit=None))
    return Changes(sorted(whole, key=_by_number), max(post.row.change for post in whole), more=True)


def _by_number(post: Post) -> int:
    return post.row.number


def one(seat: Seat, post: RoomPost) -> Post:
    """Return a post as the reader sees it."""
    return _posts(seat, None, RoomPost.id == post.id, limit=1)[0]


def by_number(topic: RoomTopic, number: int) -> RoomPost | None:
    """Return a post of a topic by its number."""
    return db.session.scalars(
        select(RoomPost).where(RoomPost.topic_id == topic.id, RoomPost.number == number)
    ).one_or_none()


def standing_in(topic: RoomTopic, public_id: str) -> RoomPost | None:
    """Return a post of a topic that may be quoted."""
    found = select(RoomPost).where(RoomPost.topic_id == topic.id, RoomPost.public_id == public_id)
    row = db.session.scalars(found).one_or_none()
    return row if row is not None and row.stands else None


def quoted_by(draft: RoomPostDraft | None) -> RoomPost | None:
    """Return the post that a draft quotes, if it still stands."""
    if draft is None or draft.quote_of_id is None:
        return None
    row = db.session.get(RoomPost, draft.quote_of_id)
    return row if row is not None and row.stands else None


def answer_of(topic: RoomTopic, listed: Sequence[Post]) -> RoomPost | None:
    """Return the post that answers the topic; no query when it is among those ``listed``."""
    if topic.answer_id is None:
        return None
    return next((one.row for one in listed if one.row.id == topic.answer_id), None) or db.session.get(
        RoomPost, topic.answer_id
    )


def run_of(topic: RoomTopic, first: int, last: int | None) -> list[int]:
    """Return the numbers of a topic from ``first`` to ``last``, or to the end."""
    run = select(RoomPost.number).where(RoomPost.topic_id == topic.id, RoomPost.number >= first, _up_to(last))
    return list(db.session.scalars(run))


def topic_by_number(topic_id: int) -> RoomTopic | None:
    """Return a topic by its number inside."""
    return db.session.get(RoomTopic, topic_id)


def of_room(
    seat: Seat, before: int | None = None, limit: int = 50
) -> tuple[Sequence[tuple[RoomTopic, Post]], int | None]:
    """Return posts of the room, newest first, with their topics, and where to go on (None: the end). For the API."""
    wanted = (
        select(RoomPost.id, RoomTopic)
        .join(RoomTopic, RoomTopic.id == RoomPost.topic_id)
        .where(RoomTopic.room_id == seat.room.id, RoomPost.moved_to_id.is_(None))
        .order_by(RoomPost.id.desc())
        .limit(limit + 1)
    )
    rows = db.session.execute(wanted if before is None else wanted.where(RoomPost.id < before)).all()
    topics = {row[0]: row[1] for row in rows[:limit]}
    found = _posts(seat, None, RoomPost.id.in_(topics), limit=None)
    newest_first = sorted(found, key=lambda post: -post.row.id)
    listed = [(topics[post.row.id], post) for post in newest_first]
    return listed, (min(topics) if len(rows) > limit else None)


def versions(seat: Seat, post: RoomPost) -> Sequence[Version]:
    """Return the texts of a post, the present one first."""
    earlier = db.session.scalars(
        select(RoomPostVersion)
        .where(RoomPostVersion.post_id == post.id)
        .order_by(RoomPostVersion.version.desc())
    ).all()
    ids = {one for version in earlier for one in version.mentions} | set(post.mentions)
    known = _by_public_id(faces(seat.room, ids))
    present = Version(rendered(post.text, known), post.language, post.edited_at or post.posted_at)
    return [present, *(Version(rendered(one.text, known), one.language, one.written_at) for one in earlier)]


def quotable(seat: Seat, post: RoomPost) -> str:
    """Return the words of a post, for somebody to quote a passage of."""
    return words(post.text, _by_public_id(faces(seat.room, post.mentions)))


def _up_to(last: int | None) -> ColumnElement[bool]:
    return RoomPost.number > 0 if last is None else RoomPost.number <= last


def _posts(
    seat: Seat,
    topic: RoomTopic | None,
    *which: ColumnElement[bool],
    limit: int | None,
    by_change: bool = False,
) -> Sequence[Post]:
    return _found(seat, topic, *which, limit=limit, by_change=by_change).posts


def _found(
    seat: Seat,
    topic: RoomTopic | None,
    *which: ColumnElement[bool],
    people: Iterable[int] = (),
    files: Iterable[int] = (),
    limit: int | None = None,
    by_change: bool = False,
) -> Page:
    order = (RoomPost.change, RoomPost.number) if by_change else (RoomPost.number,)
    wanted = _POSTS.where(*([RoomPost.topic_id == topic.id] if topic else []), *which)
    rows = db.session.execute(wanted.order_by(*order).limit(limit)).all()
    shown: list[RoomPost | None] = [one for row in rows for one in row[:2]]
    written_by = {id for one in shown if one is not None for id in (one.author_id, *one.mentions)}
    found = faces(seat.room, written_by | set(people))
    attached = attachments(seat, {id for row in rows for id in row[0].attachments} | set(files))
    known = _by_public_id(found)
    listed = [_post(seat, row[0], row[1], row[2:], found, known, attached) for row in rows]
    return Page(listed, found, attached)


def _post(
    seat: Seat,
    row: RoomPost,
    quoted: RoomPost | None,
    went: tuple[str | None, str | None],
    found: Mapping[int, Face],
    known: Mapping[str, Face],
    files: Mapping[int, Attachment],
) -> Post:
    mine = seat.member is not None and row.author_id == seat.member.id
    if not row.stands:
        return Post(row, mine=mine, moved=Moved(went[0], went[1] or "") if went[0] else None)
    named = set(tokens_in(row.text))
    return Post(
        row,
        author=found[row.author_id],
        html=rendered(row.text, known),
        quote=_quote(row, quoted, found, known),
        others=[found[id] for id in row.mentions if id in found and found[id].id not in named],
        attachments=[files[id] for id in row.attachments if id in files],
        mine=mine,
        to_me=seat.member is not None and seat.member.id in row.mentions,
    )


def _quote(
    row: RoomPost, quoted: RoomPost | None, found: Mapping[int, Face], known: Mapping[str, Face]
) -> Quote | None:
    if row.quote_of_id is None:
        return None
    if quoted is None or not row.quote_text:
        return Quote("", "", None)
    return Quote(to_labels(row.quote_text, known), quoted.public_id, found.get(quoted.author_id))


def _by_public_id(found: Mapping[int, Face]) -> Mapping[str, Face]:
    return {face.id: face for face in found.values()}
