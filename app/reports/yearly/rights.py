"""Who sees yearly reports and who makes them: both for the whole platform only."""

from __future__ import annotations

from app.core.access import Actor, Rule
from app.core.permissions import Permission

READERS = Rule(
    "reports.read, everywhere", lambda actor: actor.approved and actor.may(Permission.REPORTS_READ)
)
PUBLISHERS = Rule(
    "reports.publish, everywhere",
    lambda actor: READERS.allows(actor) and actor.may(Permission.REPORTS_PUBLISH),
)


def may_publish(actor: Actor) -> bool:
    """Whether the actor may make and clear yearly reports, and enter what was published and what came of things."""
    return PUBLISHERS.allows(actor)
