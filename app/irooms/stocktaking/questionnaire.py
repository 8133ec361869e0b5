"""A questionnaire: sections of questions, kept as JSON in each version; every change gives a new one.

A question's id names its meaning. It stays the same from version to version for as long as what was answered is
still an answer; a question that asks something else gets a new id, and ``replaces`` names the one it stands for.
Answers are kept by these ids, so a new version keeps those of unchanged questions by itself.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.core.database import JSON


class Kind(StrEnum):
    """What can be answered."""

    TEXT = "text"
    CHOICE = "choice"
    SCALE = "scale"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that can be chosen."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``many``: several options may be chosen; ``low`` to ``high`` are the points of a scale."""

    id: str
    kind: Kind
    text: str
    help: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    many: bool = False
    low: int = 1
    high: int = 5
    low_label: str = ""
    high_label: str = ""
    replaces: str = ""

    @property
    def points(self) -> range:
        """The points of a scale."""
        return range(self.low, self.high + 1)

    def point_label(self, point: int) -> str:
        """What is written at a point of the scale; empty but for its ends."""
        return {self.low: self.low_label, self.high: self.high_label}.get(point, "")


@dataclass(frozen=True, slots=True)
class Section:
    """A page of questions."""

    id: str
    title: str
    intro: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All sections in order."""

    sections: tuple[Section, ...] = field(default=())

    def questions(self) -> Iterator[Question]:
        """Yield every question in order."""
        for section in self.sections:
            yield from section.questions

    def numbers(self) -> dict[str, int]:
        """Return the number of each question by its id, from 1 through all sections."""
        return {question.id: number for number, question in enumerate(self.questions(), start=1)}

    def section(self, id: str) -> Section | None:
        """Return a section."""
        return next((one for one in self.sections if one.id == id), None)

    def question(self, id: str) -> Question | None:
        """Return a question."""
        return next((one for one in self.questions() if one.id == id), None)

    def section_of(self, question_id: str) -> Section | None:
        """Return the section that a question stands in."""
        return next((one for one in self.sections if any(q.id == question_id for q in one.questions)), None)


def new_id() -> str:
    """Return an id for a section, question or option, unlike any other of its questionnaire."""
    return secrets.token_hex(5)


# ------------------------------------------------------------------------------------------------ kept as JSON


def to_json(content: Questionnaire) -> JSON:
    """Return what is kept of a questionnaire."""
    return asdict(content)


def from_json(kept: JSON) -> Questionnaire:
    """Return the questionnaire that was kept."""
    return Questionnaire(tuple(_section(one) for one in kept.get("sections", ())))


def mark(question: Question | None) -> str:
    """Return what tells one state of a question from another; empty for none."""
    if question is None:
        return ""
    written = json.dumps(asdict(question), ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _section(kept: dict[str, Any]) -> Section:
    return Section(**(kept | {"questions": tuple(_question(one) for one in kept["questions"])}))


def _question(kept: dict[str, Any]) -> Question:
    made = {"kind": Kind(kept["kind"]), "options": tuple(Option(**one) for one in kept["options"])}
    return Question(**(kept | made))


# ------------------------------------------------------------------------------------------------ changed


def with_section(content: Questionnaire, section: Section) -> Questionnaire:
    """Return the questionnaire with a section put in place of the one of its id, or at the end."""
    if content.section(section.id) is None:
        return replace(content, sections=(*content.sections, section))
    return replace(
        content, sections=tuple(section if one.id == section.id else one for one in content.sections)
    )


def without_section(content: Questionnaire, id: str) -> Questionnaire:
    """Return the questionnaire without a section and its questions."""
    return replace(content, sections=tuple(one for one in content.sections if one.id != id))


def with_question(
    content: Questionnaire, section_id: str, question: Question, before: str = ""
) -> Questionnaire:
    """Return the questionnaire with ``question`` in place of the one with the id ``before``, or at a section's end."""
    section = content.section(section_id)
    if section is None:
        raise LookupError(section_id)
    if any(one.id == before for one in section.questions):
        questions = tuple(question if one.id == before else one for one in section.questions)
    else:
        questions = (*section.questions, question)
    return with_section(content, replace(section, questions=questions))


def without_question(content: Questionnaire, id: str) -> Questionnaire:
    """Return the questionnaire without a question."""
    sections = (
        replace(one, questions=tuple(q for q in one.questions if q.id != id)) for one in content.sections
    )
    return replace(content, sections=tuple(sections))


def moved(content: Questionnaire, id: str, up: bool) -> Questionnaire:
    """Return the questionnaire with a section, or a question within its section, one place further up or down."""
    if content.section(id) is not None:
        return replace(content, sections=tuple(_swapped(content.sections, id, up)))
    section = content.section_of(id)
    if section is None:
        raise LookupError(id)
    return with_section(content, replace(section, questions=tuple(_swapped(section.questions, id, up))))


def _swapped(items: Sequence[Any], id: str, up: bool) -> list[Any]:
    order = list(items)
    place = next(number for number, one in enumerate(order) if one.id == id)
    other = place + (-1 if up else 1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


# ------------------------------------------------------------------------------------------------ versions


def named(question: Question, published: Question | None, *, same_meaning: bool) -> Question:
    """Return ``question`` with the id of ``published``, which it stands for, or a new one where it asks something else.

    Help and whether it is required change no meaning. Another wording does, unless ``same_meaning`` says that what was
    answered still answers it; answers that could not be chosen any more never do.
    """
    if published is None or _asks_the_same(question, published):
        return (
            question if published is None else replace(question, id=published.id, replaces=published.replaces)
        )
    if same_meaning and _takes_the_same(question, published):
        options = tuple(
            Option(old.id, new.text) for old, new in zip(published.options, question.options, strict=False)
        )
        options += question.options[len(published.options) :]
        return replace(question, id=published.id, options=options, replaces=published.replaces)
    renamed = question.id if question.id != published.id else new_id()
    return replace(question, id=renamed, replaces=published.id)


def options_of(lines: Sequence[str], earlier: Sequence[Option]) -> tuple[Option, ...]:
    """Return options for lines of text; one that was there before keeps its id."""
    known = {one.text: one.id for one in earlier}
    return tuple(Option(known.get(line) or new_id(), line) for line in dict.fromkeys(lines))


def _asks_the_same(one: Question, other: Question) -> bool:
    def asked(question: Question) -> tuple[object, ...]:
        texts = tuple(option.text for option in question.options)
        scale = (question.low, question.high, question.low_label, question.high_label)
        return question.kind, question.text, texts, question.many, scale

    return asked(one) == asked(other)


def _takes_the_same(new: Question, old: Question) -> bool:
    """Whether every answer to ``old`` can be given to ``new``: options may only be reworded in place, or added."""
    same = (new.kind, new.many, new.low, new.high) == (old.kind, old.many, old.low, old.high)
    return same and len(new.options) >= len(old.options)
