"""A course's page, and what one does on it: enrol, withdraw, return, change edition."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, anyone, approved, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.ui import notify, place
from app.courses import loaders
from app.courses.actions import enrolling
from app.courses.attempts import Standing
from app.courses.editions import StoredFile
from app.courses.forms import EditionForm
from app.courses.labels import isolated
from app.courses.plan import Plan
from app.courses.policy import may_learn, may_manage, may_teach
from app.courses.queries import attempts_of, certificate_of, plan_of, progress_of, state_of
from app.courses.seats import Seat
from app.courses.views.blueprint import bp

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Way:
    """The one button of the course page: its words and where it leads."""

    text: str
    url: str


@bp.get("/<slug>")
@access(anyone, seat=loaders.course)
def course(seat: Seat) -> str:
    """What the course is, and the one thing to do next."""
    # A form's token is kept in a session, and nothing is kept about a stranger who reads.
    return _page(seat, _form(seat, bound=False) if current_actor().approved else None)


@bp.post("/<slug>/enrolment")
@access(approved, seat=loaders.course)
@idempotent
def enrol(seat: Seat) -> BaseResponse | tuple[str, int]:
    """Enrol, or return, in the edition chosen; then to where one goes on."""
    form = _form(seat)
    if not form.validate_on_submit():
        return _page(seat, form), UNPROCESSABLE
    enrolling.enrol(current_actor(), seat.course, form.chosen)
    return redirect(url_for("courses.resume", slug=seat.course.slug))


@bp.post("/<slug>/withdrawal")
@access(approved, seat=loaders.taken)
@idempotent
def withdraw(seat: Seat) -> BaseResponse:
    """Leave the course; what was done is kept."""
    assert seat.enrolment is not None
    try:
        enrolling.withdraw(seat.course, seat.enrolment)
        notify(
            _("You have withdrawn from the course. What you did is kept; you may return whenever you like.")
        )
    except enrolling.AttemptRunning:
        notify(_("You are in the middle of the final test. Send it first."), "attention")
    return redirect(url_for("courses.course", slug=seat.course.slug))


@bp.post("/<slug>/edition")
@access(approved, seat=loaders.taken)
def change_edition(seat: Seat) -> BaseResponse | tuple[str, int]:
    """Read on in another edition, at the step one was at."""
    assert seat.enrolment is not None
    form = _form(seat)
    if not form.validate_on_submit():
        return _page(seat, form), UNPROCESSABLE
    enrolling.change_edition(seat.enrolment, form.chosen)
    item_id = request.form.get("item", "")
    if item_id in seat.structure.by_id:
        return redirect(url_for("courses.item", slug=seat.course.slug, item_id=item_id))
    return redirect(url_for("courses.course", slug=seat.course.slug))


@bp.get("/<slug>/resume")
@access(approved, seat=loaders.taken)
def resume(seat: Seat) -> BaseResponse:
    """Go on exactly where one stopped."""
    plan = plan_of(seat, progress_of(seat))
    return redirect(_way_on(seat, plan, None).url)


@bp.get("/<slug>/files/<digest>/<name>")
@access(approved, file=loaders.file)
def file(file: StoredFile) -> Response:
    """A figure or a download; its address changes with its content, so browsers may keep it."""
    response = Response(file.body, content_type=file.content_type)
    response.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if not file.content_type.startswith("image/"):
        response.headers.set("Content-Disposition", "attachment", filename=file.name)
    return response


def _form(seat: Seat, *, bound: bool = True) -> EditionForm:
    form = EditionForm() if bound else EditionForm(formdata=None)
    form.offer(seat.choices, seat.choice)
    return form


def _page(seat: Seat, form: EditionForm | None) -> str:
    actor = current_actor()
    progress = progress_of(seat)
    plan = plan_of(seat, progress)
    standing = Standing.of(seat.structure.test, attempts_of(seat), plan.items_done)
    return render_template(
        "courses/course.html",
        seat=seat,
        words=seat.words,
        structure=seat.structure,
        plan=plan,
        state=state_of(seat.enrolment),
        way=_way(seat, plan, standing),
        standing=standing,
        form=form,
        learns=may_learn(actor),
        teaches=may_teach(actor, seat.course.slug),
        manages=may_manage(actor, seat.course.slug),
    )


def _way(seat: Seat, plan: Plan, standing: Standing) -> Way | None:
    """Return the one link to follow; None where enrolling (a form) is the one thing to do."""
    actor = current_actor()
    if not actor.signed_in:
        return Way(
            _("Sign in to enrol"),
            f"{place('sign-in')}?next={url_for('courses.course', slug=seat.course.slug)}",
        )
    if not seat.active:
        return None
    code = certificate_of(seat)
    if code:
        return Way(_("See the certificate"), f"/certificates/{code}")
    return _way_on(seat, plan, standing)


def _way_on(seat: Seat, plan: Plan, standing: Standing | None) -> Way:
    """Return where a person who takes the course goes on."""
    assert seat.enrolment is not None
    slug = seat.course.slug
    if standing is not None and standing.running is not None:
        return Way(_("Continue the final test"), url_for("courses.test", slug=slug))
    step = plan.resume(seat.enrolment.last_item)
    if step is None and seat.enrolment.completed_at is not None:
        return Way(_("See your test result"), url_for("courses.test", slug=slug))
    if step is None:
        return Way(_("Go to the final test"), url_for("courses.test", slug=slug))
    url = url_for("courses.item", slug=slug, item_id=step.item.id)
    if seat.enrolment.last_item is None:
        return Way(_("Start: %(title)s", title=isolated(step.title)), url)
    return Way(_("Continue: %(title)s", title=isolated(step.title)), url)
