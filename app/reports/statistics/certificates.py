"""Certificates by age. They have no end here; by their age one sees whose training lies far back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core import clock
from app.core.database import db
from app.records.questions import Question
from app.reports import charts
from app.reports.activities import Known
from app.reports.charts import Bar, Chart
from app.reports.statistics.conditions import SEEN, given, typed
from app.reports.statistics.rights import Sight

OLDEST = 5
"""Certificates of so many years and more are counted together."""
_AGES = typed(
    f"""
    SELECT least(extract(year FROM age(:now, certificate_issued_at))::int, {OLDEST}) AS years,
        count(*) FILTER (WHERE certificate_status = 'valid'), count(*) FILTER (WHERE certificate_status = 'revoked')
    FROM participation p WHERE {SEEN} AND certificate_issued_at IS NOT NULL AND certificate_issued_at <= :now
    GROUP BY 1
    """
)


@dataclass(frozen=True, slots=True)
class Certificates:
    """How many certificates hold and were revoked, and the ages of those that hold."""

    valid: int
    revoked: int
    ages: Chart
    url: str


def certificates(activities: Sequence[Known], sight: Sight, question: Question) -> Certificates:
    """Return the certificates of the activities and countries that the reader sees; one statement."""
    asked = given(activities, sight, question) | {"now": clock.now()}
    found = {
        int(years): (int(valid), int(revoked)) for years, valid, revoked in db.session.execute(_AGES, asked)
    }
    valid = [found.get(years, (0, 0))[0] for years in range(OLDEST + 1)]
    return Certificates(
        valid=sum(valid),
        revoked=sum(revoked for _valid, revoked in found.values()),
        ages=charts.bars(
            _("Certificates that hold, by their age"),
            [Bar(_age(years), number) for years, number in enumerate(valid)],
            of=_("Issued"),
            unit=_("Certificates"),
            notes=[_("Certificates have no end here. The oldest may be due for a newer course.")],
        ),
        url=url_for("reports.report", name="certificates"),
    )


def _age(years: int) -> str:
    if years == 0:
        return str(_("Less than a year ago"))
    if years == OLDEST:
        return str(ngettext("%(num)d year ago or more", "%(num)d years ago or more", years))
    return str(ngettext("%(num)d year ago", "%(num)d years ago", years))
