"""The frame of the demo world: its present, its chance, its data files. The same seed and day give the same world."""

from __future__ import annotations

import base64
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import yaml

SEED = 20081
BEGAN = date(2008, 3, 3)
"""The day of the first approval."""

_DATA = Path(__file__).parent / "data"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SATURDAY = 5
Choice = TypeVar("Choice")


@dataclass(frozen=True)
class World:
    """``now`` is the present of the world (aware, UTC): nothing happens after it."""

    now: datetime
    seed: int = SEED

    def chance(self, what: str) -> random.Random:
        """Return the chance of one part of the world, so that a change in one part leaves the others as they are."""
        return random.Random(f"{self.seed} {what}")

    @property
    def today(self) -> date:
        """The present day in UTC."""
        return self.now.date()


@cache
def data(name: str) -> Any:
    """Return the content of ``data/<name>.yaml``."""
    with (_DATA / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, _LOADER)  # noqa: S506 - a safe loader, the fast one where there is one


@cache
def zone(name: str) -> ZoneInfo:
    """Return a time zone."""
    return ZoneInfo(name)


def new_uuid(chance: random.Random) -> UUID:
    """Return a uuid of version 4."""
    return UUID(int=chance.getrandbits(128), version=4)


def new_public_id(chance: random.Random) -> str:
    """Return an identifier as ``app.core.ids.public_id`` makes them."""
    return base64.urlsafe_b64encode(chance.randbytes(16)).decode("ascii").rstrip("=")


def new_code(chance: random.Random) -> str:
    """Return a code as ``app.core.ids.code`` makes them."""
    letters = chance.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=16)
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def at(day: date, hour: int, minute: int = 0, zone_name: str = "UTC") -> datetime:
    """Return the instant of a local time."""
    return datetime.combine(day, time(hour, minute), zone(zone_name)).astimezone(UTC)


def working_day(day: date) -> date:
    """Return ``day``, or the Monday after it when it is a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= _SATURDAY else day


def some_day(chance: random.Random, first: date, last: date) -> date:
    """Return a day from ``first`` to ``last``, both included; ``first`` when they are the wrong way round."""
    return first + timedelta(days=chance.randint(0, max(0, (last - first).days)))


def working_time(chance: random.Random, day: date, zone_name: str) -> datetime:
    """Return an instant in the working hours of a day, or of the Monday after it."""
    found = at(working_day(day), chance.randint(8, 16), chance.randint(0, 59), zone_name)
    return found + timedelta(seconds=chance.randint(0, 59))


def spread(total: int, weights: Sequence[float]) -> list[int]:
    """Split ``total`` in proportion to ``weights``, exactly (largest remainders)."""
    whole = sum(weights)
    shares = [total * weight / whole for weight in weights]
    counts = [int(share) for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda place: counts[place] - shares[place])
    for place in by_rest[: total - sum(counts)]:
        counts[place] += 1
    return counts


def dealt(chance: random.Random, quotas: dict[Choice, int]) -> list[Choice]:
    """Return every key as often as its quota says, shuffled."""
    cards = [key for key, number in quotas.items() for _ in range(number)]
    chance.shuffle(cards)
    return cards
