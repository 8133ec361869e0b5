"""What makes a poll: the form of the page where polls are prepared, and the same from the live room's client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from app.core.forms import Form, Length, choices, one_line
from app.core.refusal import Refused, require
from app.core.texts import lazy_gettext as _l
from app.webinars.models.talk import PollKind, WebinarPoll
from app.webinars.talk_text import optional, plain

LONGEST, LONGEST_OPTION, LONGEST_END = 400, 200, 60
MOST_OPTIONS = 12
CORRECT = "*"
SCALES = ("5", "7", "10")
KINDS = {
    PollKind.SINGLE: _l("One answer of several"),
    PollKind.MULTIPLE: _l("Any number of answers"),
    PollKind.SCALE: _l("A number on a scale"),
    PollKind.OPEN: _l("Own words"),
}


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll as it is to be. ``options`` are (label, correct); ``steps`` is how far a scale goes from 1."""

    kind: PollKind
    text: str
    options: tuple[tuple[str, bool], ...] = ()
    steps: int = 5
    low_label: str = ""
    high_label: str = ""
    anonymous: bool = True
    changeable: bool = False
    counts: bool = False

    def option_rows(self) -> list[dict[str, Any]]:
        """Return the options as a poll keeps them; the key of one is its place."""
        if self.kind == PollKind.SCALE:
            return [{"key": str(step), "label": str(step)} for step in range(1, self.steps + 1)]
        return [
            {"key": str(place), "label": label, "correct": correct}
            for place, (label, correct) in enumerate(self.options, 1)
        ]


def checked(draft: PollDraft) -> PollDraft:
    """Return the draft; Refused when it is no poll that can be held."""
    require(not (draft.anonymous and draft.changeable), _("A vote without a name cannot be changed."))
    if draft.kind in {PollKind.SINGLE, PollKind.MULTIPLE}:
        labels = [label for label, _correct in draft.options]
        require(len(labels) >= 2, _("Give at least two answers to choose from."))
        require(len(labels) <= MOST_OPTIONS, _("At most %(max)d answers to choose from.", max=MOST_OPTIONS))
        require(len(set(labels)) == len(labels), _("Two answers are the same."))
    return draft


def lines_of(text: str) -> tuple[tuple[str, bool], ...]:
    """Return answers to choose from, one a line; those that begin with a star are correct."""
    found = []
    for line in text.splitlines():
        label = optional(line.strip().removeprefix(CORRECT), LONGEST_OPTION)
        if label:
            found.append((label, line.strip().startswith(CORRECT)))
    return tuple(found)


def draft_of(given: Mapping[str, Any]) -> PollDraft:
    """Return the poll that the room's client describes; Refused when it is none."""
    try:
        kind = PollKind(str(given.get("kind", "")))
    except ValueError:
        raise Refused(_("Choose a kind of poll.")) from None
    options = given.get("options")
    steps = str(given.get("steps", SCALES[0]))
    return checked(
        PollDraft(
            kind=kind,
            text=plain(given.get("text"), LONGEST),
            options=tuple(_option(one) for one in options) if isinstance(options, list) else (),
            steps=int(steps) if steps in SCALES else int(SCALES[0]),
            low_label=optional(given.get("low"), LONGEST_END),
            high_label=optional(given.get("high"), LONGEST_END),
            anonymous=given.get("anonymous") is not False,
            changeable=given.get("changeable") is True,
            counts=given.get("counts") is True,
        )
    )


def _option(given: object) -> tuple[str, bool]:
    if isinstance(given, dict):
        return plain(given.get("label"), LONGEST_OPTION, lines=False), given.get("correct") is True
    return plain(given, LONGEST_OPTION, lines=False), False


class PollForm(Form):
    """A poll or quick quiz, prepared before the session."""

    text = TextAreaField(
        _l("Question"), [DataRequired(_l("Write the question.")), Length(LONGEST)], render_kw={"rows": 2}
    )
    kind = SelectField(_l("What people answer"), choices=choices(KINDS.items()))
    options = TextAreaField(
        _l("Answers to choose from"),
        [Optional(), Length(MOST_OPTIONS * (LONGEST_OPTION + 2))],
        description=_l("One a line. For a quiz, put a star (*) before each correct answer."),
        render_kw={"rows": 5},
    )
    steps = SelectField(_l("Steps of the scale"), choices=choices((one, one) for one in SCALES))
    low_label = StringField(
        _l("What the lowest number means"), [Optional(), Length(LONGEST_END)], filters=[one_line]
    )
    high_label = StringField(
        _l("What the highest number means"), [Optional(), Length(LONGEST_END)], filters=[one_line]
    )
    anonymous = BooleanField(
        _l("Without names"),
        description=_l(
            "Kept is who has voted, and what was voted, but not who voted what. It cannot be found out later."
        ),
    )
    changeable = BooleanField(_l("A vote can be changed while the poll is open (only with names)"))
    counts = BooleanField(
        _l("Check question"),
        description=_l("Counts for the attendance rule of this session: any answer, right or wrong."),
    )

    def show(self, poll: WebinarPoll) -> None:
        """Fill in a poll as it is."""
        self.text.data, self.kind.data = poll.text, poll.kind
        self.low_label.data, self.high_label.data = poll.low_label, poll.high_label
        self.anonymous.data, self.changeable.data = poll.anonymous, poll.changeable
        self.counts.data = poll.counts
        if poll.kind == PollKind.SCALE:
            self.steps.data = str(len(poll.options))
        else:
            self.options.data = "\n".join(
                ("* " if one.get("correct") else "") + one["label"] for one in poll.options
            )

    def draft(self) -> PollDraft:
        """Return the poll as typed; Refused when it is no poll that can be held."""
        return checked(
            PollDraft(
                kind=PollKind(self.kind.data),
                text=plain(self.text.data, LONGEST),
                options=lines_of(self.options.data or ""),
                steps=int(self.steps.data or SCALES[0]),
                low_label=self.low_label.data or "",
                high_label=self.high_label.data or "",
                anonymous=bool(self.anonymous.data),
                changeable=bool(self.changeable.data),
                counts=bool(self.counts.data),
            )
        )
