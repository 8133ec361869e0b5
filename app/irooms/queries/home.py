"""What somebody's first page says of their rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, func, or_, select

from app.core.database import db
from app.irooms.models import RoomMembership
from app.irooms.models.discussion import RoomTopic, RoomTopicReader
from app.irooms.seats import Seat


def unread_topics(seats: Sequence[Seat]) -> Mapping[int, int]:
    """Return, by room number, how many topics hold posts that the member has not read; muted ones do not count.

    Of a topic they never opened, only what was said since they joined is new. One query.
    """
    members = [seat.member.id for seat in seats if seat.member is not None and seat.inside]
    if not members:
        return {}
    rows = db.session.execute(
        select(RoomTopic.room_id, func.count())
        .join(RoomMembership, RoomMembership.room_id == RoomTopic.room_id)
        .outerjoin(
            RoomTopicReader,
            and_(
                RoomTopicReader.topic_id == RoomTopic.id, RoomTopicReader.membership_id == RoomMembership.id
            ),
        )
        .where(RoomMembership.id.in_(members), RoomTopic.standing > 0)
        .where(RoomTopic.last_number > func.coalesce(RoomTopicReader.read_to, 0))
        .where(
            or_(
                RoomTopicReader.membership_id.is_not(None),
                RoomTopic.last_post_at >= RoomMembership.joined_at,
            )
        )
        .where(RoomTopicReader.follows.is_distinct_from(False))
        .group_by(RoomTopic.room_id)
    )
    return {row[0]: row[1] for row in rows}
