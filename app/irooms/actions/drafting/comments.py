"""Comments on passages, replies to them; resolved and opened again."""

from __future__ import annotations

from flask_babel import gettext as _

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import Refused, require
from app.irooms import drafting_notices as notices
from app.irooms.actions.drafting.revising import (
    require_comments,
    require_standing,
    take_turn,
    told,
)
from app.irooms.drafting.anchors import LONGEST_QUOTE, Ambiguous, NotThere, Place, Quote, find, quote_at
from app.irooms.drafting_bench import CommentBench, SectionBench
from app.irooms.drafting_pages import plain_of
from app.irooms.models.drafting import RoomDraftComment, RoomDraftReply
from app.irooms.register import tell
from app.irooms.trail import note
from app.records.models import Verb as Fact

LONGEST_COMMENT = 4_000


class PassageRefused(Refused):
    """The passage is not one of the section, or not one alone."""


def comment_on(place: SectionBench, text: str, quote: Quote) -> RoomDraftComment:
    """Comment on a passage of a section, or on the whole section (an empty quote).

    Refused to who only reads, and (PassageRefused) for a passage that is not in the text, or there several times.
    """
    take_turn(place.bench)
    require_comments(place.bench)
    require_standing(place.section)
    found = passage(place, quote) if quote.text.strip() else None
    marked = quote_at(plain_of(place.section.text), found.start, found.end) if found else Quote("")
    place.draft.last_comment += 1
    row = RoomDraftComment(
        draft_id=place.draft.id,
        section_id=place.section.id,
        number=place.draft.last_comment,
        author_id=place.seat.member_id,
        text=text.strip(),
        quote=marked.text,
        quote_before=marked.before,
        quote_after=marked.after,
        version=place.section.version,
        start_at=found.start if found else None,
        end_at=found.end if found else None,
        drifted=False,
        created_at=clock.now(),
        news=0,
    )
    db.session.add(row)
    db.session.flush()
    _contributed(place, Verb.ROOM_DRAFT_COMMENTED, row)
    notices.told_of_comment(place, row)
    told(place.draft, row, place.section)
    return row


def passage(place: SectionBench, quote: Quote) -> Place:
    """Return where a passage stands in a section as it is now. Raises PassageRefused."""
    require(len(quote.text) <= LONGEST_QUOTE, _("Choose a shorter passage: at most 1,000 characters."))
    try:
        return find(plain_of(place.section.text), quote)
    except NotThere:
        raise PassageRefused(
            _("This passage is not in the section. Copy it from the text as it is shown.")
        ) from None
    except Ambiguous:
        raise PassageRefused(
            _("These words are in the section several times. Copy some of the words around them, too.")
        ) from None


def reply(found: CommentBench, text: str) -> RoomDraftReply:
    """Reply to a comment; a resolved one stays resolved."""
    take_turn(found.bench)
    require_comments(found.bench)
    row = RoomDraftReply(
        comment_id=found.comment.id,
        author_id=found.bench.seat.member_id,
        text=text.strip(),
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    _contributed(found.place, Verb.ROOM_DRAFT_REPLIED, found.comment)
    notices.told_of_reply(found.place, found.comment)
    told(found.bench.draft, found.comment)
    return row


def resolve(found: CommentBench) -> None:
    """Settle a comment: its author and the editors may."""
    _settle(found)
    if found.comment.resolved_at is None:
        found.comment.resolved_at, found.comment.resolved_by = clock.now(), found.bench.seat.member_id
        _changed(found, Verb.ROOM_DRAFT_COMMENT_RESOLVED)


def reopen(found: CommentBench) -> None:
    """Open a settled comment again."""
    _settle(found)
    if found.comment.resolved_at is not None:
        found.comment.resolved_at = found.comment.resolved_by = None
        _changed(found, Verb.ROOM_DRAFT_COMMENT_REOPENED)


def _settle(found: CommentBench) -> None:
    take_turn(found.bench)
    lock(found.comment)
    require_comments(found.bench)
    own = found.comment.author_id == found.bench.seat.member_id
    require(own or found.bench.judges, _("Only who wrote a comment and the editors may settle it."))


def _changed(found: CommentBench, verb: Verb) -> None:
    db.session.flush()
    note(found.bench.seat, verb, "room_draft_comment", found.comment.public_id)
    told(found.bench.draft, found.comment, found.place.section)


def _contributed(place: SectionBench, verb: Verb, comment: RoomDraftComment) -> None:
    assert place.seat.member is not None
    note(place.seat, verb, "room_draft_comment", comment.public_id, detail={"draft": place.draft.public_id})
    tell(place.bench.room, place.seat.member, Fact.CONTRIBUTED, {"what": "comment"})
