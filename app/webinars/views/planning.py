"""The list of sessions, a session's page, its entry for calendars, its materials taken away."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import Actor, access, approved, current_actor
from app.core.errors import NotFound
from app.core.i18n import LANGUAGES
from app.core.input import forgiving
from app.media.queries import kind_words, state_words
from app.notifications import actions as notifications
from app.notifications import ical
from app.records.queries import kinds_counting
from app.webinars import loaders, planning_links, planning_shown, planning_words
from app.webinars.calendar_sources import entry
from app.webinars.loaders import Offered
from app.webinars.media import adapter_of
from app.webinars.models.planning import State
from app.webinars.places import Place
from app.webinars.policy import may_plan
from app.webinars.queries import planning as queries
from app.webinars.queries import recording as recordings
from app.webinars.queries.planning import MINE, PAGE, PAST, SERIES, TEMPLATES, UPCOMING, Filters
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]
_MOST_PAGES = 10_000


@bp.get("")
@access(approved)
@forgiving
def planning_index() -> str:
    """What is to come, what is mine, what was, series; narrowed by what the address says."""
    actor = current_actor()
    tab = request.args.get("show", UPCOMING)
    tab = tab if tab in _tab_names(actor) else UPCOMING
    filters, page = _filters(), _page()
    found = queries.listed(actor, tab, filters, page) if tab != SERIES else []
    return render_template(
        "webinars/planning/index.html",
        tab=tab,
        tabs=[
            (name, url_for("webinars.planning_index", show=key), key == tab)
            for key, name in _tab_names(actor).items()
        ],
        places=found[:PAGE],
        series=queries.series_lines(actor) if tab == SERIES else [],
        filters=filters,
        page=page,
        more=len(found) > PAGE,
        plans=may_plan(actor),
    )


def _tab_names(actor: Actor) -> dict[str, str]:
    names = {UPCOMING: _("To come"), MINE: _("Mine"), PAST: _("Past"), SERIES: _("Series")}
    return names | ({TEMPLATES: _("Templates")} if may_plan(actor) else {})


def _filters() -> Filters:
    """Read the filters; a value that is not offered does not narrow."""
    given = {name: request.args.get(name, "") for name in ("kind", "topic", "language")}
    offered = {"kind": planning_words.KINDS, "topic": planning_words.TOPICS, "language": LANGUAGES}
    return Filters(**{name: value if value in offered[name] else "" for name, value in given.items()})


def _page() -> int:
    asked = request.args.get("page", "0")
    return min(int(asked), _MOST_PAGES) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0


@bp.get("/<webinar_id>")
@access(approved, place=loaders.seen)
def planning_session(place: Place) -> str:
    """A session: what, when on both clocks, who, agenda, materials; registering, joining; what to do for who plans."""
    webinar = place.webinar
    notifications.seen(place.actor, f"webinar:{webinar.public_id}")
    return render_template(
        "webinars/planning/session.html",
        seat=place,
        carried=adapter_of(webinar).offer(),
        runners=[one for one in queries.runners(webinar) if one.shown],
        materials=[
            one for one in queries.materials(webinar) if one.row.handout or place.plans or place.runner
        ],
        recordings=recordings.of_session(place.actor, webinar) if webinar.state == State.ENDED else [],
        counts=queries.counts(webinar),
        agenda=planning_shown.agenda(webinar, place.actor.zone),
        before=queries.waits_before(place.registration) if place.waits and place.registration else 0,
        is_training=webinar.kind in kinds_counting(webinar.starts_at),
        over=webinar.ends_at <= clock.now(),
        may_plan=may_plan(place.actor),
    )


@bp.get("/<webinar_id>/calendar.ics")
@access(approved, place=loaders.seen)
def planning_ics(place: Place) -> Response:
    """The session for a calendar program."""
    if place.webinar.state == State.DRAFT:
        raise NotFound
    body = ical.feed([entry(place.webinar)], place.actor.zone)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="session.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.get("/<webinar_id>/materials/<material_id>")
@access(approved, offered=loaders.offered)
def planning_material(offered: Offered) -> BaseResponse:
    """Lead to a material: a link's address, or the file, where the group's rules let it be taken away."""
    row, file = offered.found.row, offered.found.file
    if file is None:
        return redirect(row.link)
    if not planning_links.may_download(offered.place, file):
        raise NotFound
    return redirect(planning_links.download_url(offered.place, row, file))


@bp.record_once
def _give_words(state: BlueprintSetupState) -> None:
    """Give templates the words of planning and how sessions are shown."""
    state.app.jinja_env.globals.update(
        webinar_words=planning_words,
        webinar_shown=planning_shown,
        webinar_links=planning_links,
        material_kind=kind_words,
        material_state=state_words,
    )
