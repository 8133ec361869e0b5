"""What an activity is called before a reader: what is for a group has no title for others than its members."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from app.core.access import Actor
from app.records.models import ActivityKind
from app.reports.activities import FOR_A_GROUP, SESSIONS
from app.reports.statistics.figures import in_page_language

_OF_GROUPS = SESSIONS | {
    kind.value for kind in (ActivityKind.RECORDING, ActivityKind.RESOURCE, ActivityKind.ROOM)
}


def title_for(
    actor: Actor,
    kind: str,
    audience: str,
    group_id: int | None,
    titles: Mapping[str, str] | None,
    slug: str,
) -> str:
    """Return an activity's title, of what is for a group that the actor is not in only that it is so."""
    if is_kept(actor, kind, audience, group_id):
        return str(_("An activity for one group"))
    return in_page_language(titles or {}) or slug


def is_kept(actor: Actor, kind: str, audience: str, group_id: int | None) -> bool:
    """Whether an activity's title and address are for a group alone that the actor is not in."""
    of_group = group_id is not None or audience == FOR_A_GROUP
    return of_group and kind in _OF_GROUPS and group_id not in actor.groups
