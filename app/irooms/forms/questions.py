"""Forms of questions to experts."""

from __future__ import annotations

from flask_babel.speaklater import LazyString
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from app.accounts.countries import choices as countries
from app.accounts.models import User
from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.i18n import LANGUAGES, page_language
from app.core.texts import lazy_gettext as _l
from app.irooms.actions.questions.asking import Asked
from app.irooms.actions.questions.publishing import Copy
from app.irooms.models import IdentityMode, Room
from app.irooms.vocabulary import TOPICS

LONGEST_TITLE, LONGEST_TEXT = 160, 20_000
READERS = {
    "room": _l("Everybody who takes part in this room"),
    "experts": _l("Only the experts and the managers of this room"),
}
_MARKDOWN = _l("Plain text or Markdown.")


def _text(label: LazyString, missing: LazyString, *, rows: int = 6) -> TextAreaField:
    return TextAreaField(
        label, [DataRequired(missing), Length(LONGEST_TEXT)], description=_MARKDOWN, render_kw={"rows": rows}
    )


class AskForm(Form):
    """A question to the experts of a room."""

    title = StringField(
        _l("Your question in one line"),
        [DataRequired(_l("Say in one line what you ask.")), Length(LONGEST_TITLE)],
        filters=[one_line],
    )
    text = _text(_l("Your question"), _l("Write your question."), rows=10)
    topic = SelectField(_l("Topic"), choices=choices(TOPICS.items()))
    country = SelectField(_l("Country the question is about"), [Optional()])
    legal_system = SelectField(_l("Legal system"), [Optional()])
    language = SelectField(_l("Language of the question"), choices=choices(LANGUAGES.items()))
    readers = RadioField(
        _l("Who reads it"),
        [InputRequired(_l("Choose who reads your question."))],
        choices=choices(READERS.items()),
    )

    def offer(self) -> None:
        """Let countries and legal systems be chosen, or none."""
        self.country.choices = choices(countries(), _l("None in particular"))
        self.legal_system.choices = choices(LEGAL_SYSTEMS.items(), _l("None in particular"))

    def begin(self, room: Room, person: User) -> None:
        """Fill in what most questions begin with; of a person in a room of pseudonyms nothing."""
        self.topic.data = room.topic if room.topic in TOPICS else "other"
        self.language.data = page_language()
        self.readers.data = "room"
        if room.identity != IdentityMode.PSEUDONYM:
            self.country.data, self.legal_system.data = person.country, person.legal_system

    def asked(self) -> Asked:
        """Return what is asked."""
        return Asked(
            title=self.title.data or "",
            text=(self.text.data or "").strip(),
            topic=self.topic.data,
            language=self.language.data,
            country=self.country.data or "",
            legal_system=self.legal_system.data or "",
            private=self.readers.data == "experts",
        )


class SayForm(Form):
    """What the asker says on: a reply, or asking on."""

    text = _text(_l("Your text"), _l("Write what you want to say."))
    private = BooleanField(_l("Only the experts and the managers read this"))


class AnswerForm(Form):
    """An expert's answer."""

    text = _text(_l("Your answer"), _l("Write your answer."), rows=10)
    private = BooleanField(_l("Only who asked, the experts and the managers read this answer"))


class ClarificationForm(Form):
    """Asking back."""

    text = _text(_l("What you need to know"), _l("Write what you need to know."), rows=4)


class ReopenForm(Form):
    """Opening an answered question again."""

    text = _text(_l("Why the question is opened again"), _l("Say why. Who asked will read it."), rows=3)


class DeclineForm(Form):
    """Declining a question."""

    reason = TextAreaField(
        _l("Reason"),
        [Optional(), Length(500)],
        description=_l("Experts and managers of this room read it."),
        render_kw={"rows": 2},
    )


class HandOverForm(DeclineForm):
    """Handing a question over."""

    to = SelectField(_l("Who takes it"), [InputRequired(_l("Choose who takes it."))])

    def offer(self, experts: list[tuple[str, str]]) -> None:
        """Let these members, (id in the room, label), be chosen."""
        self.to.choices = choices(experts, _l("Choose"))


class CopyForm(Form):
    """The edited copy of a question and its answer for everybody in the room."""

    title = StringField(
        _l("The question in one line"),
        [DataRequired(_l("Say in one line what was asked.")), Length(LONGEST_TITLE)],
        filters=[one_line],
    )
    question = _text(_l("The question"), _l("Write the question."), rows=8)
    answer = _text(_l("The answer"), _l("Write the answer."), rows=12)
    topic = SelectField(_l("Topic"), choices=choices(TOPICS.items()))
    legal_system = SelectField(_l("Legal system"), [Optional()])
    language = SelectField(_l("Language"), choices=choices(LANGUAGES.items()))
    looked = BooleanField(_l("I have looked at these words: they do not tell who asked"))

    def offer(self) -> None:
        """Let legal systems be chosen, or none."""
        self.legal_system.choices = choices(LEGAL_SYSTEMS.items(), _l("None in particular"))

    def show(self, copy: Copy) -> None:
        """Fill in a copy."""
        for name in ("title", "question", "answer", "topic", "legal_system", "language"):
            self[name].data = getattr(copy, name)

    def copy(self) -> Copy:
        """Return the copy."""
        return Copy(
            title=self.title.data or "",
            question=(self.question.data or "").strip(),
            answer=(self.answer.data or "").strip(),
            topic=self.topic.data,
            language=self.language.data,
            legal_system=self.legal_system.data or "",
        )


class DaysForm(Form):
    """How long experts have."""

    days = WholeNumberField(
        _l("Working days for an answer"),
        [
            InputRequired(_l("Enter a number of days.")),
            NumberRange(1, 60, _l("From 1 to 60 working days.")),
        ],
    )
