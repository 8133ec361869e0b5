"""Two rooms full of planted texts, everybody who may stand before them, and the values of their addresses.

Everything is written in one transaction that is undone (see ``tests/support/world.py``). Room A shows names or, in a
second world, pseudonyms; room B is another room with people of its own. Each text is planted in one room and names who
may meet it; each person of room A is a planted text too where the room hides who they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import Connection, select

from app.accounts import actions as accounts
from app.accounts import tokens
from app.accounts.models import Role, User
from app.accounts.tokens import Scope
from app.core import clock
from app.core.access import act_as
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.limits import limiter
from app.irooms.actions import entering, membership, oversight
from app.irooms.actions import rooms as actions
from app.irooms.actions.rooms import About, Policy
from app.irooms.models import Room, RoomInvitation, RoomMembership, RoomRequest
from app.irooms.seats import Seat, overseen, seat
from tests.cast import Player
from tests.support.world import GUESSED, Visitor, World

PEOPLE: Mapping[str, str] = {
    "manager": "room_manager",
    "expert": "expert",
    "member": "member",
    "observer": "practitioner",
    "expired": "owner",
    "removed": "expelled",
    "other_manager": "trainer",
    "other_member": "outsider",
    "nobody": "focal_point",
    "administrator": "administrator",
    "glass": "other_administrator",
}
"""Who stands before the rooms, by what they are there, and who of the cast plays them."""
INSIDE_A = frozenset({"manager", "expert", "member", "observer", "glass"})
INSIDE_B = frozenset({"other_manager", "other_member"})
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
CANARY = re.compile(rb"CANARY-[A-Z]+-[A-Z]+")


@dataclass
class RoomsWorld:
    """The built world. ``values`` holds, for each room (``a``, ``b``), the ids of its things by their kind."""

    world: World
    masked: bool
    venoms: tuple[str, ...] = ("",)
    values: dict[str, dict[str, str]] = field(default_factory=lambda: {"a": {}, "b": {}})
    deleted: dict[str, str] = field(default_factory=dict)
    audience: dict[str, frozenset[str]] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)

    @property
    def app(self) -> TransactionalFlask:
        """The application."""
        return self.world.app

    def player(self, name: str) -> Player:
        """Return who plays ``name``."""
        return self.world.people[PEOPLE[name]]

    def seat(self, name: str, room: str = "a") -> Seat:
        """Return somebody's seat before a room, inside a transaction; also lets them act."""
        actor = self.player(name).actor()
        act_as(actor)
        slug = self.values[room]["slug"]
        found = seat(actor, slug) or overseen(slug, actor)
        assert found is not None
        return found

    def plant(self, text: str, *readers: str) -> str:
        """Note who may meet ``text`` (by default who is inside the room its name begins with) and return it.

        In a hostile world every planted text ends in one of ``venoms``, in turn.
        """
        default = INSIDE_A if text.startswith("CANARY-A") else INSIDE_B
        self.audience[text] = frozenset(readers) or default
        return text + self.venoms[len(self.audience) % len(self.venoms)]


Planter = Callable[[RoomsWorld], None]
"""Plants what a part of a room holds, in both rooms, inside a transaction."""


@contextmanager
def built(
    app: TransactionalFlask, connection: Connection, parts: Iterable[Planter], *, masked: bool
) -> Iterator[RoomsWorld]:
    """The world, in a transaction on ``connection`` that is undone at the end."""
    transaction = connection.begin()
    limited, limiter.enabled = limiter.enabled, False
    db.bind_for_tests(connection)
    try:
        made = RoomsWorld(World(app, connection), masked)
        build(made, parts)
        yield made
    finally:
        limiter.enabled = limited
        db.bind_for_tests(None)
        transaction.rollback()


def build(made: RoomsWorld, parts: Iterable[Planter]) -> None:
    """Build the world, in transactions of the application."""
    app = made.app
    for name in PEOPLE.values():
        made.world.people[name] = Player(app, name)
    with app.app_context(), unit_of_work():
        _name_people(made)
    with app.test_request_context(), unit_of_work():
        _open_rooms(made)
    for plant in parts:
        with app.test_request_context(), unit_of_work():
            plant(made)
    with app.test_request_context(), unit_of_work():
        _end_memberships(made)
    _open_browsers(made)
    _start_programs(made)


def _name_people(made: RoomsWorld) -> None:
    """Family names are canaries: in a room that hides them, nobody else in it may meet them."""
    for name, plays in PEOPLE.items():
        row = db.session.get_one(User, made.world.people[plays].id)
        row.family_name = f"CANARY-NAME-{name.upper().replace('_', '')}"
    accounts.grant_role(None, made.player("other_manager").person(), Role.ROOM_MANAGER)


