"""Webinars: series and sessions, live rooms that a trainer runs in the browser, attendance, recordings."""

from __future__ import annotations

from flask import Flask

from app.core.forms import csrf
from app.feedback import keepers
from app.records import presence as records_presence
from app.webinars import (
    attendance_room,
    closing_presence,
    mailing_reminders,
    media_setup,
    models,
    planning_setup,
    recording_setup,
    room_setup,
    shell_words,
    slides,
    talk,
    views,
)
from app.webinars.feedback_keeping import KEEPER

__all__ = ["init_app", "mailing_reminders", "models"]


def init_app(app: Flask) -> None:
    """Register the pages, and what each part provides. One page needs no token of a form: mail programs send to it."""
    app.register_blueprint(views.bp)
    csrf.exempt(views.reminders.reminders_leave)
    planning_setup.provide()
    recording_setup.provide()
    room_setup.provide()
    talk.provide()
    slides.provide()
    media_setup.provide()
    attendance_room.provide()
    shell_words.provide()
    keepers.provide("webinars", KEEPER)
    records_presence.provide("webinars", closing_presence.presence_of)
