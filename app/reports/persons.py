"""A person and their participations, and the facts of one participation, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.accounts.models import User
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.records.models import ActivityKind, Participation
from app.records.queries import ToldFact, facts_of
from app.reports.activities import TAKEN, Known, within
from app.reports.attendance import MINUTES
from app.reports.completions import NAME, Completions
from app.reports.conditions import of_participations, with_accounts
from app.reports.frame import Asked
from app.reports.policy import scope_of
from app.reports.selection import Selection

_SHOWN = TAKEN | {ActivityKind.RECORDING.value}


@dataclass(frozen=True, slots=True)
class Taken:
    """One participation with its activity. ``minutes`` are those attended, None where none were told."""

    participation: Participation
    activity: Known
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person as far as the reader may see them; without a name and account when it was erased."""

    public_id: str | None
    name: str
    email: str
    country: str
    profession: str
    institution: str
    taken: Sequence[Taken]

    @property
    def minutes(self) -> float:
        """Minutes attended in all sessions shown."""
        return sum(one.minutes or 0 for one in self.taken)

    @property
    def sessions(self) -> int:
        """Sessions attended."""
        return sum(one.minutes is not None for one in self.taken)


@dataclass(frozen=True, slots=True)
class Story:
    """One participation and the facts it was made from, in the order in which they occurred."""

    person: Person
    taken: Taken
    facts: Sequence[ToldFact]


def person(actor: Actor, person_id: str) -> Person:
    """Return a person with the participations that the reader may see. Raises NotFound when there is none."""
    return _person(actor, User.public_id == person_id)


def story(actor: Actor, person_id: str, activity_key: str) -> Story:
    """Return the facts behind a participation of a person. Raises NotFound."""
    return _story(
        _person(actor, User.public_id == person_id, Participation.activity_key == _key(activity_key))
    )


def unnamed_story(actor: Actor, learner_key: str, activity_key: str) -> Story:
    """Return the facts behind a participation that leads to nobody whom the reader may see. Raises NotFound.

    The key is of no use for somebody who has an account: theirs is asked for by their own id.
    """
    mine = (
        Participation.learner_key == _key(learner_key),
        Participation.activity_key == _key(activity_key),
    )
    return _story(_person(actor, User.public_id.is_(None), *mine))


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _story(found: Person) -> Story:
    [taken] = found.taken
    facts = facts_of(taken.participation.learner_key, taken.participation.activity_key)
    return Story(found, taken, facts)


def _person(actor: Actor, *conditions: ColumnElement[bool]) -> Person:
    asked = _everything(actor)
    known = {one.key: one for one in asked.activities}
    columns = (NAME, User.public_id, User.email, User.country, User.profession, User.institution)
    statement = select(Participation, MINUTES.label("minutes"), *columns).select_from(Participation)
    statement = with_accounts(statement, asked).where(*of_participations(asked), *conditions)
    order = (Participation.enrolled_at.desc().nulls_last(), Participation.activity_key)
    rows = db.session.execute(statement.order_by(*order)).all()
    if not rows:
        raise NotFound
    return _made(rows, known)


def _made(rows: Sequence[Any], known: dict[UUID, Known]) -> Person:
    _participation, _minutes, name, public_id, email, country, profession, institution = rows[0]
    return Person(
        public_id=public_id,
        name=name or "",
        email=email or "",
        country=country or "",
        profession=profession or "",
        institution=institution or "",
        taken=[Taken(row[0], known[row[0].activity_key], row[1]) for row in rows],
    )


def _everything(actor: Actor) -> Asked:
    """All participations within the reader's scope. Raises NotFound when they have none."""
    scope = scope_of(actor)
    if not scope:
        raise NotFound
    found = within(actor, scope, _SHOWN)
    return Asked(
        report=Completions(),
        actor=actor,
        scope=scope,
        filters=Selection(),
        grouping=(),
        sort=Completions.default_sort,
        as_of=clock.now(),
        activities=found,
        offered=found,
    )
