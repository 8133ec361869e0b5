"""Who is told what about the register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts.models import User
from app.core.i18n import format_number
from app.core.mail import Message, render_mail
from app.core.settings import settings
from app.records.indicators import INDICATORS


class Differing(Protocol):
    """A figure that came out differently by another way."""

    @property
    def figure(self) -> str: ...
    @property
    def computed(self) -> float: ...
    @property
    def recomputed(self) -> float: ...


def figures_differ(person: User, found: Sequence[Differing]) -> Message:
    """Tell an administrator which headline figures differ."""
    with force_locale(person.language):
        subject = _("Figures differ: the nightly check counted otherwise")
        lines = [
            _(
                "%(figure)s: %(computed)s on the pages, %(recomputed)s from the facts",
                figure=INDICATORS[one.figure].name,
                computed=format_number(one.computed),
                recomputed=format_number(one.recomputed),
            )
            for one in found
        ]
    return render_mail(
        "records/mail/figures_differ",
        to=person.email,
        language=person.language,
        subject=subject,
        person=person,
        lines=lines,
        url=f"{settings().public_url}/admin/system",
    )
