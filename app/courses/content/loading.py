"""A course put together from its folder: everything read, held against each other, rendered, ready to be stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.core.database import JSON
from app.courses.content import drawings, markdown
from app.courses.content.folder import Folder, read_folder
from app.courses.content.labels import Labels, labels_for
from app.courses.content.markdown import Context, Figure, Rendered
from app.courses.content.mistakes import Mistake
from app.courses.content.skeleton import Question, Skeleton, read_skeleton
from app.courses.content.texts import EditionSource, ItemSource, QuestionSource, Text, read_editions
from app.courses.content.typeset import Reading, typeset
from app.courses.models import ItemKind
from app.courses.structure import Structure

FIGURE_DIGEST = 16
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class ReadyFile:
    """A figure or a reading to download."""

    name: str
    content_type: str
    digest: str
    body: bytes


@dataclass(frozen=True, slots=True)
class ReadyItem:
    """An item's text as readers get it; a check has a title only."""

    id: str
    title: str
    html: str = ""
    words: int = 0
    behind: bool = False
    file: ReadyFile | None = None


@dataclass(slots=True)
class ReadyEdition:
    """An edition or adaptation as it is stored."""

    language: str
    adaptation: str
    title: str
    summary: str
    words: JSON
    complete: bool
    items: list[ReadyItem] = field(default_factory=list)
    questions: dict[str, JSON] = field(default_factory=dict)
    files: list[ReadyFile] = field(default_factory=list)

    @property
    def behind(self) -> bool:
        """Whether any of its texts was made from an earlier text than the present one."""
        return any(item.behind for item in self.items)

    @property
    def digest(self) -> str:
        """A digest of all that is stored."""
        told = {
            "edition": [self.title, self.summary, self.words, self.complete],
            "items": [
                [
                    item.id,
                    item.title,
                    item.html,
                    item.words,
                    item.behind,
                    item.file.digest if item.file else "",
                ]
                for item in self.items
            ],
            "questions": self.questions,
            "files": [[file.name, file.digest] for file in self.files],
        }
        return _digest(told)


@dataclass(frozen=True, slots=True)
class ReadyCourse:
    """A course without mistakes. ``digest`` is that of its structure and bank, language free."""

    slug: str
    structure: Structure
    questions: tuple[Question, ...]
    editions: tuple[ReadyEdition, ...]

    @property
    def digest(self) -> str:
        """A digest of what makes a version: another one is another version."""
        return _digest([self.structure.as_json(), [one.as_json() for one in self.questions]])


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading found: the course when nothing serious is wrong, and everything there is to say."""

    course: ReadyCourse | None
    mistakes: list[Mistake]
    warnings: list[Mistake]


@dataclass(frozen=True, slots=True)
class Hash:
    """The ``source`` hash of one text: of an item, or of a question (``kind``)."""

    kind: str
    id: str
    hash: str


def folder_digest(folder: Folder) -> str:
    """Return the digest by which an unchanged folder is known: its files, our code, the labels of its languages."""
    adapted = {name.rpartition("-")[0] or name for name in folder.folders("adaptations")}
    languages = sorted(adapted | {*folder.folders("editions")})
    return folder.digest(*(labels_for(language).as_text() for language in languages))


def load(folder: Folder) -> Loaded:
    """Read, check and render a course."""
    skeleton = read_skeleton(folder)
    course = _course(folder, skeleton) if skeleton is not None else None
    if skeleton is not None:
        folder.warn_of_unused()
    serious = folder.mistakes.serious
    return Loaded(None if serious else course, serious, folder.mistakes.warnings)


def source_hashes(place: Path) -> Iterator[Hash]:
    """Yield the hashes that translations of a course name as their ``source``, in the order of the course."""
    folder = read_folder(place)
    skeleton = read_skeleton(folder)
    editions = read_editions(folder, skeleton) if skeleton else []
    if skeleton is None or not editions:
        return
    original = editions[0]
    for item in skeleton.structure.items:
        if item.id in original.items:
            yield Hash("item", item.id, original.items[item.id].hash)
        for name in item.questions:
            if name in original.questions:
                yield Hash("question", name, original.questions[name].hash)
    for question in skeleton.questions.values():
        if question.use == "test" and question.id in original.questions:
            yield Hash("question", question.id, original.questions[question.id].hash)


def _course(folder: Folder, skeleton: Skeleton) -> ReadyCourse:
    editions = read_editions(folder, skeleton)
    by_choice = {(one.language, one.adaptation): one for one in editions}
    original = by_choice.get((skeleton.structure.source_language, ""))
    if original is not None:
        _check_complete(folder, skeleton, original)
    ready = [
        _Maker(folder, skeleton, edition, _bases(edition, original, by_choice)).edition()
        for edition in editions
    ]
    questions = tuple(sorted(skeleton.questions.values(), key=lambda question: question.id))
    return ReadyCourse(folder.slug, skeleton.structure, questions, tuple(ready))


Choices = dict[tuple[str, str], EditionSource]


def _bases(edition: EditionSource, original: EditionSource | None, editions: Choices) -> list[EditionSource]:
    """The editions that stand behind one, nearest first: an adaptation's language, then the source."""
    own = editions.get((edition.language, "")) if edition.adaptation else None
    return [one for one in dict.fromkeys((own, original)) if one is not None and one is not edition]


def _check_complete(folder: Folder, skeleton: Skeleton, original: EditionSource) -> None:
    """The source edition has every text; where one is missing is said where it would stand."""
    for item in skeleton.structure.items:
        if item.kind == ItemKind.CHECK:
            if item.id not in original.check_titles:
                original.place.wrong(f'items: no title for the check "{item.id}"')
        elif item.id not in original.items and item.id in skeleton.places:
            skeleton.places[item.id].wrong(
                f'"{item.id}" has no text: {original.under}/items/{item.id}.md is missing'
            )
    for question in skeleton.questions.values():
        if question.id not in original.questions:
            question.place.wrong(f'"{question.id}" has no words in {original.under}/questions/')


