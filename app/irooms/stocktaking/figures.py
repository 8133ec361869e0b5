"""What is counted of answers: how many chose what. A figure can be kept as it was when a summary was published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _

from app.core.database import JSON
from app.irooms.stocktaking.questionnaire import Kind, Question, Questionnaire
from app.irooms.stocktaking.values import given

_PLACE = re.compile(r"[ \t]*\[\[figure (\d{1,4})\]\][ \t]*")


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer that could be given and how many gave it; ``label`` is empty for yes and no (``value`` says which)."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Figure:
    """The counts of one question: ``answered`` of ``of`` responses; ``mean`` is of a scale's points."""

    number: int
    kind: str
    text: str
    answered: int
    of: int
    bars: tuple[Bar, ...] = ()
    mean: float | None = None

    @property
    def most(self) -> int:
        """The longest bar, at least 1."""
        return max((bar.count for bar in self.bars), default=0) or 1

    @staticmethod
    def from_json(kept: JSON) -> Figure:
        """Return the figure that was kept."""
        return Figure(**(kept | {"bars": tuple(Bar(**one) for one in kept["bars"])}))

    def to_json(self) -> JSON:
        """Return what is kept of it."""
        return asdict(self)


def bar_words(bar: Bar) -> str:
    """Return what a bar stands for, yes and no in the page's language."""
    return bar.label or {"yes": _("Yes"), "no": _("No")}.get(bar.value, bar.value)


def figure(question: Question, number: int, values: Sequence[JSON]) -> Figure:
    """Count the answers to one question; ``values`` has one entry a response, empty for none."""
    answers = [value for value in values if given(question, value)]
    points = [value["point"] for value in answers] if question.kind == Kind.SCALE else []
    mean = round(sum(points) / len(points), 2) if points else None
    return Figure(
        number, question.kind, question.text, len(answers), len(values), tuple(_bars(question, answers)), mean
    )


def figures(content: Questionnaire, responses: Iterable[Mapping[str, JSON]]) -> list[Figure]:
    """Count every question over responses, each the values by question id."""
    rows = list(responses)
    return [
        figure(question, number, [row.get(question.id, {}) for row in rows])
        for number, question in enumerate(content.questions(), start=1)
    ]


def _bars(question: Question, answers: Sequence[JSON]) -> Iterator[Bar]:
    if question.kind == Kind.CHOICE:
        for option in question.options:
            yield Bar(option.id, option.text, sum(option.id in one["chosen"] for one in answers))
    elif question.kind == Kind.SCALE:
        for point in question.points:
            label = question.point_label(point)
            count = sum(one["point"] == point for one in answers)
            yield Bar(str(point), f"{point} ({label})" if label else str(point), count)
    elif question.kind == Kind.YES_NO:
        for value in (True, False):
            yield Bar("yes" if value else "no", "", sum(one["yes"] is value for one in answers))


# ------------------------------------------------------------------------------------------------ in a summary


def numbers_in(text: str) -> list[int]:
    """Return the numbers of the figures that a summary's text shows, each once."""
    return list(dict.fromkeys(int(part) for part in pieces(text) if isinstance(part, int)))


def pieces(text: str) -> Iterator[Any]:
    """Yield a summary's text in turns: Markdown (str), and the number (int) of a figure on a line of its own."""
    held: list[str] = []
    for line in text.splitlines():
        if found := _PLACE.fullmatch(line):
            yield "\n".join(held)
            yield int(found[1])
            held = []
        else:
            held.append(line)
    yield "\n".join(held)
