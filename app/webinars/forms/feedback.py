"""The feedback form: five plain questions and words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.core.forms import Length, choices
from app.core.texts import lazy_gettext as _l
from app.feedback.answering import AnswerForm

MOST_WORDS = 4000
QUESTIONS: Mapping[str, LazyString] = {
    "useful": _l("What I learned is useful in my work"),
    "clear": _l("The speakers were easy to follow"),
    "part": _l("I could ask and take part as I wished"),
    "line": _l("Sound, picture and slides reached me well enough"),
    "again": _l("I would recommend this session to a colleague"),
}
"""The questions by their keys, which never change."""
POINTS: Mapping[str, LazyString] = {
    "5": _l("Yes, fully"),
    "4": _l("Mostly"),
    "3": _l("In part"),
    "2": _l("Hardly"),
    "1": _l("Not at all"),
}


class FeedbackForm(AnswerForm):
    """What one person says of a session; ``form_for`` adds the questions of the session's own."""

    useful = RadioField(
        QUESTIONS["useful"], [InputRequired(_l("Choose an answer."))], choices=choices(POINTS.items())
    )
    clear = RadioField(
        QUESTIONS["clear"], [InputRequired(_l("Choose an answer."))], choices=choices(POINTS.items())
    )
    part = RadioField(
        QUESTIONS["part"], [InputRequired(_l("Choose an answer."))], choices=choices(POINTS.items())
    )
    line = RadioField(
        QUESTIONS["line"], [InputRequired(_l("Choose an answer."))], choices=choices(POINTS.items())
    )
    again = RadioField(
        QUESTIONS["again"], [InputRequired(_l("Choose an answer."))], choices=choices(POINTS.items())
    )
    words = TextAreaField(
        _l("What should stay, what should change?"),
        [Optional(), Length(MOST_WORDS)],
        render_kw={"rows": 5},
    )

    def points(self) -> dict[str, int]:
        """Return the points by question."""
        return {key: int(self[key].data) for key in QUESTIONS}
