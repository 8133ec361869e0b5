"""The named cast: the same people in every test, made on demand by the actions that make real people.

In process: ``cast("trainer").client`` is a browser in which that person is signed in. Beside a live server:
``live_server.cast("trainer")`` gives address, password and the second factor's key for signing in as people do.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import insert, select

from app.accounts import actions, actors, passwords
from app.accounts.models import Group, Role, Standing, User, WebSession
from app.accounts.security import codes
from app.accounts.sessions import digest
from app.core import clock
from app.core.access import Actor
from app.core.database import db, unit_of_work
from app.factory import create_app

PASSWORD = "lantern orchard seven rivers"
COHORT = "The cast's cohort"
COURSE = "electronic-evidence"


@dataclass(frozen=True, slots=True)
class Part:
    """Who somebody is: names, country, profession, standing, and what they hold."""

    given_name: str
    family_name: str
    country: str = "KE"
    profession: str = "prosecutor"
    role: Role | None = None
    scope: str = "*"
    standing: Standing = Standing.APPROVED
    cohort: str = "outside"  # or "in", or "expelled"
    language: str = "en"
    zone: str = "Africa/Nairobi"


PARTS: dict[str, Part] = {
    # around one thing of the owner's: their enrolment, attempt, certificate, session
    "owner": Part("Amina", "Odhiambo", cohort="in"),
    "member": Part("Ngozi", "Adeyemi", country="NG", profession="judge", cohort="in", zone="Africa/Lagos"),
    "outsider": Part("Rosa", "Quispe", country="PE", profession="judge", language="es", zone="America/Lima"),
    "expelled": Part(
        "Ivan", "Petrov", country="KZ", profession="investigator", language="ru", cohort="expelled"
    ),
    # who hold a role
    "practitioner": Part("Layla", "Haddad", country="JO", language="ar", zone="Asia/Amman"),
    "trainer": Part(
        "Pierre", "Diallo", country="SN", language="fr", role=Role.TRAINER, scope=f"course:{COURSE}"
    ),
    "other_trainer": Part("Mei", "Lin", country="SG", role=Role.TRAINER, scope="course:another-course"),
    "expert": Part("Hana", "Sato", country="JP", role=Role.EXPERT),
    "room_manager": Part("Tomas", "Novak", country="CZ", role=Role.ROOM_MANAGER),
    "focal_point": Part("Grace", "Wanjiru", country="KE", role=Role.FOCAL_POINT, scope="country:KE"),
    "other_focal_point": Part("Anders", "Berg", country="NO", role=Role.FOCAL_POINT, scope="country:NO"),
    "reporting_officer": Part("Sofia", "Rossi", country="IT", role=Role.REPORTING_OFFICER),
    "administrator": Part("Deborah", "Mensah", country="GH", role=Role.ADMINISTRATOR),
    "other_administrator": Part("Kofi", "Boateng", country="GH", role=Role.ADMINISTRATOR),
    # who may not do much (yet, or any more)
    "unconfirmed": Part("Olga", "Ivanova", country="KG", standing=Standing.UNCONFIRMED),
    "pending": Part("Samir", "Khan", country="PK", standing=Standing.PENDING),
    "declined": Part("Piotr", "Lis", country="PL", standing=Standing.DECLINED),
    "suspended": Part("Marta", "Silva", country="BR", standing=Standing.SUSPENDED),
    "closed": Part("Yusuf", "Demir", country="TR", standing=Standing.CLOSED),
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody signs in with; ``totp_key`` (base 32) only where a second factor is set up."""

    name: str
    email: str
    password: str
    totp_key: str | None

    def code(self) -> str:
        """Return the authenticator's code of this moment."""
        assert self.totp_key is not None, f"{self.name} has no second factor"
        return str(TOTP(key=self.totp_key).generate().token)


def address_of(name: str) -> str:
    """Return somebody's e-mail address."""
    return f"{name.replace('_', '-')}@cast.example"


def play(app: Flask, name: str) -> User:
    """Return the person who plays ``name``, making them (and the cohort) at the first call, inside a transaction."""
    known = db.session.scalars(select(User).where(User.email == address_of(name))).one_or_none()
    return known or _make(app, name, PARTS[name])


