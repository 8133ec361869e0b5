"""The only way a page gets a session row."""

from __future__ import annotations

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from app.accounts.models import WebSession
from app.core.access import Actor
from app.core.database import db


def own_session(actor: Actor, session_id: str) -> WebSession:
    """Return one of the actor's own sign-ins. Raises NotFound."""
    found = db.session.scalars(
        select(WebSession).where(WebSession.public_id == session_id, WebSession.user_id == actor.user_id)
    ).one_or_none()
    if found is None or actor.user_id is None:
        raise NotFound
    return found
