"""A report's paragraph: one plain sentence a number, in the page's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.i18n import format_day
from app.records import epochs
from app.reports.yearly.models import PERIOD

Sentence = Callable[[str, str, int], str]


def time_of(epoch: str, start: date | None, end: date) -> str:
    """Return how a sentence begins: the time that its number is about."""
    if epoch != PERIOD:
        words = epochs.words(epoch, end)
        return words[:1].upper() + words[1:]
    if start and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(_("In %(year)s", year=str(end.year)))
    return str(_("In the period from %(start)s to %(end)s", start=format_day(start), end=format_day(end)))


def sentence(figure: str, name: str, when: str, number: str, amount: int) -> str:
    """Return the sentence of a figure; one without words of its own is named and its number given."""
    own = _SENTENCES.get(figure)
    if own is not None:
        return own(when, number, amount)
    return str(_("%(when)s, %(name)s: %(number)s.", when=when, name=name, number=number))


def paired(figure: str, when: str, number: str, countries: str) -> str:
    """Return the sentence of people together with the countries that they are from."""
    if figure == "users":
        return str(
            _(
                "%(when)s, the platform had %(number)s registered users from %(countries)s countries.",
                when=when,
                number=number,
                countries=countries,
            )
        )
    return str(
        _(
            "%(when)s, %(number)s people from %(countries)s countries were trained on the platform.",
            when=when,
            number=number,
            countries=countries,
        )
    )


def _users(when: str, number: str, amount: int) -> str:
    return str(
        ngettext(
            "%(when)s, the platform had %(number)s registered user.",
            "%(when)s, the platform had %(number)s registered users.",
            amount,
            when=when,
            number=number,
        )
    )


def _trained(when: str, number: str, amount: int) -> str:
    return str(
        ngettext(
            "%(when)s, %(number)s person was trained on the platform.",
            "%(when)s, %(number)s people were trained on the platform.",
            amount,
            when=when,
            number=number,
        )
    )


def _deliveries(when: str, number: str, amount: int) -> str:
    return str(
        ngettext(
            "%(when)s, %(number)s course session was held on the platform.",
            "%(when)s, %(number)s course sessions were held on the platform.",
            amount,
            when=when,
            number=number,
        )
    )


def _webinars(when: str, number: str, amount: int) -> str:
    return str(
        ngettext(
            "%(when)s, %(number)s webinar was held on the platform.",
            "%(when)s, %(number)s webinars were held on the platform.",
            amount,
            when=when,
            number=number,
        )
    )


def _recordings(when: str, number: str, amount: int) -> str:
    return str(
        ngettext(
            "%(when)s, recordings were used %(number)s time.",
            "%(when)s, recordings were used %(number)s times.",
            amount,
            when=when,
            number=number,
        )
    )


_SENTENCES: Mapping[str, Sentence] = {
    "users": _users,
    "trained": _trained,
    "deliveries": _deliveries,
    "webinars": _webinars,
    "recording_uses": _recordings,
}
