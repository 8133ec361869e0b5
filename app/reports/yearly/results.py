"""What came of activities: laws, ratifications, seizures, uses, with evidence and source; entered and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.models import User
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.i18n import country, format_day
from app.core.ids import public_id
from app.core.refusal import require
from app.records.models import Activity, ActivityKind
from app.reports.yearly.models import ActivityResult, ResultKind
from app.reports.yearly.titles import title_for
from app.reports.yearly.words import RESULTS

MOST = 500
OFFERED = 300
_NOT_OFFERED = (ActivityKind.ROOM.value, ActivityKind.RESOURCE.value, ActivityKind.RECORDING.value)


@dataclass(frozen=True, slots=True)
class Result:
    """A result as it is listed."""

    row: ActivityResult
    activity: str
    by: str

    @property
    def kind(self) -> str:
        """Its kind in words."""
        return str(RESULTS[ResultKind(self.row.kind)])

    @property
    def country(self) -> str:
        """The country's name; empty for none."""
        return country(self.row.country)


def within(actor: Actor, start: date | None, end: date | None) -> list[Result]:
    """Return the results that occurred between two days, both included, the earliest first; two statements."""
    statement = (
        select(ActivityResult, Activity)
        .outerjoin(Activity, Activity.key == ActivityResult.activity_key)
        .where(ActivityResult.withdrawn_at.is_(None))
        .order_by(ActivityResult.occurred_on, ActivityResult.id)
        .limit(MOST)
    )
    if start is not None:
        statement = statement.where(ActivityResult.occurred_on >= start)
    if end is not None:
        statement = statement.where(ActivityResult.occurred_on <= end)
    rows = db.session.execute(statement).all()
    ids = {row.entered_by for row, _activity in rows if row.entered_by is not None}
    people = (
        {one.id: one.name for one in db.session.scalars(select(User).where(User.id.in_(ids)))} if ids else {}
    )
    return [
        Result(row, _title(actor, activity), people.get(row.entered_by or 0, "")) for row, activity in rows
    ]


def enter(
    actor: Actor,
    activity_key: UUID,
    kind: ResultKind,
    occurred_on: date,
    *,
    country: str,
    summary: str,
    evidence: str,
    source: str,
) -> ActivityResult:
    """Enter what came of an activity. Refused for a day in the future."""
    require(occurred_on <= clock.now().date(), _("This cannot have happened in the future."))
    made = ActivityResult(
        public_id=public_id(),
        activity_key=activity_key,
        kind=kind.value,
        occurred_on=occurred_on,
        country=country,
        summary=summary,
        evidence=evidence,
        source=source,
        entered_by=actor.user_id,
    )
    db.session.add(made)
    db.session.flush()
    detail = {"activity": str(activity_key), "kind": kind.value, "source": source}
    audit.record(actor, Verb.RESULT_ENTERED, "activity_result", made.public_id, detail=detail)
    return made


def withdraw(actor: Actor, one: ActivityResult, reason: str) -> None:
    """Take a result back with the reason; the row stays."""
    one.withdrawn_at, one.withdrawn_because = clock.now(), reason
    detail = {"reason": reason}
    audit.record(actor, Verb.RESULT_WITHDRAWN, "activity_result", one.public_id, detail=detail)


def activity_of(slug: str) -> Activity | None:
    """Return the activity with a short name; None when there is none."""
    return db.session.scalars(
        select(Activity).where(Activity.slug == slug, Activity.is_test.is_(False)).limit(1)
    ).one_or_none()


def offered(actor: Actor) -> list[tuple[str, str]]:
    """Return the latest activities that have begun, as (short name, title and day); one statement."""
    since = func.coalesce(Activity.starts_at, Activity.described_at)
    rows = db.session.scalars(
        select(Activity)
        .where(Activity.is_test.is_(False), Activity.kind.not_in(_NOT_OFFERED), since <= clock.now())
        .order_by(since.desc(), Activity.slug)
        .limit(OFFERED)
    )
    return [(one.slug, _told(actor, one)) for one in rows]


def _told(actor: Actor, one: Activity) -> str:
    title = _title(actor, one)
    return f"{title}, {format_day(one.starts_at)}" if one.starts_at else title


def _title(actor: Actor, one: Activity | None) -> str:
    return title_for(actor, one.kind, one.audience, one.group_id, one.titles, one.slug) if one else ""
