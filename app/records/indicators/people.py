"""People of the platform: registered users and their countries."""

from __future__ import annotations

from app.core.texts import lazy_gettext as _l
from app.records.indicators.base import ANYWHERE, Basis, Indicator, Unit
from app.records.indicators.words import EVERYBODY

_EXCLUDED = _l("Test accounts, accounts that wait for approval or were declined, closed accounts.")
USERS = Indicator(
    id="users",
    name=_l("Registered users"),
    definition=_l("People whose account was approved by the last day of the period and not closed by then."),
    unit=Unit.PEOPLE,
    basis=Basis.STANDING,
    population=EVERYBODY,
    exclusions=_EXCLUDED,
    channels=ANYWHERE,
    by_day=True,
)
COUNTRIES = Indicator(
    id="user_countries",
    name=_l("Countries of registered users"),
    definition=_l("Countries that registered users worked for on the last day of the period."),
    unit=Unit.COUNTRIES,
    basis=Basis.STANDING,
    population=EVERYBODY,
    exclusions=_EXCLUDED,
    channels=ANYWHERE,
    by_day=True,
)
FAMILY = (USERS, COUNTRIES)
