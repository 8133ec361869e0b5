"""Stocktakings in the index: questionnaires for those who take part, summaries for the room, never answers."""

from __future__ import annotations

from app.irooms.models import Room
from app.irooms.models.stocktaking import Stocktaking, StocktakingState, StocktakingSummary
from app.irooms.rendering import plain_text
from app.irooms.scopes import participants_scope, room_scope
from app.irooms.stocktaking.figures import pieces
from app.irooms.stocktaking.questionnaire import Questionnaire
from app.search.actions import Document, Part, index, remove

KIND, SUMMARY_KIND = "room-stocktaking", "room-summary"


def index_stocktaking(room: Room, row: Stocktaking, content: Questionnaire) -> None:
    """Bring the index to a stocktaking as it is; a draft is not in it."""
    if row.state == StocktakingState.DRAFT:
        remove(KIND, row.public_id)
    else:
        index(stocktaking_document(room, row, content))


def index_summary(room: Room, summary: StocktakingSummary) -> None:
    """Bring the index to a summary; one taken back is in it no more."""
    if summary.withdrawn_at is not None:
        remove(SUMMARY_KIND, summary.public_id)
    else:
        index(summary_document(room, summary))


def stocktaking_document(room: Room, row: Stocktaking, content: Questionnaire) -> Document:
    """Return what the index holds of a stocktaking: its purpose and questions."""
    parts = [Part("", plain_text(row.purpose))]
    for section in content.sections:
        asked = "\n".join(question.text for question in section.questions)
        parts.append(Part(f"/sections/{section.id}", asked, heading=section.title))
    return Document(
        kind=KIND,
        key=row.public_id,
        scope=participants_scope(room.id),
        language=row.language,
        title=row.title,
        parts=parts,
        url=f"/irooms/{room.public_id}/stocktaking/{row.public_id}",
        facets={"within": room.title},
    )


def summary_document(room: Room, summary: StocktakingSummary) -> Document:
    """Return what the index holds of a summary: its text, without the figures."""
    text = "\n\n".join(piece for piece in pieces(summary.text) if isinstance(piece, str))
    return Document(
        kind=SUMMARY_KIND,
        key=summary.public_id,
        scope=room_scope(room.id),
        language=summary.language,
        title=summary.title,
        parts=[Part("", plain_text(text))],
        url=f"/irooms/{room.public_id}/summaries/{summary.public_id}",
        facets={"within": room.title},
    )
