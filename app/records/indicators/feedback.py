"""What people say of activities: how many answered; what they answered is no part of the register."""

from __future__ import annotations

from app.core.texts import lazy_gettext as _l
from app.records.indicators.base import ANYWHERE, Basis, Indicator, Unit
from app.records.indicators.words import EVERYBODY, NOT_TESTS

FAMILY = (
    Indicator(
        id="feedback_answers",
        name=_l("Answers to feedback forms"),
        definition=_l("Forms answered in the period, at the end of an activity or months later."),
        unit=Unit.PARTICIPATIONS,
        basis=Basis.FEEDBACK,
        population=EVERYBODY,
        exclusions=NOT_TESTS,
        channels=ANYWHERE,
    ),
)
