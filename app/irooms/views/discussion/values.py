"""Numbers in addresses and forms; what is none is as if it were not there."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

_DIGITS = 9


def number(name: str, values: Mapping[str, str] | None = None) -> int | None:
    """Return the whole number ``name`` of the address (or of ``values``), None where there is none."""
    typed = (request.args if values is None else values).get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS else None
