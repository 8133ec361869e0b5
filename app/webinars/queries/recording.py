"""Recordings as pages, links and the room read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.accounts import group_rules
from app.accounts.models import User
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.media import queries as media
from app.media.models import MediaFile
from app.webinars.models.planning import Webinar
from app.webinars.models.recording import (
    Part,
    RecordingState,
    WebinarConsent,
    WebinarRecording,
    WebinarRecordingCaptions,
    WebinarRecordingChunk,
    WebinarRecordingFile,
    WebinarRecordingPlay,
    WebinarRecordingTake,
)
from app.webinars.models.room import WebinarParticipant
from app.webinars.recording_policy import Viewing, groups_of, planned_by, scope_of, seen_by, strictest
from app.webinars.recording_timeline import Piece, Run, line, spans_of
from app.webinars.recording_webvtt import Cue
from app.webinars.recording_words import CONSENT_VERSION

PAGE = 20


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of recordings, newest first; ``after`` is what the address of the next page says, None at the end."""

    found: Sequence[Viewing]
    after: str | None


@dataclass(frozen=True, slots=True)
class Given:
    """A file of an edition as a page offers it."""

    part: Part
    file: MediaFile
    width: int | None
    height: int | None


def viewings(actor: Actor, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Viewing]:
    """Return the recordings among those that exist for the actor, newest first, with their files and rules."""
    rows = db.session.execute(
        select(WebinarRecording, Webinar, planned_by(actor))
        .join(Webinar, Webinar.id == WebinarRecording.webinar_id)
        .where(seen_by(actor), *conditions)
        .order_by(WebinarRecording.started_at.desc(), WebinarRecording.id.desc())
        .limit(limit)
    ).all()
    files = _files([recording for recording, _webinar, _plans in rows])
    groups = {recording.id: groups_of(recording, webinar) for recording, webinar, _plans in rows}
    rules = group_rules.rules_of(frozenset().union(*groups.values()))
    return [
        Viewing(
            actor, recording, webinar, bool(plans),
            strictest([rules[one] for one in groups[recording.id]]), files[recording.id],
        )
        for recording, webinar, plans in rows
    ]  # fmt: skip


def viewing(actor: Actor, *conditions: ColumnElement[bool]) -> Viewing | None:
    """Return one recording that exists for the actor, None when there is none."""
    return next(iter(viewings(actor, *conditions, limit=1)), None)


def listing(actor: Actor, after: str = "") -> Listing:
    """Return a page of what the actor may watch; ``after`` is a recording's public id."""
    conditions: list[ColumnElement[bool]] = [WebinarRecording.made > 0]
    if after:
        mark = select(WebinarRecording.started_at).where(WebinarRecording.public_id == after)
        conditions.append(WebinarRecording.started_at < mark.scalar_subquery())
    found = viewings(actor, *conditions, limit=PAGE + 1)
    more = len(found) > PAGE
    return Listing(found[:PAGE], found[PAGE - 1].recording.public_id if more else None)


def given(viewing: Viewing) -> Mapping[Part, Given]:
    """Return the files of a recording's present edition, in the order film, small, sound."""
    files = media.by_ids(one.file_id for one in viewing.files.values())
    rows = {}
    for part in Part:
        row = viewing.files.get(part)
        if row is not None and row.file_id in files:
            rows[part] = Given(part, files[row.file_id], row.width, row.height)
    return rows


def _files(recordings: Iterable[WebinarRecording]) -> Mapping[int, dict[Part, WebinarRecordingFile]]:
    made = {one.id: one.made for one in recordings}
    found: defaultdict[int, dict[Part, WebinarRecordingFile]] = defaultdict(dict)
    if not any(made.values()):
        return found
    rows = db.session.scalars(select(WebinarRecordingFile).where(WebinarRecordingFile.recording_id.in_(made)))
    for row in rows:
        if row.edition == made[row.recording_id]:
            found[row.recording_id][Part(row.part)] = row
    return found


def held_by(actor: Actor) -> Iterator[str]:
    """Yield the scopes of recordings that the actor may watch now. One query."""
    ids = db.session.scalars(
        select(WebinarRecording.id)
        .join(Webinar, Webinar.id == WebinarRecording.webinar_id)
        .where(seen_by(actor), WebinarRecording.made > 0)
    )
    for one in ids:
        yield scope_of(one)


# ------------------------------------------------------------------------------------------------ what is said in it


def captions(recording: WebinarRecording) -> Sequence[WebinarRecordingCaptions]:
    """Return a recording's captions, by language."""
    return db.session.scalars(
        select(WebinarRecordingCaptions)
        .where(WebinarRecordingCaptions.recording_id == recording.id)
        .order_by(WebinarRecordingCaptions.language)
    ).all()


def cues(captions: WebinarRecordingCaptions) -> list[Cue]:
    """Return captions as cues of the uncut line."""
    return [Cue(float(begins), float(ends), str(text)) for begins, ends, text in captions.cues]


# ------------------------------------------------------------------------------------------------ how it came


def takes(recording: WebinarRecording) -> Sequence[WebinarRecordingTake]:
    """Return a recording's takes in their order."""
    return db.session.scalars(
        select(WebinarRecordingTake)
        .where(WebinarRecordingTake.recording_id == recording.id)
        .order_by(WebinarRecordingTake.number)
    ).all()


