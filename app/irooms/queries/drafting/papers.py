"""A document as it goes on paper: words of ours in its language, people as the room shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from babel.dates import format_date
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.core.i18n import DEFAULT, LANGUAGES
from app.core.settings import settings
from app.irooms.drafting.blocks import blocks_of
from app.irooms.drafting_bench import Bench
from app.irooms.drafting_export import Paper, PaperComment, PaperSection
from app.irooms.drafting_pages import rendered
from app.irooms.faces import Face, faces
from app.irooms.models.drafting import (
    RoomDraft,
    RoomDraftMilestone,
    RoomDraftSection,
    RoomDraftVersion,
)
from app.irooms.queries.drafting.threads import Thread, threads_of
from app.irooms.queries.drafting.versions import at_revision

MOST_COMMENTS = 2_000


def paper_of(
    bench: Bench,
    revision: int,
    *,
    milestone: RoomDraftMilestone | None = None,
    comments: bool = False,
    marks: Sequence[str] = (),
) -> Paper:
    """Return a document as it was at a revision; ``comments`` adds the open and settled ones of today."""
    draft = bench.draft
    language = draft.language if draft.language in LANGUAGES else DEFAULT
    threads = threads_of(draft, resolved=None, limit=MOST_COMMENTS) if comments else []
    writers = _writers(draft, revision)
    people = [one for thread in threads for one in thread.people()]
    with force_locale(language):
        known = faces(bench.room, [*writers, *people])
        return Paper(
            title=draft.title,
            language=draft.language,
            lines=_lines(draft, language, milestone, [known[one].label for one in writers if one in known]),
            sections=[
                PaperSection(one.heading, blocks_of(rendered(one.text)))
                for one in at_revision(draft, revision)
            ],
            comments=[_comment(thread, known, language) for thread in threads] if comments else None,
            comments_heading=_("Comments"),
            marks=marks,
            home=settings().public_url,
        )


def _lines(
    draft: RoomDraft, language: str, milestone: RoomDraftMilestone | None, writers: Sequence[str]
) -> list[str]:
    day = format_date(clock.now().date(), "long", locale=language)
    state = (
        _("Version “%(name)s”, %(day)s", name=milestone.name, day=day)
        if milestone
        else _("Draft, as of %(day)s", day=day)
    )
    lines = [draft.purpose] if draft.purpose else []
    lines.append(state)
    if writers:
        lines.append(_("Written by: %(people)s", people=", ".join(writers)))
    return lines


def _comment(thread: Thread, known: Mapping[int, Face], language: str) -> PaperComment:
    comment = thread.comment
    head = _(
        "%(number)s · %(who)s, %(day)s, on “%(section)s”",
        number=comment.number,
        who=known[comment.author_id].label,
        day=format_date(comment.created_at.date(), "medium", locale=language),
        section=thread.heading,
    )
    if comment.resolved_at is not None:
        head = _("%(head)s (resolved)", head=head)
    replies = [(_head(known[one.author], one.at, language), blocks_of(one.html)) for one in thread.replies]
    return PaperComment(head, comment.quote, blocks_of(thread.html), replies)


def _head(face: Face, at: datetime, language: str) -> str:
    day = format_date(at.date(), "medium", locale=language)
    return str(_("%(who)s, %(day)s", who=face.label, day=day))


def _writers(draft: RoomDraft, revision: int) -> list[int]:
    """Return the membership numbers of who wrote what the document held, in the order they first wrote."""
    mine = (
        select(RoomDraftVersion.author_id, RoomDraftVersion.revision)
        .join(RoomDraftSection, RoomDraftSection.id == RoomDraftVersion.section_id)
        .where(RoomDraftSection.draft_id == draft.id, RoomDraftVersion.revision <= revision)
        .where(RoomDraftVersion.text != "")
    )
    rows = db.session.execute(mine.order_by(RoomDraftVersion.revision)).all()
    return list(dict.fromkeys(row.author_id for row in rows))
