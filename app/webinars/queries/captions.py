"""Captions as they are shown in the room, and as WebVTT."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.core.database import JSON, db
from app.webinars.models.notes import WebinarCaption, WebinarNotes

SHOWN = 3  # captions of each language that somebody who comes in is shown


def captions_of(webinar_id: int, language: str = "") -> Sequence[WebinarCaption]:
    """Return the captions of a session in their order; of one ``language``, or all."""
    wanted = select(WebinarCaption).where(WebinarCaption.webinar_id == webinar_id)
    if language:
        wanted = wanted.where(WebinarCaption.language == language)
    return db.session.scalars(wanted.order_by(WebinarCaption.begins, WebinarCaption.id)).all()


def latest(webinar_id: int) -> list[JSON]:
    """Return the last captions of a session, of all languages, oldest first. One statement."""
    rows = db.session.scalars(
        select(WebinarCaption)
        .where(WebinarCaption.webinar_id == webinar_id)
        .order_by(WebinarCaption.id.desc())
        .limit(SHOWN * 6)
    ).all()
    return [told(one) for one in reversed(rows)]


def told(caption: WebinarCaption) -> JSON:
    """Return what everybody is told of a caption; times in seconds since the session began."""
    return {"id": caption.public_id, "language": caption.language, "text": caption.text,
            "from": caption.begins, "to": caption.ends}  # fmt: skip


def vtt(captions: Sequence[WebinarCaption], shift: float = 0.0) -> str:
    """Return captions as WebVTT; ``shift`` seconds are taken from every time (a recording begins later)."""
    parts = ["WEBVTT"]
    for one in captions:
        begins, ends = one.begins - shift, one.ends - shift
        if ends > 0:
            parts.append(f"{_stamp(max(begins, 0.0))} --> {_stamp(ends)}\n{_escaped(one.text)}")
    return "\n\n".join(parts) + "\n"


def notes_of(webinar_id: int) -> JSON:
    """Return the shared notes: text and version."""
    found = db.session.get(WebinarNotes, webinar_id)
    return {"text": found.text, "version": found.version} if found else {"text": "", "version": 0}


def _stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _escaped(text: str) -> str:
    """Return a text that a player takes for nothing else: no tags, no arrow of a time line."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")
