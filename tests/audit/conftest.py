"""A chain to tamper with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.audit.actions import record
from app.audit.sealing import seal
from app.audit.verification import Verdict, verify
from app.core.access import Actor
from app.core.database import TransactionalFlask, db
from app.core.settings import KEY
from tests.conftest import Inside

ASTRID = Actor(user_id=7, public_id="astrid", name="Astrid")


@dataclass
class Chain:
    """The audit of a test, with a copy of its heads in a file of its own."""

    inside: Inside
    copy: Path

    def write(self, count: int = 1, **given: Any) -> None:
        """Write entries in one transaction."""
        with self.inside():
            for number in range(count):
                record(ASTRID, "test.done", "thing", f"thing-{number}", detail={"number": number}, **given)

    def seal(self, count: int = 0, **given: Any) -> None:
        """Write ``count`` entries, then let the sealer run."""
        self.write(count, **given)
        with self.inside():
            seal()

    def tamper(self, statement: str, **values: object) -> None:
        """Do what only the owner of the tables can: change them with their triggers off."""
        tables = ("audit_entry", "audit_payload", "audit_head")
        with self.inside() as session:
            for table in tables:
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for one in statement.split(";"):
                if one.strip():
                    session.execute(text(one), values)
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            for table in tables:
                session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))

    def rows(self, columns: str) -> list[Any]:
        """Return columns of every entry in the order of the chain."""
        with self.inside() as session:
            return list(session.execute(text(f"SELECT {columns} FROM audit_entry ORDER BY seq, id")))

    def verify(self, copy: Path | None = None) -> Verdict:
        """Verify against this chain's copy, or another."""
        with self.inside():
            return verify(copy or self.copy)

    def found(self, copy: Path | None = None) -> list[tuple[str, int | None]]:
        """Return what a verification finds: kind and position."""
        return [(one.kind.value, one.seq) for one in self.verify(copy).findings]

    def words(self) -> str:
        """Return what a verification says."""
        return "\n".join(str(one) for one in self.verify().findings)


@pytest.fixture
def chain(app: TransactionalFlask, inside: Inside, tmp_path: Path) -> Iterator[Chain]:
    """An empty chain with a copy file of its own."""
    before = app.config[KEY]
    copy = tmp_path / "elsewhere" / "heads.log"
    app.config[KEY] = before.model_copy(update={"audit_copy": str(copy)})
    yield Chain(inside, copy)
    app.config[KEY] = before


@pytest.fixture
def ten(chain: Chain) -> Chain:
    """A chain of ten entries, sealed in five batches of two."""
    for _batch in range(5):
        chain.seal(2)
    return chain


__all__ = ["ASTRID", "Chain", "chain", "db", "ten"]
