"""Rooms: the list of them, the front page, the door, policy and terms, opening and closing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.models import Group
from app.accounts.queries import person_of
from app.core.access import access, approved, current_actor, has
from app.core.database import db
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.permissions import Permission
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import loaders, news
from app.irooms.actions import entering, membership
from app.irooms.actions import rooms as actions
from app.irooms.faces import alias_words, face_of
from app.irooms.forms.rooms import AcceptForm, AskForm, RoomForm, TermsForm
from app.irooms.models import IdentityMode, Room, RoomMembership
from app.irooms.policy import may_ask_to_enter, may_open, may_oversee, may_walk_in
from app.irooms.queries import rooms as queries
from app.irooms.rendering import render_markdown
from app.irooms.seats import Seat, Step, seats_of
from app.irooms.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]
OPENS = has(Permission.ROOMS_MANAGE)


@dataclass(frozen=True, slots=True)
class Preview:
    """A room as it would be, and how the person who previews would appear in it."""

    room: Room
    face: str


@bp.get("")
@access(approved)
def index() -> str:
    """The rooms one is in, and those one may come into."""
    actor = current_actor()
    return render_template(
        "irooms/index.html",
        seats=seats_of(actor),
        offered=queries.offered_rooms(actor),
        opens=may_open(actor),
        oversees=may_oversee(actor),
    )


@bp.get("/new")
@access(OPENS)
def new() -> str:
    """The form that opens a room."""
    form = _form(bound=False)
    form.begin()
    return _policy_page(None, form)


@bp.post("")
@access(OPENS)
@idempotent
def create() -> Answer:
    """Open a room, or preview it."""
    form = _form()
    if not form.validate():
        return _policy_page(None, form), UNPROCESSABLE
    if request.form.get("preview"):
        return _policy_page(None, form, _preview(form))
    try:
        seat = actions.open_room(current_actor(), form.about(), form.policy())
    except Refused as error:
        form.form_errors.append(str(error))
        return _policy_page(None, form), UNPROCESSABLE
    notify(_("The room is open. Invite its first members."))
    return redirect(url_for("irooms.members", slug=seat.room.public_id))


@bp.get("/<slug>")
@access(approved, seat=loaders.room)
def room(seat: Seat) -> Answer:
    """The room: what is new for who is inside; how to come in for who is not."""
    if seat.inside:
        return _inside(seat)
    if seat.step:
        return redirect(url_for("irooms.door", slug=seat.room.public_id))
    return _front(seat, AskForm(formdata=None))


def _inside(seat: Seat) -> str:
    shown = news.of(seat, **({"waiting": queries.waiting_count(seat.room)} if seat.manages else {}))
    membership.touch(seat)
    face = face_of(seat.room, seat.member, person_of(seat.actor)).label if seat.member else ""
    return render_template(
        "irooms/room.html", seat=seat, waiting=shown.answers.get("waiting", 0), news=shown.pieces, face=face
    )


def _front(seat: Seat, form: AskForm) -> str:
    waiting = entering.waiting_request(seat)
    return render_template(
        "irooms/front.html",
        room=seat.room,
        request_row=waiting,
        walks_in=may_walk_in(seat),
        form=form if may_ask_to_enter(seat) and waiting is None else None,
    )


@bp.post("/<slug>/requests")
@access(approved, seat=loaders.room)
@idempotent
def requests(seat: Seat) -> Answer:
    """Ask to come in."""
    form = AskForm()
    if not form.validate():
        return _front(seat, form), UNPROCESSABLE
    try:
        entering.ask(seat, form.reason.data or "")
    except Refused as error:
        notify(str(error), "attention")
    return redirect(url_for("irooms.room", slug=seat.room.public_id))


@bp.post("/<slug>/requests/withdrawal")
@access(approved, seat=loaders.room)
def request_withdrawal(seat: Seat) -> Answer:
    """Take one's request back."""
    entering.withdraw_request(seat)
    return redirect(url_for("irooms.room", slug=seat.room.public_id))


@bp.post("/<slug>/entry")
@access(approved, seat=loaders.room)
def entry(seat: Seat) -> Answer:
    """Come in as one of the group that may."""
    try:
        entering.walk_in(seat)
    except Refused as error:
        notify(str(error), "attention")
    return redirect(url_for("irooms.room", slug=seat.room.public_id))


@bp.get("/<slug>/door")
@access(approved, seat=loaders.mine)
def door(seat: Seat) -> Answer:
    """What a member has to do before the room opens."""
    if seat.step == Step.NONE:
        return redirect(url_for("irooms.room", slug=seat.room.public_id))
    return _door(seat, AcceptForm(formdata=None))


def _door(seat: Seat, form: AcceptForm) -> str:
    terms = queries.terms(seat.room)
    form.version.data = str(seat.room.terms_version)
    text = render_markdown(terms.text) if terms else ""
    return render_template("irooms/door.html", seat=seat, terms=terms, text=text, form=form)


