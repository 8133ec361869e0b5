"""Activities that were held elsewhere, recorded by staff: what they were, who was there, how many without names."""

from __future__ import annotations

import secrets
import uuid as uuids
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert, select

from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.ids import public_id
from app.core.refusal import require
from app.records.actions.activities import describe_as_stated
from app.records.actions.bulk import end_belief, insert_facts, refold_activity
from app.records.actions.facts import FactDraft, insert_fact, row_of
from app.records.corrections.models import FactCorrection, RecordedActivity
from app.records.folding import Description, ignored
from app.records.models import Activity, Fact, Verb

_SALT_OCTETS = 32
DATED = (Verb.REGISTERED, Verb.ATTENDED, Verb.COMPLETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPlan:
    """What an activity was. ``titles`` maps languages to titles; ``countries`` none means for all.

    ``starts_at`` and ``ends_at`` are aware and in order; ``source`` says where staff know it from.
    """

    kind: str
    channel: str
    titles: dict[str, str]
    languages: list[str]
    starts_at: datetime
    ends_at: datetime
    zone: str
    topic: str = ""
    place: str = ""
    countries: list[str] = field(default_factory=list)
    partner: str = ""
    project: str = ""
    donor: str = ""
    tags: list[str] = field(default_factory=list)
    hours: float | None = None
    source: str = ""


def record_activity(actor: Actor | None, plan: ActivityPlan) -> RecordedActivity:
    """Record an activity and describe it in the register. ValueError for naive times."""
    _require_in_order(plan)
    recorded = RecordedActivity(
        activity_key=uuids.uuid4(),
        public_id=public_id(),
        salt=secrets.token_bytes(_SALT_OCTETS),
        source=plan.source,
        recorded_by=actor.user_id if actor else None,
    )
    db.session.add(recorded)
    db.session.flush()
    describe_as_stated(_description(recorded, plan))
    audit.record(
        actor, AuditVerb.ACTIVITY_RECORDED, "recorded_activity", recorded.public_id, detail=_detail(plan)
    )
    return recorded


def change_activity(actor: Actor | None, recorded: RecordedActivity, plan: ActivityPlan, reason: str) -> int:
    """Describe an activity anew; return how many facts moved with its dates.

    Facts that lay at the old beginning or end are superseded by ones at the new, with ``reason``.
    """
    _require_in_order(plan)
    hold(recorded)
    before = db.session.get_one(Activity, recorded.activity_key, populate_existing=True)
    starts_at, ends_at = before.starts_at, before.ends_at
    recorded.source = plan.source
    db.session.flush()
    describe_as_stated(_description(recorded, plan))
    moves = {
        old: new
        for old, new in ((starts_at, plan.starts_at), (ends_at, plan.ends_at))
        if old is not None and old != new
    }
    moved = _move(actor, recorded.activity_key, moves, reason) if moves else 0
    detail = _detail(plan) | {"facts_moved": moved}
    audit.record(actor, AuditVerb.ACTIVITY_CHANGED, "recorded_activity", recorded.public_id, detail=detail)
    return moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """Nameless people who were there, beside those on the list. What is not known of them is in ``unknown``."""

    women: int = 0
    men: int = 0
    unknown: int = 0
    country: str = ""


def record_headcount(actor: Actor | None, recorded: RecordedActivity, count: Headcount) -> None:
    """Record people without names: never part of a distinct count. Refused when there is nobody or it is to come."""
    hold(recorded)
    groups = (("female", count.women), ("male", count.men), ("", count.unknown))
    require(any(number > 0 for _gender, number in groups), _("Say how many people there were."))
    at = held_at(recorded)
    for gender, number in groups:
        if number <= 0:
            continue
        draft = FactDraft(
            verb=Verb.ATTENDED, activity_key=recorded.activity_key, headcount=number, occurred_at=at
        )
        row, _target = row_of(draft)
        insert_fact(row | {"gender": gender, "country": count.country})
    detail = {"people": count.women + count.men + count.unknown}
    audit.record(actor, AuditVerb.HEADCOUNT_RECORDED, "recorded_activity", recorded.public_id, detail=detail)


def hold(recorded: RecordedActivity) -> None:
    """Let nobody else change this activity or its list until the transaction ends."""
    db.session.execute(
        select(RecordedActivity.activity_key)
        .where(RecordedActivity.activity_key == recorded.activity_key)
        .with_for_update(key_share=True)
    )


def held_at(recorded: RecordedActivity) -> datetime:
    """Return when people attended: its end. Refused while it is still to come."""
    found = db.session.execute(
        select(Activity.starts_at, Activity.ends_at).where(Activity.key == recorded.activity_key)
    ).one()
    at = found.ends_at or found.starts_at
    require(
        at is not None and at <= clock.now(),
        _("It is still to come. Who attended can be recorded when it is over."),
    )
    assert isinstance(at, datetime)
    return at


def _require_in_order(plan: ActivityPlan) -> None:
    if plan.starts_at.tzinfo is None or plan.ends_at.tzinfo is None:
        raise ValueError("times must be aware")
    require(plan.starts_at <= plan.ends_at, _("The end must be after the beginning."))


def _description(recorded: RecordedActivity, plan: ActivityPlan) -> Description:
    own = {one.name for one in fields(Description)} & {one.name for one in fields(ActivityPlan)}
    return Description(
        activity_key=recorded.activity_key,
        slug=recorded.public_id,
        **{name: getattr(plan, name) for name in own},
    )


def _detail(plan: ActivityPlan) -> JSON:
    return {"kind": plan.kind, "channel": plan.channel, "starts_at": plan.starts_at.isoformat()}


def _move(actor: Actor | None, activity_key: UUID, moves: dict[datetime, datetime], reason: str) -> int:
    """Supersede the facts that lie at an old instant by ones at the new."""
    facts: Sequence[Fact] = db.session.scalars(
        select(Fact).where(Fact.activity_key == activity_key).order_by(Fact.id)
    ).all()
    without = ignored(facts)
    own = {Fact.id.key, Fact.recorded_at.key, Fact.imported_at.key, Fact.batch_id.key}
    names = [column.key for column in Fact.__table__.columns if column.key not in own]
    rows = [
        {name: getattr(fact, name) for name in names}
        | {"uuid": uuids.uuid4(), "corrects": fact.uuid, "occurred_at": moves[fact.occurred_at]}
        for fact in facts
        if fact.verb in DATED and fact.uuid not in without and fact.occurred_at in moves
    ]
    if not rows:
        return 0
    insert_facts(rows)
    end_belief([row["uuid"] for row in rows])
    made_by = actor.user_id if actor else None
    db.session.execute(
        insert(FactCorrection),
        [{"fact_uuid": row["uuid"], "reason": reason, "made_by": made_by} for row in rows],
    )
    refold_activity(activity_key)
    return len(rows)
