"""People who may be one: found by what is alike, shown with it; never decided here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text

from app.accounts.models import User
from app.core.database import db
from app.records import history
from app.records.corrections.models import EventParticipant
from app.records.folding import ParticipationState, fold_all
from app.records.models import Activity, Fact, LearnerAccount, LearnerMerge, Participation

MOST_ALIKE = 6
"""More people than this with one name are a common name, not one person."""
_PAIRS = text(
    """
    WITH people AS MATERIALIZED (
        SELECT coalesce(m.root, link.learner_key) AS key, lower(u.email) AS email, u.country,
               lower(u.institution) AS institution, least(lower(u.given_name), lower(u.family_name)) AS one_name,
               greatest(lower(u.given_name), lower(u.family_name)) AS other_name
        FROM "user" u JOIN learner_account link ON link.user_id = u.id AND link.cut_at IS NULL
        LEFT JOIN (SELECT merged_key, learner_root(merged_key) AS root FROM learner_merge WHERE undone_at IS NULL) m
            ON m.merged_key = link.learner_key
        WHERE u.standing IN ('approved', 'suspended', 'closed') AND NOT u.is_test
          AND (:country = '' OR u.country = :country)
        UNION
        SELECT coalesce(m.root, e.learner_key), e.email, coalesce(p.country, ''), '',
               least(lower(e.given_name), lower(e.family_name)), greatest(lower(e.given_name), lower(e.family_name))
        FROM event_participant e
        LEFT JOIN (SELECT merged_key, learner_root(merged_key) AS root FROM learner_merge WHERE undone_at IS NULL) m
            ON m.merged_key = e.learner_key
        LEFT JOIN participation p
            ON p.learner_key = coalesce(m.root, e.learner_key) AND p.activity_key = e.activity_key
        WHERE e.family_name <> '' AND (:country = '' OR p.country = :country)
    ), alike AS (
        SELECT 'address' AS evidence, array_agg(DISTINCT key) AS keys FROM people WHERE email <> ''
        GROUP BY email HAVING count(DISTINCT key) BETWEEN 2 AND :most
        UNION ALL
        SELECT 'local_part', array_agg(DISTINCT key) FROM people
        WHERE country <> '' AND length(split_part(email, '@', 1)) >= 6
        GROUP BY split_part(email, '@', 1), country HAVING count(DISTINCT key) BETWEEN 2 AND :most
        UNION ALL
        SELECT 'name_country', array_agg(DISTINCT key) FROM people WHERE other_name <> ''
        GROUP BY one_name, other_name, country HAVING count(DISTINCT key) BETWEEN 2 AND :most
        UNION ALL
        SELECT 'name_institution', array_agg(DISTINCT key) FROM people WHERE other_name <> '' AND institution <> ''
        GROUP BY one_name, other_name, institution HAVING count(DISTINCT key) BETWEEN 2 AND :most
    ), pairs AS (
        SELECT one, other, array_agg(DISTINCT evidence ORDER BY evidence) AS evidence
        FROM alike, unnest(keys) AS one, unnest(keys) AS other WHERE one < other GROUP BY one, other
    )
    SELECT one, other, evidence, count(*) OVER () AS total FROM pairs
    WHERE NOT EXISTS (SELECT FROM distinct_learners d WHERE d.one_key = one AND d.other_key = other)
    ORDER BY cardinality(evidence) DESC, one, other OFFSET :offset LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Side:
    """A learner as people know them: accounts, names on lists, and how much there is."""

    key: UUID
    accounts: Sequence[User] = ()
    listed: Sequence[EventParticipant] = ()
    participations: int = 0
    last_access_at: datetime | None = None

    @property
    def name(self) -> str:
        """What they are called; empty when nobody is named."""
        named: list[User | EventParticipant] = [*self.accounts, *self.listed]
        return next((one.name for one in named if one.name), "")

    @property
    def account(self) -> User | None:
        """The account, the open one first."""
        return next(iter(sorted(self.accounts, key=lambda one: not one.is_approved)), None)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two learners who look alike, and by what."""

    one: Side
    other: Side
    evidence: Sequence[str]


@dataclass(frozen=True, slots=True)
class Change:
    """What a merge makes of one activity: each side's participation before it, and the one after."""

    activity_key: UUID
    activity: Activity | None
    one: ParticipationState | None
    other: ParticipationState | None
    together: ParticipationState | None

    @property
    def in_both(self) -> bool:
        """Whether both took part in it."""
        return self.one is not None and self.other is not None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two learners side by side, and what a merge would change."""

    one: Side
    other: Side
    changes: Sequence[Change] = field(default_factory=tuple)


def pairs(country: str, *, offset: int, limit: int) -> tuple[list[Pair], int]:
    """Return pairs of learners who look alike, those with the most evidence first, and how many there are."""
    given = {"country": country, "most": MOST_ALIKE, "offset": offset, "limit": limit}
    rows = db.session.execute(_PAIRS, given).all()
    known = sides({key for row in rows for key in (row.one, row.other)})
    total = rows[0].total if rows else 0
    return [Pair(known[row.one], known[row.other], row.evidence) for row in rows], total


def sides(keys: Iterable[UUID]) -> dict[UUID, Side]:
    """Return learners (roots) as people know them, everything that was merged into them included; four queries."""
    wanted = set(keys)
    return _sides(wanted, _roots(wanted))


def _roots(wanted: set[UUID]) -> dict[UUID, UUID]:
    """Every key that counts as one of ``wanted``, with that one."""
    root = func.learner_root(LearnerMerge.merged_key)
    merged = db.session.execute(
        select(LearnerMerge.merged_key, root).where(LearnerMerge.undone_at.is_(None), root.in_(wanted))
    )
    return {key: key for key in wanted} | {row[0]: row[1] for row in merged}


def _sides(wanted: set[UUID], roots: Mapping[UUID, UUID]) -> dict[UUID, Side]:
    accounts, listed = _accounts(roots), _listed(roots)
    counted = {
        row[0]: (row[1], row[2])
        for row in db.session.execute(
            select(Participation.learner_key, func.count(), func.max(Participation.last_access_at))
            .where(Participation.learner_key.in_(wanted))
            .group_by(Participation.learner_key)
        )
    }
    return {key: Side(key, accounts[key], listed[key], *counted.get(key, (0, None))) for key in wanted}


def _accounts(roots: Mapping[UUID, UUID]) -> dict[UUID, list[User]]:
    found: dict[UUID, list[User]] = defaultdict(list)
    for key, person in db.session.execute(
        select(LearnerAccount.learner_key, User)
        .join(User, User.id == LearnerAccount.user_id)
        .where(LearnerAccount.learner_key.in_(roots), LearnerAccount.cut_at.is_(None))
        .order_by(User.id)
    ):
        found[roots[key]].append(person)
    return found


def _listed(roots: Mapping[UUID, UUID]) -> dict[UUID, list[EventParticipant]]:
    found: dict[UUID, list[EventParticipant]] = defaultdict(list)
    for one in db.session.scalars(
        select(EventParticipant)
        .where(EventParticipant.learner_key.in_(roots), EventParticipant.family_name != "")
        .order_by(EventParticipant.id)
    ):
        found[roots[one.learner_key]].append(one)
    return found


def root_of(key: UUID) -> UUID:
    """Return the learner that a key stands for now."""
    found = db.session.scalar(select(func.learner_root(key)))
    assert isinstance(found, UUID)
    return found


def called(side: Side) -> str:
    """Return how somebody is told from another: the name with the address."""
    account = side.account
    address = account.email if account else next((one.email for one in side.listed if one.email), "")
    return f"{side.name} · {address}" if address else side.name


def compared(one: UUID, other: UUID) -> Comparison:
    """Return two learners (roots) side by side with what a merge would change; nothing is written."""
    roots = _roots({one, other})
    without = history.ignored_at("infinity")
    told: dict[UUID, dict[UUID, list[Fact]]] = defaultdict(lambda: {one: [], other: []})
    activities: dict[UUID, Activity] = {}
    for fact, activity in db.session.execute(
        select(Fact, Activity)
        .outerjoin(Activity, Activity.key == Fact.activity_key)
        .where(Fact.learner_key.in_(roots), Fact.activity_key.is_not(None))
    ):
        learner, key = fact.learner_key, fact.activity_key
        if learner is not None and key is not None and fact.uuid not in without:
            told[key][roots[learner]].append(fact)
            activities[key] = activity
    changes = [
        Change(
            key,
            activities[key],
            fold_all(found[one]),
            fold_all(found[other]),
            fold_all(found[one] + found[other]),
        )
        for key, found in told.items()
    ]
    known = _sides({one, other}, roots)
    kept = [change for change in changes if change.together is not None]
    return Comparison(
        known[one],
        known[other],
        sorted(kept, key=lambda change: (not change.in_both, str(change.activity_key))),
    )


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge with both sides."""

    merge: LearnerMerge
    merged: Side
    into: Side


def merges(*, offset: int, limit: int) -> tuple[list[Merged], int]:
    """Return merges, the latest first, and how many there are."""
    rows = db.session.scalars(
        select(LearnerMerge).order_by(LearnerMerge.id.desc()).offset(offset).limit(limit)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(LearnerMerge)) or 0
    return with_sides(rows), total


def with_sides(rows: Sequence[LearnerMerge]) -> list[Merged]:
    """Return merges with who the keys themselves are, whatever they were merged into."""
    keys = {key for row in rows for key in (row.merged_key, row.into_key)}
    themselves = {key: key for key in keys}
    accounts, listed = _accounts(themselves), _listed(themselves)
    known = {key: Side(key, accounts[key], listed[key]) for key in keys}
    return [Merged(row, known[row.merged_key], known[row.into_key]) for row in rows]
