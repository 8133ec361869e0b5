"""When a test may be taken: attempts used, time to wait, time left. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core import clock
from app.courses.models import Attempt
from app.courses.structure import FinalTest

GRACE = timedelta(seconds=5)
"""An answer sent at the last second may take this long to arrive."""


def overdue(attempt: Attempt, now: datetime) -> bool:
    """Whether the attempt runs no more, though nobody has sent it."""
    return attempt.sent_at is None and now > attempt.deadline + GRACE


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands with the final test. ``attempts`` in order; the last one may be running."""

    test: FinalTest
    attempts: Sequence[Attempt]
    items_done: bool
    now: datetime

    @classmethod
    def of(cls, test: FinalTest, attempts: Sequence[Attempt], items_done: bool) -> Standing:
        """Return where a person stands now."""
        return cls(test, attempts, items_done, clock.now())

    @property
    def running(self) -> Attempt | None:
        """The attempt under way."""
        return next((one for one in self.attempts if one.sent_at is None), None)

    @property
    def passed(self) -> bool:
        """Whether one attempt reached the pass mark."""
        return any(one.passed for one in self.attempts)

    @property
    def left(self) -> int:
        """How many attempts are left."""
        return max(0, self.test.attempts - len(self.attempts))

    @property
    def waits_until(self) -> datetime | None:
        """When the next attempt may begin; None when that is now, or never."""
        if self.passed or self.running or not self.left or not self.attempts:
            return None
        sent = self.attempts[-1].sent_at
        assert sent is not None
        until = sent + timedelta(hours=self.test.wait_hours)
        return until if until > self.now else None

    @property
    def may_start(self) -> bool:
        """Whether a new attempt may begin now."""
        return (
            self.items_done
            and not self.passed
            and self.running is None
            and self.left > 0
            and self.waits_until is None
        )
