"""Texts that are translated when they are shown, not when they are named: labels of forms, words of enumerations."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape


class LazyText(LazyString):  # type: ignore[misc]  # the library has no types there
    """A text translated when it is shown, and plain text as every other.

    Flask-Babel's own gives itself out for HTML that needs no escaping: words of a person that were put into a label
    would reach the page as they were typed.
    """

    def __html__(self) -> Markup:
        return escape(str(self))


def lazy_gettext(message: str, **values: object) -> LazyText:
    """Return ``message`` translated when it is shown, ``values`` put into its ``%(name)s``."""
    return LazyText(gettext, message, **values)
