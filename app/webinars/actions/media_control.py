"""What the room decided, carried out where sound and picture are carried: after the commit, and again until it worked.

The media server is told as soon as a decision holds, and once more by a job, which goes on until it answers. Both carry
out not the act but the truth of that moment, so a late turn undoes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, jobs
from app.core.database import after_commit, db
from app.webinars.media import Adapter, Unavailable, adapter_of
from app.webinars.media.rights import may_send
from app.webinars.models.media import WebinarMediaRoom, WebinarMediaSeat
from app.webinars.models.planning import MediaKind, Webinar
from app.webinars.models.room import WebinarParticipant, WebinarRoom

AGAIN_AFTER = timedelta(seconds=3)
SERVED = frozenset({MediaKind.JANUS})  # where there is a server to be told
Act = Callable[[], None]


def media_room(webinar: Webinar) -> WebinarMediaRoom:
    """Return a session's room at the media server, named at the first call."""
    db.session.execute(
        insert(WebinarMediaRoom)
        .values(webinar_id=webinar.id, key=secrets.token_urlsafe(16), pin=secrets.token_urlsafe(16), recording=False)
        .on_conflict_do_nothing()
    )  # fmt: skip
    return db.session.get_one(WebinarMediaRoom, webinar.id)


def align(webinar: Webinar, one: WebinarParticipant) -> None:
    """Let the media server carry of somebody what the room allows: nothing, the picture only, or all they send."""
    if webinar.media not in SERVED:
        return
    acts = [act for act, _seat in _acts(webinar, one)]
    if acts:
        after_commit(lambda: _attempt(acts))
        jobs.defer(align_again, at=clock.now() + AGAIN_AFTER, participant_id=one.id)


def put_out(webinar: Webinar, one: WebinarParticipant) -> None:
    """Cut somebody off at the media server; what they or anybody was told of its doors opens nothing any more."""
    if webinar.media in SERVED:
        media_room(webinar).pin = secrets.token_urlsafe(16)
        db.session.flush()
    align(webinar, one)


def close(webinar: Webinar) -> None:
    """End the room at the media server."""
    media = db.session.get(WebinarMediaRoom, webinar.id)
    if webinar.media not in SERVED or media is None or media.opened_at is None:
        return
    adapter = adapter_of(webinar)
    after_commit(lambda: _attempt([lambda: adapter.close(media)]))
    jobs.defer(close_again, at=clock.now() + AGAIN_AFTER, webinar_id=webinar.id)


@jobs.job("webinars.media_align")
def align_again(participant_id: int) -> None:
    """Do what :func:`align` wants, now; fails, and is tried again, while the media server does not answer."""
    one = db.session.get(WebinarParticipant, participant_id)
    if one is None:
        return
    webinar = db.session.get_one(Webinar, one.webinar_id)
    for act, done_with in _acts(webinar, one) if webinar.running else ():
        act()
        if done_with is not None:
            done_with.token = None


@jobs.job("webinars.media_close")
def close_again(webinar_id: int) -> None:
    """End a room at the media server, if the session has not been opened again."""
    webinar, media = db.session.get_one(Webinar, webinar_id), db.session.get(WebinarMediaRoom, webinar_id)
    if media is not None and not webinar.running:
        adapter_of(webinar).close(media)
        media.opened_at = None


def _attempt(acts: list[Act]) -> None:
    for act in acts:
        with suppress(Unavailable):  # the job does it
            act()


def _acts(webinar: Webinar, one: WebinarParticipant) -> list[tuple[Act, WebinarMediaSeat | None]]:
    """Return what has to be done, and the seat whose token is of no more use once it is done."""
    adapter, media = adapter_of(webinar), media_room(webinar)
    seats = db.session.scalars(
        select(WebinarMediaSeat)
        .where(
            WebinarMediaSeat.participant_id == one.id,
            or_(WebinarMediaSeat.ended_at.is_(None), WebinarMediaSeat.token.is_not(None)),
        )
        .order_by(WebinarMediaSeat.id)
    ).all()
    if one.removed_at is not None:
        return [(lambda: adapter.kick(media, one.public_id, seats), None)]
    sends = may_send(one, db.session.get_one(WebinarRoom, webinar.id))
    return [_act(adapter, media, one, seat, sends) for seat in seats if seat.token is not None]


def _act(
    adapter: Adapter, media: WebinarMediaRoom, one: WebinarParticipant, seat: WebinarMediaSeat, sends: bool
) -> tuple[Act, WebinarMediaSeat | None]:
    if sends and seat.ended_at is None:
        return lambda: adapter.mute(media, seat, not one.microphone), None
    return lambda: adapter.quiet(media, seat), seat
