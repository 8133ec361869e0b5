"""Test papers: drawing one from the bank, and marking it. Pure; chance comes from the operating system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from secrets import SystemRandom
from typing import Any

_CHANCE = SystemRandom()
TRUE_FALSE = "truefalse"
MULTIPLE = "multiple"


@dataclass(frozen=True, slots=True)
class Question:
    """A question without words: which options it has, which are right, which lesson it refers to."""

    id: str
    use: str
    topic: str
    kind: str
    options: tuple[str, ...]
    right: frozenset[str]
    lesson: str

    @property
    def many(self) -> bool:
        """Whether more than one option may be chosen."""
        return self.kind == MULTIPLE

    def is_right(self, chosen: Iterable[str]) -> bool:
        """Whether exactly the right options were chosen."""
        return frozenset(chosen) == self.right

    def accepts(self, chosen: Sequence[str]) -> bool:
        """Whether ``chosen`` can be an answer: known options, each once, one at most where one is asked for."""
        return (
            set(chosen) <= set(self.options)
            and len(set(chosen)) == len(chosen)
            and (self.many or len(chosen) <= 1)
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of a paper with its options in the order shown."""

    question_id: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """The result of a paper: questions fully right, of how many, and whether that reaches the pass mark."""

    right: int
    total: int
    passed: bool

    @property
    def score(self) -> float:
        """Percent of the questions, to one decimal."""
        return round(100 * self.right / self.total, 1) if self.total else 0.0


def draw(bank: Iterable[Question], quotas: Mapping[str, int]) -> list[dict[str, Any]]:
    """Draw a paper: so many test questions a topic, all in shuffled order, options shuffled but for true/false."""
    pool: dict[str, list[Question]] = {topic: [] for topic in quotas}
    for question in bank:
        if question.use == "test" and question.topic in pool:
            pool[question.topic].append(question)
    drawn = [
        question
        for topic, number in quotas.items()
        for question in _CHANCE.sample(pool[topic], min(number, len(pool[topic])))
    ]
    _CHANCE.shuffle(drawn)
    return [{"id": question.id, "options": _order(question)} for question in drawn]


def _order(question: Question) -> list[str]:
    options = list(question.options)
    if question.kind != TRUE_FALSE:
        _CHANCE.shuffle(options)
    return options


def entries(paper: Iterable[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """Return a stored paper, typed."""
    return tuple(Entry(entry["id"], tuple(entry["options"])) for entry in paper)


def mark(
    paper: Sequence[Entry], bank: Mapping[str, Question], answers: Mapping[str, Sequence[str]], pass_mark: int
) -> Mark:
    """Mark a paper; ``pass_mark`` is in percent of questions fully right, an open question is not right."""
    right = sum(bank[entry.question_id].is_right(answers.get(entry.question_id, ())) for entry in paper)
    total = len(paper)
    return Mark(right, total, total > 0 and right * 100 >= pass_mark * total)
