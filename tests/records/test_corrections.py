"""Facts by hand: corrections, recorded activities and their lists, what staff say of activities, kinds of training."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from app.audit.models import AuditEntry
from app.core import clock
from app.core.database import db
from app.core.refusal import Refused
from app.records import actions, history, projections, queries
from app.records.actions import Attributes, FactDraft, append, corrections
from app.records.actions.corrections import Changes
from app.records.actions.events import (
    ActivityPlan,
    Headcount,
    change_activity,
    record_activity,
    record_headcount,
)
from app.records.actions.participants import Attendee, erase_participant, record_participants
from app.records.corrections.models import EventParticipant, FactCorrection, RecordedActivity
from app.records.counting import spans
from app.records.history import AsOf
from app.records.models import ActivityKind, Channel, Fact, KindRule, Participation, Verb
from tests.conftest import Inside
from tests.records.scene import at, course, person, state

WRONG = "typed from the wrong list"


def workshop(**more: Any) -> RecordedActivity:
    """A workshop of two days in Nairobi that is over."""
    given: dict[str, Any] = {
        "kind": ActivityKind.WORKSHOP,
        "channel": Channel.IN_PERSON,
        "titles": {"en": "Passenger data"},
        "languages": ["en"],
        "starts_at": at(0),
        "ends_at": at(1),
        "zone": "Africa/Nairobi",
        "countries": ["KE"],
        "place": "Nairobi",
    }
    return record_activity(None, ActivityPlan(**(given | more)))


def attendee(name: str = "Zawadi Otieno", **more: Any) -> Attendee:
    """Somebody of a list."""
    given_name, family_name = name.split()
    given: dict[str, Any] = {"country": "KE", "status": "completed", "minutes": 300}
    return Attendee(given_name=given_name, family_name=family_name, **(given | more))


def facts_of(activity_key: UUID) -> list[str]:
    """The verbs of an activity's facts about people, in order of words."""
    found = select(Fact.verb).where(
        Fact.activity_key == activity_key, Fact.verb != Verb.ACTIVITY_DESCRIBED.value
    )
    return sorted(db.session.scalars(found))


def audited() -> set[str]:
    """The verbs in the audit."""
    return set(db.session.scalars(select(AuditEntry.verb)))


def held() -> None:
    """Everything that is folded is what a rebuild gives; so is when facts were believed."""
    assert projections.check() == []
    believed = text("SELECT fact_id, known_from, known_until::text FROM counted_fact ORDER BY 1, 2")
    kept = db.session.execute(believed).all()
    spans.restand_all()
    assert db.session.execute(believed).all() == kept


# ------------------------------------------------------------------------------------------------ one fact


def test_a_fact_is_taken_back_with_a_reason_and_brought_back(inside: Inside) -> None:
    with inside() as session:
        amina, key, done = person(), course(), uuid.uuid4()
        state(amina, key, Verb.ENROLLED, 0)
        state(amina, key, Verb.COMPLETED, 5, uuid=done)
        shown = corrections.preview(done, None)
        assert shown.before is not None
        assert shown.after is not None
        assert (shown.before.status, shown.after.status) == ("completed", "enrolled")
        by = corrections.void(None, done, WRONG)
        found = queries.participation(amina.id, key)
        assert found is not None
        assert found.status == shown.after.status
        assert session.scalars(select(FactCorrection.reason)).all() == [WRONG]
        with pytest.raises(Refused):
            corrections.void(None, done, "again")
        back = corrections.preview(by, None).after
        assert back is not None
        corrections.void(None, by, "it was right after all")
        found = queries.participation(amina.id, key)
        assert found is not None
        assert found.completed_at == at(5) == back.completed_at
        assert audited() >= {"fact.voided"}
        held()


