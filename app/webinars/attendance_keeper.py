"""Keeps the beats of live rooms: what the gateways collect in a second, in one transaction, before a client is told so.

Whoever is not in a running room has nothing counted, whatever they send. Beats of one connection that arrive together
(a client that comes back sends again what it was not told of) are judged as one: the last of them says how far the
client got, the others are covered by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import case, func, or_, select, text

from app.core.database import JSON, db
from app.live import lives
from app.live.beats import Beat, Kept
from app.webinars.ledger import LONGEST_CUT, Mark, Span, Verdict, down_times, judge
from app.webinars.models.planning import State, Webinar
from app.webinars.models.room import Step, WebinarParticipant

TOPIC = "webinar"
TOGETHER = timedelta(seconds=2)
LONGEST_NAME = 64  # of a connection, in characters
_RUNNING = (State.OPEN, State.LIVE)
_STEPS = frozenset(step.value for step in Step)
_MARKS = text(
    """
    SELECT asked.participant_id, asked.connection, f.number, f.arrived_at, l.number, l.arrived_at
    FROM unnest(CAST(:participants AS bigint[]), CAST(:connections AS text[])) AS asked (participant_id, connection)
    JOIN LATERAL (
        SELECT number, arrived_at FROM webinar_presence AS p
        WHERE p.participant_id = asked.participant_id AND p.connection = asked.connection ORDER BY number LIMIT 1
    ) AS f ON true
    JOIN LATERAL (
        SELECT number, arrived_at FROM webinar_presence AS p
        WHERE p.participant_id = asked.participant_id AND p.connection = asked.connection ORDER BY number DESC LIMIT 1
    ) AS l ON true
    """
)
_PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")
_WRITE = text(
    """
    INSERT INTO webinar_presence
        (webinar_id, participant_id, connection, number, piece, step, from_at, to_at, arrived_at)
    SELECT * FROM unnest(
        CAST(:webinar_id AS bigint[]), CAST(:participant_id AS bigint[]), CAST(:connection AS text[]),
        CAST(:number AS integer[]), CAST(:piece AS integer[]), CAST(:step AS text[]),
        CAST(:from_at AS timestamptz[]), CAST(:to_at AS timestamptz[]), CAST(:arrived_at AS timestamptz[]))
    ON CONFLICT DO NOTHING
    """
)
RECENT = timedelta(
    seconds=15
)  # a gateway that took a beat was seen so shortly before, or the record is not to be had
_MINE = tuple[int, str]


class _Inside(NamedTuple):
    """Somebody in a room, and until when they were in it, where that is over."""

    webinar_id: int
    participant_id: int
    until: datetime | None


class _Line(NamedTuple):
    """A connection of somebody in a room, and the beats of it that came."""

    who: _Inside
    connection: str
    beats: list[Beat]

    @property
    def key(self) -> _MINE:
        return (self.who.participant_id, self.connection)


def keep(beats: Sequence[Beat]) -> set[Kept]:
    """Write what counts of ``beats``, in the gateway's transaction, and return those that need not be sent again."""
    lines = list(_lines(beats))
    if not lines:
        return set()
    marks = _marks(lines)
    lived = _lives(lines, marks)
    kept: set[Kept] = set()
    rows: list[JSON] = []
    for line in lines:
        first, last = marks.get(line.key, (None, None))
        for together in _together(line.beats):
            beat = _furthest(first, last, together)
            if beat is None:
                continue
            mark = Mark(beat.n, beat.arrived_at)
            verdict = judge(first, last, mark, _down(lived, last, mark))
            kept |= {(one.connection, one.n) for one in together if one.n <= beat.n}
            if last is None or mark.number > last.number:
                rows += _rows(line, beat, verdict)
                first, last = first or mark, mark
    if rows:
        db.session.execute(_WRITE, {name: [row[name] for row in rows] for name in rows[0]})
    return kept


def _lines(beats: Sequence[Beat]) -> Iterator[_Line]:
    """Yield the beats by connection, each in the order of arrival; those of people who are not in a room not at all."""
    sound = [one for one in beats if _is_sound(one)]
    if not sound:
        return
    inside = _inside(sound)
    ordered = sorted(sound, key=lambda one: (one.topic, one.user_id, one.connection, one.arrived_at, one.n))
    for (topic, user_id, connection), found in groupby(
        ordered, key=lambda one: (one.topic, one.user_id, one.connection)
    ):
        who = inside.get((topic, user_id))
        if who is None:
            continue
        counted = [one for one in found if who.until is None or one.arrived_at <= who.until]
        if counted:
            yield _Line(who, connection, counted)


