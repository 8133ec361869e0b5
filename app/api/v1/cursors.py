"""Places in a list, handed out as opaque text: sealed, so that what they hold is neither read nor made up elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken
from flask_babel import gettext as _

from app.api.v1.faults import InvalidParameters
from app.core.database import JSON
from app.core.settings import settings


def _box() -> Fernet:
    key = hashlib.sha256(b"api cursor" + settings().secret_key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def made(listing: str, filters: JSON, last: Sequence[str]) -> str:
    """Return the cursor after the row with the key ``last``, in a list narrowed by ``filters``."""
    return _box().encrypt(json.dumps([listing, filters, list(last)]).encode()).decode()


def read(cursor: str | None, listing: str, filters: JSON) -> tuple[str, ...] | None:
    """Return the key of the row to go on after; None without a cursor. Raises InvalidParameters for a foreign one."""
    if cursor is None:
        return None
    try:
        made_for, narrowed_by, last = json.loads(_box().decrypt(cursor.encode()))
    except (InvalidToken, ValueError):
        raise _refused() from None
    if (made_for, narrowed_by) != (listing, filters):
        raise _refused()
    return tuple(last)


def _refused() -> InvalidParameters:
    return InvalidParameters(("cursor", _("This cursor is not from this list. Begin again without one.")))
