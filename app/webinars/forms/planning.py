"""Forms of planning: a session's plan, its room and rule, its agenda, questions, people, links; series."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    DateField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.audiences import Audience as Group
from app.accounts.countries import choices as countries
from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.i18n import LANGUAGES, language_name, page_language, zones
from app.core.texts import lazy_gettext as _l
from app.webinars.actions.planning import Plan, Setup
from app.webinars.actions.planning_people import Part
from app.webinars.actions.series import About
from app.webinars.media import Offer
from app.webinars.models.planning import Audience, MediaKind, Webinar, WebinarRunner, WebinarSeries
from app.webinars.planning_words import (
    AUDIENCES,
    CHANNELS,
    KINDS,
    QUESTION_KINDS,
    REMINDERS,
    ROLES,
    ROSTERS,
    TOPICS,
    topic_name,
)

OTHER_LANGUAGES = ("pt", "sw", "ha", "fa", "tr", "id", "bn", "ur")
_YEARS = range(2000, 2100)
_LINE = re.compile(r"(\d{1,2})[:.](\d{2})\s+(.+)", re.ASCII)
_DAY_MINUTES = 24 * 60
MOST_LINES, MOST_OPTIONS = 100, 20
UNSEEN = "unseen"


def spoken() -> list[tuple[str, str]]:
    """Return the languages that a session can be held in: those of the interface first."""
    return [*LANGUAGES.items(), *((tag, language_name(tag, tag)) for tag in OTHER_LANGUAGES)]


class Secure:
    """Refuses what is no https address."""

    def __call__(self, _form: Form, field: Field) -> None:
        parts = urlsplit(field.data or "")
        if parts.scheme != "https" or not parts.hostname or parts.username or "." not in parts.hostname:
            raise ValidationError(_("Enter an address that begins with https://"))


def _boxes(
    label: Any, pairs: Iterable[tuple[Any, object]], *validators: Any, **more: Any
) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        list(validators),
        choices=choices(pairs),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **more,
    )


class SessionForm(Form):
    """What, when, where, for whom."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the session a title.")), Length(150)], filters=[one_line]
    )
    kind = SelectField(_l("Kind"), choices=choices(KINDS.items()))
    series = SelectField(_l("Series"), [Optional()])
    topic = SelectField(_l("Topic"), [Optional()])
    summary = TextAreaField(
        _l("What it is about"),
        [DataRequired(_l("Say in a few sentences what it is about.")), Length(5_000)],
        render_kw={"rows": 5},
    )
    languages = _boxes(_l("Languages"), [], DataRequired(_l("Choose at least one language.")))

    starts_on = DateField(_l("Day"), [InputRequired(_l("Choose the day."))])
    starts_at = TimeField(_l("From"), [InputRequired(_l("Say when it begins."))])
    ends_at = TimeField(_l("To"), [InputRequired(_l("Say when it ends."))])
    ends_on = DateField(_l("Ends on"), [Optional()], description=_l("Leave it empty for the same day."))
    zone = SelectField(
        _l("Time zone"), description=_l("That of the place where it is; everybody sees their own time.")
    )

    channel = RadioField(_l("How it is held"), choices=choices(CHANNELS.items()))
    place = StringField(
        _l("Place"),
        [Optional(), Length(300)],
        filters=[one_line],
        description=_l("Building, room and city, where people come together."),
    )
    link = StringField(
        _l("Web address of the meeting"),
        [Optional(), Length(1_000), Secure()],
        filters=[one_line],
        description=_l("Where it is held elsewhere online. Only those who are registered see it."),
        render_kw={"inputmode": "url"},
    )

    audience = RadioField(_l("Who can take part"), choices=choices(AUDIENCES.items()))
    group = SelectField(_l("Group or room"), [Optional()])
    countries = _boxes(_l("Countries"), [], Optional())
    listed = BooleanField(
        _l("Listed"),
        description=_l(
            "It stands in everybody's list and on the front page. Otherwise only those who are invited see it."
        ),
    )
    capacity = WholeNumberField(
        _l("Places"),
        [Optional(), NumberRange(1, 100_000, _l("From 1 place, or leave it empty for no limit."))],
        description=_l(
            "Leave it empty for no limit. Who comes later waits, and gets a place as soon as one is free."
        ),
    )

    def offer(
        self, groups: Sequence[Group], series: Sequence[WebinarSeries], kept: Webinar | None = None
    ) -> None:
        """Let these groups and series be chosen; those a session has already stay, without a name that is not shown."""
        self._groups = {one.public_id: one for one in groups}
        pairs = [(one.public_id, one.name) for one in groups]
        self._kept_group = kept.group_id if kept is not None else None
        if self._kept_group is not None and all(one.group_id != self._kept_group for one in groups):
            pairs.append((UNSEEN, _("A group whose name is not shown to you, as now")))
        self.group.choices = choices(pairs, _l("Choose"))
        known = {one.public_id: one for one in series}
        if kept is not None and kept.series is not None:
            known.setdefault(kept.series.public_id, kept.series)
        self._series = known
        self.series.choices = choices(((one.public_id, one.title) for one in known.values()), _l("None"))
        self.zone.choices = choices((name, name.replace("_", " ")) for name in zones())
        topics: dict[str, object] = dict(TOPICS)
        if kept is not None and kept.topic:
            topics.setdefault(kept.topic, topic_name(kept.topic))
        self.topic.choices = choices(topics.items(), _l("Not said"))
        self.countries.choices = choices(countries())
        self.languages.choices = choices(spoken())

    def begin(self, zone: str, day: date, language: str, series: str = "") -> None:
        """Fill in what most sessions begin with."""
        self.zone.data, self.starts_on.data, self.languages.data = zone, day, [language]
        self.channel.data, self.audience.data, self.listed.data = "platform", Audience.VETTED, True
        if series in self._series:
            self.series.data = series

    def show(self, webinar: Webinar) -> None:
        """Fill in what is kept."""
        for name in ("title", "kind", "topic", "summary", "languages", "zone", "channel", "place", "link",
                     "audience", "countries", "listed", "capacity"):  # fmt: skip
            self[name].data = getattr(webinar, name)
        starts, ends = (
            moment.astimezone(ZoneInfo(webinar.zone)) for moment in (webinar.starts_at, webinar.ends_at)
        )
        self.starts_on.data, self.starts_at.data, self.ends_at.data = (
            starts.date(),
            starts.time(),
            ends.time(),
        )
        self.ends_on.data = ends.date() if ends.date() != starts.date() else None
        self.series.data = webinar.series.public_id if webinar.series else ""
        by_number = {one.group_id: one.public_id for one in self._groups.values()}
        self.group.data = by_number.get(webinar.group_id or 0, UNSEEN if webinar.group_id else "")

    def validate(self, extra_validators: object = None) -> bool:
        """Whether the form holds; what hangs together is refused at the field where it can be mended."""
        fine = bool(super().validate(extra_validators))
        fine = self._where_and_whom() and fine
        if not self._timed():
            return False
        return self._times() and fine

    def instant(self) -> datetime | None:
        """Return when it begins, as far as that was typed."""
        day, hour, zone = self.starts_on.data, self.starts_at.data, self.zone.data
        if day is None or hour is None or zone not in zones() or day.year not in _YEARS:
            return None
        return datetime.combine(day, hour, ZoneInfo(zone))

    def plan(self) -> Plan:
        """Return what was typed; only of a form that holds."""
        starts, ends = self._moments()
        audience = self.audience.data
        series = self._series.get(self.series.data or "")
        return Plan(
            title=self.title.data or "",
            kind=self.kind.data,
            series_id=series.id if series else None,
            topic=self.topic.data or "",
            summary=(self.summary.data or "").strip(),
            languages=list(self.languages.data or []),
            starts_at=starts.astimezone(UTC),
            ends_at=ends.astimezone(UTC),
            zone=self.zone.data,
            channel=self.channel.data,
            place=self.place.data or "",
            link=self.link.data or "",
            audience=audience,
            group_id=self._group_id() if audience == Audience.GROUP else None,
            countries=list(self.countries.data or []) if audience == Audience.COUNTRY else [],
            listed=bool(self.listed.data),
            capacity=self.capacity.data,
        )

    def chosen_group(self) -> int | None:
        """Return the group that was chosen, if it may be."""
        return self._group_id()

    def _group_id(self) -> int | None:
        if self.group.data == UNSEEN:
            return self._kept_group
        found = self._groups.get(self.group.data or "")
        return found.group_id if found else None

    def _where_and_whom(self) -> bool:
        faults = [
            (self.place, self.channel.data in {"hybrid", "in_person"} and not self.place.data,
             _("Say where people come together.")),
            (self.link, self.channel.data == "other_online" and not self.link.data,
             _("Enter the address of the meeting.")),
            (self.countries, self.audience.data == Audience.COUNTRY and not self.countries.data,
             _("Choose at least one country.")),
            (self.group, self.audience.data == Audience.GROUP and self._group_id() is None,
             _("Choose the group.")),
        ]  # fmt: skip
        chosen = self._groups.get(self.group.data or "")
        if self.audience.data == Audience.GROUP and chosen is not None and chosen.refused:
            faults.append((self.group, True, chosen.refused))
        wrong = [(field, text) for field, fault, text in faults if fault and not field.errors]
        for field, text in wrong:
            field.errors = [text]
        return not wrong

    def _timed(self) -> bool:
        given = (self.starts_on.data, self.starts_at.data, self.ends_at.data)
        return None not in given and self.zone.data in zones()

    def _times(self) -> bool:
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
        if fine and ends <= starts:
            self.ends_at.errors = [_("The end must be after the beginning.")]
            return False
        if fine and ends - starts > timedelta(days=31):
            self.ends_on.errors = [_("A session lasts 31 days at most.")]
            return False
        return fine

    def _moments(self) -> tuple[datetime, datetime]:
        day, zone = self.starts_on.data, ZoneInfo(self.zone.data)
        assert day is not None
        assert self.starts_at.data is not None
        last = self.ends_on.data or day
        ends = self.ends_at.data or self.starts_at.data
        return datetime.combine(day, self.starts_at.data, zone), datetime.combine(last, ends, zone)


