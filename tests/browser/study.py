"""How a person takes the real course in a browser, and what the tables know that a test must: the right answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from app.courses.models import ItemKind
from app.courses.structure import Item, Structure, from_json
from tests.browser.person import Person
from tests.cast import COURSE

HOME = f"/courses/{COURSE}"
Table = psycopg.Connection[Any]
Answers = Mapping[str, Sequence[str]]


def structure(table: Table) -> Structure:
    """Return the structure of the real course."""
    found = table.execute(
        "SELECT v.structure FROM course_version v JOIN course c ON c.version_id = v.id WHERE c.slug = %s",
        (COURSE,),
    ).fetchone()
    assert found is not None
    return from_json(found[0])


def right_answers(table: Table) -> dict[str, list[str]]:
    """Return the right options of every question."""
    return dict(table.execute('SELECT id, "right" FROM bank_question').fetchall())


def enrolment(table: Table, email: str) -> int:
    """Return the number of somebody's enrolment in the course."""
    found = table.execute(
        'SELECT e.id FROM enrolment e JOIN "user" u ON u.id = e.user_id JOIN course c ON c.id = e.course_id'
        " WHERE u.email = %s AND c.slug = %s",
        (email, COURSE),
    ).fetchone()
    assert found is not None, email
    return int(found[0])


def has_done(table: Table, email: str, *, all_but: Sequence[str] = ()) -> None:
    """Write down that somebody has done the required items, so that a test can begin near the end."""
    table.cursor().executemany(
        "INSERT INTO item_progress (enrolment_id, item_id, opened_at, done_at) VALUES (%s, %s, now(), now())"
        " ON CONFLICT (enrolment_id, item_id) DO UPDATE SET done_at = now()",
        [
            (enrolment(table, email), item.id)
            for item in structure(table).items
            if item.required and item.id not in all_but
        ],
    )


def enrol(person: Person, edition: str = "en") -> None:
    """Choose an edition and enrol; one comes to the step one is to begin with."""
    person.open(HOME)
    person.page.select_option(f'form[action="{HOME}/enrolment"] select[name=edition]', edition)
    person.press(f"{HOME}/enrolment")


def do_item(person: Person, item: Item, right: Answers) -> None:
    """Do the item whose page is open; one comes to the next page."""
    assert person.path == f"{HOME}/items/{item.id}"
    if item.kind == ItemKind.CHECK:
        for question in item.questions:
            answer(person, item, question, right[question])
        with person.moving():
            person.page.locator(".way--next").click()
        return
    if item.kind == ItemKind.CASE:
        open_steps(person)
    person.press(f"{person.path}/completion")


def answer(person: Person, item: Item, question: str, chosen: Sequence[str]) -> None:
    """Answer a question of a knowledge check."""
    action = f"{HOME}/items/{item.id}/answers/{question}"
    for box in person.form(action).locator("input[name=answer]").all():
        if str(box.get_attribute("value")) in chosen:
            box.check()
        elif box.get_attribute("type") == "checkbox":
            box.uncheck()
    person.press(action)


def open_steps(person: Person) -> None:
    """Open the steps of a case study one after the other: each answer is hidden until then."""
    steps = person.page.locator("article details")
    assert steps.count() >= 2
    for step in steps.all():
        hidden = step.locator(":scope > :not(summary)").first
        assert not hidden.is_visible()
        step.locator("summary").first.click()
        hidden.wait_for(state="visible")


def start_test(person: Person) -> str:
    """Start the final test; return the address of the attempt."""
    person.open(f"{HOME}/test")
    person.press(f"{HOME}/test/attempts")
    return person.path.removesuffix("/questions/1")


def paper(table: Table, attempt: str) -> list[str]:
    """Return the questions of an attempt in their order."""
    found = table.execute(
        "SELECT paper FROM attempt WHERE public_id = %s", (attempt.rsplit("/", 1)[-1],)
    ).fetchone()
    assert found is not None
    return [entry["id"] for entry in found[0]]


def saved(table: Table, attempt: str) -> dict[str, list[str]]:
    """Return what the server has of an attempt's answers."""
    rows = table.execute(
        "SELECT question_id, chosen FROM attempt_answer a JOIN attempt t ON t.id = a.attempt_id WHERE t.public_id = %s",
        (attempt.rsplit("/", 1)[-1],),
    )
    return dict(rows.fetchall())


def has_answered(table: Table, attempt: str, answers: Answers) -> None:
    """Write down answers of a running attempt, so that a test need not give each by its page."""
    table.cursor().executemany(
        "INSERT INTO attempt_answer (attempt_id, question_id, chosen, saved_at)"
        " SELECT id, %s, %s::jsonb, now() FROM attempt WHERE public_id = %s",
        [
            (question, json.dumps(list(chosen)), attempt.rsplit("/", 1)[-1])
            for question, chosen in answers.items()
        ],
    )


def choose(person: Person, options: Sequence[str]) -> None:
    """Choose options of the question of the test that is open."""
    for option in options:
        person.page.check(f'#answer-form input[value="{option}"]')
