"""The only ways a view gets an activity that is asked about, its results, its questions, a survey by mail."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.feedback import keepers
from app.feedback.links import invited_by, left_by
from app.feedback.models import FeedbackInvitation, FeedbackQuestion
from app.feedback.queries import Asked, asked_of
from app.feedback.queries.due import invitations, over
from app.feedback.queries.overview import readable
from app.feedback.questions import NOT_ASKED
from app.records.models import Activity


@dataclass(frozen=True, slots=True)
class Survey:
    """A follow-up that somebody holds the link of."""

    invitation: FeedbackInvitation
    person: User
    activity: Activity

    @property
    def over(self) -> bool:
        """Whether it takes no answers any more."""
        return over(self.invitation.sent_at)


def asked(actor: Actor, activity_id: str) -> Asked:
    """An activity whose end the actor is, or was, asked about."""
    key = _key(activity_id)
    found = asked_of(actor.user_id, key) if actor.user_id is not None else None
    if found is None:
        raise NotFound
    return found


def results(actor: Actor, activity_id: str) -> tuple[Activity, bool]:
    """An activity whose results the actor may see (they run it, or report on all), and whether they set its questions.

    One query.
    """
    key = _key(activity_id)
    wanted = select(Activity, keepers.planned_by(actor)).where(
        Activity.key == key, Activity.kind.not_in(sorted(NOT_ASKED)), readable(actor)
    )
    found = db.session.execute(wanted).one_or_none() if actor.approved else None
    if found is None:
        raise NotFound
    return found[0], bool(found[1])


def planned(actor: Actor, activity_id: str) -> Activity:
    """An activity whose questions the actor sets."""
    activity, plans = results(actor, activity_id)
    if not plans:
        raise NotFound
    return activity


def question(actor: Actor, activity_id: str, question_id: str) -> tuple[Activity, FeedbackQuestion]:
    """A question of its own of an activity whose questions the actor sets."""
    activity = planned(actor, activity_id)
    found = db.session.scalars(
        select(FeedbackQuestion).where(
            FeedbackQuestion.public_id == question_id, FeedbackQuestion.activity_key == activity.key
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return activity, found


def survey(_actor: Actor, token: str) -> Survey:
    """The one survey that a signed link opens, whoever holds it, for as long as its person's account is open."""
    public_id = invited_by(token)
    found = invitations(FeedbackInvitation.public_id == public_id) if public_id else []
    if not found or not found[0][1].is_approved:
        raise NotFound
    return Survey(*found[0])


def leaver(_actor: Actor, token: str) -> User:
    """Who ends their follow-up surveys by a link, whoever holds it; asked of the signature alone."""
    found = db.session.scalars(select(User).where(User.public_id == (left_by(token) or ""))).one_or_none()
    if found is None:
        raise NotFound
    return found


def _key(activity_id: str) -> UUID:
    """Return an activity's key; only the one way in which we write it leads anywhere."""
    try:
        key = UUID(activity_id)
    except ValueError:
        raise NotFound from None
    if str(key) != activity_id:
        raise NotFound
    return key