def chunks(recording: WebinarRecording) -> Mapping[int, Sequence[WebinarRecordingChunk]]:
    """Return what arrived of a recording, by take, in order."""
    found: defaultdict[int, list[WebinarRecordingChunk]] = defaultdict(list)
    rows = db.session.scalars(
        select(WebinarRecordingChunk)
        .where(WebinarRecordingChunk.recording_id == recording.id)
        .order_by(WebinarRecordingChunk.take, WebinarRecordingChunk.index)
    )
    for row in rows:
        found[row.take].append(row)
    return found


def pieces(rows: Iterable[WebinarRecordingChunk]) -> list[Piece]:
    """Return chunks as the timeline counts them."""
    return [Piece(one.index, one.at_ms, one.for_ms) for one in rows]


def runs(recording: WebinarRecording) -> list[Run]:
    """Return a recording's takes on its line."""
    return line((take.seconds, spans_of(take.spans)) for take in takes(recording))


def latest(webinar: Webinar) -> WebinarRecording | None:
    """Return the recording of a session that runs; None when nothing is being recorded."""
    return db.session.scalars(select(WebinarRecording).where(_runs(webinar))).one_or_none()


def latest_with_takes(webinar: Webinar) -> tuple[WebinarRecording, list[WebinarRecordingTake]] | None:
    """Return the same with its takes in their order. One query."""
    rows: Sequence[tuple[WebinarRecording, WebinarRecordingTake | None]] = db.session.execute(
        select(WebinarRecording, WebinarRecordingTake)
        .outerjoin(WebinarRecordingTake, WebinarRecordingTake.recording_id == WebinarRecording.id)
        .where(_runs(webinar))
        .order_by(WebinarRecordingTake.number)
    ).all()
    return (rows[0][0], [take for _one, take in rows if take is not None]) if rows else None


def _runs(webinar: Webinar) -> ColumnElement[bool]:
    running = WebinarRecording.state.in_([RecordingState.RECORDING, RecordingState.PAUSED])
    return and_(WebinarRecording.webinar_id == webinar.id, running)


def of_session(actor: Actor, webinar: Webinar) -> list[Viewing]:
    """Return the recordings of a session that exist for the actor, newest first."""
    return viewings(actor, WebinarRecording.webinar_id == webinar.id)


# ------------------------------------------------------------------------------------------------ consent


def consent_of(webinar_id: int, user_id: int) -> bool | None:
    """Return what somebody last answered to the present words; None when they were not asked yet."""
    return db.session.scalar(answer_of(webinar_id, user_id))


def answer_of(webinar_id: int, user_id: int) -> Select[bool]:
    """Return what reads that."""
    return (
        select(WebinarConsent.agreed)
        .where(
            WebinarConsent.webinar_id == webinar_id,
            WebinarConsent.user_id == user_id,
            WebinarConsent.version == CONSENT_VERSION,
        )
        .order_by(WebinarConsent.id.desc())
        .limit(1)
    )


def consents(webinar_id: int) -> Mapping[str, bool]:
    """Return the last answer of everybody in a room who answered, by participant (public id)."""
    return dict(db.session.execute(answers_of(webinar_id)).all())


def answers_of(webinar_id: int) -> Select[str, bool]:
    """Return what reads that, as (participant's public id, answer)."""
    last = (
        select(WebinarConsent.user_id, func.max(WebinarConsent.id).label("id"))
        .where(WebinarConsent.webinar_id == webinar_id, WebinarConsent.version == CONSENT_VERSION)
        .group_by(WebinarConsent.user_id)
        .subquery()
    )
    return (
        select(WebinarParticipant.public_id, WebinarConsent.agreed)
        .join(last, last.c.user_id == WebinarParticipant.user_id)
        .join(WebinarConsent, WebinarConsent.id == last.c.id)
        .where(WebinarParticipant.webinar_id == webinar_id)
    )


# ------------------------------------------------------------------------------------------------ who has watched


def play_of(recording: WebinarRecording, user_id: int) -> WebinarRecordingPlay | None:
    """Return what somebody played of a recording on the last day they did."""
    return db.session.scalars(
        select(WebinarRecordingPlay)
        .where(WebinarRecordingPlay.recording_id == recording.id, WebinarRecordingPlay.user_id == user_id)
        .order_by(WebinarRecordingPlay.day.desc())
        .limit(1)
    ).one_or_none()


def today() -> date:
    """Return the day of the Universal Time that a use is counted on."""
    return clock.now().date()


def answers(webinar: Webinar) -> Sequence[tuple[User, bool, datetime]]:
    """Return who was asked for consent and what they last said, by name, for those who plan the session."""
    last = (
        select(func.max(WebinarConsent.id))
        .where(WebinarConsent.webinar_id == webinar.id)
        .group_by(WebinarConsent.user_id)
    )
    rows = db.session.execute(
        select(User, WebinarConsent.agreed, WebinarConsent.answered_at)
        .join(WebinarConsent, WebinarConsent.user_id == User.id)
        .where(WebinarConsent.id.in_(last))
        .order_by(User.family_name, User.id)
    )
    return [(user, agreed, at) for user, agreed, at in rows]