def test_a_fact_is_superseded_by_one_that_says_something_else(inside: Inside) -> None:
    with inside() as session:
        amina, key, done = person(country="KE"), course(), uuid.uuid4()
        state(amina, key, Verb.COMPLETED, 5, uuid=done, result={"score": 99, "minutes": 30})
        changes = Changes(occurred_at=at(3), country="UG", result={"score": 70, "minutes": None})
        after = corrections.preview(done, changes).after
        by = corrections.supersede(None, done, changes, WRONG)
        found = queries.participation(amina.id, key)
        assert found is not None
        assert after is not None
        assert (found.completed_at, found.country, found.score) == (at(3), "UG", 70)
        assert (after.completed_at, after.country, after.score) == (at(3), "UG", 70)
        row = session.execute(
            select(Fact.corrects, Fact.result, Fact.profession).where(Fact.uuid == by)
        ).one()
        assert row == (done, {"score": 70}, "judge")
        assert session.scalar(select(Fact.country).where(Fact.uuid == done)) == "KE"
        held()


def test_a_fact_moves_to_the_right_person(inside: Inside) -> None:
    with inside():
        amina, karim, key, done = person(), person("karim"), course(), uuid.uuid4()
        state(amina, key, Verb.COMPLETED, 2, uuid=done)
        changes = Changes(learner_key=actions.learner_of(karim.id), country="TN")
        assert corrections.preview(done, changes).after is None
        corrections.supersede(None, done, changes, WRONG)
        assert queries.participation(amina.id, key) is None
        found = queries.participation(karim.id, key)
        assert found is not None
        assert (found.completed_at, found.country) == (at(2), "TN")
        held()


@pytest.mark.parametrize("verb", [Verb.CERTIFICATE_ISSUED, Verb.COUNTRY_CHANGED, Verb.APPROVED])
def test_what_is_changed_elsewhere_is_not_corrected_here(inside: Inside, verb: Verb) -> None:
    with inside():
        amina, name = person(), uuid.uuid4()
        state(amina, course(), verb, 0, uuid=name)
        with pytest.raises(Refused):
            corrections.void(None, name, WRONG)


def test_nothing_changed_the_future_and_unknown_facts_are_refused(inside: Inside) -> None:
    with inside():
        amina, key, done = person(), course(), uuid.uuid4()
        state(amina, key, Verb.COMPLETED, 2, uuid=done)
        with pytest.raises(Refused):
            corrections.supersede(None, done, Changes(country="KE"), WRONG)
        with pytest.raises(Refused):
            corrections.supersede(None, done, Changes(occurred_at=clock.now() + timedelta(days=1)), WRONG)
        with pytest.raises(ValueError, match="aware"):
            corrections.supersede(None, done, Changes(occurred_at=datetime(2026, 1, 1)), WRONG)  # noqa: DTZ001
        with pytest.raises(LookupError):
            corrections.void(None, uuid.uuid4(), WRONG)


# ------------------------------------------------------------------------------------------------ activities


def test_what_staff_say_of_a_course_outlives_its_next_description(inside: Inside) -> None:
    with inside():
        key = course(hours=10)
        said = Attributes(
            partner="A foundation", donor="A donor", tags=["sdg:16"], countries=["KE"], place="Nairobi"
        )
        actions.attribute(None, key, said)
        course(hours=12, countries=["TN"], titles={"en": "New title"})
        found = queries.activity(key)
        assert found is not None
        assert (found.hours, found.titles, found.partner) == (12, {"en": "New title"}, "A foundation")
        assert (found.donor, found.tags, found.countries, found.place) == (
            "A donor",
            ["sdg:16"],
            ["KE"],
            "Nairobi",
        )
        actions.attribute(None, key, Attributes())
        course(hours=13)
        found = queries.activity(key)
        assert found is not None
        assert (found.partner, found.tags, found.countries, found.place) == ("", [], [], "")
        assert audited() >= {"activity.attributed"}
        held()
        with pytest.raises(LookupError):
            actions.attribute(None, uuid.uuid4(), said)


def test_what_a_description_leaves_empty_stays_as_it_is_known(inside: Inside) -> None:
    with inside():
        key = course(partner="A ministry", tags=["pillar:3"])
        course(hours=3)
        found = queries.activity(key)
        assert found is not None
        assert (found.partner, found.tags, found.hours) == ("A ministry", ["pillar:3"], 3)


