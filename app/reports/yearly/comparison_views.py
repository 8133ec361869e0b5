"""The comparison: figures as they were published beside the same figures as computed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.input import takes_files
from app.records import comparing
from app.records.figures.models import PublishedFigure, Qualifier
from app.reports.statistics import asking, figures
from app.reports.yearly import published
from app.reports.yearly.comparison_forms import Explanation, Published, Table
from app.reports.yearly.forms import QUALIFIERS
from app.reports.yearly.loaders import published as one_published
from app.reports.yearly.rights import PUBLISHERS, READERS, may_publish

bp = Blueprint("comparison", __name__, url_prefix="/statistics/comparison")
MOST_OCTETS = 1_000_000


@bp.get("")
@access(READERS)
def page() -> ResponseReturnValue:
    """Published beside computed: as of now, as of a day, or as of the day of each publication."""
    faults = asking.Faults()
    as_of = asking.as_of(request.args.get("as_of", ""), faults)
    then = request.args.get("known") == "published"
    found = [] if faults else comparing.compare(as_of=as_of.date() if as_of else None, as_published=then)
    told = figures.catalogue()
    return render_template(
        "yearly/comparison.html",
        found=found,
        names={one.id: one.name for one in told.values()},
        qualifiers=QUALIFIERS,
        faults=[message for _name, message in faults.found],
        as_of=request.args.get("as_of", ""),
        then=then,
        holding=sum(one.holds for one in found),
        may=may_publish(current_actor()),
    ), UNPROCESSABLE if faults else 200


@bp.get("/new")
@access(PUBLISHERS)
def new() -> ResponseReturnValue:
    """Enter a published figure, or a table of them."""
    return _new_page(Published(formdata=None, offered=_offered()), Table(formdata=None))


@bp.post("/new")
@access(PUBLISHERS)
@idempotent
def enter() -> ResponseReturnValue:
    """Keep it."""
    form = Published(offered=_offered())
    if not form.validate():
        return _new_page(form, Table(formdata=None), status=UNPROCESSABLE)
    assert form.ends_on.data is not None
    assert form.value.data is not None
    draft = published.Draft(
        figure=form.figure.data,
        value=form.value.data,
        qualifier=Qualifier(form.qualifier.data),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        wording=form.wording.data or "",
        symbol=form.symbol.data or "",
        source=form.source.data or "",
        paragraph=form.paragraph.data or "",
        dated=form.dated.data,
        explanation=form.explanation.data or "",
    )
    published.enter(current_actor(), [draft])
    return redirect(url_for("comparison.page"), 303)


@bp.post("/table")
@access(PUBLISHERS)
@idempotent
@takes_files("file")
def enter_table() -> ResponseReturnValue:
    """Keep a table of them: all rows or none."""
    form = Table()
    fine, faults = form.validate(), list[str]()
    drafts: list[published.Draft] = []
    try:
        drafts = published.parse(_sent_text(form), [one for one, _name in _offered()])
    except published.Unreadable as wrong:
        faults = list(wrong.faults)
        form.file.errors = [faults[0]]
        fine = False
    if not fine:
        return _new_page(Published(formdata=None, offered=_offered()), form, faults, UNPROCESSABLE)
    published.enter(current_actor(), drafts)
    return redirect(url_for("comparison.page"), 303)


@bp.get("/<published_id>")
@access(PUBLISHERS, one=one_published)
def edit(one: PublishedFigure) -> ResponseReturnValue:
    """A published figure, and what explains the difference."""
    return _edit_page(one, Explanation(formdata=None, explanation=one.explanation))


@bp.post("/<published_id>")
@access(PUBLISHERS, one=one_published)
def explain(one: PublishedFigure) -> ResponseReturnValue:
    """Say what explains it."""
    form = Explanation()
    if not form.validate():
        return _edit_page(one, form, UNPROCESSABLE)
    published.explain(current_actor(), one, form.explanation.data or "")
    return redirect(url_for("comparison.page"), 303)


@bp.post("/<published_id>/removal")
@access(PUBLISHERS, one=one_published)
def remove(one: PublishedFigure) -> ResponseReturnValue:
    """Remove one that was entered by mistake."""
    published.remove(current_actor(), one)
    return redirect(url_for("comparison.page"), 303)


def _sent_text(form: Table) -> str:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return form.text.data or ""
    with closing(sent):
        octets = sent.stream.read(MOST_OCTETS + 1)
    if len(octets) > MOST_OCTETS:
        raise published.Unreadable([_("This file is too large.")])
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise published.Unreadable([_("This file is not in UTF-8.")]) from None


def _offered() -> list[tuple[str, str]]:
    return [(one.id, f"{one.name} ({one.id})") for one in figures.catalogue().values()]


def _new_page(
    form: Published, table: Table, faults: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "yearly/published_new.html", form=form, table=table, faults=faults, columns=published.COLUMNS
    )
    return page, status


def _edit_page(one: PublishedFigure, form: Explanation, status: int = 200) -> ResponseReturnValue:
    found = comparing.compare([one])[0]
    name = next((name for known, name in _offered() if known == one.figure), one.figure)
    page = render_template("yearly/published.html", found=found, name=name, form=form, qualifiers=QUALIFIERS)
    return page, status
