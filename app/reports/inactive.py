"""Inactive and at risk: who is enrolled and has not moved for a while, or whose activity closes soon."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, or_

from app.core.texts import lazy_gettext as _l
from app.records.models import Activity, ActivityKind, Participation
from app.reports.columns import Column, Kind
from app.reports.completions import (
    ACTIVITY,
    COUNTRY,
    COUNTRY_NOW,
    EMAIL,
    ENROLLED,
    INSTITUTION,
    LANGUAGE,
    LAST_ACCESS,
    PERSON,
    PROFESSION,
    PROGRESS,
    STATUS,
)
from app.reports.frame import Asked
from app.reports.grouping import DIMENSIONS, PARTICIPATIONS, PEOPLE, Measure, ParticipationDimension
from app.reports.participations import ParticipationReport
from app.reports.words import risks

SILENT_DAYS = 30
"""For how long nothing must have happened when nothing else is asked."""
CLOSING_DAYS = 14
"""How long before its end an activity closes soon."""

_MOVED = func.coalesce(Participation.last_access_at, Participation.enrolled_at)
_DAYS = cast(func.floor(func.date_part("epoch", func.now() - _MOVED) / 86400), Integer)
_CLOSES = and_(
    Activity.ends_at > func.now(), Activity.ends_at < func.now() + func.make_interval(0, 0, 0, CLOSING_DAYS)
)
_RISK = case(
    (_CLOSES, "closing"), (Participation.first_access_at.is_(None), "never_started"), else_="stopped"
)


def _counted(risk: str) -> Measure:
    texts = {
        "never_started": (_l("Never started"), _l("Enrolled, and have not opened it.")),
        "stopped": (_l("Have stopped"), _l("Have begun, and nothing has happened for as long as asked.")),
        "closing": (_l("Closing soon"), _l("Not completed, and it ends within 14 days.")),
    }
    heading, definition = texts[risk]
    return Measure(
        risk, heading, definition, "participations", lambda base: func.count().filter(base.c.risk == risk)
    )


class Inactive(ParticipationReport):
    """Those who may not finish."""

    name = "inactive"
    title = _l("Inactive and at risk")
    sentence = _l(
        "Everybody who is enrolled, has not completed, and has not moved for as many days as are asked (30 when "
        "nothing is), or whose activity ends within 14 days."
    )
    filters = (
        *("activity", "days", "status", "country", "profession", "region", "institution", "kind", "channel"),
        *("topic", "gender", "language", "partner", "project", "donor", "tag"),
    )
    periods = (("enrolled", _l("Enrolment")), ("accessed", _l("Last access")))
    statuses = ("never_started", "stopped", "closing")
    dimensions = {
        name: one for name, one in DIMENSIONS.items() if name not in {"status", "certificate_status"}
    } | {"risk": ParticipationDimension("risk", _l("Why"), Kind.RISK, lambda asked: _RISK, filter="status")}
    default_sort = "-silent"
    kinds = frozenset({ActivityKind.COURSE.value, ActivityKind.DELIVERY.value})
    of_activity = True
    all_columns = (
        PERSON,
        EMAIL,
        ACTIVITY,
        Column("risk", _l("Why"), Kind.RISK, _RISK),
        Column("silent", _l("Days without a move"), Kind.COUNT, _DAYS),
        Column("closes", _l("Ends"), Kind.INSTANT, Activity.ends_at),
        STATUS,
        PROGRESS,
        ENROLLED,
        LAST_ACCESS,
        COUNTRY,
        COUNTRY_NOW,
        PROFESSION,
        INSTITUTION,
        LANGUAGE,
    )
    counted = (PARTICIPATIONS, PEOPLE, _counted("never_started"), _counted("stopped"), _counted("closing"))
    measures = (PEOPLE, PARTICIPATIONS, *counted[2:])

    def status_words(self) -> Mapping[str, str]:
        """Why somebody may not finish."""
        return risks()

    def has_status(self, asked: Asked) -> ColumnElement[bool]:
        """Why somebody may not finish."""
        return _RISK.in_((asked.filters.status,))

    def conditions(self, asked: Asked) -> list[ColumnElement[bool]]:
        """Enrolled and not completed, and silent or closing."""
        days = int(asked.filters.days or SILENT_DAYS)
        silent = func.now() - func.make_interval(0, 0, 0, days) > _MOVED
        open_ones = Participation.status.in_(("enrolled", "in_progress"))
        not_over = or_(Activity.ends_at.is_(None), Activity.ends_at > func.now())
        return [*super().conditions(asked), open_ones, not_over, or_(silent, _CLOSES)]

    def inner_values(self) -> list[ColumnElement[object]]:
        """Beside the others the reason."""
        return [*super().inner_values(), _RISK.label("risk")]
