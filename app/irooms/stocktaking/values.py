"""What can be an answer: ``{"text"}``, ``{"chosen"}``, ``{"point"}``, ``{"yes", "source"}``; an empty one is none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence

from flask_babel import gettext as _

from app.core.database import JSON
from app.irooms.stocktaking.questionnaire import Kind, Question, Questionnaire

LONGEST_TEXT, LONGEST_SOURCE = 10_000, 1_000
NONE: JSON = {}


class NoAnswer(ValueError):
    """What was sent cannot be kept as an answer; the message says what to do, in the person's language."""


def read(question: Question, given: Sequence[str], source: str = "") -> JSON:
    """Return the answer that a form carries; empty for none. Raises NoAnswer for what cannot be kept."""
    return _READERS[question.kind](question, [one for one in given if one != ""], source)


def _text(_question: Question, given: Sequence[str], _source: str) -> JSON:
    text = "\n".join(given).replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise NoAnswer(
            _("At most %(max)d characters; you typed %(length)d.", max=LONGEST_TEXT, length=len(text))
        )
    return {"text": text} if text else NONE


def _choice(question: Question, given: Sequence[str], _source: str) -> JSON:
    chosen = [option.id for option in question.options if option.id in given]
    if set(given) - set(chosen) or (len(chosen) > 1 and not question.many):
        raise NoAnswer(_("This is not one of the answers. Choose again."))
    return {"chosen": chosen} if chosen else NONE


def _scale(question: Question, given: Sequence[str], _source: str) -> JSON:
    points = {str(point): point for point in question.points}
    if len(given) > 1 or any(one not in points for one in given):
        raise NoAnswer(_("This is not one of the answers. Choose again."))
    return {"point": points[given[0]]} if given else NONE


def _yes_no(_question: Question, given: Sequence[str], source: str) -> JSON:
    if len(given) > 1 or any(one not in {"yes", "no"} for one in given):
        raise NoAnswer(_("This is not one of the answers. Choose again."))
    source = " ".join(source.split())
    if len(source) > LONGEST_SOURCE:
        raise NoAnswer(
            _("At most %(max)d characters; you typed %(length)d.", max=LONGEST_SOURCE, length=len(source))
        )
    answer: JSON = {"yes": given[0] == "yes"} if given else {}
    return answer | ({"source": source} if source else {})


_READERS: dict[Kind, Callable[[Question, Sequence[str], str], JSON]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.SCALE: _scale,
    Kind.YES_NO: _yes_no,
}


def given(question: Question, value: JSON) -> bool:
    """Whether ``value`` answers the question as it is asked now."""
    if question.kind == Kind.CHOICE:
        return any(option.id in value.get("chosen", ()) for option in question.options)
    return {Kind.TEXT: "text", Kind.SCALE: "point", Kind.YES_NO: "yes"}[question.kind] in value


def missing(question: Question, value: JSON) -> str:
    """Return what is still missing before the answer can be sent, in words; empty for nothing."""
    if not given(question, value):
        return str(_("Please answer this question.")) if question.required or value.get("source") else ""
    if question.required and value.get("yes") and not value.get("source"):
        return str(_("Please give a source: a link, or the law and article."))
    return ""


def missing_in(content: Questionnaire, answered: Mapping[str, JSON]) -> dict[str, str]:
    """Return what is still missing before a response can be sent, in words, by question id."""
    found = {
        question.id: missing(question, answered.get(question.id, NONE)) for question in content.questions()
    }
    return {id: words for id, words in found.items() if words}


def in_words(question: Question, value: JSON) -> str:
    """Return an answer as people read it, without its source; empty for none."""
    if not given(question, value):
        return ""
    if question.kind == Kind.CHOICE:
        return "; ".join(option.text for option in question.options if option.id in value["chosen"])
    if question.kind == Kind.YES_NO:
        return str(_("Yes") if value["yes"] else _("No"))
    return str(value["point"] if question.kind == Kind.SCALE else value["text"])


def digest(value: JSON) -> str:
    """Return a short digest of a value, by which a page knows whether it was changed."""
    written = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]
