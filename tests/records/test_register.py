"""Appending to the register: retries, folding, corrections, links and merges, what the database refuses."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.accounts.events import AccountClosed, CountryChanged, PersonApproved
from app.audit.models import AuditEntry
from app.core import clock, events
from app.records import actions, history, projections, queries
from app.records.actions import FactDraft, append
from app.records.imports import ImportedFact, import_facts
from app.records.models import Fact, ImportBatch, LearnerAccount, Participation, Verb
from tests.conftest import Inside
from tests.records.scene import at, course, person, state, statements

LONG_AGO = datetime(2019, 5, 6, tzinfo=UTC)


def test_a_fact_takes_the_person_as_they_are_at_that_moment(inside: Inside) -> None:
    with inside() as session:
        amina, key = person(country="KE", profession="judge", gender="female"), course()
        state(amina, key, Verb.ENROLLED, 0, language="en")
        amina.country, amina.profession = "PE", "prosecutor"
        state(amina, key, Verb.STARTED, 1)
        rows = session.execute(
            select(Fact.verb, Fact.country, Fact.profession, Fact.gender).where(Fact.learner_key.is_not(None))
        )
        assert list(rows) == [
            ("enrolled", "KE", "judge", "female"),
            ("started", "PE", "prosecutor", "female"),
        ]
        found = queries.participation(amina.id, key)
        assert found is not None
        assert (found.status, found.country, found.language) == ("in_progress", "KE", "en")


def test_a_retry_changes_nothing(inside: Inside) -> None:
    with inside():
        amina, key, name = person(), course(), uuid.uuid4()
        assert state(amina, key, Verb.FAILED, 1, uuid=name, result={"score": 40})
        assert not state(amina, key, Verb.FAILED, 1, uuid=name, result={"score": 40})
        found = queries.participation(amina.id, key)
        assert found is not None
        assert found.attempts == 1


def test_an_append_costs_three_statements(inside: Inside) -> None:
    with inside():
        amina, key = person(), course()
        state(amina, key, Verb.ENROLLED, 0)
        with statements() as sent:
            state(amina, key, Verb.PROGRESSED, 1, result={"progress": 0.2})
        assert len(sent) == 3
        with statements() as sent:
            append(FactDraft(verb=Verb.APPROVED, user_id=amina.id))
        assert len(sent) == 1


@pytest.mark.parametrize("wrong", [{"user_id": 2**40}, {"corrects": uuid.uuid4()}])
def test_an_unknown_person_or_fact_is_refused(inside: Inside, wrong: dict[str, object]) -> None:
    with inside(), pytest.raises(LookupError):
        append(FactDraft(verb=Verb.ENROLLED, activity_key=course(), **wrong))  # type: ignore[arg-type]


def test_a_naive_time_is_refused(inside: Inside) -> None:
    with inside(), pytest.raises(ValueError, match="aware"):
        append(FactDraft(verb=Verb.ENROLLED, user_id=person().id, occurred_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_participations_come_with_their_activities(inside: Inside) -> None:
    with inside():
        amina, other = person(), person("karim")
        first, second = course("first"), course("second")
        state(amina, first, Verb.ENROLLED, 0)
        state(amina, second, Verb.ENROLLED, 3)
        state(other, first, Verb.ENROLLED, 3)
        assert [activity.slug for _, activity in queries.participations_of(amina.id)] == ["second", "first"]
        assert queries.participation(other.id, second) is None


def test_what_is_read_after_an_append_is_fresh(inside: Inside) -> None:
    with inside():
        amina, key = person(), course()
        state(amina, key, Verb.ENROLLED, 0)
        before = queries.participation(amina.id, key)
        assert before is not None
        assert before.status == "enrolled"
        state(amina, key, Verb.COMPLETED, 1)
        after = queries.participation(amina.id, key)
        assert after is not None
        assert after.status == "completed"


# ------------------------------------------------------------------------------------------------ corrections


def test_a_voided_fact_no_longer_counts_and_can_be_brought_back(inside: Inside) -> None:
    with inside():
        amina, key, done, void = person(), course(), uuid.uuid4(), uuid.uuid4()
        state(amina, key, Verb.ENROLLED, 0)
        state(amina, key, Verb.COMPLETED, 5, uuid=done)
        append(FactDraft(verb=Verb.VOIDED, corrects=done, uuid=void))
        found = queries.participation(amina.id, key)
        assert found is not None
        assert (found.status, found.completed_at) == ("enrolled", None)
        append(FactDraft(verb=Verb.VOIDED, corrects=void))
        found = queries.participation(amina.id, key)
        assert found is not None
        assert found.completed_at == at(5)
        assert projections.check() == []


def test_a_superseding_fact_takes_the_place_of_the_earlier(inside: Inside) -> None:
    with inside() as session:
        amina, key, test = person(country="KE"), course(), uuid.uuid4()
        state(amina, key, Verb.PASSED, 2, uuid=test, result={"score": 99})
        amina.country = "PE"
        append(FactDraft(verb=Verb.PASSED, corrects=test, result={"score": 71}))
        found = queries.participation(amina.id, key)
        assert found is not None
        assert (found.score, found.attempts, found.country, found.last_access_at) == (71, 1, "KE", at(2))
        assert session.scalar(select(func.count()).select_from(Fact).where(Fact.verb == "passed")) == 2


def test_a_fact_of_the_wrong_person_moves_to_the_right_one(inside: Inside) -> None:
    with inside():
        amina, karim, key, done = person(), person("karim", country="TN"), course(), uuid.uuid4()
        state(amina, key, Verb.COMPLETED, 2, uuid=done)
        append(FactDraft(verb=Verb.COMPLETED, corrects=done, user_id=karim.id))
        assert queries.participation(amina.id, key) is None
        found = queries.participation(karim.id, key)
        assert found is not None
        assert (found.completed_at, found.country) == (at(2), "TN")


# ------------------------------------------------------------------------------------------------ activities


def test_an_activity_is_described_only_when_something_changed(inside: Inside) -> None:
    with inside() as session:
        key = course(hours=10)
        course(hours=10)
        count = select(func.count()).select_from(Fact).where(Fact.activity_key == key)
        assert session.scalar(count) == 1
        course(hours=12, titles={"en": "Evidence", "ar": "الأدلة"}, starts_at=at(0))
        course(hours=12, titles={"en": "Evidence", "ar": "الأدلة"}, starts_at=at(0))
        assert session.scalar(count) == 2
        found = queries.activity(key)
        assert found is not None
        assert (found.hours, found.titles["ar"], found.starts_at) == (12, "الأدلة", at(0))
        assert projections.check() == []


def test_a_voided_description_gives_the_one_before(inside: Inside) -> None:
    with inside() as session:
        key = course(hours=10)
        course(hours=99)
        wrong = session.scalars(select(Fact.uuid).order_by(Fact.id.desc())).first()
        append(FactDraft(verb=Verb.VOIDED, corrects=wrong))
        found = queries.activity(key)
        assert found is not None
        assert found.hours == 10
        assert projections.check() == []


def test_which_kinds_count_as_training(inside: Inside) -> None:
    with inside() as session:
        session.execute(
            text(
                "INSERT INTO kind_rule VALUES ('room', 2, true, '2026-01-01'), ('room', 3, false, '2026-06-01')"
            )
        )
        days = [
            datetime(2025, 1, 1, tzinfo=UTC),
            datetime(2026, 1, 1, tzinfo=UTC),
            datetime(2026, 7, 1, tzinfo=UTC),
        ]
        assert [queries.counts_as_training("room", day) for day in days] == [False, True, False]
        assert queries.counts_as_training("course", days[0])
        assert not queries.counts_as_training("course", datetime(2001, 1, 1, tzinfo=UTC))
        assert not queries.counts_as_training("nonsense", days[0])


# ------------------------------------------------------------------------------------------------ people


def test_erasing_cuts_the_link_and_keeps_facts_and_counts(inside: Inside) -> None:
    with inside() as session:
        amina, key = person(), course()
        state(amina, key, Verb.COMPLETED, 2)
        learner = actions.learner_of(amina.id)
        assert actions.cut_link(amina.id)
        assert not actions.cut_link(amina.id)
        assert queries.participations_of(amina.id) == []
        assert (
            session.scalar(select(Participation.status).where(Participation.learner_key == learner))
            == "completed"
        )
        assert history.distinct_people(history.as_of(), Verb.COMPLETED, at(0), at(9)) == 1
        links = session.execute(select(LearnerAccount.user_id, LearnerAccount.cut_at.is_not(None)))
        assert list(links) == [(None, True)]
        assert actions.learner_of(amina.id) != learner
        assert audited(session.scalars(select(AuditEntry.verb))) >= {"learner.cut"}


def audited(verbs: object) -> set[str]:
    return set(verbs)  # type: ignore[call-overload, no-any-return]


def test_merged_learners_are_one_person_until_separated(inside: Inside) -> None:
    with inside() as session:
        old, new, key = person("old", country="KE"), person("new", country="PE"), course()
        state(old, key, Verb.ENROLLED, 0)
        state(old, key, Verb.COMPLETED, 4)
        state(new, key, Verb.ENROLLED, 9)
        people = [actions.learner_of(old.id), actions.learner_of(new.id)]

        actions.merge(None, people[0], people[1], "the same judge with a new address")
        rows = session.execute(
            select(Participation.learner_key, Participation.country, Participation.completed_at)
        )
        assert list(rows) == [(people[1], "KE", at(4))]
        assert queries.participation(old.id, key) is not None
        state(old, key, Verb.CERTIFICATE_ISSUED, 5, result={"code": "C"})
        found = queries.participation(new.id, key)
        assert found is not None
        assert found.certificate_code == "C"
        assert projections.check() == []

        with pytest.raises(ValueError, match="already"):
            actions.merge(None, people[1], people[0], "a circle")
        actions.separate(None, people[0], "two people after all")
        rows = session.execute(
            select(Participation.country, Participation.status).order_by(Participation.country)
        )
        assert list(rows) == [("KE", "completed"), ("PE", "enrolled")]
        assert projections.check() == []
        with pytest.raises(LookupError):
            actions.separate(None, people[0], "again")
        assert audited(session.scalars(select(AuditEntry.verb))) >= {"learner.merged", "learner.separated"}


def test_chains_of_merges_lead_to_one_person(inside: Inside) -> None:
    with inside() as session:
        key = course()
        keys: list[uuid.UUID] = []
        for name in ("a", "b", "c"):
            one = person(name)
            state(one, key, Verb.COMPLETED, len(keys))
            keys.append(actions.learner_of(one.id))
        actions.merge(None, keys[0], keys[1], "")
        actions.merge(None, keys[1], keys[2], "")
        assert list(session.scalars(select(Participation.learner_key))) == [keys[2]]
        assert history.distinct_people(history.as_of(), Verb.COMPLETED, at(0), at(9)) == 1
        other = actions.learner_of(person("d").id)
        with pytest.raises(ValueError, match="separate it first"):
            actions.merge(None, keys[0], other, "")
        assert projections.check() == []


def test_what_happens_to_accounts_is_noted(inside: Inside) -> None:
    with inside() as session:
        amina = person(country="PE")
        events.publish(PersonApproved(amina.id))
        events.publish(CountryChanged(amina.id, "KE", "PE"))
        events.publish(AccountClosed(amina.id))
        rows = session.execute(select(Fact.verb, Fact.country, Fact.result).order_by(Fact.id))
        assert list(rows) == [
            ("approved", "PE", {}),
            ("country_changed", "PE", {"before": "KE", "after": "PE"}),
            ("closed", "PE", {}),
        ]


# ------------------------------------------------------------------------------------------------ append-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact SET country = 'XX'",
        "DELETE FROM fact",
        "TRUNCATE fact CASCADE",
        "UPDATE fact SET recorded_at = now()",
    ],
)
def test_the_database_refuses_to_change_facts(inside: Inside, statement: str) -> None:
    with inside() as session:
        state(person(), course(), Verb.ENROLLED, 0)
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(statement))


def test_nobody_else_gives_an_earlier_recording_time(inside: Inside) -> None:
    with inside() as session:
        batch = session.scalar(
            text("INSERT INTO import_batch (source, note) VALUES ('forged', '') RETURNING id")
        )
        session.execute(
            text(
                "INSERT INTO fact (uuid, verb, occurred_at, recorded_at, imported_at, batch_id) "
                "VALUES (gen_random_uuid(), 'approved', :then, :then, :then, :batch)"
            ),
            {"then": LONG_AGO, "batch": batch},
        )
        row = session.execute(select(Fact.recorded_at, Fact.imported_at, Fact.batch_id)).one()
        assert row.recorded_at > LONG_AGO + timedelta(days=365)
        assert (row.imported_at, row.batch_id) == (None, None)


def test_an_import_keeps_the_earlier_time_beside_its_own(inside: Inside) -> None:
    with inside() as session:
        amina, key, name = person(country="KE"), course(), uuid.uuid4()
        rows = [
            ImportedFact(
                draft=FactDraft(
                    verb=Verb.COMPLETED,
                    user_id=amina.id,
                    activity_key=key,
                    occurred_at=LONG_AGO,
                    uuid=name,
                    result={"score": 80},
                ),
                recorded_at=LONG_AGO + timedelta(hours=1),
                country="SO",
                profession="prosecutor",
            )
        ]
        done = import_facts(None, "the old platform", rows, "list of 2019")
        assert (done.added, done.known) == (1, 0)
        fact = session.execute(select(Fact).where(Fact.uuid == name)).scalar_one()
        assert (fact.recorded_at, fact.batch_id) == (LONG_AGO + timedelta(hours=1), done.batch_id)
        assert fact.imported_at is not None
        assert fact.imported_at > LONG_AGO + timedelta(days=365)
        found = queries.participation(amina.id, key)
        assert found is not None
        assert (found.completed_at, found.country) == (LONG_AGO, "SO")

        assert import_facts(None, "the old platform", rows).known == 1
        state(amina, key, Verb.STARTED, 0)
        ordinary = session.execute(select(Fact).where(Fact.verb == "started")).scalar_one()
        assert ordinary.batch_id is None
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == 2
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "register.imported")).first()
        assert entry is not None
        assert entry.detail == {"source": "the old platform", "added": 1, "known": 0}
        assert projections.check() == []


def test_an_import_gives_no_later_recording_time(inside: Inside) -> None:
    with inside() as session:
        late = clock.now() + timedelta(days=9)
        draft = FactDraft(verb=Verb.APPROVED, user_id=person().id, occurred_at=LONG_AGO)
        import_facts(None, "tomorrow", [ImportedFact(draft=draft, recorded_at=late)])
        assert session.execute(select(Fact.recorded_at)).scalar_one() < late
