"""What a password must be, and its hash (Argon2id with OWASP's parameters)."""

from __future__ import annotations

import re
import runpy
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask_babel import gettext as _
from flask_security.utils import hash_password

MINIMUM = 10
MAXIMUM = 256
_READ = 1_000  # of what was typed; more than any password has, less than the hash takes
LEAST_DIFFERENT = 4
ARGON2 = {
    "argon2__type": "ID",
    "argon2__memory_cost": 19 * 1024,  # KiB
    "argon2__time_cost": 2,
    "argon2__parallelism": 1,
}
_LEET = str.maketrans("@$!013457", "asioleast")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def normalised(password: str) -> str:
    """Return the password as it is hashed, so that every keyboard's way of writing a letter is the same.

    What is longer than any password can be is cut, still too long: it fits none.
    """
    return unicodedata.normalize("NFKC", password)[:_READ]


def hashed(password: str) -> str:
    """Return the hash that is kept of ``password``."""
    return str(hash_password(normalised(password)))


@cache
def _common() -> frozenset[str]:
    """The list of the package zxcvbn, read when it is first asked for: the package itself takes 12 MB a process."""
    package = find_spec("zxcvbn")
    assert package is not None
    assert package.origin is not None
    lists = runpy.run_path(str(Path(package.origin).with_name("frequency_lists.py")))
    return frozenset(lists["FREQUENCY_LISTS"]["passwords"])


def common(password: str) -> bool:
    """Whether the password, or what is left without digits and signs around it, is on the list of common ones."""
    lower = password.casefold()
    core = _EDGES.sub("", lower)
    plain = _EDGES.sub("", lower.translate(_LEET))
    return any(one in _common() for one in (lower, core, plain) if len(one) > 3)


def faults(password: str, own: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with a (normalised) password, in words; ``own`` are the person's address and names."""
    if len(password) < MINIMUM:
        return [
            _("Use at least %(min)d characters; you typed %(length)d.", min=MINIMUM, length=len(password))
        ]
    if len(password) > MAXIMUM:
        return [_("Use at most %(max)d characters.", max=MAXIMUM)]
    if common(password) or len(set(password)) < LEAST_DIFFERENT:
        return [
            _(
                "This password is among the first that attackers try. Choose another one, for example four words."
            )
        ]
    if _holds(password.casefold(), own):
        return [_("The password must not hold your name or your e-mail address.")]
    return []


def _holds(password: str, own: Iterable[str]) -> bool:
    parts = {part for text in own for part in (text, text.partition("@")[0], *re.split(r"[\s@.\-_]+", text))}
    return any(len(part) > 3 and part.casefold() in password for part in parts)