def _exists(moment: datetime) -> bool:
    there_and_back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None)


class SetupForm(Form):
    """How the room is, what counts as having attended, what people get."""

    media = RadioField(_l("Sound and picture"))
    roster = RadioField(_l("Who sees who takes part"), choices=choices(ROSTERS.items()))
    lobby = BooleanField(
        _l("Lobby"), description=_l("People wait in front of the room until they are let in.")
    )
    anonymous_questions = BooleanField(
        _l("Anonymous questions"), description=_l("Whoever asks may hide their name from the others.")
    )
    keep_chat = BooleanField(
        _l("Keep the chat"), description=_l("It stays with the report after the session.")
    )
    recorded = BooleanField(
        _l("Recording"),
        description=_l("Everybody is told before, asked for consent, and sees when it runs."),
    )
    certificate = BooleanField(_l("Certificate of attendance"))
    feedback = BooleanField(_l("Feedback form after the session"))
    percent = WholeNumberField(
        _l("Percent of the minutes"),
        [
            InputRequired(_l("Enter a number from 0 to 100.")),
            NumberRange(0, 100, _l("Enter a number from 0 to 100.")),
        ],
        description=_l("How much of the scheduled time somebody must have been there."),
    )
    answers_needed = WholeNumberField(
        _l("Check questions to be answered"),
        [
            InputRequired(_l("Enter a number from 0 to 50.")),
            NumberRange(0, 50, _l("Enter a number from 0 to 50.")),
        ],
        description=_l("0: none."),
    )
    reminders = _boxes(_l("Reminders by mail"), REMINDERS.items(), Optional(), coerce=int)

    def offer(self, offers: Sequence[Offer], kept: Webinar) -> None:
        """Let these ways of carrying sound and picture be chosen for a session; what it has already stays."""
        self.offers = {one.kind.value: one for one in offers}
        self.media.choices = choices((kind, one.name) for kind, one in self.offers.items())
        self._kept = kept

    def validate_media(self, field: Field) -> None:
        """Refuse what cannot be had here, and another service's meeting without its address."""
        offer = self.offers.get(field.data)
        if offer is None or offer.kind == self._kept.media:
            return
        if offer.missing:
            raise ValidationError(offer.missing)
        if offer.kind == MediaKind.LINK and not self._kept.link:
            raise ValidationError(_("Enter the web address of the meeting in the session's plan first."))

    def show(self, webinar: Webinar) -> None:
        """Fill in what is kept."""
        for name in Setup.__dataclass_fields__:
            self[name].data = getattr(webinar, name)

    def setup(self) -> Setup:
        """Return what was typed."""
        values = {name: self[name].data for name in Setup.__dataclass_fields__}
        return Setup(**(values | {"reminders": sorted(self.reminders.data or [], reverse=True)}))


