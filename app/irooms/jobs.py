"""What happens to rooms by itself."""

from __future__ import annotations

from app.core.jobs import periodic
from app.irooms.actions.membership import expire_due


@periodic("irooms.expire", "* * * * *")
def expire_memberships() -> None:
    """Write down the ends of memberships whose time has come; access ended by itself."""
    expire_due()
