"""Addresses that work without a sign-in: each signed, each for one thing."""

from __future__ import annotations

import hashlib
import hmac

from itsdangerous import BadSignature, Signer

from app.core.settings import settings

_PURPOSE = "end the digests"


def address(path: str) -> str:
    """Return the full address of a path of ours."""
    return f"{settings().public_url}{path}"


def unsubscribe(public_id: str) -> str:
    """Return the address that ends a person's digests; it works for as long as their account does."""
    return address(f"/notices/unsubscribe/{_signer().sign(public_id).decode()}")


def unsubscribed_by(token: str) -> str | None:
    """Return the public id of the person whom a token of :func:`unsubscribe` stands for; None when it is forged."""
    try:
        return _signer().unsign(token).decode()
    except (BadSignature, UnicodeError):
        return None


def handle(scope: str) -> str:
    """Return what a form calls a scope: numbers stay inside."""
    return hmac.new(settings().secret_key.encode(), scope.encode(), hashlib.sha256).hexdigest()[:20]


def _signer() -> Signer:
    return Signer(settings().secret_key, salt=_PURPOSE, digest_method=hashlib.sha256)
