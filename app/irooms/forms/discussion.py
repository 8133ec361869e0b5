"""Forms of a room's discussion."""

from __future__ import annotations

import uuid
from uuid import UUID

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.i18n import LANGUAGES
from app.core.texts import lazy_gettext as _l
from app.irooms.actions.discussion.changing import LONGEST_REASON, SHORTEST_REASON
from app.irooms.actions.discussion.words import LONGEST_QUOTE, LONGEST_TEXT, LONGEST_TITLE, Words
from app.irooms.models.discussion import RoomTopic

LONGEST_TYPED = LONGEST_TEXT


class PostForm(Form):
    """What somebody writes. The client id is made with the form: sent twice, it is one post."""

    text = TextAreaField(
        _l("Your post"),
        [DataRequired(_l("Write something first.")), Length(LONGEST_TYPED)],
        render_kw={"rows": 3},
    )
    language = SelectField(_l("Language of the text"), choices=choices(LANGUAGES.items()))
    quote_text = TextAreaField(
        _l("Passage you quote"), [Optional(), Length(LONGEST_QUOTE)], render_kw={"rows": 2}
    )
    quote_of = HiddenField()
    client_id = HiddenField()
    mentions = SelectMultipleField(_l("Mention"), choices=[], validate_choice=False)
    attachments = SelectMultipleField(_l("Attachments"), choices=[], validate_choice=False)

    def words(self) -> Words:
        """Return what was typed."""
        return Words(
            text=self.text.data or "",
            language=self.language.data if self.language.data in LANGUAGES else "",
            client_id=self.client,
            title=self.title.data or "" if isinstance(self, TopicForm) else "",
            quote_of=self.quote_of.data or "",
            quote_text=self.quote_text.data or "",
            mentions=_chosen(self.mentions),
            attachments=_chosen(self.attachments),
        )

    @property
    def client(self) -> UUID:
        """The client id; a new one where none came that can be read."""
        try:
            return UUID(self.client_id.data or "")
        except ValueError:
            self.client_id.data = str(uuid.uuid4())
            return UUID(self.client_id.data)


class TopicForm(PostForm):
    """A new topic with its first post."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the topic a title.")), Length(LONGEST_TITLE)], filters=[one_line]
    )
    kind = HiddenField()
    lock = BooleanField(_l("Nobody replies"))

    @property
    def announces(self) -> bool:
        """Whether it is an announcement."""
        return self.kind.data == "announcement"


class EditForm(PostForm):
    """An own post, changed. ``edits``: how often it had been when the form was made."""

    edits = HiddenField()

    @property
    def edited_before(self) -> int:
        """How often the post had been edited when the form was made; -1 where that cannot be read."""
        typed = self.edits.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else -1


class TopicChangeForm(Form):
    """A topic's title and language."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the topic a title.")), Length(LONGEST_TITLE)], filters=[one_line]
    )
    language = SelectField(_l("Language"), choices=choices(LANGUAGES.items()))


class RemovalForm(Form):
    """Why a manager removes a post."""

    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Say in a sentence why. Everybody in the room will read it.")),
            Length(LONGEST_REASON, min=SHORTEST_REASON),
        ],
        description=_l("It stands where the post was, for everybody in the room; the author is told."),
        render_kw={"rows": 3},
    )


class MovingForm(Form):
    """Where posts go."""

    run = RadioField(
        _l("What to move"),
        [InputRequired(_l("Choose what to move."))],
        choices=choices(
            [
                ("one", _l("This post only")),
                ("run", _l("This post and those after it, up to the number given below")),
                ("rest", _l("This post and all after it")),
            ]
        ),
        default="one",
    )
    last = WholeNumberField(_l("Up to post number"), [Optional(), NumberRange(1, 999_999_999)])
    target = SelectField(_l("To the topic"), [Optional()], validate_choice=False)
    title = StringField(
        _l("Or to a new topic with the title"), [Optional(), Length(LONGEST_TITLE)], filters=[one_line]
    )

    def offer(self, topics: list[RoomTopic]) -> None:
        """Let these topics be chosen."""
        self.target.choices = choices(((one.public_id, one.title) for one in topics), _l("A new topic"))


def _chosen(field: SelectMultipleField) -> list[str]:
    return [one for one in dict.fromkeys(field.data or []) if one]
