"""Random public identifiers. Numbers stay inside; what leaves the server cannot be guessed or ordered."""

from __future__ import annotations

import secrets

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def public_id() -> str:
    """Return a random url-safe identifier of 22 characters (128 bits)."""
    return secrets.token_urlsafe(16)


def code(groups: int = 4, length: int = 4) -> str:
    """Return a random code that people can read out, e.g. ``7K3M-Q0ZX-9F2A-B8TC`` (5 bits a character)."""
    return "-".join("".join(secrets.choice(_CROCKFORD) for _ in range(length)) for _ in range(groups))


def canonical_code(typed: str) -> str:
    """Return ``typed`` as ``code`` would write it: upper case, confusable letters folded, grouped by four."""
    letters = typed.upper().translate(_CONFUSED)
    kept = "".join(character for character in letters if character in _CROCKFORD)
    return "-".join(kept[start : start + 4] for start in range(0, len(kept), 4))
