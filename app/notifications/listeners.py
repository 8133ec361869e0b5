"""What notifications do when something happened elsewhere. Wired in ``app/wiring.py``."""

from __future__ import annotations

from sqlalchemy import delete

from app.accounts.events import AccountClosed
from app.core.database import db
from app.notifications.models import CalendarToken, Notice, NoticePreference


def forget_person(event: AccountClosed) -> None:
    """Delete what a closed account was told, what it chose, and its calendar feed."""
    for table in (Notice, NoticePreference, CalendarToken):
        db.session.execute(
            delete(table).where(table.user_id == event.user_id),
            execution_options={"synchronize_session": False},
        )
