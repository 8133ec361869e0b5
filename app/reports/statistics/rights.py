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
from app.reports.policy import Scope, scope_of

PUBLIC = (
    *("users", "user_countries", "trained", "trained_countries", "deliveries", "webinars"),
    "recording_uses",
)
"""The figures of the public page."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees: what is in their ``scope``, whose activities (and those below) have the slugs ``activities``.

    With an empty scope only what is ``public``.
    """

    scope: Scope
    activities: frozenset[str] = frozenset()
    public: bool = False

    @property
    def everything(self) -> bool:
        """Whether nothing is kept from them."""
        return self.scope.everything

    @property
    def countries(self) -> frozenset[str]:
        """The countries whose people they see."""
        return self.scope.countries

    @property
    def own(self) -> bool:
        """Whether there is more than what everybody sees."""
        return bool(self.scope)

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
    """Return what the actor sees now."""
    scope = scope_of(actor)
    own = frozenset[str]() if scope.everything else scope.slugs | _slugs(frozenset(scope.activities))
    return Sight(scope, own, bool(settings().public_statistics))


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
