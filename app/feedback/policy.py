"""Who may do what with feedback. Who runs an activity its feature says (``keepers.py``)."""

from __future__ import annotations

from app.core.access import Actor, Rule
from app.core.permissions import Permission

_RUNNING = (
    Permission.COURSES_TEACH,
    Permission.COURSES_MANAGE,
    Permission.WEBINARS_TRAIN,
    Permission.WEBINARS_MANAGE,
)
_OF_A_COUNTRY = "country:"


def may_read_all(actor: Actor) -> bool:
    """Whether the actor reports on every activity."""
    return actor.approved and actor.may(Permission.REPORTS_READ)


def may_read_some(actor: Actor) -> bool:
    """Whether there may be results for the actor: they report, teach, or run sessions."""
    return actor.approved and (any(actor.has(one) for one in _RUNNING) or _reports_on_activities(actor))


def _reports_on_activities(actor: Actor) -> bool:
    """Whoever reports on a country's people does not thereby learn what was said of an activity."""
    return any(not one.startswith(_OF_A_COUNTRY) for one in actor.scopes(Permission.REPORTS_READ))


readers = Rule("reports on activities, teaches, or runs sessions", may_read_some)
