"""How the platform runs: parts, jobs, mail, audit, versions."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from app.admin import actions, loaders
from app.admin.queries import system
from app.admin.rules import SYSTEM
from app.audit import queries as audit
from app.core import health
from app.core.access import access, current_actor
from app.core.models import OutboxMail
from app.core.settings import settings
from app.core.ui import notify

bp = Blueprint("system", __name__, url_prefix="/admin/system", template_folder="../templates")


@bp.get("")
@access(SYSTEM)
def overview() -> str:
    """Everything at one look."""
    queue = system.queue()
    return render_template(
        "admin/system.html",
        parts=[(_("Database"), health.database_answers()), (_("Job worker"), health.worker_answers())],
        queue=queue,
        alarms=system.figure_alarms() if queue.alarms else [],
        failed_jobs=system.failed_jobs() if queue.failed else [],
        mails=system.mails(),
        sealing=audit.sealing(),
        versions=system.versions(),
        sends=bool(settings().smtp_url),
        mailbox=not settings().production,
    )


@bp.post("/mails/<mail_id>/retry")
@access(SYSTEM, mail=loaders.mail)
def retry(mail: OutboxMail) -> BaseResponse:
    """Send a mail again that was given up."""
    if not system.is_stuck(mail.public_id):
        raise NotFound
    if actions.retry_mail(current_actor(), mail):
        notify(_("The mail will be sent again."))
    return redirect(url_for("system.overview"))
