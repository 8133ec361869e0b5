"""What the kinds of things found are called: each feature registers its own."""

from __future__ import annotations

from flask_babel.speaklater import LazyString

_kinds: dict[str, LazyString] = {}


def register(kind: str, name: LazyString) -> None:
    """Let results of ``kind`` stand under ``name``, in the plural ("Lessons"); registering it again replaces it."""
    _kinds[kind] = name


def name_of(kind: str) -> str:
    """Return what a kind is called in the language of the page; its own name, readable, when nobody has said."""
    return str(_kinds[kind]) if kind in _kinds else kind.replace("-", " ").replace("_", " ").capitalize()


def names() -> list[str]:
    """Return what everything that can be found is called, in the order it was registered."""
    return list(dict.fromkeys(map(str, _kinds.values())))
