"""The cast: the people whose sign-ins are written into ``demo-accounts.json``, their roles, secrets and doings."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from app.accounts import passwords, security
from app.accounts.actions.factor import METHOD
from app.accounts.countries import COUNTRIES
from app.accounts.models import Role, Standing
from app.accounts.policy import NEED_SECOND_FACTOR
from app.accounts.vocabulary import Gender, Profession
from app.core.access import EVERYWHERE
from app.core.settings import settings
from app.courses.models import ItemKind
from demo.learning import Study, Subject
from demo.people import Person, places
from demo.world import World, data, new_public_id, new_uuid

FILE = "demo-accounts.json"
MODE = 0o600
APPLICANT = "applicant"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the cast: what they are for (``role`` of the contract, a note), who they are, what they were granted."""

    part: str
    role: str
    note: str
    given: str
    family: str
    address: str
    country: str
    profession: str
    gender: str
    years: float
    institution: str
    scope: str = EVERYWHERE
    language: str = ""


CAST = tuple(Part(**row) for row in data("cast"))
ADMINISTRATORS = ("administrator", "second administrator")


def cast_people(world: World) -> list[Person]:
    """Return the cast as people."""
    return [_person(world, part) for part in CAST]


def _person(world: World, part: Part) -> Person:
    chance = world.chance(f"cast {part.part}")
    usual = places()[part.country]
    language = part.language or usual.language
    registered_at = world.now - timedelta(days=365.25 * part.years, hours=chance.uniform(50, 60))
    waits = part.role == APPLICANT
    approved_at = None if waits else registered_at + timedelta(hours=chance.uniform(4, 30))
    return Person(
        public_id=new_public_id(chance),
        key=new_uuid(chance),
        given_name=part.given,
        family_name=part.family,
        email=f"{part.address}@{part.country.lower()}.example",
        country=part.country,
        zone=usual.zone,
        legal_system=COUNTRIES[part.country].legal_system.value,
        profession=Profession(part.profession).value,
        institution=part.institution,
        gender=Gender(part.gender).value,
        language=language,
        working_languages=list(dict.fromkeys((language, *usual.spoken))),
        reason="I defend people accused of terrorism offences and want to challenge electronic evidence well."
        if waits
        else "",
        standing=Standing.PENDING.value if waits else Standing.APPROVED.value,
        registered_at=registered_at,
        confirmed_at=registered_at + timedelta(minutes=6),
        approved_at=approved_at,
        decided_at=approved_at,
        cast=part.part,
    )


# ------------------------------------------------------------------------------------------------ what they do


def cast_studies(subject: Subject, people: dict[str, Person]) -> list[Study]:
    """What those of the cast who learn have done of the course."""
    items = subject.structure.items
    third = [item.id for item in subject.structure.modules[2].items if item.kind == ItemKind.LESSON]
    places_of = {item.id: place for place, item in enumerate(items)}
    whole = len(items)
    arabic = "ar" if "ar" in subject.languages else subject.structure.source_language
    source = subject.structure.source_language
    return [
        Study(people["half-way"], source, places_of[third[2]], idle=timedelta(minutes=95)),
        Study(people["arabic"], arabic, 3, idle=timedelta(hours=7)),
        Study(people["before the test"], source, whole, idle=timedelta(hours=3)),
        Study(people["certified"], source, whole, failed=1, passed=True, idle=timedelta(days=41)),
    ]


def grants(people: dict[str, Person]) -> list[tuple[Person, str, str, datetime, Person | None, str]]:
    """Return the roles of the cast: who, role, scope, from when, by whom, note."""
    first = people[ADMINISTRATORS[0]]
    found = []
    for part in CAST:
        person = people[part.part]
        if part.role not in {Role.PRACTITIONER.value, APPLICANT} and person.approved_at is not None:
            by = (
                first
                if person is not first and (first.approved_at or person.approved_at) < person.approved_at
                else None
            )
            found.append(
                (person, part.role, part.scope, person.approved_at + timedelta(hours=20), by, part.note)
            )
    return found


# ------------------------------------------------------------------------------------------------ how they sign in


@dataclass(frozen=True, slots=True)
class Secrets:
    """How one of the cast signs in: the password in plain and hashed, the second factor in plain and sealed."""

    password: str = ""
    hashed: str | None = None
    totp_secret: str = ""
    sealed: str | None = None

    @property
    def method(self) -> str | None:
        """The name of the second factor, if there is one."""
        return METHOD if self.sealed else None


NO_SECRETS = Secrets()


def make_secrets() -> dict[str, Secrets]:
    """Make random passwords for the cast, and second factors for those whose role needs one. Takes 30 ms each."""
    return {part.part: _secrets(part) for part in CAST}


def _secrets(part: Part) -> Secrets:
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    made = Secrets(password, passwords.hashed(password))
    if part.role not in {role.value for role in NEED_SECOND_FACTOR}:
        return made
    codes = security.codes(current_app._get_current_object())  # type: ignore[attr-defined]
    sealed = codes.generate_totp_secret()
    plain = codes.get_totp_pretty_key(sealed).replace("-", "").replace(" ", "")
    return replace(made, totp_secret=plain, sealed=sealed)


def write_file(people: dict[str, Person], made: dict[str, Secrets]) -> Path:
    """Write the sign-ins of the cast where only the owner of the platform's files can read them; returns the path."""
    entries = [_entry(part, people[part.part], made[part.part]) for part in CAST]
    path = settings().var / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "w", encoding="utf-8") as file:
        json.dump(entries, file, ensure_ascii=False, indent=2)
        file.write("\n")
    draft.replace(path)
    return path


def _entry(part: Part, person: Person, made: Secrets) -> dict[str, Any]:
    entry = {"role": part.role, "email": person.email, "password": made.password, "name": person.name}
    if made.totp_secret:
        entry["totp_secret"] = made.totp_secret
    return entry | ({"note": part.note} if part.note else {})


def by_name(people: Sequence[Person]) -> dict[str, Person]:
    """Return the cast by part."""
    return {person.cast: person for person in people if person.cast}
