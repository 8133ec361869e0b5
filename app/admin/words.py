"""What codes of a profile are called, for templates."""

from __future__ import annotations

from typing import Any

from app.accounts.models import User
from app.accounts.vocabulary import LEGAL_SYSTEMS, PROFESSIONS, ROLES, STANDINGS
from app.core.i18n import language_name, page_language

WORDS: dict[str, Any] = {
    "professions": PROFESSIONS,
    "legal_systems": LEGAL_SYSTEMS,
    "standings": STANDINGS,
    "role_names": ROLES,
}


def languages_of(person: User) -> str:
    """Return the names of a person's working languages in the page's language."""
    return ", ".join(language_name(tag, page_language()) for tag in person.working_languages)