def test_a_recorded_activity_is_an_activity_like_others(inside: Inside) -> None:
    with inside():
        made = workshop(partner="A partner", tags=["resolution:1373 (2001)"])
        found = queries.activity(made.activity_key)
        assert found is not None
        assert (found.kind, found.channel, found.place) == ("workshop", "in_person", "Nairobi")
        assert (found.slug, found.address, found.tags) == (made.public_id, "", ["resolution:1373 (2001)"])
        with pytest.raises(Refused):
            workshop(starts_at=at(2))
        with pytest.raises(ValueError, match="aware"):
            workshop(starts_at=datetime(2026, 1, 1))  # noqa: DTZ001
        assert audited() >= {"activity.recorded"}


def test_the_same_list_twice_adds_nothing(inside: Inside) -> None:
    with inside() as session:
        made, amina = workshop(), person(country="KE", gender="female")
        people = [
            attendee(email=amina.email, country=""),
            attendee("Juma Kimani", status="attended"),
            attendee("Neema Njeri", status="registered", email="neema@court.example", minutes=None),
        ]
        done = record_participants(None, made, people)
        assert (done.people, done.facts) == (3, 6)
        found = queries.participation(amina.id, made.activity_key)
        assert found is not None
        assert (found.completed_at, found.country, found.language) == (at(1), "KE", "en")
        rows = facts_of(made.activity_key)
        again = record_participants(None, made, people)
        assert (again.people, again.facts) == (0, 0)
        assert facts_of(made.activity_key) == rows
        further = record_participants(None, made, [attendee("Juma Kimani")])
        assert (further.people, further.facts) == (0, 1)
        names = session.scalars(select(EventParticipant.given_name).order_by(EventParticipant.given_name))
        assert list(names) == ["", "Juma", "Neema"]  # who has an account is named there
        assert session.scalar(select(func.count()).select_from(Participation)) == 3
        held()


def test_one_person_in_two_rows_or_on_two_lists_is_one_person(inside: Inside) -> None:
    with inside() as session:
        first, second = workshop(), workshop(titles={"en": "Another"})
        twice = [
            attendee("Juma Kimani", status="registered", minutes=None, profession="judge"),
            attendee("JUMA  Kimáni", status="attended", minutes=90),
        ]
        assert record_participants(None, first, twice).people == 1
        assert facts_of(first.activity_key) == ["attended", "registered"]
        neema = attendee("Neema Njeri", email="neema@court.example")
        record_participants(None, first, [neema])
        record_participants(None, second, [neema])
        keys = session.scalars(
            select(EventParticipant.learner_key).where(EventParticipant.email == "neema@court.example")
        ).all()
        assert len(keys) == 2
        assert len(set(keys)) == 1
        held()


def test_an_erased_person_stays_counted_and_an_old_list_does_not_bring_them_back(inside: Inside) -> None:
    with inside() as session:
        made = workshop()
        people = [attendee("Juma Kimani", email="juma@court.example"), attendee("Neema Njeri")]
        record_participants(None, made, people)
        juma = session.scalars(
            select(EventParticipant).where(EventParticipant.email == "juma@court.example")
        ).one()
        asked = history.as_of()
        before = list(history.participations_at(asked))
        erase_participant(None, juma)
        assert (juma.name, juma.email) == ("", "")
        with pytest.raises(Refused):
            erase_participant(None, juma)
        again = record_participants(None, made, people)
        assert (again.people, again.facts, again.erased) == (0, 0, 1)
        names = session.scalars(select(EventParticipant.given_name).order_by(EventParticipant.given_name))
        assert list(names) == ["", "Neema"]
        assert list(history.participations_at(asked)) == before
        assert list(history.participations_at(history.as_of())) == before
        assert audited() >= {"participant.erased", "activity.participants_listed"}


