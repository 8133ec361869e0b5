"""Numbers as a report says them: the exact value, or a round one with the word that makes it true."""

from __future__ import annotations

import math

from flask_babel import gettext as _

from app.core.i18n import format_number
from app.core.refusal import require
from app.records.comparing import holds
from app.records.figures.models import Qualifier

_DIGITS = 2
"""So many leading digits of a rounded number stay."""


def said(value: float, qualifier: Qualifier) -> float:
    """Return the number to say: the value, or the round one below it, above it or nearest to it.

    Two leading digits stay (of numbers below a hundred, fives), so a round number is within a tenth. Refused where
    the word would be untrue: 1,500 is not more than 1,500.
    """
    if qualifier == Qualifier.EXACT:
        return value
    step = _step(value)
    rounded = {
        Qualifier.MORE_THAN: math.floor(value / step) * step,
        Qualifier.NEARLY: math.ceil(value / step) * step,
        Qualifier.ABOUT: math.floor(value / step + 0.5) * step,
    }[qualifier]
    refusal = _("%(number)s cannot be said so: choose another way to say it.", number=format_number(value))
    require(value > 0 and holds(qualifier, rounded, value), refusal)
    return float(rounded)


def in_words(number: float, qualifier: Qualifier) -> str:
    """Return a number with its word, in the page's language."""
    shown = format_number(number)
    if qualifier == Qualifier.MORE_THAN:
        return str(_("more than %(number)s", number=shown))
    if qualifier == Qualifier.NEARLY:
        return str(_("nearly %(number)s", number=shown))
    if qualifier == Qualifier.ABOUT:
        return str(_("about %(number)s", number=shown))
    return shown


def _step(value: float) -> int:
    digits = len(str(int(value)))
    return int(10 ** (digits - _DIGITS)) if digits > _DIGITS else 5
