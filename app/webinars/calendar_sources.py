"""Sessions in calendars: in people's, those they are named in or have a place in; in a group's, those for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.group_rules import FREE, GroupRules, rules_for, rules_of
from app.core.access import Actor
from app.core.database import db
from app.notifications.calendar import CalendarEntry
from app.webinars.models.planning import State, Webinar
from app.webinars.queries import planning as queries
from app.webinars.scopes import webinar_scope

KEPT = timedelta(days=366)
"""How long past sessions stay in people's calendars."""
MOST = 2_000


def of_actor(actor: Actor) -> Iterator[CalendarEntry]:
    """Yield the sessions that an actor is named in or has a place in. Two queries at most."""
    found = [place.webinar for place in queries.of_calendar(actor, KEPT)]
    rules = rules_of(frozenset(webinar.group_id for webinar in found if webinar.group_id is not None))
    for webinar in found:
        yield entry(webinar, FREE if webinar.group_id is None else rules[webinar.group_id])


def of_groups(group_ids: Collection[int], since: datetime) -> Iterable[tuple[int, CalendarEntry]]:
    """Yield the published sessions that are for groups, and end at or after ``since``. One query."""
    rows = db.session.scalars(
        select(Webinar)
        .where(
            Webinar.group_id.in_(group_ids),
            Webinar.state != State.DRAFT,
            Webinar.is_template.is_(False),
            Webinar.ends_at >= since,
        )
        .order_by(Webinar.starts_at, Webinar.id)
        .limit(MOST)
    )
    for row in rows:
        assert row.group_id is not None
        yield row.group_id, entry(row, FREE)  # who keeps the group says what may be named


def entry(webinar: Webinar, rules: GroupRules | None = None) -> CalendarEntry:
    """Return a session as calendars show it; outside the platform it is named as the rules of its group allow."""
    named = (rules or rules_for(webinar.group_id)).mail_names
    return CalendarEntry(
        uid=f"webinar-{webinar.public_id}",
        start=webinar.starts_at,
        end=webinar.ends_at,
        zone=webinar.zone,
        summary=webinar.title,
        url=f"/webinars/{webinar.public_id}",
        scope=webinar_scope(webinar.id),
        sequence=webinar.sequence,
        cancelled=webinar.state == State.CANCELLED,
        discreet="" if named else _("A session for your group"),
        changed=webinar.changed_at,
        location=webinar.place,
    )
