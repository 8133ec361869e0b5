"""Answers about webinars. Times are in UTC; ``zone`` is the IANA zone that the session is held in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.api.v1.schemas import Answer, Country, Instant, Language


class WebinarEntry(Answer):
    """A session that exists for the caller."""

    id: str = Field(description="The session's random id.")
    title: str
    kind: str = Field(description="Such as `webinar`, `workshop`, `round_table`.")
    channel: Literal["platform", "other_online", "hybrid", "in_person"]
    state: Literal["draft", "planned", "open", "live", "ended", "cancelled"]
    topic: str
    languages: list[Language]
    starts_at: Instant
    ends_at: Instant
    zone: str = Field(description="IANA name of the zone it is held in.", examples=["Africa/Nairobi"])
    series: str | None = Field(description="Id of its series.")
    standing: Literal["none", "invited", "registered", "waiting", "cancelled"] = Field(
        description="Where the caller stands."
    )
    role: Literal["host", "cohost", "speaker", "notetaker", "participant"] = Field(
        description="The caller's, as planned."
    )
    address: str


class WebinarList(Answer):
    """A page of sessions."""

    data: list[WebinarEntry]
    next: str | None = Field(description="Address of the next page.")


class SpeakerEntry(Answer):
    """Somebody who is named in a session."""

    name: str
    role: str
    biography: str


class AgendaEntry(Answer):
    """A line of the agenda."""

    minute: int = Field(ge=0, description="From the start.")
    title: str


class WebinarDetail(WebinarEntry):
    """A session in full."""

    summary: str
    audience: Literal["vetted", "group", "country", "invitation"]
    countries: list[Country]
    place: str
    link: str = Field(description="Of a meeting held elsewhere; empty for who has no place.")
    capacity: int | None
    registered: int = Field(ge=0)
    waiting: int = Field(ge=0)
    sequence: int = Field(ge=0, description="Grows with each change that calendars follow.")
    media: Literal["null", "p2p", "broadcast", "janus", "link"]
    percent: int = Field(ge=0, le=100, description="Of the scheduled minutes, to count as attended.")
    answers_needed: int = Field(ge=0, description="Check questions, to count as attended.")
    rule_version: int = Field(ge=1)
    recorded: bool
    certificate: bool
    agenda: list[AgendaEntry]
    speakers: list[SpeakerEntry]
