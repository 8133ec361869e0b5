"""A manager builds the questionnaire, piece by piece, and publishes its versions."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import stocktaking_loaders as loaders
from app.irooms.actions.stocktaking import building as actions
from app.irooms.forms.stocktaking import QuestionForm, SectionForm, VersionForm
from app.irooms.queries.stocktaking.reading import Place
from app.irooms.stocktaking import questionnaire
from app.irooms.stocktaking.questionnaire import Kind, Question, Section
from app.irooms.stocktaking_loaders import Piece
from app.irooms.views.blueprint import bp
from app.irooms.views.stocktaking.page import Answer, render, to


@bp.get("/<slug>/stocktaking/<stocktaking_id>/build")
@access(approved, place=loaders.managed)
def stocktaking_build(place: Place) -> str:
    """The draft with all that can be done to it; without one, the version in force."""
    return render(
        "build",
        place,
        content=place.drafted if place.draft else place.content,
        faults=list(actions.faults_of(place.drafted)) if place.draft else [],
        form=VersionForm(formdata=None),
    )


@bp.post("/<slug>/stocktaking/<stocktaking_id>/versions")
@access(approved, place=loaders.built)
def stocktaking_version(place: Place) -> BaseResponse:
    """Begin a new version."""
    actions.begin_version(place.seat, place.row)
    return to(place, "build")


@bp.post("/<slug>/stocktaking/<stocktaking_id>/versions/removal")
@access(approved, place=loaders.built)
def stocktaking_version_removal(place: Place) -> BaseResponse:
    """Drop the draft of a new version."""
    try:
        actions.drop_version(place.seat, place.row)
    except Refused as error:
        notify(str(error), "attention")
    return to(place, "build")


@bp.post("/<slug>/stocktaking/<stocktaking_id>/versions/publication")
@access(approved, place=loaders.built)
@idempotent
def stocktaking_version_publication(place: Place) -> BaseResponse:
    """Publish the draft."""
    form = VersionForm()
    try:
        number = actions.publish_version(place.seat, place.row, (form.note.data or "")[:500])
        notify(_("Version %(number)d is published.", number=number))
    except Refused as error:
        notify(str(error), "attention")
    return to(place, "build")


# ------------------------------------------------------------------------------------------------ sections


@bp.get("/<slug>/stocktaking/<stocktaking_id>/build/sections/new")
@access(approved, place=loaders.built)
def stocktaking_section_new(place: Place) -> str:
    """The form for a section."""
    return render("section_form", place, form=SectionForm(formdata=None), section=None)


@bp.post("/<slug>/stocktaking/<stocktaking_id>/build/sections")
@access(approved, place=loaders.built)
@idempotent
def stocktaking_section_add(place: Place) -> Answer:
    """Add a section."""
    return _put_section(place, None)


@bp.get("/<slug>/stocktaking/<stocktaking_id>/build/sections/<section_id>")
@access(approved, piece=loaders.draft_section)
def stocktaking_section_edit(piece: Piece) -> str:
    """The form for a section that is there."""
    form = SectionForm(formdata=None, obj=piece.section)
    return render("section_form", piece.place, form=form, section=piece.section)


@bp.post("/<slug>/stocktaking/<stocktaking_id>/build/sections/<section_id>")
@access(approved, piece=loaders.draft_section)
def stocktaking_section_change(piece: Piece) -> Answer:
    """Change a section's title and introduction."""
    return _put_section(piece.place, piece.section)


def _put_section(place: Place, section: Section | None) -> Answer:
    form = SectionForm()
    if not form.validate():
        return render("section_form", place, form=form, section=section), UNPROCESSABLE
    typed = form.section(section.id if section else questionnaire.new_id())
    try:
        actions.put_section(place.seat, place.row, typed)
    except Refused as error:
        form.title.errors = [str(error)]
        return render("section_form", place, form=form, section=section), UNPROCESSABLE
    return to(place, "build", _anchor=f"piece-{typed.id}")


# ------------------------------------------------------------------------------------------------ questions


