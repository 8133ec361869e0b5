"""What a page asks by itself keeps no sign-in alive: who walks away from an open page is signed out in time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from app.accounts.models import WebSession
from app.core import clock
from tests.cast import Cast
from tests.conftest import Inside


def test_only_what_a_person_asks_keeps_a_sign_in_alive(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    assert owner.client.get("/").status_code == 200
    before = clock.now() - timedelta(minutes=10)
    mine = WebSession.user_id == owner.id
    with inside() as session:
        session.execute(update(WebSession).where(mine).values(last_seen_at=before))
    owner.client.get("/", headers={"X-Background": "1"})
    with inside() as session:
        assert session.scalar(select(WebSession.last_seen_at).where(mine)) == before
    owner.client.get("/")
    with inside() as session:
        seen = session.scalar(select(WebSession.last_seen_at).where(mine))
        assert seen is not None
        assert seen > before
