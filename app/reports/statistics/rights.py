"""Whose figures somebody sees: everybody's, those of their countries, those of the activities they look after."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.settings import settings
from app.records.models import Activity
from app.records.questions import Question
from app.reports.policy import scope_of

PUBLIC = (
    *("users", "user_countries", "trained", "trained_countries", "deliveries", "webinars"),
    "recording_uses",
)
"""The figures of the public page."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees: ``everything``, or people of ``countries`` and whatever happens in ``activities`` (slugs).

    Nothing of these: only what is ``public``.
    """

    everything: bool = False
    countries: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    public: bool = False

    @property
    def own(self) -> bool:
        """Whether there is more than what everybody sees."""
        return self.everything or bool(self.countries or self.activities)

    def narrowed(self, question: Question) -> Question:
        """Return the question about no more than what is seen.

        Who sees countries and activities gets those of the countries, unless only own activities are asked for.
        """
        if self.everything:
            return question
        of_own = question.activities and question.activities <= self.activities
        if self.countries and not of_own:
            return question.narrowed({"countries": sorted(self.countries)})
        return question.narrowed({"activities": sorted(self.activities) or ["-"]})


def sight(actor: Actor) -> Sight:
    """Return what the actor sees now; at most three statements."""
    public = bool(settings().public_statistics)
    scope = scope_of(actor)
    if not scope:
        return Sight(public=public)
    if scope.everything:
        return Sight(everything=True, public=public)
    return Sight(
        countries=scope.countries,
        activities=scope.slugs | _slugs(frozenset(scope.activities)),
        public=public,
    )


def seen(actor: Actor) -> Sight:
    """Loader: what the actor sees beyond what is public. Raises NotFound when that is nothing."""
    found = sight(actor)
    if not found.own:
        raise NotFound
    return found


def anything(actor: Actor) -> Sight:
    """Loader: what the actor sees, maybe only what is public. Raises NotFound where that is nothing."""
    found = sight(actor)
    if not found.own and not found.public:
        raise NotFound
    return found


def _slugs(keys: frozenset[object]) -> frozenset[str]:
    """The slugs of activities, and of what is below them."""
    if not keys:
        return frozenset()
    mine = or_(Activity.key.in_(list(keys)), Activity.parent_key.in_(list(keys)))
    return frozenset(db.session.scalars(select(Activity.slug).where(mine, Activity.slug > "")))
