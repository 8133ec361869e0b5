"""The language-free part of a course: ``course.yaml`` and ``bank/*.yaml``, checked and typed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.core.database import JSON
from app.courses.content.folder import Folder
from app.courses.content.marked import Place, Value, parse
from app.courses.content.mistakes import listed, near
from app.courses.models import ItemKind
from app.courses.structure import FinalTest, Item, Module, Structure

_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
KINDS = ("single", "multiple", "truefalse")
USES = ("check", "test")
TRUE_FALSE = ["true", "false"]
MAXIMUM_IDENTIFIER = 64


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bank, without words."""

    id: str
    use: str
    topic: str
    kind: str
    options: tuple[str, ...]
    right: tuple[str, ...]
    lesson: str
    place: Place

    def as_json(self) -> JSON:
        """Return what a version's digest covers and its bank stores."""
        return {
            "id": self.id,
            "use": self.use,
            "topic": self.topic,
            "kind": self.kind,
            "options": list(self.options),
            "right": list(self.right),
            "lesson": self.lesson,
        }


@dataclass(slots=True)
class Skeleton:
    """Structure and bank, with the places of what other files may be held against."""

    structure: Structure
    questions: dict[str, Question] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(slots=True)
class _Ids:
    """Ids of one kind: well formed and each there once."""

    kind: str
    places: dict[str, Place] = field(default_factory=dict)

    def take(self, value: Value | None) -> str:
        if value is None:
            return ""
        name = value.text()
        if name and (not _IDENTIFIER.fullmatch(name) or len(name) > MAXIMUM_IDENTIFIER):
            value.wrong(
                f'"{name}" is not an id: small letters, digits and single hyphens, at most {MAXIMUM_IDENTIFIER}'
            )
        elif name in self.places:
            value.wrong(f'{self.kind} "{name}" is there twice, first in line {self.places[name].line}')
        elif name:
            self.places[name] = value.place
        return name


def read_skeleton(folder: Folder) -> Skeleton | None:
    """Read structure and bank; mistakes are noted in the folder. None when there is nothing to go on with."""
    source = folder.text("course.yaml")
    value = (
        parse(source, folder.path("course.yaml"), "course.yaml", folder.mistakes)
        if source is not None
        else None
    )
    if value is None:
        return None
    skeleton = _structure(value, folder.slug)
    question_ids = _Ids("question")
    for name in folder.names("bank", ".yaml"):
        _read_bank(folder, name, question_ids, skeleton)
    _check_questions(skeleton)
    _check_quotas(value, skeleton)
    return skeleton


_MEMBERS = ("slug", "topic", "source_language", "certificate_hours", "pass_mark", "modules", "test")


def _structure(value: Value, slug: str) -> Skeleton:
    members = value.members(_MEMBERS)
    if "slug" in members and (named := members["slug"].text()) != slug:
        members["slug"].wrong(f'slug "{named}" is not the name of the folder, {slug}')
    language = _text(members, "source_language")
    if language and not LANGUAGE.fullmatch(language):
        members["source_language"].wrong(f'"{language}" is not a language tag such as en or pt-BR')
    items = _Ids("item")
    modules = _Ids("module")
    structure = Structure(
        slug=slug,
        topic=_text(members, "topic"),
        source_language=language,
        certificate_hours=members["certificate_hours"].number(1000) if "certificate_hours" in members else 1,
        pass_mark=_whole(members, "pass_mark", 1, 100),
        modules=tuple(_module(one, modules, items) for one in _entries(members, "modules")),
        test=_test(members.get("test"), items),
    )
    if not structure.items:
        value.wrong("a course needs at least one item")
    return Skeleton(structure, places={**modules.places, **items.places})


def _module(value: Value, modules: _Ids, items: _Ids) -> Module:
    members = value.members(("id", "items"))
    name = modules.take(members.get("id"))
    return Module(name, tuple(_item(one, items) for one in _entries(members, "items")))


def _item(value: Value, items: _Ids) -> Item:
    members = value.members(("id", "kind", "minutes"), ("required", "questions"))
    kind = _choice(members, "kind", [one.value for one in ItemKind])
    questions = _entries(members, "questions") if "questions" in members else []
    if kind == ItemKind.CHECK and not questions:
        value.wrong("a check needs questions")
    if kind != ItemKind.CHECK and "questions" in members:
        members["questions"].wrong(f"only a check has questions, this is a {kind}")
    return Item(
        id=items.take(members.get("id")),
        kind=ItemKind(kind) if kind else ItemKind.LESSON,
        minutes=_whole(members, "minutes", 1, 600),
        required=members["required"].flag() if "required" in members else True,
        questions=tuple(text for one in questions if (text := one.text())),
    )


