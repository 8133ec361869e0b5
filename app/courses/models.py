"""Tables of self-paced courses.

A **version** is an immutable structure (modules, items, test, question bank). **Editions** (a language, possibly
adapted to a country) hang on a version and share its item ids. Progress hangs on item ids, so a person may change
edition at any time, a new version keeps what was done, and an item added later never undoes a completion.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import JSON, Base
from app.core.ids import public_id


class ItemKind(StrEnum):
    """What an item of a module is."""

    LESSON = "lesson"
    READING = "reading"
    CHECK = "check"
    CASE = "case"


class Course(Base):
    """A course, whatever its versions and editions. ``group_id`` limits it to one group's members."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    activity_key: Mapped[UUID] = mapped_column(unique=True)
    topic: Mapped[str] = mapped_column(default="")
    source_language: Mapped[str]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id", use_alter=True))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retired_at: Mapped[datetime | None]
    content_digest: Mapped[str] = mapped_column(default="")  # of the folder it was last published from

    version: Mapped[CourseVersion | None] = relationship(foreign_keys=[version_id])


class CourseVersion(Base):
    """An immutable structure. ``structure`` is the validated course.yaml (modules, items, test, hours, pass mark)."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    structure: Mapped[JSON]
    digest: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())

    editions: Mapped[list[Edition]] = relationship(back_populates="version", order_by="Edition.id")


class BankQuestion(Base):
    """A question of a version, without words: kind, topic, options by id, which are right, its lesson."""

    __tablename__ = "bank_question"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    use: Mapped[str]
    topic: Mapped[str]
    kind: Mapped[str]
    options: Mapped[list[str]]
    right: Mapped[list[str]]
    lesson: Mapped[str]


class Edition(Base):
    """A version in a language (BCP 47), possibly adapted to a country (``adaptation`` is its ISO code, else empty)."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("version_id", "language", "adaptation"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    language: Mapped[str]
    adaptation: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    summary: Mapped[str]
    words: Mapped[JSON]  # outcomes, audience, prerequisites, module titles, item titles, test title and intro
    complete: Mapped[bool] = mapped_column(default=True)
    behind: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str] = mapped_column(default="")  # of everything stored with it

    version: Mapped[CourseVersion] = relationship(back_populates="editions")


class EditionItem(Base):
    """The text of an item in an edition, rendered and sanitised when it was loaded."""

    __tablename__ = "edition_item"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    html: Mapped[str] = mapped_column(default="")
    words: Mapped[int] = mapped_column(default=0)
    behind: Mapped[bool] = mapped_column(default=False)
    file_name: Mapped[str | None]
    file_size: Mapped[int | None]
    file_digest: Mapped[str | None]


class EditionQuestion(Base):
    """The words of a question in an edition: stem, options, feedback, explanation (rendered inline HTML)."""

    __tablename__ = "edition_question"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[JSON]


class EditionFile(Base):
    """A file of an edition (figure, reading to download); small, so it is kept and backed up with its text."""

    __tablename__ = "edition_file"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content_type: Mapped[str]
    digest: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Enrolment(Base):
    """A person in a course: one row for ever; withdrawing and returning change its state."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("user_id", "course_id"),
        CheckConstraint("state IN ('active', 'withdrawn')", name="state"),
        Index("ix_enrolment_course", "course_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    language: Mapped[str]
    adaptation: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="active")
    last_item: Mapped[str | None]
    last_seen_at: Mapped[datetime | None]
    enrolled_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()


class ItemProgress(Base):
    """An item opened or done by a person; hangs on the item's id, not on a version or edition."""

    __tablename__ = "item_progress"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class CheckAnswer(Base):
    """The latest answer to a question of a knowledge check, with how often it was tried."""

    __tablename__ = "check_answer"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    chosen: Mapped[list[str]]
    right: Mapped[bool]
    revealed: Mapped[bool] = mapped_column(default=False, server_default="false")
    tries: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[datetime]


class Attempt(Base):
    """One sitting of the final test, in the version and edition it began with; the server decides time and score.

    ``paper`` is the drawn test: a list of ``{"id": question id, "options": [option ids in shown order]}``.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "number"),
        Index("uq_attempt_running", "enrolment_id", unique=True, postgresql_where="sent_at IS NULL"),
        Index("ix_attempt_deadline", "deadline", postgresql_where="sent_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    language: Mapped[str]
    adaptation: Mapped[str] = mapped_column(default="", server_default="")
    number: Mapped[int]
    paper: Mapped[list[Any]]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None]  # 'person' or 'deadline'
    score: Mapped[float | None] = mapped_column(Float)  # percent
    passed: Mapped[bool | None]

    enrolment: Mapped[Enrolment] = relationship()


class AttemptAnswer(Base):
    """The answer to one question of a running attempt, as last given.

    ``written_at`` is when it was given, by the server's clock as its page told it: a late retry of an older answer does
    not replace a newer one. ``saved_at`` is when it reached us.
    """

    __tablename__ = "attempt_answer"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    chosen: Mapped[list[str]]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
    saved_at: Mapped[datetime]
