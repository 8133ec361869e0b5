"""Ways through firewalls: addresses of the relay (coturn), with credentials that end by themselves."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

from app.core import clock
from app.core.database import JSON
from app.core.settings import settings

LIFE = timedelta(hours=6)  # a connection in use needs them no more; this is for lines that come back


def ice_servers(who: str) -> list[JSON]:
    """Return what a browser's connection needs: STUN as it is, TURN with credentials for ``who`` (no name of theirs).

    The credentials are those of coturn's ``use-auth-secret``: ``<expiry>:<who>``, and its HMAC.
    """
    chosen = settings()
    addresses = [one.strip() for one in chosen.turn_url.split(",") if one.strip()]
    plain = [one for one in addresses if one.startswith("stun:")]
    relays = [one for one in addresses if not one.startswith("stun:")]
    found: list[JSON] = [{"urls": plain}] if plain else []
    if relays:
        user = f"{int((clock.now() + LIFE).timestamp())}:{who}"
        found.append({"urls": relays, "username": user, "credential": signature(chosen.turn_secret, user)})
    return found


def has_relay() -> bool:
    """Whether people can be connected without learning each other's addresses."""
    return "turn" in settings().turn_url


def signature(secret: str, text: str) -> str:
    """Return the HMAC-SHA1 of ``text`` in base 64, as coturn and Janus want it."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()
