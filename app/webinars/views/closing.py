"""The report of a session that is over: figures and curve, questions, polls, chat, feedback; files of it."""

from __future__ import annotations

from flask import Response, render_template

from app.core import clock
from app.core.access import access, approved
from app.feedback.queries import LEAST
from app.webinars import attendance_loaders as loaders
from app.webinars import attendance_shown as shown
from app.webinars import closing_curve, closing_exports, planning_words
from app.webinars.forms.feedback import POINTS, QUESTIONS
from app.webinars.places import Place
from app.webinars.queries import chat, feedback, polls, questions
from app.webinars.queries.closing import figures_of, reckonings, sheet_now
from app.webinars.views.attendance import XLSX, as_file
from app.webinars.views.blueprint import bp


@bp.get("/<webinar_id>/report")
@access(approved, place=loaders.held)
def closing_report(place: Place) -> str:
    """What was: how many registered, came and attended, and how many were there in each minute."""
    made = reckonings(place.webinar.id)
    closing = made[0] if made else None
    return render_template(
        "webinars/after/report.html",
        seat=place,
        reckonings=made,
        closing=closing,
        figures=figures_of(place.webinar.id),
        curve=closing_curve.drawing(closing.curve, closing.begins_at) if closing else None,
        table=closing_curve.table(closing.curve, closing.begins_at) if closing else [],
        shown=shown,
        words=planning_words,
    )


@bp.get("/<webinar_id>/report/questions")
@access(approved, place=loaders.held)
def closing_questions(place: Place) -> str:
    """The questions that were asked, with their answers."""
    asked = questions.asked_and_answered(place.webinar)
    return render_template("webinars/after/questions.html", seat=place, asked=asked)


@bp.get("/<webinar_id>/report/polls")
@access(approved, place=loaders.held)
def closing_polls(place: Place) -> str:
    """The polls that were held, with their results."""
    return render_template("webinars/after/polls.html", seat=place, held=polls.held(place.webinar.id))


@bp.get("/<webinar_id>/report/chat")
@access(approved, place=loaders.held)
def closing_chat(place: Place) -> str:
    """What was said to everybody, where it is kept."""
    return render_template("webinars/after/chat.html", seat=place, lines=chat.kept(place.webinar))


@bp.get("/<webinar_id>/report/feedback")
@access(approved, place=loaders.held)
def closing_feedback(place: Place) -> str:
    """What people said of it, in counts and words, without names."""
    return render_template(
        "webinars/after/results.html",
        seat=place,
        results=feedback.results(place.webinar.id),
        questions=QUESTIONS,
        points=POINTS,
        least=LEAST,
    )


@bp.get("/<webinar_id>/report.xlsx")
@access(approved, place=loaders.held)
def closing_xlsx(place: Place) -> Response:
    """The whole report as a workbook."""
    sheet = sheet_now(place.webinar, clock.now())
    closing_exports.note(place, "xlsx")
    content = closing_exports.workbook(closing_exports.tables(sheet))
    return as_file(content, XLSX, f"report-{place.webinar.public_id}.xlsx")


@bp.get("/<webinar_id>/report.pdf")
@access(approved, place=loaders.held)
def closing_pdf(place: Place) -> Response:
    """The whole report as a PDF."""
    sheet = sheet_now(place.webinar, clock.now())
    closing_exports.note(place, "pdf")
    return as_file(closing_exports.paper(sheet), "application/pdf", f"report-{place.webinar.public_id}.pdf")
