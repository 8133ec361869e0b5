"""What attendance tells the training register: who attended, for how long, and who completed.

A correction never changes a fact: it adds one that stands for it, or takes it back. People known by name only are a
headcount, and so is everybody where the session's group does not let facts lead to people (``named``): a correction
after a room has turned to pseudonyms leads to nobody any more. Who ran the session took no part in it.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from uuid import UUID

from app.core.database import JSON
from app.core.i18n import best_language
from app.records.actions import FactDraft, append
from app.records.models import Verb
from app.webinars.models.after import WebinarVerdict
from app.webinars.models.planning import Webinar
from app.webinars.queries.attendance import Attendee, step_words


def language_of(webinar: Webinar, person_language: str) -> str:
    """Return the language of a session that is nearest to somebody's."""
    spoken = webinar.languages or ["en"]
    return best_language(person_language, spoken, spoken[0])


def tell_attendance(
    webinar: Webinar,
    found: Attendee,
    before: WebinarVerdict | None,
    at: datetime,
    language: str,
    *,
    named: bool,
) -> UUID | None:
    """Tell how long somebody was there, where it is news; return the fact that says so now, None for none."""
    known = before.attended_fact if before else None
    if not found.counts or not found.was_there:
        _take_back(known)
        return None
    if known is not None and before is not None and _same(found, before):
        return known
    return _told(webinar, found, Verb.ATTENDED, known, at, language, named=named)


def tell_completion(
    webinar: Webinar,
    found: Attendee,
    before: WebinarVerdict | None,
    at: datetime,
    language: str,
    *,
    counts: bool,
    named: bool,
) -> UUID | None:
    """Tell that somebody fulfilled the rule of a session that ``counts`` as training, or did not after all."""
    known = before.completed_fact if before else None
    if not (found.fulfilled and counts and found.user_id is not None):
        _take_back(known)
        return None
    return known or _told(webinar, found, Verb.COMPLETED, None, at, language, named=named)


def _same(found: Attendee, before: WebinarVerdict) -> bool:
    return round(found.present.total_seconds()) == before.present and step_words(found.steps) == before.steps


def _result(found: Attendee) -> JSON:
    minutes = round(found.present.total_seconds() / 60, 1)
    return {"minutes": minutes, "steps": step_words(found.steps), "how": list(found.how)}


def _told(
    webinar: Webinar,
    found: Attendee,
    verb: Verb,
    corrects: UUID | None,
    at: datetime,
    language: str,
    *,
    named: bool,
) -> UUID:
    key, user_id = uuid.uuid4(), found.user_id if named else None
    if (
        corrects is not None and user_id != found.user_id
    ):  # a correction would keep the learner of what it corrects
        _take_back(corrects)
        corrects = None
    append(
        FactDraft(
            uuid=key,
            verb=verb,
            activity_key=webinar.activity_key,
            user_id=user_id,
            headcount=1 if user_id is None else None,
            result=_result(found),
            language=language if named else "",
            occurred_at=at,
            corrects=corrects,
        )
    )
    return key


def _take_back(known: UUID | None) -> None:
    if known is not None:
        append(FactDraft(verb=Verb.VOIDED, corrects=known))
