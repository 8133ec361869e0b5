"""The words of a course, read but not yet rendered: ``editions/<language>/``, ``adaptations/<language>-<COUNTRY>/``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from babel import Locale

from app.courses.content.folder import Folder
from app.courses.content.marked import Place, Value, parse
from app.courses.content.mistakes import listed, near
from app.courses.content.skeleton import LANGUAGE, Question, Skeleton
from app.courses.models import ItemKind

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(\n|$)", re.DOTALL)
_HASH = re.compile(r"[0-9a-f]{12}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Text:
    """Words and where they are."""

    words: str
    place: Place


@dataclass(slots=True)
class ItemSource:
    """An item's file. ``source`` is the hash of the body it was made from, ``first_line`` where its body begins."""

    id: str
    title: str
    body: str
    first_line: int
    place: Place
    source: str = ""
    download: bool = False

    @property
    def hash(self) -> str:
        """What a translation of this text states as its ``source``."""
        return short_hash(self.body.strip())


@dataclass(slots=True)
class QuestionSource:
    """A question's words. ``source`` is as for items, but may be left out."""

    id: str
    stem: Text
    options: dict[str, Text]
    feedback: dict[str, Text]
    explanation: Text
    place: Place
    source: str = ""

    @property
    def hash(self) -> str:
        """What a translation of this question states as its ``source``."""
        parts = [self.stem, *self.options.values(), *self.feedback.values(), self.explanation]
        return short_hash("\n".join(part.words for part in parts))


@dataclass(eq=False)
class EditionSource:
    """An edition (``adaptation`` empty) or a country adaptation, as written."""

    language: str
    adaptation: str
    under: str
    place: Place
    title: str = ""
    summary: str = ""
    audience: str = ""
    prerequisites: str = ""
    outcomes: list[str] = field(default_factory=list)
    modules: dict[str, tuple[str, str]] = field(default_factory=dict)
    check_titles: dict[str, str] = field(default_factory=dict)
    test: tuple[str, str] | None = None
    items: dict[str, ItemSource] = field(default_factory=dict)
    questions: dict[str, QuestionSource] = field(default_factory=dict)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Title of every item that has one here."""
        return self.check_titles | {item.id: item.title for item in self.items.values()}


def short_hash(text: str) -> str:
    """Return the 12 hexadecimal digits by which a translation names the text it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


def read_editions(folder: Folder, skeleton: Skeleton) -> list[EditionSource]:
    """Read every edition, the source's first, then the adaptations; mistakes are noted in the folder."""
    source_language = skeleton.structure.source_language
    names = sorted(folder.folders("editions"), key=lambda name: (name != source_language, name))
    if source_language not in names:
        folder.mistakes.add(
            folder.path("course.yaml"), 1, f"editions/{source_language}/ is missing: the source language's"
        )
    editions = [_edition(folder, skeleton, f"editions/{name}", name, "") for name in names]
    for name in folder.folders("adaptations"):
        language, _, country = name.rpartition("-")
        if not _COUNTRY.fullmatch(country) or country not in Locale("en").territories:
            folder.mistakes.add(
                folder.path(f"adaptations/{name}"),
                1,
                f'"{name}" is not <language>-<COUNTRY>, for example en-KE',
            )
        editions.append(_edition(folder, skeleton, f"adaptations/{name}", language, country))
    return editions


def _edition(folder: Folder, skeleton: Skeleton, under: str, language: str, adaptation: str) -> EditionSource:
    name = f"{under}/edition.yaml"
    edition = EditionSource(language, adaptation, under, Place(folder.path(name), 1, folder.mistakes))
    if not LANGUAGE.fullmatch(language):
        edition.place.wrong(f'"{language}" is not a language tag such as en or pt-BR')
    if not adaptation or folder.has(name):
        _read_words(folder, skeleton, name, edition)
    for path in folder.names(f"{under}/items", ".md"):
        _read_item(folder, skeleton, path, edition)
    for path in folder.names(f"{under}/questions", ".yaml"):
        _read_questions(folder, skeleton, path, edition)
    return edition


_REQUIRED = ("language", "title", "summary", "outcomes", "modules", "test")
_OPTIONAL = ("audience", "prerequisites", "items")


def _read_words(folder: Folder, skeleton: Skeleton, name: str, edition: EditionSource) -> None:
    source = folder.text(name)
    value = parse(source, folder.path(name), name, folder.mistakes) if source is not None else None
    if value is None:
        return
    partial = edition.adaptation != ""
    members = value.members(
        ("language",) if partial else _REQUIRED, (*_REQUIRED, *_OPTIONAL) if partial else _OPTIONAL
    )
    if "language" in members and (written := members["language"].text()) != edition.language:
        members["language"].wrong(f'language "{written}" is not that of the folder, {edition.language}')
    for one in ("title", "summary", "audience", "prerequisites"):
        setattr(edition, one, members[one].text() if one in members else "")
    edition.outcomes = members["outcomes"].texts() if "outcomes" in members else []
    edition.modules = _modules(members.get("modules"), skeleton, partial)
    edition.check_titles = _check_titles(members.get("items"), skeleton)
    edition.test = _titled(members["test"], "intro") if "test" in members else None


