"""Activities of every kind, those that staff recorded, and who is on their lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select

from app.accounts.models import User
from app.core.access import Actor
from app.core.database import db
from app.records.corrections.models import EventParticipant, ParticipantList, RecordedActivity
from app.records.folding import ignored
from app.records.models import Activity, ActivityKind, Fact, LearnerAccount, Participation, Verb

_HIDDEN = (ActivityKind.RESOURCE.value, ActivityKind.RECORDING.value)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which activities are asked for; empty values ask for all."""

    words: str = ""
    kind: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """An activity, and the public id of its record where staff recorded it."""

    activity: Activity
    recorded_id: str | None
    people: int


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody on a list with what the register knows; ``name`` and ``email`` are the account's where there is one."""

    row: EventParticipant
    name: str
    email: str
    has_account: bool
    status: str
    country: str
    profession: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """A headcount that counts now."""

    fact_uuid: UUID
    people: int
    gender: str
    country: str


def activities(actor: Actor, wanted: Wanted, *, offset: int, limit: int) -> tuple[Sequence[Listed], int]:
    """Return activities, the latest first, and how many there are; two queries."""
    conditions: list[ColumnElement[bool]] = [Activity.is_test.is_(False)]
    if wanted.kind:
        conditions.append(Activity.kind == wanted.kind)
    else:
        conditions.append(Activity.kind.not_in(_HIDDEN))
    if wanted.by_hand:
        conditions.append(RecordedActivity.activity_key.is_not(None))
    words = wanted.words.lower().split()[:5]
    if words:  # what somebody may not read they do not find
        mine = Activity.group_id.in_(actor.groups)
        conditions.append(or_(Activity.group_id.is_(None), Activity.kind == ActivityKind.COURSE.value, mine))
    for word in words:
        text = func.lower(
            cast(Activity.titles, Text)
            + " "
            + Activity.slug
            + " "
            + Activity.partner
            + " "
            + Activity.project
        )
        conditions.append(text.contains(word, autoescape=True))
    people = (
        select(func.count())
        .where(Participation.activity_key == Activity.key)
        .correlate(Activity)
        .scalar_subquery()
    )
    joined = (
        select(Activity, RecordedActivity.public_id, people)
        .outerjoin(RecordedActivity, RecordedActivity.activity_key == Activity.key)
        .where(*conditions)
        .order_by(func.coalesce(Activity.starts_at, Activity.described_at).desc(), Activity.key)
        .offset(offset)
        .limit(limit)
    )
    counted = (
        select(func.count())
        .select_from(Activity)
        .outerjoin(RecordedActivity, RecordedActivity.activity_key == Activity.key)
        .where(*conditions)
    )
    return [Listed(*row) for row in db.session.execute(joined)], db.session.scalar(counted) or 0


def participants(activity_key: UUID, *, offset: int, limit: int) -> tuple[list[Participant], int]:
    """Return who is on a list, by name, and how many there are; two queries."""
    root = func.learner_root(EventParticipant.learner_key)
    family = func.coalesce(User.family_name, EventParticipant.family_name)
    given = func.coalesce(User.given_name, EventParticipant.given_name)
    rows = db.session.execute(
        select(
            EventParticipant,
            User.given_name,
            User.family_name,
            User.email,
            Participation.status,
            Participation.country,
            Participation.profession,
        )
        .outerjoin(
            LearnerAccount,
            and_(LearnerAccount.learner_key == EventParticipant.learner_key, LearnerAccount.cut_at.is_(None)),
        )
        .outerjoin(User, User.id == LearnerAccount.user_id)
        .outerjoin(
            Participation,
            and_(
                Participation.learner_key == root,
                Participation.activity_key == EventParticipant.activity_key,
            ),
        )
        .where(EventParticipant.activity_key == activity_key)
        .order_by(func.lower(family), func.lower(given), EventParticipant.id)
        .offset(offset)
        .limit(limit)
    )
    total = select(func.count()).where(EventParticipant.activity_key == activity_key)
    return [_participant(*row) for row in rows], db.session.scalar(total) or 0


def _participant(
    row: EventParticipant,
    given: str | None,
    family: str | None,
    email: str | None,
    status: str | None,
    country: str | None,
    profession: str | None,
) -> Participant:
    name = row.name or f"{given or ''} {family or ''}".strip()
    return Participant(
        row, name, email or row.email, email is not None, status or "", country or "", profession or ""
    )


def crowds(activity_key: UUID) -> list[Crowd]:
    """Return the headcounts of an activity that count now."""
    facts = db.session.execute(
        select(Fact.uuid, Fact.verb, Fact.corrects, Fact.headcount, Fact.gender, Fact.country)
        .where(
            Fact.activity_key == activity_key,
            Fact.learner_key.is_(None),
            Fact.verb.in_([Verb.ATTENDED.value, Verb.VOIDED.value]),
        )
        .order_by(Fact.id)
    ).all()
    without = ignored(facts)
    return [
        Crowd(one.uuid, one.headcount, one.gender, one.country)
        for one in facts
        if one.headcount is not None and one.uuid not in without
    ]


def waiting_lists(activity_key: UUID) -> Sequence[ParticipantList]:
    """Return lists that were sent and not recorded yet, the latest first."""
    return db.session.scalars(
        select(ParticipantList)
        .where(ParticipantList.activity_key == activity_key)
        .order_by(ParticipantList.id.desc())
    ).all()
