"""Addresses in mails that work without a sign-in: each signed, each for one thing."""

from __future__ import annotations

import hashlib

from itsdangerous import BadSignature, Signer

from app.core.addresses import address_for
from app.core.settings import settings

_ANSWER, _LEAVE = "answer one follow-up survey", "end follow-up surveys"


def survey(invitation_id: str, language: str) -> str:
    """Return the address of one person's one survey, in their language."""
    token = _signer(_ANSWER).sign(invitation_id).decode()
    return f"{address_for('feedback.follow_up', token=token)}?lang={language}"


def invited_by(token: str) -> str | None:
    """Return the public id of the invitation that a token stands for; None when it is forged."""
    return _read(_ANSWER, token)


def leaving(person_id: str) -> str:
    """Return the address that ends somebody's follow-up surveys; it works for as long as their account does."""
    return address_for("feedback.leave", token=_signer(_LEAVE).sign(person_id).decode())


def left_by(token: str) -> str | None:
    """Return the public id of the person whom a token of :func:`leaving` stands for; None when it is forged."""
    return _read(_LEAVE, token)


def _read(purpose: str, token: str) -> str | None:
    try:
        return _signer(purpose).unsign(token).decode()
    except (BadSignature, UnicodeError):
        return None


def _signer(purpose: str) -> Signer:
    return Signer(settings().secret_key, salt=purpose, digest_method=hashlib.sha256)
