"""The page of search, through the front door: strangers, members, people who take a course and who do not."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app.accounts.models import Group
from app.core import clock, scopes
from app.core.database import db
from app.courses import searching
from app.courses.models import Course, EditionItem
from app.search import rebuild
from app.search.actions import Document, Part, index_all
from app.search.models import SearchDocument
from tests.cast import COHORT, COURSE, Cast
from tests.conftest import Inside
from tests.courses.factory import make_course, publish, structure
from tests.courses.way import enrol, post
from tests.support.queries import counted

LIMITED = "for-the-cohort"
LESSON = '"text of first"'


@pytest.fixture
def courses(inside: Inside, cast: Cast) -> None:
    """An open course and one for the cohort, both to be found."""
    cast("member")
    with inside():
        group = db.session.scalars(select(Group.id).where(Group.name == COHORT)).one()
        make_course(title="Keeping lanterns")
        make_course(LIMITED, group_id=group, title="Lanterns of the cohort")
        _refresh()


def _refresh() -> None:
    for course in db.session.scalars(select(Course)):
        searching.refresh(course)


def found(client: FlaskClient, words: str, **more: str) -> list[str]:
    """Return where the results lead, in order."""
    query = "&".join(f"{name}={quote(value)}" for name, value in {"q": words, **more}.items())
    answer = client.get(f"/search?{query}")
    assert answer.status_code == 200
    return re.findall(r'class="hit-title"><a href="([^"]+)"', answer.get_data(as_text=True))


def test_who_sees_a_course_finds_its_page_and_who_takes_it_its_lessons(
    courses: None, client: FlaskClient, cast: Cast
) -> None:
    opened, limited, lesson = f"/courses/{COURSE}", f"/courses/{LIMITED}", f"/courses/{COURSE}/items/first"
    assert found(client, "lanterns") == [opened]
    assert found(cast("pending").client, "lanterns") == [opened]
    assert sorted(found(cast("member").client, "lanterns")) == [opened, limited]
    assert found(cast("outsider").client, "lanterns") == [opened]
    assert found(cast("expelled").client, "lanterns") == [opened]
    for person in ("member", "administrator", "trainer"):  # to look after a course is not to take it
        assert lesson not in found(cast(person).client, "English text of first")
    enrol(cast("member").client)
    assert found(cast("member").client, "English text of first")[0] == lesson
    assert found(cast("member").client, "Kenyan text")[0] == lesson
    assert found(client, '"English text of first"') == []


def test_what_is_taken_back_is_found_no_more_at_once(
    courses: None, inside: Inside, cast: Cast, client: FlaskClient
) -> None:
    """Whatever the index still holds: rights are asked when somebody searches."""
    member = cast("member")
    enrol(member.client)
    assert found(member.client, LESSON)
    post(member.client, f"/courses/{COURSE}/withdrawal")
    assert found(member.client, LESSON) == []
    enrol(member.client)
    assert found(member.client, LESSON)
    with inside():
        db.session.execute(update(Course).where(Course.slug == COURSE).values(retired_at=clock.now()))
        index_before = db.session.scalars(select(SearchDocument.id)).all()
    assert index_before
    assert found(member.client, LESSON) == []
    assert found(client, "lanterns") == []
    with inside():
        _refresh()
        assert (
            db.session.scalars(
                select(SearchDocument.url).where(SearchDocument.url.like(f"%/{COURSE}%"))
            ).all()
            == []
        )


def test_a_new_version_leaves_nothing_of_the_old_one(courses: None, inside: Inside, cast: Cast) -> None:
    enrol(cast("member").client)
    with inside():
        course = db.session.scalars(select(Course).where(Course.slug == COURSE)).one()
        shape = structure(COURSE)
        shape["modules"][1]["items"] = [one for one in shape["modules"][1]["items"] if one["id"] != "case"]
        publish(course, shape, title="Keeping orchards")
        searching.refresh(course)
        rebuilt = rebuild.rebuild()
        assert (rebuilt.written, rebuilt.removed) == (0, 0)
    assert found(cast("member").client, "lanterns") == [f"/courses/{LIMITED}"]
    assert found(cast("member").client, '"text of case"') == []
    assert f"/courses/{COURSE}" in found(cast("member").client, "orchards")


def test_a_result_opens_the_lesson_at_its_heading(inside: Inside, cast: Cast) -> None:
    html = '<p>Begin.</p><h2 id="s-flow">The flow</h2><p>Rivers <span class="visually-hidden">hidden</span> run.</p>'
    with inside():
        course = make_course()
        db.session.execute(update(EditionItem).where(EditionItem.item_id == "first").values(html=html))
        searching.refresh(course)
    reader = cast("member").client
    enrol(reader)
    assert found(reader, "rivers") == [f"/courses/{COURSE}/items/first#s-flow"]
    assert found(reader, "hidden") == []
    page = reader.get("/search?q=rivers").get_data(as_text=True)
    assert "<mark>Rivers</mark> run." in page
    assert "The flow" in page
    assert found(reader, "Stem of alpha") == []  # what the test asks is met in the test only


def test_parts_of_html() -> None:
    html = (
        '<p>A &amp; b</p><h2 class="step-title">Step</h2><ul><li>One</li><li>Two</li></ul>'
        '<figure><img alt="A drawing"><figcaption>Caption</figcaption></figure><h3 id="x">Deep <em>er</em></h3>'
    )
    assert searching.parts_of(html) == [
        Part("", "A & b"),
        Part("", "One\nTwo\nA drawing\nCaption", "Step"),
        Part("x", "", "Deep er"),
    ]


def _library(inside: Inside, number: int) -> None:
    scopes.provide("tests", lambda actor: ["tests"] if actor.approved else [])
    with inside():
        index_all(
            Document(
                "sheet" if one % 2 else "note",
                str(one),
                "tests",
                "en",
                f"Lantern {one}",
                [Part("", "by the river")],
                f"/x/{one}",
            )
            for one in range(number)
        )


def test_results_stand_under_their_kinds_and_go_on(inside: Inside, cast: Cast) -> None:
    _library(inside, 25)
    reader = cast("practitioner").client
    page = reader.get("/search?q=lantern&lang=en").get_data(as_text=True)
    assert '<p class="meta" role="status">25 results</p>' in page
    assert re.findall(r'<section class="search-group"[^>]*><h2 [^>]*>(\w+)</h2>', page) == ["Note", "Sheet"]
    onward = re.search(r'rel="next" href="([^"]+)"', page)
    assert onward is not None
    second = reader.get(onward[1].replace("&amp;", "&"))
    assert second.status_code == 200
    assert set(found(reader, "lantern", kind="sheet")) <= {f"/x/{one}" for one in range(1, 25, 2)}
    assert "Search in everything" in reader.get("/search?q=lantern&kind=unheard&lang=en").get_data(
        as_text=True
    )
    with counted() as statements:
        reader.get("/search?q=lantern")
    assert len(statements) <= 8, "\n".join(statements)
    scopes.provide("tests", lambda actor: ())


def test_what_the_page_says_when_nothing_is_asked_or_found(client: FlaskClient, cast: Cast) -> None:
    assert "What is searched" in client.get("/search?lang=en").get_data(as_text=True)
    assert "Lessons" in cast("practitioner").client.get("/search?lang=en").get_data(as_text=True)
    page = client.get("/search?q=zyx&lang=en").get_data(as_text=True)
    assert '<p class="meta" role="status">0 results</p>' in page
    assert "Nothing was found" in page
    assert "longer than a question" in client.get(f"/search?lang=en&q={'x ' * 500}").get_data(as_text=True)
    assert 'href="/search"' in client.get("/about").get_data(as_text=True)


HOSTILE = {
    "nul": "%00a%00",
    "surrogate": "%ed%a0%80",
    "no utf-8": "%ff%fe",
    "10,000 characters": "x" * 10_000,
    "10,000 ideographs": quote("证" * 10_000),
    "direction marks": quote("\u202e\u2066abc\u200f"),
    "operators": quote("a & !b | (c <-> d):* 'e' \\ \""),
    "markup": quote("<script>alert(1)</script>\"'><img src=x onerror=1>"),
    "sql": quote("'; DROP TABLE search_part; --"),
    "quotes": quote("'\"" * 500),
    "templates": quote("{{7*7}} %(x)s %s {0}"),
    "line breaks": "a%0d%0aSet-Cookie:%20x=1",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_typed_is_answered(courses: None, cast: Cast, name: str) -> None:
    client = cast("member").client
    for field in ("q", "kind", "language", "after", "typing", "lang"):
        answer = client.get(
            f"/search?{field}={HOSTILE[name]}&q=lantern" if field != "q" else f"/search?q={HOSTILE[name]}"
        )
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "Set-Cookie: x" not in str(answer.headers)
        assert "\x00" not in page
    assert found(client, "lantern")


def test_what_was_written_by_others_is_text(inside: Inside, cast: Cast) -> None:
    hostile = '<script>alert(1)</script> lantern " onmouseover="x'
    scopes.provide("tests", lambda actor: ["tests"])
    facets = {"within": hostile}
    with inside():
        index_all(
            [
                Document(
                    "post", "1", "tests", "en", hostile, [Part('a"><b>', hostile, hostile, 3)], "/x", facets
                )
            ]
        )
    page = cast("practitioner").client.get("/search?q=lantern").get_data(as_text=True)
    scopes.provide("tests", lambda actor: ())
    assert "<mark>lantern</mark>" in page
    for inert in ("<script>alert", '" onmouseover="x', "<b>"):
        assert inert not in page


def test_strangers_are_held_to_a_rate(client: FlaskClient, cast: Cast) -> None:
    answers = [client.get("/search?q=x").status_code for _ in range(62)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert cast("practitioner").client.get("/search?q=x").status_code == 200


def test_everything_taken_out_leaves_no_parts(courses: None, inside: Inside) -> None:
    with inside():
        db.session.execute(delete(SearchDocument))
        assert rebuild.due()
        assert rebuild.rebuild().written > 0
