"""Pages of yearly reports: the list, a report, its numbers, its steps, and the file."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import User
from app.core import clock
from app.core.access import access, current_actor
from app.core.database import db
from app.core.forms import UNPROCESSABLE
from app.core.i18n import format_day, page_language
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.records.figures.models import Qualifier
from app.records.questions import end_of
from app.reports.statistics import figures
from app.reports.yearly import actions, document, lines, results
from app.reports.yearly.forms import QUALIFIERS, NewNumber, NewReport, Note, NumberForm
from app.reports.yearly.loaders import number, own_yearly, yearly
from app.reports.yearly.models import PERIOD, State, YearlyLine, YearlyReport
from app.reports.yearly.rights import PUBLISHERS, READERS, may_publish
from app.reports.yearly.shown import Shown, shown
from app.reports.yearly.words import STATES

bp = Blueprint("yearly", __name__, url_prefix="/reports/yearly")
MOST_LISTED = 100


@bp.get("")
@access(READERS)
def index() -> ResponseReturnValue:
    """The reports, the latest period first."""
    order = (YearlyReport.ends_on.desc(), YearlyReport.id.desc())
    rows = db.session.execute(
        select(YearlyReport, User)
        .outerjoin(User, User.id == YearlyReport.author_id)
        .order_by(*order)
        .limit(MOST_LISTED)
    )
    return render_template(
        "yearly/index.html", reports=rows.all(), states=STATES, may=may_publish(current_actor())
    )


@bp.get("/new")
@access(PUBLISHERS)
def new() -> ResponseReturnValue:
    """Choose period, as-of and language; the last full year to begin with."""
    year = clock.now().astimezone(UTC).year - 1
    return _new_page(
        NewReport(
            formdata=None,
            frozen=_frozen(),
            title=_("Yearly report %(year)s", year=str(year)),
            language=page_language(),
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
        )
    )


@bp.post("/new")
@access(PUBLISHERS)
@idempotent
def create() -> ResponseReturnValue:
    """Make it."""
    form = NewReport(frozen=_frozen())
    if not form.validate():
        return _new_page(form, UNPROCESSABLE)
    assert form.starts_on.data is not None
    assert form.ends_on.data is not None
    period = (form.starts_on.data, form.ends_on.data)
    as_of = end_of(form.as_of.data) if form.as_of.data else None
    before = {one.public_id: one for one in actions.latest_frozen(period[0])}
    if form.previous.data and form.previous.data not in before:
        form.previous.errors = [_("That report does not end before this one begins.")]
        return _new_page(form, UNPROCESSABLE)
    report = actions.make(
        current_actor(),
        form.title.data or "",
        form.language.data,
        period,
        as_of,
        before.get(form.previous.data),
    )
    return redirect(url_for("yearly.show", yearly_id=report.public_id), 303)


@bp.get("/<yearly_id>")
@access(READERS, report=yearly)
def show(report: YearlyReport) -> ResponseReturnValue:
    """The paragraph, the table, the bridge, the annex, and the steps."""
    return _page(report, Note(formdata=None))


@bp.get("/<yearly_id>/numbers")
@access(PUBLISHERS, report=own_yearly)
def numbers(report: YearlyReport) -> ResponseReturnValue:
    """The numbers of a draft, to be changed."""
    return _numbers_page(report, _new_number(report))


@bp.post("/<yearly_id>/numbers")
@access(PUBLISHERS, report=own_yearly)
@idempotent
def add(report: YearlyReport) -> ResponseReturnValue:
    """Add a number."""
    form = NewNumber(offered=_offered())
    if not form.validate():
        return _numbers_page(report, form, UNPROCESSABLE)
    assert form.cut_off.data is not None  # the form asks for it
    line = lines.line(form.figure.data, form.epoch.data, form.cut_off.data, form.qualifier.data)
    line.as_of = _instant(form)
    try:
        actions.add_line(current_actor(), report, line)
    except Refused as refused:
        form.qualifier.errors = [str(refused)]
        return _numbers_page(report, form, UNPROCESSABLE)
    return _to_numbers(report)


@bp.get("/<yearly_id>/numbers/<line_id>")
@access(PUBLISHERS, line=number)
def edit(line: YearlyLine) -> ResponseReturnValue:
    """One number: its time, cut-off and word."""
    form = NumberForm(
        formdata=None,
        epoch=line.epoch,
        cut_off=line.cut_off,
        as_of=line.as_of.astimezone(UTC).date() if line.as_of else None,
        qualifier=line.qualifier,
    )
    return _number_page(line, form)


@bp.post("/<yearly_id>/numbers/<line_id>")
@access(PUBLISHERS, line=number)
def change(line: YearlyLine) -> ResponseReturnValue:
    """Change it."""
    form = NumberForm()
    if not form.validate():
        return _number_page(line, form, UNPROCESSABLE)
    assert form.cut_off.data is not None  # the form asks for it
    try:
        actions.change_line(
            current_actor(),
            line,
            epoch=form.epoch.data,
            cut_off=form.cut_off.data,
            as_of=_instant(form),
            qualifier=Qualifier(form.qualifier.data),
        )
    except Refused as refused:
        form.qualifier.errors = [str(refused)]
        return _number_page(line, form, UNPROCESSABLE)
    return _to_numbers(line.report)


@bp.post("/<yearly_id>/numbers/<line_id>/removal")
@access(PUBLISHERS, line=number)
def take_out(line: YearlyLine) -> ResponseReturnValue:
    """Take it out."""
    report = line.report
    try:
        actions.remove_line(current_actor(), line)
    except Refused as refused:
        flash(str(refused), "attention")
    return _to_numbers(report)


@bp.post("/<yearly_id>/count")
@access(PUBLISHERS, report=own_yearly)
def count(report: YearlyReport) -> ResponseReturnValue:
    """Count every number anew."""
    try:
        changed = actions.count(current_actor(), report)
    except Refused as refused:
        return _refused(report, refused)
    if changed:
        flash(_("Some numbers are said exactly now: the word they had became untrue."), "attention")
    return _to(report)


@bp.post("/<yearly_id>/freezing")
@access(PUBLISHERS, report=own_yearly)
def freeze(report: YearlyReport) -> ResponseReturnValue:
    """Freeze the numbers as a snapshot."""
    try:
        actions.freeze(current_actor(), report)
    except Refused as refused:
        return _refused(report, refused)
    return _to(report)


@bp.post("/<yearly_id>/submission")
@access(PUBLISHERS, report=own_yearly)
def submit(report: YearlyReport) -> ResponseReturnValue:
    """Give it to review."""
    try:
        actions.submit(current_actor(), report)
    except Refused as refused:
        return _refused(report, refused)
    return _to(report)


@bp.post("/<yearly_id>/return")
@access(PUBLISHERS, report=own_yearly)
def give_back(report: YearlyReport) -> ResponseReturnValue:
    """Give it back with what is to be done."""
    form = Note()
    if not form.validate():
        return _page(report, form, UNPROCESSABLE)
    try:
        actions.give_back(current_actor(), report, form.note.data or "")
    except Refused as refused:
        return _refused(report, refused)
    return _to(report)


@bp.post("/<yearly_id>/clearance")
@access(PUBLISHERS, report=own_yearly)
def clear(report: YearlyReport) -> ResponseReturnValue:
    """Clear it; not one's own."""
    try:
        actions.clear(current_actor(), report)
    except Refused as refused:
        return _refused(report, refused)
    return _to(report)