def _open_rooms(made: RoomsWorld) -> None:
    for room, manager in (("a", "manager"), ("b", "other_manager")):
        letter = room.upper()
        about = About(
            made.plant(f"CANARY-{letter}-TITLE"),
            "electronic-evidence",
            made.plant(f"CANARY-{letter}-PURPOSE"),
            ["en"],
        )
        identity = "pseudonym" if made.masked and room == "a" else "name"
        policy = Policy(identity=identity, download="stamped", membership_days=90)
        act_as(made.player(manager).actor())
        opened = actions.open_room(made.player(manager).actor(), about, policy)
        made.values[room]["slug"] = opened.room.public_id
        made.rooms[room] = opened.room.id
        _fill(made, room, opened)
    _who_meets_names(made)
    _oversee(made)


def _fill(made: RoomsWorld, room: str, opened: Seat) -> None:
    people = {
        "expert": "expert",
        "member": "member",
        "observer": "observer",
        "expired": "member",
        "removed": "member",
    }
    for name, role in (people if room == "a" else {"other_member": "member"}).items():
        member = membership.admit(opened.room, made.player(name).id, role)
        made.values[room][f"{name}_member"] = member.public_id
    assert opened.member is not None
    made.values[room]["manager_member"] = opened.member.public_id
    made.values[room]["member_id"] = made.values[room][
        "member_member" if room == "a" else "other_member_member"
    ]
    entering.invite(opened, f"invited-{room}@cast.example", "member")
    invitation = db.session.scalars(
        select(RoomInvitation).where(RoomInvitation.room_id == opened.room.id)
    ).one()
    made.values[room]["invitation_id"] = invitation.public_id
    asking = RoomRequest(
        room_id=opened.room.id,
        user_id=made.player("nobody").id,
        reason=made.plant(f"CANARY-{room.upper()}-REQUEST", "manager" if room == "a" else "other_manager"),
        state="waiting",
    )
    db.session.add(asking)
    db.session.flush()
    made.values[room]["request_id"] = asking.public_id


def _who_meets_names(made: RoomsWorld) -> None:
    everybody = frozenset({*PEOPLE, "stranger"})
    for name in PEOPLE:
        canary = f"CANARY-NAME-{name.upper().replace('_', '')}"
        of_a = name in {"manager", "expert", "member", "observer", "expired", "removed"}
        seen_in_a = frozenset({name}) if made.masked else INSIDE_A | {name}
        seen_in_b = INSIDE_B | {name}
        made.audience[canary] = seen_in_a if of_a else seen_in_b if name.startswith("other") else everybody


def _oversee(made: RoomsWorld) -> None:
    for room in ("a", "b"):  # who oversees rooms sees that they exist
        made.audience[f"CANARY-{room.upper()}-TITLE"] |= {"administrator", "glass"}
    glass = made.seat("glass")
    oversight.break_glass(glass, "To judge what an opened room shows, in a test.", 8)


def _end_memberships(made: RoomsWorld) -> None:
    """Who was in room A and is not any more: by time, by removal."""
    rows = {
        name: db.session.scalars(
            select(RoomMembership).where(RoomMembership.public_id == made.values["a"][f"{name}_member"])
        ).one()
        for name in ("expired", "removed")
    }
    membership.remove(made.seat("manager"), rows["removed"])
    rows["expired"].ends_at = clock.now() - timedelta(seconds=1)
    db.session.flush()
    room = db.session.get_one(Room, made.rooms["a"])
    membership.sync_group(room, rows["expired"])


def _open_browsers(made: RoomsWorld) -> None:
    cookie = str(made.app.config["SESSION_COOKIE_NAME"])
    for name in ("stranger", *PEOPLE):
        client: FlaskClient = made.app.test_client() if name == "stranger" else made.player(name).new_client()
        page = client.get("/verify").get_data(as_text=True)
        found, kept = _TOKEN.search(page), client.get_cookie(cookie)
        assert found is not None
        assert kept is not None
        made.world.browsers[name] = Visitor(name, name, {"Cookie": f"{cookie}={kept.value}"}, found[1])


def _start_programs(made: RoomsWorld) -> None:
    with made.app.app_context(), unit_of_work():
        for name in PEOPLE:
            row = made.player(name).person()
            token, secret = tokens.create(None, row, scopes=tuple(Scope), label="A program", days=90)
            token.second_factor = bool(row.tf_primary_method)
            visitor = Visitor(f"program of {name}", name, {"Authorization": f"Bearer {secret}"})
            made.world.programs[visitor.name] = visitor
        db.session.flush()


def retire(made: RoomsWorld, kind: str, public_id: str) -> None:
    """Note the id of a thing that was deleted."""
    made.deleted[kind] = public_id


def canaries_in(body: bytes) -> set[str]:
    """Return the planted texts in what was sent."""
    return {match.decode() for match in CANARY.findall(body)}


def guessed_values(kinds: Mapping[str, str]) -> dict[str, str]:
    """Return ids of the right shape that belong to nothing, for each kind."""
    return dict.fromkeys(kinds, GUESSED)
