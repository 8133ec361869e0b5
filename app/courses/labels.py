"""Words for what the code calls by short names: states, kinds, topics, editions."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.core.i18n import country, format_number, language_name, page_language
from app.core.texts import lazy_gettext as _l
from app.courses import plan
from app.courses.editions import EditionChoice
from app.courses.models import ItemKind
from app.records.topics import topic_name as topic_name

STATES: dict[str, LazyString] = {
    plan.NOT_STARTED: _l("Not started"),
    plan.IN_PROGRESS: _l("In progress"),
    plan.COMPLETED: _l("Completed"),
    plan.WITHDRAWN: _l("Withdrawn"),
}
BADGES = {
    plan.NOT_STARTED: "plain",
    plan.IN_PROGRESS: "progress",
    plan.COMPLETED: "done",
    plan.WITHDRAWN: "plain",
}
KINDS: dict[ItemKind, LazyString] = {
    ItemKind.LESSON: _l("Lesson"),
    ItemKind.READING: _l("Reading"),
    ItemKind.CHECK: _l("Knowledge check"),
    ItemKind.CASE: _l("Case study"),
}


def edition_key(choice: EditionChoice) -> str:
    """Return how forms name an edition."""
    return f"{choice.language}.{choice.adaptation}" if choice.adaptation else choice.language


def edition_name(choice: EditionChoice) -> str:
    """Return an edition in words: its language, and the country it was adapted to."""
    name = language_name(choice.language, page_language())
    name = name[:1].upper() + name[1:]
    if choice.adaptation:
        return str(
            _("%(language)s, adapted to %(country)s", language=name, country=country(choice.adaptation))
        )
    return name


def isolated(text: str) -> str:
    """Return ``text`` so that it keeps its own direction within a sentence of another."""
    return f"\u2068{text}\u2069"


def durations(lengths: Iterable[int]) -> dict[int, str]:
    """Return several working times in words, each made once."""
    return {minutes: duration(minutes) for minutes in lengths}


def duration(minutes: int) -> str:
    """Return a working time in words: minutes below an hour, else hours to the half."""
    if minutes < 60:
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    halves = round(minutes / 30)
    if halves % 2 == 0:
        return str(ngettext("%(num)s hour", "%(num)s hours", halves // 2))
    return str(_("%(number)s hours", number=format_number(halves / 2)))
