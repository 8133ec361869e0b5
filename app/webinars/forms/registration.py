"""Forms of registering: the questions of a session as fields, and inviting by address."""

from __future__ import annotations

from typing import Any

from wtforms import Field, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.accounts.addresses import normalised, valid
from app.core.forms import Form, Length, choices
from app.core.texts import lazy_gettext as _l
from app.webinars.models.planning import Webinar

_PREFIX = "answer_"
MOST_ADDRESSES = 100
YES_NO = (("yes", _l("Yes")), ("no", _l("No")))


class AnswersForm(Form):
    """The questions of a session; fields are made for each of them by :func:`answers_form`."""

    def answers(self) -> dict[str, str]:
        """Return the answers by the questions' keys; what was left empty is left out."""
        given = {
            field.name.removeprefix(_PREFIX): (field.data or "").strip()
            for field in self
            if field.name.startswith(_PREFIX)
        }
        return {key: answer for key, answer in given.items() if answer}

    def show(self, answers: dict[str, Any]) -> None:
        """Fill in what was answered before."""
        for key, answer in answers.items():
            if f"{_PREFIX}{key}" in self:
                self[f"{_PREFIX}{key}"].data = answer


def answers_form(webinar: Webinar, *, bound: bool = True) -> AnswersForm:
    """Return the form of a session's questions."""
    fields = {f"{_PREFIX}{question['key']}": _field(question) for question in webinar.questions}
    made = type("AnswersOfSession", (AnswersForm,), fields)
    form = made() if bound else made(formdata=None)
    assert isinstance(form, AnswersForm)
    return form


def _field(question: dict[str, Any]) -> Field:
    label, required = question["label"], question["required"]
    if question["kind"] == "text":
        needed = [DataRequired(_l("Answer this question."))] if required else [Optional()]
        return TextAreaField(label, [*needed, Length(2_000)], render_kw={"rows": 2})
    pairs = YES_NO if question["kind"] == "yes_no" else tuple((one, one) for one in question["options"])
    chosen = [InputRequired(_l("Answer this question."))] if required else [Optional()]
    return RadioField(label, chosen, choices=choices(pairs))


class InviteForm(Form):
    """Inviting people by address, several at once."""

    emails = TextAreaField(
        _l("E-mail addresses"),
        [DataRequired(_l("Enter at least one address.")), Length(10_000)],
        description=_l("One a line, at most 100. Who has no account gets a link that works once."),
        render_kw={"rows": 4},
    )

    def addresses(self) -> tuple[list[str], list[str]]:
        """Return the normalised addresses, each once, and what was typed that is none."""
        good: dict[str, None] = {}
        bad: list[str] = []
        for typed in (self.emails.data or "").replace(",", "\n").replace(";", "\n").split():
            found = normalised(typed)
            if valid(found):
                good[found] = None
            else:
                bad.append(typed)
        return list(good), bad