def credentials(app: Flask, name: str) -> Credentials:
    """Return what ``name`` signs in with, inside a transaction."""
    person = play(app, name)
    key = codes(app).get_totp_pretty_key(person.tf_totp_secret) if person.tf_totp_secret else None
    return Credentials(name, person.email, PASSWORD, key.replace("-", "").replace(" ", "") if key else None)


def _make(app: Flask, name: str, part: Part) -> User:
    profile: dict[str, Any] = {
        "given_name": part.given_name,
        "family_name": part.family_name,
        "country": part.country,
        "profession": part.profession,
        "language": part.language,
        "zone": part.zone,
        "institution": "Office of the Cast",
        "legal_system": "common",
        "reason": "To learn",
    }
    if part.standing == Standing.UNCONFIRMED:
        person = actions.register_person(email=address_of(name), password=PASSWORD, **profile)
    else:
        person = actions.create_person(None, email=address_of(name), **profile)
    assert person is not None
    person.password = _hash()
    _bring_to(person, part.standing)
    if part.role:
        actions.grant_role(None, person, part.role, part.scope)
    if part.role == Role.ADMINISTRATOR:
        actions.set_second_factor(actors.of_person(person), person, codes(app).generate_totp_secret(), 0)
    if part.cohort != "outside":
        _join(person, leave=part.cohort == "expelled")
    db.session.flush()
    return person


def _bring_to(person: User, standing: Standing) -> None:
    if standing in {Standing.APPROVED, Standing.SUSPENDED, Standing.CLOSED}:
        actions.approve(None, person)
    if standing == Standing.DECLINED:
        actions.decline(None, person, "The cast needs somebody declined")
    if standing == Standing.SUSPENDED:
        actions.suspend(None, person, "The cast needs somebody suspended")
    if standing == Standing.CLOSED:
        actions.close_account(None, person)


def _join(person: User, *, leave: bool) -> None:
    cohort = db.session.scalars(select(Group).where(Group.name == COHORT)).one_or_none()
    cohort = cohort or actions.create_group(None, COHORT)
    actions.add_to_group(None, cohort, person)
    if leave:
        actions.remove_from_group(None, cohort, person)


_hashes: list[str] = []


def _hash() -> str:
    """Return the hash of the one password, made once: it is made to be slow."""
    if not _hashes:
        _hashes.append(passwords.hashed(PASSWORD))
    return _hashes[0]


class Player:
    """Somebody of the cast in a test: plain values, and a browser in which they are signed in."""

    def __init__(self, app: Flask, name: str) -> None:
        with app.app_context(), unit_of_work():
            person = play(app, name)
            self.id, self.public_id, self.email, self.name = (
                person.id,
                person.public_id,
                person.email,
                person.name,
            )
            self.uniquifier = person.fs_uniquifier
            self.credentials = credentials(app, name)
        self.app, self.part = app, PARTS[name]

    @cached_property
    def client(self) -> FlaskClient:
        """A browser in which this person is signed in, with the second factor where there is one."""
        return self.new_client()

    def new_client(self) -> FlaskClient:
        """Another browser (a second device) of the same person; signing in takes no password here, to save time."""
        token = secrets.token_urlsafe(32)
        now = clock.now()
        data = {"_user_id": self.uniquifier, "_fresh": True, "fs_cc": "set", "fs_paa": now.timestamp()}
        row = {"token_digest": digest(token), "user_id": self.id, "data": data, "signed_in_at": now,
               "public_id": secrets.token_urlsafe(16), "created_at": now, "last_seen_at": now}  # fmt: skip
        with self.app.app_context(), unit_of_work():
            db.session.execute(insert(WebSession).values(row))
        client = self.app.test_client()
        client.set_cookie(str(self.app.config["SESSION_COOKIE_NAME"]), token)
        return client

    def person(self) -> User:
        """Return the row, inside a transaction."""
        return db.session.get_one(User, self.id)

    def actor(self) -> Actor:
        """Return the actor, inside a transaction."""
        return actors.of_person(self.person())


Cast = Callable[[str], Player]


def main(names: list[str]) -> None:
    """Make people in the database of the environment and print what they sign in with, as JSON."""
    app = create_app()
    with app.app_context(), unit_of_work():
        json.dump([asdict(credentials(app, name)) for name in names], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
