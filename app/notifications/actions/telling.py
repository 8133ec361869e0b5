"""Telling people something: one statement, however many they are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text

from app.core import clock
from app.core.access import Actor, current_actor
from app.core.database import JSON, db
from app.core.ids import public_id
from app.notifications.models import DEFAULT_DIGEST
from app.notifications.words import kind_of, root

_TELL = text(
    """
    WITH told AS (
        INSERT INTO notice (public_id, user_id, kind, topic, scope, within, params, count,
                            created_at, updated_at, waiting_since)
        SELECT given.public_id, person.id, :kind, :topic, :scope, :within, CAST(:params AS jsonb), 1, :at, :at,
               CASE WHEN coalesce(here.digest, everywhere.digest, :default) <> 'off'
                    THEN CAST(:at AS timestamptz) END
        FROM unnest(CAST(:ids AS bigint[]), CAST(:public_ids AS text[])) AS given (user_id, public_id)
        JOIN "user" AS person ON person.id = given.user_id AND person.active AND person.standing = 'approved'
        LEFT JOIN notice_preference AS here ON here.user_id = person.id AND here.scope = :within
        LEFT JOIN notice_preference AS everywhere ON everywhere.user_id = person.id AND everywhere.scope = ''
        WHERE here.muted IS NOT TRUE
        ORDER BY person.id
        ON CONFLICT (user_id, kind, topic) WHERE read_at IS NULL AND topic <> '' DO UPDATE SET
            scope = excluded.scope, within = excluded.within, params = excluded.params,
            count = notice.count + 1, updated_at = greatest(notice.updated_at, excluded.updated_at),
            waiting_since = CASE WHEN excluded.waiting_since IS NOT NULL
                                 THEN coalesce(notice.waiting_since, excluded.waiting_since) END
        RETURNING 1
    )
    SELECT count(*) FROM told
    """
)


def notify(
    user_ids: Iterable[int],
    kind: str,
    scope: str,
    params: JSON,
    *,
    topic: str = "",
    at: datetime | None = None,
    within: str = "",
    by: Actor | None = None,
) -> int:
    """Tell people something, in the present transaction; returns how many were told.

    ``scope`` is what one must hold to be told; it is asked again whenever the notice is shown or mailed. ``within`` is
    the scope whose preferences rule (default: the place that ``scope`` lies in, ``room:7`` of ``room:7:managers``);
    who muted it is not told. A repeat of an unread (``kind``, ``topic``) counts up, with the newest ``params``. Who
    caused it (``by``; default: who acts now) is never told; NOBODY tells them too. ``at`` is when it happened.
    Raises UnknownKind for a kind that nobody has registered.
    """
    kind_of(kind)
    cause = by or current_actor()
    people = sorted({one for one in user_ids if one != cause.user_id})
    if not people:
        return 0
    values = {
        "ids": people,
        "public_ids": [public_id() for _ in people],
        "kind": kind,
        "topic": topic,
        "scope": scope,
        "within": within or root(scope),
        "params": json.dumps(params),
        "at": at or clock.now(),
        "default": DEFAULT_DIGEST.value,
    }
    return int(db.session.execute(_TELL, values).scalar_one())
