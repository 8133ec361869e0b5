"""Names of people that other rows mention by number or public id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.accounts.models import User
from app.core.database import db


@dataclass(frozen=True, slots=True)
class Named:
    """A person as another row mentions them."""

    id: int
    public_id: str
    name: str


def names(ids: Iterable[int | None], public_ids: Iterable[str] = ()) -> dict[int | str, Named]:
    """Return the people mentioned, by number and by public id; one query."""
    wanted = {id for id in ids if id is not None}
    known = set(public_ids)
    if not wanted and not known:
        return {}
    rows = db.session.execute(
        select(User.id, User.public_id, User.given_name, User.family_name, User.email).where(
            or_(User.id.in_(wanted), User.public_id.in_(known))
        )
    )
    found: dict[int | str, Named] = {}
    for row in rows:
        named = Named(row.id, row.public_id, f"{row.given_name} {row.family_name}".strip() or row.email)
        found[row.id] = found[row.public_id] = named
    return found
