"""The register of certificates: which were issued, to whom, for what, and whether they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, case, func

from app.core.texts import lazy_gettext as _l
from app.records.models import Participation
from app.reports.activities import TAKEN
from app.reports.columns import Column, Kind
from app.reports.completions import (
    ACTIVITY,
    COMPLETED,
    COUNTRY,
    COUNTRY_NOW,
    INSTITUTION,
    LANGUAGE,
    NAME,
    PERSON,
    PROFESSION,
)
from app.reports.frame import Asked
from app.reports.grouping import DIMENSIONS, PEOPLE, Measure
from app.reports.participations import ParticipationReport
from app.reports.words import certificate_statuses

_REVOKED_AT = case((Participation.certificate_status == "revoked", Participation.certificate_at))
_ISSUED = Measure(
    "rows",
    _l("Certificates"),
    _l("Issued certificates, those that were revoked since included. One issued anew is the same one."),
    "participations",
    lambda base: func.count(),
)
_VALID = Measure(
    "valid",
    _l("Valid"),
    _l("Certificates that have not been revoked."),
    "participations",
    lambda base: func.count().filter(base.c.certificate_status == "valid"),
)
_REVOKED = Measure(
    "revoked",
    _l("Revoked"),
    _l("Certificates that do not hold any more."),
    "participations",
    lambda base: func.count().filter(base.c.certificate_status == "revoked"),
)


class Certificates(ParticipationReport):
    """Every certificate, by the day of its first issue."""

    name = "certificates"
    title = _l("Certificate register")
    sentence = _l("Every certificate that was issued, to whom, for what, and whether it holds.")
    filters = (
        *("activity", "status", "country", "profession", "region", "institution", "kind", "channel", "topic"),
        *("gender", "language", "partner", "project", "donor", "tag"),
    )
    periods = (("issued", _l("Issue")), ("completed", _l("Completion")))
    statuses = ("valid", "revoked")
    dimensions = {
        name: one for name, one in DIMENSIONS.items() if name not in {"status", "certificate_status"}
    } | {"certificate_status": replace(DIMENSIONS["certificate_status"], filter="status")}
    default_sort = "-issued"
    kinds = TAKEN
    all_columns = (
        Column("code", _l("Certificate"), Kind.CERTIFICATE, Participation.certificate_code, personal=True),
        Column("holder", _l("Holder"), Kind.NAME, NAME, PERSON.order, of_account=True, personal=True),
        ACTIVITY,
        COUNTRY,
        COUNTRY_NOW,
        PROFESSION,
        INSTITUTION,
        COMPLETED,
        Column("issued", _l("Issued"), Kind.INSTANT, Participation.certificate_issued_at),
        Column("status", _l("Certificate status"), Kind.CERTIFICATE_STATUS, Participation.certificate_status),
        Column("revoked", _l("Revoked"), Kind.INSTANT, _REVOKED_AT),
        LANGUAGE,
    )
    counted = (_ISSUED, PEOPLE, _VALID, _REVOKED)
    measures = (PEOPLE, _ISSUED, _VALID, _REVOKED)

    def status_words(self) -> Mapping[str, str]:
        """Whether it holds."""
        return {value: text for value, text in certificate_statuses().items() if value}

    def conditions(self, asked: Asked) -> list[ColumnElement[bool]]:
        """Participations with a certificate."""
        return [*super().conditions(asked), Participation.certificate_code.is_not(None)]

    def has_status(self, asked: Asked) -> ColumnElement[bool]:
        """Whether it holds."""
        return Participation.certificate_status == asked.filters.status
