"""What staff does with country sets: make one, write a new version, retire it. Nothing written is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.countries import COUNTRIES
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.i18n import LANGUAGES
from app.core.refusal import Refused, require
from app.records.groupings.models import FreeSet, FreeSetVersion
from app.records.groupings.queries import forget

__all__ = ["Draft", "Refused", "add_version", "make_set", "retire_set"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A version to be: names by language (one at least), members by code, the day from which it holds."""

    names: Mapping[str, str]
    members: frozenset[str]
    valid_from: date
    note: str = ""

    @property
    def kept_names(self) -> dict[str, str]:
        """The names that are not empty, in the order of the platform's languages."""
        return {one: self.names[one] for one in LANGUAGES if self.names.get(one)}


def make_set(actor: Actor | None, draft: Draft) -> FreeSet:
    """Make a set with its first version. Refused when it has no name, no country or an unknown one."""
    free_set = FreeSet()
    db.session.add(free_set)
    db.session.flush()
    _write(actor, free_set, 1, draft)
    record(actor, Verb.COUNTRY_SET_MADE, "country_set", free_set.public_id, detail=_told(draft))
    return free_set


def add_version(actor: Actor | None, free_set: FreeSet, draft: Draft) -> int:
    """Write the next version and return its number; those before stay as they are. Refused when the set is retired."""
    db.session.refresh(free_set, with_for_update=True)
    require(free_set.retired_at is None, _("This set is retired; it takes no new version."))
    last = db.session.scalar(
        select(func.max(FreeSetVersion.number)).where(FreeSetVersion.set_id == free_set.id)
    )
    number = (last or 0) + 1
    _write(actor, free_set, number, draft)
    detail = {"version": number, **_told(draft)}
    record(actor, Verb.COUNTRY_SET_VERSION_ADDED, "country_set", free_set.public_id, detail=detail)
    return number


def retire_set(actor: Actor | None, free_set: FreeSet) -> None:
    """Offer a set no longer. Refused when it is retired already."""
    db.session.refresh(free_set, with_for_update=True)
    require(free_set.retired_at is None, _("This set is retired already."))
    free_set.retired_at = clock.now()
    db.session.flush()
    forget()
    record(actor, Verb.COUNTRY_SET_RETIRED, "country_set", free_set.public_id)


def _write(actor: Actor | None, free_set: FreeSet, number: int, draft: Draft) -> None:
    require(bool(draft.kept_names), _("Give the set a name in at least one language."))
    require(bool(draft.members), _("Choose at least one country."))
    require(draft.members <= COUNTRIES.keys(), _("Choose countries of the list."))
    version = FreeSetVersion(
        set_id=free_set.id,
        number=number,
        names=draft.kept_names,
        members=sorted(draft.members),
        valid_from=draft.valid_from,
        note=draft.note,
        created_by=actor.user_id if actor else None,
    )
    db.session.add(version)
    db.session.flush()
    forget()


def _told(draft: Draft) -> dict[str, object]:
    return {"members": sorted(draft.members), "valid_from": draft.valid_from.isoformat()}
