"""Playing counted as the register defines a use: at least 30 seconds played, once per person and day (UTC), or a
download.

A player says how much it has played since it last said so. The server believes no more than its own clock allows since
then, and nothing of a report that claims more: a jump, a made-up number, a second tab do not count. It also believes
nothing of a film that was never fetched.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import db
from app.records.actions import FactDraft, append
from app.records.models import Verb
from app.webinars.models.recording import Part, WebinarRecordingPlay
from app.webinars.queries.recording import play_of, today
from app.webinars.recording_policy import Viewing

NAMESPACE = UUID("5a7d3c55-36a1-5f3e-8a5e-0f6b2d5c9e41")  # of the facts of views and downloads; never changes
COUNTS = 30.0
"""Seconds played that make a view."""
FASTEST = 2.0
"""How much of a film plays in a second of the clock at most."""
LEEWAY = 2.0
LONGEST_REPORT = timedelta(seconds=90)
"""A report that comes later tells of a player that was asleep; it begins anew."""
ENDING = 15.0
"""Who was so near the end begins at the beginning the next time."""


def begin(viewing: Viewing) -> float:
    """Note that somebody begins to play, and return where they were, in seconds of the edition."""
    row = _row(viewing)
    row.reported_at = clock.now()
    db.session.flush()
    return place_of(viewing)


def report(viewing: Viewing, played: float, place: float) -> bool:
    """Take a player's word: ``played`` seconds of the film since its last word, now at ``place`` of the edition.

    Returns whether this person's playing is a use by now. Numbers that cannot be are passed over.
    """
    row = _row(viewing)
    now = clock.now()
    if _believed(row, played, now):
        row.seconds += played
    row.reported_at = now
    if math.isfinite(place) and 0 <= place <= viewing.recording.length + LEEWAY:
        row.place = place + viewing.recording.cut_from
    if row.counted_at is None and row.seconds >= COUNTS:
        row.counted_at = now
        _tell(viewing, Verb.PLAYED, row.day, {"seconds": int(row.seconds)})
    db.session.flush()
    return row.counted_at is not None


def place_of(viewing: Viewing) -> float:
    """Return where somebody was last, in seconds of the edition; 0 at the beginning, and after the end."""
    assert viewing.actor.user_id is not None
    known = play_of(viewing.recording, viewing.actor.user_id)
    at = known.place - viewing.recording.cut_from if known is not None else 0.0
    return round(at, 1) if 0 < at < viewing.recording.length - ENDING else 0.0


def note_fetched(viewing: Viewing) -> None:
    """Note that somebody's player got octets of the film; written once a day."""
    assert viewing.actor.user_id is not None
    day = today()
    known = db.session.scalar(
        select(WebinarRecordingPlay.fetched_at).where(
            WebinarRecordingPlay.recording_id == viewing.recording.id,
            WebinarRecordingPlay.user_id == viewing.actor.user_id,
            WebinarRecordingPlay.day == day,
        )
    )
    if known is not None:
        return
    row = _row(viewing)
    db.session.execute(
        update(WebinarRecordingPlay)
        .where(
            WebinarRecordingPlay.recording_id == row.recording_id,
            WebinarRecordingPlay.user_id == row.user_id,
            WebinarRecordingPlay.day == row.day,
        )
        .values(fetched_at=clock.now())
    )


def note_download(viewing: Viewing, part: Part) -> None:
    """Tell the register of a download: each part once per person and day, however often the line broke."""
    _tell(viewing, Verb.DOWNLOADED, today(), {"part": part.value}, part.value)


def _believed(row: WebinarRecordingPlay, played: float, now: datetime) -> bool:
    if not (math.isfinite(played) and played > 0) or row.reported_at is None or row.fetched_at is None:
        return False
    since = now - row.reported_at
    return since <= LONGEST_REPORT and played <= since.total_seconds() * FASTEST + LEEWAY


def _row(viewing: Viewing) -> WebinarRecordingPlay:
    """Return today's row of a person, made at its first need, locked."""
    assert viewing.actor.user_id is not None
    keys = {"recording_id": viewing.recording.id, "user_id": viewing.actor.user_id, "day": today()}
    before = play_of(viewing.recording, viewing.actor.user_id)
    given = {"seconds": 0.0, "place": before.place if before else 0.0}
    db.session.execute(insert(WebinarRecordingPlay).values(keys | given).on_conflict_do_nothing())
    return db.session.get_one(
        WebinarRecordingPlay, tuple(keys.values()), populate_existing=True, with_for_update=True
    )


def _tell(viewing: Viewing, verb: Verb, day: date, result: dict[str, object], what: str = "") -> None:
    """Append a fact on the recording's own activity; where names are hidden it leads to nobody."""
    recording, actor = viewing.recording, viewing.actor
    append(
        FactDraft(
            verb=verb,
            activity_key=recording.activity_key,
            user_id=actor.user_id if viewing.rules.named else None,
            headcount=None if viewing.rules.named else 1,
            language=recording.language,
            result=result,
            uuid=uuid5(NAMESPACE, f"{verb} {recording.id} {actor.user_id} {day.isoformat()} {what}".strip()),
        )
    )
