"""Answers that were sent: side by side, one response, counted, as files."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core import csv
from app.core.access import access, approved
from app.core.i18n import country
from app.irooms import stocktaking_exports as exports
from app.irooms import stocktaking_loaders as loaders
from app.irooms.models import IdentityMode
from app.irooms.queries.stocktaking import comparing
from app.irooms.queries.stocktaking.comparing import Respondent
from app.irooms.queries.stocktaking.reading import Place
from app.irooms.stocktaking.figures import figures
from app.irooms.stocktaking.questionnaire import Question
from app.irooms.views.blueprint import bp
from app.irooms.views.stocktaking.page import address, render

MOST_QUESTIONS, MOST_PEOPLE, PAGE = 3, 4, 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<slug>/stocktaking/<stocktaking_id>/answers")
@access(approved, place=loaders.compared)
def stocktaking_answers(place: Place) -> str:
    """Answers side by side: some questions of all who sent, or all questions of some."""
    people = comparing.respondents(place.seat.room, place.row)
    chosen = [one for one in people if one.id in request.args.getlist("who")][:MOST_PEOPLE]
    if chosen:
        rows = comparing.answered(place.seat.room, place.row, chosen=chosen)
        return _compare(place, people, by="people", rows=rows, chosen=chosen, questions=[])
    questions = _questions(place)
    wanted = [one for one in people if _wanted(one)]
    page = _page_number()
    shown = wanted[page * PAGE : (page + 1) * PAGE]
    rows = comparing.answered(
        place.seat.room, place.row, chosen=shown, questions=[one.id for one in questions]
    )
    return _compare(
        place,
        people,
        by="questions",
        rows=rows,
        chosen=[],
        questions=questions,
        pages=_pages(place, page, len(wanted)),
    )


@bp.get("/<slug>/stocktaking/<stocktaking_id>/responses/<response_id>")
@access(approved, found=loaders.response)
def stocktaking_response(found: tuple[Place, Respondent]) -> str:
    """One response as it was sent, and what was sent before."""
    place, who = found
    (response,) = comparing.answered(place.seat.room, place.row, chosen=[who])
    earlier = comparing.sent_history(who.response_id)
    return render("response", place, response=response, earlier=earlier, numbers=place.content.numbers())


@bp.get("/<slug>/stocktaking/<stocktaking_id>/figures")
@access(approved, place=loaders.compared)
def stocktaking_figures(place: Place) -> str:
    """What was counted, question by question; of one legal system where asked for."""
    system = request.args.get("system", "")
    rows = comparing.answered(place.seat.room, place.row)
    shown = [one for one in rows if not system or one.who.legal_system == system]
    return render(
        "figures",
        place,
        figures=figures(place.content, [one.values for one in shown]),
        responses=len(shown),
        system=system if system in LEGAL_SYSTEMS else "",
        masked=place.seat.room.identity == IdentityMode.PSEUDONYM,
    )


@bp.get("/<slug>/stocktaking/<stocktaking_id>/answers.csv")
@access(approved, place=loaders.managed)
def stocktaking_csv(place: Place) -> Response:
    """Every answer as CSV, for managers."""
    rows = comparing.answered(place.seat.room, place.row)
    exports.note_export(place, "csv", len(rows))
    body = csv.stream(exports.headings(place), exports.rows(place, rows))
    return Response(body, content_type="text/csv; charset=utf-8", headers=_as_file("csv"))


@bp.get("/<slug>/stocktaking/<stocktaking_id>/answers.xlsx")
@access(approved, place=loaders.managed)
def stocktaking_xlsx(place: Place) -> Response:
    """Every answer, the questions and the figures as a workbook, for managers."""
    rows = comparing.answered(place.seat.room, place.row)
    exports.note_export(place, "xlsx", len(rows))
    return Response(exports.workbook(place, rows), content_type=XLSX, headers=_as_file("xlsx"))


def _as_file(form: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="stocktaking.{form}"',
        "Cache-Control": "no-store",
    }


def _questions(place: Place) -> list[Question]:
    """The questions chosen; the first one where none is."""
    asked = set(request.args.getlist("q"))
    chosen = [one for one in place.content.questions() if one.id in asked]
    return (chosen or list(place.content.questions())[:1])[:MOST_QUESTIONS]


def _wanted(one: Respondent) -> bool:
    """Whether a respondent is within the filters."""
    system, code = request.args.get("system", ""), request.args.get("country", "")
    return (not system or one.legal_system == system) and (not code or one.country == code)


def _compare(
    place: Place,
    people: Sequence[Respondent],
    *,
    by: str,
    rows: Sequence[comparing.Answered],
    chosen: Sequence[Respondent],
    questions: Sequence[Question],
    pages: dict[str, object] | None = None,
) -> str:
    return render(
        "answers",
        place,
        by=by,
        people=people,
        rows=rows,
        chosen={one.id for one in chosen},
        questions=questions,
        numbers=place.content.numbers(),
        pages=pages,
        countries=sorted(
            {(one.country, country(one.country)) for one in people if one.country}, key=lambda pair: pair[1]
        ),
        masked=place.seat.room.identity == IdentityMode.PSEUDONYM,
        most_people=MOST_PEOPLE,
        most_questions=MOST_QUESTIONS,
    )


def _pages(place: Place, page: int, total: int) -> dict[str, object]:
    """What the pager shows."""

    def at(number: int) -> str:
        kept = {name: request.args.getlist(name) for name in ("q", "system", "country")}
        return address(place, "answers", page=str(number), **kept)

    last = min((page + 1) * PAGE, total)
    return {
        "total": total,
        "first": page * PAGE + 1,
        "last": last,
        "prev_url": at(page - 1) if page else "",
        "next_url": at(page + 1) if last < total else "",
    }


def _page_number() -> int:
    typed = request.args.get("page", "0")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 0
