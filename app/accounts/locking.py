"""Locking a row until the transaction ends, so that two requests at once take turns."""

from __future__ import annotations

from app.core.database import Base, db


def lock(row: Base) -> None:
    """Lock ``row`` and read it again; changes made before are written first (a refresh would lose them)."""
    db.session.flush()
    db.session.refresh(row, with_for_update={"of": type(row)})
