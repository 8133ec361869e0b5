"""When a session is over: its attendance is reckoned, the register is told, certificates are earned, people are told.

Nothing that was found is ever changed. Reckoning again, for everybody or after a correction, adds rows; the latest of a
person holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select

from app.accounts.group_rules import rules_for
from app.accounts.locking import lock
from app.accounts.models import User
from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core import clock
from app.core.database import JSON, db
from app.core.events import publish
from app.core.refusal import require
from app.records import queries as records
from app.webinars import attendance_register, register
from app.webinars.events import AttendanceTakenBack, BooksClosed, SessionAttended
from app.webinars.ledger import curve
from app.webinars.models.after import WebinarClosing, WebinarVerdict
from app.webinars.models.planning import State, Webinar
from app.webinars.places import Place
from app.webinars.queries.attendance import Attendee, Sheet, sheet_of, step_words
from app.webinars.queries.closing import Key, closing_of, key_of, rule_then, verdicts_of


def close_books(webinar: Webinar) -> bool:
    """Reckon the attendance of a session that is over, once; False when it is not over, or was done before."""
    lock(webinar)
    if webinar.state != State.ENDED or closing_of(webinar.id) is not None:
        return False
    register.describe_session(webinar)
    _reckon(webinar, 1, None, "")
    publish(BooksClosed(webinar.id))
    return True


def reckon_again(place: Place, reason: str) -> int:
    """Reckon everybody's attendance anew by the rule as it is now; returns the number of the reckoning."""
    lock(place.webinar)
    last = closing_of(place.webinar.id)
    require(last is not None, _("The attendance of this session has not been reckoned yet."))
    require(bool(reason.strip()), _("Say why."))
    assert last is not None
    run = last.run + 1
    _reckon(place.webinar, run, place.actor.user_id, reason.strip())
    audit.record(
        place.actor,
        AuditVerb.WEBINAR_ATTENDANCE_RECKONED,
        "webinar",
        place.webinar.public_id,
        detail={"run": run},
    )
    return run


def reckon_people(webinar: Webinar, keys: Iterable[Key], reason: str = "") -> None:
    """Reckon some people's attendance anew, by account or named entry; nothing before the books were closed."""
    last = closing_of(webinar.id)
    wanted = set(keys)
    if last is None or not wanted:
        return
    sheet = sheet_of(webinar, clock.now(), rule_then(last))
    before = verdicts_of(webinar.id)
    # somebody whose only entry was withdrawn is on no sheet any more, but was found to have attended
    gone = [
        _gone(before[key]) for key in wanted & before.keys() if key not in {_key(one) for one in sheet.people}
    ]
    some = [one for one in sheet.people if _key(one) in wanted]
    _write(sheet, [*some, *gone], before, last.run, reason)


def _reckon(webinar: Webinar, run: int, by_id: int | None, reason: str) -> None:
    now = clock.now()
    sheet = sheet_of(webinar, now)
    present = [one.spans for one in sheet.people if one.counts]
    closing = WebinarClosing(
        webinar_id=webinar.id,
        run=run,
        at=now,
        by_id=by_id,
        reason=reason,
        rule=_rule(sheet),
        begins_at=sheet.window[0],
        ends_at=sheet.window[1],
        curve=curve(present, sheet.window),
    )
    db.session.add(closing)
    db.session.flush()
    _write(sheet, sheet.people, verdicts_of(webinar.id), run, reason)


def _rule(sheet: Sheet) -> JSON:
    return {
        "percent": sheet.rule.percent,
        "scheduled": sheet.webinar.minutes,
        "answers": sheet.rule.answers,
        "asked": sheet.asked,
        "version": sheet.rule.version,
    }


def _write(
    sheet: Sheet, people: Iterable[Attendee], before: Mapping[Key, WebinarVerdict], run: int, reason: str
) -> None:
    """Write what was found for each of ``people``, and tell the register and certificates what is new."""
    webinar, now = sheet.webinar, clock.now()
    found = list(people)
    at = webinar.closed_at or sheet.window[1]
    counts = records.counts_as_training(webinar.kind, at)
    named = rules_for(webinar.group_id).named
    languages = _languages(found)
    rows = []
    for one in found:
        last = before.get(_key(one))
        language = attendance_register.language_of(webinar, languages.get(one.user_id or 0, "en"))
        rows.append(
            _row(sheet, one, run, now)
            | {
                "attended_fact": attendance_register.tell_attendance(
                    webinar, one, last, at, language, named=named
                ),
                "completed_fact": attendance_register.tell_completion(
                    webinar, one, last, at, language, counts=counts, named=named
                ),
            }
        )
        _tell(webinar, one, last, at, language, reason)
    if rows:
        db.session.execute(insert(WebinarVerdict), rows)


def _tell(
    webinar: Webinar, one: Attendee, last: WebinarVerdict | None, at: datetime, language: str, reason: str
) -> None:
    was = last is not None and last.fulfilled
    if one.user_id is None or not webinar.certificate or was == one.fulfilled:
        return
    if one.fulfilled:
        publish(SessionAttended(webinar.id, one.user_id, webinar.activity_key, at, language))
    else:
        publish(AttendanceTakenBack(webinar.id, one.user_id, webinar.activity_key, reason))


def _row(sheet: Sheet, one: Attendee, run: int, now: datetime) -> dict[str, Any]:
    return {
        "webinar_id": sheet.webinar.id,
        "run": run,
        "user_id": one.user_id,
        "entry_id": one.entry_id,
        "role": one.role,
        "country": one.country,
        "present": round(one.present.total_seconds()),
        "needed": round(sheet.rule.needed.total_seconds()),
        "answered": one.answered,
        "steps": step_words(one.steps),
        "how": list(one.how),
        "first_at": one.first_at,
        "last_at": one.last_at,
        "counts": one.counts,
        "fulfilled": one.fulfilled,
        "computed_at": now,
    }


def _gone(last: WebinarVerdict) -> Attendee:
    return Attendee("", last.user_id, last.entry_id, "", country=last.country, role=last.role)


def _key(one: Attendee) -> Key:
    return key_of(one.user_id, one.entry_id)


def _languages(people: Iterable[Attendee]) -> dict[int, str]:
    accounts = [one.user_id for one in people if one.user_id is not None]
    rows = db.session.execute(select(User.id, User.language).where(User.id.in_(accounts)))
    return {one.id: one.language for one in rows}
