"""Who is told what about files of reports: a pure function returning a message."""

from __future__ import annotations

from flask_babel import gettext as _

from app.core.access import Actor
from app.core.i18n import format_number, format_time
from app.core.mail import Message, render_mail
from app.core.settings import settings
from app.reports.catalogue import REPORTS
from app.reports.models import ReportFile


def address(path: str) -> str:
    """Return the full address of a path of ours."""
    return f"{settings().public_url}{path}"


def ready(actor: Actor, file: ReportFile) -> Message:
    """Tell the owner that a file is ready, where, and until when; in the language of the moment."""
    title = str(REPORTS[file.report].title)
    return render_mail(
        "reports/mail/file",
        to=actor.email,
        language=file.language,
        subject=_("Your file is ready: %(title)s", title=title),
        paragraphs=[
            _(
                "The file “%(title)s” (%(form)s, rows: %(rows)s) is made.",
                title=title,
                form=file.form.upper(),
                rows=format_number(file.rows_done),
            ),
            _(
                "It can be downloaded by you alone, signed in, until %(time)s (%(zone)s).",
                time=format_time(file.expires_at),
                zone=actor.zone,
            ),
        ],
        lines=[(_("SHA-256 of the file"), file.sha256)],
        link=address(f"/reports/files/{file.public_id}"),
        link_text=_("Download the file"),
        why=_("You get this because you asked for a file on the platform."),
    )
