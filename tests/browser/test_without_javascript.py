"""Everything that must work where scripts are off: forms, lessons, checks, the final test, the report."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser import study
from tests.browser.person import MakePerson, Person
from tests.browser.study import HOME
from tests.support.browsers import PHONE
from tests.support.servers import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(person: MakePerson) -> Person:
    """Somebody whose browser runs no scripts."""
    return person(viewport=PHONE, java_script_enabled=False)


def test_a_refused_form_keeps_what_was_typed(plain: Person) -> None:
    page = plain.page
    plain.open("/account/register")
    page.fill("#given_name", "Wanjiku")
    page.fill("#email", "not an address")
    page.locator("main details summary").first.click()
    page.locator("#further_languages").select_option(["sw"])
    plain.press("/account/register")
    expect(page.locator('.error-summary a[href="#email"]')).to_be_visible()
    expect(page.locator("#given_name")).to_have_value("Wanjiku")
    expect(page.locator("#email")).to_have_value("not an address")
    expect(page.locator("#further_languages")).to_have_values(["sw"])


def test_a_course_is_taken_to_its_end(
    plain: Person, platform: Server, table: psycopg.Connection[Any]
) -> None:
    page = plain.page
    right, course = study.right_answers(table), study.structure(table)
    (who,) = platform.cast("owner")
    plain.sign_in(who)
    study.enrol(plain)
    study.do_item(plain, course.items[0], right)
    assert plain.path == f"{HOME}/items/{course.items[1].id}"
    study.do_item(plain, course.items[1], right)

    check = course.by_id["m1-check-1"]
    asked, given_up, *others = check.questions
    plain.press(f"{HOME}/items/{check.id}/answers/{asked}")
    expect(page.locator(f"#{asked} .field-error")).to_be_visible()
    study.answer(plain, check, asked, right[asked])
    expect(page.locator(f"#{asked} .answer-right")).to_be_visible()
    plain.press(f"{HOME}/items/{check.id}/answers/{given_up}", button="button[name=reveal]")
    expect(page.locator(f"#{given_up} .marked-options")).to_be_visible()
    for other in others:
        study.answer(plain, check, other, right[other])

    study.has_done(table, who.email, all_but=["m6-case"])
    plain.open(f"{HOME}/items/m6-case")
    study.do_item(plain, course.by_id["m6-case"], right)
    passes_the_test(plain, table, right)


def passes_the_test(plain: Person, table: psycopg.Connection[Any], right: study.Answers) -> None:
    """Answer all but one question, see it in the overview, send all the same."""
    page = plain.page
    attempt = study.start_test(plain)
    questions = study.paper(table, attempt)
    for question in questions[:-1]:
        study.choose(plain, right[question])
        with plain.moving():
            page.click("#answer-form button[value=next]")
    with plain.moving():
        page.click("#answer-form button[value=next]")
    assert plain.path == f"{attempt}/overview"
    expect(page.locator("main .list-lines .badge--attention")).to_have_count(1)
    plain.open(f"{attempt}/questions/1")
    assert page.locator("#answer-form input:checked").count() == len(right[questions[0]])
    with plain.moving():
        page.click("#answer-form button[value=overview]")
    plain.press(f"{attempt}/sending")
    assert plain.path == f"{attempt}/review"
    expect(page.locator("main .notice--done")).to_be_visible()


def test_the_report_is_filtered_with_its_button(
    person: MakePerson, platform: Server, table: psycopg.Connection[Any]
) -> None:
    (who,) = platform.cast("member")
    learner = person(java_script_enabled=False)
    learner.sign_in(who)
    study.enrol(learner)
    officer = person(signed_in_as="reporting_officer", java_script_enabled=False)
    page = officer.page
    officer.open("/reports/completions")
    row = page.locator("#results tbody tr", has_text=who.email)
    for country, count in (("NG", 1), ("KE", 0)):
        if page.locator(f'#filter-country option[value="{country}"]').count() == 0:
            continue
        page.select_option("#filter-country", country)
        with officer.moving():
            page.click(".filters button[type=submit]")
        assert f"country={country}" in page.url
        expect(row).to_have_count(count)
        expect(page.locator("#filter-country")).to_have_value(country)


def test_somebody_signs_out_through_the_menu(plain: Person, platform: Server) -> None:
    (who,) = platform.cast("outsider")
    plain.sign_in(who)
    plain.page.locator(".menu--person summary").click()
    plain.press("/account/sign-out")
    expect(plain.page.locator('header a[href="/account/sign-in"]')).to_be_visible()
