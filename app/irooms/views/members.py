"""Members: who is here, who asks, who is invited; roles, ends, removal; the name behind a face."""

from __future__ import annotations

from datetime import datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.models import User
from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core.access import Actor, access, approved, current_actor
from app.core.errors import NotFound
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import loaders
from app.irooms.actions import entering, membership, oversight
from app.irooms.faces import faces
from app.irooms.forms.rooms import CoversForm, DecisionForm, InviteForm, MemberForm, ReasonForm
from app.irooms.models import IdentityMode, Room, RoomInvitation, RoomMembership, RoomRequest
from app.irooms.policy import may_change
from app.irooms.queries import rooms as queries
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp
from app.irooms.views.resources.listing import Sheet
from app.irooms.vocabulary import TOPICS

Answer = str | BaseResponse | tuple[str, int]
MOST_ADDRESSES = 50
_LAST_MOMENT = time(23, 59, 59)


def of_room(actor: Actor, slug: str, member_id: str) -> tuple[Seat, RoomMembership]:
    """Load a member of a room the actor is in."""
    seat = loaders.entered(actor, slug)
    found = queries.member(seat, member_id)
    if found is None:
        raise loaders.nothing(seat)
    return seat, found


def managed_member(actor: Actor, slug: str, member_id: str) -> tuple[Seat, RoomMembership]:
    """Load a member of a room the actor manages."""
    seat = loaders.managed(actor, slug)
    found = queries.member(seat, member_id)
    if found is None:
        raise loaders.nothing(seat)
    return seat, found


def managed_request(actor: Actor, slug: str, request_id: str) -> tuple[Seat, RoomRequest]:
    """Load a request to come into a room the actor manages."""
    seat = loaders.managed(actor, slug)
    found = queries.request(seat, request_id)
    if found is None:
        raise loaders.nothing(seat)
    return seat, found


def managed_invitation(actor: Actor, slug: str, invitation_id: str) -> tuple[Seat, RoomInvitation]:
    """Load an invitation into a room the actor manages."""
    seat = loaders.managed(actor, slug)
    found = queries.invitation(seat, invitation_id)
    if found is None:
        raise loaders.nothing(seat)
    return seat, found


def invited(actor: Actor, token: str) -> tuple[RoomInvitation, Room] | None:
    """Load the invitation of a link; None for one that is not for the actor (any more): the page says so."""
    found = queries.invitation_by(token)
    if found is None:
        raise NotFound
    return found if entering.open_to(actor, found[0]) else None


@bp.get("/<slug>/members")
@access(approved, seat=loaders.entered)
def members(seat: Seat) -> str:
    """Who is in the room; for managers also who asks and who is invited."""
    return _page(seat)


@bp.post("/<slug>/members")
@access(approved, seat=loaders.managed)
@idempotent
def invite(seat: Seat) -> Answer:
    """Invite addresses by mail."""
    form = InviteForm()
    if not form.validate():
        return _page(seat, form=form), UNPROCESSABLE
    good, bad = form.addresses()
    if bad or len(good) > MOST_ADDRESSES:
        form.emails.errors = [
            _("This is not an e-mail address: %(text)s", text=bad[0])
            if bad
            else _("At most 50 addresses at once.")
        ]
        return _page(seat, form=form), UNPROCESSABLE
    refused = _invite_all(seat, good, form.role.data)
    sent = len(good) - len(refused)
    if sent:
        notify(ngettext("%(num)d invitation was sent.", "%(num)d invitations were sent.", sent))
    for text in refused:
        notify(text, "attention")
    return redirect(url_for("irooms.members", slug=seat.room.public_id))


def _invite_all(seat: Seat, addresses: list[str], role: str) -> list[str]:
    refused = []
    for address in addresses:
        try:
            entering.invite(seat, address, role)
        except Refused as error:
            refused.append(f"{address}: {error}")
    return refused


