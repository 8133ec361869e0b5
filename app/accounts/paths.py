"""Where a person may be sent after signing in: paths of ours only."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

HOME = "/"


def is_local(target: str | None) -> bool:
    """Whether ``target`` is a plain path of ours, however a browser reads it."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return False
    if any(character.isspace() or ord(character) < 0x20 for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def here() -> str:
    """Return the path of this page to come back to; after a refused POST the page it was sent from."""
    if request.method in {"GET", "HEAD"}:
        full = request.full_path.rstrip("?")
        return full if is_local(full) else HOME
    sent_from = urlsplit(request.referrer or "")
    return sent_from.path if sent_from.netloc == request.host and is_local(sent_from.path) else HOME
