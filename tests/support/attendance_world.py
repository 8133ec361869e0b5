"""A session of the world that is over: its attendance reckoned, corrected, with a list and what somebody said of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.webinars.actions import attendance, feedback
from app.webinars.actions.closing import close_books
from app.webinars.forms.feedback import QUESTIONS
from app.webinars.models.after import WebinarFeedback
from app.webinars.models.attendance import AttendanceEntry
from app.webinars.models.planning import State
from app.webinars.places import Place, place
from app.webinars.queries.closing import sheet_now
from tests.cast import Cast
from tests.webinars.beats import stay
from tests.webinars.scene import make_scene

CANARIES: Mapping[str, str] = {
    "CANARY-ATTENDANCE-NAME": "trainer",
    "CANARY-ATTENDANCE-REASON": "owner trainer administrator",
    "CANARY-FEEDBACK-WORDS": "trainer",
}
"""Texts kept with a session of the cohort, and who may meet them; administrators in the audit."""


SAYING = ("member", "expert", "practitioner", "focal_point")
"""Who said something beside the owner: results are told by fives."""


def held(cast: Cast, host: Actor, owner: Actor) -> dict[str, str]:
    """Make a session of the cohort that is over; return the ids of what is kept with it."""
    begins = clock.now() - timedelta(hours=2)
    scene = make_scene(
        cast, group=True, title="CANARY-WEBINAR-TITLE held", channel="hybrid", certificate=False,
        starts_at=begins, ends_at=begins + timedelta(hours=1),
    )  # fmt: skip
    webinar = scene.webinar()
    webinar.opened_at = webinar.begun_at = begins
    db.session.flush()
    stay(scene, owner.user_id or 0, begins, begins + timedelta(minutes=5))
    webinar.state, webinar.closed_at = State.ENDED, begins + timedelta(hours=1)
    db.session.flush()
    close_books(webinar)
    hosting = _before(host, scene.public_id)
    attendance.add_list(hosting, [attendance.Line("CANARY-ATTENDANCE-NAME", "")])
    people = sheet_now(webinar, clock.now()).people
    theirs = next(one for one in people if one.user_id == owner.user_id)
    attendance.correct(hosting, theirs, 50, "", "CANARY-ATTENDANCE-REASON")
    feedback.give(_before(owner, scene.public_id), dict.fromkeys(QUESTIONS, 4), "CANARY-FEEDBACK-WORDS")
    for name in SAYING:
        said = {"points": dict.fromkeys(QUESTIONS, 4), "given_at": clock.now()}
        db.session.add(WebinarFeedback(webinar_id=webinar.id, user_id=cast(name).id, **said))
    db.session.flush()
    entry = db.session.scalars(select(AttendanceEntry).filter_by(webinar_id=webinar.id, kind="list")).one()
    return {"held_webinar": scene.public_id, "attendee": theirs.key, "attendance_entry": entry.public_id}


def _before(actor: Actor, webinar_id: str) -> Place:
    found = place(actor, webinar_id)
    assert found is not None
    return found
