"""The first complete path: a practitioner registers, learns, passes, is certified; an officer sees and exports it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from app.courses.structure import Item
from tests.browser import study
from tests.browser.person import MakePerson, Person
from tests.browser.study import HOME
from tests.cast import PASSWORD, Credentials
from tests.support.browsers import DESK, PHONE

pytestmark = pytest.mark.browser

WAYS = {"en-1280": ("en", DESK), "en-360": ("en", PHONE), "ar-360": ("ar", PHONE), "ar-1280": ("ar", DESK)}
CLICKED = ("m1-what-counts", "m1-check-1", "m6-case", "m6-check-2")
CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")


@pytest.mark.parametrize(
    ("way", "steps"),
    [
        ("ar-360", "some steps"),
        *(
            pytest.param(way, "every step", marks=[pytest.mark.long, pytest.mark.timeout(1200)])
            for way in WAYS
        ),
    ],
)
def test_from_registration_to_the_report(
    way: str, steps: str, person: MakePerson, table: psycopg.Connection[Any], tmp_path: Path
) -> None:
    language, viewport = WAYS[way]
    every = steps == "every step"
    shown = f"{way}-all" if every else way
    learner = person(language, pictures=f"{shown}-learner", thorough=every, viewport=viewport)
    who = Credentials("Wanjiku Njoroge", f"wanjiku.{shown}@cast.example", PASSWORD, None)

    register(learner, who)
    confirm(learner, who)
    learner.sign_in(who)
    sees_where_the_application_stands(learner)
    approve(
        person(language, signed_in_as="administrator", pictures=f"{shown}-administrator", viewport=viewport),
        who,
    )

    enrol(learner, language)
    if not every:
        study.has_done(table, who.email, all_but=CLICKED)
    learn(learner, table, every=every)
    code = pass_the_test(learner, table, whole=every)
    downloads_the_certificate(learner, code)
    verifies(person(language, pictures=f"{shown}-stranger", viewport=viewport), code)

    officer = person(
        language, signed_in_as="reporting_officer", pictures=f"{shown}-officer", viewport=viewport
    )
    reads_and_exports_the_report(officer, who, code, tmp_path)


def register(learner: Person, who: Credentials) -> None:
    page = learner.page
    learner.open("/")
    learner.follow("/account/register")
    typed = {"email": "wanjiku at home", "given_name": "Wanjiku", "family_name": "Njoroge"}
    for name, value in typed.items():
        page.fill(f"#{name}", value)
    page.select_option("#country", "KE")
    page.check("#working_languages input[value=en]")
    learner.press("/account/register")

    expect(page.locator(".error-summary")).to_be_focused()
    page.click('.error-summary a[href="#email"]')
    expect(page.locator("#email")).to_be_focused()
    expect(page.locator("#email")).to_have_attribute("aria-invalid", "true")
    for name, value in typed.items():
        expect(page.locator(f"#{name}")).to_have_value(value)
    expect(page.locator("#country")).to_have_value("KE")
    expect(page.locator("#working_languages input[value=en]")).to_be_checked()

    page.fill("#email", who.email)
    page.fill("#password", who.password)
    page.select_option("#profession", "prosecutor")
    page.fill("#institution", "Office of the Director of Public Prosecutions")
    page.fill("#reason", "I prosecute terrorism cases; most evidence lies abroad.")
    learner.press("/account/register")
    assert learner.path == "/account/registered"


def confirm(learner: Person, who: Credentials) -> None:
    page = learner.page
    learner.open("/dev/mailbox")
    with learner.moving():
        page.locator(".mail-list a", has_text=who.email).first.click()
    with learner.moving():
        page.locator('.mail-text a[href*="/account/confirm/"]').click()
    with learner.moving():
        page.locator('main form[action^="/account/confirm/"] button').click()
    assert learner.path == "/account/sign-in"


def sees_where_the_application_stands(learner: Person) -> None:
    learner.open("/account/standing")
    expect(learner.page.locator(".steps [aria-current=step]")).to_have_count(1)
    expect(learner.page.locator("main .notice--waiting")).to_be_visible()
    learner.open(HOME)
    assert learner.form(f"{HOME}/enrolment").count() == 0, "nobody enrols before they are approved"


def approve(administrator: Person, who: Credentials) -> None:
    administrator.open("/")
    administrator.follow("/admin/vetting")
    row = administrator.page.locator(".queue > li", has_text=who.email)
    with administrator.moving():
        row.locator("form button").click()
    expect(administrator.page.locator(".queue > li", has_text=who.email)).to_have_count(0)


def enrol(learner: Person, language: str) -> None:
    learner.open("/account/standing")
    expect(learner.page.locator("main .notice--done")).to_be_visible()
    learner.follow("/courses")
    learner.follow(HOME)
    learner.page.select_option(f'form[action="{HOME}/enrolment"] select[name=edition]', language)
    learner.press(f"{HOME}/enrolment")
    assert learner.path == f"{HOME}/items/m1-what-counts"
    expect(learner.page.locator("article.prose")).to_have_attribute("lang", language)


def learn(learner: Person, table: psycopg.Connection[Any], *, every: bool) -> None:
    """Do the items by their pages; in the first check, answer wrong first."""
    right = study.right_answers(table)
    course = study.structure(table)
    wanted = [item for item in course.items if every or item.id in CLICKED]
    for item, after in zip(wanted, [*wanted[1:], None], strict=True):
        if learner.path != f"{HOME}/items/{item.id}":
            learner.open(f"{HOME}/resume")
        if item.id == "m1-check-1":
            answers_wrong_first(learner, item, right)
        study.do_item(learner, item, right)
        if item.id == "m1-check-1" and after:
            goes_on_at(learner, after)
    if not every:  # the last item is a reading that nobody has to do
        with learner.moving():
            learner.page.locator(".way--next").click()
    assert learner.path == f"{HOME}/test"


def goes_on_at(learner: Person, item: Item) -> None:
    """Home knows where one goes on: at the page one is on, or at the next one that is not done."""
    learner.open("/")
    learner.follow(f"{HOME}/resume")
    assert learner.path == f"{HOME}/items/{item.id}"


def answers_wrong_first(learner: Person, first: Item, right: study.Answers) -> None:
    question = first.questions[0]
    wrong = [option for option in "abcd" if option not in right[question]][:1]
    study.answer(learner, first, question, wrong)
    section = learner.page.locator(f"section#{question}")
    expect(section.locator(".answer-wrong")).to_be_visible()
    expect(section.locator("form")).to_have_count(1)


def pass_the_test(learner: Person, table: psycopg.Connection[Any], *, whole: bool) -> str:
    """Answer the test by its pages: every question, or the first and the last few. Return the certificate's code."""
    page = learner.page
    right = study.right_answers(table)
    attempt = study.start_test(learner)
    questions = study.paper(table, attempt)
    total = len(questions)
    by_hand = [place for place in range(1, total + 1) if whole or place <= 2 or place > total - 2]
    rest = [question for place, question in enumerate(questions, start=1) if place not in by_hand]
    study.has_answered(table, attempt, {question: right[question] for question in rest})
    for place in by_hand:
        if learner.path != f"{attempt}/questions/{place}":
            learner.open(f"{attempt}/questions/{place}")
        study.choose(learner, right[questions[place - 1]])
        if place == 1:
            expect(page.locator("[data-saved-state]")).to_have_attribute("data-saved-state", "saved")
            assert study.saved(table, attempt)[questions[0]] == right[questions[0]]
        with learner.moving():
            page.click("#answer-form button[value=next]")
    assert learner.path == f"{attempt}/overview"
    assert study.saved(table, attempt) == {question: right[question] for question in questions}
    learner.press(f"{attempt}/sending")
    assert learner.path == f"{attempt}/review"
    expect(page.locator("main .notice--done")).to_be_visible()
    certificate = page.locator('main a[href^="/certificates/"]').first
    found = CODE.search(certificate.get_attribute("href") or "")
    assert found is not None
    with learner.moving():
        certificate.click()
    return found[0]


