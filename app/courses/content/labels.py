"""The few words that rendering adds to a text, in the language of its edition."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.i18n import DEFAULT, LANGUAGES


@dataclass(frozen=True, slots=True)
class Labels:
    """Words for callouts without a title of their own, for answers, tables, footnotes and pages."""

    note: str
    law: str
    caution: str
    example: str
    answer: str
    table: str
    notes: str
    back: str
    external: str
    page: str

    def as_text(self) -> str:
        """Return all of them, for a digest."""
        return "\0".join(astuple(self))


def labels_for(language: str) -> Labels:
    """Return the labels in ``language`` (BCP 47), in English where the platform does not speak it."""
    spoken = language.split("-")[0]
    with force_locale(spoken if spoken in LANGUAGES else DEFAULT):
        return Labels(
            note=_("Note"),
            law=_("The law"),
            caution=_("Caution"),
            example=_("Example"),
            answer=_("Show one answer"),
            table=_("Table"),
            notes=_("Notes"),
            back=_("Back to the text"),
            external=_("on another site"),
            page=_("Page %(number)s of %(total)s", number="{number}", total="{total}"),
        )
