"""Forms of attendance: lists, companions, the code, corrections."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.texts import lazy_gettext as _l
from app.webinars.actions.attendance import Line, read_lines

MOST_TYPED = 200_000
LARGEST_FILE = 1_000_000  # octets
LONGEST_REASON = 500
MOST_MINUTES = 7 * 24 * 60
DECISIONS = (
    ("", _l("As the rule says")),
    ("yes", _l("Attended, whatever the rule says")),
    ("no", _l("Not attended, whatever the rule says")),
)


class ListForm(Form):
    """People who were there, pasted or in a file, one a line."""

    people = TextAreaField(
        _l("Who was there"),
        [Optional(), Length(MOST_TYPED)],
        description=_l(
            "One person a line: a name, an e-mail address, or both. An address finds the account."
        ),
        render_kw={"rows": 10},
    )
    file = FileField(_l("Or a list as a file (CSV or text)"), [Optional()])
    minutes = WholeNumberField(
        _l("Minutes they were there"),
        [Optional(), NumberRange(1, MOST_MINUTES)],
        description=_l("Leave it empty for all of the session."),
    )

    def lines(self) -> list[Line]:
        """Return the people of both. Raises ValidationError for a file that is no text, or too large."""
        return read_lines("\n".join([self.people.data or "", self._file()]))

    def _file(self) -> str:
        given = self.file.data
        if not given or isinstance(given, str):
            return ""
        content = given.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise ValidationError(str(_l("The file is too large for a list.")))
        try:
            return str(content.decode("utf-8-sig")).replace("\0", " ")
        except UnicodeDecodeError:
            raise ValidationError(str(_l("The file cannot be read. Save it as CSV in UTF-8."))) from None


class CompanionsForm(Form):
    """People who sit with a participant, before one screen."""

    participant = SelectField(_l("With whom they sit"), [DataRequired(_l("Choose who they sit with."))])
    people = TextAreaField(
        _l("Who sits there, too"),
        [DataRequired(_l("Write one name or address a line.")), Length(MOST_TYPED)],
        description=_l("One person a line: a name, an e-mail address, or both. They get the same minutes."),
        render_kw={"rows": 6},
    )

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Offer participants as (public id, name)."""
        self.participant.choices = choices(people, _l("Choose"))


class CodeForm(Form):
    """The code that is shown where somebody is."""

    code = StringField(_l("Code"), [InputRequired(_l("Type the code.")), Length(40)], filters=[one_line])


class CorrectionForm(Form):
    """What somebody's attendance was instead."""

    minutes = WholeNumberField(
        _l("Minutes"),
        [Optional(), NumberRange(0, MOST_MINUTES)],
        description=_l("Leave it empty to keep what was counted."),
    )
    decision = RadioField(_l("Has this person attended?"), choices=choices(DECISIONS), default="")
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Say why.")), Length(LONGEST_REASON)],
        description=_l("It is kept with your name. The person can read it."),
        render_kw={"rows": 3},
    )


class ReasonForm(Form):
    """Why something is taken back or reckoned again."""

    reason = TextAreaField(
        _l("Reason"), [InputRequired(_l("Say why.")), Length(LONGEST_REASON)], render_kw={"rows": 2}
    )
