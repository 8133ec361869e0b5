"""Membership as a machine of states: whatever happens in whatever order, who is in is who should be.

The machine keeps a model of its own (a few sets and numbers) beside the room in the database, and holds both against
each other after every step, through the front door and through the scopes that side doors ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, select

from app.core import clock
from app.core.access import act_as
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.refusal import Refused
from app.irooms.actions import entering, membership
from app.irooms.actions import rooms as actions
from app.irooms.models import RoomInvitation, RoomMembership
from app.irooms.scopes import held_by
from app.irooms.seats import Seat, Step, seat
from tests.cast import Player

PEOPLE = ("member", "expert", "outsider")
ROLES = ("manager", "expert", "member", "observer")
DAYS = 10
person = st.sampled_from(PEOPLE)


def machine(
    app: TransactionalFlask, connection: Connection, players: dict[str, Player]
) -> type[RuleBasedStateMachine]:
    """Return the machine, bound to one transaction per run that is undone at its end."""

    class Membership(RuleBasedStateMachine):
        """The room, and the model of it."""

        def __init__(self) -> None:
            super().__init__()
            self.now = clock.now() + timedelta(hours=1)
            self.point = connection.begin_nested()
            self.inside: dict[str, tuple[str, datetime]] = {}
            self.invited: dict[str, tuple[str, datetime]] = {}
            self.accepted: dict[str, int] = {}
            self.terms = 0
            with self.at_work():
                about = actions.About("The room", "prosecution", "Rules", ["en"])
                opened = actions.open_room(
                    self.actor("room_manager"), about, actions.Policy(membership_days=DAYS)
                )
                self.slug, self.room_id = opened.room.public_id, opened.room.id

        def teardown(self) -> None:
            self.point.rollback()

        @contextmanager
        def at_work(self) -> Iterator[None]:
            with clock.travel(self.now), app.app_context(), unit_of_work():
                yield

        def actor(self, name: str) -> Any:
            actor = players[name].actor()
            act_as(actor)
            return actor

        def manager(self) -> Seat:
            found = seat(self.actor("room_manager"), self.slug)
            assert found is not None
            return found

        def row(self, name: str) -> RoomMembership:
            return db.session.scalars(
                select(RoomMembership).where(
                    RoomMembership.room_id == self.room_id, RoomMembership.user_id == players[name].id
                )
            ).one()

        def is_in(self, name: str) -> bool:
            return name in self.inside and self.inside[name][1] > self.now

        @rule(name=person, role=st.sampled_from(ROLES))
        def invite(self, name: str, role: str) -> None:
            with self.at_work():
                if self.is_in(name):
                    with pytest.raises(Refused):
                        entering.invite(self.manager(), players[name].email, role)
                    return
                entering.invite(self.manager(), players[name].email, role)
            self.invited[name] = (role, self.now + entering.INVITATION_LIFE)

        @rule(name=person)
        def accept(self, name: str) -> None:
            with self.at_work():
                newest = db.session.scalars(
                    select(RoomInvitation)
                    .where(
                        RoomInvitation.room_id == self.room_id, RoomInvitation.email == players[name].email
                    )
                    .order_by(RoomInvitation.id.desc())
                    .limit(1)
                ).one_or_none()
                if newest is None:
                    return
                if name not in self.invited or self.invited[name][1] <= self.now:
                    with pytest.raises(Refused):
                        entering.accept(self.actor(name), newest)
                    return
                entering.accept(self.actor(name), newest)
            role, _until = self.invited.pop(name)
            if not self.is_in(name):
                self.inside[name] = (role, self.now + timedelta(days=DAYS))

        @rule(name=person)
        def take_back(self, name: str) -> None:
            with self.at_work():
                seat_ = self.manager()
                for row in db.session.scalars(
                    select(RoomInvitation).where(
                        RoomInvitation.room_id == self.room_id,
                        RoomInvitation.email == players[name].email,
                        RoomInvitation.accepted_at.is_(None),
                    )
                ):
                    entering.revoke(seat_, row)
            self.invited.pop(name, None)

        @precondition(lambda self: any(self.is_in(name) for name in PEOPLE))
        @rule(name=person)
        def remove(self, name: str) -> None:
            if self.is_in(name):
                with self.at_work():
                    membership.remove(self.manager(), self.row(name))
                del self.inside[name]

        @rule(name=person)
        def leave(self, name: str) -> None:
            if self.is_in(name):
                with self.at_work():
                    found = seat(self.actor(name), self.slug)
                    assert found is not None
                    membership.leave(found)
                del self.inside[name]

        @rule(name=person, role=st.sampled_from(ROLES), days=st.integers(1, 30))
        def change(self, name: str, role: str, days: int) -> None:
            if self.is_in(name):
                ends_at = self.now + timedelta(days=days)
                with self.at_work():
                    membership.change_member(self.manager(), self.row(name), role=role, ends_at=ends_at)
                self.inside[name] = (role, ends_at)

        @rule()
        def new_terms(self) -> None:
            with self.at_work():
                self.terms = actions.set_terms(self.manager(), "New words.")

        @rule(name=person)
        def accept_terms(self, name: str) -> None:
            if self.is_in(name):
                with self.at_work():
                    found = seat(self.actor(name), self.slug)
                    assert found is not None
                    membership.accept_terms(found, self.terms)
                self.accepted[name] = max(self.accepted.get(name, 0), self.terms)

        @rule(days=st.integers(1, 8))
        def time_passes(self, days: int) -> None:
            self.now += timedelta(days=days)

        @rule()
        def ends_are_written_down(self) -> None:
            with self.at_work():
                membership.expire_due()

        @invariant()
        def who_is_in_is_who_should_be(self) -> None:
            with self.at_work():
                for name in PEOPLE:
                    actor = self.actor(name)
                    found = seat(actor, self.slug)
                    assert (found is not None) == self.is_in(name), name
                    opened = self.is_in(name) and self.accepted.get(name, 0) >= self.terms
                    assert (f"room:{self.room_id}" in set(held_by(actor))) == opened, name
                    if found is None:
                        continue
                    assert found.step == (Step.NONE if opened else Step.TERMS)
                    assert found.writes == (opened and self.inside[name][0] != "observer")
                    assert found.manages == (opened and self.inside[name][0] == "manager")
                    assert (found.room.group_id in actor.groups) == opened, name

    return Membership


@pytest.fixture
def players(app: TransactionalFlask) -> dict[str, Player]:
    """Who takes part."""
    return {name: Player(app, name) for name in ("room_manager", *PEOPLE)}


def _run(machine_class: type[RuleBasedStateMachine], runs: int) -> None:
    options = settings(
        max_examples=runs,
        stateful_step_count=25,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine_class, settings=options)


def test_a_few_histories(app: TransactionalFlask, connection: Connection, players: dict[str, Player]) -> None:
    _run(machine(app, connection, players), 5)


@pytest.mark.long
def test_many_histories(app: TransactionalFlask, connection: Connection, players: dict[str, Player]) -> None:
    _run(machine(app, connection, players), 150)
