"""What rooms do when something happened elsewhere."""

from __future__ import annotations

from app.accounts.events import AccountClosed
from app.irooms.actions.membership import end_all_of


def leave_rooms(event: AccountClosed) -> None:
    """A closed account is in no room any more."""
    end_all_of(event.user_id)
