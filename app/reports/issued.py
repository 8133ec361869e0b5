"""The report of certificates: which were issued, to whom, for what, and whether they hold. Same rows, other columns."""

from __future__ import annotations

from sqlalchemy import case

from app.core.texts import lazy_gettext as _l
from app.records.models import Participation
from app.reports.columns import BY_KEY, ISSUED, Column, Kind

NAME = "certificates"
SORT = "-completed"
REVOKED = case((Participation.certificate_status == "revoked", Participation.certificate_at))

COLUMNS: tuple[Column, ...] = (
    Column("code", _l("Certificate"), Kind.CERTIFICATE, Participation.certificate_code),
    Column("holder", _l("Holder"), Kind.NAME, BY_KEY["person"].value),
    Column("course", _l("Course"), Kind.COURSE, BY_KEY["course"].value),
    Column("issued", _l("Issued"), Kind.INSTANT, ISSUED),
    Column("status", _l("Certificate status"), Kind.CERTIFICATE_STATUS, Participation.certificate_status),
    Column("revoked", _l("Revoked"), Kind.INSTANT, REVOKED),
)
