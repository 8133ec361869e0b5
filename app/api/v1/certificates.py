"""Is this certificate genuine? Anyone may ask, without a token."""

from __future__ import annotations

from datetime import date

from flask import Response, url_for

from app.api.v1 import faults
from app.api.v1.blueprint import bp
from app.api.v1.operations import operation
from app.api.v1.schemas import CertificateCheck, Query
from app.certificates import loaders, signing
from app.certificates.models import Certificate
from app.core.access import access, anyone
from app.core.limits import by_address, limiter

CHECKS = "60 per hour; 20 per minute"


@bp.get("/certificates/<code>")
@access(anyone, certificate=loaders.checked)
@limiter.limit(CHECKS, key_func=by_address)
@operation(
    "Whether a certificate is genuine and valid",
    query=Query,
    answer=CertificateCheck,
    description="Public. Tells no more than the certificate itself shows.",
    path={"code": "The code as it is printed; case and dashes do not matter."},
)
def certificate(query: Query, certificate: Certificate | None) -> CertificateCheck | Response:
    """What the certificate shows, and its standing. An unknown code is found out here, where tries are counted."""
    if certificate is None:
        return faults.not_found()
    says = certificate.statement
    return CertificateCheck(
        code=certificate.code,
        status="revoked" if certificate.revoked_at else "valid",
        genuine=signing.genuine(says, certificate.signature),
        name=says["name"],
        title=says["title"],
        kind=says["kind"],
        hours=says["hours"],
        language=says["language"],
        completed_on=date.fromisoformat(says["completed_on"]),
        issued_at=certificate.issued_at,
        reissued_at=certificate.reissued_at,
        revoked_at=certificate.revoked_at,
        edition=certificate.edition,
        issuer=says["issuer"],
        address=url_for("certificates.show", code=certificate.code, _external=True),
    )
