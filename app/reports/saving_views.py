"""Pages of saved views: keeping one, opening one under one's own rights, sharing, renaming, removing."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import User
from app.core.access import Actor, access, approved, current_actor
from app.core.database import db
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.reports import catalogue, saving
from app.reports.exports.loaders import reader as any_reader
from app.reports.exports.sheets import filters_in_words
from app.reports.exports.views import question
from app.reports.frame import Asked, Report
from app.reports.models import ReportSchedule, SavedView, SavedViewShare
from app.reports.saving_forms import ROLES, Share, ViewName
from app.reports.saving_loaders import own_share, own_view, views_of, visible_view

bp = Blueprint("saved_views", __name__, url_prefix="/reports")


def readable_report(actor: Actor, report_name: str) -> Report:
    """Return a report that the actor may read. Raises NotFound."""
    return catalogue.report(actor, report_name)


@bp.get("/saved")
@access(approved, reader=any_reader)
def index(reader: Actor) -> ResponseReturnValue:
    """One's own views, and those that others share."""
    mine, theirs = views_of(reader)
    return render_template("reports/saved.html", mine=mine, theirs=theirs, reports=catalogue.REPORTS)


@bp.get("/<report_name>/save")
@access(approved, report=readable_report)
def new(report: Report) -> ResponseReturnValue:
    """Give what the address asks for a name."""
    asked = _asked(report)
    return _name_page(asked, ViewName(formdata=None)) if isinstance(asked, Asked) else asked


@bp.post("/<report_name>/save")
@access(approved, report=readable_report)
@idempotent
def keep(report: Report) -> ResponseReturnValue:
    """Keep it."""
    asked = _asked(report)
    if not isinstance(asked, Asked):
        return asked
    form = ViewName()
    if not form.validate():
        return _name_page(asked, form, UNPROCESSABLE)
    try:
        view = saving.keep(asked, form.name.data or "")
    except Refused as refused:
        form.name.errors = [str(refused)]
        return _name_page(asked, form, UNPROCESSABLE)
    return redirect(url_for("saved_views.edit", view_id=view.public_id), 303)


@bp.get("/saved/<view_id>")
@access(approved, view=visible_view)
def show(view: SavedView) -> ResponseReturnValue:
    """Open a view under the reader's own rights. What they may not see is not named."""
    actor = current_actor()
    asked = catalogue.ask(catalogue.REPORTS[view.report], actor, view.asked, actor.zone)
    if isinstance(asked, Asked):
        query = urlencode(asked.as_args())
        return redirect(f"/reports/{view.report}{'?' + query if query else ''}", 303)
    return render_template("reports/saved_closed.html", view=view, report=catalogue.REPORTS[view.report])


@bp.get("/saved/<view_id>/edit")
@access(approved, view=own_view)
def edit(view: SavedView) -> ResponseReturnValue:
    """Name, shares and schedules of one's view."""
    return _edit_page(view)


@bp.post("/saved/<view_id>/name")
@access(approved, view=own_view)
def rename(view: SavedView) -> ResponseReturnValue:
    """Give it another name."""
    form = ViewName()
    if not form.validate():
        return _edit_page(view, name=form)
    try:
        saving.rename(current_actor(), view, form.name.data or "")
    except Refused as refused:
        form.name.errors = [str(refused)]
        return _edit_page(view, name=form)
    return redirect(url_for("saved_views.edit", view_id=view.public_id), 303)


@bp.post("/saved/<view_id>/shares")
@access(approved, view=own_view)
@idempotent
def share(view: SavedView) -> ResponseReturnValue:
    """Share it with a person or with a role."""
    form = Share()
    if not form.validate():
        return _edit_page(view, share=form)
    try:
        if form.email.data:
            saving.share_with_person(current_actor(), view, form.email.data)
        if form.role.data:
            saving.share_with_role(current_actor(), view, form.role.data)
    except Refused as refused:
        form.email.errors = [str(refused)]
        return _edit_page(view, share=form)
    return redirect(url_for("saved_views.edit", view_id=view.public_id), 303)


@bp.post("/saved/<view_id>/shares/<share_id>/removal")
@access(approved, share=own_share)
def unshare(share: SavedViewShare) -> ResponseReturnValue:
    """End a share."""
    view_id = share.view.public_id
    saving.unshare(current_actor(), share)
    return redirect(url_for("saved_views.edit", view_id=view_id), 303)


@bp.post("/saved/<view_id>/removal")
@access(approved, view=own_view)
def remove(view: SavedView) -> ResponseReturnValue:
    """Remove it."""
    try:
        saving.remove(current_actor(), view)
    except Refused as refused:
        flash(str(refused), "attention")
        return redirect(url_for("saved_views.edit", view_id=view.public_id), 303)
    flash(_("The view is removed."), "done")
    return redirect(url_for("saved_views.index"), 303)


def _asked(report: Report) -> Asked | ResponseReturnValue:
    actor = current_actor()
    found = catalogue.ask(report, actor, question(request.args), actor.zone)
    if isinstance(found, Asked):
        return found
    return render_template("reports/save.html", report=report, form=found, asked=None), UNPROCESSABLE


def _name_page(asked: Asked, form: ViewName, status: int = 200) -> ResponseReturnValue:
    action = url_for("saved_views.keep", report_name=asked.report.name)
    page = render_template(
        "reports/save.html",
        report=asked.report,
        form=form,
        asked=asked,
        filters=filters_in_words(asked),
        action=f"{action}?{urlencode(asked.as_args())}",
    )
    return page, status


def _edit_page(
    view: SavedView, name: ViewName | None = None, share: Share | None = None
) -> ResponseReturnValue:
    people = select(User).where(User.id.in_([one.user_id for one in view.shares if one.user_id]))
    schedules = select(ReportSchedule).where(ReportSchedule.view_id == view.id).order_by(ReportSchedule.id)
    page = render_template(
        "reports/saved_edit.html",
        view=view,
        report=catalogue.REPORTS[view.report],
        name=name or ViewName(formdata=None, name=view.name),
        share=share or Share(formdata=None),
        people={one.id: one.name for one in db.session.scalars(people)},
        roles=ROLES,
        schedules=db.session.scalars(schedules).all(),
    )
    return page, UNPROCESSABLE if name or share else 200
