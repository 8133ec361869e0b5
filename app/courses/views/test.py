"""The final test: what it asks, one question a page, the overview, the review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import access, approved
from app.core.errors import problem
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.ui import notify
from app.courses import loaders
from app.courses.actions import testing
from app.courses.attempts import Standing, overdue
from app.courses.editions import QuestionWords, question_words
from app.courses.forms import answer_of, instant_of
from app.courses.loaders import Sheet, Sitting
from app.courses.models import AttemptAnswer
from app.courses.queries import answers_of, attempts_of, certificate_of, plan_of, progress_of
from app.courses.seats import Seat
from app.courses.views.blueprint import bp

CONFLICT = 409


@bp.get("/<slug>/test")
@access(approved, seat=loaders.taken)
def test(seat: Seat) -> str:
    """The rules, the attempts so far, and when one may begin."""
    attempts = attempts_of(seat)
    for attempt in attempts:
        if overdue(attempt, clock.now()):
            testing.finish(attempt.id)
    plan = plan_of(seat, progress_of(seat))
    return render_template(
        "courses/test/intro.html",
        seat=seat,
        words=seat.words,
        structure=seat.structure,
        plan=plan,
        standing=Standing.of(seat.structure.test, attempts, plan.items_done),
        certificate=certificate_of(seat),
    )


@bp.post("/<slug>/test/attempts")
@access(approved, seat=loaders.taken)
@idempotent
def start(seat: Seat) -> BaseResponse:
    """Begin an attempt, or go on with the one that is running."""
    try:
        attempt = testing.start(seat)
    except testing.NotNow:
        notify(_("The test cannot begin now; this page says why."), "attention")
        return redirect(url_for("courses.test", slug=seat.course.slug))
    return redirect(_question(seat, attempt.public_id, 1))


@bp.get("/<slug>/attempts/<attempt_id>/questions/<position>")
@access(approved, sheet=loaders.sheet)
def question(sheet: Sheet) -> str | BaseResponse:
    """One question of a running attempt."""
    if _closed(sheet.sitting):
        return redirect(_address("review", sheet.sitting))
    return _page(sheet)


@bp.post("/<slug>/attempts/<attempt_id>/questions/<position>")
@access(approved, sheet=loaders.sheet)
def save(sheet: Sheet) -> BaseResponse | Response | tuple[str, int]:
    """Save the answer; a browser that asks for JSON is told when it was saved, any other goes on."""
    json = request.accept_mimetypes.best == "application/json"
    try:
        chosen = answer_of(sheet.question, request.form.getlist("answer"))
        written_at = instant_of(request.form.get("at"))
    except ValueError:
        text = _("This is not one of the answers. Choose again.")
        return problem(UNPROCESSABLE, text) if json else (_page(sheet, error=text), UNPROCESSABLE)
    try:
        saved_at = testing.save(sheet.sitting.attempt, sheet.entry, chosen, written_at=written_at)
    except testing.Over:
        return _over(sheet.sitting, json)
    except testing.Superseded:
        text = _("A newer answer was saved from another device.")
        if json:
            return problem(CONFLICT, text)
        notify(text, "attention")
        return redirect(request.path)
    if json:
        return jsonify(saved_at=saved_at.isoformat(), version=saved_at.isoformat())
    return redirect(_after(sheet))


def _over(sitting: Sitting, json: bool) -> BaseResponse:
    testing.finish(sitting.attempt.id)
    text = _("This answer came after the test had ended and does not count.")
    if json:
        return problem(CONFLICT, text)
    notify(text, "attention")
    return redirect(_address("review", sitting))


def _after(sheet: Sheet) -> str:
    """Return where a saved question leads: as the button says, to the review when the time is over."""
    sitting, go = sheet.sitting, request.form.get("go", "next")
    if clock.now() >= sitting.attempt.deadline:
        testing.finish(sitting.attempt.id)
        return _address("review", sitting)
    position = sheet.position + (-1 if go == "previous" else 1)
    if go == "overview" or not 1 <= position <= len(sitting.paper):
        return _address("overview", sitting)
    return _question(sitting.seat, sitting.attempt.public_id, position)


@bp.get("/<slug>/attempts/<attempt_id>/overview")
@access(approved, sitting=loaders.sitting)
def overview(sitting: Sitting) -> str | BaseResponse:
    """Which questions are answered, before sending."""
    if _closed(sitting):
        return redirect(_address("review", sitting))
    answers = answers_of(sitting.attempt.id)
    return render_template(
        "courses/test/overview.html",
        sitting=sitting,
        words=sitting.seat.words,
        answered=_answered(sitting, answers),
        texts=_texts(sitting, [entry.question_id for entry in sitting.paper]),
        now=clock.now(),
    )


@bp.post("/<slug>/attempts/<attempt_id>/sending")
@access(approved, sitting=loaders.sitting)
@idempotent
def send(sitting: Sitting) -> BaseResponse:
    """Send the test. A second sending changes nothing."""
    testing.finish(sitting.attempt.id, by="person")
    return redirect(_address("review", sitting))


@bp.get("/<slug>/attempts/<attempt_id>/review")
@access(approved, sitting=loaders.sitting)
def review(sitting: Sitting) -> str | BaseResponse:
    """What was right and why, with the way back to the lessons."""
    if not _closed(sitting):
        return redirect(_address("overview", sitting))
    seat = sitting.seat
    plan = plan_of(seat, progress_of(seat))
    return render_template(
        "courses/test/review.html",
        sitting=sitting,
        seat=seat,
        words=seat.words,
        answers=answers_of(sitting.attempt.id),
        texts=_texts(sitting, [entry.question_id for entry in sitting.paper]),
        standing=Standing.of(seat.structure.test, attempts_of(seat), plan.items_done),
        certificate=certificate_of(seat),
    )


def _closed(sitting: Sitting) -> bool:
    """Whether the attempt is over; one whose time is over is closed now."""
    if overdue(sitting.attempt, clock.now()):
        testing.finish(sitting.attempt.id)
    return sitting.attempt.sent_at is not None


def _page(sheet: Sheet, error: str = "") -> str:
    sitting = sheet.sitting
    answers = answers_of(sitting.attempt.id)
    kept = answers.get(sheet.entry.question_id)
    return render_template(
        "courses/test/question.html",
        sheet=sheet,
        sitting=sitting,
        words=sitting.seat.words,
        text=_texts(sitting, [sheet.entry.question_id])[sheet.entry.question_id],
        chosen=kept.chosen if kept else [],
        saved_at=kept.saved_at if kept else None,
        answered=_answered(sitting, answers),
        error=error,
        now=clock.now(),
        milliseconds=_milliseconds(clock.now()),
    )


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _texts(sitting: Sitting, ids: Sequence[str]) -> Mapping[str, QuestionWords]:
    return question_words(sitting.version, sitting.attempt.language, sitting.attempt.adaptation, ids)


def _answered(sitting: Sitting, answers: Mapping[str, AttemptAnswer]) -> set[str]:
    return {
        entry.question_id
        for entry in sitting.paper
        if (kept := answers.get(entry.question_id)) and kept.chosen
    }


def _address(page: str, sitting: Sitting) -> str:
    return url_for(f"courses.{page}", slug=sitting.seat.course.slug, attempt_id=sitting.attempt.public_id)


def _question(seat: Seat, attempt_id: str, position: int) -> str:
    return url_for("courses.question", slug=seat.course.slug, attempt_id=attempt_id, position=str(position))
