"""Publishing: nothing changed, nothing written; a changed structure is a new version, changed texts are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.core.database import db
from app.courses import editions
from app.courses.content import publishing
from app.courses.content.loading import source_hashes
from app.courses.content.publishing import Outcome
from app.courses.models import BankQuestion, Course, CourseVersion, Edition, EditionFile, EditionItem
from app.courses.structure import structure_of
from app.records.models import Activity, Fact
from tests.conftest import Inside
from tests.courses.content import small
from tests.courses.content.small import changed

LESSON, BANK = "editions/en/items/m1-first.md", "bank/m1.yaml"


def synced(root: Path, files: Mapping[str, str | bytes] = small.FILES) -> Outcome:
    """Write the files and publish them."""
    (outcome,) = publishing.sync([small.write(root, files)])
    return outcome


def published(session: Session) -> CourseVersion:
    version = session.scalar(
        select(Course).where(Course.slug == small.SLUG).execution_options(populate_existing=True)
    )
    assert version is not None
    assert version.version is not None
    return version.version


def source_of(root: Path, name: str = "m1-first") -> str:
    place = root / "content" / "courses" / small.SLUG
    return next(one.hash for one in source_hashes(place) if one.id == name)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            sent.append(statement)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


# ------------------------------------------------------------------------------------------------ first


def test_a_course_is_published_with_its_editions_and_described_in_the_register(
    inside: Inside, tmp_path: Path
) -> None:
    with inside() as session:
        outcome = synced(tmp_path)
        version = published(session)
        activity = session.get(Activity, publishing.activity_key(small.SLUG))
        entry = session.scalars(select(AuditEntry).where(AuditEntry.object_id == small.SLUG)).one()
    assert (outcome.state, outcome.version, outcome.languages) == ("published", 1, ("en",))
    assert [item.id for item in structure_of(version).items] == ["m1-first", "m1-check", "m1-sheet"]
    assert structure_of(version).test.quotas == {"basics": 2}
    assert activity is not None
    assert (activity.kind, activity.channel, activity.address) == (
        "course",
        "platform",
        "/courses/small-course",
    )
    assert (activity.titles, activity.languages, activity.hours) == ({"en": "A small course"}, ["en"], 2.0)
    assert (entry.verb, entry.detail) == ("course.published", {"version": 1, "editions": ["en"]})


def test_readers_get_item_question_and_file(inside: Inside, tmp_path: Path) -> None:
    with inside() as session:
        synced(tmp_path)
        version = published(session)
        lesson = editions.item_text(version, "en", "", "m1-first")
        sheet = editions.item_text(version, "en", "", "m1-sheet")
        words = editions.question_words(version, "en", "", ["q-one", "q-two", "nowhere"])
        assert sheet is not None
        assert sheet.file is not None
        stored = editions.file(small.SLUG, sheet.file.digest, sheet.file.name)
        assert editions.file("other-course", sheet.file.digest, sheet.file.name) is None
        assert editions.file(small.SLUG, "0" * 16, sheet.file.name) is None
    assert lesson is not None
    assert (lesson.title, lesson.words, lesson.fallback, lesson.file) == ("The first lesson", 11, False, None)
    assert set(words) == {"q-one", "q-two"}
    assert words["q-one"].stem == "Which is <strong>right</strong>?"
    assert list(words["q-one"].options) == ["a", "b"]
    assert words["q-two"].options == {}
    assert stored is not None
    assert (sheet.file.name, sheet.file.size) == ("m1-sheet.pdf", len(stored.body))
    assert stored.content_type == "application/pdf"
    assert stored.body.startswith(b"%PDF-")


# ------------------------------------------------------------------------------------------------ again


def test_an_unchanged_course_costs_one_question_to_the_database(inside: Inside, tmp_path: Path) -> None:
    with inside():
        synced(tmp_path)
        with statements() as sent:
            outcome = synced(tmp_path)
    assert outcome.state == "unchanged"
    assert len(sent) == 1
    assert sent[0].startswith("SELECT")


def test_files_that_say_the_same_write_no_edition(inside: Inside, tmp_path: Path) -> None:
    with inside() as session:
        synced(tmp_path)
        facts = session.scalar(select(func.count(Fact.id)))
        entries = session.scalar(select(func.count(AuditEntry.id)))
        outcome = synced(
            tmp_path, changed("course.yaml", "slug: small-course", "# A comment\nslug: small-course")
        )
        assert (outcome.state, published(session).number) == ("unchanged", 1)
        assert session.scalar(select(func.count(Fact.id))) == facts
        assert session.scalar(select(func.count(AuditEntry.id))) == entries


def test_changed_texts_stay_in_the_version(inside: Inside, tmp_path: Path) -> None:
    with inside() as session:
        synced(tmp_path)
        before = published(session)
        edition = session.scalars(select(Edition.id)).one()
        outcome = synced(tmp_path, changed(LESSON, "Some words", "Other words"))
        version = published(session)
        text = editions.item_text(version, "en", "", "m1-first")
        assert session.scalars(select(Edition.id)).one() == edition
    assert (outcome.state, outcome.version, version.id) == ("updated", 1, before.id)
    assert text is not None
    assert "Other words" in text.html


def test_changed_structure_is_a_new_version_and_the_old_one_stays_whole(
    inside: Inside, tmp_path: Path
) -> None:
    with inside() as session:
        synced(tmp_path)
        first = published(session)
        files = changed(BANK, "right: [b]", "right: [a]", changed(LESSON, "Some words", "Other words"))
        outcome = synced(tmp_path, files)
        second = published(session)
        assert (outcome.state, outcome.version, second.number) == ("published", 2, 2)
        right = dict(
            session.execute(
                select(BankQuestion.version_id, BankQuestion.right).where(BankQuestion.id == "q-one")
            ).all()
        )
        assert right == {first.id: ["b"], second.id: ["a"]}
        old, new = (editions.item_text(version, "en", "", "m1-first") for version in (first, second))
        assert old is not None
        assert new is not None
        assert "Some words" in old.html
        assert "Other words" in new.html


def test_an_older_version_keeps_its_texts_and_files(inside: Inside, tmp_path: Path) -> None:
    with inside() as session:
        synced(tmp_path)
        digest = session.scalars(select(EditionFile.digest).where(EditionFile.name == "boxes.svg")).one()
        without = changed(
            LESSON, '![Two boxes, one inside the other](figure:boxes.svg "Boxes in *boxes*")\n', ""
        )
        files = {
            name: body
            for name, body in changed("course.yaml", "pass_mark: 70", "pass_mark: 80", without).items()
            if "svg" not in name
        }
        assert synced(tmp_path, files).version == 2
        assert editions.file(small.SLUG, digest, "boxes.svg") is not None


def test_a_mistake_keeps_the_course_as_it_was(inside: Inside, tmp_path: Path) -> None:
    with inside() as session:
        synced(tmp_path)
        with statements() as sent:
            outcome = synced(
                tmp_path, changed(BANK, "right: [b]", "right: [e]", changed(LESSON, "Some words", "Other"))
            )
        text = editions.item_text(published(session), "en", "", "m1-first")
    assert outcome.refused
    assert [str(one) for one in outcome.mistakes] == [
        'content/courses/small-course/bank/m1.yaml:1: right option "e" is not among the options'
    ]
    assert not [one for one in sent if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert text is not None
    assert "Some words" in text.html


def test_one_wrong_course_does_not_hold_another_back(inside: Inside, tmp_path: Path) -> None:
    place = small.write(tmp_path)
    wrong = place.parent / "wrong-course"
    wrong.mkdir()
    (wrong / "course.yaml").write_text("slug: other\n")
    with inside():
        outcomes = publishing.sync(publishing.course_folders(place.parent))
    assert [(one.slug, one.state) for one in outcomes] == [
        ("small-course", "published"),
        ("wrong-course", "refused"),
    ]


# ------------------------------------------------------------------------------------------------ languages


def test_a_partial_translation_falls_back_to_the_source(inside: Inside, tmp_path: Path) -> None:
    with inside() as session:
        synced(tmp_path)
        files = {**small.FILES, **small.arabic(source_of(tmp_path))}
        assert synced(tmp_path, files).languages == ("ar",)
        version = published(session)
        choices = editions.editions_of(version)
        own, fallen = (editions.item_text(version, "ar", "", name) for name in ("m1-first", "m1-sheet"))
        words = editions.question_words(version, "ar", "", ["q-one"])
        course = editions.course_words(version, "ar")
    assert [(one.language, one.complete, one.behind) for one in choices] == [
        ("en", True, False),
        ("ar", False, False),
    ]
    assert own is not None
    assert fallen is not None
    assert (own.title, own.language, own.fallback) == ("الدرس الأول", "ar", False)
    assert (fallen.title, fallen.language, fallen.fallback) == ("The sheet", "en", True)
    assert (words["q-one"].language, words["q-one"].fallback) == ("en", True)
    assert (course.title, course.complete) == ("دورة صغيرة", False)
    assert course.item_titles == {"m1-first": "الدرس الأول", "m1-check": "A check", "m1-sheet": "The sheet"}


def test_a_translation_is_behind_once_its_source_changed(inside: Inside, tmp_path: Path) -> None:
    with inside() as session:
        synced(tmp_path)
        files = {**small.FILES, **small.arabic(source_of(tmp_path))}
        synced(tmp_path, files)
        assert synced(tmp_path, changed(LESSON, "Some words", "Other words", files)).languages == ("ar", "en")
        version = published(session)
        choices = {one.language: one.behind for one in editions.editions_of(version)}
        text = editions.item_text(version, "ar", "", "m1-first")
    assert choices == {"en": False, "ar": True}
    assert text is not None
    assert text.behind


def test_a_country_adaptation_speaks_first_for_what_it_has(inside: Inside, tmp_path: Path) -> None:
    with inside() as session:
        synced(tmp_path)
        files = {**small.FILES, **small.for_kenya(source_of(tmp_path))}
        assert synced(tmp_path, files).languages == ("en-KE",)
        version = published(session)
        kenya, plain = (editions.item_text(version, "en", country, "m1-first") for country in ("KE", ""))
        other = editions.item_text(version, "en", "KE", "m1-sheet")
        abroad = editions.item_text(version, "en", "PE", "m1-first")
        rows = session.scalar(
            select(func.count()).select_from(EditionItem).join(Edition).where(Edition.adaptation == "KE")
        )
    assert rows == 1
    assert kenya is not None
    assert (kenya.title, kenya.adaptation, kenya.behind, kenya.fallback) == (
        "The first lesson in Kenya",
        "KE",
        False,
        False,
    )
    assert plain is not None
    assert other is not None
    assert abroad is not None
    assert (plain.title, other.title, abroad.title) == ("The first lesson", "The sheet", "The first lesson")


def test_an_edition_that_is_taken_away_goes(inside: Inside, tmp_path: Path) -> None:
    with inside() as session:
        synced(tmp_path)
        synced(tmp_path, {**small.FILES, **small.arabic(source_of(tmp_path))})
        assert synced(tmp_path).languages == ("ar",)
        assert [one.language for one in editions.editions_of(published(session))] == ["en"]


@pytest.mark.parametrize(("language", "adaptation"), [("fr", ""), ("fr", "CD"), ("ar", "EG")])
def test_an_edition_that_does_not_exist_reads_as_the_source(
    inside: Inside, tmp_path: Path, language: str, adaptation: str
) -> None:
    with inside() as session:
        synced(tmp_path)
        text = editions.item_text(published(session), language, adaptation, "m1-first")
        assert editions.item_text(published(session), language, adaptation, "nowhere") is None
    assert text is not None
    assert (text.language, text.fallback) == ("en", True)
