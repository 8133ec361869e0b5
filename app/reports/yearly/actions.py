"""Writing a yearly report: its numbers, and its way from draft over review to clearance. Each step is audited."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.errors import NotFound
from app.core.i18n import LANGUAGES
from app.core.ids import public_id
from app.core.refusal import Refused, require
from app.records import epochs, history, snapshots
from app.records.figures.models import Qualifier, Snapshot
from app.records.questions import Question
from app.reports.statistics import figures
from app.reports.yearly import lines as counting
from app.reports.yearly.bridging import End, bridge
from app.reports.yearly.lines import days_of, default_lines
from app.reports.yearly.models import PERIOD, State, YearlyLine, YearlyReport
from app.reports.yearly.saying import said
from app.reports.yearly.shown import line_json

MOST_LINES = 80


def make(
    actor: Actor,
    title: str,
    language: str,
    period: tuple[date, date],
    as_of: datetime | None = None,
    previous: Snapshot | None = None,
) -> YearlyReport:
    """Make a report with the numbers that each has to begin with, and count them.

    ``previous`` is the snapshot of the last report, which the bridge begins from.
    """
    report = YearlyReport(
        public_id=public_id(),
        title=title,
        language=language,
        starts_on=period[0],
        ends_on=period[1],
        as_of=as_of,
        state=State.DRAFT.value,
        note="",
        bridges=[],
        author_id=actor.user_id,
        previous_id=previous.id if previous else None,
    )
    report.lines = default_lines(report)
    db.session.add(report)
    db.session.flush()
    _count(report)
    _audit(actor, Verb.YEARLY_REPORT_MADE, report, period=[str(period[0]), str(period[1])])
    return report


def count(actor: Actor, report: YearlyReport) -> list[YearlyLine]:
    """Count every number anew; return those whose word became untrue and that are said exactly now."""
    _require_draft(report)
    exact_now = _count(report)
    _audit(actor, Verb.YEARLY_REPORT_CHANGED, report, counted=True)
    return exact_now


def add_line(actor: Actor, report: YearlyReport, line: YearlyLine) -> None:
    """Put a number into a report and count it. Refused where its word would be untrue."""
    _require_draft(report)
    require(len(report.lines) < MOST_LINES, _("There are enough numbers in this report."))
    line.position = max((one.position for one in report.lines), default=-1) + 1
    _count_one(report, line, Qualifier(line.qualifier))
    report.lines.append(line)
    _bridge(report, changed=line)
    _audit(actor, Verb.YEARLY_REPORT_CHANGED, report, added=line.figure)


def change_line(
    actor: Actor,
    line: YearlyLine,
    *,
    epoch: str,
    cut_off: date,
    as_of: datetime | None,
    qualifier: Qualifier,
) -> None:
    """Give a number another time, cut-off or word. Refused, and nothing changed, where its word would be untrue."""
    report = line.report
    _require_draft(report)
    wanted = counting.line(line.figure, epoch, cut_off)
    wanted.as_of = as_of
    _count_one(report, wanted, qualifier)
    line.epoch, line.cut_off, line.as_of, line.qualifier = epoch, cut_off, as_of, qualifier.value
    line.value, line.said, line.counted_as_of = wanted.value, wanted.said, wanted.counted_as_of
    _bridge(report, changed=line)
    _audit(actor, Verb.YEARLY_REPORT_CHANGED, report, changed=line.figure)


def remove_line(actor: Actor, line: YearlyLine) -> None:
    """Take a number out."""
    report = line.report
    _require_draft(report)
    figure = line.figure
    report.lines.remove(line)
    _bridge(report, changed=line)
    _audit(actor, Verb.YEARLY_REPORT_CHANGED, report, removed=figure)


def remove(actor: Actor, report: YearlyReport) -> None:
    """Remove a report that was not cleared; what was frozen of it stays as a snapshot."""
    _hold(report)
    require(report.state != State.CLEARED, _("A report that was cleared stays."))
    _audit(actor, Verb.YEARLY_REPORT_REMOVED, report, title=report.title)
    db.session.delete(report)
    db.session.flush()


def freeze(actor: Actor, report: YearlyReport) -> Snapshot:
    """Count once more and keep the numbers for good. Refused before the period, or a number's own time, has ended."""
    _hold(report)
    _require_unfrozen(report)
    today = clock.now().astimezone(UTC).date()
    require(bool(report.lines), _("There is no number in this report."))
    require(all(one.cut_off < today for one in report.lines), _("Each number's last day must have passed."))
    at = history.as_of(report.as_of).instant
    _count(report, at)
    question = Question(start=report.starts_on, end=report.ends_on, as_of=at)
    ids = dict.fromkeys(one.figure for one in report.lines)
    texts = _texts()
    content: JSON = {
        "lines": [line_json(one, report, texts) for one in report.lines],
        "bridges": report.bridges,
        "language": report.language,
    }
    report.snapshot = snapshots.freeze(actor, report.title, question, ids, yearly=content)
    db.session.flush()
    return report.snapshot


def submit(actor: Actor, report: YearlyReport) -> None:
    """Give a draft to review; nobody changes its numbers from here on."""
    _hold(report)
    require(report.state == State.DRAFT, _("This report is not a draft."))
    require(all(one.said is not None for one in report.lines), _("Count the numbers first."))
    report.state, report.note = State.REVIEW.value, ""
    report.submitted_by, report.submitted_at = actor.user_id, clock.now()
    _audit(actor, Verb.YEARLY_REPORT_SUBMITTED, report)


