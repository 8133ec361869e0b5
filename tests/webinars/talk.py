"""Somebody in a live room, as its client does it: acts by POST with own ids; the journal as it reaches them."""

from __future__ import annotations

import copy
import json
import uuid
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.database import db
from app.webinars.models.room import WebinarEvent, WebinarParticipant, WebinarRoom
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import hidden_fields
from tests.webinars.scene import WebinarScene

HOSTILE = "<script>alert(1)</script>\u202e<img src=x onerror=alert(1)> javascript:alert(1) \x00"[:-1]


class Seated:
    """Somebody of the cast in the room of a session."""

    def __init__(self, cast: Cast, name: str, scene: WebinarScene, device: FlaskClient | None = None) -> None:
        self.name, self.scene = name, scene
        self.player = cast(name)
        self.client: FlaskClient = device or self.player.client
        self.token = self.fresh_token()

    def fresh_token(self) -> str:
        """Return the token that this browser's acts carry."""
        return hidden_fields(self.client.get("/about").text, "/account/sign-out")["csrf_token"]

    def other_device(self) -> Seated:
        """Return the same person at another browser."""
        other = copy.copy(self)
        other.client = self.player.new_client()
        other.token = other.fresh_token()
        return other

    @property
    def id(self) -> str:
        """The person's id in the room."""
        return self.scene.people[self.name]

    def post(self, path: str, body: Any = None, key: str = "") -> TestResponse:
        """Act; ``key`` is the act's id, made anew when empty."""
        return self.client.post(
            self.scene.path(f"/room/{path}"),
            json={} if body is None else body,
            headers={"X-CSRFToken": self.token, "Idempotency-Key": key or str(uuid.uuid4())},
        )

    def did(self, path: str, body: Any = None, key: str = "") -> dict[str, Any]:
        """Act, and return what a good answer says."""
        answer = self.post(path, body, key)
        assert answer.status_code == 200, (answer.status_code, answer.text[:300])
        return dict(answer.get_json())

    def refused(self, path: str, body: Any = None) -> str:
        """Act, and return the words of the refusal."""
        answer = self.post(path, body)
        assert answer.status_code == 422, (answer.status_code, answer.text[:300])
        return str(answer.get_json()["detail"])

    def get(self, path: str) -> TestResponse:
        """Read something of the room."""
        return self.client.get(self.scene.path(f"/room/{path}"))

    def state(self) -> dict[str, Any]:
        """Return the room's snapshot as this person gets it."""
        answer = self.get("state")
        assert answer.status_code == 200, answer.status_code
        return dict(answer.get_json())

    def heard(self, inside: Inside, *kinds: str) -> list[dict[str, Any]]:
        """Return the bodies of the journal's entries of ``kinds`` that reach this person, in order."""
        with inside():
            me = db.session.scalars(
                select(WebinarParticipant).where(WebinarParticipant.public_id == self.id)
            ).one()
            audiences = ["all", f"p:{self.id}"] + (["hosts"] if me.role in {"host", "cohost"} else [])
            rows = db.session.scalars(
                select(WebinarEvent)
                .where(WebinarEvent.webinar_id == self.scene.id, WebinarEvent.audience.in_(audiences))
                .order_by(WebinarEvent.number)
            )
            return [row.body | {"kind": row.kind} for row in rows if row.kind in kinds or not kinds]


def everything_heard(seat: Seated, inside: Inside) -> str:
    """Return all bytes of the journal that reach somebody."""
    return json.dumps(seat.heard(inside), ensure_ascii=False)


def set_room(inside: Inside, scene: WebinarScene, **values: Any) -> None:
    """Set the room as its hosts would."""
    with inside() as session:
        room = session.get_one(WebinarRoom, scene.id)
        for name, value in values.items():
            setattr(room, name, value)


def set_person(inside: Inside, scene: WebinarScene, name: str, **values: Any) -> None:
    """Change somebody in the room as its hosts would."""
    with inside() as session:
        found = session.scalars(
            select(WebinarParticipant).where(WebinarParticipant.public_id == scene.people[name])
        ).one()
        for key, value in values.items():
            setattr(found, key, value)
