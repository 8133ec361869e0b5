"""The report of a session as a workbook and as a PDF: what its pages show, in tables."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core.i18n import country, direction, format_number, format_time, page_language
from app.core.pdf import compile_pdf, fonts_for
from app.webinars import attendance_shown, closing_curve
from app.webinars.forms.feedback import POINTS, QUESTIONS
from app.webinars.models.after import WebinarClosing
from app.webinars.places import Place
from app.webinars.planning_words import rule_words
from app.webinars.queries import chat, feedback, polls, questions
from app.webinars.queries.attendance import Sheet

_NARROW, _WIDE = 16, 44
_PAPER = Path(__file__).with_name("closing_paper.typ")
_ALL_FONTS = ("Noto Sans", "Amiri", "Noto Sans SC")
_MOST_CELLS = 31  # characters of a sheet's name


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report."""

    name: str
    headings: list[str]
    rows: list[list[object]]


def note(place: Place, form: str, what: str = "report") -> None:
    """Keep in the audit who took the attendance or the whole report away, and in which form."""
    verb = Verb.WEBINAR_ATTENDANCE_EXPORTED if what == "attendance" else Verb.WEBINAR_REPORT_EXPORTED
    audit.record(place.actor, verb, "webinar", place.webinar.public_id, detail={"format": form})


def tables(sheet: Sheet) -> list[Table]:
    """Return the tables of a session's report; those without rows are left out but for the attendance."""
    webinar = sheet.webinar
    made = [attendance(sheet)]
    if sheet.closing is not None:
        made.append(_curve(sheet.closing))
    made += [_questions(questions.asked_and_answered(webinar)), _polls(polls.held(webinar.id))]
    made += [_chat(chat.kept(webinar)), _feedback(feedback.results(webinar.id))]
    return [made[0], *(one for one in made[1:] if one.rows)]


def attendance(sheet: Sheet) -> Table:
    """Return the attendance list."""
    return Table(_("Attendance"), attendance_shown.headings(), list(attendance_shown.rows(sheet)))


def workbook(made: Sequence[Table]) -> bytes:
    """Return a workbook with a sheet for each table; text is never taken for a formula."""
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        for table in made:
            _write(book, table)
    return target.getvalue()


def paper(sheet: Sheet) -> bytes:
    """Return the report as PDF: the figures, the attendance in a few columns, questions, polls, feedback."""
    webinar, language = sheet.webinar, page_language()
    fonts = fonts_for(language)
    took_part = [one for one in sheet.people if one.counts and one.was_there]
    data: dict[str, object] = {
        "title": webinar.title,
        "heading": _("Report of a session"),
        "language": language,
        "direction": direction(language),
        "fonts": [*fonts, *(one for one in _ALL_FONTS if one not in fonts)],
        "lines": [
            format_time(webinar.starts_at, "long"),
            rule_words(sheet.rule.percent, sheet.rule.answers),
            _("Took part: %(count)s", count=format_number(len(took_part))),
            _("Attended: %(count)s", count=format_number(sum(one.fulfilled for one in took_part))),
        ],
        "tables": [_printed(one) for one in _for_paper(sheet)],
    }
    return compile_pdf(_PAPER.read_text("utf-8"), data)


def _for_paper(sheet: Sheet) -> Iterable[Table]:
    people = [
        [
            one.name,
            country(one.country) if one.country else "",
            attendance_shown.minutes(one.present),
            attendance_shown.standing(one, settled=True)[1],
        ]
        for one in sheet.people
    ]
    yield Table(_("Attendance"), [_("Name"), _("Country"), _("Minutes"), _("Attended")], people)
    yield from (one for one in tables(sheet)[1:] if sheet.closing is None or one.name != _("Curve"))


def _printed(table: Table) -> dict[str, Any]:
    rows = [["" if cell is None else str(cell) for cell in row] for row in table.rows]
    return {"name": table.name, "headings": table.headings, "rows": rows}


def _curve(closing: WebinarClosing) -> Table:
    counted = closing_curve.table(closing.curve, closing.begins_at)
    rows: list[list[object]] = [[f"{at:%Y-%m-%dT%H:%MZ}", count] for at, count in counted]
    return Table(_("Curve"), [_("Minute (UTC)"), _("People there")], rows)


def _questions(asked: Sequence[questions.Answered]) -> Table:
    headings = [_("Question"), _("Asked by"), _("Votes"), _("Second asked"), _("Answer"), _("Answered by")]
    rows: list[list[object]] = [
        ["\n".join([one.text, *one.merged]), one.who, one.votes, one.asked_second, one.answer, one.by]
        for one in asked
    ]
    return Table(_("Questions"), headings, rows)


def _polls(held: Sequence[polls.PollResult]) -> Table:
    rows: list[list[object]] = []
    for one in held:
        rows += [[one.text, label, votes, one.voters] for label, votes, _correct in one.options]
        rows += [[one.text, words, None, one.voters] for words in one.words]
    return Table(_("Polls"), [_("Poll"), _("Answer"), _("Votes"), _("People who voted")], rows)


def _chat(lines: Sequence[chat.Line]) -> Table:
    rows: list[list[object]] = [[f"{one.at:%Y-%m-%dT%H:%M:%SZ}", one.who, one.text] for one in lines]
    return Table(_("Chat"), [_("Time (UTC)"), _("By"), _("Message")], rows)


def _feedback(found: feedback.Results) -> Table:
    if not found.counted:
        return Table(_("Feedback"), [], [])
    rows: list[list[object]] = [
        [str(QUESTIONS[one.key]), *(one.counts[point] for point in POINTS)] for one in found.answers
    ]
    rows += [[words, *(None for _point in POINTS)] for words in found.words]
    return Table(_("Feedback"), [_("Question"), *(str(words) for words in POINTS.values())], rows)


def _write(book: Any, table: Table) -> None:
    page = book.add_worksheet(table.name[:_MOST_CELLS])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, heading in enumerate(table.headings):
        page.set_column(place, place, _WIDE if place == 0 else _NARROW)
        page.write_string(0, place, heading, bold)
    page.freeze_panes(1, 1)
    for number, row in enumerate(table.rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int | float) and not isinstance(value, bool):
                page.write_number(number, place, value, wrapped)
            elif value:
                page.write_string(number, place, str(value), wrapped)
