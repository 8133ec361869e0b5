"""What people state about attendance: lists, codes, companions, corrections. Each is an entry; none is ever changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.locking import lock
from app.accounts.models import User
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.forms import one_line
from app.core.refusal import Refused, require
from app.webinars.actions.closing import reckon_people
from app.webinars.attendance_codes import beside_whom, is_hall_code
from app.webinars.models.attendance import AttendanceEntry, EntryKind
from app.webinars.models.planning import Audience, MediaKind, State, Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place
from app.webinars.queries.attendance import Attendee
from app.webinars.queries.closing import key_of

BEFORE, AFTER = timedelta(minutes=60), timedelta(minutes=30)  # around the scheduled time a code is taken
MOST_NAMES = 2000  # in one list
MOST_BESIDE = 60  # companions of one screen
LONGEST_NAME = 200
OFF_LINE = frozenset({"hybrid", "in_person", "other_online"})
_ADDRESS = re.compile(r"[^\s<>;,\"']+@[^\s<>;,\"']+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: a name, an address, or both."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a list: how many accounts and plain names were added, how many were there already."""

    accounts: int
    names: int
    known: int


def takes_lists(webinar: Webinar) -> bool:
    """Whether people attend a session elsewhere than in its room, so that lists and the hall's code count."""
    return webinar.channel in OFF_LINE or webinar.media == MediaKind.LINK


def read_lines(typed: str) -> list[Line]:
    """Return the people of a pasted list or CSV: one a line, an address wherever it stands; each once."""
    found: dict[tuple[str, str], Line] = {}
    for raw in typed.replace("\ufeff", "").splitlines():
        address = _ADDRESS.search(raw)
        email = address.group(0).lower() if address else ""
        rest = raw.replace(address.group(0), " ") if address else raw
        name = one_line(re.sub(r"[;,\t\"<>]+", " ", rest)) or ""
        if name or email:
            found.setdefault((name.casefold(), email), Line(name[:LONGEST_NAME], email))
    return list(found.values())


def add_list(place: Place, lines: Sequence[Line], minutes: int | None = None) -> Listed:
    """State that people were there, by the organiser's list; those who are on it already stay as they are."""
    webinar = place.webinar
    require(
        takes_lists(webinar), _("Everybody attends this session in its room; correct single people instead.")
    )
    return _add(place, lines, Verb.WEBINAR_ATTENDANCE_LISTED, kind=EntryKind.LIST, minutes=minutes)


def add_companions(place: Place, participant_id: str, lines: Sequence[Line]) -> Listed:
    """State that people sit before a participant's screen: they have the participant's presence."""
    participant = db.session.scalars(
        select(WebinarParticipant).where(
            WebinarParticipant.webinar_id == place.webinar.id, WebinarParticipant.public_id == participant_id
        )
    ).one_or_none()
    require(participant is not None, _("Choose who they sit with."))
    assert participant is not None
    require(len(lines) <= MOST_BESIDE, _("At most %(count)s people.", count=MOST_BESIDE))
    return _add(
        place, lines, Verb.WEBINAR_ATTENDANCE_COMPANIONS_ADDED,
        kind=EntryKind.COMPANION, participant_id=participant.id,
    )  # fmt: skip


def check_in(place: Place, typed: str) -> EntryKind:
    """State that the actor is there, by the hall's code or by that of somebody's screen; returns by which.

    A repeat is harmless. Raises Refused for a code that does not hold, or outside the time for it.
    """
    webinar = place.webinar
    now = clock.now()
    require(webinar.state not in {State.DRAFT, State.CANCELLED}, _("This session does not take place."))
    require(
        webinar.starts_at - BEFORE <= now <= webinar.ends_at + AFTER,
        _("Codes are taken from an hour before the start until half an hour after the end."),
    )
    lock(webinar)
    if takes_lists(webinar) and is_hall_code(webinar, typed, now):
        return _check_in(place, EntryKind.CODE, None)
    beside = beside_whom(_participants(webinar), typed)
    if beside is None:
        raise Refused(_("This code does not hold, or not any more. Type the one that is shown now."))
    require(
        beside.user_id != place.actor.user_id,
        _("This is the code of your own screen: it is for those beside you."),
    )
    count = select(func.count()).where(
        AttendanceEntry.kind == EntryKind.COMPANION, AttendanceEntry.participant_id == beside.id
    )
    require((db.session.scalar(count) or 0) < MOST_BESIDE, _("At most %(count)s people.", count=MOST_BESIDE))
    return _check_in(place, EntryKind.COMPANION, beside.id)


def withdraw(place: Place, entry: AttendanceEntry, reason: str) -> None:
    """Take back an entry, with the reason."""
    require(bool(reason.strip()), _("Say why."))
    lock(place.webinar)
    require(
        entry.kind in {EntryKind.LIST, EntryKind.CODE, EntryKind.COMPANION} and not _is_withdrawn(entry),
        _("This was taken back already."),
    )
    _enter(place, kind=EntryKind.WITHDRAWN, user_id=entry.user_id, about_id=entry.id, reason=reason.strip())
    audit.record(
        place.actor, Verb.WEBINAR_ATTENDANCE_WITHDRAWN, "webinar", place.webinar.public_id,
        detail={"entry": entry.public_id}, person_id=entry.user_id, personal=_why(place.webinar, reason),
    )  # fmt: skip
    reckon_people(place.webinar, [key_of(entry.user_id, entry.id)], reason.strip())


