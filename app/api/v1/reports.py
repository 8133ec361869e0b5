"""Reports: the rows that the pages show, as JSON in pages, or whole as CSV or XLSX. Exports are in the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, stream_with_context, url_for
from flask_babel import gettext as _

from app.accounts.bearer import with_token
from app.accounts.tokens import Scope
from app.api.v1 import cursors
from app.api.v1.blueprint import bp
from app.api.v1.faults import InvalidParameters
from app.api.v1.operations import operation
from app.api.v1.report_schemas import (
    AnyReportPage,
    CertificatePage,
    CertificateRow,
    CompletionPage,
    CompletionRow,
    ReportPage,
    ReportQuery,
    Row,
)
from app.core import clock
from app.core.access import Actor, access, current_actor, has
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.reports import exports, policy, queries
from app.reports import issued as certificates
from app.reports.columns import COLUMNS, Column, Kind
from app.reports.filters import ANY, DEFAULT_SORT, Filters
from app.reports.queries import Course

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGED = {"limit", "cursor"}


@dataclass(frozen=True, slots=True)
class Report:
    """A report by its name: its columns, the model of its rows, its order in files, whether rows without a
    certificate are left out, and the parameters that only it takes."""

    name: str
    columns: Sequence[Column]
    row: type[Row]
    page: type[ReportPage]
    sort: str
    certified: bool
    statuses: frozenset[str]
    periods: frozenset[str]


REPORTS: Mapping[str, Report] = {
    one.name: one
    for one in (
        Report(
            "completions",
            COLUMNS,
            CompletionRow,
            CompletionPage,
            DEFAULT_SORT,
            False,
            frozenset({"enrolled", "in_progress", "completed", "withdrawn"}),
            frozenset({"enrolled", "completed"}),
        ),
        Report(
            certificates.NAME,
            certificates.COLUMNS,
            CertificateRow,
            CertificatePage,
            certificates.SORT,
            True,
            frozenset({"valid", "revoked"}),
            frozenset({"issued"}),
        ),
    )
}


def report(actor: Actor, name: str) -> Report:
    """A report by its name, for those who may read reports. Raises NotFound."""
    if name not in REPORTS or not actor.has(Permission.REPORTS_READ):
        raise NotFound
    return REPORTS[name]


@bp.get("/reports/<name>")
@access(with_token(Scope.REPORTS, has(Permission.REPORTS_READ)), asked=report)
@operation(
    "The rows of a report",
    query=ReportQuery,
    answer=AnyReportPage,
    description=(
        "As JSON in pages, in an order that never changes; as `csv` or `xlsx` whole, with headings and words in the "
        "language of `lang`. Rows are those of the courses that the person may report on. Taking one is in the audit."
    ),
    path={"name": "`" + "` or `".join(REPORTS) + "`."},
    files={"text/csv": "CSV, UTF-8 with BOM", XLSX: f"a workbook of at most {exports.MAX_SHEET_ROWS} rows"},
)
def rows(query: ReportQuery, asked: Report) -> ReportPage | Response:
    """One page, or a file."""
    permission = Permission.REPORTS_READ if query.format == "json" else Permission.REPORTS_EXPORT
    courses = queries.courses_in(policy.scope_of(current_actor(), permission))
    filters = _filters(query, asked, courses)
    if query.format == "json":
        return _page(query, asked, courses, filters)
    if not current_actor().has(Permission.REPORTS_EXPORT):
        raise NotFound
    return _file(query, asked, courses, filters)


def _filters(query: ReportQuery, asked: Report, courses: Sequence[Course]) -> Filters:
    """Return what is asked for. Raises InvalidParameters; a course outside the scope looks like none at all."""
    faults = [
        (name, _("Use one of: %(values)s.", values=", ".join(sorted(allowed))))
        for name, given, allowed in (
            ("course", query.course, {course.slug for course in courses}),
            ("status", query.status, asked.statuses),
            ("period", query.period, asked.periods),
        )
        if given and given not in allowed
    ]
    if query.format != "json":
        faults += [(name, _("Only with format=json.")) for name in sorted(PAGED & query.model_fields_set)]
    if faults:
        raise InvalidParameters(*faults)
    return Filters(
        course=query.course,
        period=query.period or ("issued" if asked.certified else "enrolled"),
        start=query.start,
        end=query.end,
        country=query.country,
        profession=query.profession,
        language=query.language,
        status="" if asked.certified else query.status,
        certificate=(query.status or ANY) if asked.certified else "",
        sort=asked.sort,
    )


def _page(query: ReportQuery, asked: Report, courses: Sequence[Course], filters: Filters) -> ReportPage:
    narrowed = {"report": asked.name, **filters.as_json()}
    after = cursors.read(query.cursor, asked.name, narrowed)
    place = (UUID(after[0]), UUID(after[1])) if after else None
    if place is None:
        exports.note(current_actor(), "json", filters, queries.count(courses, filters).rows, asked.name)
    found = queries.rows_after(courses, filters, place, query.limit, asked.columns)
    by_key = {str(course.key): course for course in courses}
    return asked.page(
        report=asked.name,
        data=[_row(asked, row, by_key) for row in found.rows],
        next=_next(query, asked, narrowed, found.next) if found.next else None,
    )


def _row(asked: Report, values: Sequence[Any], courses: Mapping[str, Course]) -> Row:
    """A row with codes instead of words; a course by its slug and its title."""
    cells: dict[str, Any] = {}
    for column, value in zip(asked.columns, values, strict=True):
        cells[column.key] = courses[value].slug if column.kind == Kind.COURSE else value
        if column.kind == Kind.COURSE:
            cells["course_title"] = courses[value].title
        elif column.kind in {Kind.CERTIFICATE, Kind.CERTIFICATE_STATUS}:
            cells[column.key] = value or None
    return asked.row(**cells)


def _next(query: ReportQuery, asked: Report, narrowed: dict[str, Any], place: tuple[UUID, UUID]) -> str:
    given = query.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"cursor"})
    cursor = cursors.made(asked.name, narrowed, [str(key) for key in place])
    return url_for("api_v1.rows", name=asked.name, **given, cursor=cursor, _external=True)


def _file(query: ReportQuery, asked: Report, courses: Sequence[Course], filters: Filters) -> Response:
    count = queries.count(courses, filters).rows
    if query.format == "xlsx" and count > exports.MAX_SHEET_ROWS:
        most = _(
            "These are more than %(max)d rows: take the CSV, or narrow them.", max=exports.MAX_SHEET_ROWS
        )
        raise InvalidParameters(("format", most))
    exports.note(current_actor(), query.format, filters, count, asked.name)
    name = f"{asked.name}-{clock.now():%Y-%m-%d}.{query.format}"
    if query.format == "csv":
        answer = Response(
            stream_with_context(exports.csv_parts(courses, filters, asked.columns)), mimetype="text/csv"
        )
    else:
        answer = Response(exports.workbook(courses, filters, asked.columns, asked.name), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
