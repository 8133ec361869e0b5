"""The courses in ``content/`` are without mistakes, load fast, and say what they are behind with."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from app.core.database import TransactionalFlask
from app.courses import editions
from app.courses.content import publishing
from app.courses.content.folder import read_folder
from app.courses.content.loading import load, source_hashes
from app.courses.models import Course
from app.courses.structure import structure_of
from tests.conftest import Inside

FOLDERS = publishing.course_folders()
EVIDENCE = publishing.COURSES / "electronic-evidence"
NOT_OURS = re.compile(
    r"\b(author|organ|recogn|summar|minim|criminal|harmon|special|real|final|penal|emphas|util)is(e|i|a)",
    re.I,
)


@pytest.mark.parametrize("place", FOLDERS, ids=lambda place: place.name)
def test_a_course_is_without_mistakes_and_nothing_lies_unused(app: TransactionalFlask, place: Path) -> None:
    with app.app_context():
        loaded = load(read_folder(place))
    assert [str(one) for one in (*loaded.mistakes, *loaded.warnings)] == []


def test_the_evidence_course_has_the_depth_it_promises(inside: Inside) -> None:
    with inside() as session:
        publishing.sync([EVIDENCE])
        course = session.query(Course).filter_by(slug="electronic-evidence").one()
        assert course.version is not None
        structure = structure_of(course.version)
        lessons = [item.id for item in structure.items if item.kind == "lesson"]
        texts = [editions.item_text(course.version, "en", "", name) for name in lessons]
        bank = editions.question_words(course.version, "en", "", _test_questions())
    assert 5 <= len(structure.modules) <= 7
    assert 18 <= len(lessons) <= 25
    assert [text.item_id for text in texts if text and not 300 <= text.words <= 900] == []
    assert len(bank) >= 40
    assert structure.test.questions == 24


def test_downloads_are_offered_with_their_size(inside: Inside) -> None:
    with inside() as session:
        publishing.sync([EVIDENCE])
        version = session.query(Course).filter_by(slug="electronic-evidence").one().version
        assert version is not None
        sheet = editions.item_text(version, "en", "", "m3-checklist")
    assert sheet is not None
    assert sheet.file is not None
    assert 10_000 < sheet.file.size < 200_000


def test_the_arabic_edition_is_behind_for_exactly_what_its_source_changed(inside: Inside) -> None:
    hashes = {one.id: one.hash for one in source_hashes(EVIDENCE)}
    stated = {path.stem: _source(path) for path in (EVIDENCE / "editions/ar/items").glob("*.md")}
    older = {name for name, source in stated.items() if source != hashes[name]}
    with inside() as session:
        publishing.sync([EVIDENCE])
        version = session.query(Course).filter_by(slug="electronic-evidence").one().version
        assert version is not None
        choices = {one.language: one for one in editions.editions_of(version)}
        behind = {
            name
            for name in stated
            if (text := editions.item_text(version, "ar", "", name)) is not None and text.behind
        }
    assert behind == older == {"m1-integrity"}
    assert (choices["ar"].complete, choices["ar"].behind) == (False, True)
    assert (choices["en"].complete, choices["en"].behind) == (True, False)


def test_a_first_sync_of_everything_takes_at_most_three_seconds(inside: Inside) -> None:
    with inside():
        started = time.process_time()
        assert publishing.sync_all()
        assert time.process_time() - started < 3
        started = time.process_time()
        assert publishing.sync_all() == []
        assert time.process_time() - started < 0.2


def test_english_is_spelled_as_the_united_nations_spell_it() -> None:
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in (EVIDENCE / "editions/en").rglob("*.*")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if NOT_OURS.search(line)
    ]
    assert found == []


def _test_questions() -> list[str]:
    folder = read_folder(EVIDENCE)
    lines = (
        line for name in folder.names("bank", ".yaml") for line in (folder.text(name) or "").splitlines()
    )
    return [line.split("id: ")[1].split(",")[0] for line in lines if "use: test" in line]


def _source(path: Path) -> str:
    return next(line for line in path.read_text("utf-8").splitlines() if line.startswith("source:")).split()[
        1
    ]
