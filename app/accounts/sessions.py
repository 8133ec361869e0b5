"""Sessions as rows: listed with device and time, revocable, with an idle and an absolute limit.

The cookie carries a random token, the row its digest. One query per request finds the session, its person, their
present roles and groups. A row is made when something is put into the session, so reading a public page costs none.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import Flask, Request, Response, g, has_request_context, request
from flask import session as present_session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.events import SignInsEnded
from app.accounts.models import Group, GroupMembership, RoleGrant, User, WebSession
from app.core import clock
from app.core.database import db, fail_later
from app.core.errors import api_path
from app.core.events import publish
from app.core.jobs import periodic
from app.core.security import on_content_host
from app.core.settings import settings

TOUCH_AFTER = timedelta(seconds=60)
GUEST_LIFE = timedelta(hours=4)
KEEP_ENDED = timedelta(days=30)
BACKGROUND = (
    "X-Background"  # header of requests that nobody's hand made: an open page alone keeps no sign-in alive
)
_SEPARATOR = "\x1f"


class SqlSession(dict[str, Any], SessionMixin):
    """The session of one request; ``row`` is None for a visitor we keep nothing about."""

    def __init__(self, data: dict[str, Any] | None = None, row: WebSession | None = None) -> None:
        super().__init__(data or {})
        self.row = row
        self.person: User | None = None
        self.grants: list[tuple[str, str]] = []
        self.groups: frozenset[int] = frozenset()
        self.carried: dict[str, Any] = {}
        self._kept = dict(data or {})
        self.rotate = False
        self.ended = False
        self.new = row is None

    @property
    def modified(self) -> bool:
        """Whether the content differs from what is kept (compared, so nested changes count)."""
        return dict(self) != self._kept

    @modified.setter
    def modified(self, value: bool) -> None:
        """Accepted because extensions set it; the comparison decides."""


def digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def device_of(request_: Request) -> str:
    """Return a short description of the browser and system, enough for its owner to recognise it."""
    agent = request_.headers.get("User-Agent", "")
    browser = next(
        (
            name
            for name in ("Firefox", "Edg", "OPR", "SamsungBrowser", "Chrome", "Safari", "curl")
            if name in agent
        ),
        "",
    )
    system = next(
        (
            name
            for name in ("Android", "iPhone", "iPad", "Windows", "Mac OS", "CrOS", "Linux")
            if name in agent
        ),
        "",
    )
    named = {
        "Edg": "Edge",
        "OPR": "Opera",
        "SamsungBrowser": "Samsung Internet",
        "Mac OS": "macOS",
        "CrOS": "ChromeOS",
    }
    return " · ".join(named.get(part, part) for part in (browser, system) if part)


_carried: dict[str, ScalarSelect[Any]] = {}


def carry(name: str, value: ScalarSelect[Any]) -> None:
    """Let the one statement of every request bring ``value`` along, for :func:`carried` under ``name``.

    It is a scalar subquery correlated to ``WebSession.user_id``: what every page shows costs no statement of its own.
    """
    _carried[name] = value
    _query_by_token.cache_clear()
    _query_by_number.cache_clear()


def carried(name: str) -> Any:
    """Return what the present session brought along; None without a session."""
    present = present_session._get_current_object() if has_request_context() else None  # type: ignore[attr-defined]
    return present.carried.get(name) if isinstance(present, SqlSession) else None


def _query(which: ColumnElement[bool]) -> Any:
    """Return the one statement that finds a session with its person, roles and groups as they are at ``now``."""
    now = bindparam("now", type_=WebSession.last_seen_at.type)
    grants = (
        select(func.array_agg(RoleGrant.role + literal(_SEPARATOR) + RoleGrant.scope))
        .where(RoleGrant.user_id == WebSession.user_id, RoleGrant.starts_at <= now)
        .where(or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
        .scalar_subquery()
    )
    groups = (
        select(func.array_agg(GroupMembership.group_id))
        .join(Group, Group.id == GroupMembership.group_id)
        .where(GroupMembership.user_id == WebSession.user_id, GroupMembership.left_at.is_(None))
        .where(or_(GroupMembership.ends_at.is_(None), GroupMembership.ends_at > now))
        .where(or_(~Group.second_factor, User.tf_primary_method.is_not(None)))
        .scalar_subquery()
    )
    return (
        select(WebSession, User, grants.label("grants"), groups.label("groups"))
        .add_columns(*(value.label(f"carried_{name}") for name, value in _carried.items()))
        .outerjoin(User, User.id == WebSession.user_id)
        .where(which, WebSession.revoked_at.is_(None))
    )


@cache
def _query_by_token() -> Any:
    return _query(WebSession.token_digest == bindparam("digest"))


@cache
def _query_by_number() -> Any:
    return _query(WebSession.id == bindparam("number"))


def alive(row: WebSession, now: datetime) -> bool:
    """Whether a session has neither idled out nor reached its absolute end."""
    return now < ends_at(row)


def ends_at(row: WebSession) -> datetime:
    """Return when a session will end if nothing more is asked in it."""
    if row.user_id is None:
        return row.last_seen_at + GUEST_LIFE
    idle = timedelta(minutes=settings().session_idle_minutes)
    longest = timedelta(hours=settings().session_absolute_hours)
    return min(row.last_seen_at + idle, (row.signed_in_at or row.created_at) + longest)


def _living(found: Row[Any] | None) -> SqlSession | None:
    """Return the session in a row of the query, unless there is none or it has ended."""
    if found is None or not alive(found.WebSession, clock.now()):
        return None
    session = SqlSession(found.WebSession.data, found.WebSession)
    session.person = found.User
    session.grants = [
        (role, scope) for role, _, scope in (one.partition(_SEPARATOR) for one in found.grants or ())
    ]
    session.groups = frozenset(found.groups or ())
    session.carried = {name: getattr(found, f"carried_{name}") for name in _carried}
    return session


def by_token(token: str) -> SqlSession | None:
    """Return the living session of a cookie, read anew, for whoever is no request; None when there is none."""
    return _living(
        db.session.execute(_query_by_token(), {"digest": digest(token), "now": clock.now()}).one_or_none()
    )


def by_number(number: int) -> SqlSession | None:
    """Return the living session with this number, read anew; None when it has ended."""
    given = {"number": number, "now": clock.now()}
    return _living(db.session.execute(_query_by_number(), given).one_or_none())


class SqlSessionInterface(SessionInterface):
    """Opens and saves sessions inside the request's transaction."""

    def open_session(self, app: Flask, request: Request) -> SqlSession:
        """Return the session of the cookie, or an empty one."""
        token = request.cookies.get(self.get_cookie_name(app), "")
        if on_content_host() or request.endpoint == "static" or api_path() or not 20 < len(token) < 100:
            return SqlSession()
        try:
            return by_token(token) or SqlSession()
        except (
            SQLAlchemyError
        ) as error:  # no page can be made before there is a session: told by the first check
            fail_later(error)
            return SqlSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed; the last-seen time at most once a minute, and not for what a page asks by itself."""
        assert isinstance(session, SqlSession)
        if on_content_host():
            return
        response.vary.add("Cookie")
        if session.row is None:
            if session:
                self._begin(app, session, response)
            elif session.ended:
                self._delete_cookie(app, response)
            return
        now = clock.now()
        changes: dict[str, Any] = {}
        if session.modified:
            changes["data"] = dict(session)
        if session.rotate:
            token = secrets.token_urlsafe(32)
            changes["token_digest"] = digest(token)
            self._set_cookie(app, response, token)
        touched = BACKGROUND not in request.headers and now - session.row.last_seen_at > TOUCH_AFTER
        if changes or touched:
            changes["last_seen_at"] = now
            db.session.execute(
                update(WebSession).where(WebSession.id == session.row.id).values(**changes),
                execution_options={"synchronize_session": False},
            )

    def _begin(self, app: Flask, session: SqlSession, response: Response) -> None:
        token = secrets.token_urlsafe(32)
        person = session.person
        now = clock.now()
        row = {
            "public_id": secrets.token_urlsafe(16),
            "token_digest": digest(token),
            "user_id": person.id if person else None,
            "signed_in_at": now if person else None,
            "data": dict(session),
            "device": device_of(request),
            "created_at": now,
            "last_seen_at": now,
        }
        db.session.execute(insert(WebSession).values(row))
        self._set_cookie(app, response, token)

    def _set_cookie(self, app: Flask, response: Response, token: str) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            token,
            max_age=timedelta(hours=settings().session_absolute_hours),
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite=self.get_cookie_samesite(app),
        )

    def _delete_cookie(self, app: Flask, response: Response) -> None:
        response.delete_cookie(
            self.get_cookie_name(app),
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite=self.get_cookie_samesite(app),
        )


def signed_in(session: MutableMapping[str, Any], person: User) -> None:
    """Tie the present session to ``person`` with a new token (a token from before the sign-in is worth nothing)."""
    assert isinstance(session, SqlSession)
    session.person = person
    session.carried = {}
    if session.row is not None:
        session.rotate = True
        now = clock.now()
        db.session.execute(
            update(WebSession)
            .where(WebSession.id == session.row.id)
            .values(user_id=person.id, signed_in_at=now, created_at=now, device=device_of(request))
        )
    g.pop("actor", None)


def signed_out(session: MutableMapping[str, Any]) -> None:
    """End the present session in the database; the same token never works again."""
    assert isinstance(session, SqlSession)
    if session.row is not None:
        db.session.execute(
            update(WebSession).where(WebSession.id == session.row.id).values(revoked_at=clock.now())
        )
        publish(SignInsEnded((session.row.id,)))
    session.clear()
    session.row = None
    session.ended = True
    session.person = None
    session.grants = []
    session.groups = frozenset()
    session.carried = {}
    g.pop("actor", None)


def revoke_all(user_id: int, except_id: int | None = None) -> int:
    """End every session of a person (but ``except_id``); returns how many."""
    ended = db.session.execute(
        update(WebSession)
        .where(
            WebSession.user_id == user_id, WebSession.revoked_at.is_(None), WebSession.id != (except_id or 0)
        )
        .values(revoked_at=clock.now())
        .returning(WebSession.id)
    )
    numbers = tuple(ended.scalars())
    if numbers:
        publish(SignInsEnded(numbers))
    return len(numbers)


@periodic("accounts.forget_ended_sessions", "17 * * * *")
def forget_ended_sessions() -> None:
    """Delete rows of visitors that idled out and of sign-ins that ended a month ago."""
    now = clock.now()
    db.session.execute(
        delete(WebSession).where(
            or_(
                WebSession.user_id.is_(None) & (WebSession.last_seen_at < now - GUEST_LIFE),
                WebSession.last_seen_at
                < now - KEEP_ENDED - timedelta(hours=settings().session_absolute_hours),
                WebSession.revoked_at < now - KEEP_ENDED,
            )
        )
    )
