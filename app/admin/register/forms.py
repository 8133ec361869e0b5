"""Forms of the register: an activity, somebody or a list of people in it, a headcount, reasons, a rule of a kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms import (
    DateField,
    EmailField,
    Field,
    FileField,
    FloatField,
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

from app.accounts.addresses import MAX_LENGTH
from app.accounts.countries import choices as countries
from app.accounts.vocabulary import AGE_GROUPS, GENDERS, PROFESSIONS, WORKING_LANGUAGES
from app.admin.register.lists import MOST_MINUTES
from app.admin.register.words import (
    CHANNELS,
    GOALS,
    KINDS,
    PILLARS,
    RECORDED_KINDS,
    SCHEMES,
    STATUSES,
    TOPICS,
)
from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.i18n import LANGUAGES, language_name, page_language, zones
from app.core.texts import lazy_gettext as _l
from app.records.actions import Attributes
from app.records.actions.corrections import Changes
from app.records.actions.events import ActivityPlan, Headcount
from app.records.corrections.models import RecordedActivity
from app.records.models import Activity, ActivityKind, Fact

FIRST_YEAR, LAST_YEAR = 2000, 2099
_RESOLUTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9/.() -]{0,59}")
_MOST_RESOLUTIONS = 30
_LONGEST_DAYS = 400
_MOST_PEOPLE = 1_000_000
_MOST_HOURS = 10_000
_THEN = ("country", "profession", "gender", "age_group", "language")


def spoken() -> list[tuple[str, str]]:
    """Return the languages people work in: those of the interface first, under their own names."""
    others = [(tag, language_name(tag, page_language())) for tag in WORKING_LANGUAGES if tag not in LANGUAGES]
    return [*LANGUAGES.items(), *sorted(others, key=lambda one: one[1].casefold())]


def _boxes(
    label: Any, pairs: Iterable[tuple[Any, object]], *validators: Any, **more: Any
) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        list(validators) or [Optional()],
        choices=choices(pairs),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **more,
    )


def _reason(label: Any = None, description: Any = None) -> TextAreaField:
    return TextAreaField(
        label or _l("Reason"),
        [DataRequired(_l("Say why. It is kept with the correction.")), Length(1_000)],
        description=description or _l("It is kept for good: write no names."),
        render_kw={"rows": 2},
    )


# ------------------------------------------------------------------------------------------------ activities


class AttributesForm(Form):
    """What reports group an activity by: for which countries, with whom, for what."""

    countries = _boxes(
        _l("Countries it is for"), [], description=_l("Choose none when it is for all, or not for countries.")
    )
    place = StringField(
        _l("Place"), [Optional(), Length(300)], filters=[one_line], description=_l("City, country.")
    )
    partner = StringField(_l("Partner"), [Optional(), Length(300)], filters=[one_line])
    project = StringField(_l("Project"), [Optional(), Length(300)], filters=[one_line])
    donor = StringField(_l("Donor"), [Optional(), Length(300)], filters=[one_line])
    pillars = _boxes(_l("Pillars of the Global Counter-Terrorism Strategy"), PILLARS.items())
    goals = _boxes(_l("Sustainable Development Goals"), [(goal, goal) for goal in GOALS])
    resolutions = StringField(
        _l("Resolutions"),
        [Optional(), Length(600)],
        filters=[one_line],
        description=_l("Number and year, several with commas between: 1373 (2001), 2396 (2017)"),
    )
    requesting = _boxes(_l("States that asked for it"), [])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = choices(countries())
        self.countries.choices = states
        self.requesting.choices = states

    def validate_resolutions(self, field: Field) -> None:
        """Each is a number, perhaps with a year."""
        found = self._resolutions()
        if len(found) > _MOST_RESOLUTIONS or not all(_RESOLUTION.fullmatch(one) for one in found):
            raise ValidationError(
                _("Write numbers of resolutions with commas between: 1373 (2001), 2396 (2017)")
            )

    def show_attributes(self, activity: Activity) -> None:
        """Fill in what is known."""
        for name in ("countries", "place", "partner", "project", "donor"):
            self[name].data = getattr(activity, name)
        found: dict[str, list[str]] = {scheme: [] for scheme in SCHEMES}
        for tag in activity.tags:
            scheme, _colon, value = tag.partition(":")
            if scheme in found:
                found[scheme].append(value)
        self.pillars.data, self.goals.data = found["pillar"], found["sdg"]
        self.requesting.data = found["requesting_state"]
        self.resolutions.data = ", ".join(found["resolution"])

    def tags(self, known: Sequence[str] = ()) -> list[str]:
        """Return the tags that were chosen; ``known`` ones of other schemes stay."""
        chosen = {
            "pillar": self.pillars.data or [],
            "resolution": self._resolutions(),
            "sdg": self.goals.data or [],
            "requesting_state": self.requesting.data or [],
        }
        others = [tag for tag in known if tag.partition(":")[0] not in SCHEMES]
        return [f"{scheme}:{value}" for scheme in SCHEMES for value in chosen[scheme]] + others

    def attributes(self, known: Sequence[str] = ()) -> Attributes:
        """Return what was typed; ``known`` are the activity's present tags."""
        return Attributes(
            partner=self.partner.data or "",
            project=self.project.data or "",
            donor=self.donor.data or "",
            countries=list(self.countries.data or []),
            tags=self.tags(known),
            place=self.place.data or "",
        )

    def _resolutions(self) -> list[str]:
        parts = (one.strip() for one in re.split(r"[,;،、]", self.resolutions.data or ""))
        return list(dict.fromkeys(one for one in parts if one))


