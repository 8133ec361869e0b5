"""What the register does by the clock: sums brought up to date every minute."""

from __future__ import annotations

from app.core.jobs import periodic
from app.records.counting import rollups


@periodic("records.roll_up", "* * * * *")
def roll_up() -> None:
    """Bring the sums that dashboards read up to the facts there are."""
    rollups.refresh()
