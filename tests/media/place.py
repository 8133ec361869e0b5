"""A feature as small as can be, for files to belong to."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.access import Actor
from app.media.links import Claim, Grant

PLACE = "place:1"


@dataclass
class Place:
    """Knows who its members are, what is written into their copies, and who asked for what."""

    members: set[int] = field(default_factory=set)
    lines: list[str] | None = None
    name: str | None = None
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def may_get(self, actor: Actor, claim: Claim) -> Grant | None:
        """Answer for a link."""
        assert claim.scope == PLACE
        self.asked.append((claim.purpose, claim.first))
        if actor.user_id not in self.members:
            return None
        lines = None if self.lines is None else [*self.lines, f"{claim.issued_at:%Y-%m-%d %H:%M:%S}"]
        return Grant(lines, self.name)
