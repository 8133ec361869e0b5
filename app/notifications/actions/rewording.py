"""Giving notices other values: what a notice names has been renamed, or its name must not be read any more."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import update

from app.core.database import JSON, db
from app.notifications.models import Notice


def reword(topic: str, params: JSON, *, kinds: Collection[str]) -> None:
    """Let what was told about ``topic``, read or not, say ``params`` in place of the values of the same names."""
    db.session.execute(
        update(Notice)
        .where(Notice.topic == topic, Notice.kind.in_(kinds))
        .values(params=Notice.params.op("||")(params)),
        execution_options={"synchronize_session": False},
    )
