"""What pages read of notices, preferences and feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import and_, or_, select, tuple_

from app.core.access import Actor
from app.core.database import db
from app.core.scopes import scopes_of
from app.notifications import unread, words
from app.notifications.actions.choosing import Choice
from app.notifications.models import (
    DEFAULT_DIGEST,
    EVERYTHING,
    CalendarToken,
    Digest,
    Notice,
    NoticePreference,
)
from app.notifications.words import Told

SIZE = 30
unread_count = unread.count


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as its reader sees it."""

    notice: Notice
    told: Told | None

    @property
    def text(self) -> str:
        """What it says."""
        return self.told.text if self.told else words.gone()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of notices: what was not read first, then the newest first; ``after`` begins the next page."""

    lines: Sequence[Line]
    after: str | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """How often somebody is told: of everything, and of each scope that they may choose for (by name)."""

    everything: Digest
    names: dict[str, str]
    choices: dict[str, Choice]


def sheet(actor: Actor, after: str = "", size: int = SIZE) -> Sheet:
    """Return a page of what the actor was told and may know now; a cursor that is none begins at the top."""
    statement = (
        select(Notice)
        .where(Notice.user_id == actor.user_id, Notice.scope.in_(sorted(scopes_of(actor))))
        .order_by(Notice.read_at.is_not(None), Notice.updated_at.desc(), Notice.public_id.desc())
        .limit(size + 1)
    )
    if (position := _position(after)) is not None:
        was_read, moment, public_id = position
        further = tuple_(Notice.updated_at, Notice.public_id) < (moment, public_id)
        same = Notice.read_at.is_not(None) if was_read else Notice.read_at.is_(None)
        beyond = and_(same, further)
        statement = statement.where(beyond if was_read else or_(beyond, Notice.read_at.is_not(None)))
    found = db.session.scalars(statement).all()
    lines = [Line(notice, words.tell(notice)) for notice in found[:size]]
    return Sheet(lines, _cursor(found[size - 1]) if len(found) > size else None)


def _cursor(notice: Notice) -> str:
    """Return where a notice stands, for an address: whether read, when (microseconds), its public id."""
    micros = round(notice.updated_at.timestamp() * 1_000_000)
    return f"{int(notice.read_at is not None)}.{micros}.{notice.public_id}"


def _position(cursor: str) -> tuple[bool, datetime, str] | None:
    was_read, _, rest = cursor.partition(".")
    micros, _, public_id = rest.partition(".")
    if was_read not in {"0", "1"} or not (micros.isascii() and micros.isdigit() and len(micros) < 17):
        return None
    seconds, fraction = divmod(int(micros), 1_000_000)
    return was_read == "1", datetime.fromtimestamp(seconds, UTC).replace(microsecond=fraction), public_id


def preferences(actor: Actor) -> Preferences:
    """Return what the actor chose, for the scopes they hold now."""
    kept = {
        row.scope: Choice(Digest(row.digest) if row.digest else None, row.muted)
        for row in db.session.scalars(
            select(NoticePreference).where(NoticePreference.user_id == actor.user_id)
        )
    }
    names = words.named(scopes_of(actor))
    return Preferences(
        kept[EVERYTHING].digest or DEFAULT_DIGEST if EVERYTHING in kept else DEFAULT_DIGEST,
        names,
        {scope: kept.get(scope, Choice()) for scope in names},
    )


def choice_for(user_id: int, scope: str) -> Choice:
    """Return what a person chose for one scope; an empty choice follows everything."""
    row = db.session.get(NoticePreference, (user_id, scope))
    return Choice(Digest(row.digest) if row.digest else None, row.muted) if row else Choice()


def living_feed(actor: Actor) -> CalendarToken | None:
    """Return the actor's calendar feed; None when they have none."""
    return db.session.scalars(
        select(CalendarToken).where(
            CalendarToken.user_id == actor.user_id, CalendarToken.revoked_at.is_(None)
        )
    ).one_or_none()
