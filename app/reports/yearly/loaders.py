"""The only way a page gets a yearly report, a number of it, a published figure or a result."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Select, select

from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.records.figures.models import PublishedFigure
from app.reports.yearly.models import ActivityResult, YearlyLine, YearlyReport
from app.reports.yearly.rights import READERS, may_publish

Row = TypeVar("Row", YearlyReport, YearlyLine, PublishedFigure, ActivityResult)


def yearly(actor: Actor, yearly_id: str) -> YearlyReport:
    """Return a report. Raises NotFound."""
    return _one(READERS.allows(actor), select(YearlyReport).where(YearlyReport.public_id == yearly_id))


def own_yearly(actor: Actor, yearly_id: str) -> YearlyReport:
    """Return a report that the actor may write. Raises NotFound."""
    return _one(may_publish(actor), select(YearlyReport).where(YearlyReport.public_id == yearly_id))


def number(actor: Actor, yearly_id: str, line_id: str) -> YearlyLine:
    """Return a number of a report that the actor may write. Raises NotFound."""
    statement = select(YearlyLine).join(YearlyLine.report)
    mine = statement.where(YearlyReport.public_id == yearly_id, YearlyLine.public_id == line_id)
    return _one(may_publish(actor), mine)


def published(actor: Actor, published_id: str) -> PublishedFigure:
    """Return a published figure that the actor may explain. Raises NotFound."""
    return _one(may_publish(actor), select(PublishedFigure).where(PublishedFigure.public_id == published_id))


def result(actor: Actor, result_id: str) -> ActivityResult:
    """Return a result that the actor may withdraw. Raises NotFound."""
    statement = select(ActivityResult).where(
        ActivityResult.public_id == result_id, ActivityResult.withdrawn_at.is_(None)
    )
    return _one(may_publish(actor), statement)


def _one(allowed: bool, statement: Select[Row]) -> Row:
    found = db.session.scalars(statement).one_or_none() if allowed else None
    if found is None:
        raise NotFound
    return found
