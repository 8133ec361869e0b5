# ruff: noqa: E501 - a table of cases reads best with one case on one line
"""Every mistake is named by file and line, and a course with one is not published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.core.database import TransactionalFlask
from app.courses.content.folder import read_folder
from app.courses.content.loading import Loaded, load
from tests.courses.content import small
from tests.courses.content.small import changed

BANK, COURSE = "bank/m1.yaml", "course.yaml"
EDITION, QUESTIONS = "editions/en/edition.yaml", "editions/en/questions/m1.yaml"
LESSON, SHEET = "editions/en/items/m1-first.md", "editions/en/items/m1-sheet.md"
AFTER = ":::\n"  # ends the lesson


def found(app: TransactionalFlask, root: Path, files: Mapping[str, str | bytes]) -> Loaded:
    with app.app_context():
        return load(read_folder(small.write(root, files)))


def test_a_course_without_mistakes_loads(app: TransactionalFlask, tmp_path: Path) -> None:
    loaded = found(app, tmp_path, small.FILES)
    assert (loaded.mistakes, loaded.warnings) == ([], [])
    assert loaded.course is not None


# fmt: off
MISTAKES = [
    # course.yaml
    (COURSE, "pass_mark", "pas_mark", 5, 'unknown key "pas_mark" (did you mean "pass_mark"?)'),
    (COURSE, "topic: small\n", "", 1, "topic missing"),
    (COURSE, "pass_mark: 70", "pass_mark: 170", 5, '"pass_mark" must be a whole number from 1 to 100, not 170'),
    (COURSE, "pass_mark: 70", "pass_mark: [70]", 5, '"pass_mark" must be text'),
    (COURSE, "certificate_hours: 2", "certificate_hours: two", 4, '"certificate_hours" must be a number above 0 and up to 1000, not two'),
    (COURSE, "slug: small-course", "slug: other", 1, 'slug "other" is not the name of the folder, small-course'),
    (COURSE, "source_language: en", "source_language: English", 3, '"English" is not a language tag such as en or pt-BR'),
    (COURSE, "topic: small", "topic:", 2, '"topic" is empty'),
    (COURSE, "topic: small", "topic: small\ntopic: large", 3, '"topic" is there twice'),
    (COURSE, "topic: small", "topic: {small", 3, "not YAML: did not find expected ',' or '}'"),
    (COURSE, "kind: lesson", "kind: leson", 9, '"kind" must be one of case, check, lesson, reading, not leson (did you mean "lesson"?)'),
    (COURSE, "id: m1-first", "id: M1 first", 9, '"M1 first" is not an id: small letters, digits and single hyphens, at most 64'),
    (COURSE, "id: m1-sheet", "id: m1-first", 11, 'item "m1-first" is there twice, first in line 9'),
    (COURSE, "required: false", "required: maybe", 11, '"required" must be true or false, not maybe'),
    (COURSE, "[q-one, q-two]", "[q-one, q-tow]", 10, 'question "q-tow" is not in the bank (did you mean "q-two"?)'),
    (COURSE, "[q-one, q-two]", "[q-one, q-two, t-one]", 10, 'question "t-one" is for the test, not for a check'),
    (COURSE, ", questions: [q-one, q-two]", "", 10, "a check needs questions"),
    (COURSE, "kind: lesson, minutes: 10", "kind: lesson, minutes: 10, questions: [q-one]", 9, "only a check has questions, this is a lesson"),
    (COURSE, "basics: 2", "basics: 3", 18, 'the quota of "basics" is 3, but the bank has 2 test questions'),
    (COURSE, "basics: 2", "other: 1", 18, 'the quota of "other" is 1, but the bank has 0 test questions'),
    # bank
    (BANK, "right: [b]", "right: [e]", 1, 'right option "e" is not among the options'),
    (BANK, "right: [b]", "right: []", 1, "no option is right"),
    (BANK, "right: [b]", "right: [a, b]", 1, "a single question has one right option, here are 2"),
    (BANK, "options: [a, b],", "options: [b, b],", 1, 'option "b" is there twice'),
    (BANK, "options: [a, b],", "options: [b],", 1, "a question needs at least two options"),
    (BANK, 'options: ["true", "false"]', "options: [a, b]", 2, 'the options of a true/false question are ["true", "false"]'),
    (BANK, "lesson: m1-first}\n", "lesson: m1-frist}\n", 1, 'lesson "m1-frist" is no lesson, reading or case (did you mean "m1-first"?)'),
    (BANK, "lesson: m1-first}\n", "lesson: m1-check}\n", 1, None),
    (BANK, "id: q-two", "id: q-one", 2, 'question "q-one" is there twice, first in line 1'),
    (BANK, "use: test", "use: check", 3, '"t-one" is in no check of course.yaml'),
    (BANK, "use: test, topic: basics", "use: test, topic: basic", 3, 'topic "basic" has no quota in the test (did you mean "basics"?)'),
    (BANK, "kind: single", "kind: essay", 1, '"kind" must be one of multiple, single, truefalse, not essay'),
    # edition.yaml
    (EDITION, "language: en", "language: fr", 1, 'language "fr" is not that of the folder, en'),
    (EDITION, "summary: It is small.\n", "", 1, "summary missing"),
    (EDITION, "  m1: {title", "  m2: {title", 7, 'unknown key "m2"'),
    (EDITION, "{title: The only module, summary", "{titel: The only module, summary", 7, 'unknown key "titel" (did you mean "title"?)'),
    (EDITION, "  m1-check: {title: A check}", "  m1-chek: {title: A check}", 9, 'unknown key "m1-chek" (did you mean "m1-check"?)'),
    (EDITION, "items:\n  m1-check: {title: A check}\n", "", 1, 'items: no title for the check "m1-check"'),
    # questions
    (QUESTIONS, "q-one:", "q-oen:", 2, 'question "q-oen" is not in the bank (did you mean "q-one"?)'),
    (QUESTIONS, "b: The second}", "c: The second}", 3, 'q-one has no option "c", only a, b'),
    (QUESTIONS, ", b: The second}", "}", 3, "options of option b missing"),
    (QUESTIONS, '  feedback: {a: "No.", b: "Yes."}\n', "", 2, "feedback missing"),
    (QUESTIONS, "  explanation: It is.\n", "", 7, "explanation missing"),
    (QUESTIONS, "stem: Is it so?", "stem: <b>Is</b> it so?", 7, "HTML is not rendered here, write Markdown"),
    (QUESTIONS, "explanation: It is.", "explanation: See [this](item:m1-furst).", 8, 'no item is called "m1-furst" (did you mean "m1-first"?)'),
    # lessons
    (LESSON, "title: The first lesson", "titel: The first lesson", 2, 'unknown key "titel" (did you mean "title"?)'),
    (LESSON, "---\ntitle", "title", 1, "the file does not begin with front matter: a line ---, title: …, a line ---"),
    (LESSON, "title: The first lesson", "title: The first lesson\ndownload: true", 3, "only a reading is offered as a file, this is a lesson"),
    (LESSON, "## A heading", "# A heading", 6, "headings start at ##: the title is in the front matter"),
    (LESSON, "## A heading", "##### A heading", 6, "headings end at ####"),
    (LESSON, "## A heading", "### A heading", 6, "a heading ### follows #: one level is left out"),
    (LESSON, "item:m1-sheet", "item:m1-shete", 11, 'no item is called "m1-shete" (did you mean "m1-sheet"?)'),
    (LESSON, "item:m1-sheet", "m1-sheet.md", 11, None),
    (LESSON, "item:m1-sheet", "javascript:alert(1)", 11, None),
    (LESSON, "item:m1-sheet", "#s-a-headin", 11, 'no heading has the id "s-a-headin" (did you mean "s-a-heading"?)'),
    (LESSON, "figure:boxes.svg", "figure:boxen.svg", 8, 'there is no figure "boxen.svg"'),
    (LESSON, "figure:boxes.svg", "https://example.org/a.png", 8, 'a figure is a file of the course (figure:name.svg), not "https://example.org/a.png"'),
    (LESSON, "![Two boxes, one inside the other]", "![]", 8, "the figure has no alternative text: ![what it shows](figure:…)"),
    (LESSON, "![Two", "See ![Two", 8, "a figure stands on a line of its own"),
    (LESSON, "::: law", "::: lwa", 10, 'no container is called "lwa" (did you mean "law"?)'),
    (LESSON, "\n" + AFTER, "\n", 10, '"::: law" is never closed'),
    (LESSON, AFTER, AFTER + AFTER, 13, '":::" closes nothing'),
    (LESSON, "::: law", ":::: law", 12, '":::" is too short to close ":::: law"'),
    (LESSON, "Article 1", "::: note\nArticle 1\n:::\nArticle 2", 11, 'a container inside "law" (line 10) needs fewer colons than it'),
    (LESSON, "::: law", "::: answer", 10, "an answer stands inside a step"),
    (LESSON, "Some words", "Some words\n\n```\ncode", 6, "this ``` is never closed"),
    (LESSON, "Some words", "Some\nwords <script>alert(1)</script>", 5, "HTML is not rendered here, write Markdown"),
    (LESSON, "Some words", "Some words[^1]", 4, "a footnote that is nowhere defined"),
    (LESSON, "Some words", "Some\x07words", 4, "a control character"),
    (SHEET, "title: The sheet", "title: 'The sheet", 4, None),
    # figures
    ("figures/boxes.svg", "<rect", "<script>alert(1)</script><rect", 2, "<script> is not allowed in a figure"),
    ("figures/boxes.svg", "<rect", "<foreignObject/><rect", 2, "<foreignObject> is not allowed in a figure"),
    ("figures/boxes.svg", "<rect", '<rect onclick="x()"', 2, 'attribute "onclick" is not allowed in a figure'),
    ("figures/boxes.svg", "<rect", '<rect style="fill:red"', 2, 'attribute "style" is not allowed in a figure'),
    ("figures/boxes.svg", "<rect", '<use href="https://example.org/a.svg#b"/><rect', 2, '"https://example.org/a.svg#b" lies outside the figure'),
    ("figures/boxes.svg", "#ffffff", "url(https://example.org/)", 2, 'attribute "fill" refers to something outside the figure'),
    ("figures/boxes.svg", ' viewBox="0 0 640 320"', "", 1, 'a figure needs viewBox="0 0 width height"'),
    ("figures/boxes.svg", "<svg", '<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg', 1, "a document type is not allowed in a figure"),
    ("figures/boxes.svg", "</svg>", "", 4, "not XML: no element found"),
]
# fmt: on


@pytest.mark.parametrize(("name", "old", "new", "line", "text"), MISTAKES)
def test_a_mistake_is_shown_where_it_is(
    app: TransactionalFlask, tmp_path: Path, name: str, old: str, new: str, line: int, text: str | None
) -> None:
    loaded = found(app, tmp_path, changed(name, old, new))
    shown = [str(one) for one in loaded.mistakes]
    where = f"content/courses/small-course/{name}:{line}: "
    assert any(one.startswith(where) if text is None else one == where + text for one in shown), shown
    assert loaded.course is None


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        ({LESSON: b"---\ntitle: x\n---\n\xff\n"}, f"{LESSON}:4: not UTF-8"),
        ({LESSON: "---\ntitle: x\n---\n\n"}, f"{LESSON}:1: the text is empty"),
        ({BANK: "- &a {id: q-one}\n- *a\n"}, f"{BANK}:1: aliases (&name, *name) are not used in content"),
        ({BANK: "[" * 40 + "]" * 40}, f"{BANK}:1: nested too deeply"),
        ({BANK: ""}, f'{BANK}:1: "bank/m1.yaml" is empty'),
        ({EDITION: "x\n"}, f'{EDITION}:1: "editions/en/edition.yaml" must be a mapping of keys to values'),
        ({"editions/en/items/m1-frist.md": small.LESSON}, "editions/en/items/m1-frist.md:1: no lesson, reading or case of "
         'course.yaml is called "m1-frist" (did you mean "m1-first"?)'),
        ({"editions/ar/items/m1-first.md": small.translation("0" * 12)}, "editions/ar/edition.yaml:1: this file is missing"),
        (small.arabic("HASH"), 'editions/ar/items/m1-first.md:3: source "HASH" is not a hash of 12 hexadecimal digits '
         "(./run flask content hashes prints them)"),
        (small.arabic("0" * 12) | {"editions/ar/items/m1-first.md": "---\ntitle: x\n---\nx\n"},
         "editions/ar/items/m1-first.md:2: source missing"),
        ({"adaptations/en-XX/items/m1-first.md": small.translation("0" * 12)}, 'adaptations/en-XX:1: "en-XX" is not '
         "<language>-<COUNTRY>, for example en-KE"),
        ({"editions/en/questions/again.yaml": small.QUESTIONS}, 'editions/en/questions/m1.yaml:2: question "q-one" has words '
         "already, in content/courses/small-course/editions/en/questions/again.yaml"),
    ],
)  # fmt: skip
def test_a_whole_file_may_be_wrong(
    app: TransactionalFlask, tmp_path: Path, files: dict[str, str | bytes], shown: str
) -> None:
    loaded = found(app, tmp_path, {**small.FILES, **files})
    assert f"content/courses/small-course/{shown}" in [str(one) for one in loaded.mistakes]
    assert loaded.course is None


@pytest.mark.parametrize(
    ("missing", "shown"),
    [
        (LESSON, 'course.yaml:9: "m1-first" has no text: editions/en/items/m1-first.md is missing'),
        (QUESTIONS, 'bank/m1.yaml:3: "t-one" has no words in editions/en/questions/'),
        (EDITION, "editions/en/edition.yaml:1: this file is missing"),
        ("figures/boxes.svg", 'editions/en/items/m1-first.md:8: there is no figure "boxes.svg"'),
        (COURSE, "course.yaml:1: this file is missing"),
    ],
)
def test_a_missing_file_is_named_where_it_is_needed(
    app: TransactionalFlask, tmp_path: Path, missing: str, shown: str
) -> None:
    loaded = found(app, tmp_path, {name: body for name, body in small.FILES.items() if name != missing})
    assert f"content/courses/small-course/{shown}" in [str(one) for one in loaded.mistakes]
    assert loaded.course is None


def test_all_mistakes_are_told_at_once(app: TransactionalFlask, tmp_path: Path) -> None:
    files = changed(BANK, "right: [b]", "right: [e]", changed(LESSON, "item:m1-sheet", "item:none"))
    assert len(found(app, tmp_path, files).mistakes) == 2


def test_a_file_that_nothing_uses_is_a_warning(app: TransactionalFlask, tmp_path: Path) -> None:
    loaded = found(app, tmp_path, {**small.FILES, "figures/old.svg": small.FIGURE})
    assert [str(one) for one in loaded.warnings] == [
        "content/courses/small-course/figures/old.svg:1: warning: nothing uses this file"
    ]
    assert loaded.course is not None
