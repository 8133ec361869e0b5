"""Members answer: one section a page, kept as they go, sent when it is complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, redirect, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.errors import problem
from app.core.forms import UNPROCESSABLE
from app.core.ids import public_id
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import stocktaking_loaders as loaders
from app.irooms.actions.stocktaking import answering as actions
from app.irooms.actions.stocktaking.answering import Incomplete, Saved, Written
from app.irooms.models.stocktaking import StocktakingRevision
from app.irooms.queries.stocktaking import reading
from app.irooms.queries.stocktaking.reading import Place, Sheet
from app.irooms.stocktaking import values
from app.irooms.stocktaking.questionnaire import Question, Section
from app.irooms.stocktaking_loaders import Piece
from app.irooms.stocktaking_policy import may_answer
from app.irooms.views.blueprint import bp
from app.irooms.views.stocktaking.page import Answer, address, render, to

CONFLICT = 409
_LONGEST_TOKEN = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the page: what stands in its field, and what it was made from."""

    question: Question
    number: int
    value: Mapping[str, Any]
    base: str
    error: str = ""


@bp.get("/<slug>/stocktaking/<stocktaking_id>/sections/<section_id>")
@access(approved, piece=loaders.section)
def stocktaking_section(piece: Piece) -> Answer:
    """One section with one's answers; once no answers are taken, all of them to read."""
    if not may_answer(piece.place.seat, piece.place.row):
        return to(piece.place, "mine")
    sheet = reading.sheet(piece.place)
    return _page(piece, sheet, _as_kept(piece, sheet), public_id())


@bp.post("/<slug>/stocktaking/<stocktaking_id>/sections/<section_id>")
@access(approved, piece=loaders.section)
def stocktaking_save(piece: Piece) -> Answer | Response:
    """Keep what the page holds; a script is told what became of it, a form goes on."""
    json = request.accept_mimetypes.best == "application/json"
    page = request.form.get("page", "")[:_LONGEST_TOKEN]
    typed = [_typed(one, number, request.form) for one, number in _numbered(piece)]
    if any(one.error for one in typed):
        return _refused(piece, typed, page, UNPROCESSABLE, json)
    written = {one.question.id: _written(one) for one in typed}
    try:
        saved = actions.save(piece.place.seat, piece.place.row, written, page)
    except Refused as error:
        if not json:
            notify(str(error), "attention")
        return _refused(piece, typed, page, CONFLICT, json, str(error))
    if json:
        return _told(saved)
    if saved.aside:
        notify(_both_kept(), "attention")
        return redirect(request.path)
    return redirect(_after(piece))


@bp.post("/<slug>/stocktaking/<stocktaking_id>/asides/<aside_id>")
@access(approved, found=loaders.aside)
def stocktaking_aside(found: tuple[Place, StocktakingRevision]) -> BaseResponse:
    """Take a text that was put aside, or leave it."""
    place, aside = found
    try:
        actions.settle(place.seat, place.row, aside, use=request.form.get("use") == "1")
    except Refused as error:
        notify(str(error), "attention")
    section = place.content.section_of(aside.question_id)
    if section is None:
        return to(place)
    return to(place, "section", section_id=section.id, _anchor=f"q-{aside.question_id}")


@bp.get("/<slug>/stocktaking/<stocktaking_id>/sending")
@access(approved, place=loaders.writable)
def stocktaking_sending(place: Place) -> Answer:
    """Everything once more before it is sent, with what is missing."""
    if not may_answer(place.seat, place.row):
        return to(place, "mine")
    return render("sending", place, sheet=reading.sheet(place))


@bp.post("/<slug>/stocktaking/<stocktaking_id>/sending")
@access(approved, place=loaders.writable)
def stocktaking_send(place: Place) -> Answer:
    """Send the answers. A second sending sends what changed."""
    try:
        actions.send(place.seat, place.row)
    except Incomplete:
        return render("sending", place, sheet=reading.sheet(place), tried=True), UNPROCESSABLE
    except Refused as error:
        notify(str(error), "attention")
        return to(place)
    notify(_("Your answers are sent. You may change them until the deadline, then send them again."))
    return to(place)


