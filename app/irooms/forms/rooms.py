"""Forms about rooms as such and about getting in."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.addresses import normalised
from app.accounts.models import Group
from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.i18n import LANGUAGES
from app.core.texts import lazy_gettext as _l
from app.irooms.actions.rooms import About, Policy
from app.irooms.models import Room
from app.irooms.vocabulary import DOWNLOADS, ENTRIES, IDENTITIES, ROLES, TOPICS

_DEFAULT_DAYS = 365


class RoomForm(Form):
    """What a room is for, and its policy in plain words."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the room a title.")), Length(120)], filters=[one_line]
    )
    topic = SelectField(_l("Topic"), choices=choices(TOPICS.items()))
    purpose = TextAreaField(
        _l("What the room is for"),
        [DataRequired(_l("Say in a sentence or two what the room is for.")), Length(1000)],
    )
    languages = SelectMultipleField(
        _l("Languages of the room"),
        [DataRequired(_l("Choose at least one language."))],
        choices=choices(LANGUAGES.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    listed = BooleanField(
        _l("Listed"),
        description=_l(
            "Every approved person sees that the room exists, its title and purpose. Otherwise only its members know."
        ),
    )
    entry = RadioField(
        _l("Who comes in"),
        [InputRequired(_l("Choose how people come in."))],
        choices=choices(ENTRIES.items()),
    )
    entry_group = SelectField(_l("Group"), [Optional()], description=_l("Only for entry by group."))
    identity = RadioField(
        _l("What members see of each other"),
        [InputRequired(_l("Choose what members see."))],
        choices=choices(IDENTITIES.items()),
    )
    download = RadioField(
        _l("Files"), [InputRequired(_l("Choose what may be taken away."))], choices=choices(DOWNLOADS.items())
    )
    second_factor = BooleanField(
        _l("A second factor is required"),
        description=_l("Only people who sign in with a code or a passkey come in."),
    )
    membership_days = WholeNumberField(
        _l("Membership ends after this many days"),
        [Optional(), NumberRange(1, 3650, _l("From 1 to 3650 days, or leave it empty for no end."))],
        description=_l("Leave it empty for no end. A manager can renew it."),
    )
    mail_names = BooleanField(
        _l("Mails may name the room"),
        description=_l("Otherwise mails say only that there is something new in one of your rooms."),
    )

    def offer(self, groups: list[Group]) -> None:
        """Let these groups be chosen for entry."""
        self.entry_group.choices = choices(((group.public_id, group.name) for group in groups), _l("Choose"))
        self._groups = {group.public_id: group.id for group in groups}

    def show(self, room: Room) -> None:
        """Fill in what is kept of ``room``."""
        for name in ("title", "topic", "purpose", "languages", "listed", "entry", "identity", "download",
                     "second_factor", "membership_days", "mail_names"):  # fmt: skip
            self[name].data = getattr(room, name)
        by_id = {id: public_id for public_id, id in self._groups.items()}
        self.entry_group.data = by_id.get(room.entry_group_id or 0, "")

    def begin(self) -> None:
        """Fill in what most rooms begin with: hidden, by invitation, names, stamped downloads."""
        self.entry.data, self.identity.data, self.download.data = "invitation", "name", "stamped"
        self.membership_days.data = _DEFAULT_DAYS

    def about(self) -> About:
        """Return what the room is for."""
        return About(
            self.title.data or "",
            self.topic.data,
            (self.purpose.data or "").strip(),
            list(self.languages.data or []),
        )

    def policy(self) -> Policy:
        """Return the policy."""
        by_group = self.entry.data == "group"
        return Policy(
            listed=self.listed.data,
            entry=self.entry.data,
            entry_group_id=self._groups.get(self.entry_group.data or "") if by_group else None,
            second_factor=self.second_factor.data,
            membership_days=self.membership_days.data,
            identity=self.identity.data,
            download=self.download.data,
            mail_names=self.mail_names.data,
        )


class TermsForm(Form):
    """The terms that members accept."""

    text = TextAreaField(
        _l("Terms"),
        [Length(20_000)],
        description=_l("Members read and accept them before they go on. Empty: no terms."),
        render_kw={"rows": 12},
    )


class AcceptForm(Form):
    """Accepting the terms as shown."""

    version = HiddenField()
    accepted = BooleanField(
        _l("I have read these terms and accept them"),
        [DataRequired(_l("Tick the box to go on, or leave the room."))],
    )


class InviteForm(Form):
    """Inviting people by address, several at once."""

    emails = TextAreaField(
        _l("E-mail addresses"),
        [DataRequired(_l("Enter at least one address.")), Length(5_000)],
        description=_l("One a line, at most 50."),
        render_kw={"rows": 3},
    )
    role = SelectField(_l("Role"), choices=choices(ROLES.items()), default="member")

    def addresses(self) -> tuple[list[str], list[str]]:
        """Return the normalised addresses, and what was typed that is none."""
        good: dict[str, None] = {}
        bad: list[str] = []
        for typed in (self.emails.data or "").replace(",", "\n").replace(";", "\n").split():
            found = normalised(typed)
            if found:
                good[found] = None
            else:
                bad.append(typed)
        return list(good), bad


class AskForm(Form):
    """Asking to come in."""

    reason = TextAreaField(
        _l("Why would you like to come in?"),
        [DataRequired(_l("Say why you would like to come in.")), Length(1000)],
        description=_l("The room's managers read this, with your name, profession and country."),
    )


class DecisionForm(Form):
    """Approving or declining a request."""

    decision = HiddenField()
    answer = TextAreaField(_l("Reason, when you decline"), [Optional(), Length(1000)])


class MemberForm(Form):
    """A member's role and end."""

    role = SelectField(_l("Role"), choices=choices(ROLES.items()))
    ends_on = DateField(_l("Membership ends on"), [Optional()], description=_l("Leave it empty for no end."))


class CoversForm(Form):
    """What an expert answers for."""

    topics = SelectMultipleField(
        _l("Topics"),
        [Optional()],
        choices=choices(TOPICS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    languages = SelectMultipleField(
        _l("Languages"),
        [Optional()],
        choices=choices(LANGUAGES.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class ReasonForm(Form):
    """A reason that the room's members will read."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give the reason in a full sentence. Members will read it.")),
         Length(500, min=20)],
        description=_l("Members of the room will read it in the room's log."),
    )  # fmt: skip


class GlassForm(ReasonForm):
    """Breaking the glass."""

    hours = SelectField(
        _l("For how long"),
        choices=choices([("1", _l("One hour")), ("4", _l("Four hours")), ("8", _l("Eight hours"))]),
    )


def typed(form: Form) -> dict[str, Any]:
    """Return what a form holds, for a preview."""
    return {field.name: field.data for field in form}
