"""Writing courses down: a changed structure makes a new version, changed texts change the editions of the present one.

Runs inside the caller's transaction. A course whose folder is as it was costs one comparison of digests and writes
nothing; one with a mistake is left exactly as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import delete, func, insert, select

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import log
from app.core.database import JSON, db
from app.courses import searching
from app.courses.content.folder import read_folder
from app.courses.content.loading import ReadyCourse, ReadyEdition, folder_digest, load
from app.courses.content.mistakes import Mistake
from app.courses.models import (
    BankQuestion,
    Course,
    CourseVersion,
    Edition,
    EditionFile,
    EditionItem,
    EditionQuestion,
)
from app.records.actions import Description, describe_activity
from app.records.models import ActivityKind

COURSES = Path(__file__).resolve().parents[3] / "content" / "courses"
NAMESPACE = UUID("5d0c9e1e-0a54-5f0e-9d3c-6f1f6a0f4c11")  # of activity keys made from slugs; never changes
_LOCK = 7_202_611


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one course: ``unchanged``, ``refused``, ``correct`` (only checked), or what was written."""

    slug: str
    state: str
    version: int = 0
    languages: tuple[str, ...] = ()
    mistakes: Sequence[Mistake] = field(default=())
    warnings: Sequence[Mistake] = field(default=())

    @property
    def changed(self) -> bool:
        """Whether something was written."""
        return self.state in {"published", "updated"}

    @property
    def refused(self) -> bool:
        """Whether mistakes kept it from being written."""
        return self.state == "refused"


def course_folders(root: Path = COURSES) -> list[Path]:
    """Return the folders of all courses under ``root``, sorted by slug."""
    return (
        sorted(path for path in root.iterdir() if (path / "course.yaml").is_file()) if root.is_dir() else []
    )


def activity_key(slug: str) -> UUID:
    """Return the key under which the register knows the course."""
    return uuid5(NAMESPACE, slug)


def sync_all(root: Path = COURSES) -> list[str]:
    """Publish every course whose folder changed; return their slugs. Mistakes are logged by file and line."""
    outcomes = sync(course_folders(root))
    for mistake in (mistake for outcome in outcomes for mistake in outcome.mistakes):
        log.event("content.mistake", logging.ERROR, where=f"{mistake.path}:{mistake.line}", text=mistake.text)
    return [outcome.slug for outcome in outcomes if outcome.changed]


def sync(places: Sequence[Path]) -> list[Outcome]:
    """Publish the courses in ``places`` as far as they changed; one at a time, whoever else may be starting."""
    known = _known_digests()
    waiting = [place for place in places if known.get(place.name) != folder_digest(read_folder(place))]
    if waiting:
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    made = {place.name: _sync_one(place) for place in waiting}
    return [made.get(place.name) or Outcome(place.name, "unchanged") for place in places]


def check(places: Sequence[Path]) -> list[Outcome]:
    """Read and check the courses in ``places``; needs no database and writes nothing."""
    outcomes = []
    for place in places:
        loaded = load(read_folder(place))
        state = "refused" if loaded.course is None else "correct"
        outcomes.append(Outcome(place.name, state, mistakes=loaded.mistakes, warnings=loaded.warnings))
    return outcomes


def _known_digests() -> dict[str, str]:
    return dict(db.session.execute(select(Course.slug, Course.content_digest)).all())


def _sync_one(place: Path) -> Outcome:
    folder = read_folder(place)
    digest = folder_digest(folder)
    loaded = load(folder)
    if loaded.course is None:
        return Outcome(place.name, "refused", mistakes=loaded.mistakes, warnings=loaded.warnings)
    course = _course_row(loaded.course)
    if course.content_digest == digest:  # somebody else was faster
        return Outcome(place.name, "unchanged")
    outcome = _publish(loaded.course, course)
    course.content_digest = digest
    db.session.flush()
    searching.refresh(course)
    return Outcome(place.name, outcome.state, outcome.version, outcome.languages, (), loaded.warnings)


def _course_row(ready: ReadyCourse) -> Course:
    """Return the course's row, locked; made when it is new."""
    course = db.session.scalar(select(Course).where(Course.slug == ready.slug).with_for_update())
    if course is None:
        course = Course(
            slug=ready.slug,
            activity_key=activity_key(ready.slug),
            source_language=ready.structure.source_language,
        )
        db.session.add(course)
    return course


