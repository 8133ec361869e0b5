"""Forms of recordings: what it is called, for whom it is, what is cut, its chapters, captions as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from app.accounts.audiences import Audience
from app.core import clock
from app.core.forms import Form, Length, choices, one_line
from app.core.texts import lazy_gettext as _l
from app.webinars.actions.recording_editing import Publication
from app.webinars.models.recording import Viewers, WebinarRecording
from app.webinars.recording_timeline import MAX_TITLE, clock_read, clock_text
from app.webinars.recording_words import VIEWER_WORDS

_YEARS = 20
_LONGEST_LIST = 20_000


class RecordingForm(Form):
    """What a recording is called, and the language spoken in it."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the recording a title.")), Length(MAX_TITLE)], filters=[one_line]
    )
    language = SelectField(_l("Language spoken"))

    def offer(self, languages: Iterable[tuple[str, str]]) -> None:
        """Let these languages be chosen."""
        self.language.choices = choices(languages, _l("Several"))


class PublicationForm(Form):
    """For whom, until when, whether it may be taken away."""

    viewers = RadioField(_l("Who may watch it"), choices=choices(VIEWER_WORDS.items()))
    group = SelectField(_l("Group or room"), description=_l("Only for the members of a group or room."))
    until = DateField(
        _l("Until"),
        [Optional()],
        description=_l("The last day; every link ends with it. Leave it empty for no end."),
    )
    downloads = BooleanField(_l("Whoever may watch it may download it"))

    def offer(self, groups: Iterable[Audience]) -> None:
        """Let these groups be chosen."""
        self._groups = {one.public_id: one for one in groups}
        named = ((one.public_id, one.name) for one in self._groups.values() if not one.refused)
        self.group.choices = choices(named, _l("None"))

    def show(self, recording: WebinarRecording, zone: str) -> None:
        """Fill in what is kept."""
        self.viewers.data, self.downloads.data = recording.viewers, recording.downloads
        chosen = (key for key, one in self._groups.items() if one.group_id == recording.group_id)
        self.group.data = next(chosen, "")
        if recording.expires_at is not None:
            self.until.data = (recording.expires_at.astimezone(ZoneInfo(zone)) - timedelta(seconds=1)).date()

    def validate(self, extra_validators: object = None) -> bool:
        """Whether the form holds; a group is needed where it is for one."""
        fine = super().validate(extra_validators)
        if fine and self.viewers.data == Viewers.GROUP and not self.group.data:
            self.group.errors = [_("Choose one from the list.")]
            return False
        if fine and self.until.data and self.until.data.year > clock.now().year + _YEARS:
            self.until.errors = [_("This day is too far away.")]
            return False
        return fine

    def publication(self, zone: str) -> Publication:
        """Return what was chosen; a day ends at midnight on the actor's clock."""
        group = self._groups.get(self.group.data or "")
        ends = None
        if self.until.data is not None:
            ends = datetime.combine(self.until.data + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(
                UTC
            )
        return Publication(
            viewers=Viewers(self.viewers.data),
            group_id=group.group_id if group else None,
            expires_at=ends,
            downloads=bool(self.downloads.data),
        )


class CutForm(Form):
    """What is shown of it."""

    begins = StringField(
        _l("From"),
        [DataRequired(_l("Say where it begins."))],
        description=_l("Such as 0:00, 4:05 or 1:04:05."),
    )
    ends = StringField(_l("To"), [Optional()], description=_l("Leave it empty for its end."))

    def show(self, recording: WebinarRecording) -> None:
        """Fill in what is kept."""
        self.begins.data = clock_text(recording.cut_from)
        self.ends.data = clock_text(recording.cut_to) if recording.cut_to is not None else ""

    def validate(self, extra_validators: object = None) -> bool:
        """Whether both are times."""
        fine = super().validate(extra_validators)
        for field in (self.begins, self.ends):
            if fine and field.data and clock_read(field.data) is None:
                field.errors = [_("Write a time such as 4:05 or 1:04:05.")]
                return False
        return fine

    def cut(self) -> tuple[float, float | None]:
        """Return both in seconds."""
        return clock_read(self.begins.data or "") or 0.0, clock_read(
            self.ends.data
        ) if self.ends.data else None


class ChaptersForm(Form):
    """Chapters, one a line."""

    chapters = TextAreaField(
        _l("Chapters"), [Optional(), Length(_LONGEST_LIST)], render_kw={"rows": 10},
        description=_l("One a line: a time and a title, such as “4:05 Preservation requests”."),
    )  # fmt: skip

    def show(self, chapters: Iterable[dict[str, object]]) -> None:
        """Fill in what is kept."""
        self.chapters.data = "\n".join(
            f"{clock_text(float(str(one['at'])))} {one['title']}" for one in chapters
        )

    def validate(self, extra_validators: object = None) -> bool:
        """Whether every line has a time and a title."""
        fine = super().validate(extra_validators)
        for number, line in enumerate((self.chapters.data or "").splitlines(), 1):
            if fine and line.strip() and _chapter(line) is None:
                self.chapters.errors = [
                    _("Line %(line)s: write a time, a blank and a title of at most %(most)s characters.",
                      line=number, most=MAX_TITLE)
                ]  # fmt: skip
                return False
        return fine

    def found(self) -> list[tuple[float, str]]:
        """Return the chapters in seconds, in order."""
        lines = (_chapter(line) for line in (self.chapters.data or "").splitlines())
        return sorted(one for one in lines if one is not None)


class CaptionsForm(Form):
    """Captions as a file."""

    language = SelectField(_l("Language of the captions"))
    file = FileField(
        _l("WebVTT file"), [FileRequired(_l("Choose a file first."))],
        description=_l("A file that ends in .vtt, with times of the film as it is shown here."),
    )  # fmt: skip

    def offer(self, languages: Iterable[tuple[str, str]]) -> None:
        """Let these languages be chosen."""
        self.language.choices = choices(languages)


def _chapter(line: str) -> tuple[float, str] | None:
    at, _blank, title = line.strip().partition(" ")
    seconds, words = clock_read(at), one_line(title) or ""
    return (seconds, words) if seconds is not None and 0 < len(words) <= MAX_TITLE else None