def _is_sound(beat: Beat) -> bool:
    name = beat.connection
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and beat.step in _STEPS and beat.n > 0


def _inside(beats: Iterable[Beat]) -> dict[tuple[str, int], _Inside]:
    """Return who is or was in the rooms, by topic and account. One query.

    A beat that arrived before somebody was out is written, even if that is a moment later.
    """
    topics = {one.topic for one in beats}
    people = {one.user_id for one in beats}
    ended = case((Webinar.state == State.ENDED, Webinar.closed_at))
    rows = db.session.execute(
        select(
            Webinar.public_id,
            Webinar.id,
            WebinarParticipant.user_id,
            WebinarParticipant.id,
            func.least(ended, WebinarParticipant.removed_at, WebinarParticipant.banned_at),
        )
        .join(WebinarParticipant, WebinarParticipant.webinar_id == Webinar.id)
        .where(
            Webinar.public_id.in_([topic.removeprefix(f"{TOPIC}:") for topic in topics]),
            WebinarParticipant.user_id.in_(people),
            WebinarParticipant.admitted_at.is_not(None),
            or_(Webinar.state.in_(_RUNNING), ended.is_not(None)),
        )
    )
    return {
        (f"{TOPIC}:{public_id}", user_id): _Inside(webinar_id, participant_id, until)
        for public_id, webinar_id, user_id, participant_id, until in rows
    }


def _marks(lines: Sequence[_Line]) -> dict[_MINE, tuple[Mark, Mark]]:
    """Return the first and the last counted beat of each connection that has any. One query, planned each time.

    A plan kept from when the table was all but empty would read all of it for every connection, for as long as no
    statistics are gathered: minutes where it should be milliseconds, just when a large room fills.
    """
    db.session.execute(_PLAN_ANEW)
    asked = {
        "participants": [one.who.participant_id for one in lines],
        "connections": [one.connection for one in lines],
    }
    return {
        (participant, connection): (Mark(first, first_at), Mark(last, last_at))
        for participant, connection, first, first_at, last, last_at in db.session.execute(_MARKS, asked)
    }


def _lives(lines: Sequence[_Line], marks: Mapping[_MINE, tuple[Mark, Mark]]) -> list[Span]:
    """Return when gateways were there since the beginning of the longest cut; nothing is asked where there is none."""
    cuts = [
        (before, beat.arrived_at)
        for line in lines
        for before, beat in zip(
            [marks[line.key][1].at if line.key in marks else line.beats[0].arrived_at]
            + [one.arrived_at for one in line.beats],
            line.beats,
            strict=False,
        )
        if beat.arrived_at - before > LONGEST_CUT
    ]
    if not cuts:
        return []
    return lives.lives(min(begins for begins, _ in cuts) - RECENT, max(ends for _, ends in cuts))


def _down(lived: Sequence[Span], last: Mark | None, mark: Mark) -> list[Span]:
    """Return when no gateway was there during a long cut.

    Only a record that knows of a gateway at both ends of the cut can be believed: one of them took the beats there.
    """
    if last is None or mark.at - last.at <= LONGEST_CUT:
        return []
    known = [any(began <= at and seen >= at - RECENT for began, seen in lived) for at in (last.at, mark.at)]
    return down_times(lived, (last.at, mark.at)) if all(known) else []


def _together(beats: Sequence[Beat]) -> Iterator[list[Beat]]:
    """Yield the beats of a connection in groups that arrived at one time."""
    group: list[Beat] = []
    for beat in beats:
        if group and beat.arrived_at - group[0].arrived_at > TOGETHER:
            yield group
            group = []
        group.append(beat)
    if group:
        yield group


def _furthest(first: Mark | None, last: Mark | None, beats: Sequence[Beat]) -> Beat | None:
    """Return the beat with the highest number that may be counted; None when none may."""
    fair = [one for one in beats if judge(first, last, Mark(one.n, one.arrived_at)).known]
    return max(fair, key=lambda one: (one.n, one.arrived_at), default=None)


def _rows(line: _Line, beat: Beat, verdict: Verdict) -> Iterator[JSON]:
    """Yield the rows of a beat. One that counts no time is written too: the next one counts from it."""
    for piece, (begins, ends) in enumerate(verdict.spans or ((beat.arrived_at, beat.arrived_at),)):
        yield {
            "webinar_id": line.who.webinar_id,
            "participant_id": line.who.participant_id,
            "connection": line.connection,
            "number": beat.n,
            "piece": piece,
            "step": beat.step,
            "from_at": begins,
            "to_at": ends,
            "arrived_at": beat.arrived_at,
        }
