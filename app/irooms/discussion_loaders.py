"""Topics, posts and drafts of a room, for who may have them; everything else is the room's 404."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.core.access import Actor
from app.core.database import db
from app.irooms import loaders
from app.irooms.actions.discussion.drafts import NEW
from app.irooms.discussion_policy import Rights, rights
from app.irooms.models import RoomRole
from app.irooms.models.discussion import RoomPost, RoomPostDraft, RoomTopic
from app.irooms.queries.discussion.topics import Standing, standing
from app.irooms.seats import Seat


@dataclass(frozen=True, slots=True)
class Place:
    """A topic of a room the actor is in."""

    seat: Seat
    standing: Standing

    @property
    def topic(self) -> RoomTopic:
        """The topic."""
        return self.standing.topic

    @property
    def rights(self) -> Rights:
        """What the actor may do in it."""
        return rights(self.seat, self.topic)


@dataclass(frozen=True, slots=True)
class PostPlace:
    """A post, or the trace of one, in its topic."""

    place: Place
    post: RoomPost

    @property
    def seat(self) -> Seat:
        """The actor before the room."""
        return self.place.seat

    @property
    def topic(self) -> RoomTopic:
        """The post's topic."""
        return self.place.topic


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody writes: in a topic, or a topic that is not started yet (None)."""

    seat: Seat
    place: Place | None
    draft: RoomPostDraft | None

    @property
    def key(self) -> str:
        """What drafts of this place are kept under."""
        return self.place.topic.public_id if self.place else NEW


def topic(actor: Actor, slug: str, topic_id: str) -> Place:
    """A topic of a room whose content is open to the actor."""
    return _place(loaders.entered(actor, slug), topic_id)


def members_topic(actor: Actor, slug: str, topic_id: str) -> Place:
    """A topic of a room the actor is a member of, an observer, too: for what is kept about their reading."""
    return _place(member(actor, slug), topic_id)


def member(actor: Actor, slug: str) -> Seat:
    """A room whose content is open to the actor as a member; break glass is none."""
    seat = loaders.entered(actor, slug)
    if seat.member is None:
        raise loaders.nothing(seat)
    return seat


def writer(actor: Actor, slug: str) -> Seat:
    """A room the actor writes in, or wrote in until it was closed: then the action says so and keeps what was typed."""
    seat = member(actor, slug)
    if seat.role == RoomRole.OBSERVER:
        raise loaders.nothing(seat)
    return seat


def writers_topic(actor: Actor, slug: str, topic_id: str) -> Place:
    """A topic of a room the actor writes in, or wrote in until it was closed."""
    return _place(writer(actor, slug), topic_id)


def desk(actor: Actor, slug: str, place: str) -> Desk:
    """Where the actor writes: ``place`` is a topic's id, or ``new``."""
    seat = writer(actor, slug)
    if place != NEW:
        found = _place(seat, place)
        return Desk(seat, found, found.standing.draft)
    return Desk(seat, None, db.session.get(RoomPostDraft, (seat.member_id, NEW)))


def new_desk(actor: Actor, slug: str) -> Desk:
    """Where the actor writes a topic that is not started yet."""
    return desk(actor, slug, NEW)


def changing_topic(actor: Actor, slug: str, topic_id: str) -> Place:
    """A topic that the actor may give another title."""
    place = _place(loaders.written(actor, slug), topic_id)
    if not place.rights.retitles:
        raise loaders.nothing(place.seat)
    return place


def marking_topic(actor: Actor, slug: str, topic_id: str) -> Place:
    """A topic of which the actor may say what answers it."""
    place = _place(loaders.written(actor, slug), topic_id)
    if not place.rights.marks:
        raise loaders.nothing(place.seat)
    return place


def managed_topic(actor: Actor, slug: str, topic_id: str) -> Place:
    """A topic of an open room the actor manages."""
    seat = loaders.managed(actor, slug)
    if not seat.writes:
        raise loaders.nothing(seat)
    return _place(seat, topic_id)


def post(actor: Actor, slug: str, post_id: str) -> PostPlace:
    """A post or its trace, in a room whose content is open to the actor."""
    return _post_place(loaders.entered(actor, slug), post_id)


def standing_post(actor: Actor, slug: str, post_id: str) -> PostPlace:
    """A post that is neither deleted nor moved away."""
    return _standing(post(actor, slug, post_id))


def editing_post(actor: Actor, slug: str, post_id: str) -> PostPlace:
    """A post of the actor's own that they may edit."""
    found = _post_place(loaders.written(actor, slug), post_id)
    if not found.place.rights.edits(found.post):
        raise loaders.nothing(found.seat)
    return found


def removing_post(actor: Actor, slug: str, post_id: str) -> PostPlace:
    """A post that the actor may delete (their own) or remove (as a manager)."""
    found = _post_place(loaders.written(actor, slug), post_id)
    if not (found.place.rights.deletes(found.post) or found.place.rights.removes(found.post)):
        raise loaders.nothing(found.seat)
    return found


def moving_post(actor: Actor, slug: str, post_id: str) -> PostPlace:
    """A post that the actor may move, with those after it."""
    seat = loaders.managed(actor, slug)
    if not seat.writes:
        raise loaders.nothing(seat)
    return _standing(_post_place(seat, post_id))


def _place(seat: Seat, topic_id: str) -> Place:
    found = standing(seat, topic_id)
    if found is None:
        raise loaders.nothing(seat)
    return Place(seat, found)


def _post_place(seat: Seat, post_id: str) -> PostPlace:
    row = db.session.execute(
        select(RoomPost, RoomTopic)
        .join(RoomTopic, RoomTopic.id == RoomPost.topic_id)
        .where(RoomPost.public_id == post_id, RoomTopic.room_id == seat.room.id)
    ).one_or_none()
    if row is None:
        raise loaders.nothing(seat)
    return PostPlace(Place(seat, Standing(row[1])), row[0])


def _standing(found: PostPlace) -> PostPlace:
    if not found.post.stands:
        raise loaders.nothing(found.seat)
    return found
