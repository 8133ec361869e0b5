"""What the cast did in their offices, as the audit tells it: approvals, roles, exports, certificates."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import Role
from app.audit.digests import payload_digest
from app.audit.models import AuditEntry, AuditPayload
from app.audit.verbs import Verb
from demo.accounts import ADMINISTRATORS, grants
from demo.copying import copy, reserve
from demo.people import Person
from demo.world import World, some_day, working_time

SINCE = timedelta(days=540)
ENTRY = ("id", "at", "actor_id", "verb", "object_kind", "object_id", "detail", "personal_digest")
PAYLOAD = ("entry_id", "person_id", "salt", "payload")


@dataclass(frozen=True, slots=True)
class Doing:
    """An entry to be written; ``personal`` is kept apart and can be erased."""

    at: datetime
    actor_id: int | None
    verb: Verb
    object_kind: str
    object_id: str
    detail: dict[str, Any]
    personal: dict[str, Any] | None = None
    person_id: int | None = None


def decider(cast: dict[str, Person], at: datetime) -> Person | None:
    """Return the administrator who decided at an instant: the one who came last; None before there was one."""
    there = [cast[name] for name in ADMINISTRATORS if (cast[name].approved_at or at) < at - timedelta(days=2)]
    return there[-1] if there else None


def doings(
    world: World, people: Sequence[Person], cast: dict[str, Person], certificates: Sequence[Any]
) -> list[Doing]:
    """Return everything of the last months in the order in which it happened."""
    since = world.now - SINCE
    found = [
        *_decisions(people, cast, since),
        *_roles(cast),
        *_exports(world, cast, world.chance("exports")),
        *_certificates(certificates, since),
    ]
    return sorted(found, key=lambda doing: doing.at)


def _decisions(people: Sequence[Person], cast: dict[str, Person], since: datetime) -> Iterator[Doing]:
    for person in people:
        if person.decided_at is None or person.decided_at < since:
            continue
        by = decider(cast, person.decided_at)
        verb = Verb.PERSON_DECLINED if person.decision else Verb.PERSON_APPROVED
        personal = {"reason": person.decision} if person.decision else None
        yield Doing(
            person.decided_at,
            by.id if by else None,
            verb,
            "person",
            person.public_id,
            {},
            personal,
            person.id,
        )


def _roles(cast: dict[str, Person]) -> Iterator[Doing]:
    for person, role, scope, starts_at, by, _note in grants(cast):
        detail = {"role": role, "scope": scope, "starts_at": starts_at.isoformat(), "ends_at": ""}
        yield Doing(starts_at, by.id if by else None, Verb.ROLE_GRANTED, "person", person.public_id, detail)


def _exports(world: World, cast: dict[str, Person], chance: random.Random) -> Iterator[Doing]:
    officer = cast[Role.REPORTING_OFFICER.value.replace("_", " ")]
    for week in range(52):
        day = world.today - timedelta(weeks=week + 1)
        at = working_time(chance, some_day(chance, day, day + timedelta(days=3)), officer.zone)
        detail = {"format": chance.choice(("csv", "xlsx")), "filters": {"course": "electronic-evidence"}}
        yield Doing(at, officer.id, Verb.REPORT_EXPORTED, "report", "completions", detail)


def _certificates(rows: Sequence[Any], since: datetime) -> Iterator[Doing]:
    for code, issued_at in rows:
        if issued_at >= since:
            yield Doing(issued_at, None, Verb.CERTIFICATE_ISSUED, "certificate", code, {})


def write(found: Sequence[Doing]) -> int:
    """Write the entries, unsealed; the worker seals them. Returns how many."""
    first = reserve(AuditEntry, len(found))
    payloads = []
    rows = []
    for entry_id, doing in enumerate(found, start=first):
        digest = None
        if doing.personal is not None:
            salt = secrets.token_bytes(16)
            digest = payload_digest(salt, doing.personal)
            payloads.append((entry_id, doing.person_id, salt, doing.personal))
        rows.append(
            (
                entry_id,
                doing.at,
                doing.actor_id,
                doing.verb.value,
                doing.object_kind,
                doing.object_id,
                doing.detail,
                digest,
            )
        )
    copy(AuditEntry, ENTRY, rows)
    copy(AuditPayload, PAYLOAD, payloads)
    return len(rows)
