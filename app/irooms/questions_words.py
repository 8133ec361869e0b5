"""The fixed words of questions to experts, and what the room's log says of them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.irooms.models.questions import EntryKind, QuestionState, RoutingState
from app.irooms.trail import log_words

STATES: Mapping[str, tuple[str, LazyString]] = {
    QuestionState.WAITING: ("waiting", _l("Waiting for an expert")),
    QuestionState.TAKEN: ("progress", _l("An expert works on it")),
    QuestionState.CLARIFYING: ("attention", _l("Waiting for the asker's reply")),
    QuestionState.ANSWERED: ("done", _l("Answered")),
    QuestionState.WITHDRAWN: ("plain", _l("Withdrawn")),
}
"""Each state's kind of badge and its words."""
ENTRIES: Mapping[str, LazyString] = {
    EntryKind.CLARIFICATION: _l("An expert asks back"),
    EntryKind.REPLY: _l("Reply of who asked"),
    EntryKind.ANSWER: _l("Answer"),
    EntryKind.FOLLOW_UP: _l("Asked on"),
    EntryKind.REOPENED: _l("Opened again"),
}
ROUTED: Mapping[str, LazyString] = {
    RoutingState.ASKED: _l("asked"),
    RoutingState.DECLINED: _l("declined"),
    RoutingState.HANDED_OVER: _l("handed over"),
}

log_words(
    {
        "room_answer.published": _l("%(who)s added to the questions-and-answers"),
        "room_answer.taken_back": _l("%(who)s took something back from the questions-and-answers"),
        "room_question.days_set": _l("%(who)s gave experts %(days)s working days for an answer"),
        "room_question.exported": _l("%(who)s took out the list of questions to experts"),
    }
)
