"""The plan of a course with a person's progress in it, and where they go on. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from app.courses.editions import CourseWords, ModuleWords
from app.courses.structure import Item, Structure

NOT_STARTED, IN_PROGRESS, COMPLETED, WITHDRAWN = "not_started", "in_progress", "completed", "withdrawn"
_NO_WORDS = ModuleWords("", "")


@dataclass(frozen=True, slots=True)
class Step:
    """An item with its title and how far the person is in it."""

    item: Item
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class PlannedModule:
    """A module with its steps; ``number`` counts from 1."""

    id: str
    number: int
    title: str
    summary: str
    minutes: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Plan:
    """All modules, and how many required steps (the final test is one) are done."""

    modules: tuple[PlannedModule, ...]
    done: int
    total: int
    passed: bool

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step in the order of the course."""
        return tuple(step for module in self.modules for step in module.steps)

    @property
    def lengths(self) -> frozenset[int]:
        """The different working times of its steps, in minutes."""
        return frozenset(step.item.minutes for step in self.steps)

    @property
    def items_done(self) -> bool:
        """Whether only the final test is left, or nothing."""
        return self.done - self.passed >= self.total - 1

    @property
    def left(self) -> int:
        """How many required steps before the final test are still to do."""
        return self.total - 1 - (self.done - self.passed)

    def position(self, item_id: str) -> int:
        """Return the place of an item among all steps. Raises KeyError."""
        for place, step in enumerate(self.steps):
            if step.item.id == item_id:
                return place
        raise KeyError(item_id)

    def module_of(self, item_id: str) -> PlannedModule:
        """Return the module of an item. Raises KeyError."""
        for module in self.modules:
            if any(step.item.id == item_id for step in module.steps):
                return module
        raise KeyError(item_id)

    def before(self, item_id: str) -> Step | None:
        """The step before an item."""
        place = self.position(item_id)
        return self.steps[place - 1] if place else None

    def after(self, item_id: str) -> Step | None:
        """The step after an item; None after the last (then comes the test)."""
        place = self.position(item_id) + 1
        return self.steps[place] if place < len(self.steps) else None

    def resume(self, last_item: str | None) -> Step | None:
        """Where the person stopped: the last step opened unless it is done, then the next required one that is not.

        None when only the test is left.
        """
        known = [step.item.id for step in self.steps]
        start = known.index(last_item) if last_item in known else 0
        last = self.steps[start]
        if last_item in known and last.state != COMPLETED:
            return last
        later = (*self.steps[start:], *self.steps[:start])
        return next((step for step in later if step.item.required and step.state != COMPLETED), None)


def share(structure: Structure, done: Set[str], passed: bool) -> float:
    """Return progress as 0..1: required steps done, the final test counted as one."""
    finished = sum(item.id in done for item in structure.required) + passed
    return finished / (len(structure.required) + 1)


def all_done(structure: Structure, done: Set[str]) -> bool:
    """Whether every required item is done, so that the test opens."""
    return all(item.id in done for item in structure.required)


def make(structure: Structure, words: CourseWords, progress: Mapping[str, bool], passed: bool) -> Plan:
    """Return the plan; ``progress`` maps the items opened to whether they are done."""
    modules = tuple(
        _module(number, module.id, module.minutes, module.items, words, progress)
        for number, module in enumerate(structure.modules, start=1)
    )
    done = sum(progress.get(item.id, False) for item in structure.required) + passed
    return Plan(modules, done, len(structure.required) + 1, passed)


def _module(
    number: int,
    id: str,
    minutes: int,
    items: tuple[Item, ...],
    words: CourseWords,
    progress: Mapping[str, bool],
) -> PlannedModule:
    said = words.modules.get(id, _NO_WORDS)
    steps = tuple(
        Step(item, words.item_titles.get(item.id, item.id), _state(progress.get(item.id))) for item in items
    )
    return PlannedModule(id, number, said.title or id, said.summary, minutes, steps)


def _state(done: bool | None) -> str:
    return NOT_STARTED if done is None else COMPLETED if done else IN_PROGRESS
