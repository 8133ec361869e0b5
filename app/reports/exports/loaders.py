"""The only way a view gets a file of a report: one's own, as long as one may see all that can be in it."""

from __future__ import annotations

from sqlalchemy import select

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.reports.catalogue import REPORTS
from app.reports.catalogue import report as readable_report
from app.reports.exports.actions import still_holds
from app.reports.frame import Report
from app.reports.models import FileState, ReportFile
from app.reports.policy import scope_of


def exportable(actor: Actor, report_name: str) -> Report:
    """Return a report that the actor may take away. Raises NotFound."""
    found = readable_report(actor, report_name)
    if not found.may_export(actor):
        raise NotFound
    return found


def own_file(actor: Actor, file_id: str) -> ReportFile:
    """Return a file that was made for the actor. Raises NotFound, also when they may not have it any more."""
    found = db.session.scalars(
        select(ReportFile).where(ReportFile.public_id == file_id, ReportFile.owner_id == (actor.user_id or 0))
    ).one_or_none()
    if found is None or not may_have(actor, found):
        raise NotFound
    return found


def ready_file(actor: Actor, file_id: str) -> ReportFile:
    """Return one's file that can be downloaded now. Raises NotFound."""
    found = own_file(actor, file_id)
    if found.state != FileState.READY or found.expires_at <= clock.now():
        raise NotFound
    return found


def may_have(actor: Actor, file: ReportFile) -> bool:
    """Whether the actor's rights of today reach as far as those that the file was made under."""
    report = REPORTS.get(file.report)
    return report is not None and report.may_export(actor) and still_holds(actor, file)


def reader(actor: Actor) -> Actor:
    """Return somebody who has reports at all. Raises NotFound."""
    if not scope_of(actor):
        raise NotFound
    return actor
