"""People: searched, shown; their roles, sign-ins and standing changed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import actions
from app.accounts import queries as accounts
from app.accounts.countries import COUNTRIES
from app.accounts.models import Role, RoleGrant, User, WebSession
from app.accounts.vocabulary import ROLES, STANDINGS
from app.admin import loaders
from app.admin.forms.roles import GrantForm
from app.admin.forms.vetting import SuspensionForm
from app.admin.paging import SIZE, offset, page_number, sheet
from app.admin.queries import people, vetting
from app.admin.queries.names import names
from app.admin.rules import END_SESSIONS, GRANT, READ_PEOPLE, VET
from app.admin.words import WORDS, languages_of
from app.audit import queries as audit
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE, one_line
from app.core.i18n import country_name, page_language
from app.core.idempotency import idempotent
from app.core.permissions import Permission
from app.core.ui import notify

bp = Blueprint("people", __name__, url_prefix="/admin/people", template_folder="../templates")
Answer = str | BaseResponse | tuple[str, int]
CONFLICT = 409
_LATEST_ENTRIES = 25


@bp.get("")
@access(READ_PEOPLE)
def search() -> Answer:
    """Everybody, or those who are searched for."""
    page, wanted = page_number(), _wanted()
    rows, roles, total = people.found(wanted, offset=offset(page), limit=SIZE)
    language = page_language()
    return render_template(
        "admin/people/search.html",
        rows=rows,
        roles=roles,
        wanted=wanted,
        sheet=sheet(page, len(rows), total),
        countries=sorted(
            ((code, country_name(code, language)) for code in COUNTRIES), key=lambda one: one[1]
        ),
        **WORDS,
    )


def _wanted() -> people.Wanted:
    """Read the filters; what is no country, standing or role finds everybody."""
    country, standing, role = (request.args.get(name, "") for name in ("country", "standing", "role"))
    return people.Wanted(
        words=(one_line(request.args.get("q", "")) or "")[:200],
        country=country if country in COUNTRIES else "",
        standing=standing if standing in STANDINGS else "",
        role=role if role in ROLES else "",
    )


@bp.get("/<person_id>")
@access(READ_PEOPLE, person=loaders.person)
def show(person: User) -> Answer:
    """One person: profile, standing, roles, sign-ins, vetting, audit."""
    return _page(person)


@bp.post("/<person_id>/grants")
@access(GRANT, person=loaders.person)
@idempotent
def grant(person: User) -> Answer:
    """Grant a role."""
    form = GrantForm(people.courses())
    if not form.validate():
        return _page(person, grant=form), UNPROCESSABLE
    actor = current_actor()
    starts_at, ends_at = form.period(actor.zone)
    try:
        actions.grant_role(
            actor, person, Role(form.role.data), form.scope.data, starts_at, ends_at, form.note.data or ""
        )
    except actions.Refused as refused:
        form.form_errors.append(str(refused))
        return _page(person, grant=form), UNPROCESSABLE
    notify(_("The role was granted."))
    return redirect(_address(person))


@bp.post("/<person_id>/grants/<grant_id>/end")
@access(GRANT, person=loaders.person, grant=loaders.grant)
def end_grant(person: User, grant: RoleGrant) -> Answer:
    """End a grant now."""
    return _do(person, lambda: actions.end_grant(current_actor(), grant), _("The role has ended."))


@bp.post("/<person_id>/sessions/<session_id>/end")
@access(END_SESSIONS, person=loaders.person, row=loaders.session_row)
def end_session(person: User, row: WebSession) -> Answer:
    """End one sign-in."""
    return _do(person, lambda: actions.end_session(current_actor(), row), _("The sign-in has ended."))


@bp.post("/<person_id>/sessions/end")
@access(END_SESSIONS, person=loaders.person)
def end_sessions(person: User) -> Answer:
    """End every sign-in of the person."""
    return _do(
        person, lambda: actions.end_all_sessions(current_actor(), person), _("Every sign-in has ended.")
    )


@bp.post("/<person_id>/suspension")
@access(VET, person=loaders.person)
@idempotent
def suspend(person: User) -> Answer:
    """Suspend the account with a reason."""
    form = SuspensionForm()
    if not form.validate():
        return _page(person, suspension=form), UNPROCESSABLE
    reason = form.suspension_reason.data or ""
    return _do(
        person, lambda: actions.suspend(current_actor(), person, reason), _("The account is suspended.")
    )


@bp.post("/<person_id>/suspension/end")
@access(VET, person=loaders.person)
def reinstate(person: User) -> Answer:
    """End the suspension."""
    return _do(
        person, lambda: actions.reinstate(current_actor(), person), _("The account can be used again.")
    )


def _do(person: User, act: Callable[[], object], done: str) -> Answer:
    """Do something to a person and go back to their page; a refusal is told there."""
    try:
        act()
    except actions.Refused as refused:
        notify(str(refused), "danger")
        return _page(person), CONFLICT
    notify(done)
    if current_actor().user_id == person.id and not person.active:
        return redirect(url_for("home.front"))
    return redirect(_address(person))


def _address(person: User) -> str:
    return url_for("people.show", person_id=person.public_id)


def _page(person: User, *, grant: GrantForm | None = None, suspension: SuspensionForm | None = None) -> str:
    actor = current_actor()
    entries = []
    if actor.may(Permission.AUDIT_READ):
        about = audit.Wanted(person_id=person.id, person_public_id=person.public_id)
        entries = list(audit.entries(about, before=None, count=_LATEST_ENTRIES))
    return render_template(
        "admin/people/person.html",
        person=person,
        working_languages=languages_of(person),
        grants=people.grants(person.id),
        sessions=accounts.sessions_of(person.id) if actor.may(Permission.SESSIONS_REVOKE) else [],
        history=vetting.history(person.id),
        entries=entries,
        people=names((one.actor_id for one in entries), (one.object_id for one in entries)),
        grant_form=grant
        or (GrantForm(people.courses(), formdata=None) if actor.may(Permission.ROLES_GRANT) else None),
        suspension_form=suspension or SuspensionForm(formdata=None),
        **WORDS,
    )
