"""Courses: the caller's own view of them, page by page, and in full."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Group
from app.accounts.tokens import Scope
from tests.api.conftest import Api, Caller, make_token
from tests.cast import COHORT, COURSE, Cast
from tests.conftest import Inside
from tests.courses.factory import CANARY, make_course
from tests.courses.way import do_item, enrol
from tests.support.queries import counted

LIMITED = "limited-course"


@pytest.fixture
def limited(inside: Inside, cast: Cast) -> str:
    """A course for the cohort only; its title is a canary."""
    cast("owner")
    with inside() as session:
        cohort = session.scalars(select(Group).where(Group.name == COHORT)).one()
        make_course(LIMITED, group_id=cohort.id, title=CANARY)
    return LIMITED


@pytest.fixture
def course(inside: Inside) -> UUID:
    """The small course, open to all."""
    with inside():
        return make_course().activity_key


def of(caller: Caller, path: str) -> dict[str, Any]:
    """The answer's JSON."""
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("owner", [COURSE, LIMITED]),
        ("member", [COURSE, LIMITED]),
        ("outsider", [COURSE]),
        ("expelled", [COURSE]),
        ("trainer", [COURSE]),
        ("other_trainer", [COURSE]),
        ("reporting_officer", [COURSE]),
        ("administrator", [COURSE, LIMITED]),
        ("pending", [COURSE]),
        ("declined", [COURSE]),
    ],
)
def test_each_sees_what_they_see_on_the_pages(
    api: Api, course: UUID, limited: str, who: str, seen: list[str]
) -> None:
    caller = api(who)
    assert [entry["slug"] for entry in of(caller, "/courses")["data"]] == seen
    answer = caller.get(f"/courses/{limited}")
    assert answer.status_code == (200 if limited in seen else 404)
    if limited not in seen:
        unknown = caller.get("/courses/no-such-course")
        assert CANARY not in answer.text + caller.get("/courses").text
        assert without_reference(answer.json) == without_reference(unknown.json)


def without_reference(problem: Any) -> dict[str, Any]:
    """A problem without what differs from request to request."""
    return {name: value for name, value in problem.items() if name != "reference"}


def test_a_course_in_full_with_own_progress(api: Api, cast: Cast, course: UUID) -> None:
    owner = cast("owner")
    enrol(owner.client)
    do_item(owner.client, "first")
    owner.client.get(f"/courses/{COURSE}/items/reading")
    caller = api("owner", Scope.COURSES)
    found = of(caller, f"/courses/{COURSE}")
    assert (found["title"], found["language"], found["hours"]) == ("Keeping evidence", "en", 2)
    assert found["outcomes"] == ["Keep evidence", "Ask for evidence"]
    items = {item["id"]: item["status"] for module in found["modules"] for item in module["items"]}
    assert items == {
        "first": "completed",
        "check": "not_started",
        "reading": "in_progress",
        "case": "not_started",
        "extra": "not_started",
    }
    assert [(one["language"], one["adaptation"], one["behind"]) for one in found["editions"]] == [
        ("en", "", False),
        ("en", "KE", False),
        ("ar", "", True),
    ]
    assert found["test"] == {
        "title": "Final test",
        "questions": 4,
        "minutes": 20,
        "attempts": 2,
        "wait_hours": 24,
        "pass_mark": 75,
    }
    own = found["own"]
    assert (own["status"], own["progress"], own["completed_at"]) == ("in_progress", 0.2, None)
    assert own["enrolled_at"].endswith("Z")
    assert own == of(caller, "/courses")["data"][0]["own"]
    assert of(api("member"), f"/courses/{COURSE}")["own"]["status"] == "not_started"


def test_words_are_those_of_the_person_or_of_the_language_asked_for(api: Api, course: UUID) -> None:
    assert of(api("practitioner"), f"/courses/{COURSE}")["title"] == "حفظ الأدلة"
    caller = api("outsider")
    assert of(caller, f"/courses/{COURSE}")["title"] == "Keeping evidence"
    assert of(caller, f"/courses/{COURSE}?lang=ar")["title"] == "حفظ الأدلة"
    assert of(caller, "/courses?lang=ar")["data"][0]["language"] == "ar"


@pytest.fixture
def many(inside: Inside) -> list[str]:
    """Seven courses."""
    slugs = [f"course-{number}" for number in range(7)]
    with inside():
        for slug in reversed(slugs):
            make_course(slug)
    return slugs


def test_pages_follow_one_another(api: Api, many: list[str]) -> None:
    caller, seen, pages = api("owner"), list[str](), 0
    path: str | None = "/courses?limit=3&lang=en"
    while path:
        page = of(caller, path)
        seen += [entry["slug"] for entry in page["data"]]
        path, pages = page["next"], pages + 1
    assert (seen, pages) == (many, 3)


def test_a_cursor_is_good_for_its_own_list_only(api: Api, many: list[str]) -> None:
    caller = api("owner")
    following = of(caller, "/courses?limit=3")["next"]
    cursor = following.partition("cursor=")[2].partition("&")[0]
    changed = cursor[:-6] + ("A" if cursor[-6] != "A" else "B") + cursor[-5:]
    for bad in (changed, "x", "", "AAAA", "%00", "é", "=" * 900):
        answer = caller.get(f"/courses?cursor={bad}")
        assert answer.status_code == 400
    reports = api("reporting_officer")
    answer = reports.get(f"/reports/completions?cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert [error["field"] for error in answer.json["errors"]] == ["cursor"]


def test_it_costs_few_queries_however_many_courses(
    api: Api, cast: Cast, course: UUID, many: list[str]
) -> None:
    enrol(cast("owner").client)
    caller = Caller(cast("owner").app, *make_token(cast("owner")))
    for path in ("/courses", f"/courses/{COURSE}"):
        caller.get(path)
        with counted() as statements:
            caller.get(path)
        assert len(statements) <= 10, statements
