"""The held-out measurement: 120 questions in six languages, written apart from the analyser by somebody else.

All passages lie in one index, whatever their language. A question counts for the share of its passages that are among
the first five results. The questions are for measuring: nothing is tuned by them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.search.actions import Document, Part, index_all
from app.search.queries import find
from tests.conftest import Inside
from tests.search.conftest import Holding

FOLDER = Path(__file__).parent
QUERIES, TEXTS = FOLDER / "queries.yaml", FOLDER / "passages.yaml"
FIRST = 5
ENOUGH = 0.9


def _read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return rows


@pytest.mark.skipif(not (QUERIES.exists() and TEXTS.exists()), reason="the held-out questions are not here")
def test_nine_in_ten_passages_are_among_the_first_five(inside: Inside, holding: Holding) -> None:
    reader = holding("held-out")
    recall: dict[str, list[float]] = {}
    first: dict[str, list[float]] = {}
    with inside():
        index_all(
            Document(
                "passage",
                one["id"],
                "held-out",
                one["language"],
                one["title"],
                [Part("", one["text"])],
                f"/{one['id']}",
            )
            for one in _read(TEXTS)
        )
        for asked in _read(QUERIES):
            found = [hit.key for hit in find(reader, asked["query"], reader=asked["language"]).found]
            wanted = asked["finds"]
            recall.setdefault(asked["language"], []).append(
                len(set(wanted) & set(found[:FIRST])) / len(wanted)
            )
            first.setdefault(asked["language"], []).append(found[:1] == wanted[:1])
    lines = [
        f"{language}  {len(some):3}  {sum(some) / len(some):.3f}  {sum(first[language]) / len(some):.3f}"
        for language, some in recall.items()
    ]
    sys.stdout.write("\n".join(["    asked  recall@5  first", *lines, ""]))
    assert {
        language: sum(some) / len(some) for language, some in recall.items() if sum(some) < ENOUGH * len(some)
    } == {}
