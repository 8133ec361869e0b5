"""A document is published: the text as it is becomes two resources of the room, a PDF and a DOCX."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms.actions.drafting.drafts import keep_milestone
from app.irooms.actions.drafting.revising import require_manager, revised, take_turn, told
from app.irooms.actions.resources import adding
from app.irooms.collections import Node, Tree
from app.irooms.drafting_bench import Bench
from app.irooms.drafting_export import docx_of, pdf_of
from app.irooms.models.drafting import ChangeKind, DraftState, RoomDraftPublication
from app.irooms.models.resources import ResourceType, RoomResource
from app.irooms.queries.drafting.papers import paper_of
from app.irooms.queries.resources.collections import collection_scope
from app.irooms.resources_words import Words
from app.irooms.trail import note
from app.media import actions as media

_FORMATS = ("pdf", "docx")


def publish(bench: Bench, shelves: Tree, into: Node, name: str) -> RoomDraftPublication:
    """Freeze the document as the version ``name`` and put it into a collection as PDF and DOCX; nothing changes after.

    Where it was published before, the same resources get a new version. Refused to others than managers, for an empty
    document, and without the right to add to the collection.
    """
    require_manager(bench)
    take_turn(bench)
    draft = bench.draft
    require(
        draft.state in {DraftState.OPEN, DraftState.LOCKED},
        _("Somebody changed the state of this draft meanwhile."),
    )
    require(bool(draft.outline), _("There is nothing to publish: the draft has no sections."))
    require(into.id in shelves.writable, _("You may not add anything to this collection."))
    milestone = keep_milestone(bench, name)
    paper = paper_of(bench, draft.revision, milestone=milestone)
    bodies = {"pdf": pdf_of(paper), "docx": docx_of(paper)}
    earlier = _earlier(bench)
    resources = {
        kind: _resource(bench, shelves, into, kind, bodies[kind], name, earlier.get(kind))
        for kind in _FORMATS
    }
    row = RoomDraftPublication(
        draft_id=draft.id,
        milestone_id=milestone.id,
        pdf_id=resources["pdf"].id,
        docx_id=resources["docx"].id,
        published_by=bench.seat.member_id,
        published_at=clock.now(),
    )
    db.session.add(row)
    draft.state, draft.published = DraftState.PUBLISHED, True
    revised(bench, ChangeKind.PUBLISHED)
    db.session.flush()
    note(bench.seat, Verb.ROOM_DRAFT_PUBLISHED, "room_draft", draft.public_id, logged=True)
    told(draft)
    return row


def _earlier(bench: Bench) -> dict[str, RoomResource]:
    """Return the resources of the last publication that still stand, by format."""
    last = db.session.scalars(
        select(RoomDraftPublication)
        .where(RoomDraftPublication.draft_id == bench.draft.id)
        .order_by(RoomDraftPublication.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return {}
    ids = {last.pdf_id: "pdf", last.docx_id: "docx"}
    standing = db.session.scalars(
        select(RoomResource).where(RoomResource.id.in_(ids), RoomResource.withdrawn_at.is_(None))
    )
    return {ids[one.id]: one for one in standing}


def _resource(
    bench: Bench, shelves: Tree, into: Node, kind: str, body: bytes, name: str, earlier: RoomResource | None
) -> RoomResource:
    """Add a resource, or a version to the one that is there, in the collection where it lies."""
    node_id = earlier.collection_id if earlier else into.id
    file = media.receive_bytes(
        bench.seat.actor,
        body,
        f"{bench.draft.title}.{kind}",
        collection_scope(node_id),
        strip=adding.strips(bench.seat),
    )
    if earlier is not None:
        adding.add_version(bench.seat, shelves, earlier, name, file=file)
        return earlier
    words = Words(
        title=f"{bench.draft.title} ({kind.upper()})",
        type=ResourceType.GUIDE,
        summary=bench.draft.purpose,
        language=bench.draft.language,
    )
    return adding.add_file(bench.seat, shelves, into, file, words, name)
