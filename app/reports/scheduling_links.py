"""The address by which somebody outside ends what is sent to them: signed, for one schedule, without a sign-in."""

from __future__ import annotations

import hashlib

from itsdangerous import BadSignature, Signer

from app.core.settings import settings

_PURPOSE = "end a report's schedule"


def ending(recipient_id: str) -> str:
    """Return the full address that ends what a recipient (public id) is sent."""
    return f"{settings().public_url}/reports/ending/{_signer().sign(recipient_id).decode()}"


def ended_by(token: str) -> str | None:
    """Return the public id of the recipient whom a token stands for; None when it is forged."""
    try:
        return _signer().unsign(token).decode()
    except (BadSignature, UnicodeError):
        return None


def _signer() -> Signer:
    return Signer(settings().secret_key, salt=_PURPOSE, digest_method=hashlib.sha256)
