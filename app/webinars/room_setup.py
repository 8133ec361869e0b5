"""The live room's core connects itself: to the gateways, to snapshots and touches, to its client's words."""

from __future__ import annotations

from app.live import beats, topics
from app.webinars import following, presence, room_jobs, snapshot, touching
from app.webinars.queries import hands, people, room

__all__ = ["provide", "room_jobs"]


def provide() -> None:
    """Connect the core of live rooms."""
    topics.provide(following.PREFIX, following.may_follow)
    following.provide(presence.tick)
    beats.provide_witness(following.PREFIX, presence.note)
    touching.provide("people", people.counts)
    touching.provide("hands", hands.told)
    snapshot.provide("room", room.room)
    snapshot.provide_together(people.PARTS, people.asked, people.parts)
