"""Activities: listed, recorded by hand, changed, and given what reports group them by."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.admin.paging import SIZE, offset, page_number, sheet
from app.admin.register import loaders
from app.admin.register.forms import (
    ActivityForm,
    AttributesForm,
    ChangeForm,
    HeadcountForm,
    ListForm,
    ParticipantForm,
)
from app.admin.register.queries import activities as queries
from app.admin.register.views.blueprint import Answer, bp
from app.admin.register.words import KINDS, kind_name
from app.admin.rules import REGISTER
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE, one_line
from app.core.i18n import format_number
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.records import actions
from app.records.actions.events import change_activity, record_activity, record_headcount
from app.records.corrections.models import RecordedActivity
from app.records.models import Activity
from app.records.queries import activity as activity_of


@bp.get("")
@access(REGISTER)
def overview() -> Answer:
    """Every activity of the register."""
    page = page_number()
    kind = request.args.get("kind", "")
    wanted = queries.Wanted(
        words=(one_line(request.args.get("q", "")) or "")[:200],
        kind=kind if kind in KINDS else "",
        by_hand=request.args.get("by") == "hand",
    )
    rows, total = queries.activities(current_actor(), wanted, offset=offset(page), limit=SIZE)
    kinds = sorted(((str(one), kind_name(one)) for one in KINDS), key=lambda one: one[1].casefold())
    return render_template(
        "admin/register/overview.html",
        rows=rows,
        wanted=wanted,
        kinds=kinds,
        sheet=sheet(page, len(rows), total),
    )


@bp.get("/activities/new")
@access(REGISTER)
def new_activity() -> Answer:
    """The form for an activity that was held elsewhere."""
    form = ActivityForm(formdata=None)
    form.begin(current_actor().zone)
    return _form_page(form)


@bp.post("/activities")
@access(REGISTER)
@idempotent
def create_activity() -> Answer:
    """Record an activity."""
    form = ActivityForm()
    if not form.validate():
        return _form_page(form), UNPROCESSABLE
    recorded = record_activity(current_actor(), form.plan())
    notify(_("The activity is recorded. Say who was there."))
    return redirect(_address(recorded))


@bp.get("/activities/<recorded_id>")
@access(REGISTER, recorded=loaders.recorded)
def activity(recorded: RecordedActivity) -> Answer:
    """One activity: what it was, who was there."""
    return activity_page(recorded)


@bp.get("/activities/<recorded_id>/edit")
@access(REGISTER, recorded=loaders.recorded)
def edit_activity(recorded: RecordedActivity) -> Answer:
    """The form for describing it anew."""
    form = ChangeForm(formdata=None)
    form.show(_activity(recorded), recorded)
    return _form_page(form, recorded)


@bp.post("/activities/<recorded_id>/edit")
@access(REGISTER, recorded=loaders.recorded)
def change(recorded: RecordedActivity) -> Answer:
    """Describe it anew; what people did moves with its dates."""
    form, known = ChangeForm(), _activity(recorded)
    form.offer_topics(known.topic)
    if not form.validate():
        return _form_page(form, recorded), UNPROCESSABLE
    moved = change_activity(current_actor(), recorded, form.plan(known.tags), form.reason.data or "")
    told = _("The activity is saved.")
    if moved:
        told += " " + ngettext("%(num)s fact moved with it.", "%(num)s facts moved with it.", moved)
    notify(told)
    return redirect(_address(recorded))


@bp.post("/activities/<recorded_id>/headcounts")
@access(REGISTER, recorded=loaders.recorded)
@idempotent
def add_headcount(recorded: RecordedActivity) -> Answer:
    """Record people without names."""
    form = HeadcountForm()
    if not form.validate():
        return activity_page(recorded, headcount=form), UNPROCESSABLE
    try:
        record_headcount(current_actor(), recorded, form.count())
    except Refused as refused:
        form.form_errors.append(str(refused))
        return activity_page(recorded, headcount=form), UNPROCESSABLE
    notify(_("The people without names are recorded. They are never part of a count of different people."))
    return redirect(_address(recorded))


@bp.get("/attributes/<activity_key>")
@access(REGISTER, known=loaders.activity)
def attributes(known: Activity) -> Answer:
    """What reports group an activity by."""
    form = AttributesForm(formdata=None)
    form.show_attributes(known)
    return _attributes_page(form, known)


@bp.post("/attributes/<activity_key>")
@access(REGISTER, known=loaders.activity)
def save_attributes(known: Activity) -> Answer:
    """Give an activity its partner, project, donor, countries, place and tags."""
    form = AttributesForm()
    if not form.validate():
        return _attributes_page(form, known), UNPROCESSABLE
    actions.attribute(current_actor(), known.key, form.attributes(known.tags))
    notify(_("What the activity is grouped by is saved."))
    return redirect(url_for("register.attributes", activity_key=known.key))


def activity_page(
    recorded: RecordedActivity,
    *,
    participant: ParticipantForm | None = None,
    people: ListForm | None = None,
    headcount: HeadcountForm | None = None,
) -> str:
    """Return the page of a recorded activity; a form that was refused is shown as it was typed."""
    page = page_number()
    rows, total = queries.participants(recorded.activity_key, offset=offset(page), limit=SIZE)
    return render_template(
        "admin/register/activity.html",
        recorded=recorded,
        activity=_activity(recorded),
        rows=rows,
        sheet=sheet(page, len(rows), total),
        crowds=queries.crowds(recorded.activity_key),
        lists=queries.waiting_lists(recorded.activity_key),
        participant_form=participant or ParticipantForm(formdata=None),
        list_form=people or ListForm(formdata=None),
        headcount_form=headcount or HeadcountForm(formdata=None),
        people=format_number(total),
    )


def _activity(recorded: RecordedActivity) -> Activity:
    found = activity_of(recorded.activity_key)
    assert found is not None
    return found


def _address(recorded: RecordedActivity) -> str:
    return url_for("register.activity", recorded_id=recorded.public_id)


def _form_page(form: ActivityForm, recorded: RecordedActivity | None = None) -> str:
    known = _activity(recorded) if recorded is not None else None
    return render_template("admin/register/activity_form.html", form=form, recorded=recorded, activity=known)


def _attributes_page(form: AttributesForm, known: Activity) -> str:
    return render_template("admin/register/attributes.html", form=form, activity=known)
