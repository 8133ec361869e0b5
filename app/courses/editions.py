"""The words of a course in a language: read through adaptation, then the language's edition, then the source's.

Every function takes the edition a person chose (``language``, ``adaptation``: ISO country code or empty) and answers
from the nearest edition that has the words, one query each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, select

from app.core.database import db
from app.courses.models import (
    Course,
    CourseVersion,
    Edition,
    EditionFile,
    EditionItem,
    EditionQuestion,
)


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to download; ``size`` in octets. Its address is ``/courses/<slug>/files/<digest>/<name>``."""

    name: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class ItemText:
    """The text of an item: ``language`` it is really in; ``fallback`` when that is not the one asked for."""

    item_id: str
    title: str
    html: Markup
    words: int
    language: str
    adaptation: str
    behind: bool
    fallback: bool
    file: FileLink | None


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """The words of a question, inline HTML. True/false questions may have no option texts."""

    question_id: str
    stem: Markup
    options: Mapping[str, Markup]
    feedback: Mapping[str, Markup]
    explanation: Markup
    language: str
    fallback: bool


@dataclass(frozen=True, slots=True)
class EditionChoice:
    """An edition that may be chosen: partial when not ``complete``, older than its source when ``behind``."""

    language: str
    adaptation: str
    title: str
    complete: bool
    behind: bool


@dataclass(frozen=True, slots=True)
class ModuleWords:
    """Title and summary of a module, plain text."""

    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class CourseWords:
    """What the course page says, plain text; ``language`` is that of the edition found."""

    title: str
    summary: str
    audience: str
    prerequisites: str
    outcomes: tuple[str, ...]
    modules: Mapping[str, ModuleWords]
    item_titles: Mapping[str, str]
    test_title: str
    test_intro: str
    language: str
    complete: bool
    behind: bool


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's octets and type."""

    name: str
    content_type: str
    body: bytes


def editions_of(version: CourseVersion) -> list[EditionChoice]:
    """Return the editions of a version, the source language first."""
    rows = db.session.execute(
        select(Edition.language, Edition.adaptation, Edition.title, Edition.complete, Edition.behind)
        .where(Edition.version_id == version.id)
        .order_by(Edition.language != _source(version), Edition.language, Edition.adaptation)
    )
    return [EditionChoice(*row) for row in rows]


def item_text(version: CourseVersion, language: str, adaptation: str, item_id: str) -> ItemText | None:
    """Return the text of an item for a reader of an edition; None when no edition has it."""
    row = _nearest(
        db.session.execute(
            select(EditionItem, Edition.language, Edition.adaptation)
            .join(Edition, Edition.id == EditionItem.edition_id)
            .where(_within(version, language, adaptation), EditionItem.item_id == item_id)
        ),
        language,
        adaptation,
    )
    if row is None:
        return None
    item = row.EditionItem
    return ItemText(
        item_id=item_id,
        title=item.title,
        html=Markup(item.html),  # sanitised when it was published
        words=item.words,
        language=row.language,
        adaptation=row.adaptation,
        behind=item.behind,
        fallback=row.language != language,
        file=FileLink(item.file_name, item.file_digest, item.file_size) if item.file_name else None,
    )


def question_words(
    version: CourseVersion, language: str, adaptation: str, ids: Iterable[str]
) -> dict[str, QuestionWords]:
    """Return the words of questions by id; an id that no edition has is left out."""
    rows = db.session.execute(
        select(EditionQuestion.question_id, EditionQuestion.words, Edition.language, Edition.adaptation)
        .join(Edition, Edition.id == EditionQuestion.edition_id)
        .where(_within(version, language, adaptation), EditionQuestion.question_id.in_(list(ids)))
    )
    found: dict[str, QuestionWords] = {}
    for row in sorted(rows, key=lambda row: _distance(row, language, adaptation)):
        found.setdefault(row.question_id, _question(row, language))
    return found


