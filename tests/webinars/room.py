"""A live room as its people use it: each of the cast acts by POST, reads the state and the journal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.webinars.models.room import WebinarParticipant
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.scene import WebinarScene
from tests.webinars.talk import Seated


class Room:
    """The room of a session, with the cast at its door or in it."""

    def __init__(self, cast: Cast, inside: Inside, scene: WebinarScene) -> None:
        self.cast, self.inside, self.scene = cast, inside, scene
        self._seated: dict[str, Seated] = {}

    def seated(self, name: str) -> Seated:
        """Return somebody of the cast."""
        if name not in self._seated:
            self._seated[name] = Seated(self.cast, name, self.scene)
        return self._seated[name]

    def id(self, name: str) -> str:
        """Return somebody's id in the room."""
        return self.scene.people[name]

    def post(self, name: str, path: str, **body: Any) -> TestResponse:
        """Act as somebody."""
        return self.seated(name).post(path, body)

    def do(self, name: str, path: str, **body: Any) -> dict[str, Any]:
        """Act as somebody, with success; returns the answer."""
        return self.seated(name).did(path, body)

    def no(self, name: str, path: str, **body: Any) -> int:
        """Act as somebody and return the status, which is that of a refusal."""
        status = self.post(name, path, **body).status_code
        assert status in {404, 422}, (path, status)
        return status

    def get(self, name: str, path: str) -> TestResponse:
        """Read as somebody."""
        return self.seated(name).get(path)

    def state(self, name: str) -> dict[str, Any]:
        """Return the room as somebody sees it."""
        answer = self.get(name, "state")
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def news(self, name: str, after: int = 0) -> list[list[Any]]:
        """Return the journal's entries that reach somebody."""
        return list(self.get(name, f"journal?after={after}").get_json()["entries"])

    def row(self, name: str) -> WebinarParticipant:
        """Return somebody's row."""
        with self.inside() as session:
            found = select(WebinarParticipant).where(
                WebinarParticipant.webinar_id == self.scene.id,
                WebinarParticipant.user_id == self.cast(name).id,
            )
            return session.scalars(found).one()
