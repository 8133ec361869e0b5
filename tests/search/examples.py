"""The passages and questions of ``examples.yaml``: what the analyser and the ranking were made with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("examples.yaml")
_READ: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
PASSAGES: dict[str, dict[str, tuple[str, str]]] = {
    language: {name: (one["title"], one["text"]) for name, one in passages.items()}
    for language, passages in _READ["passages"].items()
}
"""Title and text by language and name."""


def questions() -> list[tuple[str, str, str]]:
    """Return every question as (language, name of the passage, words)."""
    return [
        (language, one["finds"], one["words"])
        for language, some in _READ["questions"].items()
        for one in some
    ]