@bp.get("/<slug>/stocktaking/<stocktaking_id>/build/sections/<section_id>/questions/new")
@access(approved, piece=loaders.draft_section)
def stocktaking_question_new(piece: Piece) -> str:
    """The form for a question of the kind asked for."""
    form = QuestionForm(formdata=None)
    kind = _kind()
    form.fit(kind, published=False)
    return _question_page(piece, form, kind)


@bp.post("/<slug>/stocktaking/<stocktaking_id>/build/sections/<section_id>/questions")
@access(approved, piece=loaders.draft_section)
@idempotent
def stocktaking_question_add(piece: Piece) -> Answer:
    """Add a question to a section."""
    return _put_question(piece, _kind())


@bp.get("/<slug>/stocktaking/<stocktaking_id>/build/questions/<question_id>")
@access(approved, piece=loaders.draft_question)
def stocktaking_question_edit(piece: Piece) -> str:
    """The form for a question that is there."""
    assert piece.question is not None
    form = QuestionForm(formdata=None)
    form.fit(piece.question.kind, published=_published(piece) is not None)
    form.show(piece.question)
    return _question_page(piece, form, piece.question.kind)


@bp.post("/<slug>/stocktaking/<stocktaking_id>/build/questions/<question_id>")
@access(approved, piece=loaders.draft_question)
def stocktaking_question_change(piece: Piece) -> Answer:
    """Change a question."""
    assert piece.question is not None
    return _put_question(piece, piece.question.kind)


def _put_question(piece: Piece, kind: Kind) -> Answer:
    form = QuestionForm()
    form.fit(kind, published=_published(piece) is not None)
    if not form.validate() or not form.fits():
        return _question_page(piece, form, kind), UNPROCESSABLE
    same = "same_meaning" in form and bool(form.same_meaning.data)
    try:
        actions.put_question(
            piece.place.seat,
            piece.place.row,
            piece.section.id,
            form.question(kind, piece.question),
            same_meaning=same,
            base=form.base.data or "",
        )
    except Refused as error:
        form.text.errors = [str(error)]
        return _question_page(piece, form, kind), UNPROCESSABLE
    return to(piece.place, "build", _anchor=f"piece-{piece.section.id}")


def _published(piece: Piece) -> Question | None:
    """The question of the version in force that this one stands for."""
    if piece.question is None:
        return None
    content = piece.place.content
    return content.question(piece.question.id) or content.question(piece.question.replaces)


def _question_page(piece: Piece, form: QuestionForm, kind: Kind) -> str:
    return render(
        "question_form", piece.place, form=form, kind=kind, section=piece.section, question=piece.question
    )


def _kind() -> Kind:
    """The kind named in the address; text where it is none."""
    asked = request.args.get("kind", "")
    return Kind(asked) if asked in set(Kind) else Kind.TEXT


# ------------------------------------------------------------------------------------------------ either


@bp.post("/<slug>/stocktaking/<stocktaking_id>/build/pieces/<piece_id>/place")
@access(approved, piece=loaders.draft_piece)
def stocktaking_piece_move(piece: Piece) -> BaseResponse:
    """Move a section, or a question within its section, one place up or down."""
    id, up = _piece_id(piece), request.form.get("to") == "up"
    try:
        actions.edit(piece.place.seat, piece.place.row, lambda content: questionnaire.moved(content, id, up))
    except Refused as error:
        notify(str(error), "attention")
    return to(piece.place, "build", _anchor=f"piece-{id}")


@bp.post("/<slug>/stocktaking/<stocktaking_id>/build/pieces/<piece_id>/removal")
@access(approved, piece=loaders.draft_piece)
def stocktaking_piece_removal(piece: Piece) -> BaseResponse:
    """Remove a question, or a section with its questions."""
    without = questionnaire.without_question if piece.question else questionnaire.without_section
    id = _piece_id(piece)
    try:
        actions.edit(piece.place.seat, piece.place.row, lambda content: without(content, id))
    except Refused as error:
        notify(str(error), "attention")
    return to(piece.place, "build")


def _piece_id(piece: Piece) -> str:
    return piece.question.id if piece.question else piece.section.id
