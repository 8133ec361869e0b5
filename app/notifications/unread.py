"""How many notices somebody has not read, for every page's header, without a statement of its own."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ScalarSelect, func, select

from app.accounts import sessions
from app.accounts.models import WebSession
from app.core.access import Actor
from app.core.scopes import held_among
from app.notifications.models import Notice

_NAME = "unread_notices"


def _by_scope() -> ScalarSelect[dict[str, int]]:
    """Return the unread notices of a session's person, counted by scope, as a part of the session's statement."""
    counts = (
        select(Notice.scope, func.count().label("number"))
        .where(Notice.user_id == WebSession.user_id, Notice.read_at.is_(None))
        .group_by(Notice.scope)
        .correlate(WebSession)
        .subquery()
    )
    return (
        select(func.jsonb_object_agg(counts.c.scope, counts.c.number)).correlate(WebSession).scalar_subquery()
    )


def count(actor: Actor) -> int:
    """Return how many unread notices the present session's person may see.

    Who has none, or only some of their own, costs no statement; else the features are asked that the places belong to.
    """
    found: dict[str, int] = sessions.carried(_NAME) or {}
    if not found or not actor.approved:
        return 0
    return sum(found[scope] for scope in held_among(actor, found))


def forget(read: Iterable[str]) -> None:
    """Count notices just read no more in the page being made; ``read`` holds the scope of each."""
    found: dict[str, int] = sessions.carried(_NAME) or {}
    for scope in read:
        if scope in found:
            found[scope] = max(0, found[scope] - 1)


def init_app() -> None:
    """Let every session bring the counts along."""
    sessions.carry(_NAME, _by_scope())
