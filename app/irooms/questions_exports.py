"""The questions of a room as a table for its managers: members only as their faces, withdrawn questions left out."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.audit.verbs import Verb
from app.core.i18n import country
from app.irooms.models import Room
from app.irooms.queries.questions import all_for_export
from app.irooms.questions_words import STATES
from app.irooms.seats import Seat
from app.irooms.trail import note
from app.irooms.vocabulary import TOPICS


def sheet(room: Room) -> tuple[list[str], list[list[object]]]:
    """Return headings and rows, one a question, in the page's language; instants as ISO 8601 in UTC."""
    header = [
        _("Asked at (UTC)"),
        _("Asked by"),
        _("Question"),
        _("Text"),
        _("Topic"),
        _("Country"),
        _("Legal system"),
        _("Language"),
        _("Private"),
        _("State"),
        _("Expert"),
        _("Due at (UTC)"),
        _("Answered at (UTC)"),
        _("Helpful"),
        _("Answer"),
    ]
    questions, answers, known = all_for_export(room)
    yes_no = {True: _("yes"), False: _("no"), None: ""}
    rows: list[list[object]] = [
        [
            _instant(one.asked_at),
            known[one.membership_id].label,
            one.title,
            one.text,
            str(TOPICS.get(one.topic, one.topic)),
            country(one.country),
            str(LEGAL_SYSTEMS.get(one.legal_system, "")),
            one.language,
            yes_no[one.private],
            str(STATES[one.state][1]),
            known[one.expert_id].label if one.expert_id and one.expert_id in known else "",
            _instant(one.due_at),
            _instant(one.answered_at),
            yes_no[one.helpful],
            "\n\n".join(answers.get(one.id, ())),
        ]
        for one in questions
    ]
    return header, rows


def note_export(seat: Seat, rows: int) -> None:
    """Keep who took the list out; members read it in the room's log."""
    note(seat, Verb.ROOM_QUESTIONS_EXPORTED, "room", seat.room.public_id, detail={"rows": rows}, logged=True)


def _instant(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""
