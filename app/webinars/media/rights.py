"""Who may be heard and seen in a live room: pure questions about its rows."""

from __future__ import annotations

from app.webinars.models.room import WebinarParticipant, WebinarRoom
from app.webinars.policy import RUNS, STAGE


def may_send(one: WebinarParticipant, room: WebinarRoom) -> bool:
    """Whether somebody may be heard or seen: by role, by a place on the stage, or where microphones are open."""
    if one.removed_at is not None or one.admitted_at is None:
        return False
    return one.role in STAGE or one.stage is not None or room.microphones


def held_mute(one: WebinarParticipant, room: WebinarRoom) -> bool:
    """Whether somebody is kept from switching a microphone on."""
    return one.muted or (room.hard_muted and one.role not in RUNS)
