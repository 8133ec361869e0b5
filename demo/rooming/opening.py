"""A room is opened with its policy and terms; people come in, ask to come in, look in from time to time."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from functools import partial

from app.accounts import actors
from app.accounts.models import User
from app.core.access import act_as
from app.core.database import db
from app.irooms.actions import entering, membership
from app.irooms.actions.rooms import About, Policy, open_room
from app.irooms.models import RoomRole
from app.irooms.seats import seat as seat_before
from demo.rooming.casting import Number, Part
from demo.rooming.story import Story

_POLICY = {one.name for one in fields(Policy)}
_EARLY = timedelta(days=6)
_VISITORS = 3
"""Of those not of the cast every third has looked in without doing anything."""
_LAST_VISITS = {"practitioner": 4.0, "arabic": 6.0, "trainer": 2.0, "expert": 5.0}
"""How many days ago those of the cast looked in last, so that something is new to them."""


def plan_opening(story: Story) -> None:
    """Plan how the room is opened and who comes in."""
    story.then(story.opened, partial(_open, story))
    for part in story.parts[1:]:
        early = isinstance(part.number, str) or part.role != RoomRole.MEMBER
        after = timedelta(hours=2) if early else _EARLY * story.chance.random()
        story.then(story.opened + timedelta(hours=3) + after, partial(_admit, story, part))
    for number, part in enumerate(story.parts[1:]):
        if not isinstance(part.number, str) and number % _VISITORS:
            continue
        days = _LAST_VISITS.get(str(part.number)) or story.chance.uniform(1, 20)
        story.then(story.ago(days), partial(_visit, story, part.number))
    for row in story.content.room.get("requests", ()):
        story.then(story.ago(row["days_ago"]), partial(_ask, story, row))


def _open(story: Story) -> None:
    room, manager = story.content.room, story.parts[0]
    about = About(room["title"], story.content.topic, room["purpose"], list(room["languages"]))
    given = {name: value for name, value in room["policy"].items() if name in _POLICY}
    actor = actors.of_person(db.session.get_one(User, manager.person.id))
    act_as(actor)
    opened = open_room(actor, about, replace(Policy(), **given), room.get("terms") or "")
    assert opened.member is not None
    story.room, story.members[manager.number] = opened.room, opened.member
    opened.member.covers = {"topics": [], "countries": [], "languages": []}


def _admit(story: Story, part: Part) -> None:
    story.seat(story.parts[0].number)  # a manager lets them in
    known = isinstance(part.number, str)
    member = membership.admit(story.there, part.person.id, part.role, accepts_terms=not known)
    story.members[part.number] = member
    if part.role == RoomRole.EXPERT and known:
        member.covers = {"topics": [story.there.topic], "countries": [], "languages": []}
    if known and story.there.terms_version:
        membership.accept_terms(story.seat(part.number), story.there.terms_version)


def _visit(story: Story, number: Number) -> None:
    membership.touch(story.seat(number))


def _ask(story: Story, row: dict[str, str]) -> None:
    """Somebody of the cast who is not in the room asks to come in."""
    person = next(one for one in story.people if one.cast == row["by"])
    actor = actors.of_person(db.session.get_one(User, person.id))
    act_as(actor)
    outside = seat_before(actor, story.there.public_id)
    if outside is not None:
        entering.ask(outside, row["reason"])
