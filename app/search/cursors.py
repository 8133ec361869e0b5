"""Where a list of hits goes on: after which hit, by the ranking of which moment. Opaque to whoever carries it."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime

_WRITTEN = re.compile(r"([slo])\.(-?\d{1,12})\.(-?\d{1,19})\.(\d{1,11})", re.ASCII)
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Cursor:
    """After the hit of ``score`` and ``thing``, found in the way of ``mode``, with freshness as of ``moment``."""

    mode: str
    score: int
    thing: int
    moment: datetime

    def __str__(self) -> str:
        written = f"{self.mode}.{self.score}.{self.thing}.{int(self.moment.timestamp())}"
        return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def read(written: str | None) -> Cursor | None:
    """Return the cursor that was written; None for anything that is none."""
    if not written or len(written) > _LONGEST or not written.isascii():
        return None
    try:
        plain = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    found = _WRITTEN.fullmatch(plain)
    if found is None or not -(2**63) <= int(found[3]) < 2**63:
        return None
    return Cursor(found[1], int(found[2]), int(found[3]), datetime.fromtimestamp(int(found[4]), UTC))