@bp.post("/<slug>/invitations/<invitation_id>/revocation")
@access(approved, found=managed_invitation)
def revocation(found: tuple[Seat, RoomInvitation]) -> Answer:
    """Take an invitation back."""
    seat, invitation = found
    try:
        entering.revoke(seat, invitation)
        notify(_("The invitation was taken back; its link is dead."))
    except Refused as error:
        notify(str(error), "attention")
    return redirect(url_for("irooms.members", slug=seat.room.public_id))


@bp.post("/<slug>/requests/<request_id>/decision")
@access(approved, found=managed_request)
def decision(found: tuple[Seat, RoomRequest]) -> Answer:
    """Let somebody in, or decline with a reason."""
    seat, row = found
    form = DecisionForm()
    if not form.validate() or form.decision.data not in {"approve", "decline"}:
        return _page(seat, decision_form=form, decided=row.public_id), UNPROCESSABLE
    try:
        entering.decide(seat, row, approve=form.decision.data == "approve", answer=form.answer.data or "")
    except Refused as error:
        form.answer.errors = [str(error)]
        return _page(seat, decision_form=form, decided=row.public_id), UNPROCESSABLE
    notify(_("Decided. The person gets a mail."))
    return redirect(url_for("irooms.members", slug=seat.room.public_id))


@bp.get("/invitations/<token>")
@access(approved, found=invited)
def invitation(found: tuple[RoomInvitation, Room] | None) -> str:
    """What one is invited to."""
    row, room = found or (None, None)
    token = (request.view_args or {}).get("token") or request.path.rsplit("/", 1)[-1]
    return render_template("irooms/invitation.html", invitation=row, room=room, token=token)


@bp.post("/invitations/<token>/acceptance")
@access(approved, found=invited)
def invitation_acceptance(found: tuple[RoomInvitation, Room] | None) -> Answer:
    """Come in."""
    if found is None:
        return render_template("irooms/invitation.html", invitation=None, room=None), 410
    try:
        room = entering.accept(current_actor(), found[0])
    except Refused as error:
        notify(str(error), "attention")
        return redirect(url_for("irooms.index"))
    return redirect(url_for("irooms.room", slug=room.public_id))


@bp.get("/<slug>/members/<member_id>")
@access(approved, found=of_room)
def member(found: tuple[Seat, RoomMembership]) -> str:
    """One member, as others in the room see them."""
    return _member_page(*found)


@bp.post("/<slug>/members/<member_id>")
@access(approved, found=managed_member)
def member_change(found: tuple[Seat, RoomMembership]) -> Answer:
    """Change a member's role and end."""
    seat, row = found
    form = MemberForm()
    if not form.validate():
        return _member_page(seat, row, form=form), UNPROCESSABLE
    zone = ZoneInfo(seat.actor.zone)
    ends_at = datetime.combine(form.ends_on.data, _LAST_MOMENT, zone) if form.ends_on.data else None
    try:
        membership.change_member(seat, row, role=form.role.data, ends_at=ends_at)
    except Refused as error:
        form.ends_on.errors = [str(error)]
        return _member_page(seat, row, form=form), UNPROCESSABLE
    notify(_("Saved"))
    return _to_member(seat, row)


@bp.post("/<slug>/members/<member_id>/renewal")
@access(approved, found=managed_member)
def renewal(found: tuple[Seat, RoomMembership]) -> Answer:
    """Give a member the room's usual time again."""
    seat, row = found
    try:
        membership.renew(seat, row)
        notify(_("The membership was renewed."))
    except Refused as error:
        notify(str(error), "attention")
    return _to_member(seat, row)


@bp.post("/<slug>/members/<member_id>/removal")
@access(approved, found=managed_member)
def removal(found: tuple[Seat, RoomMembership]) -> Answer:
    """Remove a member."""
    seat, row = found
    try:
        membership.remove(seat, row)
        notify(_("The member was removed."))
    except Refused as error:
        notify(str(error), "attention")
        return _to_member(seat, row)
    return redirect(url_for("irooms.members", slug=seat.room.public_id))


