"""Pages of webinars; importing this module connects them all to the blueprint."""

from __future__ import annotations

from app.webinars.views import (
    chat,
    hands,
    media,
    moderation,
    notes,
    people,
    planning,
    planning_making,
    planning_materials,
    planning_people,
    polls,
    polls_planning,
    questions,
    recording,
    recording_managing,
    recording_room,
    registration,
    room,
    series,
    slides,
)
from app.webinars.views.blueprint import bp

__all__ = [
    "bp",
    "chat",
    "hands",
    "media",
    "moderation",
    "notes",
    "people",
    "planning",
    "planning_making",
    "planning_materials",
    "planning_people",
    "polls",
    "polls_planning",
    "questions",
    "recording",
    "recording_managing",
    "recording_room",
    "registration",
    "room",
    "series",
    "slides",
]
