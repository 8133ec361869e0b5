"""The form of an entry of a room's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms import DateField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.core.forms import Form, Length, choices, one_line
from app.core.i18n import zones
from app.core.texts import lazy_gettext as _l
from app.irooms.actions.calendar import Plan
from app.irooms.models.discussion import RoomEvent

_YEARS = range(2000, 2100)


class EventForm(Form):
    """What is when, on the clock of the place where it is."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the entry a title.")), Length(150)], filters=[one_line]
    )
    starts_on = DateField(_l("Day"), [InputRequired(_l("Choose the day."))])
    starts_at = TimeField(_l("From"), [InputRequired(_l("Say when it begins."))])
    ends_on = DateField(_l("Ends on"), [Optional()], description=_l("Leave it empty for the same day."))
    ends_at = TimeField(_l("To"), [InputRequired(_l("Say when it ends."))])
    zone = SelectField(
        _l("Time zone"), description=_l("That of the place where it is; everybody sees their own time.")
    )
    place = StringField(_l("Place"), [Optional(), Length(200)], filters=[one_line])
    link = StringField(_l("Web address"), [Optional(), Length(500)], filters=[one_line])
    description = TextAreaField(_l("What it is about"), [Optional(), Length(5_000)], render_kw={"rows": 5})

    def offer_zones(self) -> None:
        """Let every zone be chosen."""
        self.zone.choices = choices((name, name.replace("_", " ")) for name in zones())

    def begin(self, zone: str, day: date) -> None:
        """Fill in what most entries begin with."""
        self.zone.data, self.starts_on.data = zone, day

    def show(self, event: RoomEvent) -> None:
        """Fill in what is kept."""
        starts, ends = (
            moment.astimezone(ZoneInfo(event.zone)) for moment in (event.starts_at, event.ends_at)
        )
        self.title.data, self.zone.data = event.title, event.zone
        self.starts_on.data, self.starts_at.data = starts.date(), starts.time()
        self.ends_on.data = ends.date() if ends.date() != starts.date() else None
        self.ends_at.data = ends.time()
        self.place.data, self.link.data, self.description.data = event.place, event.link, event.description

    def validate(self, extra_validators: object = None) -> bool:
        """Whether the form holds; an hour that the clock of the place leaves out is refused at its field."""
        if not super().validate(extra_validators):
            return False
        starts, ends = self._moments()
        fine = True
        for moment, day, hour in (
            (starts, self.starts_on, self.starts_at),
            (ends, self.ends_on, self.ends_at),
        ):
            if moment.year not in _YEARS:
                day.errors = [_("Choose a day between 2000 and 2099.")]
                fine = False
            elif not _exists(moment):
                hour.errors = [_("The clock is put forward then: this time does not exist there.")]
                fine = False
        return fine

    def plan(self) -> Plan:
        """Return what was typed, in UTC; only of a form that holds."""
        starts, ends = self._moments()
        return Plan(
            title=self.title.data or "",
            starts_at=starts.astimezone(UTC),
            ends_at=ends.astimezone(UTC),
            zone=self.zone.data,
            place=self.place.data or "",
            link=self.link.data or "",
            description=(self.description.data or "").strip(),
        )

    def _moments(self) -> tuple[datetime, datetime]:
        day, begins, ends, zone = (
            self.starts_on.data,
            self.starts_at.data,
            self.ends_at.data,
            ZoneInfo(self.zone.data),
        )
        assert day is not None
        assert begins is not None
        assert ends is not None
        last_day = self.ends_on.data or day
        return datetime.combine(day, begins, zone), datetime.combine(last_day, ends, zone)


def _exists(moment: datetime) -> bool:
    there_and_back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None)
