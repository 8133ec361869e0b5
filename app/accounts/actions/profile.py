"""What people say about themselves."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.accounts.actions.registration import PROFILE
from app.accounts.events import CountryChanged, NameChanged
from app.accounts.models import User
from app.accounts.refusal import require
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core.access import Actor
from app.core.database import db
from app.core.events import publish

PREFERENCES = frozenset({"language", "zone"})
_EDITABLE = PROFILE - PREFERENCES - {"reason"}


def update_profile(actor: Actor | None, person: User, **values: Any) -> bool:
    """Change one's own profile (members of PROFILE but language, zone and reason); False when nothing differs."""
    return _update(actor, person, values, _EDITABLE)


def update_preferences(actor: Actor | None, person: User, *, language: str, zone: str) -> bool:
    """Change one's own language and time zone; False when nothing differs."""
    return _update(actor, person, {"language": language, "zone": zone}, PREFERENCES)


def _update(actor: Actor | None, person: User, values: dict[str, Any], editable: frozenset[str]) -> bool:
    require(actor is None or actor.user_id == person.id, _("Only the person can change this."))
    unknown = set(values) - editable
    if unknown:
        raise TypeError(f"cannot be changed here: {', '.join(sorted(unknown))}")
    before = {name: getattr(person, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    for name, value in changed.items():
        setattr(person, name, value)
    if not changed:
        return False
    db.session.flush()
    personal = {name: {"before": before[name], "after": value} for name, value in changed.items()}
    detail = {"fields": sorted(changed)}
    record(
        actor,
        Verb.PROFILE_CHANGED,
        "person",
        person.public_id,
        detail=detail,
        personal=personal,
        person_id=person.id,
    )
    if "country" in changed:
        publish(CountryChanged(person.id, before["country"], changed["country"]))
    if changed.keys() & {"family_name", "given_name"}:
        publish(NameChanged(person.id))
    return True
