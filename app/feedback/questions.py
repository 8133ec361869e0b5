"""The questions: those that are prepared for each kind of activity, and how a questionnaire is put together.

Names of prepared questions and of scales are kept with answers for ever: add, never rename or reuse. A prepared
question whose meaning changes gets another name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel.speaklater import LazyString

from app.core.database import JSON
from app.core.i18n import DEFAULT, best_language, page_language
from app.core.texts import lazy_gettext as _l
from app.feedback.models import FeedbackQuestion, Part
from app.records.models import ActivityKind, Channel

SCALE, WORDS = "scale", "words"
POINTS = (5, 4, 3, 2, 1)
AGREEMENT, PACE, EASE, OFTEN, EXTENT = "agreement", "pace", "ease", "often", "extent"
SCALES: Mapping[str, Mapping[int, LazyString]] = {
    AGREEMENT: {
        5: _l("Yes, fully"),
        4: _l("Mostly"),
        3: _l("In part"),
        2: _l("Hardly"),
        1: _l("Not at all"),
    },
    PACE: {
        5: _l("Much too fast"),
        4: _l("A little too fast"),
        3: _l("Just right"),
        2: _l("A little too slow"),
        1: _l("Much too slow"),
    },
    EASE: {
        5: _l("Very easy"),
        4: _l("Easy"),
        3: _l("Neither easy nor difficult"),
        2: _l("Difficult"),
        1: _l("Very difficult"),
    },
    OFTEN: {
        5: _l("Every week or more often"),
        4: _l("Every month"),
        3: _l("A few times"),
        2: _l("Once"),
        1: _l("Never so far"),
    },
    EXTENT: {
        5: _l("Very much"),
        4: _l("Much"),
        3: _l("To some extent"),
        2: _l("A little"),
        1: _l("Not at all"),
    },
}
"""The words of the five points of each scale."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``texts`` are an own question's words by language; a prepared one's are in :data:`PREPARED`."""

    key: str
    kind: str
    scale: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        """Whether it belongs to one activity only."""
        return bool(self.texts)

    @property
    def language(self) -> str:
        """The language its words are shown in: the page's, else English, else another that there is."""
        there = sorted(self.texts)
        otherwise = DEFAULT if DEFAULT in there or not there else there[0]
        return best_language(page_language(), there, otherwise) if there else page_language()

    @property
    def text(self) -> str:
        """Its words in the language of the page."""
        return self.texts[self.language] if self.own else str(PREPARED[self.key])

    @property
    def points(self) -> Mapping[int, LazyString]:
        """The words of its points, the highest first."""
        return SCALES[self.scale]


PREPARED: Mapping[str, LazyString] = {
    "relevance": _l("It was relevant to my work"),
    "use": _l("I will use what I learned in my work"),
    "explained": _l("The explanations were clear"),
    "facilitated": _l("The facilitators helped me when I needed it"),
    "exchange": _l("I learned from the exchange with other participants"),
    "taking_part": _l("I could ask and take part as I wished"),
    "pace": _l("How was the pace?"),
    "technical": _l("How easy was it technically: sign-in, pages, sound, files?"),
    "organised": _l("Place, time and documents were well organised"),
    "recommend": _l("I would recommend it to a colleague"),
    "useful_part": _l("What was most useful to you?"),
    "change": _l("What should change?"),
    "applied": _l("I have applied what I learned"),
    "how_often": _l("How often have you used it in your work?"),
    "practice": _l("How much has it changed the practice of your office?"),
    "taught": _l("I have taught others what I learned"),
    "remember": _l("I remember what matters well enough to use it"),
    "example": _l("Can you give an example, without names of persons or cases?"),
    "obstacles": _l("What kept you from using it, or from using it more?"),
    "support": _l("What would help you now?"),
}
_SCALE_OF = {"pace": PACE, "technical": EASE, "how_often": OFTEN, "practice": EXTENT}
_IN_WORDS = frozenset({"useful_part", "change", "example", "obstacles", "support"})
_WORDS_AT_THE_END = ("useful_part", "change")
_COURSE = ("relevance", "use", "explained", "pace", "technical", "recommend")
_DELIVERY = (
    "relevance", "use", "explained", "facilitated", "exchange", "pace", "technical", "recommend",
)  # fmt: skip
_EVENT = ("relevance", "use", "explained", "taking_part", "pace", "technical", "recommend")
_IN_A_HALL = ("relevance", "use", "explained", "taking_part", "pace", "organised", "recommend")
_LATER = (
    "applied", "how_often", "practice", "taught", "remember", "example", "obstacles", "support",
)  # fmt: skip
OWN = "own-"
"""What the keys of an activity's own questions begin with."""
NOT_ASKED = frozenset(
    {ActivityKind.RECORDING, ActivityKind.RESOURCE, ActivityKind.ROOM, ActivityKind.WEBINAR_SERIES}
)
"""Kinds that are not an activity of one's own: nobody is asked about them."""
MUST_COMPLETE = frozenset({ActivityKind.COURSE, ActivityKind.DELIVERY})
"""Kinds that end for somebody when they complete them; of the others who was there is asked."""


def prepared(part: Part, kind: str, channel: str) -> list[Question]:
    """Return the prepared questions for a kind of activity and the channel that it comes by."""
    return [_prepared(key) for key in _keys(part, kind, channel)]


def _keys(part: Part, kind: str, channel: str) -> Sequence[str]:
    if part == Part.FOLLOW_UP:
        return _LATER
    if kind == ActivityKind.COURSE:
        return (*_COURSE, *_WORDS_AT_THE_END)
    if kind == ActivityKind.DELIVERY:
        return (*_DELIVERY, *_WORDS_AT_THE_END)
    met = channel in {Channel.IN_PERSON, Channel.HYBRID}
    return (*(_IN_A_HALL if met else _EVENT), *_WORDS_AT_THE_END)


def _prepared(key: str) -> Question:
    if key in _IN_WORDS:
        return Question(key, WORDS)
    return Question(key, SCALE, _SCALE_OF.get(key, AGREEMENT))


def own(row: FeedbackQuestion) -> Question:
    """Return an activity's own question."""
    scale = AGREEMENT if row.kind == SCALE else ""
    return Question(f"{OWN}{row.public_id}", row.kind, scale, row.texts)


def written(questions: Iterable[Question]) -> list[JSON]:
    """Return questions as a version keeps them."""
    return [
        {"key": one.key, "kind": one.kind}
        | ({"scale": one.scale} if one.scale else {})
        | ({"texts": dict(one.texts)} if one.own else {})
        for one in questions
    ]


def read(kept: Iterable[JSON]) -> list[Question]:
    """Return the questions of a version; prepared ones that this program does not know any more are left out."""
    found = [Question(one["key"], one["kind"], one.get("scale", ""), one.get("texts", {})) for one in kept]
    return [one for one in found if one.own or one.key in PREPARED]
