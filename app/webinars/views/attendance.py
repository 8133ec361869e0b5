"""Attendance for who answers for it: the list, single people, what is stated beside what was seen; files of it."""

from __future__ import annotations

from flask import Response, redirect, render_template, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import ValidationError

from app.core import clock, csv
from app.core.access import access, approved
from app.core.database import rollback
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.webinars import attendance_loaders as loaders
from app.webinars import attendance_shown as shown
from app.webinars import closing_exports, planning_words
from app.webinars.actions import attendance as actions
from app.webinars.actions import closing
from app.webinars.attendance_loaders import Person
from app.webinars.forms.attendance import CompanionsForm, CorrectionForm, ListForm, ReasonForm
from app.webinars.models.attendance import AttendanceEntry
from app.webinars.models.planning import State
from app.webinars.places import Place
from app.webinars.queries import attendance as queries
from app.webinars.queries.closing import history_of, sheet_now
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<webinar_id>/attendance")
@access(approved, place=loaders.kept)
def attendance_list(place: Place) -> str:
    """Everybody with their minutes, as they grow, or as they were found when the books were closed."""
    return _list(place, ReasonForm(formdata=None))


def _list(place: Place, form: ReasonForm) -> str:
    sheet = sheet_now(place.webinar, clock.now())
    return render_template(
        "webinars/attendance/list.html",
        seat=place,
        sheet=sheet,
        form=form,
        shown=shown,
        words=planning_words,
        takes_lists=actions.takes_lists(place.webinar),
        over=place.webinar.state == State.ENDED,
        rule_now=queries.rule_of(place.webinar),
    )


@bp.get("/<webinar_id>/attendance.csv")
@access(approved, place=loaders.kept)
def attendance_csv(place: Place) -> Response:
    """The attendance list as CSV."""
    sheet = sheet_now(place.webinar, clock.now())
    closing_exports.note(place, "csv", "attendance")
    parts = stream_with_context(csv.stream(shown.headings(), shown.rows(sheet)))
    return as_file(parts, "text/csv", f"attendance-{place.webinar.public_id}.csv")


@bp.get("/<webinar_id>/attendance.xlsx")
@access(approved, place=loaders.kept)
def attendance_xlsx(place: Place) -> Response:
    """The attendance list as a workbook."""
    sheet = sheet_now(place.webinar, clock.now())
    closing_exports.note(place, "xlsx", "attendance")
    content = closing_exports.workbook([closing_exports.attendance(sheet)])
    return as_file(content, XLSX, f"attendance-{place.webinar.public_id}.xlsx")


def as_file(content: object, kind: str, name: str) -> Response:
    """Answer with a file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=kind, headers=headers)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ one person


@bp.get("/<webinar_id>/attendance/people/<who>")
@access(approved, found=loaders.person)
def attendance_person(found: Person) -> str:
    """One person: what was seen, what was stated, what was found; and a correction."""
    return _person(found, CorrectionForm(formdata=None))


@bp.post("/<webinar_id>/attendance/people/<who>/corrections")
@access(approved, found=loaders.person)
@idempotent
def attendance_correct(found: Person) -> Answer:
    """Correct somebody's attendance, with a reason."""
    place, _sheet, one = found
    form = CorrectionForm()
    if not form.validate():
        return _person(found, form), UNPROCESSABLE
    actions.correct(place, one, form.minutes.data, form.decision.data, form.reason.data or "")
    notify(_("The correction is kept, with your name and reason."))
    return redirect(_address_of(place, one.key))


def _person(found: Person, form: CorrectionForm) -> str:
    place, sheet, one = found
    return render_template(
        "webinars/attendance/person.html",
        seat=place,
        sheet=sheet,
        one=one,
        form=form,
        shown=shown,
        words=planning_words,
        names=queries.names({entry.by_id for entry in one.entries}),
        verdicts=history_of(place.webinar.id, one.user_id, one.entry_id),
    )


@bp.get("/<webinar_id>/attendance/entries/<entry_id>/withdrawal")
@access(approved, found=loaders.entry)
def attendance_withdrawing(found: tuple[Place, AttendanceEntry]) -> str:
    """The form that takes an entry back."""
    return _withdrawing(found, ReasonForm(formdata=None))


