"""What is done about the register by itself."""

from __future__ import annotations

from app.core.jobs import periodic
from app.records.actions.lists import drop_old_lists


@periodic("register.drop_old_lists", "41 3 * * *")
def drop_lists() -> None:
    """Lists that nobody recorded hold names: after a week they are dropped."""
    drop_old_lists()
