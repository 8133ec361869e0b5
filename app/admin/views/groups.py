"""Groups: made, renamed, filled, closed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import actions
from app.accounts import queries as accounts
from app.accounts.addresses import normalised
from app.accounts.models import Group, User
from app.admin import loaders
from app.admin.forms.groups import GroupForm, MemberForm
from app.admin.paging import SIZE, offset, page_number, sheet
from app.admin.queries import groups
from app.admin.rules import GROUPS
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.ui import notify

bp = Blueprint("groups", __name__, url_prefix="/admin/groups", template_folder="../templates")
Answer = str | BaseResponse | tuple[str, int]
CONFLICT = 409


@bp.get("")
@access(GROUPS)
def overview() -> Answer:
    """Every group."""
    return _overview(GroupForm(formdata=None))


@bp.post("")
@access(GROUPS)
@idempotent
def create() -> Answer:
    """Make a group."""
    form = GroupForm()
    if not form.validate():
        return _overview(form), UNPROCESSABLE
    group = actions.create_group(current_actor(), form.name.data or "", form.description.data or "")
    notify(_("The group is made. Add people to it by their addresses."))
    return redirect(_address(group))


@bp.get("/<group_id>")
@access(GROUPS, group=loaders.group)
def show(group: Group) -> Answer:
    """One group and who is in it."""
    return _page(group)


@bp.post("/<group_id>")
@access(GROUPS, group=loaders.group)
def rename(group: Group) -> Answer:
    """Change its name and what it is for."""
    form = GroupForm()
    if not form.validate():
        return _page(group, rename=form), UNPROCESSABLE
    try:
        actions.rename_group(current_actor(), group, form.name.data or "", form.description.data or "")
    except actions.Refused as refused:
        return _refused(group, refused)
    notify(_("The group is saved."))
    return redirect(_address(group))


@bp.post("/<group_id>/end")
@access(GROUPS, group=loaders.group)
def close(group: Group) -> Answer:
    """Close it: every membership ends."""
    try:
        actions.close_group(current_actor(), group)
    except actions.Refused as refused:
        return _refused(group, refused)
    notify(_("The group is closed."))
    return redirect(_address(group))


@bp.post("/<group_id>/members")
@access(GROUPS, group=loaders.group)
@idempotent
def add(group: Group) -> Answer:
    """Add an approved person by address."""
    form = MemberForm()
    if not form.validate():
        return _page(group, member=form), UNPROCESSABLE
    person = accounts.by_email(normalised(form.email.data or ""))
    if person is None or not person.is_approved:
        form.refuse(_("No approved person has this address."))
        return _page(group, member=form), UNPROCESSABLE
    try:
        added = actions.add_to_group(current_actor(), group, person)
    except actions.Refused as refused:
        form.refuse(str(refused))
        return _page(group, member=form), UNPROCESSABLE
    words = _("%(name)s is in the group now.") if added else _("%(name)s was in the group already.")
    notify(words % {"name": person.name})
    return redirect(_address(group))


@bp.post("/<group_id>/members/<person_id>/end")
@access(GROUPS, group=loaders.group, person=loaders.person)
def remove(group: Group, person: User) -> Answer:
    """End a membership."""
    if actions.remove_from_group(current_actor(), group, person):
        notify(_("%(name)s is not in the group any more.", name=person.name))
    return redirect(_address(group))


def _address(group: Group) -> str:
    return url_for("groups.show", group_id=group.public_id)


def _overview(form: GroupForm) -> str:
    page = page_number()
    rows, total = groups.groups(offset=offset(page), limit=SIZE)
    return render_template(
        "admin/groups/overview.html", rows=rows, form=form, sheet=sheet(page, len(rows), total)
    )


def _page(group: Group, *, rename: GroupForm | None = None, member: MemberForm | None = None) -> str:
    page = page_number()
    rows, total = groups.members(group.id, offset=offset(page), limit=SIZE)
    return render_template(
        "admin/groups/group.html",
        group=group,
        rows=rows,
        sheet=sheet(page, len(rows), total),
        rename_form=rename or GroupForm(formdata=None, obj=group),
        member_form=member or MemberForm(formdata=None),
    )


def _refused(group: Group, refused: actions.Refused) -> Answer:
    notify(str(refused), "danger")
    return _page(group), CONFLICT