def _publish(ready: ReadyCourse, course: Course) -> Outcome:
    course.topic = ready.structure.topic
    course.source_language = ready.structure.source_language
    db.session.flush()
    present = course.version
    if present is None or present.digest != ready.digest:
        version, state = _new_version(ready, course), "published"
    else:
        version, state = present, "updated"
    languages = _write_editions(ready, version)
    _describe(ready, course)
    if state == "updated" and not languages:
        return Outcome(ready.slug, "unchanged", version.number)
    verb = Verb.COURSE_PUBLISHED if state == "published" else Verb.CONTENT_SYNCED
    detail: JSON = {"version": version.number, "editions": list(languages)}
    audit.record(None, verb, "course", ready.slug, detail=detail)
    return Outcome(ready.slug, state, version.number, languages)


def _new_version(ready: ReadyCourse, course: Course) -> CourseVersion:
    last = db.session.scalar(
        select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)
    )
    version = CourseVersion(
        course_id=course.id, number=(last or 0) + 1, structure=ready.structure.as_json(), digest=ready.digest
    )
    db.session.add(version)
    db.session.flush()
    if ready.questions:
        rows = [{"version_id": version.id, **question.as_json()} for question in ready.questions]
        db.session.execute(insert(BankQuestion), rows)
    course.version = version
    db.session.flush()
    return version


def _write_editions(ready: ReadyCourse, version: CourseVersion) -> tuple[str, ...]:
    """Bring the version's editions to what was read; return the tags of those that changed."""
    stored = {
        (edition.language, edition.adaptation): edition
        for edition in db.session.scalars(select(Edition).where(Edition.version_id == version.id))
    }
    changed = []
    for one in ready.editions:
        edition = stored.pop((one.language, one.adaptation), None)
        if edition is None or edition.digest != one.digest:
            _write_edition(one, edition or Edition(version_id=version.id))
            changed.append(_tag(one.language, one.adaptation))
    for gone in stored.values():
        changed.append(_tag(gone.language, gone.adaptation))
        _empty(gone)
        db.session.delete(gone)
    db.session.flush()
    return tuple(sorted(changed))


def _write_edition(ready: ReadyEdition, edition: Edition) -> None:
    if edition.id is not None:
        _empty(edition)
    edition.language, edition.adaptation = ready.language, ready.adaptation
    edition.title, edition.summary, edition.words = ready.title, ready.summary, ready.words
    edition.complete, edition.behind, edition.digest = ready.complete, ready.behind, ready.digest
    db.session.add(edition)
    db.session.flush()
    _insert(EditionItem, edition, _item_rows(ready))
    _insert(
        EditionQuestion,
        edition,
        [{"question_id": name, "words": words} for name, words in ready.questions.items()],
    )
    _insert(
        EditionFile,
        edition,
        [
            {"name": file.name, "content_type": file.content_type, "digest": file.digest, "body": file.body}
            for file in ready.files
        ],
    )


def _item_rows(ready: ReadyEdition) -> list[JSON]:
    return [
        {
            "item_id": item.id,
            "title": item.title,
            "html": item.html,
            "words": item.words,
            "behind": item.behind,
            "file_name": item.file.name if item.file else None,
            "file_size": len(item.file.body) if item.file else None,
            "file_digest": item.file.digest if item.file else None,
        }
        for item in ready.items
    ]


Table = type[EditionItem] | type[EditionQuestion] | type[EditionFile]


def _insert(table: Table, edition: Edition, rows: list[JSON]) -> None:
    if rows:
        db.session.execute(insert(table), [{"edition_id": edition.id, **row} for row in rows])


def _empty(edition: Edition) -> None:
    tables: tuple[Table, ...] = (EditionItem, EditionQuestion, EditionFile)
    for table in tables:
        db.session.execute(
            delete(table).where(table.edition_id == edition.id),
            execution_options={"synchronize_session": False},
        )


def _describe(ready: ReadyCourse, course: Course) -> None:
    """Tell the register what the course is, for its reports."""
    plain = [edition for edition in ready.editions if not edition.adaptation]
    describe_activity(
        Description(
            activity_key=course.activity_key,
            kind=ActivityKind.COURSE,
            slug=ready.slug,
            titles={edition.language: edition.title for edition in plain},
            languages=[edition.language for edition in plain],
            address=f"/courses/{ready.slug}",
            topic=ready.structure.topic,
            audience=str(plain[0].words.get("audience", "")),
            group_id=course.group_id,
            hours=ready.structure.certificate_hours,
        )
    )


def _tag(language: str, adaptation: str) -> str:
    return f"{language}-{adaptation}" if adaptation else language
