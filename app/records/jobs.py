"""What the register does by the clock: sums brought up to date every minute, figures checked every night."""

from __future__ import annotations

from app.core.jobs import periodic
from app.records import checking
from app.records.counting import rollups


@periodic("records.roll_up", "* * * * *")
def roll_up() -> None:
    """Bring the sums that dashboards read up to the facts there are."""
    rollups.refresh()


@periodic("records.check_figures", "17 2 * * *")
def check_figures() -> None:
    """Count the headline figures by another way and raise an alarm where they differ."""
    checking.check()
