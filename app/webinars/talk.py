"""What the talk of a live room (chat, questions, polls, breakouts) gives to its snapshot, its words and its touches."""

from __future__ import annotations

from app.webinars import snapshot, touching, words
from app.webinars.chat_words import chat_words
from app.webinars.queries import chat


def provide() -> None:
    """Register all of it."""
    snapshot.provide("chat", chat.part)
    words.provide("chat", chat_words)
    touching.provide("reactions", chat.reactions)
