"""The rooms of the demo world, told one after another through the application's own actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select, text

from app.core.database import Base, db
from app.irooms.models import Room, RoomMembership
from app.irooms.models.discussion import RoomEvent, RoomPost, RoomTopic
from app.irooms.models.drafting import RoomDraft, RoomDraftComment, RoomDraftSuggestion
from app.irooms.models.questions import ExpertQuestion
from app.irooms.models.resources import RoomResource, RoomResourceView
from app.irooms.models.stocktaking import StocktakingResponse
from demo.people import Population
from demo.rooming.casting import parts_of
from demo.rooming.content import Content, contents
from demo.rooming.opening import plan_opening
from demo.rooming.shelving import plan_shelves
from demo.rooming.story import Story, recorded_as_it_happened
from demo.rooming.talking import plan_calendar, plan_questions, plan_talk
from demo.rooming.together import plan_draft, plan_stocktaking
from demo.tables import Counts
from demo.world import World, at

OPENED = 75
"""How many days ago a room was opened, where its content does not say."""
_COUNTED: tuple[type[Base], ...] = (
    Room,
    RoomMembership,
    RoomResource,
    RoomResourceView,
    RoomTopic,
    RoomPost,
    ExpertQuestion,
    StocktakingResponse,
    RoomDraft,
    RoomDraftComment,
    RoomDraftSuggestion,
    RoomEvent,
)
_PLANS = (
    plan_opening,
    plan_shelves,
    plan_talk,
    plan_questions,
    plan_calendar,
    plan_stocktaking,
    plan_draft,
)
_OLD_NOTICES = text(
    "UPDATE notice SET waiting_since = NULL, read_at = CASE WHEN updated_at < :recent OR user_id <> ALL (:cast) "
    "THEN coalesce(read_at, greatest(updated_at, created_at)) ELSE read_at END"
)
_RECENT = timedelta(days=7)
Say = Callable[[str], None]


def load_rooms(world: World, population: Population, say: Say) -> Counts:
    """Tell the story of every room that there is content for; returns the rows by table.

    Nobody is written to about it, and only the cast have unread notices, of the last days. What could not be done is
    said, and does not keep the rest of the world from being there.
    """
    manager = population.by_cast("administrator")
    with recorded_as_it_happened(manager.id, world):
        for content in contents():
            for line in _told(world, content, population).left_out:
                say(f"    left out: {line}")
    cast = [person.id for person in population.people if person.cast]
    db.session.execute(_OLD_NOTICES, {"recent": world.now - _RECENT, "cast": cast})
    return {model.__tablename__: _number(model) for model in _COUNTED if _number(model)}


def _told(world: World, content: Content, population: Population) -> Story:
    chance = world.chance(f"room {content.name}")
    opened = at(world.today - timedelta(days=content.room.get("days_ago", OPENED)), 8)
    parts = parts_of(content, population, opened, world.now, chance)
    story = Story(world, content, parts, opened, chance, people=population.people)
    for plan in _PLANS:
        plan(story)
    story.tell()
    db.session.flush()
    return story


def _number(model: type[Base]) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)
