"""Pages of files of reports: ordering one, its progress, its statement, downloading it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict

from app.core.access import Actor, access, approved, current_actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.forms import UNPROCESSABLE
from app.core.i18n import page_language
from app.core.idempotency import idempotent
from app.core.permissions import Permission
from app.core.refusal import Refused
from app.media.storage import Missing
from app.reports import catalogue
from app.reports.exports import actions, jobs, loaders, making
from app.reports.exports.forms import FileOrder
from app.reports.exports.sheets import filters_in_words
from app.reports.exports.words import SHORT, STATES, file_name
from app.reports.frame import Asked, Report
from app.reports.models import FileState, ReportFile
from app.reports.models import Form as FileForm

bp = Blueprint("report_files", __name__, url_prefix="/reports")
LISTED = 50


@bp.get("/<report_name>/export")
@access(approved, report=loaders.exportable)
def new(report: Report) -> ResponseReturnValue:
    """Choose the form of a file of what the address asks for."""
    asked = _asked(report)
    if not isinstance(asked, Asked):
        return asked
    return _form_page(asked, FileOrder(formdata=None))


@bp.post("/<report_name>/export")
@access(approved, report=loaders.exportable)
@idempotent
def order(report: Report) -> ResponseReturnValue:
    """Have the file made; its page says how far it is."""
    asked = _asked(report)
    if not isinstance(asked, Asked):
        return asked
    form = FileOrder()
    if not form.validate():
        return _form_page(asked, form, UNPROCESSABLE)
    try:
        file = actions.order(
            asked, FileForm(form.form.data), language=page_language(), anonymised=form.anonymised.data
        )
    except Refused as refused:
        form.form_errors.append(str(refused))
        return _form_page(asked, form, UNPROCESSABLE)
    jobs.start(file)
    return redirect(url_for("report_files.show", file_id=file.public_id), 303)


@bp.get("/files")
@access(approved, reader=loaders.reader)
def index(reader: Actor) -> ResponseReturnValue:
    """The files that were made for the reader, the latest first."""
    newest = select(ReportFile).where(ReportFile.owner_id == reader.user_id).order_by(ReportFile.id.desc())
    files = [one for one in db.session.scalars(newest.limit(LISTED)) if loaders.may_have(reader, one)]
    return render_template(
        "reports/files.html", files=files, reports=catalogue.REPORTS, states=STATES, forms=SHORT
    )


@bp.get("/files/<file_id>")
@access(approved, file=loaders.own_file)
def show(file: ReportFile) -> ResponseReturnValue:
    """A file: how far it is, what it states, where it is downloaded."""
    return render_template(
        "reports/file.html",
        file=file,
        report=catalogue.REPORTS[file.report],
        state=STATES[file.state],
        form=SHORT[file.form],
        waiting=file.state == FileState.WAITING,
    )


@bp.get("/files/<file_id>/download")
@access(approved, file=loaders.ready_file)
def download(file: ReportFile) -> ResponseReturnValue:
    """The octets, with their digest (RFC 9530) and the address of the statement."""
    form = FileForm(file.form)
    try:
        octets = actions.download(current_actor(), file)
    except Missing:
        raise NotFound from None
    answer = Response(octets, mimetype=making.MEDIA_TYPES[form])
    answer.content_length = file.size
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    statement = url_for("report_files.statement", file_id=file.public_id)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(file)}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    answer.headers["Link"] = f'<{statement}>; rel="describedby"; type="application/json"'
    return answer


@bp.get("/files/<file_id>/statement.json")
@access(approved, file=loaders.ready_file)
def statement(file: ReportFile) -> ResponseReturnValue:
    """What the file states, for programs and to be kept beside a CSV."""
    kept = {name: value for name, value in file.statement.items() if name != "lines"}
    answer = jsonify(kept | {"file": file_name(file), "size": file.size, "file_sha256": file.sha256})
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(file)}.statement.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/files/<file_id>/removal")
@access(approved, file=loaders.own_file)
def discard(file: ReportFile) -> ResponseReturnValue:
    """Remove the octets now."""
    actions.discard(current_actor(), file)
    return redirect(url_for("report_files.index"), 303)


def _asked(report: Report) -> Asked | ResponseReturnValue:
    """Return what the address asks for, to be taken away; else the page with what is wrong with it."""
    actor, args = current_actor(), question(request.args)
    found = catalogue.ask(report, actor, args, actor.zone, permission=Permission.REPORTS_EXPORT)
    if isinstance(found, Asked):
        return found
    return render_template("reports/export.html", report=report, form=found, asked=None), UNPROCESSABLE


def question(args: Mapping[str, str]) -> Mapping[str, str]:
    """Return the values of an address that ask for something; which page of the table was open does not matter."""
    return ImmutableMultiDict((name, value) for name, value in args.items() if name not in {"page", "size"})


def _form_page(asked: Asked, form: FileOrder, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "reports/export.html",
        report=asked.report,
        form=form,
        asked=asked,
        filters=filters_in_words(asked),
        rows=asked.report.count(asked),
        action=f"{url_for('report_files.order', report_name=asked.report.name)}?{urlencode(asked.as_args())}",
    )
    return page, status
