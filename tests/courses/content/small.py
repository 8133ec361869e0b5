"""A small course without mistakes, as files, for tests to break."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SLUG = "small-course"

COURSE = """\
slug: small-course
topic: small
source_language: en
certificate_hours: 2
pass_mark: 70
modules:
  - id: m1
    items:
      - {id: m1-first, kind: lesson, minutes: 10}
      - {id: m1-check, kind: check, minutes: 5, questions: [q-one, q-two]}
      - {id: m1-sheet, kind: reading, minutes: 5, required: false}
test:
  id: final-test
  minutes: 20
  attempts: 3
  wait_hours: 24
  quotas:
    basics: 2
"""

BANK = """\
- {id: q-one, use: check, topic: basics, kind: single, right: [b], options: [a, b], lesson: m1-first}
- {id: q-two, use: check, topic: basics, kind: truefalse, right: ["true"], options: ["true", "false"], lesson: m1-first}
- {id: t-one, use: test, topic: basics, kind: multiple, right: [a, c], options: [a, b, c], lesson: m1-first}
- {id: t-two, use: test, topic: basics, kind: single, right: [a], options: [a, b], lesson: m1-first}
"""

EDITION = """\
language: en
title: A small course
summary: It is small.
outcomes:
  - Know what is small
modules:
  m1: {title: The only module, summary: All of it}
items:
  m1-check: {title: A check}
test: {title: The test, intro: Two questions.}
"""

LESSON = """\
---
title: The first lesson
---
Some words with **weight**.

## A heading

![Two boxes, one inside the other](figure:boxes.svg "Boxes in *boxes*")

::: law The rule
Article 1, see [the sheet](item:m1-sheet).
:::
"""

SHEET = """\
---
title: The sheet
download: true
---
## To do

- First
- Second
"""

QUESTIONS = """\
q-one:
  stem: Which is **right**?
  options: {a: The first, b: The second}
  feedback: {a: "No.", b: "Yes."}
  explanation: It is the second.
q-two:
  stem: Is it so?
  explanation: It is.
t-one:
  stem: Which are right?
  options: {a: One, b: Two, c: Three}
  feedback: {a: "Yes.", b: "No.", c: "Yes."}
  explanation: The odd ones.
t-two:
  stem: Which?
  options: {a: This, b: That}
  feedback: {a: "Yes.", b: "No."}
  explanation: This.
"""

FIGURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320">
<rect width="640" height="320" fill="#ffffff"/>
</svg>
"""

FILES: Mapping[str, str] = {
    "course.yaml": COURSE,
    "bank/m1.yaml": BANK,
    "editions/en/edition.yaml": EDITION,
    "editions/en/items/m1-first.md": LESSON,
    "editions/en/items/m1-sheet.md": SHEET,
    "editions/en/questions/m1.yaml": QUESTIONS,
    "figures/boxes.svg": FIGURE,
}


def write(root: Path, files: Mapping[str, str | bytes] = FILES) -> Path:
    """Write a course below ``root`` and return its folder; files that are not given are removed."""
    place = root / "content" / "courses" / SLUG
    for path in sorted(place.rglob("*")):
        if path.is_file():
            path.unlink()
    for name, body in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body.encode() if isinstance(body, str) else body)
    return place


def changed(name: str, old: str, new: str, files: Mapping[str, str] = FILES) -> dict[str, str]:
    """Return the files with one place in one file changed."""
    assert old in files[name], f"{old!r} is not in {name}"
    return {**files, name: files[name].replace(old, new, 1)}


def translation(source: str, title: str = "الدرس الأول") -> str:
    """Return a lesson in Arabic that was made from the text with the hash ``source``."""
    return f"---\ntitle: {title}\nsource: {source}\n---\nكلمات **مهمة**.\n"


def arabic(source: str) -> dict[str, str]:
    """Return a partial Arabic edition of the first lesson, to add to the files."""
    edition = EDITION.replace("language: en", "language: ar").replace("A small course", "دورة صغيرة")
    return {"editions/ar/edition.yaml": edition, "editions/ar/items/m1-first.md": translation(source)}


def for_kenya(source: str) -> dict[str, str]:
    """Return a country adaptation that has one lesson of its own, to add to the files."""
    lesson = f"---\ntitle: The first lesson in Kenya\nsource: {source}\n---\nThe Evidence Act of Kenya.\n"
    return {"adaptations/en-KE/items/m1-first.md": lesson}
