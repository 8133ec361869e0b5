"""All that rooms have in the index, for making it again (``./run flask search rebuild``); drafts provide their own."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.irooms import questions_search, resources_search, stocktaking_search
from app.irooms.actions.discussion import telling
from app.irooms.actions.stocktaking.building import in_force
from app.irooms.models import Room
from app.irooms.models.discussion import RoomPost, RoomTopic
from app.irooms.models.questions import ExpertQuestion, PublishedAnswer
from app.irooms.models.resources import TRAINING, ResourceState, RoomResource
from app.irooms.models.stocktaking import Stocktaking, StocktakingState, StocktakingSummary
from app.search import rebuild, words
from app.search.actions import Document

_BATCH = 500


def posts() -> Iterator[Document]:
    """Yield every post that stands."""
    rows = db.session.execute(
        select(Room, RoomTopic, RoomPost)
        .join(RoomTopic, RoomTopic.room_id == Room.id)
        .join(RoomPost, RoomPost.topic_id == RoomTopic.id)
        .where(RoomPost.deleted_at.is_(None), RoomPost.moved_to_id.is_(None))
        .order_by(RoomPost.id)
        .execution_options(yield_per=_BATCH)
    )
    for room, topic, post in rows:
        yield telling.document_of(room, topic, post)


def resources() -> Iterator[Document]:
    """Yield every resource that is there for readers and not found elsewhere."""
    wanted = (
        select(RoomResource)
        .where(RoomResource.state == ResourceState.CURRENT, RoomResource.kind.not_in(TRAINING))
        .order_by(RoomResource.id)
    )
    for resource in db.session.scalars(wanted).all():
        yield resources_search.document_of(resource)


def questions() -> Iterator[Document]:
    """Yield questions as far as somebody reads them, and the questions-and-answers."""
    asked = select(Room, ExpertQuestion).join(ExpertQuestion, ExpertQuestion.room_id == Room.id)
    for room, question in db.session.execute(asked.order_by(ExpertQuestion.id)).all():
        yield from questions_search.documents(room, question)
    published = select(Room, PublishedAnswer).join(PublishedAnswer, PublishedAnswer.room_id == Room.id)
    for room, item in db.session.execute(
        published.where(PublishedAnswer.withdrawn_at.is_(None)).order_by(PublishedAnswer.id)
    ).all():
        yield questions_search.published_document(room, item)


def stocktakings() -> Iterator[Document]:
    """Yield stocktakings that were opened, and summaries that stand."""
    rows = (
        select(Room, Stocktaking).join(Stocktaking, Stocktaking.room_id == Room.id).order_by(Stocktaking.id)
    )
    for room, row in db.session.execute(rows.where(Stocktaking.state != StocktakingState.DRAFT)).all():
        yield stocktaking_search.stocktaking_document(room, row, in_force(row))
    summaries = (
        select(Room, StocktakingSummary)
        .join(Stocktaking, Stocktaking.room_id == Room.id)
        .join(StocktakingSummary, StocktakingSummary.stocktaking_id == Stocktaking.id)
        .where(StocktakingSummary.withdrawn_at.is_(None))
        .order_by(StocktakingSummary.id)
    )
    for room, summary in db.session.execute(summaries).all():
        yield stocktaking_search.summary_document(room, summary)


PROVIDED = {"posts": posts, "resources": resources, "questions": questions, "stocktaking": stocktakings}
NAMES = {
    telling.SEARCH_KIND: _l("Posts"),
    resources_search.KIND: _l("Resources"),
    questions_search.KIND: _l("Questions to experts"),
    questions_search.PUBLISHED_KIND: _l("Questions and answers"),
    stocktaking_search.KIND: _l("Stocktaking"),
    stocktaking_search.SUMMARY_KIND: _l("Summaries"),
}


def provide() -> None:
    """Tell the search what rooms have, and what the kinds of it are called."""
    for name, documents in PROVIDED.items():
        rebuild.provide(f"irooms.{name}", documents)
    for kind, words_of_kind in NAMES.items():
        words.register(kind, words_of_kind)
