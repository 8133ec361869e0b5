"""Parameters and answers of the API. What a field says here is what the description says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MAX_CURSOR = 1000

Instant = Annotated[datetime, AfterValidator(lambda value: value.astimezone(UTC))]
Language = Annotated[str, Field(description="BCP 47 tag.", examples=["en"])]
Country = Annotated[str, Field(description="ISO 3166 code, or empty.", examples=["KE"])]
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
Status = Literal["not_started", "in_progress", "completed", "withdrawn"]
CertificateStatus = Literal["valid", "revoked"]


# ------------------------------------------------------------------------------------------------ parameters


class Query(BaseModel):
    """Parameters of every call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Literal["ar", "zh", "en", "fr", "ru", "es"] | None = Field(
        None, description="Language of titles and messages where there is a choice. Default: the person's."
    )


class ListQuery(Query):
    """Parameters of a list."""

    limit: int = Field(25, ge=1, le=100, description="Rows a page.")
    cursor: str | None = Field(None, max_length=MAX_CURSOR, description="From `next` of the page before.")


# ------------------------------------------------------------------------------------------------ answers


class Answer(BaseModel):
    """Base of every answer: exactly the fields described."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)


class FieldError(Answer):
    """What is wrong with one parameter."""

    field: str
    message: str


class Problem(Answer):
    """An error (RFC 9457)."""

    model_config = ConfigDict(extra="allow", json_schema_serialization_defaults_required=False)

    type: str = Field(description="`about:blank`, or what kind of problem it is: `urn:ctlp:problem:…`.")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str | None = None
    reference: str = Field(
        description="Of this request, also in X-Request-Id: quote it when you ask for help."
    )
    errors: list[FieldError] | None = Field(None, description="With `urn:ctlp:problem:invalid-parameters`.")
    scope: str | None = Field(
        None, description="With `urn:ctlp:problem:insufficient-scope`: the scope that is missing."
    )


class Token(Answer):
    """The token that was sent."""

    id: str
    label: str
    scopes: list[str]
    second_factor: bool = Field(
        description="Whether it was made by a sign-in with a second factor that is still set up."
    )
    created_at: Instant
    expires_at: Instant


class Me(Answer):
    """Who the token is, and what it may do now."""

    id: str
    name: str
    email: str
    language: Language
    zone: str = Field(description="IANA time zone.", examples=["Africa/Nairobi"])
    country: Country
    approved: bool = Field(description="Whether the account is approved; others may do nothing else.")
    roles: list[str]
    permissions: dict[str, list[str]] = Field(
        description="What this token may do, and the scopes it may do it for: `*`, `course:<slug>`, `country:<CC>`."
    )
    token: Token


class EditionOffered(Answer):
    """A language edition, possibly adapted to a country."""

    language: Language
    adaptation: str = Field(description="ISO 3166 code of the country it is adapted to, or empty.")
    title: str
    complete: bool = Field(description="False: some items are in the source language only.")
    behind: bool = Field(description="True: the source changed after the translation was made.")


class OwnProgress(Answer):
    """Where the caller stands in a course."""

    status: Status
    progress: Share
    attempts: int = Field(ge=0, description="Sent attempts at the final test.")
    score: Percent | None = Field(description="Best score.")
    language: str = Field(description="Of the edition taken, or empty.")
    enrolled_at: Instant | None
    first_access_at: Instant | None
    last_access_at: Instant | None
    completed_at: Instant | None
    certificate: str | None = Field(description="Code of a valid certificate.")


class CourseEntry(Answer):
    """A course in the list."""

    slug: str
    title: str
    summary: str
    language: Language = Field(description="Of title and summary.")
    languages: list[str] = Field(description="Of its editions, the source's first.")
    topic: str
    hours: float = Field(description="As the certificate states them.")
    minutes: int = Field(description="Working time of the required items and the test.")
    address: str
    own: OwnProgress


class CourseList(Answer):
    """A page of courses."""

    data: list[CourseEntry]
    next: str | None = Field(description="Address of the next page; null on the last.")


class ItemEntry(Answer):
    """An item of a module."""

    id: str
    kind: Literal["lesson", "reading", "check", "case"]
    title: str
    minutes: int
    required: bool
    status: Literal["not_started", "in_progress", "completed"]


class ModuleEntry(Answer):
    """A module with its items in order."""

    id: str
    title: str
    summary: str
    minutes: int
    items: list[ItemEntry]


class FinalTestEntry(Answer):
    """The final test."""

    title: str
    questions: int
    minutes: int
    attempts: int
    wait_hours: int = Field(description="Between two attempts.")
    pass_mark: int = Field(description="Percent.")


class CourseDetail(CourseEntry):
    """A course in full, without the text of its lessons."""

    audience: str
    prerequisites: str
    outcomes: list[str]
    editions: list[EditionOffered]
    modules: list[ModuleEntry]
    test: FinalTestEntry


class CertificateCheck(Answer):
    """What a certificate shows, and whether it is genuine and valid."""

    code: str
    status: CertificateStatus
    genuine: bool = Field(description="Whether our signature on the statement holds.")
    name: str
    title: str
    kind: str
    hours: float | None
    language: Language
    completed_on: date
    issued_at: Instant
    reissued_at: Instant | None
    revoked_at: Instant | None
    edition: int = Field(description="Raised when it is made anew with the holder's present name.")
    issuer: str
    address: str
