"""Who is registered, as a table and as a workbook for those who plan; each export is in the audit."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from app.accounts.vocabulary import PROFESSIONS
from app.audit.verbs import Verb
from app.core.i18n import country, language_name, page_language
from app.webinars.actions.planning import keep
from app.webinars.models.planning import Webinar
from app.webinars.places import Place
from app.webinars.planning_words import STANDINGS
from app.webinars.queries.planning import registrations

_NARROW, _WIDE = 18, 30


def sheet(webinar: Webinar) -> tuple[list[str], list[list[object]]]:
    """Return headings and rows, one a person, in the page's language; instants as ISO 8601 in UTC."""
    header = [
        _("Name"),
        _("E-mail address"),
        _("Country"),
        _("Profession"),
        _("Institution"),
        _("Language"),
        _("State"),
        _("Place on the waiting list"),
        _("Since (UTC)"),
        *(str(question["label"]) for question in webinar.questions),
    ]
    return header, [_row(webinar, one.row, one.person) for one in registrations(webinar)]


def _row(webinar: Webinar, row: Any, person: Any) -> list[object]:
    about: list[object] = ["", row.email, "", "", "", ""]
    if person is not None:
        about = [
            person.name,
            person.email,
            country(person.country),
            str(PROFESSIONS.get(person.profession, person.profession)),
            person.institution,
            language_name(person.language, page_language()),
        ]
    answers = [answer_words(question, row.answers) for question in webinar.questions]
    return [*about, str(STANDINGS[row.state][1]), row.number, _instant(row.changed_at), *answers]


def answer_words(question: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
    """Return an answer as it is shown."""
    given = str(answers.get(question["key"], ""))
    if question["kind"] == "yes_no":
        return str({"yes": _("Yes"), "no": _("No")}.get(given, ""))
    return given


def workbook(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Return a workbook with the table; text is never taken for a formula."""
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(_("Registrations")[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for place, heading in enumerate(header):
            page.set_column(place, place, _WIDE if place < 2 else _NARROW)
            page.write_string(0, place, heading, bold)
        page.freeze_panes(1, 1)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(number, place, value, wrapped)
                elif value:
                    page.write_string(number, place, str(value), wrapped)
    return target.getvalue()


def note_export(place: Place, form: str, count: int) -> None:
    """Keep who took the list out."""
    keep(place.actor, Verb.WEBINAR_REGISTRATIONS_EXPORTED, place.webinar, format=form, rows=count)


def _instant(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""
