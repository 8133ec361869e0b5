"""The reports there are, and how somebody asks for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import force_locale

from app.core import clock
from app.core.access import Actor
from app.core.errors import NotFound
from app.core.i18n import page_language
from app.core.permissions import Permission
from app.reports import choices
from app.reports.activities import Known, narrowed, within
from app.reports.attendance import Attendance
from app.reports.by_activity import ByActivity
from app.reports.by_country import Countries
from app.reports.certificates import Certificates
from app.reports.completions import Completions
from app.reports.forms import ReportForm, read
from app.reports.frame import Asked, Report
from app.reports.inactive import Inactive
from app.reports.policy import Scope, scope_of
from app.reports.quality import Quality
from app.reports.recordings import Recordings
from app.reports.rooms import Rooms
from app.reports.selection import Selection

_IN_ORDER: tuple[Report, ...] = (
    Completions(),
    Attendance(),
    Countries(),
    ByActivity(),
    Recordings(),
    Certificates(),
    Rooms(),
    Inactive(),
    Quality(),
)
REPORTS: Mapping[str, Report] = {one.name: one for one in _IN_ORDER}
"""Every report by its name, in the order of the catalogue."""


def readable(actor: Actor) -> list[Report]:
    """Return the reports that the actor may read, in the order of the catalogue."""
    scope = scope_of(actor)
    return [one for one in REPORTS.values() if one.concerns(scope)]


def report(actor: Actor, name: str) -> Report:
    """Return a report by its name. Raises NotFound for one that the actor may not read."""
    found = REPORTS.get(name)
    if found is None or not found.may_read(actor):
        raise NotFound
    return found


def ask(
    report: Report,
    actor: Actor,
    args: Mapping[str, str],
    zone: str,
    language: str = "",
    *,
    permission: Permission = Permission.REPORTS_READ,
) -> Asked | ReportForm:
    """Return the report as asked for with the values of an address, or the form with what is wrong with them.

    Days are days of ``zone``; titles and order are those of ``language`` (default: the page's). ``permission`` is what
    the scope is of: to export, that of exporting. Raises NotFound when the actor may not read the report.
    """
    with force_locale(language or page_language()):
        form, asked = put(report, actor, args, zone, permission)
        return asked or form


def put(
    report: Report,
    actor: Actor,
    args: Mapping[str, str],
    zone: str,
    permission: Permission = Permission.REPORTS_READ,
) -> tuple[ReportForm, Asked | None]:
    """Return the form, and what is asked for when it holds. Raises NotFound as :func:`ask` does."""
    scope = scope_of(actor, permission)
    if not report.concerns(scope):
        raise NotFound
    offered = within(actor, scope, report.kinds)
    form = read(report, args, choices.of(report, scope, offered))
    if not form.validate():
        return form, None
    return form, _asked(form, report, actor, scope, zone, offered)


def select(
    report: Report,
    actor: Actor,
    filters: Selection,
    permission: Permission = Permission.REPORTS_READ,
    grouping: tuple[str, ...] = (),
) -> Asked:
    """Return the report narrowed and grouped by values that are already known to be fit, in its own order.

    Raises NotFound as :func:`ask` does, LookupError for an activity that the actor may not be told of.
    """
    scope = scope_of(actor, permission)
    if not report.concerns(scope):
        raise NotFound
    offered = within(actor, scope, report.kinds)
    if filters.activity and all(one.slug != filters.activity for one in offered):
        raise LookupError(filters.activity)
    return _made(report, actor, scope, filters, grouping, report.sort_of(grouping), offered)


def _asked(
    form: ReportForm, report: Report, actor: Actor, scope: Scope, zone: str, offered: Sequence[Known]
) -> Asked:
    sort = form.sort.data or report.sort_of(form.grouping)
    return _made(report, actor, scope, form.selection(zone), form.grouping, sort, offered)


def _made(
    report: Report,
    actor: Actor,
    scope: Scope,
    filters: Selection,
    grouping: tuple[str, ...],
    sort: str,
    offered: Sequence[Known],
) -> Asked:
    return Asked(
        report=report,
        actor=actor,
        scope=scope,
        filters=filters,
        grouping=grouping,
        sort=sort,
        as_of=clock.now(),
        activities=narrowed(offered, filters),
        offered=offered,
    )
