"""Who may do what with a certificate."""

from __future__ import annotations

from app.certificates.models import Certificate
from app.core.access import Actor
from app.core.permissions import Permission


def may_download(actor: Actor, certificate: Certificate) -> bool:
    """Its holder, and those who may revoke it."""
    return actor.signed_in and (
        certificate.user_id == actor.user_id or actor.may(Permission.CERTIFICATES_REVOKE)
    )


def may_revoke(actor: Actor) -> bool:
    """Those who hold the permission everywhere."""
    return actor.approved and actor.may(Permission.CERTIFICATES_REVOKE)
