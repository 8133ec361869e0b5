"""What is said in the rooms of the world's sessions: messages, a question without a name, polls, breakouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.core.access import Actor
from app.core.database import db
from app.webinars.actions import breakouts, chat, polls, questions
from app.webinars.forms.polls import PollDraft
from app.webinars.models.room import WebinarRoom
from app.webinars.models.talk import Channel, Grouping, PollKind
from app.webinars.places import Place, place
from app.webinars.queries.breakouts import running

CANARIES: Mapping[str, str] = {
    "CANARY-WEBINAR-CHAT": "owner member trainer expert",
    "CANARY-WEBINAR-HELD": "owner trainer",
    "CANARY-WEBINAR-ASIDE": "owner trainer",
    "CANARY-WEBINAR-BREAKOUT": "owner",
    "CANARY-WEBINAR-QUESTION": "owner member trainer expert",
    "CANARY-WEBINAR-POLL": "owner member trainer expert",
    "CANARY-WEBINAR-PREPARED": "trainer",
}
"""Texts said in the room that is for the cohort, and who may meet them."""
WORDS = ("CHAT", "ASIDE", "HELD", "QUESTION", "POLL", "PREPARED", "BREAKOUT")
"""What is said, by its last word."""


def talk(webinar_id: str, host: Actor, author: Actor, *, planted: bool) -> dict[str, str]:
    """Let ``author`` and ``host`` talk in a running room; return the ids of what they said."""

    return say(webinar_id, host, author, lambda one: f"CANARY-WEBINAR-{one}" if planted else one.capitalize())


def say(webinar_id: str, host: Actor, author: Actor, words: Callable[[str], str]) -> dict[str, str]:
    """Let them talk in the words that ``words`` gives for each of :data:`WORDS`."""
    hosting, writing = _before(host, webinar_id), _before(author, webinar_id)
    said = chat.write(writing, words("CHAT"), Channel.ALL, "world-1")
    chat.write(writing, words("ASIDE"), Channel.HOSTS, "world-2")
    room = db.session.get_one(WebinarRoom, hosting.webinar.id)
    room.chat_held = True
    held = chat.write(writing, words("HELD"), Channel.ALL, "world-3")
    room.chat_held = False
    asked = questions.ask(writing, words("QUESTION"), "world-4", anonymous=True)
    draft = PollDraft(PollKind.SINGLE, words("POLL"), (("Yes", True), ("No", False)))
    poll = polls.prepare(hosting, draft)
    polls.begin(hosting, poll)
    prepared = polls.prepare(hosting, replace(draft, text=words("PREPARED")))
    breakouts.prepare(hosting, Grouping.HAND, [], ["One"])
    round_ = running(hosting.webinar.id)
    assert round_ is not None
    breakouts.move(hosting, writing.me, round_.rooms[0])
    breakouts.begin(hosting, None)
    db.session.refresh(writing.me)
    chat.write(_before(author, webinar_id), words("BREAKOUT"), Channel.BREAKOUT, "world-5")
    return {
        "message_id": said.public_id,
        "held_id": held.public_id,
        "question_id": asked.public_id,
        "poll_id": poll.public_id,
        "prepared_id": prepared.public_id,
        "breakout_id": round_.rooms[0].public_id,
    }


def _before(actor: Actor, webinar_id: str) -> Place:
    found = place(actor, webinar_id)
    assert found is not None
    return found
