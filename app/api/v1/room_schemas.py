"""Answers about rooms. Nobody is named here in another way than the room's identity mode allows."""

from __future__ import annotations

from datetime import date
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


class ResourceFile(Answer):
    """The file of a resource."""

    name: str
    media_type: str
    size: int = Field(ge=0, description="Octets.")
    pages: int | None
    scan: str = Field(description="`clean`, or `unscanned` where no scanner is configured.")


class ResourceEntry(Answer):
    """A resource in a collection that the caller may read."""

    id: str
    kind: str
    type: str
    title: str
    language: str
    summary: str
    symbol: str
    issuer: str
    dated: date | None
    tags: list[str]
    legal_systems: list[str]
    withdrawn: bool
    version: int = Field(ge=1)
    file: ResourceFile | None
    address: str


class ResourceList(Answer):
    """A page of resources, in the order they were added."""

    data: list[ResourceEntry]
    next: str | None = Field(description="Address of the next page.")


class PostEntry(Answer):
    """A post, or the trace of a deleted one (`deleted`, no text)."""

    id: str
    topic: str = Field(description="Id of the topic.")
    topic_title: str
    number: int = Field(ge=1, description="In its topic.")
    author: FaceEntry | None
    language: str
    html: str = Field(description="Safe HTML.")
    posted_at: Instant
    edited_at: Instant | None
    deleted: bool
    address: str


class PostList(Answer):
    """A page of posts, newest first."""

    data: list[PostEntry]
    next: str | None = Field(description="Address of the next page.")
