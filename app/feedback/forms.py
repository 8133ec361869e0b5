"""Forms of those who say what is asked: a question of their own in six languages, what is chosen for an activity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.i18n import LANGUAGES
from app.core.texts import lazy_gettext as _l
from app.feedback.models import FeedbackSetting, Part
from app.feedback.questions import SCALE, WORDS

LONGEST_QUESTION = 300
_CHOOSE = _l("Choose an answer.")


class QuestionForm(Form):
    """A question of an activity's own: when it is asked, how it is answered, its words in each language."""

    part = RadioField(
        _l("When is it asked?"),
        [InputRequired(_CHOOSE)],
        choices=choices([(Part.END, _l("At the end")), (Part.FOLLOW_UP, _l("In the surveys months later"))]),
    )
    kind = RadioField(
        _l("How is it answered?"),
        [InputRequired(_CHOOSE)],
        choices=choices(
            [(SCALE, _l("By five points, from “Yes, fully” to “Not at all”")), (WORDS, _l("In words"))]
        ),
    )

    def texts(self) -> dict[str, str]:
        """Return the words by language, blank ones left out."""
        return {code: self[f"text_{code}"].data or "" for code in LANGUAGES if self[f"text_{code}"].data}


for _code, _name in LANGUAGES.items():
    setattr(
        QuestionForm,
        f"text_{_code}",
        StringField(_name, [Optional(), Length(LONGEST_QUESTION)], filters=[one_line]),
    )


BY_KIND, ON, OFF = "", "on", "off"
_FOLLOW_UPS: Mapping[str, bool | None] = {BY_KIND: None, ON: True, OFF: False}


class SettingForm(Form):
    """What is chosen for an activity."""

    asked = BooleanField(_l("Ask at the end"))
    open_days = WholeNumberField(
        _l("For how many days are answers taken, and can be changed?"),
        [
            InputRequired(_l("Enter a number.")),
            NumberRange(7, 365, _l("Choose between 7 and 365 days.")),
        ],
    )
    later = RadioField(
        _l("Ask again three, six and twelve months later"),
        [],
        choices=choices(
            [
                (BY_KIND, _l("Where this kind of activity counts as training")),
                (ON, _l("Yes")),
                (OFF, _l("No")),
            ]
        ),
    )

    @property
    def follow_ups(self) -> bool | None:
        """What was chosen for follow-ups; None: by the kind."""
        return _FOLLOW_UPS[self.later.data or BY_KIND]


def chosen(setting: FeedbackSetting) -> dict[str, Any]:
    """Return a setting as the fields of its form hold it."""
    later = next(key for key, value in _FOLLOW_UPS.items() if value is setting.follow_ups)
    return {"asked": setting.asked, "open_days": setting.open_days, "later": later}