def give_back(actor: Actor, report: YearlyReport, note: str) -> None:
    """Give a report back to its author with what is to be done. What is frozen of it stays frozen."""
    _hold(report)
    require(report.state == State.REVIEW, _("This report is not in review."))
    report.state, report.note = State.DRAFT.value, note
    _audit(actor, Verb.YEARLY_REPORT_RETURNED, report, note=note)


def clear(actor: Actor, report: YearlyReport) -> None:
    """Clear a report, which freezes it where that was not done. Refused to its author and to who submitted it."""
    _hold(report)
    require(report.state == State.REVIEW, _("This report is not in review."))
    require(may_clear(actor, report), _("A report is cleared by somebody else than its author."))
    if report.snapshot is None:
        freeze(actor, report)
    report.state, report.cleared_by, report.cleared_at = State.CLEARED.value, actor.user_id, clock.now()
    assert report.snapshot is not None
    _audit(actor, Verb.YEARLY_REPORT_CLEARED, report, digest=report.snapshot.digest)


def may_clear(actor: Actor, report: YearlyReport) -> bool:
    """Whether the actor is somebody else than the author, and than who submitted what may no longer be theirs."""
    return actor.user_id is not None and actor.user_id not in {report.author_id, report.submitted_by}


def note_export(actor: Actor, report: YearlyReport, sha256: str) -> None:
    """Note in the audit that somebody took a report away."""
    _audit(actor, Verb.YEARLY_REPORT_EXPORTED, report, sha256=sha256)


def _count_one(report: YearlyReport, line: YearlyLine, qualifier: Qualifier) -> None:
    """Count one line. Refused where ``qualifier`` would be untrue of it."""
    start, end = days_of(line, report)
    if start is not None and end < start:
        raise Refused(_("The last day is before the first."))
    number = counting.count([line], report, history.as_of(report.as_of).instant)[0]
    line.said = said(number.value, qualifier)
    line.value, line.counted_as_of, line.qualifier = number.value, number.instant, qualifier.value


def _count(report: YearlyReport, at: datetime | None = None) -> list[YearlyLine]:
    at = at or history.as_of(report.as_of).instant
    exact_now = counting.keep(report.lines, counting.count(report.lines, report, at))
    report.counted_at = at
    _bridge(report)
    return exact_now


def _bridge(report: YearlyReport, changed: YearlyLine | None = None) -> None:
    """Count the steps from the last report's totals: for figures that both state from the same beginning.

    Where one line ``changed`` the steps of the others stay as they were counted.
    """
    before = db.session.get(Snapshot, report.previous_id) if report.previous_id else None
    kept = before.content.get("yearly", {}).get("lines", []) if before else []
    opened = {(one["figure"], one["start"]): one for one in kept}
    counted = {_total(one): one for one in report.bridges} if changed else {}
    found = []
    for one in report.lines:
        start, end = days_of(one, report)
        old = opened.get((one.figure, start.isoformat() if start else ""))
        if old is None or one.epoch == PERIOD or one.counted_as_of is None:
            continue
        opening = End(date.fromisoformat(old["end"]), datetime.fromisoformat(old["as_of"]))
        end = min(end, one.counted_as_of.astimezone(UTC).date())  # nothing is counted that lies ahead
        closing = End(end, one.counted_as_of)
        if opening.as_of <= closing.as_of and opening.day <= closing.day:
            total = (one.figure, start.isoformat() if start else "", end.isoformat(), one.value)
            known = counted.get(total) if one is not changed else None
            found.append(known or bridge(one.figure, start, opening, closing).as_json())
    report.bridges = found


def _total(kept: JSON) -> tuple[str, str, str, float | None]:
    """Return which total the steps of a bridge lead to: its figure, first and last day, value."""
    return kept["figure"], kept["start"], kept["closed_on"], kept["closing"]


def latest_frozen(before: date) -> list[Snapshot]:
    """Return the snapshots of yearly reports that end before a day, the latest first."""
    rows = select(Snapshot).join(YearlyReport, YearlyReport.snapshot_id == Snapshot.id)
    return list(db.session.scalars(rows.where(Snapshot.ends_on < before).order_by(Snapshot.ends_on.desc())))


def _texts() -> dict[str, dict[str, figures.Told]]:
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = figures.catalogue()
    return found


def _hold(report: YearlyReport) -> None:
    """Let nobody else change the report until the transaction ends. Raises NotFound when it was removed meanwhile."""
    try:
        db.session.refresh(report, with_for_update=True)
    except InvalidRequestError:
        raise NotFound from None


def _require_draft(report: YearlyReport) -> None:
    _hold(report)
    require(report.state == State.DRAFT, _("Numbers change in a draft only."))
    _require_unfrozen(report)


def _require_unfrozen(report: YearlyReport) -> None:
    require(report.snapshot_id is None and report.snapshot is None, _("This report is frozen."))


def _audit(actor: Actor, verb: Verb, report: YearlyReport, **detail: object) -> None:
    audit.record(actor, verb, "yearly_report", report.public_id, detail=dict(detail))


EPOCHS = (PERIOD, *epochs.EPOCHS)
"""The times that a number can be about."""
