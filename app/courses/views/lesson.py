"""The items of a course: lessons, readings, case studies, knowledge checks."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.errors import NotFound
from app.core.forms import UNPROCESSABLE
from app.courses import loaders
from app.courses.actions import learning
from app.courses.editions import item_text, question_words
from app.courses.forms import EditionForm, answer_of
from app.courses.loaders import Place
from app.courses.models import ItemKind
from app.courses.papers import Question
from app.courses.queries import check_answers, plan_of, progress_of
from app.courses.seats import Seat, bank_of
from app.courses.structure import Item
from app.courses.views.blueprint import bp


@bp.get("/<slug>/items/<item_id>")
@access(approved, place=loaders.item)
def item(place: Place) -> str:
    """One step of the course."""
    seat, item = place.seat, place.item
    assert seat.enrolment is not None
    progress = progress_of(seat)
    if _read_by_a_person():
        learning.open_item(seat.course, seat.enrolment, item, opened=item.id in progress)
        progress.setdefault(item.id, False)
    return _page(seat, item, progress)


def _read_by_a_person() -> bool:
    """Whether this is not a browser fetching ahead, nor a check of the address."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


@bp.post("/<slug>/items/<item_id>/completion")
@access(approved, place=loaders.item)
def complete_item(place: Place) -> BaseResponse:
    """Mark as read or worked through, and go on. A check is done by its answers only."""
    seat, item = place.seat, place.item
    assert seat.enrolment is not None
    if item.kind == ItemKind.CHECK:
        raise NotFound
    learning.mark_done(seat.course, seat.structure, seat.enrolment, item)
    return redirect(_next(seat, item))


def _next(seat: Seat, item: Item) -> str:
    items = seat.structure.items
    place = items.index(item) + 1
    if place < len(items):
        return url_for("courses.item", slug=seat.course.slug, item_id=items[place].id)
    return url_for("courses.test", slug=seat.course.slug)


@bp.post("/<slug>/items/<item_id>/answers/<question_id>")
@access(approved, asked=loaders.check_question)
def answer(asked: tuple[Place, Question]) -> BaseResponse | tuple[str, int]:
    """Answer a question of a check, or give up and see the answer; the page then says what was right and why."""
    place, question = asked
    seat, item = place.seat, place.item
    assert seat.enrolment is not None
    if request.form.get("reveal"):
        learning.reveal(seat.course, seat.structure, seat.enrolment, item, question)
        return _back_to(seat, item, question)
    try:
        chosen = answer_of(question, request.form.getlist("answer"))
    except ValueError:
        return _refused(seat, item, question, _("This is not one of the answers. Choose again."))
    if not chosen:
        return _refused(seat, item, question, _("Choose an answer first."))
    learning.answer_check(seat.course, seat.structure, seat.enrolment, item, question, chosen)
    return _back_to(seat, item, question)


def _back_to(seat: Seat, item: Item, question: Question) -> BaseResponse:
    return redirect(url_for("courses.item", slug=seat.course.slug, item_id=item.id, _anchor=question.id))


def _refused(seat: Seat, item: Item, question: Question, error: str) -> tuple[str, int]:
    return _page(seat, item, progress_of(seat), {question.id: error}), UNPROCESSABLE


def _page(seat: Seat, item: Item, progress: dict[str, bool], errors: dict[str, str] | None = None) -> str:
    plan = plan_of(seat, progress)
    choice = seat.choice
    form = EditionForm(formdata=None)
    form.offer(seat.choices, choice)
    context = {
        "seat": seat,
        "words": seat.words,
        "item": item,
        "plan": plan,
        "step": plan.steps[plan.position(item.id)],
        "form": form,
        "errors": errors or {},
    }
    if item.kind == ItemKind.CHECK:
        bank = bank_of(seat.version.id)
        return render_template(
            "courses/check.html",
            questions=[bank[id] for id in item.questions],
            texts=question_words(seat.version, choice.language, choice.adaptation, item.questions),
            answers=check_answers(seat, item),
            **context,
        )
    text = item_text(seat.version, choice.language, choice.adaptation, item.id)
    if text is None:
        raise NotFound
    return render_template("courses/lesson.html", text=text, **context)
