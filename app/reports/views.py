"""Pages of the completion report and its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import access, approved, current_actor, has
from app.core.errors import NotFound
from app.core.forms import UNPROCESSABLE
from app.core.i18n import format_number
from app.core.permissions import Permission
from app.reports import exports, policy, queries
from app.reports.columns import COLUMNS
from app.reports.filters import DEFAULT_SORT, CompletionFilters, address, read
from app.reports.queries import Ask, Course, Page
from app.reports.table import badges, cells, course_title, own_rows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
bp = Blueprint("reports", __name__, template_folder="templates", url_prefix="/reports")


@dataclass(frozen=True, slots=True)
class Pager:
    """What the pager shows."""

    first: str
    last: str
    total: str
    prev_url: str | None
    next_url: str | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading with the address that sorts by it."""

    text: str
    url: str
    direction: str | None
    is_number: bool


@bp.get("/completions")
@access(has(Permission.REPORTS_READ))
def completions() -> ResponseReturnValue:
    """The completion report: what is counted, filters, numbers, one page of rows."""
    courses, form = _asked(Permission.REPORTS_READ)
    if not form.validate():
        return render_template(
            "reports/completions.html", form=form, page=None, courses=courses
        ), UNPROCESSABLE
    filters = form.filters(current_actor().zone)
    page = queries.page_of(courses, filters, Ask(form.page.data or 1, int(form.size.data)))
    return render_template(
        "reports/completions.html",
        form=form,
        filters=filters,
        courses=courses,
        course=course_title(courses, filters.course),
        page=page,
        rows=cells(page.rows, courses),
        badges=badges(),
        headings=_headings(form),
        pager=_pager(page),
        exportable=policy.may_export(current_actor()),
        query=address(request.args, drop=["page", "size"]),
    )


@bp.get("/completions.csv")
@access(has(Permission.REPORTS_EXPORT))
def completions_csv() -> ResponseReturnValue:
    """The report as CSV, streamed."""
    courses, form = _asked(Permission.REPORTS_EXPORT)
    if not form.validate():
        return _refused(form, courses)
    filters = form.filters(current_actor().zone)
    exports.note(current_actor(), "csv", filters, queries.count(courses, filters).rows)
    parts: Iterator[str] = stream_with_context(exports.csv_parts(courses, filters))
    return _file(parts, "text/csv", "csv")


@bp.get("/completions.xlsx")
@access(has(Permission.REPORTS_EXPORT))
def completions_xlsx() -> ResponseReturnValue:
    """The report as a workbook."""
    courses, form = _asked(Permission.REPORTS_EXPORT)
    if not form.validate():
        return _refused(form, courses)
    filters = form.filters(current_actor().zone)
    rows = queries.count(courses, filters).rows
    if rows > exports.MAX_SHEET_ROWS:
        form.form_errors.append(
            _(
                "A workbook holds at most %(max)s rows here and these are %(rows)s. Narrow them, or take the CSV.",
                max=format_number(exports.MAX_SHEET_ROWS),
                rows=format_number(rows),
            )
        )
        return _refused(form, courses)
    exports.note(current_actor(), "xlsx", filters, rows)
    return _file(exports.workbook(courses, filters), XLSX, "xlsx")


@bp.get("/mine")
@access(approved)
def mine() -> ResponseReturnValue:
    """What the person has taken part in, with the certificates."""
    user_id = current_actor().user_id
    if user_id is None:
        raise NotFound
    return render_template("reports/mine.html", rows=own_rows(user_id))


def _asked(permission: Permission) -> tuple[list[Course], CompletionFilters]:
    """Return the courses within the actor's scope, and the filters as they were asked for."""
    courses = queries.courses_in(policy.scope_of(current_actor(), permission))
    return courses, read(request.args, queries.choices_in(courses))


def _refused(form: CompletionFilters, courses: list[Course]) -> ResponseReturnValue:
    return render_template("reports/completions.html", form=form, page=None, courses=courses), UNPROCESSABLE


def _file(content: Iterator[str] | bytes, kind: str, ending: str) -> Response:
    name = f"completions-{clock.now():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=kind, headers=headers)


def _headings(form: CompletionFilters) -> list[Heading]:
    present = form.sort.data or DEFAULT_SORT
    found = []
    for column in COLUMNS:
        ascending = present == column.key
        direction = "ascending" if ascending else "descending" if present == f"-{column.key}" else None
        url = address(request.args, drop=["page", "sort"], sort=f"-{column.key}" if ascending else column.key)
        found.append(Heading(str(column.heading), url, direction, column.is_number))
    return found


def _pager(page: Page) -> Pager:
    def link(number: int) -> str | None:
        return address(request.args, drop=["page"], page=str(number)) if 1 <= number <= page.pages else None

    first = (page.number - 1) * page.size + 1
    return Pager(
        first=format_number(first),
        last=format_number(first + len(page.rows) - 1),
        total=format_number(page.counts.rows),
        prev_url=link(page.number - 1),
        next_url=link(page.number + 1),
    )
