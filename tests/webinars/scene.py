"""A session with the cast around it, written down directly: what planning and entering make, without their pages.

The trainer is its host, the expert a speaker; ``owner`` and ``member`` are registered; ``expelled`` was removed and
banned; ``outsider`` is somebody the session is not for, where it is for a group (the cohort of owner and member).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import Group
from app.core import clock
from app.core.database import db
from app.webinars.models.planning import (
    Audience,
    MediaKind,
    RegistrationState,
    RunnerRole,
    State,
    Webinar,
    WebinarRegistration,
    WebinarRunner,
)
from app.webinars.models.room import WebinarParticipant, WebinarRoom
from tests.cast import COHORT, Cast
from tests.support.forms import hidden_fields

HOST, SPEAKER = "trainer", "expert"
REGISTERED = ("owner", "member", "expelled")


@dataclass(frozen=True, slots=True)
class WebinarScene:
    """Ids of a session and of those in its room (``people``: name → participant's public id)."""

    id: int
    public_id: str
    people: dict[str, str] = field(default_factory=dict)

    def path(self, rest: str = "") -> str:
        """Return an address of the session."""
        return f"/webinars/{self.public_id}{rest}"

    def webinar(self) -> Webinar:
        """Return the row, inside a transaction."""
        return db.session.get_one(Webinar, self.id)


def make_scene(cast: Cast, *, state: State = State.LIVE, group: bool = False, **values: Any) -> WebinarScene:
    """Make a session inside a transaction; with a running room for ``open`` and ``live``."""
    now = clock.now()
    given: dict[str, Any] = {
        "title": "Evidence from messaging services",
        "summary": "How to ask for it, and how to show it in court.",
        "languages": ["en"],
        "zone": "Africa/Nairobi",
        "starts_at": now - timedelta(minutes=5),
        "ends_at": now + timedelta(minutes=55),
        "state": state,
        "created_by": cast(HOST).id,
    }
    if group:
        cohort = db.session.scalars(select(Group).where(Group.name == COHORT)).one()
        given |= {"audience": Audience.GROUP, "group_id": cohort.id}
    webinar = Webinar(**(given | {"media": MediaKind.NULL} | values))
    db.session.add(webinar)
    db.session.flush()
    for name, role in ((HOST, RunnerRole.HOST), (SPEAKER, RunnerRole.SPEAKER)):
        db.session.add(
            WebinarRunner(
                webinar_id=webinar.id, user_id=cast(name).id, name=cast(name).name, role=role,
                biography="Twenty years of practice.",
            )
        )  # fmt: skip
    for name in REGISTERED:
        db.session.add(
            WebinarRegistration(
                webinar_id=webinar.id, user_id=cast(name).id, state=RegistrationState.REGISTERED
            )
        )
    people = _fill_room(cast, webinar) if webinar.running else {}
    db.session.flush()
    return WebinarScene(webinar.id, webinar.public_id, people)


def _fill_room(cast: Cast, webinar: Webinar) -> dict[str, str]:
    now = clock.now()
    webinar.opened_at = now - timedelta(minutes=10)
    webinar.begun_at = now - timedelta(minutes=5) if webinar.state == State.LIVE else None
    room = WebinarRoom(webinar_id=webinar.id)
    db.session.add(room)
    people = {}
    roles = {HOST: RunnerRole.HOST, SPEAKER: RunnerRole.SPEAKER}
    for number, name in enumerate((HOST, SPEAKER, *REGISTERED), 1):
        participant = WebinarParticipant(
            webinar_id=webinar.id, user_id=cast(name).id, number=number,
            role=roles.get(name, RunnerRole.PARTICIPANT), admitted_at=now,
        )  # fmt: skip
        if name == "expelled":
            participant.removed_at = participant.banned_at = now
        db.session.add(participant)
        db.session.flush()
        people[name] = participant.public_id
    room.participants = len(people)
    return people


def post(client: FlaskClient, path: str, typed: Mapping[str, Any] | None = None) -> TestResponse:
    """Send a form as a page of the session would: with the browser's token and a key of its own."""
    token = hidden_fields(client.get("/about?lang=en").text, "/account/sign-out")["csrf_token"]
    keyed = {"csrf_token": token, "idempotency_key": secrets.token_hex(8)}
    return client.post(path, data=keyed | dict(typed or {}))
