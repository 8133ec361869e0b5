"""A stream of a broadcast in the world of the access matrix: pieces by who sends, segments by a signed address."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database import db
from app.webinars.media import broadcast, streams
from app.webinars.models.media import WebinarMediaStream
from app.webinars.models.room import WebinarParticipant
from tests.webinars.scene import HOST, WebinarScene


def plant(scene: WebinarScene) -> dict[str, str]:
    """Make a running stream of the host with one segment; returns its id and the address's token of ``owner``."""
    sender = db.session.scalars(
        select(WebinarParticipant).where(WebinarParticipant.public_id == scene.people[HOST])
    ).one()
    stream = WebinarMediaStream(webinar_id=scene.id, participant_id=sender.id)
    db.session.add(stream)
    db.session.flush()
    streams.begin(stream.public_id, sound=True, picture=True)
    place = streams.folder(stream.public_id) / "out" / "full"
    place.mkdir(parents=True)
    (place / "s0.m4s").write_bytes(b"a segment")
    return {"stream_id": stream.public_id, "stream_token": broadcast.sign(scene.people["owner"])}
