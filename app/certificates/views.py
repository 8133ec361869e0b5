"""Pages about certificates: the public check, the holder's list and file, revocation."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.certificates import actions, loaders, queries, signing
from app.certificates.forms import CheckForm, RevokeForm
from app.certificates.models import Certificate
from app.certificates.pdf import certificate_pdf
from app.certificates.policy import may_download, may_revoke
from app.core.access import access, anyone, current_actor, has, public, signed_in
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.ids import canonical_code
from app.core.limits import by_address, limiter
from app.core.permissions import Permission
from app.core.ui import notify

bp = Blueprint("certificates", __name__, template_folder="templates")
CHECKS = "60 per hour; 20 per minute"


@bp.get("/certificates")
@access(signed_in)
def mine() -> str:
    """The holder's certificates."""
    return render_template(
        "certificates/mine.html", certificates=queries.of_person(current_actor().user_id or 0)
    )


@bp.get("/verify")
@public
def ask() -> str | BaseResponse:
    """The form that takes a code; it works with an address of its own too, so that a printed link is enough."""
    typed = request.args.get("code", "").strip()
    if typed:
        return redirect(url_for("certificates.verify", code=canonical_code(typed) or "0"))
    return render_template("certificates/ask.html", form=CheckForm())


@bp.post("/verify")
@public
@limiter.limit(CHECKS, key_func=by_address)
def send_code() -> BaseResponse | tuple[str, int]:
    """Take a typed code to its answer."""
    form = CheckForm()
    code = canonical_code(form.code.data or "")
    if form.validate() and not code:
        form.code.errors = [_("A code has letters and digits, such as 7K3M-Q0ZX-9F2A-B8TC.")]
    if form.errors or not code:
        return render_template("certificates/ask.html", form=form), UNPROCESSABLE
    return redirect(url_for("certificates.verify", code=code))


@bp.get("/verify/<code>", endpoint="verify")
@bp.get("/certificates/<code>", endpoint="show")
@access(anyone, certificate=loaders.checked)
@limiter.limit(CHECKS, key_func=by_address)
def verify(certificate: Certificate | None) -> str | tuple[str, int]:
    """Say whether a certificate is genuine; never more than the certificate itself shows."""
    if certificate is None:
        return render_template("certificates/unknown.html", form=CheckForm(formdata=None)), 404
    actor = current_actor()
    return render_template(
        "certificates/verify.html",
        certificate=certificate,
        says=certificate.statement,
        genuine=signing.genuine(certificate.statement, certificate.signature),
        downloadable=may_download(actor, certificate),
        revocable=may_revoke(actor),
        form=RevokeForm(formdata=None) if may_revoke(actor) else None,
    )


@bp.get("/certificates/<code>/pdf")
@access(signed_in, certificate=loaders.downloadable)
def download(certificate: Certificate) -> Response:
    """The certificate as PDF, with its signed statement attached."""
    response = Response(certificate_pdf(certificate), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="certificate-{certificate.code}.pdf"'
    return response


@bp.get("/certificates/key")
@public
def key() -> str:
    """The public key, and how to check a certificate without us."""
    pem = signing.public_pem()
    return render_template(
        "certificates/key.html", pem=pem, key_id=signing.key_id(signing.read_public(pem.encode()))
    )


@bp.get("/certificates/key.pem")
@public
def key_file() -> Response:
    """The public key as a file."""
    return Response(signing.public_pem(), content_type="application/x-pem-file")


@bp.post("/certificates/<code>/revocation")
@access(has(Permission.CERTIFICATES_REVOKE), certificate=loaders.revocable)
@idempotent
def revoke(certificate: Certificate) -> BaseResponse | tuple[str, int]:
    """Revoke with a reason."""
    form = RevokeForm()
    if not form.validate_on_submit():
        page = render_template(
            "certificates/verify.html",
            certificate=certificate,
            says=certificate.statement,
            genuine=signing.genuine(certificate.statement, certificate.signature),
            downloadable=True,
            revocable=True,
            form=form,
        )
        return page, UNPROCESSABLE
    if actions.revoke(current_actor(), certificate, form.reason.data or ""):
        notify(_("The certificate is revoked; its holder has been told."))
    else:
        notify(_("The certificate was revoked already."), "waiting")
    return redirect(url_for("certificates.show", code=certificate.code))


@bp.post("/certificates/<code>/reissue")
@access(has(Permission.CERTIFICATES_REVOKE), certificate=loaders.revocable)
@idempotent
def reissue(certificate: Certificate) -> BaseResponse:
    """Make it anew with the holder's present name."""
    try:
        actions.reissue(current_actor(), certificate)
        notify(_("The certificate was made anew with the holder's present name. Code and date stay."))
    except ValueError:
        notify(
            _("A certificate that is revoked, or whose holder has no account any more, is not made anew."),
            "attention",
        )
    return redirect(url_for("certificates.show", code=certificate.code))
