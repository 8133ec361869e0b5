"""Describe an activity: a fact when something changed, and its row."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import insert as plain_insert
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.records.corrections.models import StaffAttributes
from app.records.counting import versions
from app.records.folding import Description, activity_row, described
from app.records.models import Activity, Fact, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What reports group activities by, beside what a feature says of them.

    ``countries`` are those the activity is held for (none: all), ``tags`` are ``scheme:value``.
    """

    partner: str = ""
    project: str = ""
    donor: str = ""
    countries: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    place: str = ""


ATTRIBUTES = ("partner", "project", "donor", "countries", "tags", "place")


def describe_activity(description: Description) -> None:
    """Record what an activity is and keep its row; nothing is written when nothing changed.

    Of :class:`Attributes` what staff gave stands over the description, and what it leaves empty stays as it is known.
    """
    before = _known(description.activity_key)
    given = db.session.scalar(
        select(StaffAttributes.given).where(StaffAttributes.activity_key == description.activity_key)
    )
    _describe(before, _with_attributes(description, before, given or {}))


def describe_as_stated(description: Description) -> None:
    """Record what an activity is, to the letter: what is empty becomes empty. For what staff describe in full."""
    _describe(_known(description.activity_key), description)


def attribute(actor: Actor | None, activity_key: UUID, attributes: Attributes) -> None:
    """Give an activity its partner, project, donor, countries, tags and place, whatever a feature says of them later.

    LookupError when the activity is not known.
    """
    before = _known(activity_key)
    if before is None:
        raise LookupError(f"no activity {activity_key}")
    values = asdict(attributes)
    changed = sorted(name for name in ATTRIBUTES if before[name] != values[name])
    if not changed:
        return
    kept = insert(StaffAttributes).values(
        activity_key=activity_key, given=values, given_by=actor.user_id if actor else None
    )
    db.session.execute(
        kept.on_conflict_do_update(
            index_elements=[StaffAttributes.activity_key],
            set_={"given": values, "given_by": kept.excluded.given_by, "given_at": clock.now()},
        )
    )
    _describe(before, replace(description_of(before), **values))
    audit.record(
        actor, AuditVerb.ACTIVITY_ATTRIBUTED, "activity", str(activity_key), detail={"fields": changed}
    )


def description_of(row: Mapping[str, Any]) -> Description:
    """Return the description that a row of ``activity`` holds."""
    known = {name: value for name, value in row.items() if name not in {"key", "described_at"}}
    return Description(activity_key=row["key"], **known)


def _known(activity_key: UUID) -> dict[str, Any] | None:
    """The row as it is, locked until the transaction ends."""
    found = db.session.execute(
        select(Activity.__table__).where(Activity.key == activity_key).with_for_update()
    ).one_or_none()
    return found._asdict() if found is not None else None


def _with_attributes(
    description: Description, before: Mapping[str, Any] | None, given: Mapping[str, Any]
) -> Description:
    known = before or {}
    kept = {
        name: given[name] if name in given else (getattr(description, name) or known.get(name))
        for name in ATTRIBUTES
    }
    return replace(description, **{name: value for name, value in kept.items() if value is not None})


def _describe(before: Mapping[str, Any] | None, description: Description) -> None:
    row = activity_row(description, clock.now())
    if before is not None and _same(before, row):
        return
    db.session.execute(
        plain_insert(Fact).values(
            uuid=uuid.uuid4(),
            activity_key=description.activity_key,
            verb=Verb.ACTIVITY_DESCRIBED.value,
            result=described(description),
            occurred_at=row["described_at"],
        )
    )
    kept = insert(Activity).values(row)
    db.session.execute(
        kept.on_conflict_do_update(
            index_elements=[Activity.key],
            set_={name: kept.excluded[name] for name in row if name != "key"},
            where=Activity.described_at <= kept.excluded.described_at,
        )
    )
    versions.redescribe(description.activity_key)


def _same(before: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(before[name] == value for name, value in row.items() if name != "described_at")
