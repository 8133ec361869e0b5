"""A small course of two modules, written straight into the tables: what the pages and actions are tried on."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.core.database import db
from app.courses.models import (
    BankQuestion,
    Course,
    CourseVersion,
    Edition,
    EditionFile,
    EditionItem,
    EditionQuestion,
)
from app.courses.structure import from_json
from app.records.actions import Description, describe_activity
from tests.cast import COURSE

RIGHT = {"q1": ["b"], "q2": ["a", "c"], "q3": ["true"]}
TEST_TOPICS = {"alpha": 3, "beta": 1}
CANARY = "canary-of-the-limited-course"
PDF = b"%PDF-1.7 a reading" + b"." * 119_982


def structure(slug: str, items: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return the structure of the course; ``items`` are added to its second module."""
    return {
        "slug": slug,
        "topic": "electronic-evidence",
        "source_language": "en",
        "certificate_hours": 2,
        "pass_mark": 75,
        "modules": [
            {"id": "m1", "items": [_item("first", "lesson"), _item("check", "check", questions=list(RIGHT))]},
            {
                "id": "m2",
                "items": [
                    _item("reading", "reading"),
                    _item("case", "case", minutes=30),
                    _item("extra", "reading", required=False),
                    *items,
                ],
            },
        ],
        "test": {
            "id": "final-test",
            "minutes": 20,
            "attempts": 2,
            "wait_hours": 24,
            "quotas": dict(TEST_TOPICS),
        },
    }


def _item(id: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "minutes": 10, "required": True, "questions": [], **more}


def added_item() -> dict[str, Any]:
    """Return a required lesson that a later version adds."""
    return _item("added", "lesson")


def make_course(
    slug: str = COURSE, *, group_id: int | None = None, title: str = "Keeping evidence"
) -> Course:
    """Make and publish the course, inside a transaction, in English, Arabic (partial, behind) and English for Kenya."""
    course = Course(
        slug=slug,
        activity_key=uuid.uuid4(),
        topic="electronic-evidence",
        source_language="en",
        group_id=group_id,
    )
    db.session.add(course)
    db.session.flush()
    publish(course, structure(slug), title=title)
    describe_activity(
        Description(
            activity_key=course.activity_key,
            kind="course",
            slug=slug,
            titles={"en": title},
            languages=["en", "ar"],
            address=f"/courses/{slug}",
            topic="electronic-evidence",
            hours=2.0,
            group_id=group_id,
        )
    )
    return course


def publish(course: Course, shape: dict[str, Any], *, title: str = "Keeping evidence") -> CourseVersion:
    """Publish ``shape`` as the next version of the course, inside a transaction."""
    numbers = db.session.scalars(
        select(CourseVersion.number).where(CourseVersion.course_id == course.id)
    ).all()
    version = CourseVersion(
        course_id=course.id,
        number=max(numbers, default=0) + 1,
        structure=shape,
        digest=hashlib.sha256(repr(shape).encode()).hexdigest(),
    )
    db.session.add(version)
    db.session.flush()
    course.version_id = version.id
    _add_bank(version)
    _add_english(version, title)
    _add_arabic(version)
    _add_kenyan(version, title)
    db.session.flush()
    return version


def _add_bank(version: CourseVersion) -> None:
    kinds = {"q1": "single", "q2": "multiple", "q3": "truefalse"}
    for id, right in RIGHT.items():
        options = ["true", "false"] if kinds[id] == "truefalse" else ["a", "b", "c"]
        _add_question(version, id, "check", "alpha", kinds[id], options, right)
    for topic in TEST_TOPICS:
        for number in range(1, 5):
            kind = ("single", "multiple", "truefalse", "single")[number - 1]
            options = ["true", "false"] if kind == "truefalse" else ["a", "b", "c", "d"]
            right = {"single": ["a"], "multiple": ["a", "b"], "truefalse": ["false"]}[kind]
            _add_question(version, f"{topic}-{number}", "test", topic, kind, options, right)


def _add_question(
    version: CourseVersion, id: str, use: str, topic: str, kind: str, options: list[str], right: list[str]
) -> None:
    db.session.add(
        BankQuestion(
            version_id=version.id,
            id=id,
            use=use,
            topic=topic,
            kind=kind,
            options=options,
            right=right,
            lesson="first",
        )
    )


def _edition(
    version: CourseVersion, language: str, title: str, words: dict[str, Any], **more: Any
) -> Edition:
    edition = Edition(
        version_id=version.id,
        language=language,
        title=title,
        summary=words.pop("summary", ""),
        words=words,
        digest=uuid.uuid4().hex,
        **more,
    )
    db.session.add(edition)
    db.session.flush()
    return edition


def _add_english(version: CourseVersion, title: str) -> None:
    words = {
        "summary": "How evidence is kept.",
        "audience": "Prosecutors.",
        "prerequisites": "None.",
        "outcomes": ["Keep evidence", "Ask for evidence"],
        "modules": {
            "m1": {"title": "Module one", "summary": "Begin."},
            "m2": {"title": "Module two", "summary": ""},
        },
        "test": {"title": "Final test", "intro": "Take your time."},
    }
    edition = _edition(version, "en", title, words)
    shape = from_json(version.structure)
    for item in shape.items:
        file = (
            {"file_name": "reading.pdf", "file_size": len(PDF), "file_digest": "d1"}
            if item.id == "reading"
            else {}
        )
        _add_item(edition, item.id, f"Title of {item.id}", f"<p>English text of {item.id}</p>", **file)
    db.session.add(
        EditionFile(
            edition_id=edition.id, name="reading.pdf", content_type="application/pdf", digest="d1", body=PDF
        )
    )
    bank = db.session.scalars(select(BankQuestion).where(BankQuestion.version_id == version.id))
    for question in bank:
        _add_words(edition, question, "")


def _add_arabic(version: CourseVersion) -> None:
    words = {"summary": "كيف تُحفظ الأدلة.", "modules": {"m1": {"title": "الوحدة الأولى"}}}
    edition = _edition(version, "ar", "حفظ الأدلة", words, complete=False, behind=True)
    _add_item(edition, "first", "الدرس الأول", "<p>نص عربي</p>", behind=True)
    bank = db.session.scalars(select(BankQuestion).where(BankQuestion.version_id == version.id))
    for question in bank:
        if question.id != "alpha-1":
            _add_words(edition, question, "بالعربية ")


def _add_kenyan(version: CourseVersion, title: str) -> None:
    edition = _edition(version, "en", title, {}, adaptation="KE")
    _add_item(edition, "first", "Title of first", "<p>Kenyan text of first</p>")


def _add_item(edition: Edition, id: str, title: str, html: str, **more: Any) -> None:
    db.session.add(EditionItem(edition_id=edition.id, item_id=id, title=title, html=html, words=3, **more))


def _add_words(edition: Edition, question: BankQuestion, mark: str) -> None:
    texts = {} if question.kind == "truefalse" else {one: f"{mark}Option {one}" for one in question.options}
    db.session.add(
        EditionQuestion(
            edition_id=edition.id,
            question_id=question.id,
            words={
                "stem": f"{mark}Stem of <em>{question.id}</em>",
                "options": texts,
                "feedback": {one: f"{mark}Feedback on {one} of {question.id}" for one in question.options},
                "explanation": f"{mark}Explanation of {question.id}",
            },
        )
    )
