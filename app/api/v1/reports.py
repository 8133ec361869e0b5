"""Reports: the rows that the pages show, as JSON in pages, or whole as CSV or XLSX. Exports are in the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, stream_with_context, url_for
from flask_babel import gettext as _

from app.accounts.bearer import with_token
from app.accounts.tokens import Scope
from app.api.v1 import cursors
from app.api.v1.blueprint import bp
from app.api.v1.faults import InvalidParameters
from app.api.v1.operations import operation
from app.api.v1.report_rows import GroupRow, Row
from app.api.v1.report_schemas import PAGES, AnyReportPage, GroupedPage, ReportPage, ReportQuery
from app.core import clock
from app.core.access import Actor, access, current_actor, has
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.reports import catalogue, direct
from app.reports.columns import Kind
from app.reports.frame import Asked, Report
from app.reports.selection import NARROWING, Selection
from app.reports.words import quality, silences

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGED = {"limit", "cursor"}
_EMPTY_IS_NULL = frozenset({Kind.CERTIFICATE, Kind.CERTIFICATE_STATUS})


def report(actor: Actor, name: str) -> Report:
    """A report by its name, for those who may read it. Raises NotFound."""
    return catalogue.report(actor, name)


@bp.get("/reports/<name>")
@access(with_token(Scope.REPORTS, has(Permission.REPORTS_READ)), asked=report)
@operation(
    "The rows of a report",
    query=ReportQuery,
    answer=AnyReportPage,
    description=(
        "As JSON in pages, in an order that never changes; as `csv` or `xlsx` whole, with headings and words in the "
        "language of `lang`. Rows are those that the person may report on. A filter that a report does not take is "
        "refused. With `group`, and `by` beside it, counts of groups of rows. Taking one is in the audit."
    ),
    path={"name": "`" + "` or `".join(catalogue.REPORTS) + "`."},
    files={"text/csv": "CSV, UTF-8 with BOM", XLSX: f"a workbook of at most {direct.MAX_SHEET_ROWS} rows"},
)
def rows(query: ReportQuery, asked: Report) -> ReportPage | GroupedPage | Response:
    """One page, or a file."""
    permission = Permission.REPORTS_READ if query.format == "json" else Permission.REPORTS_EXPORT
    actor = current_actor()
    if query.format != "json" and not actor.has(Permission.REPORTS_EXPORT):
        raise NotFound
    filters = _filters(query, asked)
    try:
        question = catalogue.select(asked, actor, filters, permission, _grouping(query, asked))
    except LookupError:
        given = "course" if query.course else "activity"
        raise InvalidParameters((given, _("There is no such activity in your reports."))) from None
    return _page(query, question) if query.format == "json" else _file(query, question)


def _filters(query: ReportQuery, asked: Report) -> Selection:
    """Return what is asked for. Raises InvalidParameters."""
    given = {name: value for name in NARROWING if (value := getattr(query, name, ""))}
    if query.course:
        given["activity"] = query.course
    faults = [
        (_name(query, name), _("This report is not narrowed by it."))
        for name in given
        if name not in asked.filters
    ]
    periods = [value for value, _words in asked.periods]
    if not periods:
        faults += [(name, _("This report has no period.")) for name in _of_period(query)]
    for name, value, allowed in (
        ("status", query.status, asked.status_words()),
        ("period", query.period, periods),
        ("days", query.days, dict(silences())),
        ("quality", query.quality, quality()),
    ):
        if value and value not in allowed and name not in {one for one, _words in faults}:
            faults.append((name, _("Use one of: %(values)s.", values=", ".join(sorted(allowed)))))
    if query.format != "json":
        faults += [(name, _("Only with format=json.")) for name in sorted(PAGED & query.model_fields_set)]
    if faults:
        raise InvalidParameters(*faults)
    period = query.period or (periods[0] if periods else "")
    return Selection(**given, period=period, start=query.start, end=query.end)


def _grouping(query: ReportQuery, asked: Report) -> tuple[str, ...]:
    """Return what is grouped by. Raises InvalidParameters."""
    given = [(name, value) for name, value in (("group", query.group), ("by", query.by)) if value]
    offered = ", ".join(asked.dimensions)
    faults = [
        (name, _("Use one of: %(values)s.", values=offered))
        for name, value in given
        if value not in asked.dimensions
    ]
    if query.by and query.by == query.group:
        faults.append(("by", _("Choose two different ones.")))
    if faults:
        raise InvalidParameters(*faults)
    return tuple(value for _name, value in given)


def _name(query: ReportQuery, name: str) -> str:
    return "course" if name == "activity" and query.course else name


def _of_period(query: ReportQuery) -> list[str]:
    given = (("period", query.period), ("from", query.start), ("to", query.end))
    return [name for name, value in given if value]


def _page(query: ReportQuery, asked: Asked) -> ReportPage | GroupedPage:
    name = asked.report.name
    narrowed = {"report": name, "group": list(asked.grouping), **asked.filters.as_json()}
    place = cursors.read(query.cursor, name, narrowed)
    if place is None:
        direct.note(asked, "json", asked.report.count(asked))
    found = asked.report.after(asked, place, query.limit)
    titles = {str(one.key): (one.slug, one.title) for one in asked.offered}
    following = _next(query, name, narrowed, found.next) if found.next else None
    if asked.grouping:
        groups = [_group(asked, row, titles) for row in found.rows]
        totals = _counts(asked, asked.report.totals(asked) or ())
        return GroupedPage(report=name, grouping=asked.grouping, data=groups, totals=totals, next=following)
    page: type[ReportPage] = PAGES[name]
    rows = [_row(page, asked, row, titles) for row in found.rows]
    return page(report=name, data=rows, next=following)


def _group(asked: Asked, values: Sequence[Any], titles: Mapping[str, tuple[str, str]]) -> GroupRow:
    groups = {}
    for column, value in zip(asked.report.columns(asked), values[: len(asked.grouping)], strict=False):
        told = titles.get(value, (None, None))[0] if column.kind == Kind.COURSE else value
        groups[column.key] = told or None
    return GroupRow(groups=groups, counts=_counts(asked, values))


def _counts(asked: Asked, values: Sequence[Any]) -> dict[str, Any]:
    width = len(asked.grouping)
    columns = asked.report.columns(asked)[width:]
    return {column.key: value for column, value in zip(columns, values[width:], strict=False)}


def _row(
    page: type[ReportPage], asked: Asked, values: Sequence[Any], titles: Mapping[str, tuple[str, str]]
) -> Row:
    """A row with codes instead of words; an activity by its slug and its title."""
    cells: dict[str, Any] = {}
    for column, value in zip(asked.report.columns(asked), values, strict=True):
        cells[column.key] = value
        if column.kind == Kind.COURSE:
            cells[column.key], cells[f"{column.key}_title"] = titles.get(value, (None, None))
        elif column.kind in _EMPTY_IS_NULL:
            cells[column.key] = value or None
    return page.row(**cells)


def _next(query: ReportQuery, name: str, narrowed: dict[str, Any], place: Sequence[str]) -> str:
    given = query.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"cursor"})
    return url_for(
        "api_v1.rows", name=name, **given, cursor=cursors.made(name, narrowed, place), _external=True
    )


def _file(query: ReportQuery, asked: Asked) -> Response:
    count = asked.report.count(asked)
    if query.format == "xlsx" and count > direct.MAX_SHEET_ROWS:
        most = _("These are more than %(max)d rows: take the CSV, or narrow them.", max=direct.MAX_SHEET_ROWS)
        raise InvalidParameters(("format", most))
    direct.note(asked, query.format, count)
    if query.format == "csv":
        answer = Response(stream_with_context(direct.csv_pieces(asked)), mimetype="text/csv")
    else:
        answer = Response(direct.workbook(asked), mimetype=XLSX)
    name = f"{asked.report.name}-{clock.now():%Y-%m-%d}.{query.format}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
