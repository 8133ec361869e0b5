"""What is hashed, byte for byte; docs/audit.md says the same so that anybody can check without us.

Canonical JSON: keys sorted, no blanks, UTF-8, no NaN. An instant is UTC with microseconds and ``+00:00``.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

FIRST = bytes(32)
"""What the first entry is chained to."""


def canonical(value: Any) -> bytes:
    """Return ``value`` as canonical JSON. ValueError for NaN and infinity, which JSON does not have."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def payload_digest(salt: bytes, payload: Any) -> bytes:
    """Return the digest an entry keeps of its personal payload: SHA-256 of salt and canonical JSON."""
    return hashlib.sha256(salt + canonical(payload)).digest()


def entry_hash(
    previous: bytes,
    *,
    seq: int,
    id: int,
    at: datetime,
    actor_id: int | None,
    verb: str,
    object_kind: str,
    object_id: str,
    detail: Any,
    personal_digest: bytes | None,
) -> bytes:
    """Return the hash that chains an entry to the one before it: SHA-256 of ``previous`` and the entry's content."""
    content = {
        "seq": seq,
        "id": id,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": actor_id,
        "verb": verb,
        "object_kind": object_kind,
        "object_id": object_id,
        "detail": detail,
        "personal_digest": None if personal_digest is None else personal_digest.hex(),
    }
    return hashlib.sha256(previous + canonical(content)).digest()
