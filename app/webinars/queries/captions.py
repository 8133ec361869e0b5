"""Captions as they are shown in the room, and as WebVTT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from app.core.database import JSON, db
from app.webinars.models.notes import WebinarCaption, WebinarNotes

SHOWN = 3  # captions of each language that somebody who comes in is shown


def captions_of(webinar_id: int, language: str = "") -> Sequence[WebinarCaption]:
    """Return the captions of a session in their order; of one ``language``, or all."""
    wanted = select(WebinarCaption).where(WebinarCaption.webinar_id == webinar_id)
    if language:
        wanted = wanted.where(WebinarCaption.language == language)
    return db.session.scalars(wanted.order_by(WebinarCaption.begins, WebinarCaption.id)).all()


def latest(webinar_id: int) -> Select[str, str, str, float, float]:
    """Return what reads the last captions of a session, of all languages, latest first, as :func:`body` takes them."""
    C = WebinarCaption
    wanted = select(C.public_id, C.language, C.text, C.begins, C.ends).where(C.webinar_id == webinar_id)
    return wanted.order_by(C.id.desc()).limit(SHOWN * 6)


def body(public_id: str, language: str, text: str, begins: float, ends: float) -> JSON:
    """Return what everybody is told of a caption; times in seconds since the session began."""
    return {"id": public_id, "language": language, "text": text, "from": begins, "to": ends}


def told(caption: WebinarCaption) -> JSON:
    """Return the same of one that was just written."""
    return body(caption.public_id, caption.language, caption.text, caption.begins, caption.ends)


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
    return notes_body(db.session.execute(notes(webinar_id)).all())


def notes(webinar_id: int) -> Select[str, int]:
    """Return what reads the shared notes, as :func:`notes_body` takes them."""
    return select(WebinarNotes.text, WebinarNotes.version).where(WebinarNotes.webinar_id == webinar_id)


def notes_body(rows: Sequence[Sequence[Any]]) -> JSON:
    """Return the notes as clients get them; empty ones before anybody wrote."""
    text, version = rows[0] if rows else ("", 0)
    return {"text": text, "version": version}


def _stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _escaped(text: str) -> str:
    """Return a text that a player takes for nothing else: no tags, no arrow of a time line."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")
