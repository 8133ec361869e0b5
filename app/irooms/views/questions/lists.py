"""Lists of questions to experts: what waits, what was answered, the questions-and-answers; the list as a file."""

from __future__ import annotations

from collections.abc import Container, Sequence
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.queries import person_of
from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core import csv
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.i18n import LANGUAGES
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import loaders
from app.irooms import questions_words as words
from app.irooms.actions.questions import due
from app.irooms.forms.questions import DaysForm
from app.irooms.models.questions import PublishedAnswer
from app.irooms.queries import questions as queries
from app.irooms.queries.questions import Filters, Line
from app.irooms.questions_exports import note_export, sheet
from app.irooms.questions_policy import may_ask
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp
from app.irooms.views.questions.page import Answer
from app.irooms.vocabulary import TOPICS

VIEWS = ("waiting", "answered", "published")


@bp.get("/<slug>/questions")
@access(approved, seat=loaders.entered)
def questions(seat: Seat) -> str:
    """The lists; who only observes sees the questions-and-answers."""
    return _page(seat)


@bp.post("/<slug>/questions/days")
@access(approved, seat=loaders.managed)
def question_days(seat: Seat) -> Answer:
    """Set how long experts have."""
    form = DaysForm()
    if not form.validate():
        return _page(seat, form), UNPROCESSABLE
    try:
        due.set_answer_days(seat, form.days.data or 0)
        notify(_("Saved"))
    except Refused as error:
        notify(str(error), "attention")
    return redirect(url_for("irooms.questions", slug=seat.room.public_id))


@bp.get("/<slug>/questions.csv")
@access(approved, seat=loaders.managed)
def question_export(seat: Seat) -> Response:
    """The list of questions as a file, for managers, with the faces of this room."""
    header, rows = sheet(seat.room)
    note_export(seat, len(rows))
    return Response(
        csv.stream(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="questions.csv"', "Cache-Control": "no-store"},
    )


def _page(seat: Seat, days: DaysForm | None = None) -> str:
    mine = person_of(seat.actor).legal_system
    filters = Filters(
        topic=_chosen("topic", TOPICS),
        language=_chosen("language", LANGUAGES),
        legal_system=mine if request.args.get("system") == "mine" else _chosen("system", LEGAL_SYSTEMS),
        mine=request.args.get("who") == "me",
    )
    default = "waiting" if seat.takes_part else "published"
    view = request.args.get("view", default) if seat.takes_part else "published"
    view = view if view in VIEWS else default
    rows, further = _rows(seat, view, filters)
    if seat.manages and days is None:
        days = DaysForm(formdata=None)
        days.days.data = queries.answer_days(seat.room)
    return render_template(
        "irooms/questions/list.html",
        seat=seat,
        view=view,
        rows=rows,
        filters=filters,
        further=_further(seat, view, further),
        asks=may_ask(seat),
        days=days if seat.manages else None,
        my_system=mine,
        legal_systems=LEGAL_SYSTEMS,
        words=words,
    )


def _rows(
    seat: Seat, view: str, filters: Filters
) -> tuple[Sequence[Line] | Sequence[PublishedAnswer], str | None]:
    after = request.args.get("after", "")
    if view == "waiting":
        return queries.waiting(seat, filters, after)
    if view == "answered":
        return queries.answered(seat, filters, after)
    return queries.published(seat.room, filters, after)


def _further(seat: Seat, view: str, after: str | None) -> str:
    if after is None:
        return ""
    kept = {
        key: value for key, value in request.args.items() if key in {"topic", "language", "system", "who"}
    }
    return f"{url_for('irooms.questions', slug=seat.room.public_id)}?{urlencode(kept | {'view': view, 'after': after})}"


def _chosen(name: str, offered: Container[str]) -> str:
    value = request.args.get(name, "")
    return value if value in offered else ""