def correct(place: Place, who: Attendee, minutes: int | None, decision: str, reason: str) -> None:
    """State what somebody's attendance was instead: other ``minutes``, or ``decision`` yes or no above the rule.

    With neither, what the room saw counts again.
    """
    require(bool(reason.strip()), _("Say why."))
    lock(place.webinar)
    _enter(
        place, kind=EntryKind.CORRECTION, user_id=who.user_id, about_id=who.entry_id, minutes=minutes,
        decision=decision, reason=reason.strip(),
    )  # fmt: skip
    audit.record(
        place.actor, Verb.WEBINAR_ATTENDANCE_CORRECTED, "webinar", place.webinar.public_id,
        detail={"minutes": minutes, "decision": decision}, person_id=who.user_id,
        personal=_why(place.webinar, reason) | {"who": who.key},
    )  # fmt: skip
    reckon_people(place.webinar, [key_of(who.user_id, who.entry_id)], reason.strip())


def _why(webinar: Webinar, reason: str) -> dict[str, str]:
    """Return the reason as the audit keeps it: of a group's session, whose texts are its members', it stands in the
    ledger only.
    """
    return {} if webinar.audience == Audience.GROUP else {"reason": reason.strip()}


def _add(
    place: Place, lines: Sequence[Line], verb: Verb, *, kind: EntryKind, minutes: int | None = None,
    participant_id: int | None = None,
) -> Listed:  # fmt: skip
    require(len(lines) > 0, _("Write one name or address a line."))
    require(len(lines) <= MOST_NAMES, _("At most %(count)s lines at once.", count=MOST_NAMES))
    lock(place.webinar)
    accounts = _accounts(one.email for one in lines if one.email)
    known_accounts, known_names = _known(place.webinar, kind, participant_id)
    added: list[AttendanceEntry] = []
    names = known = 0
    for line in lines:
        account = accounts.get(line.email)
        name = "" if account else line.name or line.email
        if account in known_accounts if account else name.casefold() in known_names:
            known += 1
            continue
        known_accounts |= {account} if account else set()
        known_names |= {name.casefold()} if name else set()
        names += not account
        added.append(
            _enter(
                place, kind=kind, user_id=account, name=name, minutes=minutes, participant_id=participant_id
            )
        )
    db.session.flush()
    detail = {"accounts": len(added) - names, "names": names}
    audit.record(place.actor, verb, "webinar", place.webinar.public_id, detail=detail)
    reckon_people(place.webinar, [key_of(one.user_id, one.id) for one in added])
    return Listed(len(added) - names, names, known)


def _check_in(place: Place, kind: EntryKind, participant_id: int | None) -> EntryKind:
    known, _names = _known(place.webinar, kind, participant_id)
    if place.actor.user_id not in known:
        entry = _enter(place, kind=kind, user_id=place.actor.user_id, participant_id=participant_id)
        reckon_people(place.webinar, [key_of(entry.user_id, entry.id)])
    return kind


def _enter(place: Place, **values: object) -> AttendanceEntry:
    entry = AttendanceEntry(
        webinar_id=place.webinar.id, by_id=place.actor.user_id, at=clock.now(), **values
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    return entry


def _accounts(addresses: Iterable[str]) -> dict[str, int]:
    """Return the accounts of addresses. One query."""
    wanted = set(addresses)
    if not wanted:
        return {}
    rows = db.session.execute(select(User.email, User.id).where(func.lower(User.email).in_(wanted)))
    return {email.lower(): user_id for email, user_id in rows}


def _known(webinar: Webinar, kind: EntryKind, participant_id: int | None) -> tuple[set[int | None], set[str]]:
    """Return the accounts and names (folded) that have a standing entry of this kind."""
    gone = select(AttendanceEntry.about_id).where(AttendanceEntry.kind == EntryKind.WITHDRAWN)
    rows = db.session.execute(
        select(AttendanceEntry.user_id, AttendanceEntry.name).where(
            AttendanceEntry.webinar_id == webinar.id,
            AttendanceEntry.kind == kind,
            AttendanceEntry.participant_id.is_not_distinct_from(participant_id),
            AttendanceEntry.id.not_in(gone.where(AttendanceEntry.about_id.is_not(None))),
        )
    ).all()
    return {user_id for user_id, _name in rows if user_id}, {name.casefold() for _id, name in rows if name}


def _participants(webinar: Webinar) -> Sequence[WebinarParticipant]:
    return db.session.scalars(
        select(WebinarParticipant).where(
            WebinarParticipant.webinar_id == webinar.id,
            WebinarParticipant.admitted_at.is_not(None),
            WebinarParticipant.removed_at.is_(None),
        )
    ).all()


def _is_withdrawn(entry: AttendanceEntry) -> bool:
    found = select(AttendanceEntry.id).where(
        AttendanceEntry.about_id == entry.id, AttendanceEntry.kind == EntryKind.WITHDRAWN
    )
    return db.session.scalar(found) is not None
