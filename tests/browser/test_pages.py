"""Every page that links lead to: it opens, fits the screen, is accessible, and its links lead somewhere."""

from __future__ import annotations

import re
from collections import Counter, deque
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser import study
from tests.browser.person import MakePerson, Person
from tests.cast import address_of
from tests.support.browsers import DESK, PHONE

pytestmark = pytest.mark.browser

ROLES = ("", "pending", "practitioner", "trainer", "reporting_officer", "administrator")
WAYS = {"ar-360": ("ar", PHONE), "en-1280": ("en", DESK)}
MOST_PAGES = 60
ALIKE = 2  # so many pages of one kind are opened; of the others it is only asked whether they are there
_FILES = re.compile(r"\.(csv|xlsx|pem|json|svg|pdf)$|/pdf$|/files/")
_OWN_NAME = re.compile(r"/(?:[\w-]{20,}|\d+|m\d-[\w-]+|(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})(?=/|$)")


def kind(link: str) -> str:
    """Return what pages of one kind have in common: the path without names of things, the names of what is asked."""
    parts = urlsplit(link)
    asked = sorted(name for name, _value in parse_qsl(parts.query))
    return _OWN_NAME.sub("/…", parts.path) + "?" + "&".join(asked)


def links_of(person: Person) -> list[str]:
    """Return the addresses of this host that the page leads to, in its order."""
    found: list[str] = person.page.eval_on_selector_all(
        "a[href]", "links => links.filter(a => a.origin === location.origin).map(a => a.pathname + a.search)"
    )
    return list(dict.fromkeys(found))


def crawl(person: Person, most: int) -> dict[str, int]:
    """Open pages from the front page on; return what every link answers with."""
    answers: dict[str, int] = {}
    waiting, known, opened = deque(["/"]), {"/"}, Counter[str]()
    while waiting:
        path = waiting.popleft()
        if _FILES.search(urlsplit(path).path) or "lang=" in path:
            continue
        if opened.total() >= most or opened[kind(path)] >= ALIKE:
            answers[path] = person.page.request.get(path).status
            continue
        opened[kind(path)] += 1
        answers[path] = person.open(path).status
        fresh = [link for link in links_of(person) if link not in known]
        known.update(fresh)
        waiting.extend(fresh)
    return answers


@pytest.fixture
def lived_in(person: MakePerson, table: psycopg.Connection[Any]) -> None:
    """Somebody has completed the course, with a certificate; somebody is in the middle of its test; once a file."""
    done = table.execute("SELECT count(*) FROM certificate").fetchone()
    if done and done[0]:
        return
    middle = person(signed_in_as="trainer", java_script_enabled=False)
    study.enrol(middle)
    learner = person(signed_in_as="practitioner", java_script_enabled=False)
    study.enrol(learner, "ar")
    study.has_done(table, address_of("practitioner"))
    attempt = study.start_test(learner)
    right = study.right_answers(table)
    study.has_answered(
        table, attempt, {question: right[question] for question in study.paper(table, attempt)}
    )
    learner.open(f"{attempt}/overview")
    learner.press(f"{attempt}/sending")


@pytest.mark.usefixtures("lived_in")
@pytest.mark.parametrize(("role", "way"), [("practitioner", "en-1280"), ("administrator", "ar-360")])
def test_the_pages_nearest_to_the_front(role: str, way: str, person: MakePerson) -> None:
    """Some of what the long tier walks through for everybody, in every way."""
    follows_links(way, role, person, 14)


@pytest.mark.long
@pytest.mark.usefixtures("lived_in")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ROLES)
def test_every_page_within_reach(way: str, role: str, person: MakePerson) -> None:
    follows_links(way, role, person, MOST_PAGES)


def follows_links(way: str, role: str, person: MakePerson, most: int) -> None:
    language, viewport = WAYS[way]
    name = f"pages-{way}-{role or 'stranger'}"
    somebody = person(language, signed_in_as=role, pictures=name, viewport=viewport)
    answers = crawl(somebody, most)
    assert {path: status for path, status in answers.items() if status >= 400} == {}
    assert len(answers) > 6


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", ["/no-such-page", "/courses/no-such-course", "/verify/7K3M-Q0ZX-9F2A-B8TC"])
def test_a_page_that_is_not_there(way: str, path: str, person: MakePerson) -> None:
    language, viewport = WAYS[way]
    stranger = person(language, pictures=f"pages-{way}-missing", viewport=viewport)
    response = stranger.page.goto(path)
    assert response is not None
    assert response.status == 404
    stranger.look()
    expect(stranger.page.locator("h1")).to_be_visible()
