"""E-mail addresses: one person, one way to write it."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from app.core.settings import settings

MAX_LENGTH = 254


def normalised(typed: str) -> str:
    """Return an address as it is kept: trimmed, lower case; the trimmed text when it is none."""
    text = typed.strip()[: MAX_LENGTH + 1]
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=settings().production)
    except EmailNotValidError:
        return text.lower()
    return found.normalized.lower()


def valid(address: str) -> bool:
    """Whether mail could go to ``address``; names reserved for examples count outside production."""
    try:
        validate_email(address, check_deliverability=False, globally_deliverable=settings().production)
    except EmailNotValidError:
        return False
    return len(address) <= MAX_LENGTH
