"""A document is taken away as a file: kept with a code that is printed on every page where the room marks files."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from app.audit.verbs import Verb
from app.core import clock, ids
from app.core.database import db
from app.core.refusal import require
from app.irooms.drafting_bench import Bench
from app.irooms.drafting_export import docx_of, pdf_of
from app.irooms.models import Download
from app.irooms.models.drafting import ExportFormat, RoomDraftExport, RoomDraftMilestone
from app.irooms.queries.drafting.papers import paper_of
from app.irooms.register import tell
from app.irooms.resources_links import mark_lines
from app.irooms.trail import note
from app.records.models import Verb as Fact


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was made for one person, and the code it carries where it is marked."""

    body: bytes
    code: str


def export(
    bench: Bench,
    kind: ExportFormat,
    *,
    milestone: RoomDraftMilestone | None = None,
    comments: bool = False,
) -> Exported:
    """Make a file of the document as it is, or as it was at a milestone. Refused where the room is for reading only."""
    require(bench.exports, _("In this room drafts are read on the page only."))
    assert bench.seat.member is not None
    revision = milestone.revision if milestone else bench.draft.revision
    code = _kept(bench, kind, revision)
    marks = [] if bench.room.download == Download.ALLOWED else mark_lines(bench.seat, code, clock.now())
    paper = paper_of(bench, revision, milestone=milestone, comments=comments, marks=marks)
    body = docx_of(paper) if kind == ExportFormat.DOCX else pdf_of(paper)
    detail = {"format": kind.value, "revision": revision, "code": code, "comments": comments}
    note(bench.seat, Verb.ROOM_DRAFT_EXPORTED, "room_draft", bench.draft.public_id,
         detail=detail, logged=True, managers_only=True)  # fmt: skip
    tell(bench.room, bench.seat.member, Fact.DOWNLOADED, {"what": "draft", "format": kind.value})
    return Exported(body, code)


def _kept(bench: Bench, kind: ExportFormat, revision: int) -> str:
    """Write the row down and return its code, one that nothing else has."""
    while True:
        row = {
            "draft_id": bench.draft.id,
            "membership_id": bench.seat.member_id,
            "format": kind,
            "revision": revision,
            "code": ids.code(2),
            "exported_at": clock.now(),
        }
        made = insert(RoomDraftExport).values(row).on_conflict_do_nothing().returning(RoomDraftExport.code)
        code = db.session.execute(made).scalar_one_or_none()
        if code is not None:
            return code
