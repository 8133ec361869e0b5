"""YAML read with the line of every value, so that each mistake can be shown where it is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from app.courses.content.mistakes import Mistakes, near

_WHOLE = re.compile(r"[+-]?\d{1,9}")
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,3})?")
_EMPTY = {"", "~", "null", "Null", "NULL"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MAXIMUM_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written, able to say what is wrong with it."""

    path: str
    line: int
    mistakes: Mistakes

    def wrong(self, text: str) -> None:
        """Note a mistake here."""
        self.mistakes.add(self.path, self.line, text)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a YAML file. Reading it as something it is not notes a mistake and returns an empty stand-in."""

    node: Node
    path: str
    name: str
    mistakes: Mistakes
    offset: int = 0

    @property
    def line(self) -> int:
        """The line it begins on, from 1."""
        return int(self.node.start_mark.line) + 1 + self.offset

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.path, self.line, self.mistakes)

    def wrong(self, text: str) -> None:
        """Note a mistake here."""
        self.mistakes.add(self.path, self.line, text)

    def text(self) -> str:
        """Read as text of at least one character, as it is written (``true`` is the word, not a truth value)."""
        if not isinstance(self.node, ScalarNode):
            self.wrong(f'"{self.name}" must be text')
            return ""
        written = str(self.node.value).strip()
        if written == "" or (self.node.style is None and written in _EMPTY):
            self.wrong(f'"{self.name}" is empty')
            return ""
        if _CONTROL.search(written):
            self.wrong(f'"{self.name}" contains a control character')
            return ""
        return written

    def whole(self, minimum: int, maximum: int) -> int:
        """Read as a whole number of ``minimum`` to ``maximum``."""
        written = self.text()
        if written and (not _WHOLE.fullmatch(written) or not minimum <= int(written) <= maximum):
            self.wrong(f'"{self.name}" must be a whole number from {minimum} to {maximum}, not {written}')
            return minimum
        return int(written) if written else minimum

    def number(self, maximum: float) -> float:
        """Read as a number above 0 and up to ``maximum``, with at most three decimals."""
        written = self.text()
        if written and not (_NUMBER.fullmatch(written) and 0 < float(written) <= maximum):
            self.wrong(f'"{self.name}" must be a number above 0 and up to {maximum:g}, not {written}')
            return 1.0
        return float(written) if written else 1.0

    def flag(self) -> bool:
        """Read as ``true`` or ``false``."""
        written = self.text()
        if written not in {"", "true", "false"}:
            self.wrong(f'"{self.name}" must be true or false, not {written}')
        return written == "true"

    def entries(self) -> list[Value]:
        """Read as a list."""
        if not isinstance(self.node, SequenceNode):
            self.wrong(f'"{self.name}" must be a list')
            return []
        return [self._inner(node, self.name) for node in self.node.value]

    def texts(self) -> list[str]:
        """Read as a list of texts."""
        return [text for entry in self.entries() if (text := entry.text())]

    def mapping(self) -> dict[str, Value]:
        """Read as a mapping with any keys."""
        if not isinstance(self.node, MappingNode):
            self.wrong(f'"{self.name}" must be a mapping of keys to values')
            return {}
        found: dict[str, Value] = {}
        for key_node, node in self.node.value:
            key = self._inner(key_node, "a key").text()
            if key in found:
                self._inner(key_node, key).wrong(f'"{key}" is there twice')
            if key:
                found[key] = self._inner(node, key)
        return found

    def members(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Value]:
        """Read as a mapping with known keys: unknown ones are mistakes (left out), missing ones too."""
        found = self.mapping()
        known = {*required, *optional}
        for key in [key for key in found if key not in known]:
            value = found.pop(key)
            value.wrong(f'unknown key "{key}"{near(key, known)}')
        missing = [key for key in required if key not in found]
        if missing and isinstance(self.node, MappingNode):
            self.wrong(f"{', '.join(missing)} missing")
        return found

    def _inner(self, node: Node, name: str) -> Value:
        return Value(node, self.path, name, self.mistakes, self.offset)


def parse(source: str, path: str, name: str, mistakes: Mistakes, offset: int = 0) -> Value | None:
    """Read YAML; ``offset`` lines stand before it in its file. None when it cannot be read (noted)."""
    try:
        node = yaml.compose(source, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + 1 + offset
        mistakes.add(path, line, f"not YAML: {error.problem or error.context}")
        return None
    except yaml.YAMLError as error:
        mistakes.add(path, 1 + offset, f"not YAML: {str(error).splitlines()[0]}")
        return None
    except RecursionError:
        mistakes.add(path, 1 + offset, "nested too deeply")
        return None
    if node is None:
        mistakes.add(path, 1 + offset, f'"{name}" is empty')
        return None
    value = Value(node, path, name, mistakes, offset)
    return value if _plain(value) else None


def _plain(value: Value) -> bool:
    """Refuse aliases (a value that is two values at once) and deep nesting, before anything walks the tree."""
    seen: set[int] = set()
    waiting: list[tuple[Node, int]] = [(value.node, 0)]
    while waiting:
        node, depth = waiting.pop()
        here = Value(node, value.path, value.name, value.mistakes, value.offset)
        if id(node) in seen:
            here.wrong("aliases (&name, *name) are not used in content")
            return False
        if depth > MAXIMUM_DEPTH:
            here.wrong("nested too deeply")
            return False
        seen.add(id(node))
        if isinstance(node, MappingNode):
            waiting += [(inner, depth + 1) for pair in node.value for inner in pair]
        elif isinstance(node, SequenceNode):
            waiting += [(inner, depth + 1) for inner in node.value]
    return True
