"""Forms of courses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.core.forms import Form
from app.courses.editions import EditionChoice
from app.courses.labels import edition_key, edition_name
from app.courses.papers import Question

EARLIEST = 1_600_000_000_000
LATEST = 4_000_000_000_000


class EditionForm(Form):
    """Which edition to read."""

    edition = SelectField(_l("Language of the course"))

    def offer(self, choices: Sequence[EditionChoice], present: EditionChoice) -> None:
        """Offer ``choices``, ``present`` chosen unless the form says otherwise."""
        self._choices = {edition_key(one): one for one in choices}
        self.edition.choices = [(key, edition_name(one)) for key, one in self._choices.items()]
        if self.edition.data is None:
            self.edition.data = edition_key(present)

    @property
    def chosen(self) -> EditionChoice:
        """The edition chosen in a valid form."""
        return self._choices[self.edition.data]


def answer_of(question: Question, values: Sequence[str]) -> list[str]:
    """Return the options chosen, in the question's own order. Raises ValueError for what cannot be an answer."""
    if not question.accepts(values):
        raise ValueError("not an answer to this question")
    return [option for option in question.options if option in values]


def instant_of(value: str | None) -> datetime | None:
    """Return the instant that a page names in milliseconds since 1970, or None. Raises ValueError for anything else."""
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) <= 16 and EARLIEST < int(value) < LATEST):
        raise ValueError("not an instant")
    return datetime.fromtimestamp(int(value) / 1000, UTC)
