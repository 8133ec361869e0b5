"""A role to grant: which, for what, from when until when, why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Optional

from app.accounts.countries import COUNTRIES
from app.accounts.models import Role
from app.accounts.vocabulary import ROLES
from app.core.access import EVERYWHERE
from app.core.forms import Form, Length, one_line
from app.core.i18n import country_name, page_language
from app.core.texts import lazy_gettext as _l

_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC).date(), datetime(2100, 1, 1, tzinfo=UTC).date()


class GrantForm(Form):
    """A role to grant. Days are days in the administrator's zone; the last one is included."""

    role = SelectField(_l("Role"), [DataRequired(_l("Choose a role."))])
    scope = SelectField(
        _l("For"),
        [DataRequired(_l("Choose what the role is for."))],
        description=_l(
            "A trainer's role is for a course, a focal point's for a country, the others are for everywhere."
        ),
    )
    starts_on = DateField(_l("From (today when left empty)"), [Optional()])
    ends_on = DateField(_l("Last day (no end when left empty)"), [Optional()])
    note = StringField(_l("Note"), [Optional(), Length(max=500)], filters=[one_line])

    def __init__(self, courses: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [("", "")] + [
            (role.value, str(ROLES[role])) for role in Role if role is not Role.PRACTITIONER
        ]
        language = page_language()
        countries = sorted((country_name(code, language), code) for code in COUNTRIES)
        self.scope.choices = [
            (EVERYWHERE, _l("everywhere")),
            *((f"course:{slug}", _l("the course %(title)s", title=title)) for slug, title in courses),
            *((f"country:{code}", name) for name, code in countries),
        ]

    def validate_starts_on(self, field: DateField) -> None:
        """Refuse days that cannot be meant."""
        _check_day(field)

    def validate_ends_on(self, field: DateField) -> None:
        """Refuse days that cannot be meant, and an end before the beginning."""
        _check_day(field)
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_l("The last day is before the first."))

    def period(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """Return beginning and end as instants; None for now and for never."""
        begin, end = self.starts_on.data, self.ends_on.data
        midnight = time(tzinfo=ZoneInfo(zone))
        return (
            datetime.combine(begin, midnight) if begin else None,
            datetime.combine(end + timedelta(days=1), midnight) if end else None,
        )


def _check_day(field: DateField) -> None:
    if field.data and not _EARLIEST <= field.data <= _LATEST:
        raise ValidationError(_l("Choose a day between 2000 and 2100."))
