"""Put things into the index, move them to another scope, take them out. In the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

import psycopg
from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import JSON, db
from app.search.analyser import VERSION, prepared, vector
from app.search.documents import Document, Part, Piece, thing
from app.search.models import SearchDocument, SearchPart

__all__ = [
    "Document",
    "Outcome",
    "Part",
    "index",
    "index_all",
    "index_scope",
    "move",
    "remove",
    "remove_scope",
]

_BATCH = 200
_COLUMNS = "document_id, number, thing, scope, kind, language, anchor, heading, page, text, tsv"
_REPLACED = ("scope", "title", "url", "facets", "digest", "analyser", "parts", "tsv", "updated_at")
Name = tuple[str, str, str]  # kind, key, language


@dataclass(slots=True)
class Outcome:
    """How many documents were given, and how many of them were written."""

    given: int = 0
    written: int = 0


def index(*documents: Document) -> Outcome:
    """Let a thing be found as ``documents`` say, one in each language, in place of what was there.

    What is there already as it should be is not written again. Raises ValueError when they are of different things or
    two are in the same language.
    """
    if len({(one.kind, one.key) for one in documents}) > 1:
        raise ValueError("one call indexes one thing; index_all takes many")
    return index_all(documents)


def index_all(documents: Iterable[Document]) -> Outcome:
    """Index many things, in batches as they come; the documents of one thing follow each other. Raises ValueError."""
    outcome = Outcome()
    things = (list(some) for _, some in groupby(documents, key=lambda one: (one.kind, one.key)))
    while batch := list(islice(things, _BATCH)):
        given = [document for some in batch for document in some]
        outcome.given += len(given)
        outcome.written += _write(given)
    return outcome


def index_scope(scope: str, documents: Iterable[Document]) -> Outcome:
    """Let exactly ``documents`` be found of a scope: others that carry it are taken out. Raises ValueError."""
    before = select(SearchDocument.thing, SearchDocument.id).where(SearchDocument.scope == scope)
    stored = db.session.execute(before).all()
    given: set[int] = set()
    outcome = index_all(_of_scope(scope, documents, given))
    _delete([row.id for row in stored if row.thing not in given])
    return outcome


def _of_scope(scope: str, documents: Iterable[Document], given: set[int]) -> Iterator[Document]:
    for document in documents:
        if document.scope != scope:
            raise ValueError(f"{document.kind} {document.key} is of another scope than {scope}")
        given.add(document.thing)
        yield document


def remove(kind: str, key: str) -> None:
    """Let a thing be found no more, in any language."""
    db.session.execute(delete(SearchDocument).where(SearchDocument.thing == thing(kind, key)))


def remove_scope(scope: str) -> None:
    """Let nothing of a scope be found any more."""
    db.session.execute(delete(SearchDocument).where(SearchDocument.scope == scope))


def move(kind: str, key: str, scope: str) -> None:
    """Let a thing be found by those who hold ``scope``, and by nobody else."""
    of_thing = select(SearchDocument.id).where(SearchDocument.thing == thing(kind, key))
    _move(db.session.scalars(of_thing.order_by(SearchDocument.id).with_for_update()).all(), scope)


def _move(ids: Collection[int], scope: str) -> None:
    if ids:
        moved = update(SearchDocument).where(SearchDocument.id.in_(ids))
        db.session.execute(moved.values(scope=scope))
        db.session.execute(update(SearchPart).where(SearchPart.document_id.in_(ids)).values(scope=scope))


# ------------------------------------------------------------------------------------------------ writing


def _write(given: Sequence[Document]) -> int:
    """Bring the index to what is given; return how many documents were written."""
    wanted = {(one.kind, one.key, one.language): one for one in given}
    if len(wanted) < len(given):
        raise ValueError("a thing has one document in each language")
    stored = _stored({one.thing for one in given})
    _delete([row.id for name, row in stored.items() if name not in wanted])
    digests = {name: one.digest() for name, one in wanted.items()}
    changed = [name for name in wanted if name not in stored or stored[name].digest != digests[name]]
    for name in wanted.keys() - set(changed):
        if stored[name].scope != wanted[name].scope:
            _move([stored[name].id], wanted[name].scope)
    if changed:
        _replace({name: wanted[name] for name in sorted(changed)}, digests)
    return len(changed)


def _stored(things: Collection[int]) -> dict[Name, Row[str, str, str, int, str, str]]:
    """Return what is stored of things, by name."""
    rows = db.session.execute(
        select(
            SearchDocument.kind,
            SearchDocument.key,
            SearchDocument.language,
            SearchDocument.id,
            SearchDocument.digest,
            SearchDocument.scope,
        ).where(SearchDocument.thing.in_(things))
    )
    return {(row.kind, row.key, row.language): row for row in rows}


def _delete(ids: Collection[int]) -> None:
    if ids:
        db.session.execute(delete(SearchDocument).where(SearchDocument.id.in_(ids)))


def _replace(documents: dict[Name, Document], digests: dict[Name, str]) -> None:
    """Write documents and their parts in place of what is stored; the rows' locks keep two writers apart."""
    pieces = {name: list(document.pieces()) for name, document in documents.items()}
    rows = [
        _row(document, digests[name]) | {"parts": len(pieces[name])} for name, document in documents.items()
    ]
    new = insert(SearchDocument).values(rows)
    written = new.on_conflict_do_update(
        index_elements=["kind", "key", "language"], set_={name: new.excluded[name] for name in _REPLACED}
    ).returning(SearchDocument.kind, SearchDocument.key, SearchDocument.language, SearchDocument.id)
    ids = {(row.kind, row.key, row.language): row.id for row in db.session.execute(written)}
    db.session.execute(delete(SearchPart).where(SearchPart.document_id.in_(ids.values())))
    _copy(row for name in documents for row in _part_rows(ids[name], documents[name], pieces[name]))


def _row(document: Document, digest: str) -> JSON:
    title = prepared(document.title)
    return {
        "thing": document.thing,
        "kind": document.kind,
        "key": document.key,
        "language": document.language,
        "scope": document.scope,
        "title": title,
        "url": document.url,
        "facets": dict(document.facets),
        "digest": digest,
        "analyser": VERSION,
        "tsv": vector((title, document.language, "A")),
        "updated_at": document.updated_at or clock.now(),
    }


def _part_rows(id: int, document: Document, pieces: Iterable[Piece]) -> Iterator[tuple[object, ...]]:
    same = (document.thing, document.scope, document.kind, document.base_language)
    for one in pieces:
        yield (id, one.number, *same, one.anchor, one.heading, one.page, one.text, one.vector)


def _copy(rows: Iterable[tuple[object, ...]]) -> None:
    """Copy parts into their table: many times faster than inserting them."""
    connection = db.session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY search_part ({_COLUMNS}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