def _test(value: Value | None, items: _Ids) -> FinalTest:
    if value is None:
        return FinalTest("", 1, 1, 0, {})
    members = value.members(("id", "minutes", "attempts", "wait_hours", "quotas"))
    quotas = members["quotas"].mapping() if "quotas" in members else {}
    return FinalTest(
        id=items.take(members.get("id")),
        minutes=_whole(members, "minutes", 1, 600),
        attempts=_whole(members, "attempts", 1, 100),
        wait_hours=_whole(members, "wait_hours", 0, 24 * 365),
        quotas={topic: one.whole(1, 100) for topic, one in quotas.items()},
    )


def _read_bank(folder: Folder, name: str, ids: _Ids, skeleton: Skeleton) -> None:
    source = folder.text(name)
    value = parse(source, folder.path(name), name, folder.mistakes) if source is not None else None
    for one in value.entries() if value else []:
        question = _question(one, ids)
        if question.id:
            skeleton.questions.setdefault(question.id, question)


def _question(value: Value, ids: _Ids) -> Question:
    members = value.members(("id", "use", "topic", "kind", "right", "options", "lesson"))
    question = Question(
        id=ids.take(members.get("id")),
        use=_choice(members, "use", USES),
        topic=_text(members, "topic"),
        kind=_choice(members, "kind", KINDS),
        options=tuple(members["options"].texts()) if "options" in members else (),
        right=tuple(members["right"].texts()) if "right" in members else (),
        lesson=_text(members, "lesson"),
        place=value.place,
    )
    if "options" in members and "right" in members:
        _check_options(question, members["options"], members["right"])
    return question


def _check_options(question: Question, options: Value, right: Value) -> None:
    for name, count in Counter(question.options).items():
        if count > 1:
            options.wrong(f'option "{name}" is there twice')
    for name in question.right:
        if name not in question.options:
            right.wrong(f'right option "{name}" is not among the options')
    if question.kind == "truefalse" and list(question.options) != TRUE_FALSE:
        options.wrong('the options of a true/false question are ["true", "false"]')
    elif len(question.options) < 2:
        options.wrong("a question needs at least two options")
    if not question.right:
        right.wrong("no option is right")
    elif question.kind != "multiple" and len(question.right) > 1:
        right.wrong(f"a {question.kind} question has one right option, here are {len(question.right)}")


def _check_questions(skeleton: Skeleton) -> None:
    """Hold the bank against the structure, both ways."""
    structure, questions = skeleton.structure, skeleton.questions
    readable = {item.id for item in structure.items if item.kind != ItemKind.CHECK}
    asked = Counter(name for item in structure.items for name in item.questions)
    for question in questions.values():
        if question.lesson and question.lesson not in readable:
            question.place.wrong(
                f'lesson "{question.lesson}" is no lesson, reading or case{near(question.lesson, readable)}'
            )
        if question.use == "check" and question.id not in asked:
            question.place.wrong(f'"{question.id}" is in no check of course.yaml')
        if asked[question.id] > 1:
            question.place.wrong(f'"{question.id}" is asked {asked[question.id]} times in course.yaml')
        if question.use == "test" and question.topic not in structure.test.quotas:
            hint = near(question.topic, structure.test.quotas)
            question.place.wrong(f'topic "{question.topic}" has no quota in the test{hint}')
    for item in structure.items:
        for name in item.questions:
            _check_asked(item, name, skeleton)


def _check_asked(item: Item, name: str, skeleton: Skeleton) -> None:
    place = skeleton.places.get(item.id)
    question = skeleton.questions.get(name)
    if place is None:
        return
    if question is None:
        place.wrong(f'question "{name}" is not in the bank{near(name, skeleton.questions)}')
    elif question.use == "test":
        place.wrong(f'question "{name}" is for the test, not for a check')


def _check_quotas(value: Value, skeleton: Skeleton) -> None:
    held = Counter(question.topic for question in skeleton.questions.values() if question.use == "test")
    test = value.mapping().get("test")
    quotas = test.mapping().get("quotas") if test else None
    if quotas is None:
        return
    if not skeleton.structure.test.quotas:
        quotas.wrong("the test draws no question")
    for topic, one in quotas.mapping().items():
        wanted = skeleton.structure.test.quotas.get(topic, 0)
        if wanted > held[topic]:
            one.wrong(f'the quota of "{topic}" is {wanted}, but the bank has {held[topic]} test questions')


def _text(members: Mapping[str, Value], name: str) -> str:
    return members[name].text() if name in members else ""


def _whole(members: Mapping[str, Value], name: str, minimum: int, maximum: int) -> int:
    return members[name].whole(minimum, maximum) if name in members else minimum


def _entries(members: Mapping[str, Value], name: str) -> list[Value]:
    return members[name].entries() if name in members else []


def _choice(members: Mapping[str, Value], name: str, choices: Collection[str]) -> str:
    written = _text(members, name)
    if written and written not in choices:
        members[name].wrong(
            f'"{name}" must be one of {listed(choices)}, not {written}{near(written, choices)}'
        )
        return ""
    return written
