"""Forms about stocktakings. What members answer is no form of its own kind: it follows the questionnaire."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.i18n import LANGUAGES, page_language, zones
from app.core.texts import lazy_gettext as _l
from app.irooms.actions.stocktaking.building import MOST_OPTIONS, About
from app.irooms.models.stocktaking import Stocktaking, Unit
from app.irooms.stocktaking import questionnaire
from app.irooms.stocktaking.questionnaire import Kind, Question, Section

_MARKDOWN = _l("Plain text or Markdown.")
_UNITS = {
    Unit.PERSON: _l("Each member for themselves"),
    Unit.COUNTRY: _l("The members of one country together"),
}
_LONGEST_OPTION = 200
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


class AboutForm(Form):
    """What a stocktaking is for."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the stocktaking a title.")), Length(160)], filters=[one_line]
    )
    purpose = TextAreaField(
        _l("What it is for"), [Optional(), Length(5_000)], description=_MARKDOWN, render_kw={"rows": 5}
    )
    language = SelectField(_l("Language of the questions"), choices=choices(LANGUAGES.items()))
    unit = RadioField(
        _l("Who answers"), [InputRequired(_l("Choose who answers."))], choices=choices(_UNITS.items())
    )
    answers_visible = BooleanField(
        _l("Answers are visible to the room"),
        description=_l("Everybody who takes part reads what was sent. Otherwise only managers do."),
    )

    def offer(self, *, by_country: bool) -> None:
        """Let countries answer together where the room allows it."""
        if not by_country:
            self.unit.choices = choices([(Unit.PERSON, _UNITS[Unit.PERSON])])

    def begin(self) -> None:
        """Fill in what most begin with."""
        self.language.data, self.unit.data = page_language(), Unit.PERSON

    def show(self, row: Stocktaking) -> None:
        """Fill in what is kept."""
        for name in ("title", "purpose", "language", "unit", "answers_visible"):
            self[name].data = getattr(row, name)

    def about(self) -> About:
        """Return what it is for."""
        return About(
            title=self.title.data or "",
            purpose=(self.purpose.data or "").strip(),
            language=self.language.data,
            unit=self.unit.data,
            answers_visible=bool(self.answers_visible.data),
        )


class SectionForm(Form):
    """A section: one page of questions."""

    title = StringField(
        _l("Title of the section"),
        [DataRequired(_l("Give the section a title.")), Length(160)],
        filters=[one_line],
    )
    intro = TextAreaField(
        _l("Introduction"), [Optional(), Length(5_000)], description=_MARKDOWN, render_kw={"rows": 3}
    )

    def section(self, id: str) -> Section:
        """Return the section, without its questions."""
        return Section(id, self.title.data or "", (self.intro.data or "").strip())


