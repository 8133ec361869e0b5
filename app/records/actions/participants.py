"""Who was there: a list of people becomes learners and facts; the same list sent again adds nothing."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
import uuid as uuids
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from app.accounts.models import Standing, User
from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.ids import public_id
from app.core.refusal import require
from app.records.actions.bulk import batches, insert_facts, refold_activity
from app.records.actions.events import held_at, hold
from app.records.actions.learners import learner_of
from app.records.corrections.models import EventParticipant, RecordedActivity
from app.records.models import Activity, Learner, LearnerAccount, Verb

_PERSON = ("country", "profession", "gender", "age_group")
_KNOWN_ACCOUNTS = (Standing.APPROVED, Standing.SUSPENDED, Standing.CLOSED)


class Status(StrEnum):
    """How far somebody came, each including those before it."""

    REGISTERED = "registered"
    ATTENDED = "attended"
    COMPLETED = "completed"


_VERBS: Mapping[str, tuple[Verb, ...]] = {
    Status.REGISTERED: (Verb.REGISTERED,),
    Status.ATTENDED: (Verb.REGISTERED, Verb.ATTENDED),
    Status.COMPLETED: (Verb.REGISTERED, Verb.ATTENDED, Verb.COMPLETED),
}
_RANK = {status: rank for rank, status in enumerate(Status)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One person of a list. ``email`` is normalised, ``minutes`` None when nobody counted them."""

    family_name: str
    given_name: str
    country: str
    status: str
    email: str = ""
    profession: str = ""
    gender: str = ""
    age_group: str = ""
    language: str = ""
    minutes: int | None = None

    @property
    def identity(self) -> str:
        """What makes two rows one person: the address; without one name and country."""
        if self.email:
            return f"email:{self.email}"
        return "name:" + "|".join(map(folded, (self.family_name, self.given_name, self.country)))


def folded(name: str) -> str:
    """Return a name as it is compared: no accents, case or doubled blanks."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in letters).split())


@dataclass(frozen=True, slots=True)
class Matched:
    """Whom a list means: for each identity a learner and, where there is one, the account.

    ``listed`` are those on the activity's list already, ``erased`` those of them whose names were erased.
    """

    learners: Mapping[str, UUID]
    accounts: Mapping[str, User]
    listed: frozenset[str]
    erased: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a list did: people new on the list, facts added, people left out because they were erased."""

    people: int
    facts: int
    erased: int


def match(recorded: RecordedActivity, attendees: Iterable[Attendee]) -> Matched:
    """Find out whom a list means, by four queries; nobody is made. Accounts are found by their address."""
    digests = {digest(recorded, one.identity): one for one in attendees}
    rows = db.session.execute(
        select(EventParticipant.identity, EventParticipant.learner_key, EventParticipant.erased_at).where(
            EventParticipant.activity_key == recorded.activity_key,
            EventParticipant.identity.in_(list(digests)),
        )
    ).all()
    learners = {digests[bytes(row.identity)].identity: row.learner_key for row in rows}
    erased = {digests[bytes(row.identity)].identity for row in rows if row.erased_at is not None}
    listed = frozenset(learners)
    emails = {one.email: one.identity for one in digests.values() if one.email}
    accounts = {
        emails[person.email]: person
        for person in db.session.scalars(
            select(User).where(User.email.in_(list(emails)), User.standing.in_(_KNOWN_ACCOUNTS))
        )
    }
    learners = _of_earlier_lists(emails) | _of_accounts(accounts) | learners
    return Matched(learners, accounts, listed, frozenset(erased))


def record_participants(
    actor: Actor | None, recorded: RecordedActivity, attendees: Sequence[Attendee]
) -> Recorded:
    """Put people on the list of an activity and state what they did: all of them, or none.

    Two rows of one identity are one person, who came as far as the further of them. Refused when somebody attended
    what is still to come.
    """
    hold(recorded)
    people = together(attendees)
    found = match(recorded, people)
    kept = [one for one in people if one.identity not in found.erased]
    learners = dict(found.learners) | _new_learners(kept, found)
    _list(actor, recorded, [one for one in kept if one.identity not in found.listed], learners, found)
    added = insert_facts(list(_facts(recorded, kept, learners, found)))
    if added:
        refold_activity(recorded.activity_key)
    done = Recorded(len(kept) - len(found.listed - found.erased), len(added), len(people) - len(kept))
    detail = {"rows": len(attendees), "people": done.people, "facts": done.facts}
    audit.record(actor, AuditVerb.PARTICIPANTS_LISTED, "recorded_activity", recorded.public_id, detail=detail)
    return done


def erase_participant(actor: Actor | None, participant: EventParticipant) -> None:
    """Erase the name and address of somebody on a list, on every list they stand on; what they did stays, nameless."""
    erased = db.session.scalars(
        update(EventParticipant)
        .where(EventParticipant.learner_key == participant.learner_key, EventParticipant.erased_at.is_(None))
        .values(family_name="", given_name="", email="", erased_at=clock.now())
        .returning(EventParticipant.public_id),
        execution_options={"synchronize_session": False},
    ).all()
    require(bool(erased), _("These names were erased already."))
    db.session.refresh(participant)
    audit.record(
        actor,
        AuditVerb.PARTICIPANT_ERASED,
        "event_participant",
        participant.public_id,
        detail={"lists": len(erased)},
    )


