"""The texts of the live room's client, in the language of the page: each part adds its own, the page carries them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

WordsOf = Callable[[], Mapping[str, str]]
_parts: dict[str, WordsOf] = {}


def provide(part: str, words_of: WordsOf) -> None:
    """Let a part of the room add its texts; ``words_of`` returns them by key, through gettext, at every call.

    A text may hold ``{name}`` places that the client fills. No plurals: "People: {count}".
    """
    _parts[part] = words_of


def spoken() -> dict[str, dict[str, str]]:
    """Return every part's texts in the language of the present request."""
    return {part: dict(words_of()) for part, words_of in _parts.items()}