@bp.post("/<slug>/acceptance")
@access(approved, seat=loaders.mine)
def acceptance(seat: Seat) -> Answer:
    """Accept the terms that were shown."""
    if seat.step != Step.TERMS:
        return redirect(url_for("irooms.room", slug=seat.room.public_id))
    form = AcceptForm()
    if not form.validate():
        return _door(seat, form), UNPROCESSABLE
    shown = form.version.data or ""
    try:
        membership.accept_terms(
            seat, int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 9 else -1
        )
    except Refused as error:
        notify(str(error), "attention")
        return redirect(url_for("irooms.door", slug=seat.room.public_id))
    return redirect(url_for("irooms.room", slug=seat.room.public_id))


@bp.post("/<slug>/leaving")
@access(approved, seat=loaders.mine)
def leaving(seat: Seat) -> Answer:
    """Leave the room."""
    try:
        membership.leave(seat)
    except Refused as error:
        notify(str(error), "attention")
        return redirect(url_for("irooms.room", slug=seat.room.public_id))
    notify(_("You have left the room."))
    return redirect(url_for("irooms.index"))


@bp.get("/<slug>/policy")
@access(approved, seat=loaders.managed)
def policy(seat: Seat) -> str:
    """The form that changes the room."""
    form = _form(bound=False)
    form.show(seat.room)
    return _policy_page(seat, form)


@bp.post("/<slug>/policy")
@access(approved, seat=loaders.managed)
def policy_change(seat: Seat) -> Answer:
    """Change the room, or preview the change."""
    form = _form()
    if not form.validate():
        return _policy_page(seat, form), UNPROCESSABLE
    if request.form.get("preview"):
        return _policy_page(seat, form, _preview(form, seat.member))
    try:
        changed = actions.change_room(seat, form.about(), form.policy())
    except Refused as error:
        form.form_errors.append(str(error))
        return _policy_page(seat, form), UNPROCESSABLE
    notify(_("Saved") if changed else _("Nothing was changed."))
    return redirect(url_for("irooms.room", slug=seat.room.public_id))


@bp.get("/<slug>/terms")
@access(approved, seat=loaders.managed)
def terms(seat: Seat) -> str:
    """The form of the terms."""
    form = TermsForm(formdata=None)
    kept = queries.terms(seat.room)
    form.text.data = kept.text if kept else ""
    return render_template("irooms/terms.html", seat=seat, form=form)


@bp.post("/<slug>/terms")
@access(approved, seat=loaders.managed)
@idempotent
def terms_change(seat: Seat) -> Answer:
    """Write a new version of the terms."""
    form = TermsForm()
    if not form.validate():
        return render_template("irooms/terms.html", seat=seat, form=form), UNPROCESSABLE
    actions.set_terms(seat, form.text.data or "")
    notify(_("The terms are saved. Members read and accept them when they come next."))
    return redirect(url_for("irooms.room", slug=seat.room.public_id))


@bp.post("/<slug>/closing")
@access(approved, seat=loaders.managed)
def closing(seat: Seat) -> Answer:
    """Close the room."""
    try:
        actions.close_room(seat)
    except Refused as error:
        notify(str(error), "attention")
    return redirect(url_for("irooms.room", slug=seat.room.public_id))


def _form(*, bound: bool = True) -> RoomForm:
    form = RoomForm() if bound else RoomForm(formdata=None)
    own = select(Group).where(
        Group.owner == "", Group.closed_at.is_(None), Group.id.in_(current_actor().groups)
    )
    every = select(Group).where(Group.owner == "", Group.closed_at.is_(None))
    manages = current_actor().may(Permission.GROUPS_MANAGE)
    form.offer(list(db.session.scalars((every if manages else own).order_by(Group.name))))
    return form


def _preview(form: RoomForm, member: RoomMembership | None = None) -> Preview:
    values = form.policy()
    shown = Room(title=form.title.data, purpose=form.purpose.data, topic=form.topic.data)
    for name in ("listed", "entry", "identity", "download", "second_factor", "membership_days", "mail_names"):
        setattr(shown, name, getattr(values, name))
    if shown.identity == IdentityMode.PSEUDONYM:
        return Preview(shown, alias_words(member.alias if member else "cedar-47"))
    as_member = member or RoomMembership(public_id="", number=1, alias="cedar-47", role="manager")
    return Preview(shown, face_of(shown, as_member, person_of(current_actor())).label)


def _policy_page(seat: Seat | None, form: RoomForm, preview: Preview | None = None) -> str:
    heading = _("Change the room") if seat else _("Open a room")
    return render_template("irooms/policy.html", seat=seat, form=form, preview=preview, heading=heading)
