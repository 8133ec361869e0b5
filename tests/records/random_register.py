"""Registers made at random: people who move and are merged, facts that come late and are corrected, activities that are
described again, test accounts, headcounts. What lies in the past comes as an import does; what is done now by the
register's own actions."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.events import CountryChanged
from app.accounts.models import User
from app.core import events
from app.core.database import JSON
from app.records import actions, counting, history
from app.records.actions import Description, FactDraft
from app.records.actions import corrections as by_hand
from app.records.actions.corrections import Changes
from app.records.folding import described
from app.records.models import Verb
from tests.records.scene import person

FIRST = datetime(2025, 1, 1, 8, tzinfo=UTC)
DAYS = 540
COUNTRIES = ("KE", "NG", "PE", "NO", "")
PROFESSIONS = ("judge", "prosecutor", "")
GENDERS = ("female", "male", "")
AGES = ("under_30", "30_and_over", "")
LANGUAGES = ("en", "fr", "ar", "")
TOPICS = ("evidence", "finance", "")
CHANNELS = ("platform", "platform", "platform", "other_online", "hybrid", "in_person")
KINDS = (
    *("course", "course", "delivery", "delivery", "webinar", "webinar", "webinar_series", "workshop"),
    *("round_table", "recording", "recording", "resource", "room", "room"),
)
TAGS = ("sdg:16", "pillar:2", "resolution:1373 (2001)")
NAMELESS = ("attended", "attended", "played", "downloaded", "joined", "contributed", "feedback_given")
OF_PEOPLE = (
    *("enrolled", "started", "started", "attended", "attended", "completed", "completed", "completed"),
    *("registered", "withdrawn", "certificate_issued", "certificate_revoked", "played", "played", "played"),
    *("downloaded", "joined", "left", "viewed", "contributed", "feedback_given", "progressed"),
)
OF_ACCOUNTS = ("approved", "approved", "closed", "country_changed")
_STATE = text(
    """
    INSERT INTO fact (uuid, learner_key, activity_key, verb, result, country, profession, gender, age_group, language,
        headcount, corrects, occurred_at, recorded_at, batch_id)
    SELECT uuid, learner_key, activity_key, verb, result, country, profession, gender, age_group, language, headcount,
        corrects, occurred_at, recorded_at, batch_id
    FROM jsonb_populate_recordset(NULL::fact, CAST(:rows AS jsonb)) WITH ORDINALITY AS given ORDER BY ordinality
    """
)
_BATCH = text("INSERT INTO import_batch (source, note) VALUES ('random', '') RETURNING id")
_LEARNER = text("INSERT INTO learner (key) VALUES (:key)")
_ACCOUNT = text(
    "INSERT INTO learner_account (learner_key, user_id, cut_at) VALUES (:key, :user, CAST(:cut AS timestamptz))"
)
_MERGE = text(
    """
    INSERT INTO learner_merge (merged_key, into_key, reason, recorded_at, undone_at)
    VALUES (:merged, :into, '', :since, CAST(:until AS timestamptz))
    """
)


@dataclass(slots=True)
class Learner:
    """Somebody of the register as they are at the moment. ``user_id`` is None without an account."""

    key: UUID
    user_id: int | None
    country: str
    profession: str
    gender: str
    age_group: str


@dataclass(slots=True)
class Made:
    """A register that was made. ``instants`` are such as can be asked about."""

    session: Session
    dice: random.Random
    learners: list[Learner]
    descriptions: dict[UUID, Description]
    instants: list[datetime] = field(default_factory=list)

    def asked(self, number: int) -> datetime:
        """Return one of the instants by any number."""
        return self.instants[number % len(self.instants)]


def make(session: Session, seed: int, *, people: int, deeds: int, later: int) -> Made:
    """Make a register of so many people, deeds of the past, and deeds that are done now."""
    dice = random.Random(seed)
    past = _Past(session, dice, people)
    for _deed in range(deeds):
        past.pass_time()
        dice.choice(_DEEDS)(past)
    past.write()
    made = Made(session, dice, past.learners, past.descriptions, past.instants())
    counting.rebuild()
    for _deed in range(later):
        go_on(made)
    return made


def go_on(made: Made) -> None:
    """Do one more deed now; the instant after it can be asked about."""
    made.dice.choice(LIVE)(made)
    made.instants.append(history.as_of().instant)


# ------------------------------------------------------------------------------------------------ what lies back


class _Past:
    """Deeds with their own two times, gathered and written at once."""

    def __init__(self, session: Session, dice: random.Random, people: int) -> None:
        self.session, self.dice = session, dice
        self.now = FIRST
        self.rows: list[JSON] = []
        self.merges: list[JSON] = []
        self.descriptions: dict[UUID, Description] = {}
        self.learners = [self._learner(number) for number in range(people)]
        for number, kind in enumerate(KINDS):
            self._activity(number, kind)

    def pass_time(self) -> None:
        """The register knows of the next deed a while later."""
        self.now += timedelta(hours=self.dice.choice([0, 1, 7, 30, 90]), seconds=1)

    def instants(self) -> list[datetime]:
        """Instants of the past: of records, and just before."""
        ends = sorted({datetime.fromisoformat(one["recorded_at"]) for one in self.rows})
        return [
            one - timedelta(seconds=less)
            for one in self.dice.sample(ends, min(8, len(ends)))
            for less in (0, 1)
        ]

    def write(self) -> None:
        """Write everything as one import."""
        batch = self.session.scalar(_BATCH)
        self.session.execute(
            text("SELECT set_config('ctlp.import_batch', :batch, true)"), {"batch": str(batch)}
        )
        rows = [one | {"batch_id": batch} for one in self.rows]
        self.session.execute(_STATE, {"rows": json.dumps(rows, default=str)})
        self.session.execute(text("SELECT set_config('ctlp.import_batch', '', true)"))
        for one in self.merges:
            self.session.execute(_MERGE, one)

    def _learner(self, number: int) -> Learner:
        dice, key = self.dice, UUID(int=self.dice.getrandbits(128), version=4)
        about = [dice.choice(of) for of in (COUNTRIES, PROFESSIONS, GENDERS, AGES)]
        self.session.execute(_LEARNER, {"key": key})
        lot = dice.random()
        user = None
        if lot > 0.1:  # the others stand on a list only
            country, profession, gender, age_group = about
            more = {"gender": gender, "age_group": age_group, "is_test": lot > 0.9}
            user = person(f"random{number}", country=country, profession=profession, **more)
            cut = FIRST if lot < 0.2 else None
            self.session.execute(_ACCOUNT, {"key": key, "user": None if cut else user.id, "cut": cut})
        found = Learner(key, user.id if user and lot >= 0.2 else None, *about)
        if lot > 0.1:
            self._state(found, "approved", occurred_at=self._earlier())
        return found

    def _activity(self, number: int, kind: str) -> None:
        key = UUID(int=self.dice.getrandbits(128), version=4)
        given = {"activity_key": key, "kind": kind, "slug": f"random-{number}", "titles": {"en": kind}}
        self.descriptions[key] = Description(**_described(self.dice, self.descriptions, given))
        self.describe(key, late=self.dice.random() < 0.3)

    def describe(self, key: UUID, *, late: bool = False) -> None:
        """Tell what an activity is; the register knows late or at once."""
        told = described(self.descriptions[key])
        back = timedelta(days=self.dice.randrange(200)) if late else timedelta()
        self._row(verb="activity_described", activity_key=key, result=told, occurred_at=self.now - back)

    def change(self) -> None:
        """An activity is described again."""
        key = self.dice.choice(list(self.descriptions))
        self.descriptions[key] = Description(**_redescribed(self.dice, self.descriptions, key))
        self.describe(key, late=self.dice.random() < 0.3)

    def do(self) -> None:
        """Somebody does something, known at once or months later."""
        key, verb = self.dice.choice(list(self.descriptions)), self.dice.choice(OF_PEOPLE)
        more = {"result": _result(self.dice, verb), "language": self.dice.choice(LANGUAGES)}
        self._state(
            self.dice.choice(self.learners), verb, activity_key=key, occurred_at=self._earlier(), **more
        )

    def count(self) -> None:
        """Heads are counted."""
        verb = self.dice.choice(NAMELESS)
        self._row(
            verb=verb,
            activity_key=self.dice.choice(list(self.descriptions)),
            headcount=self.dice.choice([1, 1, 3, 40]),
            country=self.dice.choice(COUNTRIES),
            gender=self.dice.choice(GENDERS),
            result=_result(self.dice, verb),
            occurred_at=self._earlier(),
        )

    def move(self) -> None:
        """Somebody works for another country, in another profession; the register may be told of the country."""
        one = self.dice.choice(self.learners)
        one.country, one.profession = self.dice.choice(COUNTRIES), self.dice.choice(PROFESSIONS)
        if self.dice.random() < 0.7:
            self._state(one, "country_changed", occurred_at=self.now)

    def stand(self) -> None:
        """An account is approved, closed or moved."""
        self._state(
            self.dice.choice(self.learners), self.dice.choice(OF_ACCOUNTS), occurred_at=self._earlier()
        )

    def correct(self) -> None:
        """A fact, or a correction, is taken back or stood for by another."""
        target = self.dice.choice(self.rows)
        taken = {one["corrects"] for one in self.rows}
        if target["uuid"] in taken and self.dice.random() < 0.7:
            return
        if target["verb"] == "voided" or self.dice.random() < 0.5:
            row = {
                **target,
                "verb": "voided",
                "result": {},
                "headcount": None,
                "occurred_at": self.now.isoformat(),
            }
        elif target["verb"] == "activity_described":
            return
        else:
            row = {
                **target,
                "occurred_at": self._earlier().isoformat(),
                "country": self.dice.choice(COUNTRIES),
            }
            if row["learner_key"] and self.dice.random() < 0.3:
                row["learner_key"] = self.dice.choice(self.learners).key
        row |= {"uuid": self._uuid(), "corrects": target["uuid"], "recorded_at": self.now.isoformat()}
        self.rows.append(row)

    def merge(self) -> None:
        """Two learners turn out to be one, until that is taken back."""
        one, other = self.dice.sample(self.learners, 2) if len(self.learners) > 1 else (None, None)
        if one is None or other is None:
            return
        into = {row["merged"]: row["into"] for row in self.merges if row["until"] is None}
        root = other.key
        while root in into:
            root = into[root]
        if one.key not in into and root != one.key:
            self.merges.append({"merged": one.key, "into": other.key, "since": self.now, "until": None})

    def separate(self) -> None:
        """A merge is taken back."""
        present = [row for row in self.merges if row["until"] is None and row["since"] < self.now]
        if present:
            self.dice.choice(present)["until"] = self.now

    def _earlier(self) -> datetime:
        days = self.dice.choice([0, 0, 0, 3, 40, 200]) * self.dice.random()
        return self.now - timedelta(days=days)

    def _uuid(self) -> str:
        return str(UUID(int=self.dice.getrandbits(128), version=4))

    def _state(self, one: Learner, verb: str, **more: Any) -> None:
        whose = {name: getattr(one, name) for name in ("country", "profession", "gender", "age_group")}
        if verb == "progressed":  # figures do not count it, so it must not be what is known last
            whose["country"] = ""
        self._row(verb=verb, learner_key=one.key, **whose, **more)

    def _row(self, *, occurred_at: datetime, **more: Any) -> None:
        row: JSON = dict.fromkeys(("learner_key", "activity_key", "headcount", "corrects"))
        row |= dict.fromkeys(("country", "profession", "gender", "age_group", "language"), "")
        row |= {"uuid": self._uuid(), "result": {}, "occurred_at": occurred_at.isoformat()}
        self.rows.append(row | {"recorded_at": self.now.isoformat()} | more)


_DEEDS: Sequence[Callable[[_Past], None]] = (
    *(_Past.do,) * 12,
    *(_Past.correct,) * 3,
    *(_Past.count,) * 2,
    *(_Past.change, _Past.move, _Past.stand, _Past.merge, _Past.separate),
)


def _result(dice: random.Random, verb: str) -> JSON:
    if verb == "attended":
        return dice.choice([{"minutes": 6 * dice.randrange(30)}, {}])
    if verb == "played":
        return {"seconds": dice.choice([10, 30, 400])}
    return {"part": str(dice.random())} if verb == "downloaded" else {}


def _described(dice: random.Random, known: dict[UUID, Description], given: JSON) -> JSON:
    starts = dice.choice([None, *[FIRST + timedelta(hours=dice.randrange(24 * DAYS)) for _again in range(4)]])
    return given | {
        "channel": dice.choice(CHANNELS),
        "parent_key": dice.choice([None, *known]),
        "topic": dice.choice(TOPICS),
        "partner": dice.choice(["", "partner"]),
        "project": dice.choice(["", "project"]),
        "donor": dice.choice(["", "donor"]),
        "tags": dice.sample(TAGS, dice.randrange(3)),
        "languages": dice.sample(LANGUAGES[:3], dice.randrange(1, 4)),
        "starts_at": starts,
        "is_test": dice.random() < 0.08,
    }


def _redescribed(dice: random.Random, known: dict[UUID, Description], key: UUID) -> JSON:
    """An activity with some of what is said of it changed."""
    before = known[key]
    others = {other: one for other, one in known.items() if other != key}
    new = _described(dice, others, {})
    changed = dice.sample(sorted(new), dice.randrange(1, 4))
    whole = {name: getattr(before, name) for name in Description.__dataclass_fields__}
    return whole | {name: new[name] for name in changed}


# ------------------------------------------------------------------------------------------------ what is done now


def _append(made: Made) -> None:
    one, verb = made.dice.choice(made.learners), Verb(made.dice.choice(OF_PEOPLE[:-1]))
    whose: JSON = {"user_id": one.user_id} if one.user_id is not None else {"learner_key": one.key}
    actions.append(
        FactDraft(
            verb=verb,
            activity_key=made.dice.choice(list(made.descriptions)),
            occurred_at=FIRST + timedelta(days=made.dice.random() * DAYS),
            result=_result(made.dice, verb),
            language=made.dice.choice(LANGUAGES),
            **whose,
        )
    )


def _correct(made: Made) -> None:
    allowed = [one.value for one in by_hand.CORRECTABLE]
    found = made.session.scalars(
        text("SELECT uuid FROM fact WHERE verb = ANY(:verbs) AND activity_key IS NOT NULL ORDER BY id"),
        {"verbs": allowed},
    ).all()
    target = made.dice.choice(found) if found else None
    if target is None or not by_hand.counts(target):
        return
    if made.dice.random() < 0.5:
        by_hand.void(None, target, "wrong")
        return
    when = FIRST + timedelta(days=made.dice.random() * DAYS)
    by_hand.supersede(None, target, Changes(occurred_at=when, country=made.dice.choice(COUNTRIES)), "wrong")


def _merge(made: Made) -> None:
    if len(made.learners) < 2:
        return
    one, other = made.dice.sample(made.learners, 2)
    try:
        actions.merge(None, one.key, other.key, "the same person")
    except ValueError:  # they are one already
        return


def _separate(made: Made) -> None:
    try:
        actions.separate(None, made.dice.choice(made.learners).key, "two after all")
    except LookupError:  # not merged
        return


def _describe(made: Made) -> None:
    key = made.dice.choice(list(made.descriptions))
    made.descriptions[key] = Description(**_redescribed(made.dice, made.descriptions, key))
    actions.describe_activity(made.descriptions[key])


def _add(made: Made) -> None:
    key = uuid.uuid4()
    given = {"activity_key": key, "kind": made.dice.choice(KINDS), "slug": str(key), "titles": {"en": "New"}}
    made.descriptions[key] = Description(**_described(made.dice, made.descriptions, given))
    actions.describe_activity(made.descriptions[key])


def _count(made: Made) -> None:
    verb = Verb(made.dice.choice(NAMELESS))
    actions.append(
        FactDraft(
            verb=verb,
            activity_key=made.dice.choice(list(made.descriptions)),
            headcount=made.dice.choice([1, 30]),
            occurred_at=FIRST + timedelta(days=made.dice.random() * DAYS),
            result=_result(made.dice, verb),
        )
    )


def _move(made: Made) -> None:
    one = made.dice.choice(made.learners)
    if one.user_id is not None:
        moved = made.session.get_one(User, one.user_id)
        before, moved.country = moved.country, made.dice.choice(COUNTRIES)
        made.session.flush()
        events.publish(CountryChanged(one.user_id, before, moved.country))


def _erase(made: Made) -> None:
    """Erase a person: the account leads to no facts any more. Of a test account that would make them count."""
    one = made.dice.choice(made.learners)
    if one.user_id is not None and not made.session.get_one(User, one.user_id).is_test:
        actions.cut_link(one.user_id)
        one.user_id = None


LIVE: Sequence[Callable[[Made], None]] = (
    *(_append,) * 5,
    *(_correct,) * 3,
    *(_merge, _merge, _separate, _describe, _describe, _add, _count, _move, _move, _erase),
)
