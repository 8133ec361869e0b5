"""What the pages of one stocktaking share: its address, its tabs, its words."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.irooms import stocktaking_words as words
from app.irooms.queries.stocktaking.reading import Place
from app.irooms.rendering import render_markdown
from app.irooms.stocktaking import figures, values
from app.irooms.stocktaking_policy import may_answer, may_build, may_read_answers, takes_answers

Answer = str | BaseResponse | tuple[str, int]


def address(place: Place, endpoint: str = "one", **more: Any) -> str:
    """Return the address of a page of a stocktaking, by what its endpoint ends with."""
    return url_for(
        f"irooms.stocktaking_{endpoint}",
        slug=place.seat.room.public_id,
        stocktaking_id=place.row.public_id,
        **more,
    )


def to(place: Place, endpoint: str = "one", **more: Any) -> BaseResponse:
    """Lead to a page of a stocktaking."""
    return redirect(address(place, endpoint, **more))


def render(name: str, place: Place, **more: Any) -> str:
    """Render a page of a stocktaking with what all of them need."""
    return render_template(
        f"irooms/stocktaking/{name}.html",
        seat=place.seat,
        taking=place,
        row=place.row,
        tabs_of=_tabs(place),
        to=lambda endpoint, **values: address(place, endpoint, **values),
        builds=may_build(place.seat, place.row),
        answers_now=may_answer(place.seat, place.row),
        open_now=takes_answers(place.row),
        markdown=render_markdown,
        words=words,
        values=values,
        bar_words=figures.bar_words,
        legal_systems=LEGAL_SYSTEMS,
        **more,
    )


def _tabs(place: Place) -> list[tuple[str, str, bool]]:
    """The pages of a stocktaking that somebody may open, as (text, url, current); none where it is one only."""
    pages = [(_("Overview"), "one")]
    if place.seat.manages:
        pages += [(_("Questions"), "build"), (_("Coverage"), "coverage")]
    if may_read_answers(place.seat, place.row):
        pages += [(_("Answers"), "answers"), (_("Figures"), "figures")]
    here = (request.endpoint or "").removeprefix("irooms.stocktaking_")
    return [(text, address(place, name), name == here) for text, name in pages] if len(pages) > 1 else []