class QuestionForm(Form):
    """A question; which fields there are depends on its kind (:meth:`fit`)."""

    base = HiddenField()
    text = TextAreaField(
        _l("Question"), [DataRequired(_l("Write the question.")), Length(1_000)], render_kw={"rows": 2}
    )
    help = TextAreaField(_l("Help"), [Optional(), Length(2_000)], render_kw={"rows": 2})
    required = BooleanField(_l("An answer is required"))
    options = TextAreaField(
        _l("Answers to choose from"), [Length(12_000)], description=_l("One a line."), render_kw={"rows": 6}
    )
    many = BooleanField(_l("Several answers may be chosen"))
    low = WholeNumberField(
        _l("Lowest point"),
        [InputRequired(_l("Enter a number.")), NumberRange(0, 1, _l("The lowest point is 0 or 1."))],
        default=1,
    )
    high = WholeNumberField(
        _l("Highest point"),
        [InputRequired(_l("Enter a number.")), NumberRange(2, 10, _l("The highest point is from 2 to 10."))],
        default=5,
    )
    low_label = StringField(_l("What the lowest point means"), [Optional(), Length(80)], filters=[one_line])
    high_label = StringField(_l("What the highest point means"), [Optional(), Length(80)], filters=[one_line])
    same_meaning = BooleanField(
        _l("Only the wording changes"),
        description=_l("Answers given so far still answer the question, so they are kept."),
    )

    def fit(self, kind: Kind, *, published: bool) -> None:
        """Leave out what a question of this kind, or one that nobody has answered yet, does not have."""
        if kind != Kind.CHOICE:
            del self.options, self.many
        if kind != Kind.SCALE:
            del self.low, self.high, self.low_label, self.high_label
        if not published:
            del self.same_meaning

    def show(self, question: Question) -> None:
        """Fill in a question."""
        for name in ("text", "help", "required", "many", "low", "high", "low_label", "high_label"):
            if name in self:
                self[name].data = getattr(question, name)
        if "options" in self:
            self.options.data = "\n".join(option.text for option in question.options)
        self.base.data = questionnaire.mark(question)

    def fits(self) -> bool:
        """Whether there are answers to choose from, none of them too long; the field says what is wrong."""
        if "options" not in self:
            return True
        lines = self.lines()
        wrong = ""
        if len(lines) < 2 or len(lines) > MOST_OPTIONS:
            wrong = _("Write from 2 to %(max)d answers, one a line.", max=MOST_OPTIONS)
        elif any(len(line) > _LONGEST_OPTION for line in lines):
            wrong = _("At most %(max)d characters in one answer.", max=_LONGEST_OPTION)
        if wrong:
            self.options.errors = [wrong]
        return not wrong

    def lines(self) -> list[str]:
        """Return the answers to choose from, each once."""
        typed = (" ".join(line.split()) for line in (self.options.data or "").splitlines())
        return list(dict.fromkeys(line for line in typed if line))

    def question(self, kind: Kind, before: Question | None) -> Question:
        """Return the question as typed, with the id it had."""
        made = Question(
            id=before.id if before else questionnaire.new_id(),
            kind=kind,
            text=" ".join((self.text.data or "").split()),
            help=(self.help.data or "").strip(),
            required=bool(self.required.data),
            replaces=before.replaces if before else "",
        )
        return self._of_kind(made, before)

    def _of_kind(self, made: Question, before: Question | None) -> Question:
        values = {name: getattr(made, name) for name in Question.__dataclass_fields__}
        if made.kind == Kind.CHOICE:
            earlier = before.options if before else ()
            values |= {
                "options": questionnaire.options_of(self.lines(), earlier),
                "many": bool(self.many.data),
            }
        if made.kind == Kind.SCALE:
            values |= {
                "low": self.low.data,
                "high": self.high.data,
                "low_label": self.low_label.data or "",
                "high_label": self.high_label.data or "",
            }
        return Question(**values)


class VersionForm(Form):
    """Publishing a version."""

    note = StringField(_l("What is new in this version"), [Optional(), Length(500)], filters=[one_line])


class DeadlineForm(Form):
    """Until when answers are taken."""

    day = DateField(_l("Last day"), [InputRequired(_l("Choose the last day."))])
    time = TimeField(_l("Until"), [InputRequired(_l("Enter a time."))])
    zone = SelectField(_l("In the time of"), [InputRequired(_l("Choose a time zone."))])

    def offer(self) -> None:
        """Let time zones be chosen."""
        self.zone.choices = choices((zone, zone.replace("_", " ")) for zone in zones())

    def validate_day(self, field: DateField) -> None:
        """Refuse years that nobody means."""
        if field.data is not None and not _FIRST_YEAR <= field.data.year <= _LAST_YEAR:
            raise ValidationError(_("Choose a day between 2000 and 2199."))

    def show(self, deadline: datetime, zone: str) -> None:
        """Fill in a deadline."""
        local = deadline.astimezone(ZoneInfo(zone))
        self.day.data, self.time.data, self.zone.data = local.date(), local.time(), zone

    def deadline(self) -> datetime:
        """Return the instant, in UTC."""
        assert self.day.data is not None
        assert self.time.data is not None
        local = datetime.combine(self.day.data, self.time.data, ZoneInfo(self.zone.data))
        return local.astimezone(UTC)


class SummaryForm(Form):
    """A summary for everybody in the room."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the summary a title.")), Length(160)], filters=[one_line]
    )
    text = TextAreaField(
        _l("Summary"),
        [DataRequired(_l("Write the summary.")), Length(50_000)],
        description=_l(
            "Plain text or Markdown. A line with only [[figure 3]] shows what was counted of question 3."
        ),
        render_kw={"rows": 20},
    )
