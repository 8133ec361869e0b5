"""Planted in the world: yearly reports (a draft, one in review), a figure as published, what came of an activity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from app.core.access import Actor
from app.core.database import db
from app.records.figures.models import Qualifier
from app.records.models import Activity
from app.reports.yearly import actions, published, results
from app.reports.yearly.models import ResultKind
from tests.cast import COURSE

CANARIES: Mapping[str, str] = {
    "CANARY-YEARLY-TITLE": "reporting_officer administrator",
    "CANARY-PUBLISHED-SOURCE": "reporting_officer administrator",
    "CANARY-RESULT-SUMMARY": "reporting_officer administrator",
}


def plant(administrator: Actor) -> dict[str, str]:
    """Plant them; return what each is called."""
    key = db.session.scalars(select(Activity.key).where(Activity.slug == COURSE)).one()
    report = actions.make(administrator, "CANARY-YEARLY-TITLE", "en", (date(2024, 1, 1), date(2024, 12, 31)))
    reviewed = actions.make(
        administrator, "CANARY-YEARLY-TITLE", "en", (date(2023, 1, 1), date(2023, 12, 31))
    )
    actions.count(administrator, reviewed)
    actions.submit(administrator, reviewed)
    figure = published.Draft(
        figure="trained",
        value=10,
        qualifier=Qualifier.EXACT,
        starts_on=None,
        ends_on=date(2024, 12, 31),
        source="CANARY-PUBLISHED-SOURCE",
    )
    result = results.enter(
        administrator,
        key,
        ResultKind.LAW,
        date(2024, 5, 1),
        country="KE",
        summary="CANARY-RESULT-SUMMARY",
        evidence="The gazette",
        source="The ministry",
    )
    return {
        "yearly": report.public_id,
        "reviewed_yearly": reviewed.public_id,
        "yearly_line": report.lines[0].public_id,
        "published": published.enter(administrator, [figure])[0].public_id,
        "activity_result": result.public_id,
    }
