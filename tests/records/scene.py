"""People, activities and facts that the register's tests play with."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import event

from app.accounts.models import Standing, User
from app.core.database import db
from app.records import actions
from app.records.actions import Description, FactDraft
from app.records.models import ActivityKind, Verb

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def at(days: float) -> datetime:
    """The instant ``days`` after the scene begins."""
    return START + timedelta(days=days)


def person(name: str = "amina", *, country: str = "KE", profession: str = "judge", **more: Any) -> User:
    """An approved person; ``more`` are columns."""
    made = User(
        email=f"{name.lower()}@justice.example",
        given_name=name.title(),
        family_name="Example",
        country=country,
        profession=profession,
        standing=Standing.APPROVED,
        **more,
    )
    db.session.add(made)
    db.session.flush()
    return made


def course(slug: str = "evidence", **more: Any) -> UUID:
    """A described course; returns its activity key."""
    key = uuid.uuid5(uuid.NAMESPACE_URL, slug)
    given: dict[str, Any] = {
        "activity_key": key,
        "kind": ActivityKind.COURSE,
        "slug": slug,
        "titles": {"en": slug.title()},
        "languages": ["en"],
        "address": f"/courses/{slug}",
        "topic": slug,
    }
    actions.describe_activity(Description(**(given | more)))
    return key


def state(who: User, activity: UUID, verb: Verb, day: float, **more: Any) -> bool:
    """Append a fact of a person that occurred ``day`` days after the scene begins; ``more`` as in FactDraft."""
    return actions.append(
        FactDraft(verb=verb, user_id=who.id, activity_key=activity, occurred_at=at(day), **more)
    )


class PlainFact(NamedTuple):
    """A fact as the fold sees it."""

    verb: str
    result: dict[str, Any]
    country: str
    profession: str
    language: str
    occurred_at: datetime
    uuid: UUID = UUID(int=0)
    corrects: UUID | None = None


def fact(verb: Verb, day: float, *, country: str = "KE", language: str = "", **result: Any) -> PlainFact:
    """A fact for the fold alone."""
    return PlainFact(verb.value, result, country, "judge", language, at(day), uuid.uuid4())


def random_facts(dice: random.Random, count: int) -> list[PlainFact]:
    """Facts of one learner and activity as a bad line and a wrong clock might make them: few instants, many ties."""
    verbs = [verb for verb in Verb if verb not in {Verb.VOIDED, Verb.ACTIVITY_DESCRIBED}]
    return [
        PlainFact(
            dice.choice(verbs).value,
            dice.choice(
                [
                    {},
                    {"score": dice.randint(0, 100)},
                    {"progress": dice.random()},
                    {"code": dice.choice("AB")},
                ]
            ),
            dice.choice(["KE", "TN", ""]),
            dice.choice(["judge", "prosecutor"]),
            dice.choice(["", "en", "ar", "fr"]),
            at(dice.randint(0, 6)),
            UUID(int=dice.getrandbits(128)),
        )
        for _ in range(count)
    ]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that the application's session sends inside the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            sent.append(statement)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)
