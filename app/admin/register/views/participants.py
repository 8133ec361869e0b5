"""Who was there: one by one, as a list that is looked at before it is recorded; names erased, people taken off."""

from __future__ import annotations

from contextlib import closing
from typing import TypeAlias

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.admin.register import lists, loaders
from app.admin.register.forms import ListForm, ParticipantForm, ReasonForm
from app.admin.register.queries import facts as fact_queries
from app.admin.register.views.activities import activity_page
from app.admin.register.views.blueprint import Answer, bp
from app.admin.rules import REGISTER
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE, one_line
from app.core.idempotency import idempotent
from app.core.input import takes_files
from app.core.refusal import Refused
from app.core.ui import notify
from app.records.actions import corrections
from app.records.actions.lists import correct_cells, keep_list
from app.records.actions.lists import drop_list as discard
from app.records.actions.participants import (
    Recorded,
    erase_participant,
    match,
    record_participants,
)
from app.records.corrections.models import EventParticipant, ParticipantList, RecordedActivity
from app.records.models import Verb
from app.records.queries import activity as activity_of

Waiting: TypeAlias = tuple[ParticipantList, RecordedActivity]
Person: TypeAlias = tuple[EventParticipant, RecordedActivity]
SHOWN_ROWS, SHOWN_FAULTS = 20, 100


# ------------------------------------------------------------------------------------------------ one by one


@bp.post("/activities/<recorded_id>/participants")
@access(REGISTER, recorded=loaders.recorded)
@idempotent
def add_participant(recorded: RecordedActivity) -> Answer:
    """Put somebody on the list: the form's fields are read as a row of a list is."""
    form = ParticipantForm()
    fine = form.validate()
    checked = lists.check([lists.Row(1, {name: _typed(form, name) for name in lists.COLUMNS})])
    for fault in checked.faults:
        if not form[fault.column].errors:
            form[fault.column].errors = [fault.message]
    if not fine or checked.faults:
        return activity_page(recorded, participant=form), UNPROCESSABLE
    try:
        done = record_participants(current_actor(), recorded, checked.attendees)
    except Refused as refused:
        form.form_errors.append(str(refused))
        return activity_page(recorded, participant=form), UNPROCESSABLE
    notify(_told(done))
    return redirect(_address(recorded))


def _typed(form: ParticipantForm, name: str) -> str:
    value = form[name].data
    return "" if value is None else str(value)


# ------------------------------------------------------------------------------------------------ lists


@bp.get("/participants.csv")
@access(REGISTER)
def template() -> Response:
    """An empty list to be filled in."""
    headers = {"Content-Disposition": 'attachment; filename="participants.csv"'}
    return Response(lists.template(), mimetype="text/csv", headers=headers)


@bp.post("/activities/<recorded_id>/lists")
@access(REGISTER, recorded=loaders.recorded)
@takes_files("file")
@idempotent
def send_list(recorded: RecordedActivity) -> Answer:
    """Take a list in, to be looked at before anything is recorded."""
    form = ListForm()
    fine, sent = form.validate(), request.files.get("file")
    try:
        if sent is not None and sent.filename:
            with closing(sent):
                rows = lists.read(sent.stream.read(lists.MOST_OCTETS + 1))
        else:
            rows = lists.parse(form.text.data or "")
    except lists.Unreadable as wrong:
        form.file.errors = [str(wrong)]
        fine = False
        rows = []
    if not fine:
        return activity_page(recorded, people=form), UNPROCESSABLE
    kept = keep_list(current_actor(), recorded, rows)
    return redirect(url_for("register.waiting_list", list_id=kept.public_id))


@bp.get("/lists/<list_id>")
@access(REGISTER, waiting=loaders.participant_list)
def waiting_list(waiting: Waiting) -> Answer:
    """What a list would do, or what is wrong with it."""
    return _list_page(waiting)


@bp.post("/lists/<list_id>")
@access(REGISTER, waiting=loaders.participant_list)
def correct_list(waiting: Waiting) -> Answer:
    """Put right the cells that were wrong."""
    kept, _recorded = waiting
    cells = ((_cell(name, len(kept.rows)), value) for name, value in request.form.items())
    typed = [(*cell, (one_line(value) or "")[: lists.MOST_CELL]) for cell, value in cells if cell]
    correct_cells(kept, typed)
    if _checked(kept).faults:
        return _list_page(waiting), UNPROCESSABLE
    notify(_("Every row can be read now."))
    return redirect(url_for("register.waiting_list", list_id=kept.public_id))


@bp.post("/lists/<list_id>/recording")
@access(REGISTER, waiting=loaders.participant_list)
@idempotent
def record_list(waiting: Waiting) -> Answer:
    """Record everybody on the list, or nobody."""
    kept, recorded = waiting
    checked = _checked(kept)
    if checked.faults:
        return _list_page(waiting), UNPROCESSABLE
    try:
        done = record_participants(current_actor(), recorded, checked.attendees)
    except Refused as refused:
        return _list_page(waiting, str(refused)), UNPROCESSABLE
    discard(kept)
    notify(_told(done))
    return redirect(_address(recorded))