@bp.post("/<slug>/members/<member_id>/reveal")
@access(approved, found=managed_member)
def reveal(found: tuple[Seat, RoomMembership]) -> Answer:
    """Show the name behind a face, once, for a reason."""
    seat, row = found
    form = ReasonForm()
    if not form.validate():
        return _member_page(seat, row, reveal_form=form), UNPROCESSABLE
    try:
        person = oversight.reveal(seat, row, form.reason.data or "")
    except Refused as error:
        form.reason.errors = [str(error)]
        return _member_page(seat, row, reveal_form=form), UNPROCESSABLE
    return _member_page(seat, row, revealed=person)


@bp.post("/<slug>/covers")
@access(approved, seat=loaders.written)
def covers(seat: Seat) -> Answer:
    """Say which questions one answers."""
    form = CoversForm()
    assert seat.member is not None
    if not seat.answers:
        raise loaders.nothing(seat)
    if not form.validate():
        return _member_page(seat, seat.member, covers_form=form), UNPROCESSABLE
    seat.member.covers = seat.member.covers | {
        "topics": form.topics.data or [],
        "languages": form.languages.data or [],
    }
    notify(_("Saved"))
    return _to_member(seat, seat.member)


def _to_member(seat: Seat, row: RoomMembership) -> BaseResponse:
    return redirect(url_for("irooms.member", slug=seat.room.public_id, member_id=row.public_id))


def _page(
    seat: Seat, form: InviteForm | None = None, decision_form: DecisionForm | None = None, decided: str = ""
) -> str:
    typed = request.args.get("page", "0")
    page = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
    found = queries.members(seat.room, offset=page * queries.MEMBERS_PAGE, limit=queries.MEMBERS_PAGE)
    total = queries.member_count(seat.room)
    manages = seat.manages
    return render_template(
        "irooms/members.html",
        seat=seat,
        members=found,
        total=total,
        sheet=_sheet(seat, page, len(found), total),
        asking=queries.waiting_requests(seat.room) if manages else [],
        invitations=queries.open_invitations(seat.room) if manages else [],
        form=(form or InviteForm(formdata=None)) if manages else None,
        decision_form=decision_form,
        decided=decided,
        legal_systems=LEGAL_SYSTEMS,
    )


def _sheet(seat: Seat, page: int, count: int, total: int) -> Sheet | None:
    """Return where a page of members (from 0) stands among them; None where all are on it."""
    if count == total:
        return None
    before, address = (
        page * queries.MEMBERS_PAGE,
        partial(url_for, "irooms.members", slug=seat.room.public_id),
    )
    return Sheet(
        before + 1 if count else 0,
        before + count if count else 0,
        total,
        address(page=page - 1) if page else None,
        address(page=page + 1) if before + count < total else None,
    )


def _member_page(
    seat: Seat,
    row: RoomMembership,
    *,
    form: MemberForm | None = None,
    reveal_form: ReasonForm | None = None,
    covers_form: CoversForm | None = None,
    revealed: User | None = None,
) -> str:
    changes = may_change(seat, row)
    if changes and form is None:
        form = MemberForm(formdata=None)
        form.role.data, form.ends_on.data = row.role, row.ends_at.date() if row.ends_at else None
    reveals = seat.manages and seat.room.identity != IdentityMode.NAME and revealed is None
    own = seat.member is not None and row.id == seat.member.id and seat.answers
    if own and covers_form is None:
        covers_form = CoversForm(formdata=None)
        covers_form.topics.data = row.covers.get("topics", [])
        covers_form.languages.data = row.covers.get("languages", [])
    answers = row.role in {"expert", "manager"}
    topics = [str(TOPICS[one]) for one in row.covers.get("topics", []) if one in TOPICS] if answers else []
    return render_template(
        "irooms/member.html",
        seat=seat,
        member=row,
        face=faces(seat.room, [row.id])[row.id],
        form=form if changes else None,
        reveal_form=(reveal_form or ReasonForm(formdata=None)) if reveals else None,
        covers_form=covers_form if own else None,
        topics=", ".join(topics),
        revealed=revealed,
        legal_systems=LEGAL_SYSTEMS,
    )
