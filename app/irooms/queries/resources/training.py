"""Training of the platform that resources can lead to: activities of the register, as far as one may see them."""

from __future__ import annotations

from sqlalchemy import or_, select

from app.core.database import db
from app.core.i18n import best_language, page_language
from app.irooms.resources_vocabulary import TRAINING_KINDS
from app.irooms.seats import Seat
from app.records.models import Activity


def offered(seat: Seat) -> list[tuple[Activity, str]]:
    """Return what the seat may add, with its title nearest to the page's language, by kind and title; at most 500."""
    rows = db.session.scalars(
        select(Activity)
        .where(
            Activity.kind.in_(list(TRAINING_KINDS)),
            Activity.address != "",
            ~Activity.is_test,
            or_(Activity.group_id.is_(None), Activity.group_id.in_(seat.actor.groups)),
        )
        .limit(500)
    )
    titled = [(activity, title_of(activity)) for activity in rows]
    return sorted(titled, key=lambda pair: (pair[0].kind, pair[1].casefold()))


def title_of(activity: Activity) -> str:
    """Return an activity's title in the language nearest to the page's."""
    titles: dict[str, str] = activity.titles
    if not titles:
        return activity.slug
    return titles[best_language(page_language(), list(titles), next(iter(titles)))]
