"""Attendance in the live room: what each person sees of their own count, and the words for it."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.core.database import JSON
from app.live import beats
from app.webinars import attendance_checks, snapshot, words
from app.webinars.attendance_codes import beside_code
from app.webinars.attendance_keeper import TOPIC, keep
from app.webinars.models.planning import State
from app.webinars.places import Place
from app.webinars.queries import polls
from app.webinars.queries.attendance import rule_of, seconds_in_room
from app.webinars.snapshot import Rows

PART = "attendance"


def provide() -> None:
    """Keep the beats of live rooms, and add the part to the room."""
    beats.provide_keeper(TOPIC, keep)
    attendance_checks.provide(polls.checks)
    snapshot.provide_read(PART, seconds_in_room, part)
    words.provide(PART, spoken)


def part(place: Place, counted: Rows) -> JSON:
    """Return the person's own count now, in seconds, and what the rule asks for.

    ``counts`` is False for who runs or serves the session; ``running`` says whether time counts now.
    """
    webinar, rule = place.webinar, rule_of(place.webinar)
    runs = place.runner is not None and place.runner.role != "participant"
    return {
        "seconds": round(counted[0][0]),
        "needed": round(rule.needed.total_seconds()),
        "scheduled": round(rule.scheduled.total_seconds()),
        "percent": rule.percent,
        "answers": rule.answers,
        "version": rule.version,
        "running": webinar.state == State.LIVE,
        "counts": not runs,
        "beside": beside_code(place.me),
        "check_in": url_for("webinars.attendance_check_in", webinar_id=webinar.public_id),
    }


def spoken() -> dict[str, str]:
    """Return the part's texts."""
    return {
        "title": _("My attendance"),
        "count": _("{minutes} of {needed} minutes"),
        "enough": _("Enough minutes"),
        "not_begun": _("Minutes count from the beginning of the session."),
        "paused": _("The line is lost. Cuts of up to a minute count when you come back."),
        "rule": _("Who is here for {percent} per cent of {scheduled} minutes has attended."),
        "answers": _("And answers {count} check questions."),
        "no_rule": _("Whoever is here has attended."),
        "runs": _("You run this session: the rule is for the others."),
        "steps": _("Every step counts the same: picture, sound only, text."),
        "beside": _("People beside you, before this screen"),
        "beside_how": _(
            "They open the check-in page on their own device and type this code. They get your minutes."
        ),
        "check_in": _("Check-in page"),
        "more": _("Minutes are counted by the server and shown again every few minutes."),
        "reached": _("You have been here long enough for the attendance rule."),
    }
