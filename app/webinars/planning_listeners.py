"""What planning does when something happened elsewhere. Wired in ``app/wiring.py``."""

from __future__ import annotations

from typing import Protocol

from app.accounts.events import AccountClosed, RightsChanged
from app.live import actions as live
from app.webinars.actions.registration import (
    withdraw_everywhere,
    withdraw_from_group,
    withdraw_from_groups,
)


class Departure(Protocol):
    """What an event carries that ends somebody's presence in a group for good."""

    @property
    def user_id(self) -> int: ...
    @property
    def group_id(self) -> int: ...


def give_up_places(event: AccountClosed) -> None:
    """Give the places of somebody whose account is closed to those who wait."""
    withdraw_everywhere(event.user_id)


def leave_sessions_of_groups(event: RightsChanged) -> None:
    """Give the places of somebody who left a group of staff to those of it who wait."""
    withdraw_from_groups(event.user_id)


def leave_sessions_of_group(event: Departure) -> None:
    """Give the places of somebody who left a feature's group (a room's) to those of it who wait.

    A socket of theirs in a live room of the group's ends.
    """
    withdraw_from_group(event.user_id, event.group_id)
    live.ask_again(event.user_id)
