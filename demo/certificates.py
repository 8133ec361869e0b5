"""Certificates of the demo world: really signed, so that they verify like any other."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.certificates import signing
from app.certificates.actions import statement_of
from app.records.models import Activity, Verb
from demo.facts import Register
from demo.people import Person
from demo.world import new_code

CERTIFICATE = (
    "code",
    "learner_key",
    "activity_key",
    "user_id",
    "edition",
    "statement",
    "signature",
    "key_id",
    "issued_at",
    "revoked_at",
    "revoked_reason",
)


@dataclass(frozen=True, slots=True)
class Award:
    """A completion that earned a certificate."""

    person: Person
    activity_key: UUID
    completed_at: datetime
    language: str


def issue(
    register: Register,
    awards: Iterable[Award],
    activities: dict[UUID, Activity],
    chance: random.Random,
    revoked: int,
) -> list[tuple[Any, ...]]:
    """Sign a certificate for every award, tell the register, and return the rows of CERTIFICATE.

    The last ``revoked`` but a few are revoked some weeks later.
    """
    given = sorted(awards, key=lambda award: award.completed_at)
    to_revoke = {id(award) for award in given[-40 - revoked : -40]}
    return [_row(register, award, activities, chance, id(award) in to_revoke) for award in given]


def _row(
    register: Register, award: Award, activities: dict[UUID, Activity], chance: random.Random, revoke: bool
) -> tuple[Any, ...]:
    person, key = award.person, award.activity_key
    code = new_code(chance)
    statement = statement_of(code, person.name, activities[key], award.completed_at, award.language)
    signature, key_id = signing.sign(statement)
    register.tell(
        person, Verb.CERTIFICATE_ISSUED, award.completed_at, key, {"code": code}, language=award.language
    )
    revoked_at, reason = None, ""
    if revoke:
        revoked_at = min(award.completed_at + timedelta(days=12), register.world.now - timedelta(hours=3))
        reason = "Issued for work that was not the holder's own."
        register.tell(person, Verb.CERTIFICATE_REVOKED, revoked_at, key, {"code": code, "reason": reason})
    return (
        code,
        person.key,
        key,
        person.id,
        1,
        statement,
        signature,
        key_id,
        award.completed_at,
        revoked_at,
        reason,
    )
