"""What planning does when something happened elsewhere. Wired in ``app/wiring.py``."""

from __future__ import annotations

from app.accounts.events import AccountClosed
from app.webinars.actions.registration import withdraw_everywhere


def give_up_places(event: AccountClosed) -> None:
    """Give the places of somebody whose account is closed to those who wait."""
    withdraw_everywhere(event.user_id)
