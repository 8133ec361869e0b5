"""Country sets: looked at, made, given a new version, retired. No version is ever changed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.admin import loaders
from app.admin.forms.country_sets import CountrySetForm, prefilled
from app.admin.queries.country_sets import Shown, enumerated, every_set, names_of
from app.admin.rules import COUNTRY_SETS
from app.core import clock
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.records.groupings import REPORT_REGIONS, actions, country_set
from app.records.groupings.models import FreeSet

bp = Blueprint("country_sets", __name__, url_prefix="/admin/country-sets", template_folder="../templates")
Answer = str | BaseResponse | tuple[str, int]
CONFLICT = 409


@bp.get("")
@access(COUNTRY_SETS)
def overview() -> Answer:
    """Every set, built-in and made by staff."""
    return render_template("admin/country_sets/overview.html", sets=every_set())


@bp.get("/new")
@access(COUNTRY_SETS)
def new() -> Answer:
    """The form for a set."""
    return _form(CountrySetForm(formdata=None, valid_from=clock.now().date()))


@bp.post("/new")
@access(COUNTRY_SETS)
@idempotent
def create() -> Answer:
    """Make a set with its first version."""
    form = CountrySetForm()
    if not form.validate():
        return _form(form), UNPROCESSABLE
    made = actions.make_set(current_actor(), form.draft())
    notify(_("The country set is made. Reports and statistics offer it now."))
    return redirect(_address(made))


@bp.get("/<set_name>")
@access(COUNTRY_SETS, shown=loaders.country_set)
def show(shown: Shown) -> Answer:
    """One set: who is in it today, and how that came."""
    return _page(shown)


@bp.get("/<set_name>/versions/new")
@access(COUNTRY_SETS, free_set=loaders.free_country_set, shown=loaders.country_set)
def new_version(free_set: FreeSet, shown: Shown) -> Answer:
    """The form for the next version, filled as the latest."""
    assert shown.free is not None
    latest = shown.free.latest
    return _form(prefilled(latest, dict(latest.names), clock.now().date()), shown)


@bp.post("/<set_name>/versions/new")
@access(COUNTRY_SETS, free_set=loaders.free_country_set, shown=loaders.country_set)
@idempotent
def add_version(free_set: FreeSet, shown: Shown) -> Answer:
    """Write the next version."""
    form = CountrySetForm()
    if not form.validate():
        return _form(form, shown), UNPROCESSABLE
    try:
        number = actions.add_version(current_actor(), free_set, form.draft())
    except Refused as refused:
        notify(str(refused), "danger")
        return _form(form, shown), CONFLICT
    notify(_("Version %(number)s is written. The versions before it stay as they are.", number=number))
    return redirect(_address(free_set))


@bp.post("/<set_name>/end")
@access(COUNTRY_SETS, free_set=loaders.free_country_set, shown=loaders.country_set)
def retire(free_set: FreeSet, shown: Shown) -> Answer:
    """Offer it no longer."""
    try:
        actions.retire_set(current_actor(), free_set)
    except Refused as refused:
        notify(str(refused), "danger")
        return _page(shown), CONFLICT
    notify(_("The country set is retired. Reports that used it keep their versions."))
    return redirect(_address(free_set))


def _address(free_set: FreeSet) -> str:
    return url_for("country_sets.show", set_name=free_set.public_id)


def _page(shown: Shown) -> str:
    return render_template(
        "admin/country_sets/set.html", shown=shown, names_of=names_of, enumerated=enumerated
    )


def _form(form: CountrySetForm, shown: Shown | None = None) -> str:
    """The form, its countries sorted into the regions of the reports."""
    regions = country_set(REPORT_REGIONS)
    assert regions is not None
    options = {option.data: option for option in form.members}
    blocks = [
        (group.title, [option for code, option in options.items() if code in group.members])
        for group in regions.groups.values()
    ]
    return render_template("admin/country_sets/form.html", form=form, shown=shown, blocks=blocks)
