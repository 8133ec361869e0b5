"""The form that orders a file of a report."""

from __future__ import annotations

from wtforms import BooleanField, RadioField

from app.core.forms import Form, choices
from app.core.texts import lazy_gettext as _l
from app.reports.exports.words import FORMS
from app.reports.models import Form as FileForm


class FileOrder(Form):
    """Which form, and whether columns that tell who are left out."""

    form = RadioField(
        _l("Format"),
        choices=choices((form.value, words) for form, words in FORMS.items()),
        default=FileForm.XLSX.value,
    )
    anonymised = BooleanField(
        _l("Leave out who it was"),
        description=_l("No names, addresses, institutions or certificate codes; days instead of instants."),
    )
