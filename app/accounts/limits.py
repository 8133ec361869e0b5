"""How often things may be tried, counted in PostgreSQL per network address and per account.

An account's counter holds a digest of the address typed, so the table of counters names nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from limits import RateLimitItem, parse

from app.core.limits import limiter


@dataclass(frozen=True, slots=True)
class Limit:
    """How often per network address and how often per account."""

    address: RateLimitItem
    account: RateLimitItem


LIMITS: Mapping[str, Limit] = {
    "sign-in": Limit(parse("100 per 15 minutes"), parse("10 per 15 minutes")),
    "code": Limit(parse("100 per 15 minutes"), parse("8 per 15 minutes")),
    "password": Limit(parse("100 per 15 minutes"), parse("10 per 15 minutes")),
    "registration": Limit(parse("40 per hour"), parse("4 per hour")),
    "reset": Limit(parse("40 per hour"), parse("4 per hour")),
    "confirmation": Limit(parse("40 per hour"), parse("4 per hour")),
}


def _account(name: str, account: str) -> tuple[str, str]:
    return name, f"account:{hashlib.sha256(account.encode()).hexdigest()[:32]}"


def allow(name: str, account: str) -> bool:
    """Count one try of ``name`` (in LIMITS) for an account and the caller's address; whether both still allow it."""
    if not limiter.enabled:
        return True
    limit = LIMITS[name]
    by_address = limiter.limiter.hit(limit.address, name, f"address:{request.remote_addr}")
    by_account = limiter.limiter.hit(limit.account, *_account(name, account))
    return bool(by_address and by_account)


def forgive(name: str, account: str) -> None:
    """Forget an account's tries after one that succeeded."""
    if limiter.enabled:
        limiter.limiter.clear(LIMITS[name].account, *_account(name, account))
