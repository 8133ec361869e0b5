"""Whose figures somebody sees: everybody's, those of their countries, those of the activities they look after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.settings import settings
from app.records.indicators import Basis, Indicator
from app.records.models import Activity, ActivityKind
from app.records.questions import Question
from app.reports.activities import ROOMS
from app.reports.policy import Scope, scope_of
from app.reports.statistics import figures
from app.reports.statistics.asking import Put
from app.reports.statistics.figures import Stated, Told

PUBLIC = (
    *("users", "user_countries", "trained", "trained_countries", "deliveries", "webinars"),
    "recording_uses",
)
"""The figures of the public page."""
_IN_ROOMS = ROOMS | {ActivityKind.RESOURCE.value}


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

    @property
    def by_country(self) -> bool:
        """Whether they see people by the country that these took part from."""
        return not self.everything and bool(self.countries)

    def tells(self, indicator: Indicator) -> bool:
        """Whether a figure is for them at all. Who is in a room is for its members to know, and a country may have one
        person there: so who sees countries gets the figures of rooms only for rooms that they look after."""
        return not self.by_country or not of_rooms(indicator) or self.scope.looks_after(ROOMS)

    def narrowed(self, question: Question, indicator: Indicator | None = None) -> Question:
        """Return the question, put to ``indicator``, about no more than what is seen.

        Who sees countries and activities gets those of the countries, unless only own activities are asked for. Their
        countries are those at the time: what somebody did for another country before is that country's to see.
        """
        if self.everything:
            return question
        of_own = question.activities and question.activities <= self.activities
        if self.countries and not of_own and not (indicator and of_rooms(indicator)):
            return replace(question.narrowed({"countries": sorted(self.countries)}), country_basis="then")
        return question.narrowed({"activities": sorted(self.activities) or ["-"]})


def of_rooms(indicator: Indicator) -> bool:
    """Whether a figure is about what there is and happens in rooms."""
    kinds = frozenset(indicator.kinds)
    return indicator.basis == Basis.ROOM_ACTS or (bool(kinds) and kinds <= _IN_ROOMS)


def state(told: Iterable[Told], sight: Sight, put: Put) -> list[Stated]:
    """Return the figures that are for the reader, with their values within what they see."""
    mine = [one for one in told if sight.tells(one.indicator)]
    found: dict[str, Stated] = {}
    for part in ([one for one in mine if of_rooms(one.indicator) is rooms] for rooms in (False, True)):
        if part:
            question = sight.narrowed(put.question, part[0].indicator)
            found |= {one.told.id: one for one in figures.state(part, question, put.instant)}
    return [found[one.id] for one in mine]


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
