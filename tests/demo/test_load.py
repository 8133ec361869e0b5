"""The demo world as it stands after loading: who is there, what the register says, that people can sign in."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Role
from app.certificates import signing
from app.certificates.models import Certificate
from app.core.database import unit_of_work
from app.core.settings import KEY, settings
from app.courses import papers
from app.courses.models import Attempt, AttemptAnswer
from app.courses.seats import bank_of
from app.records import projections
from demo import accounts
from demo.commands import demo
from tests.cast import Credentials
from tests.demo.conftest import DemoWorld
from tests.demo.test_figures import BY_FIGURE, FIGURES, count, holds, span
from tests.support.forms import send

pytestmark = pytest.mark.long
COURSE_ROWS = (
    "SELECT {} FROM enrolment e JOIN course c ON c.id = e.course_id WHERE c.slug = 'electronic-evidence'"
)


def entries(world: DemoWorld) -> list[dict[str, str]]:
    with world.app.app_context():
        found: list[dict[str, str]] = json.loads((settings().var / accounts.FILE).read_text("utf-8"))
    return found


def signed_in(world: DemoWorld, entry: dict[str, str]) -> FlaskClient:
    client = world.app.test_client()
    answer = send(client, "/account/sign-in", email=entry["email"], password=entry["password"])
    assert answer.status_code == 302, answer.text
    if "totp_secret" in entry:
        who = Credentials(entry["name"], entry["email"], entry["password"], entry["totp_secret"])
        answer = send(client, "/account/sign-in/code", code=who.code())
        assert answer.status_code == 302, answer.text
    return client


# ------------------------------------------------------------------------------------------------ who is there


def test_people(world: DemoWorld) -> None:
    standings: dict[str, int] = dict(world.rows('SELECT standing, count(*) FROM "user" GROUP BY 1'))
    assert sum(standings.values()) >= 4_000
    assert 20 <= standings["pending"] <= 30
    assert {"declined", "suspended", "closed", "unconfirmed"} < standings.keys()
    assert world.value('SELECT count(*) FROM "user" WHERE is_test') == 5
    assert world.value("SELECT count(DISTINCT country) FROM \"user\" WHERE standing = 'approved'") >= 131
    assert world.value("SELECT count(*) FROM \"user\" WHERE email NOT LIKE '%.example'") == 0
    assert world.value("SELECT count(*) FROM \"user\" WHERE standing = 'pending' AND reason = ''") == 0
    years = world.value('SELECT count(DISTINCT extract(year FROM approved_at)) FROM "user"')
    assert years == datetime.now(UTC).year - 2008 + 1


def test_names_are_written_in_several_scripts(world: DemoWorld) -> None:
    for letters in ("[؀-ۿ]", "[Ѐ-ӿ]", "[一-鿿]"):
        assert world.value('SELECT count(*) FROM "user" WHERE family_name ~ :letters', letters=letters) >= 5
    assert world.value("SELECT count(*) FROM \"user\" WHERE email !~ '^[a-z0-9.@-]+$'") == 0


def test_the_course_is_in_full_swing(world: DemoWorld) -> None:
    total = world.value(COURSE_ROWS.format("count(*)"))
    assert 880 <= total <= 950
    assert 0.40 <= world.value(COURSE_ROWS.format("count(completed_at)")) / total <= 0.50
    never = world.value(COURSE_ROWS.format("count(*) FILTER (WHERE last_item IS NULL AND state = 'active')"))
    assert 0.12 <= never / total <= 0.18
    assert world.value(COURSE_ROWS.format("count(*) FILTER (WHERE state = 'withdrawn')")) > 10
    waiting = world.value(
        "SELECT count(*) FROM attempt a WHERE NOT passed AND sent_at > now() - interval '24 hours' AND number < 3 "
        "AND NOT EXISTS (SELECT FROM attempt b WHERE b.enrolment_id = a.enrolment_id AND b.number > a.number)"
    )
    assert waiting >= 5
    assert world.value("SELECT now() - max(last_access_at) < interval '12 hours' FROM participation")


def test_attempts_are_marked_as_the_course_marks(world: DemoWorld) -> None:
    with world.app.app_context(), unit_of_work() as session:
        for attempt in session.scalars(select(Attempt).order_by(Attempt.id).limit(150)):
            given = select(AttemptAnswer.question_id, AttemptAnswer.chosen).where(
                AttemptAnswer.attempt_id == attempt.id
            )
            answers: dict[str, list[str]] = {row[0]: row[1] for row in session.execute(given)}
            result = papers.mark(papers.entries(attempt.paper), bank_of(attempt.version_id), answers, 70)
            assert (result.score, result.passed) == (attempt.score, attempt.passed)
            assert attempt.sent_at is not None
            assert attempt.started_at < attempt.sent_at <= attempt.deadline


# ------------------------------------------------------------------------------------------------ the register


def test_projections_are_what_the_facts_say(world: DemoWorld) -> None:
    with world.app.app_context(), unit_of_work():
        assert projections.check() == []


def test_no_fact_lies_ahead_or_was_recorded_before_it_occurred(world: DemoWorld) -> None:
    assert (
        world.value("SELECT count(*) FROM fact WHERE greatest(occurred_at, recorded_at) > clock_timestamp()")
        == 0
    )
    assert world.value("SELECT count(*) FROM fact WHERE recorded_at < occurred_at") == 0
    late = (
        "SELECT count(*) FROM fact WHERE recorded_at > occurred_at + interval '10 days' AND corrects IS NULL"
    )
    assert (
        world.value(late) == 40
    )  # those of December 2020: twelve passed and completed, eight came and completed


def test_facts_are_an_audited_import(world: DemoWorld) -> None:
    imported = (
        "SELECT count(*) FROM fact JOIN import_batch b ON b.id = batch_id WHERE b.source = ANY(:sources)"
    )
    sources = ["demo", "demo feedback"]
    assert world.value(imported, sources=sources) == world.loaded.rows["fact"]
    verbs = {row.verb for row in world.rows("SELECT DISTINCT verb FROM audit_entry")}
    assert {"register.imported", "demo.loaded", "role.granted", "person.approved", "report.exported"} <= verbs


def test_history_reaches_back_to_the_beginning(world: DemoWorld) -> None:
    kinds = dict(world.rows("SELECT kind, count(*) FROM activity GROUP BY 1"))
    assert kinds["delivery"] >= 50
    assert kinds["webinar"] >= 250
    assert (
        world.value("SELECT extract(year FROM min(occurred_at)) FROM fact WHERE verb = 'completed'") == 2008
    )
    assert world.value("SELECT count(*) FROM activity WHERE kind = 'delivery' AND address <> ''") == 0
    assert world.value("SELECT sum(headcount) FROM fact WHERE headcount IS NOT NULL") > 100
    early = "SELECT count(*) FROM activity WHERE kind = 'delivery' AND starts_at < '2010-01-01'"
    assert world.value(early) == 5


@pytest.mark.parametrize("name", FIGURES)
def test_the_figures_hold_in_the_whole_world(world: DemoWorld, name: str) -> None:
    """Courses with pages, rooms, sessions and feedback change nothing of what was published."""
    found = count(world, BY_FIGURE[name], *span(FIGURES[name]))
    assert holds(FIGURES[name], found), found


def test_the_country_of_a_fact_is_that_of_the_time(world: DemoWorld) -> None:
    moved = world.rows(
        "SELECT l.learner_key, f.occurred_at, f.result FROM fact f JOIN learner_account l USING (learner_key) "
        "WHERE f.verb = 'country_changed'"
    )
    assert len(moved) >= 30
    countries = (
        "SELECT DISTINCT country FROM fact WHERE learner_key = :key AND (occurred_at < :at) = :earlier"
    )
    for key, at, result in moved:
        before, after = (
            {row.country for row in world.rows(countries, key=key, at=at, earlier=earlier)}
            for earlier in (True, False)
        )
        assert (before, after) == ({result["before"]}, {result["after"]})


def test_certificates_are_genuine(world: DemoWorld) -> None:
    with world.app.app_context(), unit_of_work() as session:
        found = session.scalars(select(Certificate)).all()
        assert len(found) >= 600
        assert all(signing.genuine(one.statement, one.signature) for one in found)
        assert sum(one.revoked_at is not None for one in found) == 2
        code = next(one.code for one in found if one.revoked_at is None)
    assert world.app.test_client().get(f"/verify/{code}").status_code == 200
    missing = (
        "SELECT count(*) FROM participation p JOIN course c USING (activity_key) "
        "WHERE (p.status = 'completed') <> (p.certificate_code IS NOT NULL)"
    )
    assert world.value(missing) == 0


# ------------------------------------------------------------------------------------------------ signing in


def test_the_accounts_file(world: DemoWorld) -> None:
    with world.app.app_context():
        path = settings().var / accounts.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = entries(world)
    assert {role.value for role in Role} <= {entry["role"] for entry in found}
    assert all({"role", "email", "password", "name"} <= entry.keys() for entry in found)
    assert {entry["role"] for entry in found if "totp_secret" in entry} == {"administrator"}
    assert len({entry["password"] for entry in found}) == len(found)


def test_only_the_cast_has_passwords(world: DemoWorld) -> None:
    assert world.value('SELECT count(*) FROM "user" WHERE password IS NOT NULL') == len(entries(world))


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_everybody_of_the_cast_signs_in(world: DemoWorld, role: str) -> None:
    entry = next(entry for entry in entries(world) if entry["role"] == role)
    assert "/account/sign-out" in signed_in(world, entry).get("/", follow_redirects=True).text


def test_a_practitioner_goes_on_in_the_third_module(world: DemoWorld) -> None:
    entry = next(one for one in entries(world) if "third module" in one.get("note", ""))
    page = signed_in(world, entry).get("/courses/electronic-evidence")
    assert page.status_code == 200
    assert "/courses/electronic-evidence/items/m3-networks-and-channels" in page.text


def test_the_first_practitioner_has_begun_nothing(world: DemoWorld) -> None:
    entry = next(one for one in entries(world) if one["role"] == "practitioner")
    begun = 'SELECT count(*) FROM enrolment JOIN "user" u ON u.id = user_id WHERE u.email = :email'
    assert world.value(begun, email=entry["email"]) == 0


# ------------------------------------------------------------------------------------------------ refusals


def run(world: DemoWorld) -> Any:
    return world.app.test_cli_runner().invoke(demo, ["load"])


def test_refused_where_people_are(world: DemoWorld) -> None:
    before = world.value('SELECT count(*) FROM "user"')
    result = run(world)
    assert result.exit_code == 1
    assert "people here already" in result.stderr
    assert world.value('SELECT count(*) FROM "user"') == before


def test_refused_in_production(world: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.app.app_context():
        production = settings().model_copy(update={"env": "production"})
    monkeypatch.setitem(world.app.config, KEY, production)
    result = run(world)
    assert result.exit_code == 1
    assert "production" in result.stderr


def test_says_what_it_does(world: DemoWorld) -> None:
    steps = [line.split(":")[0].strip() for line in world.said]
    assert steps[1:] == [
        "People",
        "Programme of activities",
        "Course",
        "Certificates",
        "Training register",
        "Webinars",
        "Feedback",
        "Session of today",
        "Rooms",
        "Statistics",
        "Reports",
        "Audit",
        "Sign-ins",
    ]
