"""Forms of saved views."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Optional

from app.accounts.models import Role
from app.core.forms import Form, Length, choices, one_line
from app.core.texts import lazy_gettext as _l
from app.reports.saving import STAFF

MAX_NAME, MAX_ADDRESS = 120, 254
ROLES: Mapping[str, LazyString] = {
    Role.TRAINER: _l("Trainers"),
    Role.FOCAL_POINT: _l("Focal points"),
    Role.ROOM_MANAGER: _l("Room managers"),
    Role.REPORTING_OFFICER: _l("Reporting officers"),
    Role.ADMINISTRATOR: _l("Administrators"),
}
"""Those whom a view can be shared with as a whole."""


class ViewName(Form):
    """What a view is called."""

    name = StringField(
        _l("Name"),
        filters=[one_line],
        validators=[DataRequired(_l("Give the view a name.")), Length(MAX_NAME)],
    )


class Share(Form):
    """With whom a view is shared: a person by address, or everybody with a role."""

    email = StringField(
        _l("E-mail of somebody who reads reports"),
        filters=[one_line],
        validators=[Optional(), Length(MAX_ADDRESS)],
    )
    role = SelectField(
        _l("or everybody with a role"),
        choices=choices(((role.value, ROLES[role]) for role in STAFF), _l("None")),
        validators=[Optional()],
    )

    def validate(self, extra_validators: object = None) -> bool:
        """One of the two is needed."""
        if not super().validate(extra_validators):
            return False
        if not self.email.data and not self.role.data:
            self.email.errors = [str(_l("Write an address or choose a role."))]
            return False
        return True
