"""Finding: only what one may see, the nearest first, with the passage that answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.core import clock, scopes
from app.core.access import NOBODY, Actor
from app.core.database import TransactionalFlask, db, unit_of_work
from app.search.actions import Document, Part, index_all
from app.search.queries import Hits, find
from tests.conftest import Inside
from tests.search.conftest import Holding
from tests.search.examples import PASSAGES, questions
from tests.search.test_analyser import ANY, HOSTILE
from tests.search.test_index import note
from tests.support.queries import counted

SECRET = "<script>alert(1)</script> lantern & <b onclick=x>orchard</b>"


def keys(hits: Hits) -> list[str]:
    """Return the keys of a page of hits."""
    return [hit.key for hit in hits.found]


@pytest.fixture(scope="module")
def library(application: TransactionalFlask, engine: Engine) -> Iterator[Actor]:
    """Sixty passages in six languages, and somebody who may see them all."""
    scopes.provide("library", lambda actor: ["library"] if actor.user_id == 1_999_999_999 else [])
    with engine.connect() as connection, connection.begin() as transaction:
        db.bind_for_tests(connection)
        with application.app_context(), unit_of_work():
            index_all(
                Document(
                    "passage", f"{language}:{name}", "library", language, title, [Part("", body)], f"/{name}"
                )
                for language, passages in PASSAGES.items()
                for name, (title, body) in passages.items()
            )
        try:
            with application.app_context():
                yield Actor(user_id=1_999_999_999, approved=True)
        finally:
            db.bind_for_tests(None)
            transaction.rollback()
            scopes.provide("library", lambda actor: ())


@pytest.mark.parametrize("language", list(PASSAGES))
def test_questions_find_their_passage(library: Actor, language: str) -> None:
    """Inflected, without accents, in whole sentences: the passage is the first, or the first in its language."""
    missed = []
    for spoken, passage, words in questions():
        if spoken == language:
            found = find(library, words, reader=language)
            same = [key for key in keys(found) if key.startswith(language)]
            if same[:1] != [f"{language}:{passage}"]:
                missed.append((words, same[:3]))
    assert missed == []


def test_nothing_of_a_scope_that_is_not_held_is_met_in_any_way(inside: Inside, holding: Holding) -> None:
    with inside():
        index_all([note("1"), note("2", scope="room:2", words="lantern unicorn"), note("3", scope="room:20")])
        member, other = holding("room:1"), holding("room:2", "room:20")
        assert (keys(find(member, "lantern")), find(member, "lantern").kinds) == (["1"], {"note": 1})
        for words in ("unicorn", "unico", '"lantern unicorn"', "note 2"):
            found = find(member, words, typing=True)
            assert "2" not in keys(found)
            assert found.total == len(found.found)
        assert sorted(keys(find(other, "lantern"))) == ["2", "3"]
        assert find(NOBODY, "lantern").total == 0
        assert keys(find(other, "lantern", scopes=["room:20", "room:1"])) == ["3"]
        assert find(member, "lantern", scopes=["room:2"]).total == 0


def test_what_is_hidden_moves_no_rank(inside: Inside, holding: Holding) -> None:
    """Words weigh by how rare they are among what one may see; what one may not see weighs nothing."""
    reader = holding("room:1")
    with inside():
        index_all([note("1", "lantern and more"), note("2", "orchard and more")])
        before = [(hit.key, hit.title) for hit in find(reader, "lantern orchard river").found]
        index_all([note(f"h{number}", "lantern lantern", scope="room:2") for number in range(30)])
        assert [(hit.key, hit.title) for hit in find(reader, "lantern orchard river").found] == before


def test_titles_then_closeness_then_freshness(inside: Inside, holding: Holding) -> None:
    reader = holding("room:1")
    old = clock.now().replace(year=clock.now().year - 3)
    far = "The river is here. " + "Other words stand between. " * 20 + "There is the orchard."
    with inside():
        index_all([
            note("old", "the river orchard of all", updated_at=old),
            note("new", "the river orchard of all"),
            note("far", far),
            note("title", "the river and the orchard", title="River orchard"),
        ])  # fmt: skip
        assert keys(find(reader, "river orchard")) == ["title", "new", "old", "far"]


def test_phrases_exclusions_and_beginnings(inside: Inside, holding: Holding) -> None:
    reader = holding("room:1")
    with inside():
        index_all(
            [note("1", "a chain of custody"), note("2", "custody of the chain"), note("3", "chained customs")]
        )
        assert keys(find(reader, '"chain of custody"')) == ["1"]
        assert keys(find(reader, "«custody of the chain»")) == ["2"]
        assert sorted(keys(find(reader, "chain -note -custody"))) == []
        assert keys(find(reader, "chain -custody")) == ["3"]
        assert sorted(keys(find(reader, "custo", typing=True))) == ["1", "2", "3"]
        assert sorted(keys(find(reader, "custo"))) == [
            "1",
            "2",
            "3",
        ]  # nothing is written so, so it may go on


def test_a_page_leads_to_the_next_without_gaps(inside: Inside, holding: Holding) -> None:
    reader = holding("room:1")
    with inside():
        index_all([note(str(number), f"lantern number {number}") for number in range(35)])
        seen: list[str] = []
        cursor = None
        for turn in range(4):
            page = find(reader, "lantern", cursor=cursor)
            seen += keys(page)
            cursor = page.cursor
            assert page.total == 35 + turn
            index_all(
                [note(f"new{turn}", "lantern lantern lantern", title="Lantern")]
            )  # goes before, not between
        assert cursor is None
        assert sorted(seen) == sorted(map(str, range(35)))
        for broken in ("", "x", "é", "A" * 500, "cy4xLjI", "0", "=" * 9):
            assert len(find(reader, "lantern", cursor=broken).found) == 10


def test_narrowed_to_a_kind_and_to_a_language(inside: Inside, holding: Holding) -> None:
    reader = holding("room:1")
    with inside():
        index_all([note("1", "hawala"), note("2", "hawala", language="fr-CH")])
        index_all([Document("post", "1", "room:1", "", "", [Part("post-1", "hawala")], "/topics/1")])
        everything = find(reader, "hawala")
        assert (everything.total, everything.kinds) == (3, {"note": 2, "post": 1})
        posts = find(reader, "hawala", kinds=["post"])
        assert (posts.total, posts.kinds, posts.found[0].url) == (
            1,
            {"note": 2, "post": 1},
            "/topics/1#post-1",
        )
        assert keys(find(reader, "hawala", language="fr")) == ["2"]
        assert find(reader, "hawala", kinds=["unheard of"]).total == 0


def test_markup_in_titles_texts_and_questions_is_inert(inside: Inside, holding: Holding) -> None:
    with inside():
        index_all([note("1", SECRET, title=SECRET)])
        (hit,) = find(holding("room:1"), "lantern <script> onclick").found
        for shown in (hit.title, hit.passage):
            assert set(re.findall("<[^>]*>", str(shown))) <= {"<mark>", "</mark>"}
            assert "<mark>lantern</mark>" in str(shown)


def test_a_long_text_is_shown_where_it_answers(inside: Inside, holding: Holding) -> None:
    words = (
        "Filler stands here. " * 20
        + "The lantern hangs in the orchard by the river. "
        + "More follows. " * 20
    )
    with inside():
        index_all([note("1", words)])
        (hit,) = find(holding("room:1"), "river lantern orchards").found
        assert (
            "The <mark>lantern</mark> hangs in the <mark>orchard</mark> by the <mark>river</mark>."
            in hit.passage
        )
        assert hit.passage.startswith("…")
        assert hit.passage.endswith("…")
        assert len(hit.passage.striptags()) < 340


def test_a_symbol_is_marked_whole(inside: Inside, holding: Holding) -> None:
    with inside():
        index_all([note("1", "By S/RES/2396 (2017) States agreed, and s is a letter.")])
        (hit,) = find(holding("room:1"), "s/res/2396").found
        assert str(hit.passage) == "By <mark>S/RES/2396</mark> (2017) States agreed, and s is a letter."


def test_finding_takes_two_statements_at_most(inside: Inside, holding: Holding) -> None:
    with inside():
        index_all([note("1", "lantern orchard")])
        reader = holding("room:1")
        scopes.scopes_of(reader)  # asked once, whoever asks
        for words, most in (("lantern", 1), ("lantern unheard", 2), ("unheard of", 3)):
            with counted() as statements:
                find(reader, words)
            assert len(statements) <= most, words


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY | HOSTILE, st.booleans(), st.sampled_from([None, "c.1.2.3", "cy4xLjIuMw"]))
def test_any_question_is_answered(library: Actor, words: str, typing: bool, cursor: str | None) -> None:
    found = find(library, words, typing=typing, cursor=cursor)
    assert len(found.found) <= 10
    for hit in found.found:
        assert set(re.findall("<[^>]*>", f"{hit.title}{hit.passage}")) <= {"<mark>", "</mark>"}


@pytest.mark.parametrize(
    "words", ["x " * 5_000, "证" * 10_000, "'" * 10_000, "-a" * 5_000, "\x00" * 300, '"a b" ' * 300]
)
def test_a_long_question_is_cut(library: Actor, words: str) -> None:
    assert not find(library, words).question.whole or len(words) <= 400
