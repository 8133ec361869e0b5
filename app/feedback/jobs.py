"""Work of the worker: once a day who is due is asked, each person once about an activity at a stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from uuid import UUID

from app.accounts.group_rules import rules_of
from app.accounts.models import User
from app.core import clock, log
from app.core.access import NOBODY
from app.core.database import db
from app.core.jobs import defer, job, periodic
from app.core.mail import send
from app.core.scopes import person as scope_of_person
from app.feedback import notices
from app.feedback.actions import claim
from app.feedback.models import AT_THE_END, FOLLOW_UPS, FeedbackInvitation
from app.feedback.queries import due
from app.notifications.actions import notify
from app.records.models import Activity

BATCH = 100


@periodic("feedback.ask_daily", "20 5 * * *")
def ask_daily() -> None:
    """Queue the day's asking: at the end, months later, and the one reminder."""
    defer(ask_at_the_end)
    for stage in FOLLOW_UPS:
        defer(ask_follow_up, stage=stage)
    defer(remind)


@job("feedback.ask_at_the_end")
def ask_at_the_end() -> None:
    """Ask those whom no feature has asked: of deliveries, workshops and what was entered or imported."""
    found = due.at_the_end(BATCH)
    for key, people in groupby(sorted(found), lambda one: one.activity_key):
        tell(key, [(one.learner_key, one.user_id) for one in people])
    if len(found) == BATCH:
        defer(ask_at_the_end)


@job("feedback.ask_follow_up")
def ask_follow_up(stage: int) -> None:
    """Mail those who completed something ``stage`` months ago; a job of its own goes on behind the first of them."""
    found = due.follow_ups(stage, BATCH)
    asked = claim(stage, found)
    keys, people = {key for key, _ in asked}, {user_id for _, user_id in asked}
    made = due.invitations(
        FeedbackInvitation.stage == stage,
        FeedbackInvitation.activity_key.in_(keys),
        FeedbackInvitation.user_id.in_(people),
    )
    _mail((one for one in made if (one[0].activity_key, one[1].id) in asked), again=False)
    if len(found) == BATCH:
        defer(ask_follow_up, stage=stage)


@job("feedback.remind")
def remind() -> None:
    """Remind once of a survey that was not answered in two weeks."""
    found = due.silent(BATCH)
    for invitation, _person, _activity in found:
        invitation.reminded_at = clock.now()
    db.session.flush()
    _mail(found, again=True)
    if len(found) == BATCH:
        defer(remind)


def tell(activity_key: UUID, people: Iterable[tuple[UUID, int]]) -> int:
    """Ask people, given as (learner, account), about the end of an activity in the app; who was asked, not again.

    Returns how many were told.
    """
    asked = claim(AT_THE_END, [(activity_key, learner, user_id) for learner, user_id in people])
    if not asked:
        return 0
    activity = db.session.get_one(Activity, activity_key)
    params = notices.params_of(activity, may_name=_may_name([activity])[activity.group_id])
    return sum(
        notify(
            [user_id],
            notices.ASKED,
            scope_of_person(user_id),
            params,
            topic=f"feedback:{activity_key}",
            by=NOBODY,
        )
        for _key, user_id in sorted(asked)
    )


def _mail(found: Iterable[tuple[FeedbackInvitation, User, Activity]], *, again: bool) -> None:
    """Mail each; whoever cannot be written to does not keep the others from their mail."""
    rows = list(found)
    names = _may_name([activity for _, _, activity in rows])
    for invitation, person, activity in rows:
        try:
            with db.session.begin_nested():
                may_name = names[activity.group_id]
                send(notices.follow_up(person, invitation, activity, may_name=may_name, again=again))
        except Exception:
            log.failure("follow-up survey not mailed", person=person.public_id)


def _may_name(activities: Iterable[Activity]) -> Mapping[int | None, bool]:
    """Return, for the groups of activities, whether mails may carry names; where there is no group, they may."""
    groups = frozenset(one.group_id for one in activities if one.group_id is not None)
    return {None: True} | {group: rules.mail_names for group, rules in rules_of(groups).items()}
