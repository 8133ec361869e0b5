"""Codes by which people say that they are there: one that changes every minute, shown in the hall; one for each screen.

Nothing of them is kept: a code follows from the platform's secret, the session, and the minute or the participant.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from app.core.ids import canonical_code
from app.core.settings import settings
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarParticipant

EVERY = timedelta(minutes=1)
GOOD_FOR = 2  # minutes, the present one included: who has read it must have time to type it
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HALL, _BESIDE = 6, 8  # characters; their lengths tell them apart


def hall_code(webinar: Webinar, at: datetime) -> str:
    """Return the code that the hall shows at an instant, such as ``7K3M-Q0``."""
    return _code(f"hall {webinar.public_id} {_minute(at)}", _HALL)


def hall_code_ends(at: datetime) -> datetime:
    """Return when the hall shows the next one."""
    return datetime.fromtimestamp((_minute(at) + 1) * EVERY.total_seconds(), at.tzinfo)


def is_hall_code(webinar: Webinar, typed: str, at: datetime) -> bool:
    """Whether somebody typed what the hall shows, or showed a moment ago."""
    given = canonical_code(typed[:64])
    return any(hmac.compare_digest(given, hall_code(webinar, at - ago * EVERY)) for ago in range(GOOD_FOR))


def beside_code(participant: WebinarParticipant) -> str:
    """Return the code of those who sit before the same screen as a participant, such as ``9F2A-B8TC``."""
    return _code(f"beside {participant.public_id}", _BESIDE)


def beside_whom(participants: Iterable[WebinarParticipant], typed: str) -> WebinarParticipant | None:
    """Return the participant whose screen's code somebody typed."""
    given = canonical_code(typed[:64])
    return next((one for one in participants if hmac.compare_digest(given, beside_code(one))), None)


def _minute(at: datetime) -> int:
    return int(at.timestamp() // EVERY.total_seconds())


def _code(what: str, length: int) -> str:
    digest = hmac.new(settings().secret_key.encode(), f"attendance {what}".encode(), hashlib.sha256).digest()
    letters = "".join(_LETTERS[octet % len(_LETTERS)] for octet in digest[:length])
    return canonical_code(letters)