def downloads_the_certificate(learner: Person, code: str) -> None:
    expect(learner.page.locator(".verdict--yes")).to_be_visible()
    link = learner.page.locator(f'main a[href="/certificates/{code}/pdf"]')
    expect(link).to_be_visible()
    answer = learner.page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    learner.open("/certificates")
    expect(learner.page.locator("main table")).to_contain_text(code)
    learner.open("/reports/mine")
    expect(learner.page.locator("main")).to_contain_text(code)


def verifies(stranger: Person, code: str) -> None:
    stranger.open("/")
    stranger.follow("/verify")
    stranger.page.fill("#code", code.lower().replace("-", " "))
    stranger.press("/verify")
    assert stranger.path == f"/verify/{code}"
    expect(stranger.page.locator(".verdict--yes")).to_be_visible()
    expect(stranger.page.locator("main")).to_contain_text("Wanjiku Njoroge")
    assert stranger.page.locator('main a[href$="/pdf"]').count() == 0


def reads_and_exports_the_report(officer: Person, who: Credentials, code: str, folder: Path) -> None:
    page = officer.page
    officer.open("/")
    officer.follow("/reports/completions")
    row = page.locator("#results tbody tr", has_text=who.email)
    expect(row).to_contain_text(code)
    page.select_option("#filter-status", "completed")
    page.wait_for_url("**/reports/completions?*status=completed*")
    expect(row).to_be_visible()
    officer.look()
    with page.expect_download() as download:
        page.locator('#results a[href*="completions.csv"]').click()
    download.value.save_as(folder / "report.csv")
    body = (folder / "report.csv").read_bytes()
    assert body.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    mine = [line for line in lines if who.email in line]
    assert len(mine) == 1
    assert code in mine[0]
