"""From facts to projections: the one pure way, used by every append, the rebuild, as-of answers and the demo world.

:func:`fold` is commutative: whatever order the facts of one learner and activity arrive in, late ones from a device
that was offline included, the row is the same. So folding as facts come and rebuilding from all of them agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from app.core.database import JSON
from app.records.models import Channel, Verb

ENTRIES = frozenset({Verb.ENROLLED, Verb.REGISTERED})
ACCESSES = frozenset(
    {
        Verb.STARTED,
        Verb.PROGRESSED,
        Verb.PASSED,
        Verb.FAILED,
        Verb.COMPLETED,
        Verb.ATTENDED,
        Verb.PLAYED,
        Verb.DOWNLOADED,
    }
)
ATTEMPTS = frozenset({Verb.PASSED, Verb.FAILED})
CERTIFICATES = {Verb.CERTIFICATE_ISSUED: "valid", Verb.CERTIFICATE_REVOKED: "revoked"}
FOLDED = ENTRIES | ACCESSES | frozenset(CERTIFICATES) | {Verb.WITHDRAWN}
"""Verbs that shape a participation; the others (a nomination, a change of country) leave it as it is."""


class FactView(Protocol):
    """What the fold needs to know of a fact; a :class:`~app.records.models.Fact`, a query's row, a demo fact."""

    @property
    def verb(self) -> str: ...
    @property
    def result(self) -> Mapping[str, Any]: ...
    @property
    def country(self) -> str: ...
    @property
    def profession(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...


class Correction(Protocol):
    """What :func:`ignored` needs to know of a fact."""

    @property
    def uuid(self) -> UUID: ...
    @property
    def verb(self) -> str: ...
    @property
    def corrects(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class ParticipationState:
    """One person in one activity. The names are those of the columns of ``participation``.

    ``progress`` is 0..1 and never falls, ``score`` (percent) is the best, ``attempts`` counts tests that were passed or
    failed. ``country`` and ``profession`` are those at the first enrolment (before there is one, at the first fact);
    ``language`` is that of the completion, before it that of the latest fact. The fields after
    ``certificate_issued_at`` hold what makes the fold independent of the order.
    """

    progress: float = 0.0
    attempts: int = 0
    score: float | None = None
    language: str = ""
    country: str = ""
    profession: str = ""
    enrolled_at: datetime | None = None
    first_access_at: datetime | None = None
    last_access_at: datetime | None = None
    completed_at: datetime | None = None
    certificate_code: str | None = None
    certificate_status: str = ""
    certificate_issued_at: datetime | None = None
    entered_at: datetime | None = None
    returned_at: datetime | None = None
    withdrawn_at: datetime | None = None
    language_at: datetime | None = None
    language_settled: bool = False
    certificate_at: datetime | None = None

    @property
    def status(self) -> str:
        """``completed`` for ever once completed; ``withdrawn`` until a later return; else by whether work was begun."""
        if self.completed_at is not None:
            return "completed"
        if self.withdrawn_at is not None and (
            self.returned_at is None or self.returned_at <= self.withdrawn_at
        ):
            return "withdrawn"
        return "enrolled" if self.first_access_at is None else "in_progress"


FIELDS = tuple(one.name for one in fields(ParticipationState))
COLUMNS = ("status", *FIELDS)
"""Columns of ``participation`` beside its two keys, in the order of :func:`values`."""
_NEW = ParticipationState()


def values(state: ParticipationState) -> tuple[Any, ...]:
    """Return the state as a row, in the order of COLUMNS."""
    return (state.status, *(getattr(state, name) for name in FIELDS))


def fold(state: ParticipationState | None, fact: FactView) -> ParticipationState:
    """Return the state after ``fact`` (None: before any). Verbs outside FOLDED change nothing."""
    before = state or _NEW
    if fact.verb not in FOLDED:
        return before
    changed = _entry(before, fact) | _language(before, fact)
    if fact.verb in ACCESSES:
        changed |= _work(before, fact)
    elif fact.verb == Verb.WITHDRAWN:
        changed["withdrawn_at"] = _latest(before.withdrawn_at, fact.occurred_at)
    elif fact.verb in CERTIFICATES:
        changed |= _certificate(before, fact)
    return replace(before, **changed)


def fold_all(facts: Iterable[FactView]) -> ParticipationState | None:
    """Return the state after ``facts`` in any order; None when none of them shapes a participation."""
    state: ParticipationState | None = None
    for fact in facts:
        if fact.verb in FOLDED:
            state = fold(state, fact)
    return state


def ignored(facts: Iterable[Correction]) -> set[UUID]:
    """Return the facts that no longer count: voided or superseded ones.

    A fact that supersedes stays in its place when it is itself superseded; voiding a correction brings back what it
    had corrected.
    """
    corrections: dict[UUID, list[Correction]] = {}
    for fact in facts:
        if fact.corrects is not None:
            corrections.setdefault(fact.corrects, []).append(fact)

    def voided(uuid: UUID) -> bool:
        return any(one.verb == Verb.VOIDED and not voided(one.uuid) for one in corrections.get(uuid, ()))

    return {uuid for uuid, found in corrections.items() if not all(voided(one.uuid) for one in found)}


def _earliest(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other < one else one


def _latest(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other > one else one


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _entry(before: ParticipationState, fact: FactView) -> dict[str, Any]:
    """When and whence: the first enrolment decides, before there is one the first fact. Equal instants: by value."""
    changed: dict[str, Any] = {}
    enters = fact.verb in ENTRIES
    if enters:
        changed["returned_at"] = _latest(before.returned_at, fact.occurred_at)
        changed["enrolled_at"] = _earliest(before.enrolled_at, fact.occurred_at)
    decided = before.enrolled_at is not None
    if before.entered_at is None or (enters and not decided):
        takes = True
    else:
        present = (before.entered_at, before.country, before.profession)
        takes = enters == decided and (fact.occurred_at, fact.country, fact.profession) < present
    if takes:
        changed |= {"entered_at": fact.occurred_at, "country": fact.country, "profession": fact.profession}
    return changed


def _language(before: ParticipationState, fact: FactView) -> dict[str, Any]:
    """The earliest completion's language settles it; before that the latest fact's."""
    if not fact.language:
        return {}
    settles = fact.verb == Verb.COMPLETED
    given = (fact.occurred_at, fact.language)
    if before.language_at is None or (settles and not before.language_settled):
        takes = True
    elif settles:
        takes = given < (before.language_at, before.language)
    else:
        takes = not before.language_settled and given > (before.language_at, before.language)
    if not takes:
        return {}
    return {"language": fact.language, "language_at": fact.occurred_at, "language_settled": settles}


def _work(before: ParticipationState, fact: FactView) -> dict[str, Any]:
    """Accesses, progress, attempts, the best score, the first completion."""
    at = fact.occurred_at
    changed: dict[str, Any] = {
        "first_access_at": _earliest(before.first_access_at, at),
        "last_access_at": _latest(before.last_access_at, at),
    }
    if fact.verb == Verb.COMPLETED:
        changed |= {"completed_at": _earliest(before.completed_at, at), "progress": 1.0}
    elif fact.verb == Verb.PROGRESSED:
        reached = min(1.0, max(0.0, _number(fact.result.get("progress")) or 0.0))
        changed["progress"] = max(before.progress, reached)
    elif fact.verb in ATTEMPTS:
        changed["attempts"] = before.attempts + 1
    score = _number(fact.result.get("score"))
    if score is not None and (before.score is None or score > before.score):
        changed["score"] = score
    return changed


def _certificate(before: ParticipationState, fact: FactView) -> dict[str, Any]:
    """The latest word on the certificate, at the same instant a revocation; a re-issue keeps the first issue's day."""
    word, at = CERTIFICATES[Verb(fact.verb)], fact.occurred_at
    changed: dict[str, Any] = {}
    if fact.verb == Verb.CERTIFICATE_ISSUED:
        changed["certificate_issued_at"] = _earliest(before.certificate_issued_at, at)
    code = str(fact.result.get("code", ""))
    present = (before.certificate_at, before.certificate_status == "revoked", before.certificate_code or "")
    if before.certificate_at is None or (at, word == "revoked", code) > present:
        changed |= {"certificate_code": code, "certificate_status": word, "certificate_at": at}
    return changed


# ------------------------------------------------------------------------------------------------ activities


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What an activity is, in full: the content of an ``activity_described`` fact and of its row.

    ``titles`` maps languages to titles, ``address`` is the path of its page, ``hours`` what it takes, ``audience`` who
    it is for in words, ``group_id`` whom it is limited to. ``countries`` are those it is held for (none: all),
    ``place`` where people meet; ``tags`` are ``scheme:value`` (pillar, resolution, sdg, requesting_state).
    """

    activity_key: UUID
    kind: str
    slug: str
    titles: dict[str, str]
    languages: list[str]
    channel: str = Channel.PLATFORM
    parent_key: UUID | None = None
    address: str = ""
    topic: str = ""
    partner: str = ""
    project: str = ""
    donor: str = ""
    audience: str = ""
    countries: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    place: str = ""
    group_id: int | None = None
    hours: float | None = None
    is_test: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str = "UTC"


def described(description: Description) -> JSON:
    """Return the result member of the fact that describes an activity."""
    result = asdict(description)
    del result["activity_key"]
    for name in ("starts_at", "ends_at"):
        result[name] = result[name].isoformat() if result[name] else None
    return result | {
        "kind": str(description.kind),
        "channel": str(description.channel),
        "parent_key": _text(description.parent_key),
    }


def describe(activity_key: UUID, result: Mapping[str, Any]) -> Description:
    """Return the description that :func:`described` wrote; members unknown to this version are left out."""
    known = {one.name: result[one.name] for one in fields(Description) if one.name in result}
    for name in ("starts_at", "ends_at"):
        known[name] = datetime.fromisoformat(known[name]) if known.get(name) else None
    known["parent_key"] = UUID(known["parent_key"]) if known.get("parent_key") else None
    return Description(activity_key=activity_key, **known)


def activity_row(description: Description, described_at: datetime) -> JSON:
    """Return the columns of ``activity``."""
    row = asdict(description)
    return row | {"key": row.pop("activity_key"), "described_at": described_at}


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
