"""THE table event -> listeners: read it to know what follows what, in this order, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.certificates import listeners as certificates
from app.certificates.events import CertificateIssued, CertificateRevoked
from app.core import events
from app.core.events import Event, Listener

LISTENERS: Mapping[type[Event], Sequence[Listener]] = {
    CertificateIssued: [certificates.tell_holder_of_issue],
    CertificateRevoked: [certificates.tell_holder_of_revocation],
}


def init_app() -> None:
    """Install the table."""
    events.listen(LISTENERS)
