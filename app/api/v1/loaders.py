"""What the API finds by a value in an address, through what the caller may see."""

from __future__ import annotations

from app.certificates import loaders as certificates
from app.certificates.models import Certificate
from app.core.access import Actor
from app.core.errors import NotFound


def certificate(actor: Actor, code: str) -> Certificate:
    """The certificate of a code; anyone may ask."""
    found = certificates.checked(actor, code)
    if found is None:
        raise NotFound
    return found
