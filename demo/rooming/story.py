"""A room's story: acts of its members, each at its time, told in the order in which they happened."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.accounts import actors
from app.accounts.models import User
from app.core import clock
from app.core.access import Actor, act_as, forget_actor
from app.core.database import db
from app.core.refusal import Refused
from app.irooms.collections import Tree
from app.irooms.models import Room, RoomMembership
from app.irooms.models.discussion import RoomPost, RoomTopic
from app.irooms.models.resources import RoomResource
from app.irooms.queries.resources.collections import tree
from app.irooms.seats import Seat
from demo.copying import driver
from demo.people import Person
from demo.rooming.casting import Number, Part
from demo.rooming.content import Content
from demo.tables import close_batch, open_batch
from demo.world import World, at

Act = Callable[[], None]
SOURCE = "demo rooms"
_SET_NOW = text("SELECT set_config('ctlp.demo_now', :now, true)")
_JUST_NOW = timedelta(minutes=4)
_STEP = timedelta(seconds=7)
_WITHIN_AN_ACT = timedelta(hours=3)  # replies and reading go on for a while


@dataclass
class Story:
    """A room while its story is told. ``plan`` are acts that will be done, with their times."""

    world: World
    content: Content
    parts: list[Part]
    opened: datetime
    chance: random.Random
    people: Sequence[Person] = ()
    plan: list[tuple[datetime, int, Act]] = field(default_factory=list)
    room: Room | None = None
    members: dict[Number, RoomMembership] = field(default_factory=dict)
    resources: dict[str, RoomResource] = field(default_factory=dict)
    topics: dict[int, RoomTopic] = field(default_factory=dict)
    collections: dict[str, int] = field(default_factory=dict)
    posts: dict[tuple[int, int], RoomPost] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    _actors: dict[Number, Actor] = field(default_factory=dict)
    _recorded: datetime | None = None

    # ------------------------------------------------------------------------------------------------ when

    def ago(self, days: float) -> datetime:
        """Return a moment so many days ago: in working hours of that day, never ahead, never before the room."""
        hour, minute = self.chance.randint(7, 16), self.chance.randint(0, 59)
        if days < 1:
            found = self.world.now - timedelta(days=days, minutes=minute / 6)
        else:
            found = at(self.world.today - timedelta(days=int(days)), hour, minute)
        return self.held(found)

    def held(self, moment: datetime) -> datetime:
        """Return a moment, moved between the room's opening and the present."""
        return max(self.opened + timedelta(hours=1), min(moment, self.world.now - _JUST_NOW))

    def then(self, moment: datetime, act: Act) -> None:
        """Have an act done at a moment; what comes at the same moment is done in the order in which it was planned."""
        self.plan.append((moment, len(self.plan), act))

    def tell(self) -> None:
        """Do everything that was planned, also what is planned meanwhile for later."""
        while self.plan:
            self.plan.sort(key=lambda one: one[:2], reverse=True)
            moment, _number, act = self.plan.pop()
            self._do(moment, act)

    def _do(self, moment: datetime, act: Act) -> None:
        """Do one act; what the application does not allow is left out and said, so that the rest stands."""
        if self._recorded is None or moment + _WITHIN_AN_ACT > self._recorded:
            self._recorded = min(moment + timedelta(hours=12), self.world.now)
            db.session.execute(_SET_NOW, {"now": self._recorded.isoformat()})
        try:
            with clock.travel(moment), db.session.begin_nested():
                act()
        except (Refused, LookupError, ValueError) as error:
            self.left_out.append(f"{self.content.name}: {error!r}"[:200])

    # ------------------------------------------------------------------------------------------------ who

    @property
    def there(self) -> Room:
        """The room, once it was opened."""
        if self.room is None:
            raise LookupError("the room was not opened")
        return self.room

    def named(self, number: Any) -> Number:
        """Return how a member is kept, of what content calls them."""
        found: Number = self.parts[0].number if number in {"manager", True} else number
        return found if found in self.members else self.parts[0].number

    def member(self, number: Any) -> RoomMembership:
        """Return the membership behind a number."""
        return self.members[self.named(number)]

    def seat(self, number: Any) -> Seat:
        """Let a member act, and return their seat."""
        name = self.named(number)
        actor = self.actor(name)
        act_as(actor)
        return Seat(actor, self.there, self.members[name])

    def actor(self, name: Number) -> Actor:
        """Return the actor of one of the parts; looked up once."""
        if name not in self._actors:
            part = next(one for one in self.parts if one.number == name)
            self._actors[name] = actors.of_person(db.session.get_one(User, part.person.id))
        return self._actors[name]

    def role(self, number: Any) -> str:
        """Return the role of a member."""
        return self.member(number).role

    def of_role(self, *roles: str) -> list[Number]:
        """Return the members of some roles, in the order of the parts."""
        return [part.number for part in self.parts if part.role in roles]

    @staticmethod
    def shelves(seat: Seat) -> Tree:
        """Return the collections as a member has them now."""
        return tree(seat)

    def spread(self, start: datetime, hours: float, number: int) -> datetime:
        """Return a moment ``hours`` after ``start``; the ones that would lie ahead follow each other until now."""
        wanted = start + timedelta(hours=hours, minutes=self.chance.randint(0, 25))
        latest = self.world.now - _JUST_NOW - _STEP * max(0, 20 - number)
        return min(wanted, latest)


@contextmanager
def recorded_as_it_happened(by: int | None, world: World) -> Iterator[None]:
    """Within the block facts are an audited import, each recorded within the half day in which it occurred."""
    note = f"Rooms of the demo world of seed {world.seed}: fictitious people and events."
    batch = open_batch(SOURCE, note, by)
    db.session.flush()
    driver().execute(
        f"ALTER TABLE fact ALTER batch_id SET DEFAULT {int(batch)}, "
        "ALTER recorded_at SET DEFAULT current_setting('ctlp.demo_now')::timestamptz"
    )
    db.session.execute(_SET_NOW, {"now": world.now.isoformat()})
    yield
    driver().execute(
        "ALTER TABLE fact ALTER batch_id DROP DEFAULT, ALTER recorded_at SET DEFAULT clock_timestamp()"
    )
    close_batch()
    forget_actor()
