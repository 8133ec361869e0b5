"""What somebody wrote, checked: a text with mentions, a quote that is really one, attachments they may read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.core.database import db
from app.core.refusal import require
from app.irooms.faces import Face, faces
from app.irooms.mentions import TOKEN, to_tokens, tokens_in, words
from app.irooms.models import RoomMembership
from app.irooms.models.discussion import RoomPost, RoomPostVersion, RoomTopic
from app.irooms.queries.discussion.attachments import readable
from app.irooms.seats import Seat, present

LONGEST_TEXT = 10_000
LONGEST_TITLE = 200
LONGEST_QUOTE = 1_000
MOST_MENTIONS = 20
MOST_ATTACHMENTS = 10
_OVERRIDES = dict.fromkeys([0x202D, 0x202E])  # turn text round whatever it says; isolates and marks may stay
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))  # around a label on the page
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Words:
    """What a form holds: ``text`` as typed (mentions as ``@label``); members and resources by their public ids."""

    text: str
    language: str
    client_id: UUID
    title: str = ""
    quote_of: str = ""
    quote_text: str = ""
    mentions: Sequence[str] = ()
    attachments: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept of it: mentions as tokens; members and resources by their numbers, unknown ones left out."""

    text: str
    language: str
    title: str = ""
    quote_of: RoomPost | None = None
    quote_text: str = ""
    mentions: list[int] = field(default_factory=list)
    attachments: list[int] = field(default_factory=list)


def tidy(text: str) -> str:
    """Return a text with line ends as ours, blanks at its ends gone, and without what turns text round."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_OVERRIDES).strip()


def says_something(text: str) -> bool:
    """Whether there is anything to see in a text."""
    return any(not one.isspace() and unicodedata.category(one) not in {"Cf", "Cc", "Mn"} for one in text)


def content_of(seat: Seat, typed: Words) -> Content:
    """Return what is kept of what was typed; nothing is refused yet (a draft may be anything)."""
    text = tidy(typed.text)
    mentioned = people(seat, [*typed.mentions, *tokens_in(text)][: 2 * MOST_MENTIONS])
    quoted = _post_of(seat, typed.quote_of)
    return Content(
        text=to_tokens(text, mentioned.values()),
        language=typed.language,
        title=typed.title,
        quote_of=quoted,
        quote_text=_quote(seat, quoted, typed.quote_text),
        mentions=list(mentioned)[:MOST_MENTIONS],
        attachments=readable(seat, typed.attachments[:MOST_ATTACHMENTS]),
    )


def check(content: Content) -> None:
    """Refuse a text that is empty or too long, and a quote of what the quoted post does not say."""
    require(says_something(content.text), _("Write something first."))
    require(
        len(content.text) <= LONGEST_TEXT, _("At most %(max)d characters.", max=LONGEST_TEXT)
    )  # with tokens in it
    if content.quote_text:
        require(
            content.quote_of is not None and _said(content.quote_of, content.quote_text),
            _(
                "The post you quote does not say this (any more). Quote a passage as it stands, or leave the quote out."
            ),
        )


def _quote(seat: Seat, quoted: RoomPost | None, typed: str) -> str:
    if quoted is None or not typed.strip():
        return ""
    passage = tidy(typed).translate(_ISOLATES)[:LONGEST_QUOTE]
    return to_tokens(passage, faces(seat.room, quoted.mentions).values())


def _said(quoted: RoomPost, passage: str) -> bool:
    """Whether the passage stands in the post, now or in an earlier version, blanks aside."""
    if not quoted.stands:
        return False
    wanted = _solid(TOKEN.sub("", passage))
    earlier = select(RoomPostVersion.text).where(RoomPostVersion.post_id == quoted.id)
    return any(wanted in _solid(words(text)) for text in (quoted.text, *db.session.scalars(earlier)))


def _solid(text: str) -> str:
    return _BLANKS.sub("", text).casefold()


def people(seat: Seat, ids: Sequence[str]) -> dict[int, Face]:
    """Return the faces of present members by number, in the order of ``ids`` (public ids)."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    rows = db.session.execute(
        select(RoomMembership.public_id, RoomMembership.id).where(
            RoomMembership.room_id == seat.room.id, RoomMembership.public_id.in_(wanted), present()
        )
    )
    numbers = {row.public_id: row.id for row in rows}
    found = faces(seat.room, numbers.values())
    return {numbers[one]: found[numbers[one]] for one in wanted if one in numbers}


def _post_of(seat: Seat, public_id: str) -> RoomPost | None:
    """Return a post of the seat's room that stands."""
    if not public_id:
        return None
    found = db.session.scalars(select(RoomPost).where(RoomPost.public_id == public_id)).one_or_none()
    if found is None or not found.stands:
        return None
    own = select(RoomTopic.id).where(RoomTopic.id == found.topic_id, RoomTopic.room_id == seat.room.id)
    return found if db.session.scalar(own) is not None else None
