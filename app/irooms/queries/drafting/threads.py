"""Comments with their replies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import ColumnElement, func, select

from app.core.database import db
from app.irooms.actions.drafting.anchoring import place_of
from app.irooms.drafting.anchors import Span
from app.irooms.drafting_pages import plain_of, said
from app.irooms.faces import Face
from app.irooms.models.drafting import (
    RoomDraft,
    RoomDraftComment,
    RoomDraftReply,
    RoomDraftSection,
)

MOST_THREADS = 1_000


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply; ``author`` is a membership number."""

    public_id: str
    author: int
    text: str
    at: datetime

    @property
    def html(self) -> Markup:
        """The reply as HTML."""
        return said(self.text)


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its replies and the ids and heading of its section."""

    comment: RoomDraftComment
    section_id: str
    heading: str
    replies: Sequence[Reply]

    @property
    def html(self) -> Markup:
        """The comment as HTML."""
        return said(self.comment.text)

    @property
    def lost(self) -> bool:
        """Whether the passage cannot be found any more."""
        return bool(self.comment.quote) and self.comment.start_at is None

    def people(self) -> Iterator[int | None]:
        """Yield the membership numbers of everybody in the thread."""
        yield from (self.comment.author_id, self.comment.resolved_by)
        yield from (reply.author for reply in self.replies)


def threads_of(
    draft: RoomDraft,
    section_ids: Collection[int] | None = None,
    *,
    resolved: bool | None = False,
    news_after: int | None = None,
    limit: int = MOST_THREADS,
    offset: int = 0,
) -> Sequence[Thread]:
    """Return comments of sections (None: all that stand) in the order they were made. One query.

    ``resolved`` chooses settled or open ones, None both; ``news_after`` those that changed after that announcement.
    """
    wanted: list[ColumnElement[bool]] = [RoomDraftComment.draft_id == draft.id]
    if section_ids is None:
        wanted.append(RoomDraftSection.removed_at.is_(None))
    else:
        wanted.append(RoomDraftComment.section_id.in_(section_ids))
    if resolved is not None:
        settled = RoomDraftComment.resolved_at
        wanted.append(settled.is_not(None) if resolved else settled.is_(None))
    if news_after is not None:
        wanted.append(RoomDraftComment.news > news_after)
    rows = db.session.execute(
        select(RoomDraftComment, RoomDraftSection.public_id, RoomDraftSection.heading, _replies())
        .join(RoomDraftSection, RoomDraftSection.id == RoomDraftComment.section_id)
        .where(*wanted)
        .order_by(RoomDraftComment.number)
        .limit(limit)
        .offset(offset)
    )
    return [
        Thread(comment, section_id, heading, [_reply(one) for one in replies])
        for comment, section_id, heading, replies in rows
    ]


def in_order(threads: Sequence[Thread], order: Mapping[int, int]) -> list[Thread]:
    """Return threads as their passages stand: by section (number of section → place), then by place in it."""
    return sorted(
        threads,
        key=lambda one: (
            order.get(one.comment.section_id, len(order)),
            one.comment.start_at is None,
            one.comment.start_at or 0,
            one.comment.number,
        ),
    )


def spans_of(threads: Sequence[Thread], section: int, text: str, faces: Mapping[int, Face]) -> list[Span]:
    """Return what is to be marked in a section's text (Markdown): the passages of its open comments."""
    plain = plain_of(text)
    found = []
    for thread in threads:
        comment, place = thread.comment, place_of(thread.comment)
        if comment.section_id != section or place is None or comment.resolved_at is not None:
            continue
        if place.exact and plain[place.start : place.end] != comment.quote:
            continue
        who = faces[comment.author_id].label if comment.author_id in faces else ""
        label = _("Comment %(number)s by %(who)s", number=comment.number, who=who)
        found.append(Span(place.start, place.end, comment.number, f"#c-{comment.number}", label))
    return found


def _replies() -> Any:
    row = func.json_build_object(
        "id", RoomDraftReply.public_id, "author", RoomDraftReply.author_id,
        "text", RoomDraftReply.text, "at", RoomDraftReply.created_at,
    )  # fmt: skip
    ordered = func.json_agg(row).aggregate_order_by(RoomDraftReply.id)
    return (
        select(func.coalesce(ordered, func.json_build_array()))
        .where(RoomDraftReply.comment_id == RoomDraftComment.id)
        .correlate(RoomDraftComment)
        .scalar_subquery()
    )


def _reply(row: dict[str, Any]) -> Reply:
    return Reply(row["id"], row["author"], row["text"], datetime.fromisoformat(row["at"]))