def together(attendees: Iterable[Attendee]) -> list[Attendee]:
    """Return one attendee for each identity: the further status, the longer time, what either of the rows says."""
    people: dict[str, Attendee] = {}
    for one in attendees:
        known = people.get(one.identity)
        people[one.identity] = one if known is None else _joined(known, one)
    return list(people.values())


def digest(recorded: RecordedActivity, identity: str) -> bytes:
    """Return the keyed digest under which an identity is kept."""
    return hmac.new(recorded.salt, identity.encode(), hashlib.sha256).digest()


def fact_uuid(activity_key: UUID, learner_key: UUID, verb: Verb) -> UUID:
    """Return the uuid of what a list says of somebody: the same whenever the list is sent."""
    return uuids.uuid5(activity_key, f"{learner_key}/{verb.value}")


def _joined(one: Attendee, other: Attendee) -> Attendee:
    status = max(one.status, other.status, key=lambda status: _RANK[Status(status)])
    minutes = max((m for m in (one.minutes, other.minutes) if m is not None), default=None)
    said = {name: getattr(one, name) or getattr(other, name) for name in (*_PERSON, "language")}
    return replace(one, status=status, minutes=minutes, **said)


def _of_earlier_lists(emails: Mapping[str, str]) -> dict[str, UUID]:
    """Learners of people who stood on a list with this address before."""
    rows = db.session.execute(
        select(EventParticipant.email, EventParticipant.learner_key)
        .where(EventParticipant.email.in_(list(emails)))
        .order_by(EventParticipant.id.desc())
    )
    return {emails[row.email]: row.learner_key for row in rows}


def _of_accounts(accounts: Mapping[str, User]) -> dict[str, UUID]:
    by_number = {person.id: identity for identity, person in accounts.items()}
    rows = db.session.execute(
        select(LearnerAccount.user_id, LearnerAccount.learner_key).where(
            LearnerAccount.user_id.in_(list(by_number)), LearnerAccount.cut_at.is_(None)
        )
    )
    return {by_number[row.user_id]: row.learner_key for row in rows}


def _new_learners(people: Sequence[Attendee], found: Matched) -> dict[str, UUID]:
    made: dict[str, UUID] = {}
    for one in people:
        if one.identity not in found.learners:
            account = found.accounts.get(one.identity)
            made[one.identity] = learner_of(account.id) if account else uuids.uuid4()
    keys = [key for identity, key in made.items() if identity not in found.accounts]
    for batch in batches(keys):
        db.session.execute(insert(Learner), [{"key": key} for key in batch])
    return made


def _list(
    actor: Actor | None,
    recorded: RecordedActivity,
    people: Sequence[Attendee],
    learners: Mapping[str, UUID],
    found: Matched,
) -> None:
    """Write who stands on the list; names only of those without an account."""
    rows = []
    for one in people:
        named = one.identity not in found.accounts
        rows.append(
            {
                "public_id": public_id(),
                "activity_key": recorded.activity_key,
                "learner_key": learners[one.identity],
                "identity": digest(recorded, one.identity),
                "family_name": one.family_name if named else "",
                "given_name": one.given_name if named else "",
                "email": one.email if named else "",
                "recorded_by": actor.user_id if actor else None,
            }
        )
    for batch in batches(rows):
        db.session.execute(insert(EventParticipant), list(batch))


def _facts(
    recorded: RecordedActivity,
    people: Sequence[Attendee],
    learners: Mapping[str, UUID],
    found: Matched,
) -> Iterable[JSON]:
    now = clock.now()
    activity = db.session.get_one(Activity, recorded.activity_key, populate_existing=True)
    spoken = activity.languages[0] if len(activity.languages) == 1 else ""
    attended_at = held_at(recorded) if any(one.status != Status.REGISTERED for one in people) else now
    registered_at = min(activity.starts_at or now, now)
    for one in people:
        account = found.accounts.get(one.identity)
        learner = learners[one.identity]
        said = {name: getattr(one, name) or (getattr(account, name) if account else "") for name in _PERSON}
        result: JSON = {"how": ["list"]} | ({} if one.minutes is None else {"minutes": one.minutes})
        for verb in _VERBS[one.status]:
            registers = verb == Verb.REGISTERED
            yield said | {
                "uuid": fact_uuid(recorded.activity_key, learner, verb),
                "learner_key": learner,
                "activity_key": recorded.activity_key,
                "verb": verb.value,
                "result": {"how": ["list"]} if registers else result,
                "language": one.language or spoken,
                "headcount": None,
                "corrects": None,
                "occurred_at": registered_at if registers else attended_at,
            }
