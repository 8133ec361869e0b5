"""Times that reports speak of by name: since 2003, since the pandemic began, throughout a year, by a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.core.i18n import format_day
from app.core.texts import lazy_gettext as _l

YEAR, BY_DATE = "year", "by_date"


@dataclass(frozen=True, slots=True)
class Epoch:
    """A named beginning; the end is each number's own cut-off."""

    id: str
    words: LazyString
    start: date | None


EPOCHS = {
    one.id: one
    for one in (
        Epoch("since_2003", _l("since 2003"), date(2003, 1, 1)),
        Epoch("since_2008", _l("since 2008"), date(2008, 1, 1)),
        Epoch("since_pandemic", _l("since the pandemic began"), date(2020, 3, 11)),
        Epoch(YEAR, _l("throughout the year"), None),
        Epoch(BY_DATE, _l("by a date"), None),
    )
}
"""The pandemic began on the day on which the World Health Organization called it one, 11 March 2020."""


def period_of(epoch: str, cut_off: date) -> tuple[date | None, date]:
    """Return the first and last day of an epoch that ends with ``cut_off``. LookupError for one that is not known."""
    if epoch not in EPOCHS:
        raise LookupError(f"no epoch {epoch}")
    start = date(cut_off.year, 1, 1) if epoch == YEAR else EPOCHS[epoch].start
    return start, cut_off


def words(epoch: str, cut_off: date) -> str:
    """Return how a sentence says the time of an epoch that ends with ``cut_off``."""
    whole_year = cut_off.month == 12 and cut_off.day == 31
    if epoch == YEAR and whole_year:
        return str(_("throughout %(year)s", year=str(cut_off.year)))
    if epoch == YEAR:
        return str(
            _("from the beginning of %(year)s to %(day)s", year=str(cut_off.year), day=format_day(cut_off))
        )
    if epoch == BY_DATE:
        return str(_("by %(day)s", day=format_day(cut_off)))
    return str(_("%(since)s, up to %(day)s", since=EPOCHS[epoch].words, day=format_day(cut_off)))
