"""A questionnaire as a form: made of its questions, read as what somebody said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from wtforms import BooleanField, Field, RadioField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Optional

from app.core.forms import Form, Length, choices
from app.core.texts import lazy_gettext as _l
from app.feedback.actions import Content
from app.feedback.questions import SCALE, WORDS, Question

MOST_WORDS = 4000
_CHOOSE = _l("Choose an answer.")


class OptionalRadio(RadioField):
    """Choices of which none need be chosen."""

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse only what is no choice."""
        if self.data not in (None, ""):
            super().pre_validate(form)


class AnswerForm(Form):
    """Base of a questionnaire's form; :func:`form_for` adds the questions."""

    def content(self, questions: Iterable[Question]) -> Content:
        """Return what was said to ``questions``."""
        points: dict[str, int] = {}
        words: dict[str, str] = {}
        for one in questions:
            said = self[one.key].data
            if said and one.kind == SCALE:
                points[one.key] = int(said)
            elif said:
                words[one.key] = said
        quotable = "quotable" in self and bool(self["quotable"].data) and bool(words)
        return Content(points, words, quotable)


Filled = TypeVar("Filled", bound=AnswerForm)


def form_for(questions: Iterable[Question], base: type[Filled]) -> type[Filled]:
    """Return the form of a questionnaire: a field for each question after those of ``base``, then whether words may be
    quoted."""
    asked = list(questions)
    fields: dict[str, Any] = {one.key: _field(one) for one in asked}
    if any(one.kind == WORDS for one in asked):
        fields["quotable"] = BooleanField(_l("You may quote my words, without my name"))
    return type("QuestionnaireForm", (base,), fields)


def shown(said: Content) -> dict[str, Any]:
    """Return what somebody said as the fields of a form hold it."""
    points = {key: str(point) for key, point in said.points.items()}
    return points | dict(said.words) | {"quotable": said.quotable}


def _field(one: Question) -> Field:
    if one.kind == WORDS:
        return TextAreaField(one.text, [Optional(), Length(MOST_WORDS)], render_kw={"rows": 4})
    offered = choices([(str(point), words) for point, words in one.points.items()])
    if one.own:
        return OptionalRadio(one.text, [Optional()], choices=offered)
    return RadioField(one.text, [InputRequired(_CHOOSE)], choices=offered)
