"""Pages of statistics: the public one, a figure's definition and value, the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import Actor, access, anyone, current_actor
from app.core.errors import NotFound
from app.core.forms import UNPROCESSABLE
from app.core.i18n import format_number
from app.records import trends
from app.records.behind import behind
from app.records.indicators import INDICATORS, Basis
from app.records.measuring import Asked
from app.reports import policy
from app.reports.charts import text_of
from app.reports.statistics import (
    asking,
    dashboards,
    definitions,
    drawing,
    fields,
    figures,
    public,
    rights,
    rows,
)
from app.reports.statistics.dashboards import Part
from app.reports.statistics.figures import Told
from app.reports.statistics.rights import PUBLIC, Sight

bp = Blueprint("statistics", __name__, url_prefix="/statistics")
SIZE = 50
MAX_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A figure and what the reader sees of it."""

    told: Told
    sight: Sight


def figure(actor: Actor, figure: str) -> Seen:
    """Loader: a figure by id; those of the public page for everybody where it is on. Raises NotFound."""
    sight = rights.anything(actor)
    told = figures.find(figure)
    if told is None or (not sight.own and told.id not in PUBLIC) or not sight.tells(told.indicator):
        raise NotFound
    return Seen(told, sight)


def own_figure(actor: Actor, figure_id: str) -> Seen:
    """Loader: a figure of whose rows the reader may see some. Raises NotFound."""
    told = figures.find(figure_id)
    sight = rights.seen(actor)
    if told is None or not sight.tells(told.indicator):
        raise NotFound
    return Seen(told, sight)


@bp.get("")
@access(anyone, sight=rights.anything)
def page(sight: Sight) -> ResponseReturnValue:
    """The public page; where it is off, readers of reports are sent to their own."""
    if not sight.public:
        return redirect(url_for("statistics.dashboard"))
    found = public.numbers()
    return render_template(
        "statistics/public.html",
        found=found,
        numbers=[
            (text_of(found.totals[one]), INDICATORS[one], url_for("statistics.definition", figure=one))
            for one in PUBLIC
        ],
        over_time=drawing.over_time(found),
        regions=drawing.by_region(found),
        world=drawing.on_map(found),
        own=sight.own,
    )


@bp.get("/dashboard")
@access(policy.readers, part=dashboards.first)
def dashboard(part: Part) -> ResponseReturnValue:
    """The first part of the dashboard."""
    return _dashboard(part)


@bp.get("/dashboard/<section>")
@access(policy.readers, part=dashboards.part)
def dashboard_part(part: Part) -> ResponseReturnValue:
    """Another part of the dashboard."""
    return _dashboard(part)


def _dashboard(part: Part) -> ResponseReturnValue:
    values, faults = fields.given(request.args, part.sight), asking.Faults()
    asked = {name: value for name, value in values.items() if name in fields.SHOWN}
    put = dashboards.with_period(asking.put(asked, faults, tell=False, present=trends.refreshed_at), values)
    chosen = {**values, "from": f"{put.question.start:%Y-%m-%d}"} if put.question.start else values
    return render_template(
        "statistics/dashboard.html",
        part=part.name,
        tabs=_tabs(part, asked),
        public=part.sight.public,
        faults=faults.found,
        labels=fields.labels(),
        fields=fields.fields(chosen, fields.SHOWN, part.sight),
        sentence=fields.sentence(put),
        narrowing=fields.narrowing(asked),
        content=None if faults else dashboards.content(part, put, chosen, current_actor()),
    ), UNPROCESSABLE if faults else 200


def _tabs(part: Part, asked: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    def url(name: str) -> str:
        here = url_for("statistics.dashboard") if name == "overview" else ""
        return (here or url_for("statistics.dashboard_part", section=name)) + fields.query(asked)

    return [(words, url(name), name == part.name) for name, words in dashboards.parts(part.sight)]


@bp.get("/figures/<figure>")
@access(anyone, seen=figure)
def definition(seen: Seen) -> ResponseReturnValue:
    """What a figure is called, means and leaves out, and its value for a question within what the reader sees."""
    told, sight = seen.told, seen.sight
    about = definitions.about(told)
    if not sight.own:
        value = public.numbers().totals[told.id]
        return render_template(
            "statistics/figure.html", about=about, value=text_of(value), put=None, own=False
        )
    values, faults = fields.given(request.args, sight), asking.Faults()
    put = asking.put(values, faults, tell=sight.everything)
    asked = _asked(told, sight, put)
    answer = (
        None if faults or not figures.has_meaning(asked) else definitions.answer(asked, put.instant, _by())
    )
    return render_template(
        "statistics/figure.html",
        about=about,
        own=True,
        put=put,
        faults=faults.found,
        labels=fields.labels(),
        fields=fields.fields(values, fields.SHOWN, sight),
        more=fields.fields(values, fields.MORE, sight),
        narrowing=fields.narrowing(values),
        sentence=fields.sentence(put),
        answer=answer,
        value="–" if answer is None else format_number(answer.value),
        by=_by(),
        dimensions=definitions.dimensions(told),
        rows_url=url_for("statistics.behind_figure", figure_id=told.id) + fields.query(values),
    ), UNPROCESSABLE if faults else 200


@bp.get("/figures/<figure_id>/rows")
@access(policy.readers, seen=own_figure)
def behind_figure(seen: Seen) -> ResponseReturnValue:
    """The rows behind a figure, within what the reader sees."""
    told, sight = seen.told, seen.sight
    values, faults = fields.given(request.args, sight), asking.Faults()
    put = asking.put(values, faults, tell=sight.everything)
    back = url_for("statistics.definition", figure=told.id) + fields.query(values)
    asked = _asked(told, sight, put)
    if faults or not figures.has_meaning(asked):
        return redirect(back)
    number = _page()
    found = behind(asked, put.instant, page=number, size=SIZE)
    return render_template(
        "statistics/rows.html",
        about=definitions.about(told),
        back=back,
        sentence=fields.sentence(put),
        narrowing=fields.narrowing(values),
        found=found,
        rows=rows.shown(found, told.indicator.basis, current_actor(), sight),
        rooms=told.indicator.basis == Basis.ROOM_ACTS,
        pager=_pager(found.total, number, values),
    )


def _asked(told: Told, sight: Sight, put: asking.Put) -> Asked:
    question = sight.narrowed(put.question, told.indicator)
    return Asked(told.id, told.indicator, question.narrowed(dict(told.filters)))


def _by() -> str:
    return request.args.get("by", "")


def _page() -> int:
    text = request.args.get("page", "1")
    return min(int(text), MAX_PAGE) if text.isascii() and text.isdigit() and int(text[:9]) else 1


def _pager(total: int, number: int, values: Mapping[str, str]) -> dict[str, str | None]:
    def link(to: int) -> str | None:
        return fields.query(values, page=str(to)) if 1 <= to <= max(1, -(-total // SIZE)) else None

    first = (number - 1) * SIZE + 1
    return {
        "first": format_number(first),
        "last": format_number(min(total, first + SIZE - 1)),
        "total": format_number(total) if total else "",
        "prev_url": link(number - 1),
        "next_url": link(number + 1),
    }