class AgendaForm(Form):
    """The agenda as lines: a time on the clock of the session, and what is then."""

    lines = TextAreaField(
        _l("Agenda"),
        [Optional(), Length(10_000)],
        description=_l(
            "One line each: the time on the session's own clock, then what is done. 14:00 Welcome"
        ),
        render_kw={"rows": 10},
    )

    def show(self, webinar: Webinar) -> None:
        """Fill in what is kept."""
        zone = ZoneInfo(webinar.zone)
        self.lines.data = "\n".join(
            f"{(webinar.starts_at + timedelta(minutes=line['minute'])).astimezone(zone):%H:%M} {line['title']}"
            for line in webinar.agenda
        )

    def agenda(self, webinar: Webinar) -> list[dict[str, Any]] | None:
        """Return the agenda in minutes from the start; None, with the fault at the field, when a line is none."""
        starts = webinar.starts_at.astimezone(ZoneInfo(webinar.zone))
        found: list[dict[str, Any]] = []
        for typed in filter(None, map(str.strip, (self.lines.data or "").splitlines())):
            line = _LINE.fullmatch(typed)
            if line is None or int(line[1]) > 23 or int(line[2]) > 59:
                self.lines.errors = [
                    _("This line does not begin with a time such as 14:00: %(line)s", line=typed)
                ]
                return None
            minute = (int(line[1]) * 60 + int(line[2]) - starts.hour * 60 - starts.minute) % _DAY_MINUTES
            if minute > webinar.minutes:
                self.lines.errors = [_("This is not within the session: %(line)s", line=typed)]
                return None
            found.append({"minute": minute, "title": line[3][:200]})
        if len(found) > MOST_LINES:
            self.lines.errors = [_("At most 100 lines.")]
            return None
        return found


