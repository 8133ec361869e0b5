"""The certificate as PDF: words in its language, a QR to its public check, the signed statement attached.

The two attachments, ``statement.json`` (the exact bytes that were signed) and ``statement.sig`` (the raw Ed25519
signature), let anyone verify the certificate with the public key and a common tool, without this platform.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import segno
from babel.dates import format_date
from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.certificates import signing
from app.certificates.models import Certificate, is_for_attendance
from app.core.database import JSON
from app.core.i18n import direction
from app.core.pdf import compile_pdf, fonts_for

TEMPLATE = Path(__file__).with_name("certificate.typ")


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the PDF of a certificate; the same certificate gives the same bytes."""
    says = certificate.statement
    return compile_pdf(
        TEMPLATE.read_text("utf-8"),
        _words(says) | {"mark": "mark.svg"},
        {
            "mark.svg": (Path(current_app.root_path) / "static" / "mark.svg").read_bytes(),
            "qr.svg": _qr(says["check"]),
            "statement.json": signing.canonical(says),
            "statement.sig": certificate.signature,
        },
    )


def _words(says: JSON) -> dict[str, object]:
    language, attended = str(says["language"]), is_for_attendance(says)
    day = format_date(date.fromisoformat(says["completed_on"]), "long", locale=language)
    with force_locale(language):
        return {
            "language": language,
            "direction": direction(language),
            "fonts": fonts_for(language),
            "platform": _("Counter-Terrorism Learning Platform"),
            "heading": _("Certificate of attendance") if attended else _("Certificate of completion"),
            "given": _("This certifies that"),
            "name": says["name"],
            "completed": _("has attended the session") if attended else _("has completed the course"),
            "title": says["title"],
            "day": _("Held on %(day)s", day=day) if attended else _("Completed on %(day)s", day=day),
            "hours": _length(says["hours"], attended=attended) if says["hours"] else "",
            "check": _("Anyone can check this certificate here:"),
            "code_label": _("Code"),
            "code": says["code"],
            "address": says["check"],
            "signed": _(
                "The content is signed (Ed25519); statement and signature are attached to this file."
            ),
        }


def _length(hours: float, *, attended: bool) -> str:
    if attended:
        return str(ngettext("Length: %(num)s minute", "Length: %(num)s minutes", round(hours * 60)))
    return str(ngettext("Learning time: %(num)s hour", "Learning time: %(num)s hours", round(hours)))


def _qr(address: str) -> bytes:
    buffer = io.BytesIO()
    segno.make(address, error="m").save(buffer, kind="svg", scale=4, border=2, xmldecl=False)
    return buffer.getvalue()
