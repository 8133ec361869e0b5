"""Links to files on the second host: signed, short-lived, for one person, and worth nothing once the right is gone.

A link names a file, a person, what for, and the sign-in it was made in. When it is used, the feature that the file
belongs to is asked again, with who the person is *now*: somebody who was removed a second ago gets nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from app.accounts.queries import actor_by_person, actor_by_session
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.settings import settings
from app.media.models import MediaFile

PATH = "/files/get"
TTL = timedelta(minutes=10)
LONGEST = timedelta(hours=12)
MAX_LENGTH = 1_800
_SALT = "media.links"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a link asks for: a file, in a scope, for a purpose that the feature has words for.

    ``about`` is the feature's own (the resource, say). ``issued_at`` is when the link was made: what is written into a
    stamped copy comes from here, so that a download that was broken off goes on with the same octets. ``first`` is
    False for the later pieces of one download, and when only the head is asked for.
    """

    file: MediaFile
    scope: str
    purpose: str
    about: JSON
    issued_at: datetime
    first: bool = True


@dataclass(frozen=True, slots=True)
class Grant:
    """The feature's yes: ``lines`` are written into every page (None: the file as it is); ``name`` is its name."""

    lines: Sequence[str] | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A link whose signature and age hold, before anybody was asked."""

    file_id: str
    person_id: int
    scope: str
    purpose: str
    issued_at: datetime
    session_id: int | None = None
    second_factor: bool = False
    about: JSON = field(default_factory=dict)


Provider = Callable[[Actor, Claim], Grant | None]
_providers: dict[str, Provider] = {}


def provide(prefix: str, may_get: Provider) -> None:
    """Let a feature answer for files whose scope begins with ``prefix`` (``collection`` for ``collection:12``).

    ``may_get(actor, claim)`` returns a Grant or None; it may write down that a file was given out. Asking again
    replaces the provider.
    """
    _providers[prefix] = may_get


def file_url(
    actor: Actor,
    file: MediaFile,
    *,
    purpose: str = "download",
    about: JSON | None = None,
    name: str | None = None,
    ttl: timedelta = TTL,
) -> str:
    """Return the address at which ``actor`` can get ``file`` for ``ttl``; it is made for them and for this sign-in.

    ``name`` is shown at its end. Make it when it is followed (redirect to it), not when a page is shown.
    """
    if actor.user_id is None:
        raise ValueError("a link is made for a person")
    body: JSON = {"f": file.public_id, "p": actor.user_id, "s": file.scope, "w": purpose}
    body |= {"t": int(min(ttl, LONGEST).total_seconds()), "2": int(actor.second_factor)}
    if actor.session_id is not None:
        body["i"] = actor.session_id
    if about:
        body["a"] = about
    token = _serializer().dumps(body)
    assert isinstance(token, str)
    return f"{settings().content_url}{PATH}/{token}/{quote(name or file.name, safe='')}"


def read(token: str) -> Ticket | None:
    """Return what a link says, None when it is not ours or too old."""
    if len(token) > MAX_LENGTH:
        return None
    try:
        body, issued_at = _serializer().loads(token, return_timestamp=True)
        ticket = Ticket(
            file_id=str(body["f"]),
            person_id=int(body["p"]),
            scope=str(body["s"]),
            purpose=str(body["w"]),
            issued_at=issued_at.astimezone(UTC),
            session_id=body.get("i"),
            second_factor=bool(body["2"]),
            about=dict(body.get("a") or {}),
        )
        seconds = int(body["t"])
    except (BadData, KeyError, TypeError, ValueError):
        return None
    age = clock.now() - ticket.issued_at
    return ticket if timedelta(seconds=-60) <= age < timedelta(seconds=seconds) else None


def granted(ticket: Ticket, *, first: bool) -> tuple[MediaFile, Grant] | None:
    """Ask everybody again, now: is the sign-in alive, the account in use, the file ready, the right still there?"""
    if ticket.session_id is not None:
        actor = actor_by_session(ticket.session_id)
    else:
        actor = actor_by_person(ticket.person_id, second_factor=ticket.second_factor)
    if actor is None or actor.user_id != ticket.person_id or not actor.approved:
        return None
    file = db.session.scalars(select(MediaFile).where(MediaFile.public_id == ticket.file_id)).one_or_none()
    if file is None or not file.ready or file.scope != ticket.scope:
        return None
    provider = _providers.get(file.scope.partition(":")[0])
    claim = Claim(file, ticket.scope, ticket.purpose, ticket.about, ticket.issued_at, first)
    grant = provider(actor, claim) if provider is not None else None
    return (file, grant) if grant is not None else None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt=_SALT)
