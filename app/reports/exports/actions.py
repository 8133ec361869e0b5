"""Ordering a file of a report, having it made, downloading it, throwing it away. All of it is in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import text

from app.accounts.queries import actor_by_person
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock, mail
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.errors import NotFound
from app.core.i18n import format_number
from app.core.permissions import Permission
from app.core.refusal import require
from app.core.settings import settings
from app.media.actions import remove_stored
from app.media.storage import storage
from app.reports.catalogue import REPORTS, ask
from app.reports.exports import making, notices
from app.reports.exports.acting import standing_in
from app.reports.exports.sheets import Wish
from app.reports.frame import Asked
from app.reports.models import FileState, Form, ReportFile
from app.reports.policy import Scope, scope_of

_LOCK = text("SELECT pg_try_advisory_xact_lock(7202605, :file_id)")
MAX_WAITING = 10


def order(asked: Asked, form: Form, *, language: str, anonymised: bool = False) -> ReportFile:
    """Have a file made of what the asker asked for, at once when it is short; the caller defers the job of a long one.

    Raises Refused for more rows than the form holds, or when too many of theirs wait already.
    """
    actor = asked.actor
    assert actor.user_id is not None
    rows = asked.report.count(asked)
    check_length(form, rows)
    require(_waiting_of(actor.user_id) < MAX_WAITING, _("Wait until your other files are made."))
    file = begin(
        asked, form, owner_id=actor.user_id, language=language, zone=actor.zone, anonymised=anonymised
    )
    file.rows_expected = rows
    db.session.flush()
    detail = {
        "report": file.report,
        "format": form,
        "rows": rows,
        "asked": file.asked,
        "anonymised": anonymised,
    }
    audit.record(actor, Verb.REPORT_FILE_ORDERED, "report_file", file.public_id, detail=detail)
    if rows <= making.AT_ONCE[form]:
        with standing_in(actor, language):
            _make(file, asked)
    return file


def check_length(form: Form, rows: int) -> None:
    """Refuse more rows than a form holds, in words that say what can be done."""
    most = making.MOST.get(form)
    require(
        most is None or rows <= most,
        _(
            "Such a file holds at most %(max)s rows here and these are %(rows)s. Narrow them, or take CSV.",
            max=format_number(most or 0),
            rows=format_number(rows),
        ),
    )


def begin(
    asked: Asked,
    form: Form,
    *,
    owner_id: int,
    language: str,
    zone: str,
    anonymised: bool,
    scheduled: bool = False,
) -> ReportFile:
    """Begin a file of what is asked for; nothing is written yet."""
    file = ReportFile(
        owner_id=owner_id,
        report=asked.report.name,
        form=form,
        asked=asked.as_args(),
        anonymised=anonymised,
        language=language,
        zone=zone,
        scope=scope_as_json(asked.scope),
        scheduled=scheduled,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=settings().report_file_days),
    )
    db.session.add(file)
    db.session.flush()
    return file


def make_ordered(file_id: int) -> None:
    """Make a long file, under the rights that its owner has by now; once, even when two workers come to it."""
    if not db.session.scalar(_LOCK, {"file_id": file_id}):
        return  # another one is at it
    file = db.session.get(ReportFile, file_id, populate_existing=True)
    if file is None or file.state != FileState.WAITING:
        return
    actor = actor_by_person(file.owner_id, second_factor=True)
    asked = asked_again(actor, file) if actor is not None else None
    if actor is None or asked is None:
        file.state = FileState.FAILED
        return
    with standing_in(actor, file.language):
        _make(file, asked, tell=True)
        mail.send(notices.ready(actor, file))


def give_up(file_id: int) -> None:
    """Say of a file that it could not be made."""
    file = db.session.get(ReportFile, file_id, with_for_update=True)
    if file is not None and file.state == FileState.WAITING:
        file.state = FileState.FAILED


def asked_again(actor: Actor, file: ReportFile) -> Asked | None:
    """Return what a file was ordered for, asked again by ``actor``; None when they may not have it any more."""
    report = REPORTS.get(file.report)
    if report is None or not report.may_export(actor):
        return None
    try:
        asked = ask(report, actor, file.asked, file.zone, file.language, permission=Permission.REPORTS_EXPORT)
    except NotFound:
        return None
    return asked if isinstance(asked, Asked) else None


def download(actor: Actor, file: ReportFile) -> Iterator[bytes]:
    """Return a file's octets. Raises Missing when they are gone."""
    octets = storage().read(making.object_name(file))
    detail = {"report": file.report, "format": file.form, "rows": file.rows_done, "sha256": file.sha256}
    audit.record(actor, Verb.REPORT_FILE_DOWNLOADED, "report_file", file.public_id, detail=detail)
    return octets


def discard(actor: Actor | None, file: ReportFile) -> None:
    """Remove a file's octets; that it was made, and what it held, stays known. Nothing for one that is gone."""
    if file.state == FileState.EXPIRED:
        return
    file.state = FileState.EXPIRED
    remove_stored(making.folder(file))
    if actor is not None:
        audit.record(actor, Verb.REPORT_FILE_REMOVED, "report_file", file.public_id)


def scope_as_json(scope: Scope) -> JSON:
    """Return what a reader could see, to be compared with what they may see later."""
    return {
        "everything": scope.everything,
        "slugs": sorted(scope.slugs),
        "countries": sorted(scope.countries),
        "activities": sorted(str(key) for key in scope.activities),
    }


def still_holds(actor: Actor, file: ReportFile) -> bool:
    """Whether the actor may see today all that could be in the file."""
    now, then = scope_of(actor, Permission.REPORTS_EXPORT), file.scope
    if now.everything:
        return True
    return (
        not then.get("everything")
        and set(then["slugs"]) <= now.slugs
        and set(then["countries"]) <= now.countries
        and set(then["activities"]) <= {str(key) for key in now.activities}
    )


def _make(file: ReportFile, asked: Asked, *, tell: bool = False) -> None:
    wish = Wish(Form(file.form), asked.actor.name, file.language, file.zone, file.anonymised)
    making.make(file, asked, wish, making.tell_of(file.id) if tell else None)
    note(asked, file.form, file.rows_done, file.sha256)


def note(asked: Asked, form: str, rows: int, sha256: str = "") -> None:
    """Record in the audit who takes which rows away, in which form."""
    detail: JSON = {"format": form, "rows": rows, "filters": asked.as_args()}
    if sha256:
        detail["sha256"] = sha256
    audit.record(asked.actor, Verb.REPORT_EXPORTED, "report", asked.report.name, detail=detail)


def _waiting_of(user_id: int) -> int:
    counted = text("SELECT count(*) FROM report_file WHERE owner_id = :owner AND state = 'waiting'")
    return int(db.session.scalar(counted, {"owner": user_id}) or 0)
