"""Answers about rooms. Nobody is named here in another way than the room's identity mode allows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.api.v1.schemas import Answer, Country, Instant, Language


class RoomEntry(Answer):
    """A room whose content is open to the caller."""

    slug: str = Field(description="The room's random address.")
    title: str
    topic: str
    languages: list[Language]
    role: Literal["manager", "expert", "member", "observer"] = Field(description="The caller's.")
    closed: bool = Field(description="True: it may be read, nothing is added.")
    membership_ends_at: Instant | None
    address: str


class RoomList(Answer):
    """A page of rooms."""

    data: list[RoomEntry]
    next: str | None = Field(description="Address of the next page.")


class RoomPolicy(Answer):
    """The room's policy."""

    listed: bool
    entry: Literal["invitation", "request", "group"]
    identity: Literal["name", "role_country", "pseudonym"]
    download: Literal["allowed", "stamped", "view"]
    second_factor: bool
    terms_version: int = Field(description="0: no terms.")
    membership_days: int | None


class RoomDetail(RoomEntry):
    """A room in full."""

    purpose: str
    members: int = Field(description="How many are in the room now.")
    policy: RoomPolicy
    opened_at: Instant


class FaceEntry(Answer):
    """A member as others in the room see them."""

    id: str = Field(description="Of the member, in this room only.")
    label: str = Field(description="A name, a profession and country, or a pseudonym.")
    role: str
    country: Country = Field(description="Empty where the room hides it.")
