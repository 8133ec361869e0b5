"""What is wrong with content, by file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """One thing wrong. A warning is said but stops nothing."""

    path: str
    line: int
    text: str
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        return f"{self.path}:{self.line}: {kind}{self.text}"


@dataclass(slots=True)
class Mistakes:
    """Everything found so far; a finding is kept once."""

    found: set[Mistake] = field(default_factory=set)

    def add(self, path: str, line: int, text: str) -> None:
        """Note a mistake."""
        self.found.add(Mistake(path, line, text))

    def warn(self, path: str, line: int, text: str) -> None:
        """Note something doubtful."""
        self.found.add(Mistake(path, line, text, warning=True))

    @property
    def serious(self) -> list[Mistake]:
        """The mistakes that keep a course from being published, in order of file and line."""
        return sorted(one for one in self.found if not one.warning)

    @property
    def warnings(self) -> list[Mistake]:
        """The others, in order of file and line."""
        return sorted(one for one in self.found if one.warning)


def near(word: str, known: Iterable[str]) -> str:
    """Return a hint such as `` (did you mean "minutes"?)`` when a known word is near, else nothing."""
    matches = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f' (did you mean "{matches[0]}"?)' if matches else ""


def listed(words: Iterable[str]) -> str:
    """Return words for a sentence: ``a, b, c``."""
    return ", ".join(sorted(words))
