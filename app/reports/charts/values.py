"""What a chart can be asked to show: a number, nothing, or a number that is kept back."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.core.i18n import format_number


class Hidden(Enum):
    """Why a number is not shown."""

    FEW = "few"
    WITHHELD = "withheld"

    def __str__(self) -> str:
        """The words that stand in place of the number."""
        return str(_("fewer than 5") if self is Hidden.FEW else _("not shown"))


SUPPRESSED = Hidden.FEW
"""Fewer than five people: the number itself is never handed to a chart."""
WITHHELD = Hidden.WITHHELD
"""Kept back so that a suppressed number beside it cannot be worked out."""

Number = int | float
Value = Number | Hidden | None
Text = str | LazyString
Shown = Callable[[Number], str]
"""How a number is written in the page's language."""


def number_of(value: Value) -> Number | None:
    """Return the number that may be drawn; None where there is none or it is hidden. ValueError below zero."""
    if value is None or isinstance(value, Hidden):
        return None
    if value < 0:
        raise ValueError(f"a chart shows no number below zero: {value}")
    return value


def text_of(value: Value, shown: Shown = format_number) -> str:
    """Return a value as it is written: the number, the words for a hidden one, a dash for none."""
    if value is None:
        return "–"
    return str(value) if isinstance(value, Hidden) else shown(value)
