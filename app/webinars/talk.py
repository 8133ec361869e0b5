"""What the talk of a live room (chat, questions, polls, breakouts) gives to its snapshot, its words and its touches."""

from __future__ import annotations

from app.webinars import attendance_checks, following, snapshot, touching, words
from app.webinars.breakouts_words import breakouts_words
from app.webinars.chat_words import chat_words
from app.webinars.polls_words import polls_words
from app.webinars.queries import breakouts, chat, polls, questions
from app.webinars.questions_words import questions_words


def provide() -> None:
    """Register all of it."""
    snapshot.provide("chat", chat.part)
    words.provide("chat", chat_words)
    snapshot.provide_read(
        "reactions",
        lambda place: chat.reactions_of(place.webinar),
        lambda _place, rows: dict(map(tuple, rows)),
    )
    touching.provide("reactions", chat.reactions)
    snapshot.provide("questions", questions.part)
    words.provide("questions", questions_words)
    touching.provide("questions", questions.tally)
    snapshot.provide_read("polls", polls.asked, polls.part)
    words.provide("polls", polls_words)
    touching.provide("polls", polls.tally)
    attendance_checks.provide(polls.checks)
    snapshot.provide_read("breakouts", breakouts.asked, breakouts.part)
    words.provide("breakouts", breakouts_words)
    following.name_breakouts(breakouts.public_ids)
