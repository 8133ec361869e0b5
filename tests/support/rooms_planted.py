"""What each part of a room plants in both rooms of the matrix (``rooms_world.py``), in order."""

from __future__ import annotations

import uuid
from datetime import timedelta

from app.core import clock
from app.core.database import db
from app.irooms.actions import calendar as calendars
from app.irooms.actions.discussion import changing, moderating, posting
from app.irooms.actions.discussion.words import Words
from app.irooms.actions.questions import answering, asking, publishing
from tests.support.rooms_world import INSIDE_A, INSIDE_B, RoomsWorld

ANSWERING_A = ("manager", "expert", "member")
ANSWERING_B = ("other_manager", "other_member")


def _members(room: str) -> tuple[str, str]:
    """Return (manager, member) of a room by their names in the world."""
    return ("manager", "member") if room == "a" else ("other_manager", "other_member")


def _words(text: str, title: str = "") -> Words:
    return Words(text=text, language="en", client_id=uuid.uuid4(), title=title)


def discussion(made: RoomsWorld) -> None:
    """A topic of the member's with a post, an edited one, a deleted one; an announcement."""
    for room in ("a", "b"):
        letter, (manager, member) = room.upper(), _members(room)
        seat = made.seat(member, room)
        title, text = made.plant(f"CANARY-{letter}-TOPIC"), made.plant(f"CANARY-{letter}-POST")
        topic = posting.start_topic(seat, _words(text, title))
        edited = posting.post(seat, topic, _words(made.plant(f"CANARY-{letter}-FIRSTWORDS")))
        changing.edit(seat, topic, edited, _words("Other words."), 0)
        gone = posting.post(seat, topic, _words(made.plant(f"CANARY-{letter}-DELETED", "nobody at all")))
        changing.delete_own(seat, topic, gone)
        db.session.flush()
        made.values[room] |= {
            "topic_id": topic.public_id,
            "post_id": edited.public_id,
            "place": topic.public_id,
        }
        announced = _words(made.plant(f"CANARY-{letter}-NEWS"), made.plant(f"CANARY-{letter}-HEADLINE"))
        told = posting.start_topic(made.seat(manager, room), announced, announcement=True)
        made.values[room]["announcement_id"] = told.public_id
        moderating.pin(made.seat(manager, room), topic, on=True)


def calendar(made: RoomsWorld) -> None:
    """An entry to come."""
    for room in ("a", "b"):
        letter = room.upper()
        plan = calendars.Plan(
            made.plant(f"CANARY-{letter}-EVENT"),
            clock.now() + timedelta(days=2),
            clock.now() + timedelta(days=2, hours=1),
            "UTC",
            description=made.plant(f"CANARY-{letter}-EVENTTEXT"),
        )
        event = calendars.make_event(made.seat(_members(room)[0], room), plan)
        made.values[room]["event_id"] = event.public_id


def questions(made: RoomsWorld) -> None:
    """A private question of the member's that waits, an answered one that was published, one withdrawn."""
    for room in ("a", "b"):
        letter, (manager, member) = room.upper(), _members(room)
        between = ANSWERING_A if room == "a" else ANSWERING_B
        private = asking.ask(
            made.seat(member, room),
            asking.Asked(
                made.plant(f"CANARY-{letter}-ASKED", *between),
                made.plant(f"CANARY-{letter}-PRIVATE", *between),
                "electronic-evidence",
                "en",
                private=True,
            ),
        )
        made.values[room]["question_id"] = private.public_id
        withdrawn = asking.ask(
            made.seat(member, room),
            asking.Asked(made.plant(f"CANARY-{letter}-WITHDRAWN", member), "Never mind.", "other", "en"),
        )
        asking.withdraw(made.seat(member, room), withdrawn)
        everybody = INSIDE_A - {"glass", "observer"} if room == "a" else INSIDE_B
        answered = asking.ask(
            made.seat(member, room),
            asking.Asked(
                "What is kept?",
                made.plant(f"CANARY-{letter}-OPENLY", *everybody, "glass", "observer"),
                "other",
                "en",
            ),
        )
        answering.answer(made.seat(manager, room), answered, "This is.", private=False)
        copy = publishing.Copy(
            made.plant(f"CANARY-{letter}-PUBLISHED"),
            "What is kept?",
            made.plant(f"CANARY-{letter}-KNOWN"),
            "other",
            "en",
        )
        item = publishing.publish(made.seat(manager, room), answered, copy, looked=True)
        made.values[room]["item_id"] = item.public_id


PARTS = (discussion, calendar, questions)