class QuestionForm(Form):
    """A question put to who registers."""

    label = StringField(
        _l("Question"), [DataRequired(_l("Write the question.")), Length(300)], filters=[one_line]
    )
    kind = RadioField(_l("Answer"), choices=choices(QUESTION_KINDS.items()), default="text")
    options = TextAreaField(
        _l("Answers to choose from"),
        [Optional(), Length(3_000)],
        description=_l("One a line, at least two; only for a choice."),
        render_kw={"rows": 4},
    )
    required = BooleanField(_l("It must be answered"))

    def validate_options(self, field: Field) -> None:
        """Ask for two answers of a choice."""
        if self.kind.data == "choice" and not 2 <= len(self.given_options()) <= MOST_OPTIONS:
            raise ValidationError(_("Write from 2 to 20 answers, one a line."))

    def given_options(self) -> list[str]:
        """Return the answers to choose from, each once."""
        lines = (" ".join(line.split())[:200] for line in (self.options.data or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def question(self, key: str) -> dict[str, Any]:
        """Return what was typed."""
        return {
            "key": key,
            "label": self.label.data,
            "kind": self.kind.data,
            "options": self.given_options() if self.kind.data == "choice" else [],
            "required": bool(self.required.data),
        }


class RunnerForm(Form):
    """What somebody is in a session."""

    role = RadioField(_l("Role"), choices=choices(ROLES.items()), default="speaker")
    name = StringField(
        _l("Name as it is shown"),
        [Optional(), Length(150)],
        filters=[one_line],
        description=_l("Leave it empty for the name of the account. A guest needs one."),
    )
    biography = TextAreaField(_l("Short biography"), [Optional(), Length(2_000)], render_kw={"rows": 4})
    shown = BooleanField(_l("Shown on the session's page"), default=True)

    def show(self, row: WebinarRunner) -> None:
        """Fill in what is kept."""
        for name in Part.__dataclass_fields__:
            self[name].data = getattr(row, name)

    def part(self) -> Part:
        """Return what was typed."""
        return Part(
            role=self.role.data,
            name=self.name.data or "",
            biography=(self.biography.data or "").strip(),
            shown=bool(self.shown.data),
        )


class NewRunnerForm(RunnerForm):
    """Naming somebody: one known from an earlier session, one by the address of their account, or a guest."""

    known = SelectField(_l("Somebody from an earlier session"), [Optional()])
    email = StringField(
        _l("E-mail address of the account"),
        [Optional(), Length(254)],
        filters=[one_line],
        description=_l("Leave both empty for a guest, who is shown and does not come into the room."),
        render_kw={"inputmode": "email"},
    )

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """Let these people be chosen."""
        self.known.choices = choices(people, _l("Nobody"))


class LinkForm(Form):
    """A link among the materials."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the link a title.")), Length(150)], filters=[one_line]
    )
    link = StringField(
        _l("Address"),
        [DataRequired(_l("Enter the address.")), Length(2_000), Secure()],
        filters=[one_line],
        description=_l("It begins with https://. Nothing is fetched from there."),
        render_kw={"inputmode": "url"},
    )


class MaterialForm(Form):
    """How a material is called and what for."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the material a title.")), Length(150)], filters=[one_line]
    )
    slides = BooleanField(_l("Slides"), description=_l("It can be shown in the room, page by page."))
    handout = BooleanField(
        _l("Handout"), description=_l("Those the session is for can read it before and after.")
    )


