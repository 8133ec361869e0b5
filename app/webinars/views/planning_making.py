"""Planning a session: made, changed, its room and rule, agenda, questions; published, cancelled, copied, removed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.audiences import audiences
from app.core import clock
from app.core.access import access, approved, current_actor, has
from app.core.forms import UNPROCESSABLE
from app.core.i18n import page_language
from app.core.idempotency import idempotent
from app.core.permissions import Permission
from app.core.refusal import Refused
from app.core.ui import notify
from app.records.queries import kinds_counting
from app.webinars import loaders
from app.webinars.actions import planning as actions
from app.webinars.actions import planning_copies as copies
from app.webinars.forms.planning import (
    AgendaForm,
    CancelForm,
    QuestionForm,
    SessionForm,
    SetupForm,
    TemplateForm,
)
from app.webinars.loaders import Asked
from app.webinars.media import offered
from app.webinars.models.planning import Audience, State
from app.webinars.places import Place
from app.webinars.planning_hours import Hour, hours
from app.webinars.planning_words import KINDS
from app.webinars.queries import planning as queries
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]
_WEEK = timedelta(days=7)


# ------------------------------------------------------------------------------------------------ the plan


@bp.get("/new")
@access(has(Permission.WEBINARS_TRAIN))
def planning_new() -> str:
    """The form of a new session."""
    form = _form(None, bound=False)
    actor = current_actor()
    day = (clock.now() + _WEEK).astimezone(ZoneInfo(actor.zone)).date()
    form.begin(actor.zone, day, page_language(), request.args.get("series", ""))
    return _form_page(None, form)


@bp.post("/new")
@access(has(Permission.WEBINARS_TRAIN))
@idempotent
def planning_create() -> Answer:
    """Make a draft, or show which hours it would be."""
    form = _form(None)
    if not form.validate() or request.form.get("hours"):
        return _form_page(None, form), UNPROCESSABLE
    try:
        webinar = actions.create(current_actor(), form.plan())
    except Refused as error:
        form.form_errors.append(str(error))
        return _form_page(None, form), UNPROCESSABLE
    notify(_("The draft is kept. Only those who plan it see it until it is published."))
    return redirect(url_for("webinars.planning_session", webinar_id=webinar.public_id))


@bp.get("/<webinar_id>/edit")
@access(approved, place=loaders.planned)
def planning_edit(place: Place) -> Answer:
    """The form of a session."""
    if (closed := _over(place)) is not None:
        return closed
    form = _form(place, bound=False)
    form.show(place.webinar)
    return _form_page(place, form)


@bp.post("/<webinar_id>/edit")
@access(approved, place=loaders.planned)
def planning_change(place: Place) -> Answer:
    """Change or move a session, or show which hours it would be."""
    form = _form(place)
    if not form.validate() or request.form.get("hours"):
        return _form_page(place, form), UNPROCESSABLE
    try:
        changed = actions.change(place, form.plan())
    except Refused as error:
        form.form_errors.append(str(error))
        return _form_page(place, form), UNPROCESSABLE
    notify(_("Saved") if changed else _("Nothing was changed."))
    return _to_session(place)


@bp.get("/hours")
@access(has(Permission.WEBINARS_TRAIN))
def planning_hours() -> str:
    """Which hour it would be in the invited countries, as a piece of the form."""
    form = SessionForm(formdata=request.args, meta={"csrf": False})
    form.offer(audiences(current_actor()), [])
    return render_template("webinars/planning/_hours.html", hours=_hours(None, form), zone=form.zone.data)


def _form(place: Place | None, *, bound: bool = True) -> SessionForm:
    form = SessionForm() if bound else SessionForm(formdata=None)
    actor = current_actor()
    form.offer(
        audiences(actor), queries.series_to_choose(actor), place.webinar if place is not None else None
    )
    return form


def _form_page(place: Place | None, form: SessionForm) -> str:
    counting = kinds_counting(clock.now())
    return render_template(
        "webinars/planning/form.html",
        seat=place,
        form=form,
        hours=_hours(place, form),
        counting=[str(name) for kind, name in KINDS.items() if kind in counting],
    )


def _hours(place: Place | None, form: SessionForm) -> list[Hour]:
    at: datetime | None = form.instant()
    if at is None:
        return []
    return hours(at, _countries(place, form), form.zone.data)


def _countries(place: Place | None, form: SessionForm) -> list[str]:
    """The countries that are invited by what is chosen in the form."""
    audience = form.audience.data
    if audience == Audience.COUNTRY and form.countries.data:
        return list(form.countries.data)
    if audience == Audience.GROUP and (group_id := form.chosen_group()) is not None:
        return queries.countries_of_group(group_id)
    if audience == Audience.INVITATION and place is not None:
        return queries.countries_of_invited(place.webinar)
    return queries.countries_of_all()


# ------------------------------------------------------------------------------------------------ room and rule


@bp.get("/<webinar_id>/setup")
@access(approved, place=loaders.planned)
def planning_setup(place: Place) -> Answer:
    """The form of the room, the rule and what people get."""
    if (closed := _over(place)) is not None:
        return closed
    form = SetupForm(formdata=None)
    form.offer(offered(), place.webinar)
    form.show(place.webinar)
    return render_template("webinars/planning/setup.html", seat=place, form=form)


@bp.post("/<webinar_id>/setup")
@access(approved, place=loaders.planned)
def planning_set_up(place: Place) -> Answer:
    """Change them."""
    form = SetupForm()
    form.offer(offered(), place.webinar)
    return _saved(place, form, "setup", lambda: actions.set_up(place, form.setup()))


@bp.get("/<webinar_id>/agenda")
@access(approved, place=loaders.planned)
def planning_agenda(place: Place) -> Answer:
    """The form of the agenda."""
    if (closed := _over(place)) is not None:
        return closed
    form = AgendaForm(formdata=None)
    form.show(place.webinar)
    return render_template("webinars/planning/agenda.html", seat=place, form=form)


@bp.post("/<webinar_id>/agenda")
@access(approved, place=loaders.planned)
def planning_set_agenda(place: Place) -> Answer:
    """Replace the agenda."""
    form = AgendaForm()
    lines = form.agenda(place.webinar) if form.validate() else None
    if lines is None:
        return render_template("webinars/planning/agenda.html", seat=place, form=form), UNPROCESSABLE
    return _saved(place, form, "agenda", lambda: actions.set_agenda(place, lines))


def _saved(place: Place, form: SetupForm | AgendaForm, page: str, act: Callable[[], bool]) -> Answer:
    """Do what a valid form says, and lead back to the session; else the form as typed."""
    template = f"webinars/planning/{page}.html"
    if not form.validate():
        return render_template(template, seat=place, form=form), UNPROCESSABLE
    try:
        changed = act()
    except Refused as error:
        form.form_errors.append(str(error))
        return render_template(template, seat=place, form=form), UNPROCESSABLE
    notify(_("Saved") if changed else _("Nothing was changed."))
    return _to_session(place)


# ------------------------------------------------------------------------------------------------ questions


@bp.get("/<webinar_id>/questions")
@access(approved, place=loaders.planned)
def planning_questions(place: Place) -> Answer:
    """What is asked on registering."""
    if (closed := _over(place)) is not None:
        return closed
    return _questions_page(place, QuestionForm(formdata=None))


@bp.post("/<webinar_id>/questions")
@access(approved, place=loaders.planned)
@idempotent
def planning_add_question(place: Place) -> Answer:
    """Ask one more thing."""
    form = QuestionForm()
    if not form.validate():
        return _questions_page(place, form), UNPROCESSABLE
    question = form.question(secrets.token_hex(4))
    try:
        actions.set_questions(place, [*place.webinar.questions, question])
    except Refused as error:
        form.form_errors.append(str(error))
        return _questions_page(place, form), UNPROCESSABLE
    notify(_("The question is added."))
    return redirect(url_for("webinars.planning_questions", webinar_id=place.webinar.public_id))


@bp.post("/<webinar_id>/questions/<question_key>/removal")
@access(approved, asked=loaders.asked)
def planning_remove_question(asked: Asked) -> BaseResponse:
    """Ask it no more; the answers that were given stay."""
    place = asked.place
    kept = [one for one in place.webinar.questions if one["key"] != asked.question["key"]]
    _do(lambda: actions.set_questions(place, kept), _("The question is not asked any more."))
    return redirect(url_for("webinars.planning_questions", webinar_id=place.webinar.public_id))


def _questions_page(place: Place, form: QuestionForm) -> str:
    return render_template("webinars/planning/questions.html", seat=place, form=form)


# ------------------------------------------------------------------------------------------------ acts


@bp.post("/<webinar_id>/publication")
@access(approved, place=loaders.planned)
def planning_publish(place: Place) -> BaseResponse:
    """Announce a draft."""
    _do(lambda: actions.publish(place), _("The session is published."))
    return _to_session(place)


@bp.get("/<webinar_id>/cancellation")
@access(approved, place=loaders.planned)
def planning_cancelling(place: Place) -> Answer:
    """The form that cancels a session."""
    if place.webinar.state not in {State.PLANNED, State.OPEN}:
        notify(_("This session cannot be cancelled."), "attention")
        return _to_session(place)
    return _cancel_page(place, CancelForm(formdata=None))


@bp.post("/<webinar_id>/cancellation")
@access(approved, place=loaders.planned)
def planning_cancel(place: Place) -> Answer:
    """Cancel it."""
    form = CancelForm()
    if not form.validate():
        return _cancel_page(place, form), UNPROCESSABLE
    _do(lambda: actions.cancel(place, form.why.data or ""), _("The session is cancelled. Everybody is told."))
    return _to_session(place)


def _cancel_page(place: Place, form: CancelForm) -> str:
    counts = queries.counts(place.webinar)
    return render_template("webinars/planning/cancel.html", seat=place, form=form, counts=counts)


@bp.post("/<webinar_id>/removal")
@access(approved, place=loaders.planned)
def planning_remove(place: Place) -> BaseResponse:
    """Throw a draft or template away."""
    if _do(lambda: actions.remove(place), _("The draft is removed.")):
        return redirect(url_for("webinars.planning_index", show=queries.MINE))
    return _to_session(place)


@bp.post("/<webinar_id>/copies")
@access(has(Permission.WEBINARS_TRAIN), place=loaders.seen)
@idempotent
def planning_duplicate(place: Place) -> BaseResponse:
    """Make a draft like a session that one plans, or like a template."""
    if not (place.plans or place.webinar.is_template):
        notify(_("Only those who plan a session can duplicate it."), "attention")
        return _to_session(place)
    webinar = copies.duplicate(place)
    notify(_("A new draft is made, a week later. Check its time."))
    return redirect(url_for("webinars.planning_edit", webinar_id=webinar.public_id))


@bp.get("/<webinar_id>/template")
@access(has(Permission.WEBINARS_TRAIN), place=loaders.planned)
def planning_template(place: Place) -> str:
    """The form that keeps a session as a template."""
    form = TemplateForm(formdata=None)
    form.title.data = place.webinar.title
    return render_template("webinars/planning/template.html", seat=place, form=form)


@bp.post("/<webinar_id>/template")
@access(has(Permission.WEBINARS_TRAIN), place=loaders.planned)
@idempotent
def planning_keep_template(place: Place) -> Answer:
    """Keep it."""
    form = TemplateForm()
    if not form.validate():
        return render_template("webinars/planning/template.html", seat=place, form=form), UNPROCESSABLE
    copies.save_as_template(place, form.title.data or "", listed=bool(form.listed.data))
    notify(_("The template is kept."))
    return redirect(url_for("webinars.planning_index", show=queries.TEMPLATES))


def _do(act: Callable[[], object], done: str) -> bool:
    """Do something and say so; say why not when it is refused."""
    try:
        act()
    except Refused as error:
        notify(str(error), "attention")
        return False
    notify(done)
    return True


def _over(place: Place) -> BaseResponse | None:
    """Lead back from a form of a session that cannot be changed any more."""
    if not place.webinar.settled:
        return None
    notify(_("This session is over: it cannot be changed any more."), "attention")
    return _to_session(place)


def _to_session(place: Place) -> BaseResponse:
    return redirect(url_for("webinars.planning_session", webinar_id=place.webinar.public_id))
