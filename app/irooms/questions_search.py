"""Questions to experts in the index: a document for the room, one for the experts, one for the asker, as each may read.

What is kept between the asker and the experts stands in documents of their own scopes and in no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.core.database import db
from app.irooms.models import Room
from app.irooms.models.questions import ExpertQuestion, PublishedAnswer, QuestionEntry, QuestionState
from app.irooms.rendering import plain_text
from app.irooms.scopes import experts_scope, member_scope, participants_scope, room_scope
from app.search.actions import Document, Part, index, index_all, remove

KIND, PUBLISHED_KIND = "room-question", "room-answer"
_VIEWS = ("", ":experts", ":asker")


def index_question(room: Room, question: ExpertQuestion) -> None:
    """Bring the index to what is asked and said now; a withdrawn question is in it no more."""
    wanted = {one.key: one for one in documents(room, question)}
    for view in _VIEWS:
        key = question.public_id + view
        if key in wanted:
            index(wanted[key])
        else:
            remove(KIND, key)


def index_published(room: Room, item: PublishedAnswer) -> None:
    """Bring the index to one of the room's questions-and-answers; one taken back is in it no more."""
    if item.withdrawn_at is not None:
        remove(PUBLISHED_KIND, item.public_id)
        return
    index(published_document(room, item))


def documents(room: Room, question: ExpertQuestion) -> Iterator[Document]:
    """Yield the documents of a question; none when it was withdrawn."""
    if question.state == QuestionState.WITHDRAWN:
        return
    entries = db.session.scalars(
        select(QuestionEntry).where(QuestionEntry.question_id == question.id).order_by(QuestionEntry.id)
    ).all()
    shared = [] if question.private else [one for one in entries if not one.private]
    confidential = [one for one in entries if one not in shared]
    asked = Part("question", plain_text(question.text))
    if not question.private:
        yield _document(room, question, "", participants_scope(room.id), [asked, *_parts(shared)])
    if question.private or confidential:
        parts = [asked] if question.private else []
        parts += _parts(confidential)
        yield _document(room, question, ":experts", experts_scope(room.id), parts)
        yield _document(room, question, ":asker", member_scope(question.membership_id), parts)


def published_document(room: Room, item: PublishedAnswer) -> Document:
    """Return the document of one of the room's questions-and-answers."""
    return Document(
        kind=PUBLISHED_KIND,
        key=item.public_id,
        scope=room_scope(room.id),
        language=item.language,
        title=item.title,
        parts=[Part("question", plain_text(item.question)), Part("answer", plain_text(item.answer))],
        url=f"/irooms/{room.public_id}/answers/{item.public_id}",
        facets={"within": room.title},
    )


def index_rooms_questions(room: Room) -> None:
    """Index every question and answer of a room anew."""
    asked = db.session.scalars(select(ExpertQuestion).where(ExpertQuestion.room_id == room.id)).all()
    for question in asked:
        index_question(room, question)
    items = select(PublishedAnswer).where(
        PublishedAnswer.room_id == room.id, PublishedAnswer.withdrawn_at.is_(None)
    )
    index_all(published_document(room, item) for item in db.session.scalars(items).all())


def _document(room: Room, question: ExpertQuestion, view: str, scope: str, parts: Sequence[Part]) -> Document:
    return Document(
        kind=KIND,
        key=question.public_id + view,
        scope=scope,
        language=question.language,
        title=question.title,
        parts=parts,
        url=f"/irooms/{room.public_id}/questions/{question.public_id}",
        facets={"within": room.title},
    )


def _parts(entries: Sequence[QuestionEntry]) -> list[Part]:
    return [Part(f"entry-{one.public_id}", plain_text(one.text)) for one in entries]