@bp.get("/<slug>/stocktaking/<stocktaking_id>/mine")
@access(approved, place=loaders.own)
def stocktaking_mine(place: Place) -> str:
    """One's own answers to read, and their earlier texts."""
    earlier = reading.history(place)
    sheet = reading.sheet(place, also={one.membership_id for one in earlier})
    return render("mine", place, sheet=sheet, earlier=earlier)


# ------------------------------------------------------------------------------------------------ inside


def _numbered(piece: Piece) -> list[tuple[Question, int]]:
    numbers = piece.place.content.numbers()
    return [(question, numbers[question.id]) for question in piece.section.questions]


def _as_kept(piece: Piece, sheet: Sheet) -> list[Asked]:
    asked = []
    for question, number in _numbered(piece):
        kept = sheet.answers.get(question.id)
        value = kept.value if kept else values.NONE
        base = f"{kept.version if kept else 0}.{values.digest(value)}"
        asked.append(Asked(question, number, value, base))
    return asked


def _typed(question: Question, number: int, form: MultiDict[str, str]) -> Asked:
    given, source = form.getlist(f"a-{question.id}"), form.get(f"s-{question.id}", "")
    base = form.get(f"b-{question.id}", "")
    try:
        return Asked(question, number, values.read(question, given, source), base)
    except values.NoAnswer as error:
        as_typed = {"text": "\n".join(given), "source": source}
        return Asked(question, number, as_typed, base, str(error))


def _written(asked: Asked) -> Written:
    """Return what the page carries; a page that does not say what it was made from was made from nothing."""
    version, _dot, digest = asked.base.partition(".")
    if not (version.isascii() and version.isdecimal() and len(version) < 10):
        return Written(dict(asked.value))
    return Written(dict(asked.value), int(version), digest)


def _told(saved: Saved) -> Response:
    """Tell a script what was kept. Its page goes on from here; texts put aside are said, not counted as trouble."""
    return jsonify(note=_both_kept()) if saved.aside else jsonify(saved=len(saved.changed))


def _both_kept() -> str:
    return str(
        _(
            "Somebody else changed the same answer meanwhile. Both texts are kept: open the page again to choose."
        )
    )


def _refused(
    piece: Piece, typed: list[Asked], page: str, status: int, json: bool, words: str = ""
) -> Answer | Response:
    if json:
        return problem(status, words or next(one.error for one in typed if one.error))
    return _page(piece, reading.sheet(piece.place), typed, page), status


def _page(piece: Piece, sheet: Sheet, asked: list[Asked], page: str) -> str:
    sections = piece.place.content.sections
    return render(
        "section",
        piece.place,
        section=piece.section,
        number=sections.index(piece.section) + 1,
        sections=sections,
        sheet=sheet,
        asked=asked,
        page=page,
        earlier=_replaced(sheet, piece.section),
    )


def _replaced(sheet: Sheet, section: Section) -> dict[str, Mapping[str, Any]]:
    """What was answered to questions that these stand for, where these have no answer yet."""
    return {
        one.id: sheet.value(one.replaces)
        for one in section.questions
        if one.replaces and not sheet.value(one.id) and sheet.value(one.replaces)
    }


def _after(piece: Piece) -> str:
    """Return where a saved section leads, as the button says."""
    go = request.form.get("go", "next")
    sections = piece.place.content.sections
    place = sections.index(piece.section) + {"next": 1, "previous": -1}.get(go, 0)
    if go == "stay":
        notify(_("Saved"))
    if go == "overview" or place >= len(sections):
        return address(piece.place, "sending")
    return address(piece.place, "section", section_id=sections[max(place, 0)].id)
