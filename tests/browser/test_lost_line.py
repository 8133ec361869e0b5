"""The final test on a bad line, on two devices, and against the clock: what is said is what the server has."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser import study
from tests.browser.person import MakePerson, Person
from tests.cast import address_of
from tests.support.browsers import PHONE

pytestmark = pytest.mark.browser

Sits = Callable[[str], tuple[Person, str]]
RETRY = 20_000  # milliseconds; the waits between tries grow
_LISTEN = """() => {
  window.said = [];
  const line = document.querySelector("[data-saved-state]");
  new MutationObserver(() => window.said.push(line.dataset.savedState + ": " + line.textContent))
    .observe(line, {attributes: true, childList: true, characterData: true, subtree: true});
}"""


@pytest.fixture
def sits(person: MakePerson, table: psycopg.Connection[Any]) -> Sits:
    """Give ``sits("owner")``: that person at the first question of the final test, and the attempt's address."""

    def sitting(name: str) -> tuple[Person, str]:
        learner = person(signed_in_as=name, viewport=PHONE)
        study.enrol(learner)
        study.has_done(table, address_of(name))
        return learner, study.start_test(learner)

    return sitting


def state(page: Page, wanted: str, timeout: int = RETRY) -> None:
    """Wait until the page says a state, in the words it has for it."""
    line = page.locator("[data-saved-state]")
    expect(line).to_have_attribute("data-saved-state", wanted, timeout=timeout)
    expect(line).to_have_text(line.get_attribute(f"data-{wanted}") or "no words")


def said(page: Page) -> list[str]:
    """Return the states that the page went through since it was listened to."""
    heard: list[str] = page.evaluate("window.said")
    return [one.split(":")[0] for one in heard]


def several(person: Person) -> list[str]:
    """Go on to a question with one answer out of three or more; return its options."""
    boxes = person.page.locator("#answer-form input[type=radio]")
    while boxes.count() < 3:
        with person.moving():
            person.page.click("#answer-form button[value=next]")
    return [str(box.get_attribute("value")) for box in boxes.all()]


def question(table: psycopg.Connection[Any], person: Person, attempt: str) -> str:
    """Return the id of the question that is open."""
    return study.paper(table, attempt)[int(person.path.rsplit("/", 1)[-1]) - 1]


def test_a_lost_line_is_said_and_the_answer_arrives_when_it_is_back(
    sits: Sits, person: MakePerson, table: psycopg.Connection[Any]
) -> None:
    learner, attempt = sits("owner")
    page, options = learner.page, several(learner)
    asked = question(table, learner, attempt)
    page.evaluate(_LISTEN)
    page.context.set_offline(True)
    study.choose(learner, options[:1])
    state(page, "trying")
    assert said(page)[0] == "unsaved"
    assert "saved" not in said(page)
    assert asked not in study.saved(table, attempt)

    page.context.set_offline(False)
    state(page, "saved")
    assert study.saved(table, attempt)[asked] == options[:1]
    other = person(signed_in_as="owner")
    other.open(learner.path)
    expect(other.page.locator("#answer-form input:checked")).to_have_value(options[0])


def test_an_answer_given_off_line_outlives_the_closed_page(
    sits: Sits, table: psycopg.Connection[Any]
) -> None:
    learner, attempt = sits("member")
    page, options = learner.page, several(learner)
    asked, address = question(table, learner, attempt), learner.path
    page.context.set_offline(True)
    study.choose(learner, options[1:2])
    state(page, "trying")
    page.goto("about:blank")  # a last try may outlive the page; whether it arrives is chance
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator("#answer-form input:checked")).to_have_value(options[1])
    state(page, "saved")
    assert study.saved(table, attempt)[asked] == options[1:2]


@pytest.mark.long
def test_two_devices_see_each_other_and_a_late_retry_loses(
    sits: Sits, person: MakePerson, table: psycopg.Connection[Any]
) -> None:
    first, attempt = sits("practitioner")
    options = several(first)
    asked, address = question(table, first, attempt), first.path
    study.choose(first, options[:1])
    state(first.page, "saved")

    second = person(signed_in_as="practitioner")
    second.open(address)
    expect(second.page.locator("#answer-form input:checked")).to_have_value(options[0])

    first.page.context.set_offline(True)
    study.choose(first, options[1:2])  # the older of the two: given first, sent last
    state(first.page, "trying")
    study.choose(second, options[-1:])
    state(second.page, "saved")
    first.page.context.set_offline(False)
    state(first.page, "refused")
    assert study.saved(table, attempt)[asked] == options[-1:]

    first.page.reload()
    expect(first.page.locator("#answer-form input:checked")).to_have_value(options[-1])
    assert study.saved(table, attempt)[asked] == options[-1:]


def ends_soon(table: psycopg.Connection[Any], attempt: str, seconds: int) -> None:
    """Move the end of an attempt."""
    table.execute(
        "UPDATE attempt SET deadline = now() + make_interval(secs => %s) WHERE public_id = %s",
        (seconds, attempt.rsplit("/", 1)[-1]),
    )


@pytest.mark.long
def test_when_the_time_is_over_what_was_saved_is_sent_and_the_result_is_shown(
    sits: Sits, table: psycopg.Connection[Any]
) -> None:
    learner, attempt = sits("outsider")
    page, right = learner.page, study.right_answers(table)
    questions = study.paper(table, attempt)
    for position in (1, 2):
        learner.open(f"{attempt}/questions/{position}")
        study.choose(learner, right[questions[position - 1]])
        state(page, "saved")
    ends_soon(table, attempt, 4)
    learner.open(f"{attempt}/questions/3")
    expect(page.locator("[data-countdown] .timer-text")).to_have_text(re.compile(r"^0:0[0-4]$"))
    page.wait_for_url(f"**{attempt}/review", timeout=RETRY)
    learner.look()
    found = table.execute(
        "SELECT sent_by, score FROM attempt WHERE public_id = %s", (attempt.rsplit("/", 1)[-1],)
    ).fetchone()
    assert found is not None
    assert found[0] == "deadline"
    assert found[1] == pytest.approx(100 * 2 / len(questions), abs=0.1)
    expect(page.locator("main .notice--attention")).to_be_visible()


@pytest.mark.long
def test_time_that_runs_out_off_line_waits_for_the_line(sits: Sits, table: psycopg.Connection[Any]) -> None:
    learner, attempt = sits("trainer")
    page = learner.page
    ends_soon(table, attempt, 3)
    learner.open(f"{attempt}/overview")
    page.context.set_offline(True)
    expect(page.locator("[data-countdown] .timer-text")).to_have_text("0:00")
    page.wait_for_timeout(500)
    assert learner.path == f"{attempt}/overview", "no browser's error page"
    page.context.set_offline(False)
    page.wait_for_url(f"**{attempt}/review", timeout=RETRY)
