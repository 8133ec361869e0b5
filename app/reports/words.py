"""The words that values of a report stand for, in one language, looked up once per page or file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from app.accounts.vocabulary import PROFESSIONS
from app.core.i18n import best_language, country_name, language_name, page_language
from app.reports.columns import Kind

Word = Callable[[Any], Any]


def statuses() -> dict[str, str]:
    """Return the words for where somebody stands in a course, in the order of the way through it."""
    return {
        "enrolled": _("Not started"),
        "in_progress": _("In progress"),
        "completed": _("Completed"),
        "withdrawn": _("Withdrawn"),
    }


def certificate_statuses() -> dict[str, str]:
    """Return the words for whether a certificate holds."""
    return {"": "", "valid": _("Valid"), "revoked": _("Revoked")}


def professions() -> dict[str, str]:
    """Return the words for professions."""
    return {key: str(label) for key, label in PROFESSIONS.items()}


def title(titles: Mapping[str, str]) -> str:
    """Return a course's title in the page's language, else in English, else in its first."""
    if not titles:
        return ""
    first = next(iter(titles))
    found: str = titles[best_language(page_language(), list(titles), "en" if "en" in titles else first)]
    return found


def nobody() -> str:
    """Return what stands for the name of a person whose account was erased."""
    return str(_("Erased account"))


def percent(share: float) -> int:
    """Return a share of 0..1 in whole percent, never rounded up: 100 only when all is done."""
    return int(share * 100 + 1e-9)


def words(courses: Mapping[str, str]) -> dict[Kind, Word]:
    """Return for each kind with words the function from a value to them; ``courses`` maps activity keys to titles."""
    language, nameless = page_language(), nobody()
    maps = {
        Kind.COURSE: dict(courses),
        Kind.STATUS: statuses(),
        Kind.CERTIFICATE_STATUS: certificate_statuses(),
        Kind.PROFESSION: professions(),
    }

    def through(table: Mapping[str, str]) -> Word:
        return lambda value: table.get(value, value)

    return {kind: through(table) for kind, table in maps.items()} | {
        Kind.NAME: lambda value: nameless if value is None else value,
        Kind.COUNTRY: lambda value: country_name(value, language) if value else "",
        Kind.LANGUAGE: lambda value: language_name(value, language) if value else "",
    }
