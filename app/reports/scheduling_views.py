"""Pages of schedules: making one, its recipients, its history; ending what one is sent."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.core import clock
from app.core.access import Actor, access, anyone, approved, current_actor
from app.core.database import db
from app.core.forms import UNPROCESSABLE, csrf
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.records.indicators import INDICATORS
from app.records.models import Activity
from app.reports import catalogue, scheduling
from app.reports import scheduling_loaders as loaders
from app.reports import scheduling_words as words
from app.reports.exports.loaders import reader as any_reader
from app.reports.exports.words import SHORT
from app.reports.models import ReportSchedule, Rhythm, SavedView, ScheduleRecipient
from app.reports.policy import scope_of
from app.reports.saving_loaders import own_view
from app.reports.scheduling_forms import FIELDS, Recipient, ScheduleForm, schedule_form
from app.reports.scheduling_stopping import INDICATOR, asked_of
from app.reports.scheduling_watching import NUMBER, ROWS

bp = Blueprint("schedules", __name__, url_prefix="/reports")
MOST_OFFERED = 200


def init_app(app: Flask) -> None:
    """Mount the pages. One takes no CSRF token: mail programs send to it, and the signed link is all that counts."""
    app.register_blueprint(bp)
    csrf.exempt(end_by_link)
    app.add_template_global(words.rhythm, "rhythm")


@bp.get("/schedules")
@access(approved, reader=any_reader)
def index(reader: Actor) -> ResponseReturnValue:
    """One's own schedules, and what others send."""
    return render_template(
        "reports/schedules.html",
        schedules=loaders.schedules_of(reader),
        sent=loaders.sent_to(reader),
        states=words.STATES,
        forms=SHORT,
    )


@bp.get("/saved/<view_id>/schedule")
@access(approved, view=own_view)
def new(view: SavedView) -> ResponseReturnValue:
    """Choose when a view is sent."""
    return _form_page(view, _form(view, _rhythm()))


@bp.post("/saved/<view_id>/schedule")
@access(approved, view=own_view)
@idempotent
def make(view: SavedView) -> ResponseReturnValue:
    """Make the schedule."""
    rhythm = _rhythm()
    form = _form(view, rhythm)
    if not form.validate():
        return _form_page(view, form, UNPROCESSABLE)
    actor = current_actor()
    try:
        schedule = scheduling.make(actor, view, form.plan(rhythm, actor.zone))
    except Refused as refused:
        form.form_errors.append(str(refused))
        return _form_page(view, form, UNPROCESSABLE)
    return _shown(schedule)


@bp.get("/schedules/<schedule_id>")
@access(approved, schedule=loaders.own_schedule)
def show(schedule: ReportSchedule) -> ResponseReturnValue:
    """When it sends, to whom, what was sent."""
    return _page(schedule, Recipient(formdata=None))


@bp.get("/schedules/<schedule_id>/edit")
@access(approved, schedule=loaders.own_schedule)
def edit(schedule: ReportSchedule) -> ResponseReturnValue:
    """Change when and what it sends."""
    return _form_page(schedule.view, _form(schedule.view, _rhythm(schedule), schedule), schedule=schedule)


@bp.post("/schedules/<schedule_id>/edit")
@access(approved, schedule=loaders.own_schedule)
def change(schedule: ReportSchedule) -> ResponseReturnValue:
    """Change it."""
    rhythm = _rhythm(schedule)
    form = _form(schedule.view, rhythm, schedule)
    if not form.validate():
        return _form_page(schedule.view, form, UNPROCESSABLE, schedule)
    actor = current_actor()
    try:
        scheduling.change(actor, schedule, form.plan(rhythm, actor.zone))
    except Refused as refused:
        form.form_errors.append(str(refused))
        return _form_page(schedule.view, form, UNPROCESSABLE, schedule)
    return _shown(schedule)


@bp.post("/schedules/<schedule_id>/pause")
@access(approved, schedule=loaders.own_schedule)
def pause(schedule: ReportSchedule) -> ResponseReturnValue:
    """Send nothing for a while."""
    scheduling.pause(current_actor(), schedule)
    return _shown(schedule)


@bp.post("/schedules/<schedule_id>/resume")
@access(approved, schedule=loaders.own_schedule)
def resume(schedule: ReportSchedule) -> ResponseReturnValue:
    """Let it go on."""
    try:
        scheduling.resume(current_actor(), schedule)
    except Refused as refused:
        flash(str(refused), "danger")
    return _shown(schedule)


@bp.post("/schedules/<schedule_id>/removal")
@access(approved, schedule=loaders.own_schedule)
def remove(schedule: ReportSchedule) -> ResponseReturnValue:
    """Remove it."""
    scheduling.remove(current_actor(), schedule)
    flash(_("The schedule is removed."), "done")
    return redirect(url_for("schedules.index"), 303)


@bp.post("/schedules/<schedule_id>/now")
@access(approved, schedule=loaders.own_schedule)
@idempotent
def send_now(schedule: ReportSchedule) -> ResponseReturnValue:
    """Send it to me now."""
    try:
        scheduling.send_me_now(current_actor(), schedule)
    except Refused as refused:
        flash(str(refused), "danger")
    else:
        flash(_("The file is being made; a mail tells you when it is there."), "waiting")
    return _shown(schedule)


