"""Tables of the rooms, one module a part."""

from __future__ import annotations

from app.irooms.models import discussion, drafting, questions, resources, stocktaking
from app.irooms.models.rooms import (
    Download,
    Entry,
    IdentityMode,
    Room,
    RoomAcceptance,
    RoomGlass,
    RoomInvitation,
    RoomLog,
    RoomMembership,
    RoomRequest,
    RoomRole,
    RoomTerms,
)

__all__ = [
    "Download",
    "Entry",
    "IdentityMode",
    "Room",
    "RoomAcceptance",
    "RoomGlass",
    "RoomInvitation",
    "RoomLog",
    "RoomMembership",
    "RoomRequest",
    "RoomRole",
    "RoomTerms",
    "discussion",
    "drafting",
    "questions",
    "resources",
    "stocktaking",
]