class ActivityForm(AttributesForm):
    """An activity that was held elsewhere: what it was, when, where, for whom."""

    kind = SelectField(_l("Kind"), choices=[])
    channel = RadioField(_l("How it was held"), choices=choices(CHANNELS.items()), default="in_person")
    topic = SelectField(_l("Topic"), [Optional()], choices=[])
    languages = _boxes(_l("Languages it was held in"), [], DataRequired(_l("Choose at least one language.")))
    starts_on = DateField(_l("First day"), [InputRequired(_l("Choose the day."))])
    starts_at = TimeField(_l("From"), [InputRequired(_l("Say when it begins."))])
    ends_on = DateField(_l("Last day"), [Optional()], description=_l("Leave it empty for the same day."))
    ends_at = TimeField(_l("To"), [InputRequired(_l("Say when it ends."))])
    zone = SelectField(_l("Time zone"), description=_l("That of the place."))
    hours = FloatField(
        _l("Hours of training"),
        [Optional(), NumberRange(0, _MOST_HOURS, _l("Enter hours, such as 12 or 7.5."))],
        description=_l("Without breaks. Leave it empty when nobody knows."),
    )
    source = StringField(
        _l("Source"),
        [Optional(), Length(500)],
        filters=[one_line],
        description=_l("Where this is known from: a report, a file number, the organiser."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices((kind.value, KINDS[kind]) for kind in RECORDED_KINDS)
        self.languages.choices = choices(spoken())
        self.zone.choices = choices((name, name.replace("_", " ")) for name in zones())
        self.offer_topics()

    def offer_topics(self, known: str = "") -> None:
        """Let topics be chosen, the one that is known among them."""
        named = {str(key): text for key, text in TOPICS.items()}
        if known:
            named.setdefault(known, known.replace("-", " ").capitalize())
        self.topic.choices = choices(named.items(), _l("Not said"))

    def begin(self, zone: str) -> None:
        """Fill in what most begin with."""
        self.zone.data, self.languages.data = zone, [page_language()]

    def title_fields(self) -> list[Field]:
        """Return the fields of the titles, that of the page's language first."""
        tags = sorted(LANGUAGES, key=lambda tag: tag != page_language())
        return [self[f"title_{tag}"] for tag in tags]

    def show(self, activity: Activity, recorded: RecordedActivity) -> None:
        """Fill in what is known."""
        self.offer_topics(activity.topic)
        self.show_attributes(activity)
        for name in ("kind", "channel", "topic", "languages", "zone", "hours"):
            self[name].data = getattr(activity, name)
        self.source.data = recorded.source
        for tag in LANGUAGES:
            self[f"title_{tag}"].data = activity.titles.get(tag, "")
        if activity.starts_at is not None and activity.ends_at is not None:
            zone = ZoneInfo(activity.zone)
            starts, ends = activity.starts_at.astimezone(zone), activity.ends_at.astimezone(zone)
            self.starts_on.data, self.starts_at.data = starts.date(), starts.time()
            self.ends_on.data = ends.date() if ends.date() != starts.date() else None
            self.ends_at.data = ends.time()

    def validate(self, extra_validators: object = None) -> bool:
        """Whether the form holds; what hangs together is refused where it can be mended."""
        fine = bool(super().validate(extra_validators))
        if not any(field.data for field in self.title_fields()):
            self.title_fields()[0].errors = [_("Give the activity a title in at least one language.")]
            fine = False
        if self.channel.data in {"in_person", "hybrid"} and not self.place.data and not self.place.errors:
            self.place.errors = [_("Say where people came together.")]
            fine = False
        return self._times() and fine

    def plan(self, known: Sequence[str] = ()) -> ActivityPlan:
        """Return what was typed; only of a form that holds. ``known`` are the activity's present tags."""
        starts, ends = self._moments()
        said = self.attributes(known)
        return ActivityPlan(
            kind=self.kind.data,
            channel=self.channel.data,
            titles={tag: self[f"title_{tag}"].data for tag in LANGUAGES if self[f"title_{tag}"].data},
            languages=list(self.languages.data or []),
            starts_at=starts.astimezone(UTC),
            ends_at=ends.astimezone(UTC),
            zone=self.zone.data,
            topic=self.topic.data or "",
            hours=self.hours.data,
            source=self.source.data or "",
            **{name: getattr(said, name) for name in Attributes.__dataclass_fields__},
        )

    def _times(self) -> bool:
        given = (self.starts_on.data, self.starts_at.data, self.ends_at.data)
        if None in given or self.zone.data not in zones():
            return False
        starts, ends = self._days()
        if not (FIRST_YEAR <= starts.year <= LAST_YEAR and FIRST_YEAR <= ends.year <= LAST_YEAR):
            self.starts_on.errors = [_("Choose a day between 2000 and 2099.")]
            return False
        first, last = self._moments()
        if last < first:
            self.ends_at.errors = [_("The end must be after the beginning.")]
        elif last - first > timedelta(days=_LONGEST_DAYS):
            self.ends_on.errors = [_("An activity lasts 400 days at most.")]
        return not (self.ends_at.errors or self.ends_on.errors)

    def _days(self) -> tuple[Any, Any]:
        return self.starts_on.data, self.ends_on.data or self.starts_on.data

    def _moments(self) -> tuple[datetime, datetime]:
        zone, (first, last) = ZoneInfo(self.zone.data), self._days()
        begins, ends = self.starts_at.data, self.ends_at.data
        assert begins is not None
        assert ends is not None
        return datetime.combine(first, begins, zone), datetime.combine(last, ends, zone)


for _tag, _name in LANGUAGES.items():
    _title = StringField(
        _l("Title in %(language)s", language=_name), [Optional(), Length(300)], filters=[one_line]
    )
    setattr(ActivityForm, f"title_{_tag}", _title)


class ChangeForm(ActivityForm):
    """An activity described anew."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why. It is kept with the correction.")), Length(1_000)],
        description=_l("When dates change, what people did moves with them; it is kept why."),
        render_kw={"rows": 2},
    )


# ------------------------------------------------------------------------------------------------ people


class ParticipantForm(Form):
    """Somebody who was there. The names are those of a list's columns."""

    family_name = StringField(
        _l("Family name"), [DataRequired(_l("Enter the family name.")), Length(300)], filters=[one_line]
    )
    given_name = StringField(_l("Given name"), [Optional(), Length(300)], filters=[one_line])
    email = EmailField(
        _l("E-mail address"),
        [Optional(), Length(MAX_LENGTH)],
        filters=[one_line],
        description=_l("If it belongs to an account, it becomes part of that person's record."),
    )
    country = SelectField(_l("Country then"), [Optional()], choices=[])
    profession = SelectField(_l("Profession"), [Optional()], choices=[])
    gender = SelectField(_l("Gender"), [Optional()], choices=[])
    age_group = SelectField(_l("Age group"), [Optional()], choices=[])
    language = SelectField(_l("Language"), [Optional()], choices=[])
    status = RadioField(_l("How far they came"), choices=choices(STATUSES.items()), default="attended")
    minutes = WholeNumberField(
        _l("Minutes they were there"),
        [Optional(), NumberRange(0, MOST_MINUTES, _l("Enter whole minutes, such as 270."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unknown = _l("Not known")
        self.country.choices = choices(countries(), unknown)
        self.profession.choices = choices(PROFESSIONS.items(), unknown)
        self.gender.choices = choices(GENDERS.items(), unknown)
        self.age_group.choices = choices(AGE_GROUPS.items(), unknown)
        self.language.choices = choices(spoken(), unknown)


class ListForm(Form):
    """A list as a file, or its rows as text."""

    file = FileField(
        _l("File"),
        description=_l("CSV with commas, semicolons or tabs, in UTF-8; the first line names the columns."),
        render_kw={"accept": ".csv,.txt,.tsv,text/csv,text/plain"},
    )
    text = TextAreaField(
        _l("Or the rows as text"),
        [Optional(), Length(200_000)],
        description=_l("Copied from a spreadsheet, with the line that names the columns."),
        render_kw={"rows": 4, "dir": "ltr"},
    )


class HeadcountForm(Form):
    """People who were there and are on no list."""

    women = WholeNumberField(_l("Women"), [Optional(), NumberRange(0, _MOST_PEOPLE)])
    men = WholeNumberField(_l("Men"), [Optional(), NumberRange(0, _MOST_PEOPLE)])
    unknown = WholeNumberField(_l("Not known which"), [Optional(), NumberRange(0, _MOST_PEOPLE)])
    all_from = SelectField(_l("All from"), [Optional()], choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all_from.choices = choices(countries(), _l("Several countries, or not known"))

    def count(self) -> Headcount:
        """Return what was typed."""
        return Headcount(
            women=self.women.data or 0,
            men=self.men.data or 0,
            unknown=self.unknown.data or 0,
            country=self.all_from.data or "",
        )


class ReasonForm(Form):
    """Why something is done."""

    reason = _reason()


class ApartForm(Form):
    """Why two who look alike are two."""

    apart_reason = _reason(_l("How you know that they are two people"))


class VoidForm(Form):
    """Why a fact is taken back."""

    void_reason = _reason()


class MergeForm(Form):
    """Which of two learners stands for both from now on, and why."""

    into = RadioField(_l("Whose record is kept"), choices=[])
    reason = _reason(
        description=_l("How you know that this is one person. It is kept for good: write no names.")
    )


class PairForm(Form):
    """Two people to compare, by the addresses of their accounts."""

    one = EmailField(
        _l("One e-mail address"), [DataRequired(_l("Enter both addresses."))], filters=[one_line]
    )
    other = EmailField(
        _l("The other e-mail address"), [DataRequired(_l("Enter both addresses."))], filters=[one_line]
    )


class FactForm(Form):
    """What a fact should say instead, in the clock of the person who corrects."""

    occurred_on = DateField(_l("Day"), [InputRequired(_l("Choose the day."))])
    occurred_at = TimeField(_l("Time"), [InputRequired(_l("Say when."))], description=_l("In your own time."))
    headcount = WholeNumberField(
        _l("People without names"), [Optional(), NumberRange(1, _MOST_PEOPLE, _l("Enter a number from 1."))]
    )
    country = SelectField(_l("Country then"), [Optional()], choices=[])
    profession = SelectField(_l("Profession then"), [Optional()], choices=[])
    gender = SelectField(_l("Gender"), [Optional()], choices=[])
    age_group = SelectField(_l("Age group then"), [Optional()], choices=[])
    language = SelectField(_l("Language"), [Optional()], choices=[])
    minutes = FloatField(
        _l("Minutes"), [Optional(), NumberRange(0, MOST_MINUTES, _l("Enter minutes, such as 270."))]
    )
    score = FloatField(
        _l("Score in percent"), [Optional(), NumberRange(0, 100, _l("Enter a number from 0 to 100."))]
    )
    person = EmailField(
        _l("It was somebody else"),
        [Optional(), Length(MAX_LENGTH)],
        filters=[one_line],
        description=_l("The e-mail address of the account whose it is. Leave it empty to keep the person."),
    )
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unknown = _l("Not known")
        self.country.choices = choices(countries(), unknown)
        self.profession.choices = choices(PROFESSIONS.items(), unknown)
        self.gender.choices = choices(GENDERS.items(), unknown)
        self.age_group.choices = choices(AGE_GROUPS.items(), unknown)

    def fit(self, fact: Fact) -> None:
        """Leave out what the fact does not say; its language stays among those to choose from."""
        languages = dict(spoken())
        if fact.language:
            languages.setdefault(fact.language, language_name(fact.language, page_language()))
        self.language.choices = choices(languages.items(), _l("Not known"))
        if fact.headcount is None:
            del self.headcount
        else:
            del self.person
        for name in ("minutes", "score"):
            if name not in fact.result:
                delattr(self, name)

    def show(self, fact: Fact, zone: str) -> None:
        """Fill in what the fact says."""
        at = fact.occurred_at.astimezone(ZoneInfo(zone))
        self.occurred_on.data, self.occurred_at.data = at.date(), at.time()
        for name in ("headcount", *_THEN):
            if name in self:
                self[name].data = getattr(fact, name)
        for name in ("minutes", "score"):
            if name in self:
                self[name].data = fact.result[name]

    def changes(self, fact: Fact, zone: str, learner_key: UUID | None) -> Changes:
        """Return what differs from the fact; ``learner_key`` is whose it was, when somebody else's."""
        day, hour = self.occurred_on.data, self.occurred_at.data
        assert day is not None
        assert hour is not None
        shown = fact.occurred_at.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
        typed = datetime.combine(day, hour, ZoneInfo(zone))
        said = {
            name: self[name].data or "" for name in _THEN if (self[name].data or "") != getattr(fact, name)
        }
        result = {
            name: self[name].data
            for name in ("minutes", "score")
            if name in self and self[name].data != fact.result[name]
        }
        return Changes(
            occurred_at=typed.astimezone(UTC) if typed != shown else None,
            learner_key=learner_key,
            headcount=self.headcount.data if "headcount" in self else None,
            result=result,
            **said,
        )

    def validate_occurred_on(self, field: Field) -> None:
        """Within what a calendar holds."""
        if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise ValidationError(_("Choose a day between 2000 and 2099."))


class KindRuleForm(Form):
    """A new version of whether a kind counts as training."""

    kind = SelectField(_l("Kind"), choices=[])
    counts = RadioField(
        _l("Counts as training"), choices=choices([("yes", _l("Yes")), ("no", _l("No"))]), default="yes"
    )
    valid_from = DateField(
        _l("From"),
        [InputRequired(_l("Choose the day."))],
        description=_l("A day to come, in UTC. Figures that were given keep the rule they were given by."),
    )
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices((kind.value, KINDS[kind]) for kind in ActivityKind)

    def validate_valid_from(self, field: Field) -> None:
        """Within what a calendar holds."""
        if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise ValidationError(_("Choose a day between 2000 and 2099."))