def test_nobody_attended_what_is_still_to_come(inside: Inside) -> None:
    with inside():
        soon = clock.now() + timedelta(days=3)
        made = workshop(starts_at=soon, ends_at=soon + timedelta(hours=3))
        with pytest.raises(Refused):
            record_participants(None, made, [attendee()])
        with pytest.raises(Refused):
            record_headcount(None, made, Headcount(unknown=4))
        assert record_participants(None, made, [attendee(status="registered")]).facts == 1


def test_a_headcount_is_nameless(inside: Inside) -> None:
    with inside() as session:
        made = workshop()
        record_headcount(None, made, Headcount(women=12, men=7, unknown=3, country="KE"))
        rows = session.execute(
            select(Fact.gender, Fact.headcount, Fact.country, Fact.occurred_at).where(
                Fact.headcount.is_not(None)
            )
        )
        assert sorted(rows) == [("", 3, "KE", at(1)), ("female", 12, "KE", at(1)), ("male", 7, "KE", at(1))]
        assert session.scalar(select(func.count()).select_from(Participation)) == 0
        wrong = session.scalars(select(Fact.uuid).where(Fact.headcount == 3)).one()
        corrections.supersede(None, wrong, Changes(headcount=4), "counted again")
        with pytest.raises(Refused):
            record_headcount(None, made, Headcount())
        held()


def test_what_was_done_moves_with_the_dates_of_an_activity(inside: Inside) -> None:
    with inside() as session:
        made = workshop()
        record_participants(None, made, [attendee(), attendee("Juma Kimani", status="attended")])
        asked = history.as_of()
        before = list(history.participations_at(asked))
        plan = ActivityPlan(
            kind=ActivityKind.WORKSHOP,
            channel=Channel.HYBRID,
            titles={"en": "Passenger data"},
            languages=["en"],
            starts_at=at(-30),
            ends_at=at(-29),
            zone="UTC",
        )
        assert change_activity(None, made, plan, "the report had the wrong month") == 5
        found = session.scalars(select(Participation.completed_at).order_by(Participation.completed_at)).all()
        assert found == [at(-29), None]
        assert list(history.participations_at(asked)) == before
        assert record_participants(None, made, [attendee()]).facts == 0
        described = queries.activity(made.activity_key)
        assert described is not None
        assert (described.channel, described.countries, described.place) == ("hybrid", [], "")
        held()


# ------------------------------------------------------------------------------------------------ kinds


def test_a_kind_counts_from_a_day_to_come(inside: Inside) -> None:
    with inside() as session:
        tomorrow = clock.now().date() + timedelta(days=1)
        before = queries.kinds_counting(clock.now())
        row = actions.add_kind_rule(
            None, ActivityKind.ROUND_TABLE, counts=True, valid_from=tomorrow, reason="a new rule"
        )
        assert (row.version, row.valid_from.date()) == (2, tomorrow)
        assert queries.kinds_counting(clock.now()) == before
        assert "round_table" in queries.kinds_counting(clock.now() + timedelta(days=2))
        for counts, day in (
            (False, tomorrow),
            (False, date(2020, 1, 1)),
            (True, tomorrow + timedelta(days=3)),
        ):
            with pytest.raises(Refused):
                actions.add_kind_rule(
                    None, ActivityKind.ROUND_TABLE, counts=counts, valid_from=day, reason="x"
                )
        rules = select(func.count()).select_from(KindRule).where(KindRule.kind == "round_table")
        assert session.scalar(rules) == 2
        assert audited() >= {"kind_rule.added"}


def test_every_kind_has_a_rule(inside: Inside) -> None:
    with inside() as session:
        assert set(session.scalars(select(KindRule.kind))) == {kind.value for kind in ActivityKind}


# ------------------------------------------------------------------------------------------------ any order


def answers(asked: AsOf) -> tuple[object, ...]:
    """What is told as of an instant: every participation, and how many completed something."""
    ever = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    people = history.distinct_people(asked, Verb.COMPLETED, *ever)
    return (list(history.participations_at(asked)), people)


