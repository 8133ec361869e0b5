"""Forms about certificates."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from app.core.forms import Form, Length, one_line
from app.core.texts import lazy_gettext as _l


class CheckForm(Form):
    """A code typed from a certificate."""

    code = StringField(
        _l("Code on the certificate"),
        filters=[one_line],
        validators=[InputRequired(_l("Type the code that stands on the certificate.")), Length(max=64)],
    )


class RevokeForm(Form):
    """Why a certificate no longer holds."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Say why; the holder and whoever checks the certificate will be told.")),
            Length(max=500, min=10),
        ],
    )
