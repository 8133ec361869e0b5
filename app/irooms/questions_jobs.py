"""What happens to questions to experts by itself."""

from __future__ import annotations

from app.core.jobs import periodic
from app.irooms.actions.questions.ticking import tick


@periodic("irooms.question_clock", "*/5 * * * *")
def question_clock() -> None:
    """Remind, escalate, free what an expert who left had taken."""
    tick()
