"""What the live room and the reports read of chat. Names come from faces alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from app.core.database import JSON, db
from app.webinars import faces
from app.webinars.models.planning import Webinar
from app.webinars.models.room import ChatMode, WebinarParticipant
from app.webinars.models.talk import (
    Channel,
    MessageState,
    WebinarBreakout,
    WebinarMessage,
    WebinarMessageReport,
    WebinarReaction,
)
from app.webinars.places import Place

PAGE = 50
"""Messages that one reading gives."""
_MOST_WAITING = 200
_author, _about = aliased(WebinarParticipant), aliased(WebinarParticipant)
_ABSENT = {MessageState.DELETED, MessageState.REFUSED}


@dataclass(frozen=True, slots=True)
class Said:
    """A message with who wrote it, whom it is about, in which breakout (its public id), and open reports."""

    message: WebinarMessage
    author: WebinarParticipant
    about: WebinarParticipant | None = None
    room: str | None = None
    reports: int = 0

    @property
    def people(self) -> list[WebinarParticipant]:
        """The participants it names."""
        return [self.author] if self.about is None else [self.author, self.about]


def _reports() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(WebinarMessageReport.message_id == WebinarMessage.id, WebinarMessageReport.settled_at.is_(None))
        .correlate(WebinarMessage)
        .scalar_subquery()
    )  # fmt: skip


def _chosen(*conditions: ColumnElement[bool], reports: bool = False) -> Select[Any]:
    asked: list[Any] = [WebinarMessage, _author, _about, WebinarBreakout.public_id]
    return (
        select(*asked, *([_reports()] if reports else []))
        .join(_author, _author.id == WebinarMessage.participant_id)
        .outerjoin(_about, _about.id == WebinarMessage.about_id)
        .outerjoin(WebinarBreakout, WebinarBreakout.id == WebinarMessage.breakout_id)
        .options(faces.with_names(_author), faces.with_names(_about))
        .where(*conditions)
    )


def _read(wanted: Select[Any]) -> list[Said]:
    return [Said(*row) for row in db.session.execute(wanted)]


def _to(place: Place) -> ColumnElement[bool]:
    """Messages whose channel reaches the person at ``place`` (their own are always theirs)."""
    me = place.me
    mine = and_(WebinarMessage.channel == Channel.BREAKOUT, WebinarMessage.breakout_id == me.breakout_id)
    hosts = true_if(place.hosts) | (WebinarMessage.about_id == me.id)
    return or_(
        WebinarMessage.channel == Channel.ALL,
        and_(WebinarMessage.channel == Channel.HOSTS, hosts),
        mine if me.breakout_id is not None else false(),
    )


def true_if(holds: bool) -> ColumnElement[bool]:
    """Return a condition that is always, or never, fulfilled."""
    return ~false() if holds else false()


# ------------------------------------------------------------------------------------------------ in the room


def message(place: Place, message_id: str) -> Said | None:
    """Return a message that the person at ``place`` may see, or may moderate; None else."""
    own = WebinarMessage.participant_id == place.me.id
    shown = and_(_to(place), WebinarMessage.state.in_([MessageState.SHOWN, MessageState.DELETED]))
    found = _read(
        _chosen(
            WebinarMessage.webinar_id == place.webinar.id,
            WebinarMessage.public_id == message_id,
            or_(true_if(place.hosts), own, shown),
            reports=True,
        )
    )
    return found[0] if found else None


def page(place: Place, before: int | None = None) -> tuple[list[Said], bool]:
    """Return the last messages that the person may see, oldest first, and whether there are older ones.

    ``before`` is the number of the oldest one that is known. One query.
    """
    found = _read(_latest(_chosen(), place, before))
    return found[:PAGE][::-1], len(found) > PAGE


def _latest(wanted: Select[Any], place: Place, before: int | None = None) -> Select[Any]:
    """The last page that the person may see, latest first, and one more if there is."""
    return (
        wanted.where(
            WebinarMessage.webinar_id == place.webinar.id,
            WebinarMessage.state.in_([MessageState.SHOWN, MessageState.DELETED]),
            WebinarMessage.number < before if before else WebinarMessage.number > 0,
            _to(place),
        )
        .order_by(WebinarMessage.number.desc())
        .limit(PAGE + 1)
    )


def _waiting(place: Place) -> Select[Any]:
    """What waits for hosts (held or reported messages), or for others their own held ones."""
    held = WebinarMessage.state == MessageState.HELD
    own = and_(held, WebinarMessage.participant_id == place.me.id)
    return (
        select(WebinarMessage.id)
        .where(WebinarMessage.webinar_id == place.webinar.id, or_(held, _reported()) if place.hosts else own)
        .order_by(WebinarMessage.id)
        .limit(_MOST_WAITING)
    )


def page_and_waiting(place: Place) -> tuple[list[Said], bool, list[Said]]:
    """Return the last page of messages, oldest first, whether there are older ones, and what waits. One query."""
    page = _latest(select(WebinarMessage.id), place).subquery()
    waits = _waiting(place).subquery()
    picked = union_all(
        select(page.c.id, literal(False).label("waits")), select(waits.c.id, literal(True))
    ).subquery()  # fmt: skip
    reports = case((picked.c.waits, _reports()), else_=0) if place.hosts else literal(0)
    rows = db.session.execute(
        _chosen()
        .join(picked, picked.c.id == WebinarMessage.id)
        .add_columns(reports, picked.c.waits)
        .order_by(WebinarMessage.number, WebinarMessage.id)
    ).all()
    shown = [Said(*row[:-1]) for row in rows if not row.waits]
    held = sorted((Said(*row[:-1]) for row in rows if row.waits), key=lambda one: one.message.id)
    return shown[-PAGE:], len(shown) > PAGE, held


def _reported() -> ColumnElement[bool]:
    open_report = (
        select(WebinarMessageReport.message_id)
        .where(WebinarMessageReport.settled_at.is_(None))
        .where(WebinarMessageReport.message_id == WebinarMessage.id)
        .exists()
    )
    return and_(WebinarMessage.state == MessageState.SHOWN, open_report)


def bodies(place: Place, said: Sequence[Said]) -> list[JSON]:
    """Return messages as the client gets them, with the faces that this person sees. One query at most."""
    named = faces.faces(place, [one for each in said for one in each.people])
    return [body(each, named) for each in said]


def body(said: Said, named: Mapping[int, JSON]) -> JSON:
    """Return a message as the client gets it; what was deleted has no text."""
    told = said.message
    gone = told.state in _ABSENT
    whole: JSON = {
        "id": told.public_id,
        "who": named[said.author.id],
        "channel": told.channel,
        "state": told.state,
        "host": told.by_host,
        "text": "" if gone else told.text,
        "number": told.number,
        "at": told.at.isoformat(),
    }
    if said.about is not None:
        whole["about"] = named[said.about.id]
    if said.room is not None:
        whole["room"] = said.room
    if said.reports:
        whole["reports"] = said.reports
    return whole


def public_body(webinar: Webinar, said: Said) -> JSON:
    """Return a message as everybody may get it: for the journal. One query at most."""
    return body(said, faces.shown(webinar, said.people))


def hosts_body(webinar: Webinar, said: Said) -> JSON:
    """Return a message as those who run the room may get it: for the journal. One query at most."""
    return body(said, faces.for_hosts(webinar, said.people))


def part(place: Place) -> JSON:
    """Return chat as it is now for the person at ``place``: the last messages, and what waits. One query."""
    room = place.room
    messages, more, waits = page_and_waiting(place)
    told = bodies(place, [*messages, *waits])
    return {
        "mode": room.chat if room else ChatMode.OFF,
        "holds": bool(room and room.chat_held),
        "silenced": place.me.silenced,
        "messages": told[: len(messages)],
        "waiting": told[len(messages) :],
        "more": more,
    }


def reactions(webinar: Webinar, _audience: str) -> dict[str, int]:
    """Return how often each sign was given, for everybody. The client shows what was added."""
    return dict(db.session.execute(reactions_of(webinar)).all())


def reactions_of(webinar: Webinar) -> Select[str, int]:
    """Return what reads (sign, how often it was given)."""
    return select(WebinarReaction.sign, WebinarReaction.count).where(WebinarReaction.webinar_id == webinar.id)


# ------------------------------------------------------------------------------------------------ afterwards


@dataclass(frozen=True, slots=True)
class Line:
    """A kept message for reports: when (with seconds since the beginning), by whom as all could see, what."""

    at: datetime
    second: int | None
    who: str
    host: bool
    text: str


def kept(webinar: Webinar) -> list[Line]:
    """Return what was said to all in a session whose chat is kept, in its order; nothing else. Two queries."""
    if not webinar.keep_chat:
        return []
    said = _read(
        _chosen(
            WebinarMessage.webinar_id == webinar.id,
            WebinarMessage.channel == Channel.ALL,
            WebinarMessage.state == MessageState.SHOWN,
        ).order_by(WebinarMessage.number)
    )
    named = faces.shown(webinar, [one.author for one in said])
    return [_line(webinar, one, str(named[one.author.id]["label"])) for one in said]


def _line(webinar: Webinar, said: Said, who: str) -> Line:
    at = said.message.at
    second = None if webinar.begun_at is None else int((at - webinar.begun_at).total_seconds())
    return Line(at, second, who, said.message.by_host, said.message.text)
