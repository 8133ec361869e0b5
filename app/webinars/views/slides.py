"""Slides and handouts of the live room."""

from __future__ import annotations

from flask import Response, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.errors import NotFound
from app.core.idempotency import idempotent
from app.core.refusal import Refused, require
from app.media import actions as media
from app.media import tus
from app.media.queries import page_text
from app.webinars import loaders, planning_links, slides_loaders
from app.webinars.actions import slides as actions
from app.webinars.actions.planning_materials import file_scope
from app.webinars.places import Place
from app.webinars.queries import slides as queries
from app.webinars.slides_loaders import Shelf, Slide
from app.webinars.slides_pictures import LARGE, MEDIA_TYPE, SMALL, picture
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import answered, refusing, sent

KEPT = 3600  # seconds that a browser keeps a page: what it looks like never changes


@bp.get("/<webinar_id>/room/slides")
@access(approved, place=loaders.entered)
def slides_list(place: Place) -> Response:
    """The slides that the person may show."""
    return jsonify(queries.files(place))


@bp.get("/<webinar_id>/room/slides/<deck_id>/<page>")
@access(approved, slide=slides_loaders.slide)
def slides_page(slide: Slide) -> Response:
    """The picture of a page, in the size that is asked for: ``small``, or ``large``."""
    size = LARGE if request.args.get("size") == LARGE else SMALL
    answer = make_response(picture(slide.deck.file, slide.page, size))
    answer.content_type = MEDIA_TYPE
    answer.headers["Cache-Control"] = f"private, max-age={KEPT}, immutable"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.get("/<webinar_id>/room/slides/<deck_id>/<page>/text")
@access(approved, slide=slides_loaders.slide)
def slides_text(slide: Slide) -> Response:
    """What is written on a page."""
    return jsonify(text=page_text(slide.deck.file, slide.page))


@bp.post("/<webinar_id>/room/slides/turn")
@access(approved, place=slides_loaders.turned)
@refusing
def slides_turn(place: Place) -> Response:
    """Show ``page`` of ``deck`` to everybody; without a deck, take the slides off the stage."""
    given = sent()
    if not given.get("deck"):
        return answered(number=actions.clear(place))
    deck, page = queries.material(place.webinar, str(given["deck"])), given.get("page")
    if deck is None:
        raise NotFound
    return answered(number=actions.turn(place, deck, page if isinstance(page, int) else 0))


@bp.post("/<webinar_id>/room/slides/pointer")
@access(approved, place=slides_loaders.turned)
@refusing
def slides_point(place: Place) -> Response:
    """Point ``at`` a place on the page, [0..1, 0..1], or nowhere."""
    actions.point(place, _point(sent().get("at")))
    return answered()


@bp.post("/<webinar_id>/room/slides/handouts")
@access(approved, place=loaders.hosted)
@refusing
def slides_switch(place: Place) -> Response:
    """Switch the handouts ``on`` or off."""
    return answered(number=actions.switch_handouts(place, on=sent().get("on") is True))


@bp.post("/<webinar_id>/room/slides/uploads")
@access(approved, place=slides_loaders.turned)
@idempotent
def slides_upload(place: Place) -> Response:
    """Begin to send a file of slides, in pieces."""
    scope = file_scope(place.webinar.id)
    return tus.begin(
        lambda asked: media.begin_upload(
            place.actor, asked.name, asked.length, scope, fingerprint=asked.fingerprint
        )
    )


@bp.post("/<webinar_id>/room/slides/decks")
@access(approved, place=slides_loaders.turned)
@refusing
def slides_add(place: Place) -> Response:
    """Take over files that were sent (``uploads``) as slides."""
    given = sent().get("uploads")
    uploads = [str(one) for one in given] if isinstance(given, list) else []
    added = actions.add(place, uploads)
    return answered(decks=[one.public_id for one in added])


@bp.get("/<webinar_id>/room/handouts/<material_id>")
@access(approved, shelf=slides_loaders.handout)
def slides_handout(shelf: Shelf) -> BaseResponse:
    """Lead to a file that may be taken away."""
    return redirect(planning_links.download_url(shelf.place, shelf.deck.material, shelf.deck.file))


def _point(given: object) -> tuple[float, float] | None:
    if given is None:
        return None
    if not isinstance(given, list) or len(given) != 2 or not all(_is_number(one) for one in given):
        raise Refused("at: [x, y]")
    require(all(0 <= one <= 1 for one in given), "at: [0..1, 0..1]")
    return float(given[0]), float(given[1])


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool)
