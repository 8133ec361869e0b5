"""Pages of reports: the catalogue, a report, its rows as a file, a person, the facts behind a participation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import access, approved, current_actor
from app.core.errors import NotFound
from app.core.forms import UNPROCESSABLE
from app.core.i18n import format_number
from app.core.permissions import Permission
from app.reports import catalogue, direct, drilling, persons, policy
from app.reports.exports.loaders import exportable
from app.reports.fact_words import result, verbs
from app.reports.forms import ReportForm, address
from app.reports.frame import Asked, Number, Page, Report
from app.reports.own import own_rows
from app.reports.persons import Person, Story
from app.reports.table import badges, cells, total_cells
from app.reports.words import professions

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALWAYS_SHOWN = 4
"""So many filters stand in the row; the rest opens beneath."""
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
    """A column's heading with the address that sorts by it, and what is counted in it."""

    text: str
    url: str
    direction: str | None
    is_number: bool
    definition: str


@bp.get("")
@access(policy.readers)
def index() -> ResponseReturnValue:
    """The reports that the reader may see, each with one sentence on what it counts."""
    return render_template("reports/index.html", reports=catalogue.readable(current_actor()))


@bp.get("/<name>")
@access(policy.readers, report=catalogue.report)
def report(report: Report) -> ResponseReturnValue:
    """A report: what is counted, filters, numbers, one page of rows."""
    form, asked = catalogue.put(report, current_actor(), request.args, current_actor().zone)
    if asked is None:
        return _refused(report, form)
    page = report.page(asked, form.page.data or 1, int(form.size.data))
    return render_template(
        "reports/report.html",
        report=report,
        form=form,
        asked=asked,
        page=page,
        numbers=[(_shown(one), one) for one in page.numbers],
        rows=cells(asked, page, drilling.links(asked, page)),
        totals=total_cells(asked, page.totals) if page.totals is not None and page.total else None,
        badges=badges(),
        headings=_headings(asked),
        pager=_pager(page),
        trail=drilling.trail(asked),
        exportable=report.may_export(current_actor()),
        query=address(request.args, drop=["page", "size"]),
        always_shown=ALWAYS_SHOWN,
    )


@bp.get("/<report_name>.csv")
@access(policy.readers, report=exportable)
def report_csv(report: Report) -> ResponseReturnValue:
    """The rows as CSV, streamed."""
    form, asked = _taken(report)
    if asked is None:
        return _refused(report, form)
    direct.note(asked, "csv", report.count(asked))
    parts: Iterator[str] = stream_with_context(direct.csv_pieces(asked))
    return _file(report, parts, "text/csv", "csv")


@bp.get("/<report_name>.xlsx")
@access(policy.readers, report=exportable)
def report_xlsx(report: Report) -> ResponseReturnValue:
    """The rows as a workbook."""
    form, asked = _taken(report)
    if asked is None:
        return _refused(report, form)
    rows = report.count(asked)
    if rows > direct.MAX_SHEET_ROWS:
        form.form_errors.append(
            _(
                "A workbook holds at most %(max)s rows here and these are %(rows)s. Narrow them, or take the CSV.",
                max=format_number(direct.MAX_SHEET_ROWS),
                rows=format_number(rows),
            )
        )
        return _refused(report, form)
    direct.note(asked, "xlsx", rows)
    return _file(report, direct.workbook(asked), XLSX, "xlsx")


@bp.get("/mine")
@access(approved)
def mine() -> ResponseReturnValue:
    """What the person has taken part in, with the certificates."""
    user_id = current_actor().user_id
    if user_id is None:
        raise NotFound
    return render_template("reports/mine.html", rows=own_rows(user_id))


@bp.get("/people/<person_id>")
@access(policy.readers, found=persons.person)
def person(found: Person) -> ResponseReturnValue:
    """A person and what they take part in, as far as the reader may see it."""
    return render_template(
        "reports/person.html", person=found, badges=_badge_words(), professions=professions()
    )


@bp.get("/people/<person_id>/<activity_key>")
@access(policy.readers, story=persons.story)
def facts(story: Story) -> ResponseReturnValue:
    """The facts behind a participation."""
    return _facts(story)


@bp.get("/unnamed/<learner_key>/<activity_key>")
@access(policy.readers, story=persons.unnamed_story)
def unnamed(story: Story) -> ResponseReturnValue:
    """The facts behind a participation that leads to nobody."""
    return _facts(story)


def _facts(story: Story) -> ResponseReturnValue:
    return render_template(
        "reports/facts.html", story=story, verbs=verbs(), result=result, badges=_badge_words()
    )


def _badge_words() -> Mapping[str, tuple[str, str]]:
    return {value: (kind, text) for value, kind, text in badges()}


def _taken(report: Report) -> tuple[ReportForm, Asked | None]:
    actor = current_actor()
    return catalogue.put(report, actor, request.args, actor.zone, Permission.REPORTS_EXPORT)


def _refused(report: Report, form: ReportForm) -> ResponseReturnValue:
    return render_template(
        "reports/report.html", report=report, form=form, asked=None, always_shown=ALWAYS_SHOWN
    ), UNPROCESSABLE


def _file(report: Report, content: Iterator[str] | bytes, kind: str, ending: str) -> Response:
    name = f"{report.name}-{clock.now():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=kind, headers=headers)


def _shown(number: Number) -> str:
    return "–" if number.value is None else format_number(round(number.value, 1))


def _headings(asked: Asked) -> Sequence[Heading]:
    sortable = asked.report.sortable(asked.grouping)
    found = []
    for column in asked.report.columns(asked):
        ascending = asked.sort == column.key
        direction = "ascending" if ascending else "descending" if asked.sort == f"-{column.key}" else None
        changed = f"-{column.key}" if ascending else column.key
        url = address(request.args, drop=["page", "sort"], sort=changed) if column.key in sortable else ""
        found.append(
            Heading(str(column.heading), url, direction, column.is_number, str(column.definition or ""))
        )
    return found


def _pager(page: Page) -> Pager:
    def link(number: int) -> str | None:
        return address(request.args, drop=["page"], page=str(number)) if 1 <= number <= page.pages else None

    first = (page.number - 1) * page.size + 1
    return Pager(
        first=format_number(first),
        last=format_number(first + len(page.rows) - 1),
        total=format_number(page.total),
        prev_url=link(page.number - 1),
        next_url=link(page.number + 1),
    )
