"""What members say: topics, announcements, questions to experts; and the room's calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.core.database import db
from app.irooms.actions import calendar
from app.irooms.actions.discussion import changing, moderating, posting, reading
from app.irooms.actions.discussion.words import Words
from app.irooms.actions.questions import answering, asking, publishing
from app.irooms.faces import faces
from app.irooms.models import RoomRole
from app.irooms.models.discussion import RoomPost, RoomTopic
from app.irooms.models.questions import ExpertQuestion
from app.irooms.vocabulary import TOPICS
from demo.rooming.content import Row
from demo.rooming.story import Story
from demo.world import at, new_uuid

_QUOTED = 240
_LONGEST_TITLE = 120
_READERS = 0.4


# ------------------------------------------------------------------------------------------------ discussion


def plan_talk(story: Story) -> None:
    """Plan announcements, topics with their posts, and who has read how far."""
    for row in story.content.rows("announcements"):
        story.then(story.ago(row["days_ago"]), partial(_announce, story, row))
    for number, row in enumerate(story.content.rows("discussions")):
        _plan_topic(story, number, row)
    story.then(story.world.now - timedelta(minutes=2), partial(_read_back, story))


def _announce(story: Story, row: Row) -> None:
    words = Words(row["text"], row.get("language", "en"), _client(story), title=row["title"])
    posting.start_topic(story.seat("manager"), words, announcement=True)


def _plan_topic(story: Story, number: int, row: Row) -> None:
    start, before = story.ago(row["days_ago"]), None
    for place, post in enumerate(row["posts"]):
        moment = story.spread(start, post.get("hours_after", 0), place) if place else start
        moment = moment if before is None else max(moment, before + timedelta(minutes=1))
        story.then(moment, partial(_post, story, number, row, place, post))
        if post.get("edited"):
            story.then(
                moment + timedelta(minutes=3),
                partial(_edit, story, number, row, place, post),
            )
        if post.get("deleted"):
            story.then(moment + timedelta(minutes=4), partial(_delete, story, number, place, post))
        before = moment
    assert before is not None
    story.then(before + timedelta(minutes=2), partial(_settle, story, number, row))


def _post(story: Story, number: int, row: Row, place: int, post: Row) -> None:
    seat, words = story.seat(post["by"]), _words(story, number, row, post)
    if place == 0:
        topic = posting.start_topic(
            seat,
            replace(words, title=row["title"]),
            announcement=seat.manages and row.get("kind") == "announcement",
        )
        story.topics[number] = topic
        story.posts[number, 0] = db.session.scalars(
            select(RoomPost).where(RoomPost.topic_id == topic.id)
        ).one()
        return
    story.posts[number, place] = posting.post(seat, story.topics[number], words)


def _words(story: Story, number: int, row: Row, post: Row) -> Words:
    quoted = story.posts.get((number, post["quote"])) if post.get("quote") is not None else None
    mentioned = [story.member(one) for one in post.get("mentions", ())]
    attached = [story.resources[one].public_id for one in post.get("attach", ()) if one in story.resources]
    return Words(
        text=_addressed(story, post["text"].strip(), [one.id for one in mentioned]),
        language=post.get("language") or row["language"],
        client_id=_client(story),
        quote_of=quoted.public_id if quoted else "",
        quote_text=_passage(quoted.text, post.get("quoted", "")) if quoted else "",
        mentions=[one.public_id for one in mentioned],
        attachments=attached,
    )


def _addressed(story: Story, text: str, mentioned: list[int]) -> str:
    """Put the labels of who is mentioned where the text says ``@1``, ``@2``; before it where it does not."""
    known = faces(story.there, mentioned)
    for place, one in enumerate(mentioned, start=1):
        label = f"@{known[one].label}"
        text = text.replace(f"@{place}", label) if f"@{place}" in text else f"{label} {text}"
    return text


def _passage(text: str, wanted: str) -> str:
    """Return the passage that is quoted: the one asked for, else the first sentence."""
    if wanted and wanted in text:
        return wanted
    first = text.split("\n")[0]
    ends = [first.find(mark) for mark in (". ", "? ", "。", "؟ ", "! ") if first.find(mark) > 0]
    return first[: min(ends, default=_QUOTED) + 1][:_QUOTED]


def _edit(story: Story, number: int, row: Row, place: int, post: Row) -> None:
    found, topic = story.posts[number, place], story.topics[number]
    words = _words(story, number, row, post | {"text": post["edited"]})
    changing.edit(story.seat(post["by"]), topic, found, words, found.edits)


def _delete(story: Story, number: int, place: int, post: Row) -> None:
    changing.delete_own(story.seat(post["by"]), story.topics[number], story.posts[number, place])


def _settle(story: Story, number: int, row: Row) -> None:
    """Pin, lock and mark what was answered."""
    seat, topic = story.seat("manager"), story.topics[number]
    if row.get("answer") is not None and topic.kind == "discussion":
        moderating.mark_answer(seat, topic, story.posts[number, row["answer"]])
    if row.get("pinned"):
        moderating.pin(seat, topic, on=True)
    if row.get("locked"):
        moderating.lock(seat, topic, on=True)


def _read_back(story: Story) -> None:
    """Members have read what was there when they last looked in; the newest is still unread."""
    topics: list[RoomTopic] = list(story.topics.values())
    for name, member in story.members.items():
        known = isinstance(name, str)
        if member.visited_at is None or not (known or story.chance.random() < _READERS):
            continue
        seat = story.seat(name)
        for topic in topics:
            if topic.last_post_at <= member.visited_at:
                reading.read_to(seat, topic, topic.last_number)


def _client(story: Story) -> UUID:
    return new_uuid(story.chance)


# ------------------------------------------------------------------------------------------------ questions


def plan_questions(story: Story) -> None:
    """Plan questions to experts with what became of each."""
    for row in story.content.rows("questions"):
        held: dict[str, ExpertQuestion] = {}
        asked = story.ago(row["days_ago"])
        story.then(asked, partial(_ask, story, row, held))
        moment = asked
        for answer in row.get("answers") or ():
            moment = story.held(moment + timedelta(hours=story.chance.randint(19, 44)))
            story.then(moment, partial(_answer, story, answer, held))
        if row.get("published"):
            moment = story.held(moment + timedelta(hours=21))
            story.then(moment, partial(_publish, story, row, held))


def _ask(story: Story, row: Row, held: dict[str, ExpertQuestion]) -> None:
    topic = row.get("topic", "")
    asked = asking.Asked(
        title=row.get("title") or (topic if topic not in TOPICS else _shortened(row["text"])),
        text=row["text"],
        topic=topic if topic in TOPICS else story.there.topic,
        language=row["language"],
        country=row.get("country") or "",
        legal_system=row.get("legal_system") or "",
        private=bool(row.get("private")),
    )
    held["question"] = asking.ask(story.seat(row["by"]), asked)


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_TITLE else words[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"


def _answer(story: Story, answer: Row, held: dict[str, ExpertQuestion]) -> None:
    question = held["question"]
    seat = story.seat(_expert(story, answer.get("by_expert", 1)))
    if question.expert_id is None:
        answering.take(seat, question)
    answering.answer(seat, question, answer["text"], private=bool(answer.get("private")))


def _expert(story: Story, named: Any) -> Any:
    """Return the expert that content means: by part or member, or the first, second … of the room."""
    experts = story.of_role(RoomRole.EXPERT)
    if isinstance(named, str) and named in story.members:
        return named
    if isinstance(named, int) and not isinstance(named, bool) and named in story.members:
        return named if story.role(named) in {RoomRole.EXPERT, RoomRole.MANAGER} else experts[0]
    return experts[(int(named) - 1) % len(experts)] if isinstance(named, int) else experts[0]


def _publish(story: Story, row: Row, held: dict[str, ExpertQuestion]) -> None:
    question = held["question"]
    begun = publishing.draft(story.there, question)
    given = row["published"]
    words = given if isinstance(given, dict) else {"answer": str(given)} if isinstance(given, str) else {}
    publishing.publish(story.seat("manager"), question, replace(begun, **words), looked=True)


# ------------------------------------------------------------------------------------------------ calendar


def plan_calendar(story: Story) -> None:
    """Plan that the entries of the calendar are made."""
    for row in story.content.rows("calendar"):
        moment = story.ago(row.get("made_days_ago", 9))
        story.then(moment, partial(_make_entry, story, row))


def _make_entry(story: Story, row: Row) -> None:
    zone = row.get("zone", "UTC")
    start = _start(story, row, zone)
    plan = calendar.Plan(
        row["title"], start, start + timedelta(hours=float(row.get("hours", 1))), zone,
        row.get("place", ""), row.get("link", ""), row.get("description", ""),
    )  # fmt: skip
    calendar.make_event(story.seat("manager"), plan)
    db.session.flush()


def _start(story: Story, row: Row, zone: str) -> datetime:
    hour, _colon, minute = str(row.get("at", "14:00")).partition(":")
    ZoneInfo(zone)
    day = story.world.today + timedelta(days=int(row["in_days"]))
    return at(day, int(hour), int(minute or 0), zone)
