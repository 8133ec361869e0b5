"""People who may be one: compared, merged, kept apart, separated again; the account that is left over closed."""

from __future__ import annotations

from typing import TypeAlias
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts import actions as accounts
from app.accounts import queries as people
from app.accounts.addresses import normalised
from app.accounts.countries import COUNTRIES
from app.accounts.models import Standing, User
from app.accounts.vocabulary import PROFESSIONS, STANDINGS
from app.admin.paging import SIZE, offset, page_number, sheet
from app.admin.register import loaders
from app.admin.register.forms import ApartForm, MergeForm, PairForm, ReasonForm
from app.admin.register.queries import duplicates as queries
from app.admin.register.views.blueprint import Answer, bp
from app.admin.rules import REGISTER, VET
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE, choices
from app.core.i18n import country_name, page_language
from app.core.idempotency import idempotent
from app.core.ui import notify
from app.records import actions
from app.records.models import LearnerMerge

Learners: TypeAlias = tuple[UUID, UUID]
CONFLICT = 409


@bp.get("/duplicates")
@access(REGISTER)
def duplicates() -> Answer:
    """Pairs of people who look alike."""
    page, country = page_number(), request.args.get("country", "")
    country = country if country in COUNTRIES else ""
    form = PairForm(request.args, meta={"csrf": False}) if _asks_for_a_pair() else PairForm(formdata=None)
    if _asks_for_a_pair() and form.validate():
        found = _pair_of(form)
        if found is not None:
            return redirect(url_for("register.compare", one=found[0], other=found[1]))
    rows, total = queries.pairs(country, offset=offset(page), limit=SIZE)
    language = page_language()
    text = render_template(
        "admin/register/duplicates.html",
        rows=rows,
        sheet=sheet(page, len(rows), total),
        country_chosen=country,
        countries=sorted(
            ((code, country_name(code, language)) for code in COUNTRIES), key=lambda one: one[1]
        ),
        form=form,
        professions=PROFESSIONS,
        standings=STANDINGS,
    )
    return (text, UNPROCESSABLE) if form.errors else text


def _asks_for_a_pair() -> bool:
    return "one" in request.args or "other" in request.args


def _pair_of(form: PairForm) -> Learners | None:
    """The learners of two addresses; what is wrong is said at the fields."""
    found: list[User] = []
    for field in (form.one, form.other):
        person = people.by_email(normalised(field.data or ""))
        if person is None or person.standing not in {Standing.APPROVED, Standing.SUSPENDED, Standing.CLOSED}:
            field.errors = [_("No account has this address.")]
        else:
            found.append(person)
    if len(found) != 2:
        return None
    one, other = (actions.learner_of(person.id) for person in found)
    if queries.root_of(one) == queries.root_of(other):
        form.other.errors = [_("These are one person already.")]
        return None
    return one, other


@bp.get("/duplicates/<one>/<other>")
@access(REGISTER, learners=loaders.pair)
def compare(learners: Learners) -> Answer:
    """Two people side by side, and what a merge would change."""
    return _compare_page(learners)


@bp.post("/duplicates/<one>/<other>")
@access(REGISTER, learners=loaders.pair)
@idempotent
def merge(learners: Learners) -> Answer:
    """State that two learners are one person."""
    form = MergeForm()
    _offer(form, learners)
    if not form.validate():
        return _compare_page(learners, form), UNPROCESSABLE
    one, other = learners
    into, merged = (one, other) if form.into.data == str(one) else (other, one)
    try:
        actions.merge(current_actor(), merged, into, form.reason.data or "")
    except ValueError:
        notify(_("This changed meanwhile. Compare them again."), "danger")
        return _compare_page(learners, form), CONFLICT
    notify(_("They are one person now. Nothing was lost or doubled."))
    return redirect(url_for("register.merged", learner_id=merged))


@bp.post("/duplicates/<one>/<other>/apart")
@access(REGISTER, learners=loaders.pair)
def keep_apart(learners: Learners) -> Answer:
    """State that two people who look alike are two."""
    form = ApartForm()
    if not form.validate():
        return _compare_page(learners, apart=form), UNPROCESSABLE
    actions.keep_apart(current_actor(), *learners, form.apart_reason.data or "")
    notify(_("They are two people, and are not offered again."))
    return redirect(url_for("register.duplicates"))


@bp.get("/merges")
@access(REGISTER)
def merges() -> Answer:
    """Everybody who was merged."""
    page = page_number()
    rows, total = queries.merges(offset=offset(page), limit=SIZE)
    return render_template("admin/register/merges.html", rows=rows, sheet=sheet(page, len(rows), total))


@bp.get("/merges/<learner_id>")
@access(REGISTER, found=loaders.merge)
def merged(found: LearnerMerge) -> Answer:
    """One merge: who, why, and what can still be done."""
    return _merge_page(found)


@bp.post("/merges/<learner_id>/end")
@access(REGISTER, found=loaders.merge)
def separate(found: LearnerMerge) -> Answer:
    """Undo a merge: both count for themselves again."""
    form = ReasonForm()
    if not form.validate():
        return _merge_page(found, form), UNPROCESSABLE
    try:
        actions.separate(current_actor(), found.merged_key, form.reason.data or "")
    except LookupError:
        notify(_("They were separated already."), "danger")
        return _merge_page(found), CONFLICT
    notify(_("They are two people again, each with their own record."))
    return redirect(url_for("register.merged", learner_id=found.merged_key))


@bp.post("/merges/<learner_id>/closing")
@access(VET, found=loaders.merge)
def close_account(found: LearnerMerge) -> Answer:
    """Close the account that is left over."""
    account = queries.with_sides([found])[0].merged.account
    if found.undone_at is not None or account is None:
        notify(_("There is no account to close."), "danger")
        return _merge_page(found), CONFLICT
    try:
        accounts.close_second_account(current_actor(), account)
    except accounts.Refused as refused:
        notify(str(refused), "danger")
        return _merge_page(found), CONFLICT
    notify(_("The account is closed. Its holder is told by mail."))
    return redirect(url_for("register.merged", learner_id=found.merged_key))


def _offer(form: MergeForm, learners: Learners) -> queries.Comparison:
    """Let one of the two be chosen, the one with an open account first."""
    found = queries.compared(*learners)
    both = sorted(
        (found.one, found.other),
        key=lambda side: (side.account is None or not side.account.is_approved, -side.participations),
    )
    form.into.default = str(both[0].key)
    form.into.choices = choices(
        (str(side.key), queries.called(side) or _("Somebody without a name")) for side in both
    )
    return found


def _compare_page(learners: Learners, form: MergeForm | None = None, apart: ApartForm | None = None) -> str:
    shown = form or MergeForm(formdata=None)
    found = _offer(shown, learners)
    if form is None:
        shown.into.data = shown.into.default
    return render_template(
        "admin/register/compare.html",
        found=found,
        form=shown,
        apart=apart or ApartForm(formdata=None),
        professions=PROFESSIONS,
        standings=STANDINGS,
    )


def _merge_page(found: LearnerMerge, form: ReasonForm | None = None) -> str:
    return render_template(
        "admin/register/merge.html",
        row=queries.with_sides([found])[0],
        form=form or ReasonForm(formdata=None),
        standings=STANDINGS,
    )
