"""Make the index again from what features provide: after a change of the analyser, or when in doubt.

The index is a copy. What features give is written as far as it differs, what none gives any more is taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import delete, exists, func, select

from app.core.database import db
from app.search.actions import index_all
from app.search.analyser import VERSION
from app.search.documents import Document
from app.search.models import SearchDocument

Documents = Callable[[], Iterable[Document]]
_providers: dict[str, Documents] = {}
_LOCK = 7_202_612
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many documents features gave, how many of them were written, how many others were taken out."""

    given: int
    written: int
    removed: int


def provide(name: str, documents: Documents) -> None:
    """Let ``documents()`` yield all that the feature ``name`` has in the index, the languages of a thing together.

    A feature that indexes anything provides it here: what nobody provides is taken out by a rebuild.
    """
    _providers[name] = documents


def due() -> bool:
    """Whether the index was never made, or was made by another version of the analyser."""
    other = exists().where(SearchDocument.analyser != VERSION)
    nothing = ~exists().where(SearchDocument.id.is_not(None))
    return bool(db.session.scalar(select(other | nothing)))


def rebuild() -> Rebuilt:
    """Bring the index to what features provide now. One at a time, whoever else may be starting."""
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    before = _things()
    seen: set[int] = set()
    outcome = index_all(_noting(seen))
    gone = sorted(id for thing, ids in before.items() if thing not in seen for id in ids)
    for batch in _batches(gone):
        db.session.execute(delete(SearchDocument).where(SearchDocument.id.in_(batch)))
    return Rebuilt(outcome.given, outcome.written, len(gone))


def _things() -> dict[int, list[int]]:
    """Return the ids of what is in the index, by thing. What comes later while this runs is nobody's to remove."""
    found: dict[int, list[int]] = {}
    for thing, id in db.session.execute(select(SearchDocument.thing, SearchDocument.id)):
        found.setdefault(thing, []).append(id)
    return found


def _noting(seen: set[int]) -> Iterator[Document]:
    for documents in _providers.values():
        for document in documents():
            seen.add(document.thing)
            yield document


def _batches(ids: list[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
