"""A resource's page: what it is, its versions and languages, and what may be done with it; text and links at once."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core.access import access, approved
from app.core.security import CONTENT_SECURITY_POLICY
from app.core.settings import settings
from app.irooms import loaders, resources_links, resources_loaders
from app.irooms.actions.resources import viewing
from app.irooms.actions.resources.viewing import Look
from app.irooms.faces import faces
from app.irooms.forms.resources import IntoForm, VariantForm, WithdrawForm
from app.irooms.models.resources import ResourceKind
from app.irooms.queries.resources import versions
from app.irooms.queries.resources.rows import Row
from app.irooms.rendering import render_markdown
from app.irooms.resources_loaders import Item
from app.irooms.resources_policy import may_download, may_edit, may_list, may_play, may_read
from app.irooms.resources_words import LegalReference
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp
from app.media import queries as media

SHOWN_AT_ONCE = frozenset({ResourceKind.TEXT, ResourceKind.LINK, ResourceKind.LEGAL})
"""Kinds whose page shows all there is: opening it is the view."""


@bp.get("/<slug>/resources/<resource_id>")
@access(approved, item=resources_loaders.item)
def resource(item: Item) -> Response:
    """The page of a resource."""
    return page(item)


@bp.get("/<slug>/resources/<resource_id>/download")
@access(approved, item=resources_loaders.read)
def resource_download(item: Item) -> BaseResponse:
    """Take a file away as the room's policy says; every time is written down."""
    row = asked_version(item)
    if not may_download(item.seat, row):
        raise loaders.nothing(item.seat)
    view = viewing.take_away(item.seat, row.resource, row.version)
    return redirect(resources_links.download_url(item.seat, row, view.code))


@bp.get("/<slug>/resources/<resource_id>/play")
@access(approved, item=resources_loaders.read)
def resource_play(item: Item) -> BaseResponse:
    """Lead the player on a page to sound or film."""
    row = asked_version(item)
    if not may_play(item.seat, row):
        raise loaders.nothing(item.seat)
    view = viewing.look(item.seat, row.resource, row.version)
    return redirect(resources_links.playing_url(item.seat, row, view.code))


def asked_version(item: Item) -> Row:
    """Return the resource in the version asked for by ``?v=``, else the one shown. Raises NotFound for others."""
    typed = request.args.get("v", "")
    if not typed:
        return item.row
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 0
    found = versions.version(item.row, number) if not item.row.draft else None
    if found is None:
        raise loaders.nothing(item.seat)
    return found


def page(
    item: Item,
    *,
    withdraw: WithdrawForm | None = None,
    into: IntoForm | None = None,
    variant: VariantForm | None = None,
) -> Response:
    """Return the page of a resource; the forms are those that were just refused."""
    seat, row = item.seat, asked_version(item)
    resource, edits = row.resource, may_edit(item.seat, item.tree, row.resource)
    every = versions.versions(row)
    shown = may_read(seat, row) and resource.kind in SHOWN_AT_ONCE
    view = viewing.look(seat, resource, row.version, 1) if shown else None
    wanted = [resource.created_by, resource.withdrawn_by, *(one.row.created_by for one in every)]
    plays = may_play(seat, row)
    answer = make_response(
        render_template(
            "irooms/resources/resource.html",
            seat=seat,
            item=item,
            row=row,
            file=row.file,
            state=media.state_words(row.file) if row.file else None,
            reads=may_read(seat, row),
            plays=plays,
            downloads=may_download(seat, row),
            edits=edits,
            lists=may_list(seat),
            versions=every,
            faces=faces(seat.room, wanted),
            content=_content(row) if shown else "",
            reference=LegalReference.of(row.version.details) if resource.kind == ResourceKind.LEGAL else None,
            view=view,
            mark=_mark(seat, view),
            withdraw=withdraw or (WithdrawForm(formdata=None) if edits else None),
            into=into or (into_form(item, bound=False) if edits else None),
            variant=variant or (VariantForm(formdata=None) if edits else None),
            legal_systems=LEGAL_SYSTEMS,
        )
    )
    if plays:
        policy = f"{CONTENT_SECURITY_POLICY}; media-src 'self' {settings().content_url}"
        answer.headers["Content-Security-Policy"] = policy
    return answer


def into_form(item: Item, *, bound: bool = True) -> IntoForm:
    """Return the form that moves a resource to another collection one may add to."""
    form = IntoForm() if bound else IntoForm(formdata=None)
    form.offer(item.tree, item.tree.writable - {item.row.resource.collection_id})
    return form


def back(item: Item) -> BaseResponse:
    """Lead back to the page of a resource."""
    return redirect(
        url_for("irooms.resource", slug=item.seat.room.public_id, resource_id=item.row.resource.public_id)
    )


def _content(row: Row) -> Markup | str:
    return render_markdown(row.version.text) if row.version.text else ""


def _mark(seat: Seat, view: Look | None) -> list[str]:
    return resources_links.mark_lines(seat, view.code, view.at) if view is not None else []