class CancelForm(Form):
    """Why a session is cancelled."""

    why = TextAreaField(
        _l("Why"),
        [Optional(), Length(1_000)],
        description=_l("Everybody who is told of it reads this."),
        render_kw={"rows": 3},
    )


class TemplateForm(Form):
    """The name of a template."""

    title = StringField(
        _l("Name of the template"),
        [DataRequired(_l("Give the template a name.")), Length(150)],
        filters=[one_line],
    )
    listed = BooleanField(_l("Everybody who plans sessions may use it"))


class SeriesForm(Form):
    """What a series is about."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the series a title.")), Length(150)], filters=[one_line]
    )
    summary = TextAreaField(_l("What it is about"), [Optional(), Length(5_000)], render_kw={"rows": 5})
    topic = SelectField(_l("Topic"), [Optional()], choices=choices(TOPICS.items(), _l("Not said")))
    languages = _boxes(_l("Languages"), [], DataRequired(_l("Choose at least one language.")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages.choices = choices(spoken())

    def begin(self) -> None:
        """Fill in what most series begin with."""
        self.languages.data = [page_language()]

    def show(self, series: WebinarSeries) -> None:
        """Fill in what is kept."""
        for name in About.__dataclass_fields__:
            self[name].data = getattr(series, name)

    def about(self) -> About:
        """Return what was typed."""
        return About(
            self.title.data or "",
            (self.summary.data or "").strip(),
            self.topic.data or "",
            list(self.languages.data or []),
        )