def _modules(value: Value | None, skeleton: Skeleton, partial: bool) -> dict[str, tuple[str, str]]:
    if value is None:
        return {}
    known = [module.id for module in skeleton.structure.modules]
    members = value.members(() if partial else known, known)
    return {name: _titled(one, "summary") for name, one in members.items()}


def _titled(value: Value, second: str) -> tuple[str, str]:
    members = value.members(("title",), (second,))
    return (
        members["title"].text() if "title" in members else "",
        members[second].text() if second in members else "",
    )


def _check_titles(value: Value | None, skeleton: Skeleton) -> dict[str, str]:
    if value is None:
        return {}
    checks = [item.id for item in skeleton.structure.items if item.kind == ItemKind.CHECK]
    members = value.members((), checks)
    return {name: _titled(one, "title")[0] for name, one in members.items()}


def _read_item(folder: Folder, skeleton: Skeleton, path: str, edition: EditionSource) -> None:
    name = path.rpartition("/")[2].removesuffix(".md")
    place = Place(folder.path(path), 1, folder.mistakes)
    written = folder.text(path)
    if written is None:
        return
    known = {item.id: item for item in skeleton.structure.items if item.kind != ItemKind.CHECK}
    if name not in known:
        place.wrong(f'no lesson, reading or case of course.yaml is called "{name}"{near(name, known)}')
        return
    if control := _CONTROL.search(written):
        line = written[: control.start()].count("\n") + 1
        Place(place.path, line, folder.mistakes).wrong("a control character")
        return
    front = _FRONT.match(written)
    if front is None:
        place.wrong("the file does not begin with front matter: a line ---, title: …, a line ---")
        return
    item = ItemSource(
        id=name,
        title="",
        body=written[front.end() :],
        first_line=written[: front.end()].count("\n") + 1,
        place=place,
    )
    value = parse(front.group(1) or "", place.path, "front matter", folder.mistakes, offset=1)
    if value is not None:
        _front_matter(value, item, known[name].kind, edition, skeleton)
    if not item.body.strip():
        place.wrong("the text is empty")
    edition.items[name] = item


def _front_matter(
    value: Value, item: ItemSource, kind: ItemKind, edition: EditionSource, skeleton: Skeleton
) -> None:
    original = edition.adaptation == "" and edition.language == skeleton.structure.source_language
    members = value.members(("title",) if original else ("title", "source"), ("download",))
    item.title = members["title"].text() if "title" in members else ""
    item.source = _source(members.get("source"))
    item.download = members["download"].flag() if "download" in members else False
    if item.download and kind != ItemKind.READING:
        members["download"].wrong(f"only a reading is offered as a file, this is a {kind}")


def _source(value: Value | None) -> str:
    written = value.text() if value is not None else ""
    if value is not None and written and not _HASH.fullmatch(written):
        value.wrong(
            f'source "{written}" is not a hash of {HASH_LENGTH} hexadecimal digits '
            "(./run flask content hashes prints them)"
        )
    return written


_QUESTION = ("stem", "explanation")
_QUESTION_OPTIONAL = ("options", "feedback", "source")


def _read_questions(folder: Folder, skeleton: Skeleton, path: str, edition: EditionSource) -> None:
    source = folder.text(path)
    value = parse(source, folder.path(path), path, folder.mistakes) if source is not None else None
    for name, one in value.mapping().items() if value else []:
        question = skeleton.questions.get(name)
        if question is None:
            one.wrong(f'question "{name}" is not in the bank{near(name, skeleton.questions)}')
        elif name in edition.questions:
            one.wrong(f'question "{name}" has words already, in {edition.questions[name].place.path}')
        else:
            edition.questions[name] = _question(one, question)


def _question(value: Value, question: Question) -> QuestionSource:
    members = value.members(_QUESTION, _QUESTION_OPTIONAL)
    free = question.kind == "truefalse"
    for name in ("options", "feedback"):
        if name not in members and not free:
            value.wrong(f"{name} missing")
    return QuestionSource(
        id=question.id,
        stem=_words(members.get("stem"), value),
        options=_by_option(members.get("options"), question),
        feedback=_by_option(members.get("feedback"), question),
        explanation=_words(members.get("explanation"), value),
        place=value.place,
        source=_source(members.get("source")),
    )


def _words(value: Value | None, otherwise: Value) -> Text:
    return Text(value.text(), value.place) if value is not None else Text("", otherwise.place)


def _by_option(value: Value | None, question: Question) -> dict[str, Text]:
    """Read texts of every option, in the bank's order; a missing or unknown option is a mistake."""
    found: Mapping[str, Value] = value.mapping() if value is not None else {}
    for name, one in found.items():
        if name not in question.options:
            one.wrong(f'{question.id} has no option "{name}", only {listed(question.options)}')
    missing = [name for name in question.options if name not in found]
    if value is not None and missing:
        value.wrong(f"{value.name} of option {', '.join(missing)} missing")
    return {name: _words(found[name], found[name]) for name in question.options if name in found}
