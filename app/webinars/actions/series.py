"""Series: sessions that belong together."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from flask_babel import gettext as _

from app.accounts.locking import lock
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock, scopes
from app.core.access import Actor
from app.core.database import db
from app.core.refusal import require
from app.webinars import planning_search, register
from app.webinars.models.planning import WebinarSeries
from app.webinars.policy import may_manage, may_plan


@dataclass(frozen=True, slots=True)
class About:
    """What a series is about: columns of ``webinar_series``."""

    title: str
    summary: str = ""
    topic: str = ""
    languages: list[str] = field(default_factory=list)


def make(actor: Actor, about: About) -> WebinarSeries:
    """Make a series. Refused to who may not plan."""
    require(may_plan(actor), _("You may not plan sessions."))
    series = WebinarSeries(created_by=actor.user_id, created_at=clock.now(), **asdict(about))
    db.session.add(series)
    db.session.flush()
    scopes.forget()
    _kept(actor, Verb.WEBINAR_SERIES_MADE, series)
    return series


def change(actor: Actor, series: WebinarSeries, about: About) -> bool:
    """Change what a series is about; False when nothing differs. Refused to others than who made it."""
    require(runs(actor, series), _("You may not change this series."))
    lock(series)
    require(series.closed_at is None, _("This series is closed."))
    values = asdict(about)
    if all(getattr(series, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(series, name, value)
    db.session.flush()
    _kept(actor, Verb.WEBINAR_SERIES_CHANGED, series)
    return True


def close(actor: Actor, series: WebinarSeries) -> None:
    """Close a series: it stays to be read, no session is added. Refused to others than who made it."""
    require(runs(actor, series), _("You may not change this series."))
    lock(series)
    require(series.closed_at is None, _("This series is closed."))
    series.closed_at = clock.now()
    db.session.flush()
    _kept(actor, Verb.WEBINAR_SERIES_CLOSED, series)


def runs(actor: Actor, series: WebinarSeries) -> bool:
    """Whether the actor looks after a series."""
    own = series.created_by is not None and series.created_by == actor.user_id
    return (own and may_plan(actor)) or may_manage(actor)


def _kept(actor: Actor, verb: Verb, series: WebinarSeries) -> None:
    register.describe_series(series)
    planning_search.refresh_series(series)
    audit.record(actor, verb, "webinar_series", series.public_id)
