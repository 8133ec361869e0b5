"""The structure of a course version, typed: modules, items, test. Language free; written in ``course.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from app.core.database import JSON
from app.courses.models import CourseVersion, ItemKind


@dataclass(frozen=True)
class Item:
    """An item of a module; ``minutes`` is its stated working time, ``questions`` are the ids of a check's questions."""

    id: str
    kind: ItemKind
    minutes: int
    required: bool = True
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Module:
    """A module and its items in order."""

    id: str
    items: tuple[Item, ...]

    @property
    def minutes(self) -> int:
        """Working time of its required items."""
        return sum(item.minutes for item in self.items if item.required)


@dataclass(frozen=True)
class FinalTest:
    """The final test: time limit, attempts, waiting time between them, questions drawn per topic."""

    id: str
    minutes: int
    attempts: int
    wait_hours: int
    quotas: Mapping[str, int]

    @property
    def questions(self) -> int:
        """How many questions a paper has."""
        return sum(self.quotas.values())


@dataclass(frozen=True)
class Structure:
    """The validated ``course.yaml`` of a version."""

    slug: str
    topic: str
    source_language: str
    certificate_hours: float
    pass_mark: int
    modules: tuple[Module, ...]
    test: FinalTest

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item in the order of the course."""
        return tuple(item for module in self.modules for item in module.items)

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """Items by id."""
        return {item.id: item for item in self.items}

    @cached_property
    def required(self) -> tuple[Item, ...]:
        """The items that completion asks for, besides the test."""
        return tuple(item for item in self.items if item.required)

    @property
    def minutes(self) -> int:
        """Working time of the required items and the test."""
        return sum(module.minutes for module in self.modules) + self.test.minutes

    def module_of(self, item_id: str) -> Module:
        """Return the module that holds an item. Raises KeyError."""
        for module in self.modules:
            if any(item.id == item_id for item in module.items):
                return module
        raise KeyError(item_id)

    def as_json(self) -> JSON:
        """Return what :func:`from_json` reads."""
        return {
            "slug": self.slug,
            "topic": self.topic,
            "source_language": self.source_language,
            "certificate_hours": self.certificate_hours,
            "pass_mark": self.pass_mark,
            "modules": [
                {"id": module.id, "items": [_item_json(item) for item in module.items]}
                for module in self.modules
            ],
            "test": {
                "id": self.test.id,
                "minutes": self.test.minutes,
                "attempts": self.test.attempts,
                "wait_hours": self.test.wait_hours,
                "quotas": dict(self.test.quotas),
            },
        }


def _item_json(item: Item) -> JSON:
    return {
        "id": item.id,
        "kind": item.kind.value,
        "minutes": item.minutes,
        "required": item.required,
        "questions": list(item.questions),
    }


def from_json(stored: Mapping[str, Any]) -> Structure:
    """Return the structure stored in ``CourseVersion.structure``."""
    modules = tuple(
        Module(
            id=module["id"],
            items=tuple(
                Item(
                    item["id"],
                    ItemKind(item["kind"]),
                    item["minutes"],
                    item["required"],
                    tuple(item["questions"]),
                )
                for item in module["items"]
            ),
        )
        for module in stored["modules"]
    )
    test = stored["test"]
    return Structure(
        slug=stored["slug"],
        topic=stored["topic"],
        source_language=stored["source_language"],
        certificate_hours=stored["certificate_hours"],
        pass_mark=stored["pass_mark"],
        modules=modules,
        test=FinalTest(
            test["id"], test["minutes"], test["attempts"], test["wait_hours"], dict(test["quotas"])
        ),
    )


def structure_of(version: CourseVersion) -> Structure:
    """Return the structure of a version; versions are immutable, so each is read once per process."""
    return _kept(_Stored(version.id, version.digest, version.structure))


@dataclass(frozen=True)
class _Stored:
    """A version's stored structure, told apart by id and digest."""

    version_id: int
    digest: str
    value: JSON = field(compare=False)


@lru_cache(maxsize=256)
def _kept(stored: _Stored) -> Structure:
    return from_json(stored.value)
