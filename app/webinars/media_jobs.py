"""What happens by itself to sound and picture: whoever is gone is not shown any more as if they sent."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, or_, select, update

from app.core import clock
from app.core.database import db
from app.core.jobs import periodic
from app.webinars.actions import media, media_streams
from app.webinars.actions.media import SILENT_AFTER
from app.webinars.actions.people_stage import room_of
from app.webinars.models.media import WebinarMediaSeat, WebinarMediaStream
from app.webinars.models.planning import MediaKind, State, Webinar
from app.webinars.models.room import WebinarParticipant

LEFT_FOR = timedelta(seconds=10)
STREAM_SILENT_AFTER = timedelta(seconds=30)
_RUNNING = (State.OPEN, State.LIVE)


@periodic("webinars.media_sweep", "* * * * * */15")
def sweep() -> None:
    """End seats and streams whose browser is gone."""
    now = clock.now()
    gone = db.session.execute(
        select(Webinar, WebinarParticipant, WebinarMediaSeat)
        .join(WebinarMediaSeat, WebinarMediaSeat.webinar_id == Webinar.id)
        .join(WebinarParticipant, WebinarParticipant.id == WebinarMediaSeat.participant_id)
        .where(
            WebinarMediaSeat.ended_at.is_(None),
            Webinar.state.in_(_RUNNING),
            or_(
                WebinarParticipant.left_at < now - LEFT_FOR,
                and_(
                    or_(WebinarMediaSeat.tracks != [], Webinar.media == MediaKind.P2P),
                    WebinarMediaSeat.renewed_at < now - SILENT_AFTER,
                ),
            ),
        )
        .order_by(Webinar.id)
    ).all()
    for webinar, one, seat in gone:
        room_of(webinar)
        media.end_seat(webinar, one, seat)
        media.switched_off(webinar, one)
    _end_silent_streams()
    _end_left_over()


def _end_silent_streams() -> None:
    silent = db.session.scalars(
        select(Webinar)
        .join(WebinarMediaStream, WebinarMediaStream.webinar_id == Webinar.id)
        .where(
            WebinarMediaStream.ended_at.is_(None),
            WebinarMediaStream.heard_at < clock.now() - STREAM_SILENT_AFTER,
        )
    ).all()
    for webinar in silent:
        room_of(webinar)
        media_streams.end_running(webinar)


def _end_left_over() -> None:
    """Sessions that ended without anybody saying so (cancelled, closed by an import) hold no seats."""
    closed = select(Webinar.id).where(Webinar.state.not_in(_RUNNING))
    db.session.execute(
        update(WebinarMediaSeat)
        .where(WebinarMediaSeat.ended_at.is_(None), WebinarMediaSeat.webinar_id.in_(closed))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )
