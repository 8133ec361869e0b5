"""One person's sound and picture to hundreds, without a media server: pieces that a browser records, as small segments.

The browser sends numbered pieces of half a second; the encoder (``encoder.py``, a process of its own) turns them into
segments of one second in three sizes; browsers fetch those over plain HTTPS, about five seconds later. An address of a
segment is signed for one person and asks for their right each time it is used.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import shutil
from datetime import timedelta
from functools import lru_cache

from flask_babel import gettext as _

from app.core import clock
from app.core.database import JSON
from app.core.settings import settings
from app.webinars.media.base import Adapter, Capacity, Door
from app.webinars.models.planning import MediaKind

AUDIENCE = 300  # what one web process carries beside its pages, two fetches a second each
LIFE = timedelta(
    hours=12
)  # the right is asked for at every use; this is for addresses that were forgotten somewhere


class BroadcastAdapter(Adapter):
    """One on the stage, hundreds who follow."""

    kind = MediaKind.BROADCAST
    capacity = Capacity(cameras=1, voices=1, audience=AUDIENCE)

    def name(self) -> str:
        """Return its name."""
        return str(_("Broadcast"))

    def carries(self) -> str:
        """Return what it carries."""
        return str(
            _(
                "One person at a time with picture and sound to up to %(audience)s others, about five seconds later. "
                "Everybody else asks in writing.",
                audience=AUDIENCE,
            )
        )

    def missing(self) -> str:
        """Return why there is none."""
        return "" if program() else str(_("The program ffmpeg is not set up here."))

    def grant(self, door: Door) -> JSON:
        """Return where the streams of this room lie for this person."""
        return {"streams": f"/webinars/streams/{sign(door.participant_id)}"}


def program() -> str | None:
    """Return ffmpeg's path, None when there is none or it is switched off."""
    return _found(settings().ffmpeg)


@lru_cache(maxsize=8)
def _found(chosen: str) -> str | None:
    if chosen == "none":
        return None
    return shutil.which("ffmpeg") if chosen == "auto" else chosen


def sign(participant_id: str) -> str:
    """Return a token for one participant that goes into addresses."""
    until = int((clock.now() + LIFE).timestamp())
    return f"{participant_id}.{until}.{_mac(participant_id, until)}"


def signed_for(token: str) -> str | None:
    """Return whom a token is for; None when it is none of ours or too old."""
    participant_id, _dot, rest = token.partition(".")
    until, _dot, mac = rest.partition(".")
    if not (until.isascii() and until.isdecimal() and len(until) < 12):
        return None
    right = hmac.compare_digest(_mac(participant_id, int(until)).encode(), mac.encode())
    return participant_id if right and int(until) > clock.now().timestamp() else None


def _mac(participant_id: str, until: int) -> str:
    key = f"webinar streams {settings().secret_key}".encode()
    made = hmac.new(key, f"{participant_id}.{until}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:18]).decode()
