"""What an administrator writes to an applicant or about an account."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import DataRequired

from app.core.forms import Form, Length
from app.core.texts import lazy_gettext as _l

_LONGEST = 2_000


def _told(value: str | None) -> str:
    return (value or "").strip()


class DeclineForm(Form):
    """Why an application is declined; the applicant is told."""

    reason = TextAreaField(
        _l("Why is it declined?"),
        [DataRequired(_l("Say why, so that the applicant understands.")), Length(max=_LONGEST)],
        filters=[_told],
        description=_l("The applicant gets these words by mail."),
    )


class QuestionForm(Form):
    """A question to the applicant; the application keeps waiting."""

    question = TextAreaField(
        _l("What do you want to know?"),
        [DataRequired(_l("Write the question.")), Length(max=_LONGEST)],
        filters=[_told],
        description=_l("The applicant gets these words by mail and answers on the platform."),
    )


class SuspensionForm(Form):
    """Why an account is suspended; the person is told."""

    suspension_reason = TextAreaField(
        _l("Why is the account suspended?"),
        [DataRequired(_l("Say why, so that the person understands.")), Length(max=_LONGEST)],
        filters=[_told],
        description=_l("The person gets these words by mail. Every sign-in of theirs ends at once."),
    )