@bp.post("/schedules/<schedule_id>/recipients")
@access(approved, schedule=loaders.own_schedule)
@idempotent
def add_recipient(schedule: ReportSchedule) -> ResponseReturnValue:
    """Add somebody; an address outside waits for confirmation."""
    form = Recipient()
    if not form.validate():
        return _page(schedule, form, UNPROCESSABLE)
    try:
        scheduling.add_recipient(current_actor(), schedule, form.email.data or "", form.language.data)
    except Refused as refused:
        form.email.errors = [str(refused)]
        return _page(schedule, form, UNPROCESSABLE)
    return _shown(schedule)


@bp.post("/schedules/<schedule_id>/recipients/<recipient_id>/confirmation")
@access(approved, recipient=loaders.own_recipient)
def confirm_recipient(recipient: ScheduleRecipient) -> ResponseReturnValue:
    """Let totals go to an address outside."""
    try:
        scheduling.confirm_recipient(current_actor(), recipient)
    except Refused as refused:
        flash(str(refused), "danger")
    return _shown(recipient.schedule)


@bp.post("/schedules/<schedule_id>/recipients/<recipient_id>/removal")
@access(approved, recipient=loaders.own_recipient)
def remove_recipient(recipient: ScheduleRecipient) -> ResponseReturnValue:
    """Send no more to somebody."""
    schedule = recipient.schedule
    scheduling.remove_recipient(current_actor(), recipient)
    return _shown(schedule)


@bp.post("/sent/<recipient_id>/ending")
@access(approved, recipient=loaders.as_recipient)
def end_for_me(recipient: ScheduleRecipient) -> ResponseReturnValue:
    """Get no more of what somebody sends me."""
    scheduling.end_for(recipient, current_actor())
    flash(_("You are sent no more of it."), "done")
    return redirect(url_for("schedules.index"), 303)


@bp.get("/ending/<token>")
@access(anyone, recipient=loaders.outsider)
def ending(recipient: ScheduleRecipient) -> ResponseReturnValue:
    """Ask before ending: a mail program may open links on its own. The page names nobody."""
    return render_template("reports/ending.html", done=recipient.ended_at is not None)


@bp.post("/ending/<token>")
@access(anyone, recipient=loaders.outsider)
def end_by_link(recipient: ScheduleRecipient) -> ResponseReturnValue:
    """End it for whom the signed link stands (RFC 8058): no sign-in, no CSRF token, no redirect."""
    scheduling.end_for(recipient)
    return render_template("reports/ending.html", done=True)


def _rhythm(schedule: ReportSchedule | None = None) -> str:
    """Return the rhythm that the address asks for; else the schedule's, else every month."""
    asked = request.args.get("rhythm", "")
    if asked in FIELDS:
        return asked
    return schedule.rhythm if schedule else Rhythm.MONTHLY


def _form(view: SavedView, rhythm: str, schedule: ReportSchedule | None = None) -> ScheduleForm:
    kept: dict[str, object] = {}
    if schedule is not None:
        kept = {name: getattr(schedule, name) for name in ("form", "anonymised")}
        if schedule.rhythm == rhythm:
            kept |= {name: getattr(schedule, name) for name in FIELDS[rhythm]}
            kept |= {name: str(kept[name]) for name in {"hour", "weekday", "day", "month"} & kept.keys()}
            kept |= {"above": "more" if schedule.above else "less"} if "above" in kept else {}
    activities = _upcoming(view) if rhythm == Rhythm.AFTER_ACTIVITY else []
    measures = _measures(view) if rhythm == Rhythm.THRESHOLD else []
    return schedule_form(rhythm, activities, measures, **kept)


def _upcoming(view: SavedView) -> list[tuple[str, str]]:
    """Return the view's activities that have not ended, the next first."""
    actor = current_actor()
    asked = asked_of(actor, view, actor.zone)
    titles = {one.key: (one.slug, one.title) for one in asked.activities} if asked else {}
    found = select(Activity.key).where(Activity.key.in_(list(titles)), Activity.ends_at > clock.now())
    return [titles[key] for key in db.session.scalars(found.order_by(Activity.ends_at).limit(MOST_OFFERED))]


def _measures(view: SavedView) -> list[tuple[str, str]]:
    actor = current_actor()
    asked = asked_of(actor, view, actor.zone)
    found = [(ROWS, words.measure(ROWS))]
    found += [(NUMBER + one.key, str(one.label)) for one in (asked.report.numbers(asked) if asked else [])]
    if scope_of(actor).everything:
        found += [(INDICATOR + one.id, str(one.name)) for one in INDICATORS.values()]
    return found


def _shown(schedule: ReportSchedule) -> ResponseReturnValue:
    return redirect(url_for("schedules.show", schedule_id=schedule.public_id), 303)


def _form_page(
    view: SavedView, form: ScheduleForm, status: int = 200, schedule: ReportSchedule | None = None
) -> ResponseReturnValue:
    page = render_template(
        "reports/schedule_form.html",
        view=view,
        form=form,
        schedule=schedule,
        rhythm_chosen=_rhythm(schedule),
        rhythms=words.RHYTHMS,
    )
    return page, status


def _page(schedule: ReportSchedule, form: Recipient, status: int = 200) -> ResponseReturnValue:
    recipients = [one for one in schedule.recipients if one.ended_at is None]
    page = render_template(
        "reports/schedule.html",
        schedule=schedule,
        view=schedule.view,
        report=catalogue.REPORTS[schedule.view.report],
        state=words.STATES[schedule.state],
        form_name=SHORT[schedule.form],
        form=form,
        recipients=recipients,
        names=loaders.names_of(recipients),
        history=loaders.history(current_actor(), schedule),
        causes=words.CAUSES,
        deliveries=words.DELIVERIES,
        reasons=words.REASONS,
    )
    return page, status
