"""People: searched, listed with their present roles, shown with everything about their account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import RoleGrant, User
from app.core import clock
from app.core.database import db
from app.core.i18n import DEFAULT, best_language, page_language
from app.records.models import Activity

_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a search asks for; empty values ask for everybody."""

    words: str = ""
    country: str = ""
    standing: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant with who gave it, and whether it holds now, later, or did before."""

    row: RoleGrant
    by: str
    state: str  # "present", "future", "past"


def found(wanted: Wanted, *, offset: int, limit: int) -> tuple[Sequence[User], dict[int, list[str]], int]:
    """Return people by family name, their present roles by number, and how many there are; three queries."""
    conditions = _conditions(wanted)
    people = db.session.scalars(
        select(User)
        .where(*conditions)
        .order_by(func.lower(User.family_name), func.lower(User.given_name), User.id)
        .offset(offset)
        .limit(limit)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0
    return people, _roles_of(people), total


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [_has(word) for word in wanted.words.lower().split()[:_MOST_WORDS]]
    if wanted.country:
        conditions.append(User.country == wanted.country)
    if wanted.standing:
        conditions.append(User.standing == wanted.standing)
    if wanted.role:
        held = select(RoleGrant.user_id).where(RoleGrant.role == wanted.role, *_present(clock.now()))
        conditions.append(User.id.in_(held))
    return conditions


def _has(word: str) -> ColumnElement[bool]:
    """Whether a word is in names, address or institution; one or two letters only begin a name."""
    columns = (func.lower(User.family_name), func.lower(User.given_name))
    if len(word) < 3 and word.isascii():
        return or_(*(column.startswith(word, autoescape=True) for column in columns))
    further = (User.email, func.lower(User.institution))
    return or_(*(column.contains(word, autoescape=True) for column in (*columns, *further)))


def _present(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return RoleGrant.starts_at <= now, or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)


def _roles_of(people: Sequence[User]) -> dict[int, list[str]]:
    roles: dict[int, list[str]] = defaultdict(list)
    query = select(RoleGrant.user_id, RoleGrant.role).distinct()
    for user_id, role in db.session.execute(
        query.where(RoleGrant.user_id.in_([one.id for one in people]), and_(*_present(clock.now())))
    ):
        roles[user_id].append(role)
    return roles


def grants(user_id: int) -> list[Grant]:
    """Return a person's grants, the present first, then those to come, then the past."""
    giver, now = aliased(User), clock.now()
    rows: Any = db.session.execute(
        select(RoleGrant, giver.given_name, giver.family_name)
        .outerjoin(giver, giver.id == RoleGrant.granted_by)
        .where(RoleGrant.user_id == user_id)
        .order_by(RoleGrant.id.desc())
    )
    order = {"present": 0, "future": 1, "past": 2}
    listed = [
        Grant(row, f"{given or ''} {family or ''}".strip(), _state(row, now)) for row, given, family in rows
    ]
    return sorted(listed, key=lambda one: order[one.state])


def _state(row: RoleGrant, now: datetime) -> str:
    if row.ends_at is not None and row.ends_at <= now:
        return "past"
    return "future" if row.starts_at > now else "present"


def courses() -> list[tuple[str, str]]:
    """Return (slug, title) of every course, titles in the nearest to the page's language."""
    language = page_language()
    rows = db.session.execute(select(Activity.slug, Activity.titles).where(Activity.kind == "course"))
    named = [
        (slug, titles.get(best_language(language, list(titles), DEFAULT), slug)) for slug, titles in rows
    ]
    return sorted(named, key=lambda one: one[1].casefold())
