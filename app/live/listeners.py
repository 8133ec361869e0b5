"""What happens to people, as far as open sockets go."""

from __future__ import annotations

from app.accounts.events import RightsChanged, SignInsEnded
from app.live import actions


def close_sockets(event: SignInsEnded) -> None:
    """Close the sockets of sign-ins that ended."""
    actions.cut_sessions(event.session_ids)


def ask_again(event: RightsChanged) -> None:
    """Ask anew for what the person follows."""
    actions.ask_again(event.user_id)
