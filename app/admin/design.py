"""The living page of the design system: every piece with its states, and the page layouts. Development only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from wtforms import (
    BooleanField,
    EmailField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.admin import design_charts
from app.core import clock
from app.core.access import public
from app.core.forms import Form, choices
from app.core.texts import lazy_gettext as _l
from app.core.ui import notify

bp = Blueprint("design", __name__, url_prefix="/dev/design", template_folder="templates")
SAMPLES = ("lesson", "course", "test", "certificate", "report", "queue", "mailbox", "front", "charts")
ROLES = {
    "page": ("paper", "surface", "sunk", "ink", "ink-soft", "hairline", "field-line"),
    "accent": ("accent", "accent-strong", "accent-wash"),
    "meaning": tuple(
        f"{kind}{shade}" for kind in ("done", "waiting", "attention", "danger") for shade in ("", "-wash")
    ),
}


class SampleForm(Form):
    """One field of each kind."""

    name = StringField(_l("Family name"), [DataRequired(_l("Enter your family name."))])
    email = EmailField(
        _l("E-mail address"), [DataRequired(_l("Enter an e-mail address, like name@ministry.example."))]
    )
    password = PasswordField(_l("Password"), [Optional()])
    country = SelectField(_l("Country"), choices=choices([("KE", "Kenya"), ("TN", "Tunisia")], first=""))
    system = RadioField(
        _l("Legal system"),
        [DataRequired(_l("Choose the legal system you work in."))],
        choices=choices([("common", _l("Common law")), ("civil", _l("Civil law")), ("mixed", _l("Mixed"))]),
    )
    languages = SelectMultipleField(
        _l("Working languages"),
        [Optional()],
        choices=choices([("ar", "العربية"), ("en", "English"), ("fr", "Français")]),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    about = TextAreaField(_l("What do you work on?"), [Optional()])
    agree = BooleanField(_l("Send me a mail when a new session opens"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a list, as the pager macro reads it."""

    first: int
    last: int
    total: int
    prev_url: str | None
    next_url: str | None


@bp.route("", methods=["GET", "POST"])
@public
def page() -> str:
    """Show every piece, or with ``?sample=NAME`` one page layout."""
    sample = request.args.get("sample", "")
    if sample and sample not in SAMPLES:
        raise NotFound
    form = SampleForm()
    if request.method == "POST" and form.validate():
        notify(_("The form was sent."))
    now = clock.now()
    return render_template(
        f"admin/design/{sample or 'page'}.html",
        form=form,
        samples=SAMPLES,
        roles=ROLES,
        now=now,
        deadline=now + timedelta(minutes=10, seconds=4),
        sheet=Sheet(26, 50, 204, "?page=1", "?page=3"),
        charts=design_charts.samples() if sample == "charts" else [],
    )
