"""What feedback asks of sessions: who runs which, and what their own form of five questions was answered."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from app.core.access import Actor
from app.core.addresses import path_for
from app.core.database import db
from app.feedback import keepers
from app.feedback.keepers import Own, OwnForm
from app.webinars.forms.feedback import POINTS, QUESTIONS
from app.webinars.models.after import WebinarFeedback
from app.webinars.models.planning import Webinar, WebinarRunner
from app.webinars.models.room import WebinarParticipant
from app.webinars.policy import RUNS, may_manage, visible_to
from app.webinars.queries.feedback import asked


def run_by(actor: Actor) -> Select[UUID]:
    """Select the activities of the sessions that the actor answers for: they plan it, or ran its room."""
    who = actor.user_id or 0
    ran = select(WebinarParticipant.webinar_id).where(
        WebinarParticipant.user_id == who,
        WebinarParticipant.role.in_(sorted(RUNS)),
        WebinarParticipant.banned_at.is_(None),
        WebinarParticipant.removed_at.is_(None),
    )
    return _visible(actor, or_(_plans(actor), Webinar.id.in_(ran)))


def planned_by(actor: Actor) -> Select[UUID]:
    """Select the activities of the sessions that the actor plans: they say what is asked."""
    return _visible(actor, _plans(actor))


def own_form(activity_key: UUID) -> OwnForm | None:
    """Return a session's form of five questions with what was answered; None for what is no session. Two queries."""
    wanted = select(Webinar, asked()).where(Webinar.activity_key == activity_key)
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        return None
    webinar, people = found
    rows = db.session.execute(
        select(WebinarFeedback.points, WebinarFeedback.words, WebinarFeedback.given_at)
        .where(WebinarFeedback.webinar_id == webinar.id)
        .order_by(WebinarFeedback.given_at, WebinarFeedback.user_id)
    ).all()
    return OwnForm(
        path_for("webinars.feedback_form", webinar_id=webinar.public_id),
        [(key, str(words)) for key, words in QUESTIONS.items()],
        {int(point): words for point, words in POINTS.items()},
        people,
        [Own(row.points, row.words, row.given_at) for row in rows],
    )


def given(activity_keys: Collection[UUID]) -> dict[UUID, int]:
    """Return how many said what sessions were like."""
    counted = (
        select(Webinar.activity_key, func.count())
        .join(WebinarFeedback, WebinarFeedback.webinar_id == Webinar.id)
        .where(Webinar.activity_key.in_(activity_keys))
        .group_by(Webinar.activity_key)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _visible(actor: Actor, condition: ColumnElement[bool]) -> Select[UUID]:
    return select(Webinar.activity_key).where(visible_to(actor), Webinar.is_template.is_(False), condition)


def _plans(actor: Actor) -> ColumnElement[bool]:
    if may_manage(actor):
        return true()
    who = actor.user_id or 0
    runner = select(WebinarRunner.webinar_id).where(
        and_(WebinarRunner.user_id == who, WebinarRunner.role.in_(sorted(RUNS)))
    )
    return or_(Webinar.created_by == who, Webinar.id.in_(runner))


KEEPER = keepers.Keeper("/webinars/", run_by, planned_by, own_form, given)
