"""Putting things into the index: replaced whole, written only where something changed, moved, taken out."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from app.core.database import db
from app.search import rebuild
from app.search.actions import Document, Part, index, index_all, index_scope, move, remove, remove_scope
from app.search.documents import split
from app.search.models import SearchDocument, SearchPart
from app.search.queries import find
from tests.conftest import Inside
from tests.search.conftest import Holding


def note(key: str = "1", words: str = "a lantern", **more: object) -> Document:
    """Return a document of one part in the scope ``room:1``."""
    given: dict[str, object] = {
        "scope": "room:1",
        "language": "en",
        "title": f"Note {key}",
        "url": f"/notes/{key}",
    }
    return Document(kind="note", key=key, parts=[Part("", words)], **(given | more))  # type: ignore[arg-type]


def rows() -> list[tuple[str, str, str, int]]:
    """Return what is in the index as (key, language, scope, parts)."""
    found = db.session.execute(
        select(
            SearchDocument.key, SearchDocument.language, SearchDocument.scope, func.count(SearchPart.number)
        )
        .join(
            SearchPart,
            (SearchPart.document_id == SearchDocument.id) & (SearchPart.scope == SearchDocument.scope),
        )
        .where(SearchDocument.kind == "note")
        .group_by(SearchDocument.id)
        .order_by(SearchDocument.key, SearchDocument.language)
    )
    return [tuple(row) for row in found]  # type: ignore[misc]


def physical() -> list[str]:
    """Return where every row lies: the same as long as nothing is written."""
    places = "SELECT ctid::text || xmin::text FROM {} ORDER BY 1"
    return [
        one
        for table in ("search_document", "search_part")
        for one in db.session.scalars(text(places.format(table)))
    ]


def test_a_document_is_replaced_whole_and_left_alone_when_it_is_the_same(
    inside: Inside, holding: Holding
) -> None:
    reader = holding("room:1")
    with inside():
        assert index(note(words="a lantern")).written == 1
        before = physical()
        assert index(note(words="a lantern")).written == 0
        assert physical() == before
        assert index(note(words="an orchard")).written == 1
        assert find(reader, "lantern").total == 0
        assert find(reader, "orchard").total == 1
        assert rows() == [("1", "en", "room:1", 1)]


def test_a_thing_in_several_languages_is_one_hit(inside: Inside, holding: Holding) -> None:
    with inside():
        index(note(words="hawala lantern"), note(language="fr", words="hawala lanterne", title="Billet"))
        found = find(holding("room:1"), "hawala", reader="fr")
        assert (found.total, [hit.language for hit in found.found]) == (1, ["fr"])
        index(note(language="fr", words="hawala"))
        assert rows() == [("1", "fr", "room:1", 1)]


def test_what_is_not_one_thing_is_refused(inside: Inside) -> None:
    with inside():
        with pytest.raises(ValueError, match="one thing"):
            index(note("1"), note("2"))
        with pytest.raises(ValueError, match="one document in each language"):
            index(note("1"), note("1", words="other"))
        with pytest.raises(ValueError, match="another scope"):
            index_scope("room:2", [note("1")])


def test_moving_and_removing(inside: Inside, holding: Holding) -> None:
    first, second = holding("room:1"), holding("room:2")
    with inside():
        index_all([note("1"), note("2"), note("3", scope="room:2")])
        move("note", "1", "room:2")
        assert [find(one, "lantern").total for one in (first, second)] == [1, 2]
        index(note("1"))  # the same words, back in the other scope
        assert [find(one, "lantern").total for one in (first, second)] == [2, 1]
        remove("note", "1")
        remove("note", "never there")
        assert rows() == [("2", "en", "room:1", 1), ("3", "en", "room:2", 1)]
        index_scope("room:1", [note("4")])
        assert rows() == [("3", "en", "room:2", 1), ("4", "en", "room:1", 1)]
        remove_scope("room:2")
        assert rows() == [("4", "en", "room:1", 1)]


def test_long_texts_lie_in_even_parts_and_a_hit_says_the_page(inside: Inside, holding: Holding) -> None:
    pages = [Part(f"/pages/{number}", f"Word {number}. " * 300, page=number) for number in (1, 2)]
    pages.append(Part("/pages/3", "The lantern is on the third page.", page=3))
    with inside():
        index(Document("file", "7", "room:1", "en", "Manual", pages, "/files/7"))
        (hit,) = find(holding("room:1"), "lantern").found
        assert (hit.page, hit.url) == (3, "/files/7/pages/3")
        assert str(hit.passage) == "The <mark>lantern</mark> is on the third page."


def test_splitting_keeps_every_word() -> None:
    text_of_many = "One sentence here. " * 400 + "文字" * 900 + "x" * 5_000
    pieces = list(split(text_of_many))
    assert "".join("".join(pieces).split()) == "".join(text_of_many.split())
    assert max(map(len, pieces)) < 10_000
    assert list(split("short")) == ["short"]


def test_a_rebuild_makes_what_features_provide_and_nothing_else(
    inside: Inside, holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "_providers", {"notes": lambda: [note("1"), note("2", words="an orchard")]})
    with inside():
        assert rebuild.due()  # there is nothing yet
        index(note("3"))
        assert rebuild.rebuild() == rebuild.Rebuilt(given=2, written=2, removed=1)
        assert rebuild.rebuild() == rebuild.Rebuilt(given=2, written=0, removed=0)
        assert not rebuild.due()
        assert find(holding("room:1"), "lantern orchard").total == 2
        db.session.execute(text("UPDATE search_document SET analyser = 0 WHERE key = '1'"))
        assert rebuild.due()
