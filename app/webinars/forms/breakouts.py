"""The form of breakouts that are prepared before a session."""

from __future__ import annotations

from wtforms import SelectField, TextAreaField
from wtforms.validators import NumberRange, Optional

from app.core.forms import Form, Length, WholeNumberField, choices
from app.core.texts import lazy_gettext as _l
from app.webinars.models.talk import Grouping

GROUPINGS = {
    Grouping.HAND: _l("By hand: you say who belongs where"),
    Grouping.RANDOM: _l("At random"),
    Grouping.LANGUAGE: _l("By language"),
    Grouping.COUNTRY: _l("By country"),
}


class BreakoutsForm(Form):
    """How people are spread over breakouts."""

    grouping = SelectField(_l("How people are grouped"), choices=choices(GROUPINGS.items()))
    names = TextAreaField(
        _l("Names of the breakouts"),
        [Optional(), Length(3000)],
        description=_l("One a line; by hand and at random only. Left empty, they are numbered."),
        render_kw={"rows": 4},
    )
    count = WholeNumberField(
        _l("How many"),
        [Optional(), NumberRange(1, 40, _l("From 1 to 40 breakouts."))],
        description=_l("Where no names are given."),
    )


class PlacesForm(Form):
    """Who belongs where; its selects are named by the people's ids."""
