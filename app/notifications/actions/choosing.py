"""Choosing how often one is told by mail, for everything and for single scopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import User
from app.core.database import db
from app.notifications.models import DEFAULT_DIGEST, EVERYTHING, Digest, NoticePreference

_STOP_WAITING = text(
    """
    UPDATE notice SET waiting_since = NULL
    WHERE user_id = :user_id AND waiting_since IS NOT NULL AND (
        SELECT coalesce(bool_or(muted), false)
               OR coalesce(max(digest) FILTER (WHERE scope <> ''), max(digest), :default) = 'off'
        FROM notice_preference AS chosen
        WHERE chosen.user_id = :user_id AND chosen.scope IN ('', notice.within))
    """
)


@dataclass(frozen=True, slots=True)
class Choice:
    """How often somebody is told of a scope: in a rhythm (None: as of everything), or not at all."""

    digest: Digest | None = None
    muted: bool = False


def choose(user_id: int, choices: Mapping[str, Choice]) -> None:
    """Keep what a person chose for scopes (``""`` is everything); of others what they chose before."""
    plain = [scope for scope, choice in choices.items() if choice == Choice()]
    rows = [
        {"user_id": user_id, "scope": scope, "digest": choice.digest, "muted": choice.muted}
        for scope, choice in sorted(choices.items())
        if scope not in plain
    ]
    if plain:
        db.session.execute(
            delete(NoticePreference).where(
                NoticePreference.user_id == user_id, NoticePreference.scope.in_(plain)
            ),
            execution_options={"synchronize_session": False},
        )
    if rows:
        statement = insert(NoticePreference).values(rows)
        kept = {"digest": statement.excluded.digest, "muted": statement.excluded.muted}
        db.session.execute(statement.on_conflict_do_update(index_elements=["user_id", "scope"], set_=kept))
    _stop_waiting(user_id)


def unsubscribe(person: User) -> None:
    """End every digest of a person. Notices stay on the platform, and mails about the account itself still come."""
    db.session.execute(
        update(NoticePreference)
        .where(NoticePreference.user_id == person.id, NoticePreference.scope != EVERYTHING)
        .values(digest=None),
        execution_options={"synchronize_session": False},
    )
    choose(person.id, {EVERYTHING: Choice(Digest.OFF)})


def _stop_waiting(user_id: int) -> None:
    """Let no mail tell later of what was written while none is wanted."""
    db.session.execute(_STOP_WAITING, {"user_id": user_id, "default": DEFAULT_DIGEST.value})
