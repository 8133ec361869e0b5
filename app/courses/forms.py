"""Forms of courses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from app.accounts.audiences import Audience
from app.core.forms import Form, choices
from app.core.texts import lazy_gettext as _l
from app.courses.editions import EditionChoice
from app.courses.labels import edition_key, edition_name
from app.courses.papers import Question

EARLIEST = 1_600_000_000_000
LATEST = 4_000_000_000_000
_EVERYBODY, _UNSEEN = "everybody", "unseen"


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


class AudienceForm(Form):
    """Whom a course is for."""

    audience = RadioField(
        _l("Who sees and takes this course"), [InputRequired(_l("Choose who takes this course."))]
    )

    def offer(self, offered: Sequence[Audience], present: int | None) -> None:
        """Offer everybody and these groups, the ``present`` one (its number) chosen unless the form says otherwise.

        A present group that is not among them can stay, without its name.
        """
        self._offered = {one.public_id: one for one in offered}
        self.refused = [one for one in offered if one.refused]
        by_number = {one.group_id: one.public_id for one in offered}
        pairs = [
            (_EVERYBODY, _l("Everybody who is approved")),
            *((one.public_id, one.name) for one in offered),
        ]
        if present is not None and present not in by_number:
            pairs.append((_UNSEEN, _l("A group whose name is not shown to you, as now")))
        self.audience.choices = choices(pairs)
        if self.audience.data is None:
            self.audience.data = by_number.get(present, _UNSEEN) if present is not None else _EVERYBODY

    @property
    def unseen(self) -> bool:
        """Whether a group that is not shown is to stay."""
        return bool(self.audience.data == _UNSEEN)

    @property
    def chosen(self) -> Audience | None:
        """The group chosen in a valid form; None: everybody."""
        return self._offered.get(self.audience.data)


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
