"""Who is there, as the gateways notice it: signs of life, silence, and what in a room ends by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Select, and_, func, or_, select, update

from app.core import clock
from app.core.database import db
from app.live.beats import Beat
from app.webinars import touching
from app.webinars.actions import hands, people
from app.webinars.actions.people_stage import leave_stage, room_of, tell_all
from app.webinars.actions.room import PRESENT_FOR
from app.webinars.models.planning import State, Webinar
from app.webinars.models.room import Step, WebinarParticipant, WebinarRoom

GIVEN_UP_AFTER = timedelta(minutes=3)  # of silence: hand and place on the stage go to others
SWEPT_EVERY = timedelta(seconds=5)
P = WebinarParticipant
_RUNNING = Webinar.state.in_([State.OPEN, State.LIVE])
_swept: dict[str, float] = {}


def note(beats: Sequence[Beat]) -> None:
    """Note who gave a sign of life, and on which step they are."""
    latest: dict[str, dict[int, Beat]] = defaultdict(dict)
    for beat in sorted(beats, key=lambda one: (one.arrived_at, one.n)):
        if not beat.late and beat.step in set(Step):
            latest[beat.topic][beat.user_id] = beat
    for topic, by_person in latest.items():
        webinar = _webinar(topic)
        if webinar is not None:
            _note(webinar, by_person)


def _note(webinar: Webinar, by_person: Mapping[int, Beat]) -> None:
    """Write it down; rows that somebody holds are left for the next beat, so this never waits."""
    rows = db.session.scalars(
        select(P)
        .where(P.webinar_id == webinar.id, P.user_id.in_(by_person), P.removed_at.is_(None))
        .order_by(P.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    moved = [one for one in rows if one.left_at is not None or one.step != by_person[one.user_id].step]
    for one in moved:
        one.left_at, one.step = None, by_person[one.user_id].step
    db.session.flush()
    newest = max(beat.arrived_at for beat in by_person.values())
    db.session.execute(
        update(P)
        .where(P.id.in_([one.id for one in rows]))
        .values(seen_at=func.greatest(P.seen_at, newest))
        .execution_options(synchronize_session=False)
    )
    if moved:
        touching.touch(webinar, "people")


def tick(followed: Mapping[str, Mapping[int, float]]) -> None:
    """Look after the running rooms that are followed at a gateway; called twice a second, by each gateway.

    ``followed`` says for each topic when who runs the room was last heard of there, in seconds ago.
    """
    ids = {topic.split(":")[1]: heard for topic, heard in followed.items()}
    for public_id, heard in ids.items():
        _note_hosts(public_id, heard)
    for webinar in db.session.scalars(_with_something_due(ids)).all():
        people.watch_host(webinar)
        hands.end_what_is_over(webinar)
    for webinar in _to_sweep(ids):
        _sweep(webinar)


def _note_hosts(public_id: str, heard: Mapping[int, float]) -> None:
    now = clock.now()
    of_room = select(Webinar.id).where(Webinar.public_id == public_id, _RUNNING).scalar_subquery()
    for user_id, seconds in heard.items():
        db.session.execute(
            update(P)
            .where(
                P.id.in_(
                    select(P.id)
                    .where(P.webinar_id == of_room, P.user_id == user_id, P.removed_at.is_(None))
                    .with_for_update(skip_locked=True)
                )
            )
            .values(seen_at=func.greatest(P.seen_at, now - timedelta(seconds=seconds)))
            .execution_options(synchronize_session=False)
        )


def _with_something_due(public_ids: Collection[str]) -> Select[Webinar]:
    """The sessions where a host fell silent or is back, or somebody's time with the floor is over."""
    now = clock.now()
    silent = or_(P.seen_at < now - people.AWAY_AFTER, P.left_at.is_not(None))
    away = WebinarRoom.host_away_since
    over = (
        select(P.id)
        .where(P.webinar_id == WebinarRoom.webinar_id, P.floor_until <= now)
        .correlate(WebinarRoom)
    )
    return (
        select(Webinar)
        .join(WebinarRoom, WebinarRoom.webinar_id == Webinar.id)
        .outerjoin(P, P.id == WebinarRoom.host_id)
        .where(
            Webinar.public_id.in_(public_ids),
            Webinar.state == State.LIVE,
            or_(
                and_(WebinarRoom.host_id.is_not(None), silent, away.is_(None)),
                and_(away.is_not(None), or_(~silent, away < now - people.PASSED_AFTER)),
                over.exists(),
            ),
        )
    )


def _to_sweep(public_ids: Iterable[str]) -> Sequence[Webinar]:
    """Return the running sessions whose turn it is again."""
    now = clock.now().timestamp()
    due = [one for one in public_ids if now - _swept.get(one, 0) >= SWEPT_EVERY.total_seconds()]
    _swept.update(dict.fromkeys(due, now))
    found = select(Webinar).where(Webinar.public_id.in_(due), _RUNNING)
    return db.session.scalars(found).all() if due else []


def _sweep(webinar: Webinar) -> None:
    """Who gave no sign of life is not there; who stays away gives hand and stage to others."""
    now = clock.now()
    gone = db.session.execute(
        update(P)
        .where(
            P.id.in_(
                select(P.id)
                .where(P.webinar_id == webinar.id, P.left_at.is_(None), P.seen_at < now - PRESENT_FOR)
                .with_for_update(skip_locked=True)
            )
        )
        .values(left_at=P.seen_at)
        .returning(P.id)
        .execution_options(synchronize_session=False)
    ).all()
    if gone:
        touching.touch(webinar, "people")
    _give_up(webinar)


def _give_up(webinar: Webinar) -> None:
    kept = (
        P.webinar_id == webinar.id,
        P.left_at < clock.now() - GIVEN_UP_AFTER,
        or_(P.stage.is_not(None), P.hand_at.is_not(None)),
    )
    if db.session.scalar(select(P.id).where(*kept).limit(1)) is None:
        return
    room_of(webinar)
    for one in db.session.scalars(select(P).where(*kept).execution_options(populate_existing=True)).all():
        had_stage, one.hand_at = one.stage is not None, None
        leave_stage(one)
        db.session.flush()
        touching.touch(webinar, "hands")
        if had_stage:
            tell_all(webinar, one)


def _webinar(topic: str) -> Webinar | None:
    return db.session.scalars(select(Webinar).where(Webinar.public_id == topic.split(":")[1])).one_or_none()