@bp.post("/lists/<list_id>/end")
@access(REGISTER, waiting=loaders.participant_list)
def drop_list(waiting: Waiting) -> Answer:
    """Drop a list; nothing was recorded of it."""
    kept, recorded = waiting
    discard(kept)
    notify(_("The list is dropped. Nothing was recorded."))
    return redirect(_address(recorded))


def _cell(name: str, rows: int) -> tuple[int, str] | None:
    """Return row and column of a cell's field; None for any other field."""
    kind, _dash, rest = name.partition("-")
    number, _dash, column = rest.partition("-")
    if kind != "cell" or column not in lists.COLUMNS or not (number.isascii() and number.isdigit()):
        return None
    return (int(number), column) if len(number) < 7 and int(number) < rows else None


def _checked(kept: ParticipantList) -> lists.Checked:
    return lists.check([lists.Row(line, values) for line, values in kept.rows])


def _list_page(waiting: Waiting, fault: str = "") -> str:
    kept, recorded = waiting
    checked = _checked(kept)
    found = match(recorded, checked.attendees) if not checked.faults else None
    people = {one.identity for one in checked.attendees}
    known = people & set(found.learners) if found else set[str]()
    return render_template(
        "admin/register/list.html",
        kept=kept,
        recorded=recorded,
        activity=activity_of(recorded.activity_key),
        checked=checked,
        fault=fault,
        rows=len(kept.rows),
        shown=checked.attendees[:SHOWN_ROWS],
        faults=checked.faults[:SHOWN_FAULTS],
        accounts=len(people & set(found.accounts)) if found else 0,
        listed=len(found.listed) if found else 0,
        erased=len(found.erased) if found else 0,
        earlier=len(known - set(found.accounts) - found.listed) if found else 0,
        new=len(people - known - set(found.accounts)) if found else 0,
    )


# ------------------------------------------------------------------------------------------------ somebody


@bp.get("/participants/<participant_id>")
@access(REGISTER, somebody=loaders.participant)
def participant(somebody: Person) -> Answer:
    """Somebody on a list: what the register holds of them there."""
    return _participant_page(somebody)


@bp.post("/participants/<participant_id>/withdrawal")
@access(REGISTER, somebody=loaders.participant)
def take_off(somebody: Person) -> Answer:
    """Take somebody off the list: every fact of them there is taken back."""
    row, _recorded = somebody
    form = ReasonForm()
    if not form.validate():
        return _participant_page(somebody, form), UNPROCESSABLE
    for told in _facts(somebody):
        if told.correctable and told.fact.verb != Verb.VOIDED:
            corrections.void(current_actor(), told.fact.uuid, form.reason.data or "")
    notify(_("What was recorded of this person here no longer counts."))
    return redirect(url_for("register.participant", participant_id=row.public_id))


@bp.post("/participants/<participant_id>/return")
@access(REGISTER, somebody=loaders.participant)
def bring_back(somebody: Person) -> Answer:
    """Bring back what was taken back of somebody."""
    row, _recorded = somebody
    form = ReasonForm()
    if not form.validate():
        return _participant_page(somebody, form), UNPROCESSABLE
    for told in _facts(somebody):
        if told.counts and told.fact.verb == Verb.VOIDED:
            corrections.void(current_actor(), told.fact.uuid, form.reason.data or "")
    notify(_("What was recorded of this person here counts again."))
    return redirect(url_for("register.participant", participant_id=row.public_id))


@bp.post("/participants/<participant_id>/erasure")
@access(REGISTER, somebody=loaders.participant)
def erase(somebody: Person) -> Answer:
    """Erase the name and address of somebody without an account."""
    row, recorded = somebody
    try:
        erase_participant(current_actor(), row)
    except Refused as refused:
        notify(str(refused), "danger")
        return redirect(url_for("register.participant", participant_id=row.public_id))
    notify(_("The names are erased. What the person did stays counted, without a name."))
    return redirect(_address(recorded))


def _facts(somebody: Person) -> list[fact_queries.Told]:
    row, recorded = somebody
    every = fact_queries.of_learner(row.learner_key, recorded.activity_key)
    return [one for one in every if one.fact.learner_key == row.learner_key]


def _participant_page(somebody: Person, form: ReasonForm | None = None) -> str:
    row, recorded = somebody
    facts = _facts(somebody)
    return render_template(
        "admin/register/participant.html",
        row=row,
        recorded=recorded,
        activity=activity_of(recorded.activity_key),
        holder=fact_queries.holder(row.learner_key),
        facts=facts,
        counting=[one for one in facts if one.counts and one.fact.verb != Verb.VOIDED],
        taken_back=[one for one in facts if one.counts and one.fact.verb == Verb.VOIDED],
        form=form or ReasonForm(formdata=None),
    )


def _told(done: Recorded) -> str:
    """Say what recording did."""
    said = [
        ngettext("%(num)s person is new on the list.", "%(num)s people are new on the list.", done.people)
        if done.people
        else _("Nobody is new on the list.")
    ]
    if done.facts:
        said.append(ngettext("%(num)s fact was added.", "%(num)s facts were added.", done.facts))
    if done.erased:
        said.append(
            ngettext(
                "%(num)s person whose names were erased was left out.",
                "%(num)s people whose names were erased were left out.",
                done.erased,
            )
        )
    return " ".join(said)


def _address(recorded: RecordedActivity) -> str:
    return url_for("register.activity", recorded_id=recorded.public_id)