def deeds(dice: random.Random) -> Iterator[str]:
    """What may be done to the register, in some order."""
    every = ["fact", "void", "supersede", "merge", "separate", "move", "erase", "list", "dates", "cut"]
    for _step in range(14):
        yield dice.choice(every)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_corrected_earlier_answers_stand(inside: Inside, seed: int) -> None:
    dice = random.Random(seed)
    with inside() as session:
        world = World(dice)
        told: list[tuple[AsOf, tuple[object, ...]]] = []
        for deed in deeds(dice):
            getattr(world, deed)()
            asked = history.as_of()
            told.append((asked, answers(asked)))
            session.flush()
        for asked, answer in told:
            assert answers(asked) == answer
        held()


class World:
    """Some people, a course and a workshop, and a hand that does things to what is known of them."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.people = [person(name) for name in ("amina", "karim", "rosa")]
        self.keys = [actions.learner_of(one.id) for one in self.people]
        self.course, self.workshop = course(), workshop()
        for one in self.people:
            state(one, self.course, Verb.ENROLLED, 0)
        self.list()

    def fact(self) -> None:
        """Somebody does something."""
        verb = self.dice.choice([Verb.STARTED, Verb.COMPLETED, Verb.FAILED, Verb.WITHDRAWN])
        key = self.dice.choice(self.keys)
        append(
            FactDraft(
                verb=verb, activity_key=self.course, learner_key=key, occurred_at=at(self.dice.randint(0, 9))
            )
        )

    def void(self) -> None:
        """A fact, or a correction, is taken back."""
        if name := self._any(voided=True):
            corrections.void(None, name, WRONG)

    def supersede(self) -> None:
        """A fact is changed, perhaps given to somebody else."""
        if name := self._any(voided=False):
            changes = Changes(
                occurred_at=at(self.dice.random() * 9),
                country=self.dice.choice(["KE", "TN", "PE"]),
                learner_key=self.dice.choice([None, *self.keys]),
            )
            corrections.supersede(None, name, changes, WRONG)

    def merge(self) -> None:
        """Two turn out to be one."""
        one, other = self.dice.sample(self.keys, 2)
        try:
            actions.merge(None, one, other, WRONG)
        except ValueError:
            return

    def separate(self) -> None:
        """They are two after all."""
        try:
            actions.separate(None, self.dice.choice(self.keys), WRONG)
        except LookupError:
            return

    def move(self) -> None:
        """Somebody works for another country."""
        self.dice.choice(self.people).country = self.dice.choice(["TN", "PE"])

    def erase(self) -> None:
        """A name goes from a list."""
        rows = db.session.scalars(
            select(EventParticipant).where(
                EventParticipant.erased_at.is_(None), EventParticipant.given_name != ""
            )
        ).all()
        if rows:
            erase_participant(None, self.dice.choice(rows))

    def cut(self) -> None:
        """An account is erased."""
        actions.cut_link(self.dice.choice(self.people).id)

    def list(self) -> None:
        """A list comes in, once more or with others."""
        everybody = [
            attendee("Juma Kimani"),
            attendee("Neema Njeri", email="neema@court.example", status="attended"),
            attendee("Amina Example", email="amina@justice.example"),
        ]
        record_participants(None, self.workshop, self.dice.sample(everybody, 2))

    def dates(self) -> None:
        """The workshop was at another time."""
        begins = at(self.dice.randint(-40, 0))
        plan = ActivityPlan(
            kind=ActivityKind.WORKSHOP,
            channel=Channel.IN_PERSON,
            titles={"en": "Passenger data"},
            languages=["en"],
            starts_at=begins,
            ends_at=begins + timedelta(days=1),
            zone="UTC",
        )
        change_activity(None, self.workshop, plan, WRONG)

    def _any(self, *, voided: bool) -> UUID | None:
        allowed = corrections.CORRECTABLE | ({Verb.VOIDED} if voided else set())
        names = db.session.scalars(
            select(Fact.uuid).where(Fact.verb.in_([one.value for one in allowed])).order_by(Fact.id)
        ).all()
        counting = [name for name in names if corrections.counts(name)]
        return self.dice.choice(counting) if counting else None