@bp.post("/<webinar_id>/attendance/entries/<entry_id>/withdrawal")
@access(approved, found=loaders.entry)
@idempotent
def attendance_withdraw(found: tuple[Place, AttendanceEntry]) -> Answer:
    """Take an entry back, with a reason."""
    place, entry = found
    form = ReasonForm()
    if not form.validate():
        return _withdrawing(found, form), UNPROCESSABLE
    try:
        actions.withdraw(place, entry, form.reason.data or "")
    except Refused as no:
        rollback()
        form.form_errors.append(str(no))
        return _withdrawing(found, form), UNPROCESSABLE
    notify(_("The entry no longer counts. It stays on record, with your name and reason."))
    return redirect(_address(place))


def _withdrawing(found: tuple[Place, AttendanceEntry], form: ReasonForm) -> str:
    place, entry = found
    return render_template(
        "webinars/attendance/withdraw.html",
        seat=place,
        entry=entry,
        name=entry.name or queries.names({entry.user_id}).get(entry.user_id or 0, ""),
        form=form,
        shown=shown,
    )


# ------------------------------------------------------------------------------------------------ lists, companions


@bp.get("/<webinar_id>/attendance/list")
@access(approved, place=loaders.kept)
def attendance_listing(place: Place) -> str:
    """The form for a list of those who were there in person."""
    return _listing(place, ListForm(formdata=None))


@bp.post("/<webinar_id>/attendance/list")
@access(approved, place=loaders.kept)
@idempotent
def attendance_add_list(place: Place) -> Answer:
    """Add a list of those who were there in person."""
    form = ListForm()
    if not form.validate():
        return _listing(place, form), UNPROCESSABLE
    try:
        listed = actions.add_list(place, form.lines(), form.minutes.data)
    except (Refused, ValidationError) as no:
        rollback()
        form.form_errors.append(str(no))
        return _listing(place, form), UNPROCESSABLE
    _tell(listed)
    return redirect(_address(place))


def _listing(place: Place, form: ListForm) -> str:
    takes = actions.takes_lists(place.webinar)
    return render_template("webinars/attendance/listing.html", seat=place, form=form, takes_lists=takes)


@bp.get("/<webinar_id>/attendance/companions")
@access(approved, place=loaders.kept)
def attendance_companions(place: Place) -> str:
    """The form for people who sit with a participant."""
    return _companions(place, _companions_form(place, CompanionsForm(formdata=None)))


@bp.post("/<webinar_id>/attendance/companions")
@access(approved, place=loaders.kept)
@idempotent
def attendance_add_companions(place: Place) -> Answer:
    """Add people who sit with a participant."""
    form = _companions_form(place, CompanionsForm())
    if not form.validate():
        return _companions(place, form), UNPROCESSABLE
    try:
        listed = actions.add_companions(
            place, form.participant.data, actions.read_lines(form.people.data or "")
        )
    except Refused as no:
        rollback()
        form.form_errors.append(str(no))
        return _companions(place, form), UNPROCESSABLE
    _tell(listed)
    return redirect(_address(place))


def _companions_form(place: Place, form: CompanionsForm) -> CompanionsForm:
    form.offer(queries.participants(place.webinar))
    return form


def _companions(place: Place, form: CompanionsForm) -> str:
    return render_template("webinars/attendance/companions.html", seat=place, form=form)


def _tell(listed: actions.Listed) -> None:
    notify(
        _(
            "Added: %(accounts)s with an account, %(names)s by name only. On the list already: %(known)s.",
            accounts=listed.accounts,
            names=listed.names,
            known=listed.known,
        )
    )


# ------------------------------------------------------------------------------------------------ reckoning again


@bp.post("/<webinar_id>/attendance/reckonings")
@access(approved, place=loaders.held)
@idempotent
def attendance_reckon(place: Place) -> Answer:
    """Reckon everybody's attendance again by the rule as it is now."""
    form = ReasonForm()
    if not form.validate():
        return _list(place, form), UNPROCESSABLE
    try:
        closing.reckon_again(place, form.reason.data or "")
    except Refused as no:
        rollback()
        form.form_errors.append(str(no))
        return _list(place, form), UNPROCESSABLE
    notify(_("The attendance was reckoned again. What was found before stays on record."))
    return redirect(_address(place))


def _address(place: Place) -> str:
    return url_for("webinars.attendance_list", webinar_id=place.webinar.public_id)


def _address_of(place: Place, who: str) -> str:
    return url_for("webinars.attendance_person", webinar_id=place.webinar.public_id, who=who)
