"""The answers of a stocktaking as a table and as a workbook, for its managers: respondents only as their faces."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.audit.verbs import Verb
from app.core.i18n import country
from app.irooms.models import IdentityMode
from app.irooms.queries.stocktaking.comparing import Answered
from app.irooms.queries.stocktaking.reading import Place
from app.irooms.stocktaking import values
from app.irooms.stocktaking.figures import bar_words, figures
from app.irooms.stocktaking.questionnaire import Kind
from app.irooms.stocktaking_words import KINDS
from app.irooms.trail import note

_NARROW, _WIDE = 18, 40


def headings(place: Place) -> list[str]:
    """Return the headings of the table; a question of yes or no has a column for its source, too."""
    names = [_("Answered by")]
    if not _masked(place):
        names += [_("Country"), _("Legal system")]
    names += [_("Sent at (UTC)"), _("Version")]
    for number, question in enumerate(place.content.questions(), start=1):
        names.append(f"{number}. {question.text}")
        if question.kind == Kind.YES_NO:
            names.append(_("%(number)d. Source", number=number))
    return names


def rows(place: Place, answered: Sequence[Answered]) -> Iterator[list[object]]:
    """Yield one row a response, in the order given; points of a scale are numbers, instants ISO 8601 in UTC."""
    masked = _masked(place)
    for one in answered:
        row: list[object] = [one.who.label]
        if not masked:
            row += [country(one.who.country), str(LEGAL_SYSTEMS.get(one.who.legal_system, ""))]
        row += [f"{one.who.sent_at:%Y-%m-%dT%H:%M:%SZ}" if one.who.sent_at else "", one.who.sent_version]
        for question in place.content.questions():
            value = one.value(question.id)
            row.append(
                value.get("point") if question.kind == Kind.SCALE else values.in_words(question, value)
            )
            if question.kind == Kind.YES_NO:
                row.append(value.get("source", ""))
        yield row


def workbook(place: Place, answered: Sequence[Answered]) -> bytes:
    """Return a workbook with the answers, the questions and what was counted; text is never taken for a formula."""
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        _write(book, _("Answers"), headings(place), rows(place, answered))
        _write(book, _("Questions"), _question_headings(), _questions(place))
        _write(book, _("Figures"), _figure_headings(), _figures(place, answered))
    return target.getvalue()


def note_export(place: Place, form: str, count: int) -> None:
    """Keep who took the answers out; members read it in the room's log."""
    note(
        place.seat, Verb.ROOM_STOCKTAKING_EXPORTED, "room_stocktaking", place.row.public_id,
        detail={"format": form, "rows": count}, logged=True,
    )  # fmt: skip


def _masked(place: Place) -> bool:
    return place.seat.room.identity == IdentityMode.PSEUDONYM


def _question_headings() -> list[str]:
    return [_("Number"), _("Section"), _("Question"), _("Kind"), _("Required"), _("Answers to choose from")]


def _questions(place: Place) -> Iterator[list[object]]:
    numbers = place.content.numbers()
    for section in place.content.sections:
        for question in section.questions:
            choices = "\n".join(option.text for option in question.options)
            if question.kind == Kind.SCALE:
                choices = f"{question.low}–{question.high}"
            required = _("yes") if question.required else _("no")
            kind = str(KINDS[question.kind])
            yield [numbers[question.id], section.title, question.text, kind, required, choices]


def _figure_headings() -> list[str]:
    return [_("Number"), _("Question"), _("Answer"), _("Count"), _("Answered"), _("Responses"), _("Mean")]


def _figures(place: Place, answered: Sequence[Answered]) -> Iterator[list[object]]:
    for one in figures(place.content, [row.values for row in answered]):
        if not one.bars:
            yield [one.number, one.text, "", None, one.answered, one.of, None]
        for bar in one.bars:
            yield [one.number, one.text, bar_words(bar), bar.count, one.answered, one.of, one.mean]


def _write(book: Any, name: str, header: Sequence[str], lines: Iterator[list[object]]) -> None:
    page = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, heading in enumerate(header):
        page.set_column(place, place, _WIDE if place > 1 else _NARROW)
        page.write_string(0, place, heading, bold)
    page.freeze_panes(1, 1)
    for number, line in enumerate(lines, start=1):
        for place, value in enumerate(line):
            if isinstance(value, int | float):
                page.write_number(number, place, value, wrapped)
            elif value:
                page.write_string(number, place, str(value), wrapped)