@bp.post("/<yearly_id>/removal")
@access(PUBLISHERS, report=own_yearly)
def remove(report: YearlyReport) -> ResponseReturnValue:
    """Remove a report that was not cleared."""
    try:
        actions.remove(current_actor(), report)
    except Refused as refused:
        return _refused(report, refused)
    flash(_("The report is removed."), "done")
    return redirect(url_for("yearly.index"), 303)


@bp.get("/<yearly_id>/report.docx")
@access(READERS, report=yearly)
def docx(report: YearlyReport) -> ResponseReturnValue:
    """The report as a document, in its own language, definitions as footnotes."""
    with force_locale(report.language):
        octets = document.make(
            shown(report), results.within(current_actor(), report.starts_on, report.ends_on)
        )
    actions.note_export(current_actor(), report, hashlib.sha256(octets).hexdigest())
    answer = Response(octets, mimetype=document.MEDIA_TYPE)
    name = f"yearly-report-{report.ends_on.isoformat()}.docx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _instant(form: NumberForm) -> datetime | None:
    return end_of(form.as_of.data) if form.as_of.data else None


def _frozen() -> list[tuple[str, str]]:
    rows = actions.latest_frozen(date.max)
    return [(one.public_id, f"{one.name} ({format_day(one.ends_on)})") for one in rows]


def _offered() -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in figures.catalogue().values()]


def _new_number(report: YearlyReport) -> NewNumber:
    return NewNumber(formdata=None, offered=_offered(), epoch=PERIOD, cut_off=report.ends_on)


def _new_page(form: NewReport, status: int = 200) -> ResponseReturnValue:
    return render_template("yearly/new.html", form=form), status


def _page(report: YearlyReport, note: Note, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    found = shown(report)
    page = render_template(
        "yearly/report.html",
        report=report,
        found=found,
        sentences=_in_its_language(report, found).sentences,
        results=results.within(current_actor(), report.starts_on, report.ends_on),
        state=STATES[State(report.state)],
        qualifiers=QUALIFIERS,
        may=may_publish(actor),
        may_clear=actions.may_clear(actor, report),
        people=_people(report),
        note=note,
    )
    return page, status


def _in_its_language(report: YearlyReport, found: Shown) -> Shown:
    if report.language == page_language():
        return found
    with force_locale(report.language):
        return shown(report)


def _people(report: YearlyReport) -> dict[int, str]:
    ids = [one for one in (report.author_id, report.cleared_by) if one is not None]
    return {one.id: one.name for one in db.session.scalars(select(User).where(User.id.in_(ids)))}


def _numbers_page(report: YearlyReport, form: NewNumber, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "yearly/numbers.html",
        report=report,
        found=shown(report),
        form=form,
        qualifiers=QUALIFIERS,
        open=report.state == State.DRAFT and report.snapshot_id is None,
    )
    return page, status


def _number_page(line: YearlyLine, form: NumberForm, status: int = 200) -> ResponseReturnValue:
    told = figures.catalogue().get(line.figure)
    page = render_template(
        "yearly/number.html",
        line=line,
        report=line.report,
        told=told,
        name=told.name if told else line.figure,
        form=form,
    )
    return page, status


def _refused(report: YearlyReport, refused: Refused) -> ResponseReturnValue:
    flash(str(refused), "attention")
    return _to(report)


def _to(report: YearlyReport) -> ResponseReturnValue:
    return redirect(url_for("yearly.show", yearly_id=report.public_id), 303)


def _to_numbers(report: YearlyReport) -> ResponseReturnValue:
    return redirect(url_for("yearly.numbers", yearly_id=report.public_id), 303)
