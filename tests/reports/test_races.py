"""At the same time: clearances, merges, lists, a snapshot under way; and a worker that is killed while it writes."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Select, func, select, text

from app.accounts import actors
from app.audit.models import AuditEntry
from app.core import clock
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.models import OutboxMail
from app.core.refusal import Refused
from app.media import sweeping
from app.media.storage import Missing, scratch, storage
from app.records import actions as records
from app.records import measuring, snapshots
from app.records.actions import participants
from app.records.actions.lists import drop_list, keep_list
from app.records.corrections.models import EventParticipant, ParticipantList, RecordedActivity
from app.records.figures.models import Snapshot
from app.records.models import ActivityKind, Fact, LearnerMerge, Verb
from app.records.questions import Question, from_json
from app.reports.catalogue import REPORTS, ask
from app.reports.exports import actions as files
from app.reports.exports import jobs, making
from app.reports.frame import Asked
from app.reports.models import FileState, Form, ReportFile
from app.reports.yearly import actions as yearly
from app.reports.yearly.models import YearlyReport
from tests.cast import play
from tests.records.scene import course, person, state
from tests.reports.rows import Rows
from tests.support.databases import ROOT

pytestmark = pytest.mark.long
AT_ONCE = 4


def at_once(app: TransactionalFlask, work: Callable[[int], object]) -> list[object]:
    """Let several do something at the same time, each in a transaction of their own; returns what came of each."""
    ready = Barrier(AT_ONCE)

    def worker(number: int) -> object:
        with app.app_context():
            ready.wait()
            with unit_of_work():
                return work(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(worker, range(AT_ONCE)))


def test_a_report_is_cleared_once(committing: TransactionalFlask) -> None:
    with committing.app_context(), unit_of_work():
        key = course("evidence")
        state(person("one"), key, Verb.COMPLETED, 1)
        author = actors.of_person(play(committing, "reporting_officer"))
        clearing = [
            actors.of_person(play(committing, name)) for name in ("administrator", "other_administrator")
        ]
        made = yearly.make(author, "Half a year", "en", (date(2026, 1, 1), date(2026, 6, 30)))
        yearly.submit(author, made)

    def clear(number: int) -> bool:
        report = db.session.scalars(select(YearlyReport)).one()
        try:
            yearly.clear(clearing[number % 2], report)
        except Refused:
            return False
        return True

    assert sum(map(bool, at_once(committing, clear))) == 1
    with committing.app_context(), unit_of_work() as session:
        kept = session.scalars(select(YearlyReport)).one()
        assert (kept.state, session.scalars(select(Snapshot.id)).all()) == ("cleared", [kept.snapshot_id])
        cleared = select(func.count()).where(AuditEntry.verb == "yearly_report.cleared")
        assert session.scalar(cleared) == 1


def test_a_pair_is_merged_once_whichever_way(committing: TransactionalFlask) -> None:
    with committing.app_context(), unit_of_work():
        key = course("evidence")
        pair = []
        for name in ("one", "other"):
            who = person(name)
            state(who, key, Verb.COMPLETED, 1)
            pair.append(records.learner_of(who.id))

    def merge(number: int) -> bool:
        merged, into = pair if number % 2 else reversed(pair)
        with suppress(ValueError):
            records.merge(None, merged, into, "The same address")
            return True
        return False

    assert sum(map(bool, at_once(committing, merge))) == 1
    with committing.app_context(), unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(LearnerMerge)) == 1
        found = measuring.measure(["trained", "completions"], Question())
        assert [one.value for one in found.values()] == [1, 1]


def test_a_list_that_two_record_is_recorded_once(committing: TransactionalFlask) -> None:
    with committing.app_context(), unit_of_work() as session:
        key = course("workshop", kind=ActivityKind.WORKSHOP, starts_at=datetime(2026, 3, 1, tzinfo=UTC))
        session.add(RecordedActivity(activity_key=key, salt=b"salt", source=""))
        session.flush()
        recorded = session.scalars(select(RecordedActivity)).one()
        list_id = keep_list(None, recorded, [(2, {"family_name": "Otieno", "status": "completed"})]).id
    people = [
        participants.Attendee(
            family_name=f"Otieno{number}", given_name="Zawadi", country="KE", status="completed"
        )
        for number in range(50)
    ]

    def record(_number: int) -> int:
        kept = db.session.get_one(ParticipantList, list_id)
        activity = db.session.scalars(select(RecordedActivity)).one()
        done = participants.record_participants(None, activity, people)
        drop_list(kept)
        return done.people

    assert sorted(map(int, map(str, at_once(committing, record)))) == [0, 0, 0, 50]
    with committing.app_context(), unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(EventParticipant)) == 50
        completed = select(func.count()).where(Fact.verb == Verb.COMPLETED, Fact.activity_key == key)
        assert session.scalar(completed) == 50
        assert session.scalar(select(func.count()).select_from(ParticipantList)) == 0


def test_a_snapshot_taken_while_facts_are_added_is_what_is_counted_as_of_it_ever_after(
    committing: TransactionalFlask,
) -> None:
    with committing.app_context(), unit_of_work():
        key = course("evidence")
        people = [person(f"person{number}").id for number in range(60)]
    question = Question(start=date(2026, 1, 1), end=date(2026, 6, 30))
    ids = ["trained", "participants", "completions", "trained_countries"]

    def work(number: int) -> int:
        if number == 0:
            return sum(_frozen(question, ids) for _ in range(8))
        for who in people[number * 15 : number * 15 + 15]:
            fact = records.FactDraft(
                verb=Verb.COMPLETED,
                user_id=who,
                activity_key=key,
                occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
            )
            with committing.app_context(), unit_of_work():
                records.append(fact)
        return 0

    at_once(committing, work)
    with committing.app_context(), unit_of_work() as session:
        kept = session.scalars(select(Snapshot).order_by(Snapshot.id)).all()
        assert len(kept) == 8
        for one in kept:
            assert snapshots.holds(one)
            asked = replace(from_json(one.content["question"]), as_of=one.as_of)
            again = measuring.count(measuring.asked(ids, asked), one.as_of)
            frozen = {name: figure["value"] for name, figure in one.content["figures"].items()}
            assert {name: figure.value for name, figure in again.items()} == frozen


def _frozen(question: Question, ids: list[str]) -> int:
    with unit_of_work():
        snapshots.freeze(None, "Half a year", question, ids)
    return 1


@pytest.mark.parametrize("point", ["rows", "stored"])
@pytest.mark.timeout(120)
def test_a_worker_killed_while_it_makes_a_file_leaves_nothing_that_can_be_had(
    committing: TransactionalFlask, tmp_path: Path, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE", dict.fromkeys(Form, 0))
    with committing.app_context(), unit_of_work() as session:
        Rows(session)
        actor = actors.of_person(play(committing, "reporting_officer"), second_factor=True)
        asked = ask(REPORTS["completions"], actor, {}, "UTC", "en")
        assert isinstance(asked, Asked)
        file_id = files.order(asked, Form.CSV, language="en").id
    _kill_at(point, file_id, committing, tmp_path)
    with committing.app_context(), unit_of_work() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(7202605, :id)"), {"id": file_id})  # the dead one's
        file = session.get_one(ReportFile, file_id)
        assert (file.state, file.sha256, file.statement, file.size) == (FileState.WAITING, "", {}, 0)
        if point == "rows":
            with pytest.raises(Missing):
                storage().size(making.object_name(file))
        assert session.scalar(_told()) == 0
        jobs.make_file(file_id)
    with committing.app_context(), unit_of_work() as session:
        file = session.get_one(ReportFile, file_id)
        octets = storage().get(making.object_name(file))
        assert (file.state, file.rows_done, file.size) == (FileState.READY, 4, len(octets))
        assert hashlib.sha256(octets).hexdigest() == file.sha256
        assert session.scalar(_told()) == 1
        assert [one.name[:7] for one in scratch().iterdir()] == ["report-"]
    with clock.travel(clock.now() + timedelta(hours=2)), committing.app_context():
        sweeping.remove_scratch()
        assert list(scratch().iterdir()) == []  # rows of persons do not lie about


def _told() -> Select[int]:
    """How many mails say that a file is ready."""
    return select(func.count()).select_from(OutboxMail).where(OutboxMail.subject.startswith("Your file"))


def _kill_at(point: str, file_id: int, app: TransactionalFlask, var: Path) -> None:
    environment = {
        **os.environ,
        "CTLP_ENV": "test",
        "CTLP_VAR": str(var),
        "DATABASE_URL": app.config["CTLP"].database_url,
        "SECRET_KEY": "test " * 8,
        "LIBREOFFICE": "none",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.reports.killed", point, str(file_id)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"here\n", "it ended by itself"
        os.killpg(worker.pid, signal.SIGKILL)
