"""What the register writes down when something happens to an account."""

from __future__ import annotations

from app.accounts.events import AccountClosed, CountryChanged, PersonApproved
from app.records.actions import FactDraft, append
from app.records.models import Verb


def note_approval(event: PersonApproved) -> None:
    """An account was approved: from now on a registered user."""
    append(FactDraft(verb=Verb.APPROVED, user_id=event.user_id))


def note_closing(event: AccountClosed) -> None:
    """An account was closed."""
    append(FactDraft(verb=Verb.CLOSED, user_id=event.user_id))


def note_country(event: CountryChanged) -> None:
    """A person works for another country; past facts keep theirs."""
    result = {"before": event.before, "after": event.after}
    append(FactDraft(verb=Verb.COUNTRY_CHANGED, user_id=event.user_id, result=result))
