"""A group's name and purpose; somebody to add to it."""

from __future__ import annotations

from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from app.accounts.addresses import MAX_LENGTH
from app.core.forms import Form, Length, one_line
from app.core.texts import lazy_gettext as _l


class GroupForm(Form):
    """What a group is called and what it is for."""

    name = StringField(
        _l("Name of the group"),
        [DataRequired(_l("Give the group a name.")), Length(max=120)],
        filters=[one_line],
    )
    description = TextAreaField(_l("What it is for"), [Optional(), Length(max=1_000)])


class MemberForm(Form):
    """Somebody to add, by address."""

    email = EmailField(
        _l("E-mail address of an approved person"),
        [DataRequired(_l("Enter an e-mail address, like name@ministry.example.")), Length(max=MAX_LENGTH)],
        filters=[one_line],
    )

    def refuse(self, message: str) -> None:
        """Put what an action refused at the field."""
        self.email.errors = [*self.email.errors, message]