@dataclass(slots=True)
class _Maker:
    """Makes one edition; ``bases`` are the editions that speak where it is silent."""

    folder: Folder
    skeleton: Skeleton
    source: EditionSource
    bases: list[EditionSource]
    files: dict[str, ReadyFile] = field(default_factory=dict)

    def edition(self) -> ReadyEdition:
        source = self.source
        labels = labels_for(source.language)
        items = [
            item for one in self.skeleton.structure.items if (item := self._item(one.id, labels)) is not None
        ]
        questions = {
            question.id: self._question(question, labels)
            for name in self.skeleton.questions
            if (question := source.questions.get(name)) is not None
        }
        return ReadyEdition(
            language=source.language,
            adaptation=source.adaptation,
            title=self._nearest(lambda one: one.title),
            summary=self._nearest(lambda one: one.summary),
            words=self._words(),
            complete=self._complete(),
            items=items,
            questions=questions,
            files=sorted(self.files.values(), key=lambda file: file.name),
        )

    def _nearest(self, wanted: Callable[[EditionSource], str]) -> str:
        return next((text for one in (self.source, *self.bases) if (text := wanted(one))), "")

    def _words(self) -> JSON:
        source = self.source
        words: JSON = {
            "audience": source.audience,
            "prerequisites": source.prerequisites,
            "outcomes": source.outcomes,
            "modules": {
                name: {"title": title, "summary": summary}
                for name, (title, summary) in source.modules.items()
            },
        }
        if source.test is not None:
            words["test"] = {"title": source.test[0], "intro": source.test[1]}
        return {name: value for name, value in words.items() if value}

    def _complete(self) -> bool:
        """Whether nothing falls back to another language."""
        own = [self.source, *(one for one in self.bases if one.language == self.source.language)]
        items = {name for one in own for name in one.titles}
        questions = {name for one in own for name in one.questions}
        return items >= {item.id for item in self.skeleton.structure.items} and questions >= {
            *self.skeleton.questions
        }

    def _item(self, name: str, labels: Labels) -> ReadyItem | None:
        item = self.source.items.get(name)
        if item is None:
            title = self.source.check_titles.get(name)
            return ReadyItem(name, title, behind=self._check_behind(name)) if title else None
        rendered = markdown.render(item.body, self._context(item.place.path, item.first_line, labels))
        return ReadyItem(
            id=name,
            title=item.title,
            html=rendered.html,
            words=rendered.words,
            behind=self._behind(item.source, [one.items.get(name) for one in self.bases]),
            file=self._reading(item, rendered, labels) if item.download else None,
        )

    def _behind(self, stated: str, originals: list[ItemSource | None] | list[QuestionSource | None]) -> bool:
        """Whether the text it was made from has changed since."""
        original = next((one for one in originals if one is not None), None)
        return original is not None and stated != original.hash

    def _check_behind(self, name: str) -> bool:
        """A check is behind when a question of it is; questions may leave their source out."""
        questions = [self.source.questions.get(one) for one in self.skeleton.structure.by_id[name].questions]
        return any(
            self._behind(one.source, [base.questions.get(one.id) for base in self.bases])
            for one in questions
            if one is not None and one.source
        )

    def _question(self, question: QuestionSource, labels: Labels) -> JSON:
        def made(text: Text) -> str:
            context = self._context(text.place.path, text.place.line, labels)
            return markdown.render_inline(text.words, context)

        return {
            "stem": made(question.stem),
            "options": {name: made(text) for name, text in question.options.items()},
            "feedback": {name: made(text) for name, text in question.feedback.items()},
            "explanation": made(question.explanation),
        }

    def _context(self, path: str, first_line: int, labels: Labels) -> Context:
        names = [item.id for item in self.skeleton.structure.items]
        return Context(
            slug=self.folder.slug,
            labels=labels,
            items=self.skeleton.structure.by_id,
            item_names=names,
            figure=self._figure,
            wrong=partial(self.folder.mistakes.add, path),
            first_line=first_line,
        )

    def _figure(self, name: str) -> Figure | None:
        """Find a figure, the language's own first; it becomes a file of the edition."""
        places = (f"figures/{self.source.language}/{name}", f"figures/{name}")
        found = next((place for place in places if self.folder.has(place)), None)
        if found is None or "/" in name or not name.endswith(".svg"):
            return None
        body = self.folder.body(found)
        size = drawings.check_drawing(body, self.folder.path(found), self.folder.mistakes)
        file = self._keep(name, drawings.CONTENT_TYPE, body)
        return Figure(name, file_address(self.folder.slug, file), size.width, size.height)

    def _reading(self, item: ItemSource, rendered: Rendered, labels: Labels) -> ReadyFile | None:
        if self.folder.mistakes.serious:
            return None  # nothing will be published: spare the time
        figures = {name: self.files[name].body for name in rendered.figures}
        course = self._nearest(lambda one: one.title)
        made = typeset(Reading(item.title, course, self.source.language, rendered.tokens, labels, figures))
        return self._keep(f"{item.id}.pdf", PDF, made)

    def _keep(self, name: str, content_type: str, body: bytes) -> ReadyFile:
        digest = hashlib.sha256(body).hexdigest()[:FIGURE_DIGEST]
        return self.files.setdefault(name, ReadyFile(name, content_type, digest, body))


def file_address(slug: str, file: ReadyFile) -> str:
    """Return where a file of a course is served."""
    return f"/courses/{slug}/files/{file.digest}/{file.name}"


def _digest(value: object) -> str:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
