"""The final test: from its rules to the review; time, attempts, devices, versions; what counts and what is refused."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.certificates.models import Certificate
from app.core import clock, jobs
from app.courses.models import Attempt, Course, CourseVersion
from app.records import queries as records
from tests.cast import COURSE, Cast, Player
from tests.conftest import Inside
from tests.courses.factory import TEST_TOPICS, added_item, make_course, publish, structure
from tests.courses.way import (
    HOME,
    answer_all,
    attempt_at,
    do_item,
    do_items,
    enrol,
    enrolment_of,
    facts_of,
    have_done,
    post,
    right_answers,
    saved,
    start_test,
    text,
    verbs_of,
)

pytestmark = pytest.mark.usefixtures("course")
AT_START = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
WRONG: list[list[str]] = [[], [], [], []]


@pytest.fixture
def owner(cast: Cast, inside: Inside) -> Player:
    """Somebody who has done every required item."""
    player = cast("owner")
    with inside():
        have_done(player.actor())
    return player


def rights(inside: Inside, address: str) -> list[list[str]]:
    """Return the right answers of an attempt."""
    with inside():
        return right_answers(attempt_at(address))


def take_test(player: Player, inside: Inside, *, right: bool) -> str:
    """Take the test from start to sending and return the address of the attempt."""
    client = player.new_client()
    address = start_test(client)
    answer_all(client, address, rights(inside, address) if right else WRONG)
    assert post(client, f"{address}/sending").location == f"{address}/review"
    return address


# ------------------------------------------------------------------------------------------------ the way


def test_from_start_to_certificate(owner: Player, inside: Inside, course: UUID) -> None:
    address = start_test(owner.client)
    page = text(owner.client.get(f"{address}/questions/1"))
    assert "Question 1 of 4" in page
    assert "data-countdown=" in page
    answers = rights(inside, address)
    gone_on = post(owner.client, f"{address}/questions/1", answer=answers[0], go="next")
    assert gone_on.location == f"{address}/questions/2"
    page = text(owner.client.get(f"{address}/overview"))
    assert "1 of 4 answered" in page
    assert "3 questions are not answered" in page
    answer_all(owner.client, address, answers)
    assert "Every question is answered" in text(owner.client.get(f"{address}/overview"))
    assert post(owner.client, f"{address}/sending").location == f"{address}/review"
    review = text(owner.client.get(f"{address}/review"))
    assert "Passed with 100%" in review
    assert "See the certificate" in review
    assert "Explanation of" in review
    assert f'href="{HOME}/items/first"' in review
    with inside() as session:
        told = facts_of(owner.id)
        assert [fact.verb for fact in told][-3:] == ["passed", "completed", "certificate_issued"]
        assert told[-3].result == {"attempt": 1, "score": 100.0}
        assert told[-2].result == {"score": 100.0}
        participation = records.participation(owner.id, course)
        assert participation is not None
        assert (participation.status, participation.progress, participation.attempts) == ("completed", 1.0, 1)
        assert session.scalars(select(Certificate.user_id)).all() == [owner.id]
    page = text(owner.client.get(HOME))
    assert "See the certificate" in page
    assert "Completed" in page


def test_paper_follows_the_quotas_and_its_options_are_all_there(owner: Player, inside: Inside) -> None:
    address = start_test(owner.client)
    with inside():
        paper = attempt_at(address).paper
        assert Counter(entry["id"].split("-")[0] for entry in paper) == TEST_TOPICS
        assert len({entry["id"] for entry in paper}) == 4
        for entry in paper:
            known = ["true", "false"] if entry["id"].endswith("-3") else ["a", "b", "c", "d"]
            assert sorted(entry["options"]) == sorted(known)
            assert not entry["id"].endswith("-3") or entry["options"] == known


def test_failing_and_trying_again_after_the_wait(owner: Player, inside: Inside) -> None:
    with clock.travel(AT_START):
        address = take_test(owner, inside, right=False)
        review = text(owner.client.get(f"{address}/review"))
        assert "Not passed: 0%" in review
        assert "The next attempt can begin from Fri 13 Nov 2026, 12:00" in review  # in Nairobi
        refused = post(owner.client, f"{HOME}/test/attempts")
        assert refused.location == f"{HOME}/test"
        assert "The next attempt can begin" in text(owner.client.get(f"{HOME}/test"))
    with clock.travel(AT_START + timedelta(hours=23, minutes=59)):
        assert post(owner.new_client(), f"{HOME}/test/attempts").location == f"{HOME}/test"
    with clock.travel(AT_START + timedelta(hours=24)):
        take_test(owner, inside, right=True)
    with inside():
        told = [(fact.verb, fact.result) for fact in facts_of(owner.id)]
        assert ("failed", {"attempt": 1, "score": 0.0}) in told
        assert ("passed", {"attempt": 2, "score": 100.0}) in told


def test_attempts_are_used_up(owner: Player, inside: Inside) -> None:
    for days in range(2):
        with clock.travel(AT_START + timedelta(days=days * 2)):
            take_test(owner, inside, right=False)
    with clock.travel(AT_START + timedelta(days=30)):
        late = owner.new_client()
        assert post(late, f"{HOME}/test/attempts").location == f"{HOME}/test"
        assert "All attempts are used" in text(late.get(f"{HOME}/test"))
    with inside() as session:
        assert len(session.scalars(select(Attempt.id)).all()) == 2


def test_no_attempt_after_passing(owner: Player, inside: Inside) -> None:
    take_test(owner, inside, right=True)
    assert post(owner.client, f"{HOME}/test/attempts").location == f"{HOME}/test"
    assert "You have passed" in text(owner.client.get(f"{HOME}/test"))


def test_pass_mark_is_met_exactly_or_not(owner: Player, inside: Inside) -> None:
    address = start_test(owner.client)
    answers = rights(inside, address)
    answer_all(owner.client, address, [*answers[:3], []])  # 75 per cent
    post(owner.client, f"{address}/sending")
    with inside():
        attempt = attempt_at(address)
        assert (attempt.score, attempt.passed, attempt.sent_by) == (75.0, True, "person")


def test_half_of_a_multiple_question_is_not_right(owner: Player, inside: Inside) -> None:
    address = start_test(owner.client)
    answers = rights(inside, address)
    halves = [one[:1] if len(one) > 1 else one for one in answers]
    answer_all(owner.client, address, halves)
    post(owner.client, f"{address}/sending")
    with inside():
        whole = sum(one == half for one, half in zip(answers, halves, strict=True))
        assert attempt_at(address).score == 25.0 * whole


def test_test_opens_when_all_required_steps_are_done(cast: Cast) -> None:
    member = cast("member")
    enrol(member.client)
    do_item(member.client, "first")
    page = text(member.client.get(f"{HOME}/test"))
    assert "The test opens when all required steps are done" in page
    assert "3 steps are still to do" in page
    assert post(member.client, f"{HOME}/test/attempts").location == f"{HOME}/test"


def test_starting_twice_goes_on_with_the_first(owner: Player, inside: Inside) -> None:
    assert start_test(owner.client) == start_test(owner.client)
    assert "Your test is running" in text(owner.client.get(f"{HOME}/test"))
    assert "Continue the final test" in text(owner.client.get(HOME))


def test_sending_twice_is_sending_once(owner: Player, inside: Inside) -> None:
    address = take_test(owner, inside, right=True)
    again = post(owner.client, f"{address}/sending")
    assert again.location == f"{address}/review"
    with inside():
        assert verbs_of(owner.id).count("passed") == 1
        assert verbs_of(owner.id).count("completed") == 1


def test_buttons_lead_where_they_say(owner: Player) -> None:
    address = start_test(owner.client)
    for position, go, there in (
        (2, "previous", "questions/1"),
        (4, "next", "overview"),
        (1, "overview", "overview"),
        (1, "previous", "overview"),
        (2, "elsewhere", "questions/3"),
    ):
        assert post(owner.client, f"{address}/questions/{position}", go=go).location == f"{address}/{there}"


def test_withdrawing_waits_for_the_end_of_a_test(owner: Player, inside: Inside) -> None:
    start_test(owner.client)
    post(owner.client, f"{HOME}/withdrawal")
    assert "in the middle of the final test" in text(owner.client.get(HOME))
    with inside():
        assert enrolment_of(owner.id).state == "active"


# ------------------------------------------------------------------------------------------------ saving


def single(inside: Inside, address: str) -> tuple[int, str]:
    """Return place and id of a question of the attempt that takes one of four answers."""
    with inside():
        for position, entry in enumerate(attempt_at(address).paper, start=1):
            if entry["id"][-2:] in {"-1", "-4"}:
                return position, entry["id"]
    raise AssertionError("three of four questions are drawn, two of which are such")


def milliseconds(instant: datetime) -> str:
    """Return an instant as pages send it."""
    return str(round(instant.timestamp() * 1000))


def answered(inside: Inside, address: str, question: str) -> list[str] | None:
    """Return what is saved for a question."""
    with inside():
        return saved(attempt_at(address)).get(question)


def test_autosave_says_when_it_was_saved(owner: Player, inside: Inside) -> None:
    address = start_test(owner.client)
    told = post(owner.client, f"{address}/questions/1", json=True, answer=rights(inside, address)[0])
    assert told.status_code == 200
    assert told.json is not None
    assert datetime.fromisoformat(told.json["saved_at"]).tzinfo is not None
    assert f'data-version="{told.json["version"]}"' in text(owner.client.get(f"{address}/questions/1"))


def test_two_devices_see_each_others_answers(owner: Player, inside: Inside) -> None:
    phone, desk = owner.client, owner.new_client()
    address = start_test(phone)
    position, question = single(inside, address)
    path = f"{address}/questions/{position}"
    for device, other, choice in ((phone, desk, "b"), (desk, phone, "c")):
        assert post(device, path, answer=choice).status_code == 302
        assert f'value="{choice}" id="answer-{choice}" checked' in text(other.get(path))
    assert answered(inside, address, question) == ["c"]


def test_a_late_retry_does_not_replace_a_newer_answer(owner: Player, inside: Inside) -> None:
    with clock.travel(AT_START):
        address = start_test(owner.client)
    position, question = single(inside, address)
    path = f"{address}/questions/{position}"
    given = AT_START + timedelta(minutes=2)
    with clock.travel(AT_START + timedelta(minutes=3)):
        newer = post(owner.client, path, json=True, answer="b", at=milliseconds(given + timedelta(seconds=9)))
        late = post(owner.client, path, json=True, answer="a", at=milliseconds(given))
        again = post(owner.client, path, json=True, answer="b", at=milliseconds(given))
    assert (newer.status_code, late.status_code, again.status_code) == (200, 409, 200)
    assert answered(inside, address, question) == ["b"]


def test_a_clock_that_is_ahead_does_not_keep_others_out(owner: Player, inside: Inside) -> None:
    with clock.travel(AT_START):
        address = start_test(owner.client)
        position, question = single(inside, address)
        path = f"{address}/questions/{position}"
        post(owner.client, path, json=True, answer="a", at=milliseconds(AT_START + timedelta(days=300)))
    with clock.travel(AT_START + timedelta(seconds=1)):
        assert post(owner.client, path, answer="b").status_code == 302
    assert answered(inside, address, question) == ["b"]


def test_an_answer_can_be_taken_back(owner: Player, inside: Inside) -> None:
    address = start_test(owner.client)
    position, question = single(inside, address)
    post(owner.client, f"{address}/questions/{position}", answer="b")
    post(owner.client, f"{address}/questions/{position}")
    assert answered(inside, address, question) == []
    assert "0 of 4 answered" in text(owner.client.get(f"{address}/overview"))


@pytest.mark.parametrize("json", [False, True])
@pytest.mark.parametrize(
    "values",
    [{"answer": "z"}, {"answer": ["a", "b"]}, {"answer": "a" * 100_000}, {"answer": "a", "at": "soon"},
     {"answer": "a", "at": "9" * 5000}, {"answer": "a", "at": "-1"}, {"answer": "a", "at": "٣"}],
)  # fmt: skip
def test_what_is_no_answer_is_refused(
    owner: Player, inside: Inside, values: dict[str, str | list[str]], json: bool
) -> None:
    address = start_test(owner.client)
    position, question = single(inside, address)
    refused = post(owner.client, f"{address}/questions/{position}", json, **values)
    assert refused.status_code == 422
    assert "This is not one of the answers" in text(refused)
    assert answered(inside, address, question) is None


@pytest.mark.parametrize("value", ["a" * 1_000_001, "\x00", "a" * 250_000])
def test_hostile_answers_are_refused_clearly(owner: Player, value: str) -> None:
    address = start_test(owner.client)
    assert post(owner.client, f"{address}/questions/1", answer=value).status_code in {400, 413}


def test_json_body_is_no_way_in(owner: Player) -> None:
    address = start_test(owner.client)
    assert owner.client.post(f"{address}/questions/1", json={"answer": ["a"]}).status_code == 400


# ------------------------------------------------------------------------------------------------ time


def test_answers_within_the_grace_count_and_later_ones_do_not(owner: Player, inside: Inside) -> None:
    with clock.travel(AT_START):
        address = start_test(owner.client)
    answers = rights(inside, address)
    for position in (1, 2):
        with clock.travel(AT_START + timedelta(minutes=19)):
            post(owner.client, f"{address}/questions/{position}", answer=answers[position - 1])
    with clock.travel(AT_START + timedelta(minutes=20, seconds=4)):
        last = post(owner.client, f"{address}/questions/3", answer=answers[2])
        assert last.location == f"{address}/review"
    with clock.travel(AT_START + timedelta(minutes=20, seconds=6)):
        late = post(owner.client, f"{address}/questions/4", json=True, answer=answers[3])
        assert late.status_code == 409
        assert "came after the test had ended" in text(late)
    with inside():
        attempt = attempt_at(address)
        assert (attempt.score, attempt.sent_by) == (75.0, "deadline")
        assert attempt.sent_at == attempt.deadline == AT_START + timedelta(minutes=20)


def test_time_is_over_at_the_next_touch(owner: Player, inside: Inside) -> None:
    with clock.travel(AT_START):
        address = start_test(owner.client)
        answer_all(owner.client, address, rights(inside, address))
    with clock.travel(AT_START + timedelta(hours=3)):
        later = owner.new_client()
        assert later.get(f"{address}/questions/2").location == f"{address}/review"
        review = text(later.get(f"{address}/review"))
    assert "Passed with 100%" in review
    assert "The time was over at" in review
    with inside():
        assert enrolment_of(owner.id).completed_at == AT_START + timedelta(minutes=20)


def test_a_job_closes_what_nobody_touches(owner: Player, inside: Inside) -> None:
    with clock.travel(AT_START):
        address = start_test(owner.client)
        post(owner.client, f"{address}/questions/1", answer=rights(inside, address)[0])
    with clock.travel(AT_START + timedelta(minutes=20, seconds=3)), inside():
        jobs.run_now("courses.close_overdue")
        assert attempt_at(address).sent_at is None
    with clock.travel(AT_START + timedelta(minutes=21)), inside():
        jobs.run_now("courses.close_overdue")
        jobs.run_now("courses.close_overdue")
    with inside():
        attempt = attempt_at(address)
        assert (attempt.score, attempt.passed, attempt.sent_by) == (25.0, False, "deadline")
        assert verbs_of(owner.id).count("failed") == 1


def test_the_wait_counts_from_the_deadline(owner: Player) -> None:
    with clock.travel(AT_START):
        first = start_test(owner.client)
    with clock.travel(AT_START + timedelta(hours=24, minutes=20)):
        assert start_test(owner.new_client()) != first


# ------------------------------------------------------------------------------------------------ versions, editions


def test_a_running_attempt_stays_on_its_version(owner: Player, inside: Inside) -> None:
    address = start_test(owner.client)
    with inside() as session:
        course = session.scalars(select(Course)).one()
        shape = structure(COURSE, [added_item()])
        shape["pass_mark"] = 100
        shape["test"]["quotas"] = {"alpha": 1, "beta": 0}
        publish(course, shape)
    page = text(owner.client.get(f"{address}/questions/4"))
    assert "Question 4 of 4" in page
    answer_all(owner.client, address, [*rights(inside, address)[:3], []])
    post(owner.client, f"{address}/sending")
    assert "Passed with 75%" in text(owner.client.get(f"{address}/review"))
    with inside() as session:
        completed_at = enrolment_of(owner.id).completed_at
        assert completed_at is not None
        assert len(session.scalars(select(CourseVersion.id)).all()) == 2
    page = text(owner.client.get(HOME))
    assert "Completed" in page
    assert "5 of 6 steps done" in page
    do_item(owner.client, "added")
    with inside():
        assert enrolment_of(owner.id).completed_at == completed_at
        assert verbs_of(owner.id).count("completed") == 1


def test_an_item_added_later_is_asked_of_those_who_are_not_done(owner: Player, inside: Inside) -> None:
    with inside() as session:
        publish(session.scalars(select(Course)).one(), structure(COURSE, [added_item()]))
    assert "1 step is still to do" in text(owner.client.get(f"{HOME}/test"))
    assert post(owner.client, f"{HOME}/test/attempts").location == f"{HOME}/test"
    do_item(owner.client, "added")
    start_test(owner.client)


def test_words_are_the_editions_with_fallback(owner: Player, inside: Inside) -> None:
    post(owner.client, f"{HOME}/edition", edition="ar")
    address = start_test(owner.client)
    with inside():
        ids = [entry["id"] for entry in attempt_at(address).paper]
    post(owner.client, f"{HOME}/edition", edition="en")
    for position, id in enumerate(ids, start=1):
        page = text(owner.client.get(f"{address}/questions/{position}"))
        language = 'lang="en" dir="ltr"' if id == "alpha-1" else 'lang="ar" dir="rtl"'
        assert f"<legend {language}>" in page
        assert ("بالعربية" in page) is (id != "alpha-1")
    answer_all(owner.client, address, rights(inside, address))
    post(owner.client, f"{address}/sending")
    with inside():
        completed = next(fact for fact in facts_of(owner.id) if fact.verb == "completed")
        assert completed.language == "ar"


# ------------------------------------------------------------------------------------------------ refusals


def test_anothers_attempt_does_not_exist(owner: Player, cast: Cast, inside: Inside) -> None:
    address = start_test(owner.client)
    member, administrator = cast("member"), cast("administrator")
    do_items(member.client)
    nothing = member.client.get(f"{HOME}/attempts/{'A' * 22}/overview")
    for other in (member, cast("outsider"), administrator):
        for page in ("questions/1", "overview", "review"):
            answer = other.client.get(f"{address}/{page}")
            assert answer.status_code == nothing.status_code == 404
        for page in ("questions/1", "sending"):
            assert post(other.client, f"{address}/{page}", answer="a").status_code == 404
    with inside():
        assert attempt_at(address).sent_at is None


def test_pending_and_strangers_get_no_page_of_an_attempt(owner: Player, cast: Cast) -> None:
    address = start_test(owner.client)
    stranger = owner.app.test_client()
    for client in (stranger, cast("pending").client):
        for page in ("questions/1", "overview", "review"):
            answer = client.get(f"{address}/{page}")
            assert answer.status_code != 200
            assert "Stem of" not in text(answer)


@pytest.mark.parametrize("position", ["0", "5", "-1", "01x", "٣", "9" * 300, "%00"])
def test_a_guessed_position_is_404(owner: Player, position: str) -> None:
    address = start_test(owner.client)
    assert owner.client.get(f"{address}/questions/{position}").status_code in {400, 404}


def test_an_attempt_belongs_to_its_course(owner: Player, inside: Inside) -> None:
    address = start_test(owner.client)
    with inside():
        make_course("another")
    enrol(owner.client, home="/courses/another")
    elsewhere = address.replace(f"/courses/{COURSE}/", "/courses/another/")
    assert owner.client.get(f"{elsewhere}/overview").status_code == 404


def test_review_opens_only_after_sending(owner: Player) -> None:
    address = start_test(owner.client)
    assert owner.client.get(f"{address}/review").location == f"{address}/overview"
    assert "Explanation" not in text(owner.client.get(f"{address}/questions/1"))


def test_after_sending_answers_do_not_change(owner: Player, inside: Inside) -> None:
    address = take_test(owner, inside, right=False)
    position, question = single(inside, address)
    for json in (True, False):
        post(owner.client, f"{address}/questions/{position}", json, answer="a")
    assert answered(inside, address, question) == []
