"""Locking a row until the transaction ends, so that two requests at once take turns."""

from __future__ import annotations

from app.core.database import Base, db


def lock(row: Base) -> None:
    """Lock ``row`` and read it again; changes made before are written first (a refresh would lose them).

    Rows that point to it can still be written (FOR NO KEY UPDATE): who writes one may hold what we ask for next.
    """
    db.session.flush()
    db.session.refresh(row, with_for_update={"of": type(row), "key_share": True})
