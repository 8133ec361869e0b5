"""Signed links that people get by mail: each for one thing, once, for a while."""

from __future__ import annotations

from collections.abc import Callable

from flask_security.confirmable import confirm_email_token_status, generate_confirmation_token
from flask_security.recoverable import generate_reset_password_token

from app.accounts.models import User
from app.core.settings import settings


def address(path: str) -> str:
    """Return the full address of a path of ours."""
    return f"{settings().public_url}{path}"


def confirmation(person: User) -> str:
    """Return the link that confirms a person's address."""
    return address(f"/account/confirm/{_signed(generate_confirmation_token, person)}")


def reset(person: User) -> str:
    """Return the link that lets a person set a new password; void after one use or any change of the password."""
    return address(f"/account/reset/{_signed(generate_reset_password_token, person)}")


def confirmed_by(token: str) -> tuple[User | None, bool]:
    """Return whom a confirmation link belongs to, None when it is not genuine, and whether it has expired."""
    read: Callable[[str], tuple[bool, bool, object]] = confirm_email_token_status
    expired, invalid, person = read(token)
    return (person if isinstance(person, User) and not invalid and not expired else None), expired


def _signed(make: Callable[[User], str], person: User) -> str:
    return make(person)