def course_words(version: CourseVersion, language: str, adaptation: str = "") -> CourseWords:
    """Return what a course page says in an edition, each word from the nearest edition that has it. Two queries."""
    editions = sorted(
        db.session.scalars(select(Edition).where(_within(version, language, adaptation))),
        key=lambda row: _distance(row, language, adaptation),
    )
    nearest = next(one for one in editions if not one.adaptation)
    modules: dict[str, ModuleWords] = {}
    for edition in editions:
        for key, words in edition.words.get("modules", {}).items():
            modules.setdefault(key, ModuleWords(words["title"], words.get("summary", "")))
    test = _first(editions, "test", {"title": "", "intro": ""})
    return CourseWords(
        title=_own(editions, "title"),
        summary=_own(editions, "summary"),
        audience=_first(editions, "audience", ""),
        prerequisites=_first(editions, "prerequisites", ""),
        outcomes=tuple(_first(editions, "outcomes", ())),
        modules=modules,
        item_titles=item_titles(version, language, adaptation),
        test_title=test["title"],
        test_intro=test["intro"],
        language=nearest.language,
        complete=nearest.complete,
        behind=editions[0].behind,
    )


def item_titles(version: CourseVersion, language: str, adaptation: str = "") -> dict[str, str]:
    """Return the title of every item of a version, plain text."""
    rows = db.session.execute(
        select(EditionItem.item_id, EditionItem.title, Edition.language, Edition.adaptation)
        .join(Edition, Edition.id == EditionItem.edition_id)
        .where(_within(version, language, adaptation))
    )
    titles: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: _distance(row, language, adaptation)):
        titles.setdefault(row.item_id, row.title)
    return titles


def titles(versions: Iterable[int]) -> dict[int, dict[str, tuple[str, str]]]:
    """Return ``{version id: {language: (title, summary)}}`` of editions without adaptation, for a catalogue."""
    found: dict[int, dict[str, tuple[str, str]]] = {}
    rows = db.session.execute(
        select(Edition.version_id, Edition.language, Edition.title, Edition.summary)
        .where(Edition.version_id.in_(list(versions)), Edition.adaptation == "")
        .order_by(Edition.id)
    )
    for version_id, language, title, summary in rows:
        found.setdefault(version_id, {})[language] = (title, summary)
    return found


def file(slug: str, digest: str, name: str) -> StoredFile | None:
    """Return a file of a course by its digest and name, from whichever version and edition still has it."""
    row = db.session.execute(
        select(EditionFile.name, EditionFile.content_type, EditionFile.body)
        .join(Edition, Edition.id == EditionFile.edition_id)
        .join(CourseVersion, CourseVersion.id == Edition.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.slug == slug, EditionFile.digest == digest, EditionFile.name == name)
        .limit(1)
    ).one_or_none()
    return StoredFile(*row) if row else None


def _source(version: CourseVersion) -> str:
    return str(version.structure["source_language"])


def _within(version: CourseVersion, language: str, adaptation: str) -> ColumnElement[bool]:
    """The editions that may speak: the adaptation, the language's, the source's."""
    own = (Edition.language == language) & Edition.adaptation.in_({"", adaptation})
    source = (Edition.language == _source(version)) & (Edition.adaptation == "")
    return (Edition.version_id == version.id) & (own | source)


def _distance(row: Any, language: str, adaptation: str) -> tuple[bool, bool]:
    return row.language != language, row.adaptation != adaptation


def _nearest(rows: Iterable[Any], language: str, adaptation: str) -> Any:
    return min(rows, key=lambda row: _distance(row, language, adaptation), default=None)


def _question(row: Any, language: str) -> QuestionWords:
    words = row.words
    return QuestionWords(
        question_id=row.question_id,
        stem=Markup(words["stem"]),
        options={key: Markup(text) for key, text in words["options"].items()},
        feedback={key: Markup(text) for key, text in words["feedback"].items()},
        explanation=Markup(words["explanation"]),
        language=row.language,
        fallback=row.language != language,
    )


def _own(editions: list[Edition], name: str) -> str:
    return next((value for edition in editions if (value := getattr(edition, name))), "")


def _first(editions: list[Edition], name: str, otherwise: Any) -> Any:
    return next((value for edition in editions if (value := edition.words.get(name))), otherwise)
