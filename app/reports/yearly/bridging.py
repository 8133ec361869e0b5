"""The bridge from the last report's totals to this one's: why a total is what it is, in steps that add up.

A total runs from a fixed beginning to each report's own last day. Its steps, each counted anew from the facts:

opening       to the old last day, as known at the old as-of: what the last report said
merges        the same facts, people merged as is known now
corrections   those facts as corrected since
late          with facts of the old period that were recorded since
new           to the new last day
closing       what this report says
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from app.core.database import JSON
from app.records import measuring
from app.records.measuring import Asked
from app.records.questions import Question
from app.records.readings import PLAIN, Belief


@dataclass(frozen=True, slots=True)
class Bridge:
    """The steps of one figure's total; days as year-month-day, ``start`` empty for from the beginning."""

    figure: str
    start: str
    opened_on: str
    closed_on: str
    opening: float
    merges: float
    corrections: float
    late: float
    new: float
    closing: float

    @property
    def adds_up(self) -> bool:
        """Whether the steps lead from the opening to the closing total."""
        steps = self.merges + self.corrections + self.late + self.new
        return round(self.opening + steps, 1) == round(self.closing, 1)

    def as_json(self) -> JSON:
        """Return the steps as they are kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class End:
    """The last day of a total, and as of when it is known."""

    day: date
    as_of: datetime


def bridge(figure: str, start: date | None, old: End, new: End) -> Bridge:
    """Return the steps of a figure's total from ``old`` to ``new``; five statements. LookupError for no such figure."""
    before = measuring.asked([figure], Question(start=start, end=old.day))[0]
    after = replace(before, question=replace(before.question, end=new.day))
    opening = _value(before, old.as_of)
    merged = _value(before, old.as_of, Belief(merged_by=new.as_of))
    corrected = _value(before, new.as_of, Belief(begun_by=old.as_of))
    restated = _value(before, new.as_of)
    closing = _value(after, new.as_of)
    return Bridge(
        figure=figure,
        start=start.isoformat() if start else "",
        opened_on=old.day.isoformat(),
        closed_on=new.day.isoformat(),
        opening=opening,
        merges=_less(merged, opening),
        corrections=_less(corrected, merged),
        late=_less(restated, corrected),
        new=_less(closing, restated),
        closing=closing,
    )


def from_json(kept: JSON) -> Bridge:
    """Return a bridge as it was kept."""
    return Bridge(**kept)


def _less(one: float, other: float) -> float:
    return round(one - other, 1)


def _value(one: Asked, instant: datetime, belief: Belief = PLAIN) -> float:
    return measuring.count([one], instant, belief)[one.id].value
