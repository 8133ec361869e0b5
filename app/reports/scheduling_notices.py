"""Who is told what about schedules: pure functions returning messages. No mail holds rows that tell of persons."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts.models import User
from app.core.access import Actor
from app.core.i18n import format_number, format_time
from app.core.mail import Attachment, Message, render_mail
from app.reports import scheduling_links as links
from app.reports.catalogue import REPORTS
from app.reports.exports.making import MEDIA_TYPES
from app.reports.exports.notices import address
from app.reports.exports.words import SHORT, file_name
from app.reports.models import Form, ReportFile, ReportSchedule, ScheduleRecipient


def to_person(actor: Actor, schedule: ReportSchedule, file: ReportFile) -> Message:
    """Tell somebody of the platform where their file is; in the language of the moment."""
    title = str(REPORTS[file.report].title)
    return render_mail(
        "reports/mail/file",
        to=actor.email,
        language=file.language,
        subject=_("%(title)s: %(view)s", title=title, view=schedule.view.name),
        paragraphs=[
            _(
                "The file (%(form)s, rows: %(rows)s) holds what you may see, at %(time)s (%(zone)s).",
                form=SHORT[file.form],
                rows=format_number(file.rows_done),
                time=format_time(file.made_at),
                zone=actor.zone,
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
        why=_(
            "You get this because somebody has it sent to you. You can end it under “Sent to me” on the platform."
        ),
    )


def to_outside(
    recipient: ScheduleRecipient, schedule: ReportSchedule, file: ReportFile, octets: bytes
) -> Message:
    """Send totals to an address outside, with how to end it; in the language of the moment."""
    title = str(REPORTS[file.report].title)
    return render_mail(
        "reports/mail/file",
        to=recipient.address,
        language=file.language,
        subject=_("Report: %(title)s", title=title),
        unsubscribe=links.ending(recipient.public_id),
        paragraphs=[
            _(
                "Attached are totals of the report “%(title)s” (%(form)s), at %(time)s (%(zone)s).",
                title=title,
                form=SHORT[file.form],
                time=format_time(file.made_at),
                zone=schedule.zone,
            ),
            _("They tell of nobody: numbers of fewer than five people are withheld."),
        ],
        lines=[(_("SHA-256 of the file"), file.sha256)],
        link=links.ending(recipient.public_id),
        link_text=_("Get no more of these mails"),
        why=_("You get this because a member of staff of the platform has it sent to this address."),
        files=[Attachment(file_name(file), MEDIA_TYPES[Form(file.form)], octets)],
    )


def stopped(person: User, schedule: ReportSchedule) -> Message:
    """Tell the owner that a schedule was stopped, and why."""
    with force_locale(person.language):
        return render_mail(
            "reports/mail/file",
            to=person.email,
            language=person.language,
            subject=_("A schedule of yours was stopped"),
            paragraphs=[
                _(
                    "The schedule of your view “%(view)s” was stopped, and nothing is sent any more.",
                    view=schedule.view.name,
                ),
                _(
                    "You may not take this report away any more, or what the view is narrowed to is not there for you. "
                    "When that is put right you can let it go on."
                ),
            ],
            lines=[],
            link=address("/reports/schedules"),
            link_text=_("See your schedules"),
            why=_("You get this because you have reports sent on the platform."),
        )
