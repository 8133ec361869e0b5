"""Issue, re-issue and revoke. Two completions at once issue one certificate: the database sees to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import User
from app.audit import actions as audit
from app.certificates import signing
from app.certificates.events import CertificateIssued, CertificateRevoked
from app.certificates.models import Certificate
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.events import publish
from app.core.i18n import LANGUAGES, best_language
from app.core.ids import code as new_code
from app.core.settings import settings
from app.records import actions as records
from app.records.models import Activity, Verb

ISSUER = "Counter-Terrorism Learning Platform"
STATEMENT_VERSION = 1


def issue(user_id: int, activity_key: UUID, *, completed_at: datetime, language: str) -> Certificate:
    """Return the learner's certificate for the activity, issuing it when there is none.

    ``language`` is the edition's; the certificate speaks the nearest interface language.
    """
    learner = records.learner_of(user_id)
    person = db.session.get_one(User, user_id)
    activity = db.session.get_one(Activity, activity_key)
    statement = statement_of(new_code(), person.name, activity, completed_at, language)
    signature, key_id = signing.sign(statement)
    row = {
        "code": statement["code"],
        "learner_key": learner,
        "activity_key": activity_key,
        "user_id": user_id,
        "edition": 1,
        "statement": statement,
        "signature": signature,
        "key_id": key_id,
        "issued_at": completed_at,
        "revoked_reason": "",
    }
    inserted = db.session.execute(
        insert(Certificate)
        .values(row)
        .on_conflict_do_nothing(index_elements=["learner_key", "activity_key"])
        .returning(Certificate.id)
    ).scalar_one_or_none()
    certificate = db.session.scalars(
        select(Certificate).where(
            Certificate.learner_key == learner, Certificate.activity_key == activity_key
        )
    ).one()
    if inserted is not None:
        _announce(certificate, user_id, language)
    return certificate


def statement_of(code: str, name: str, activity: Activity, completed_at: datetime, language: str) -> JSON:
    """Return what the certificate says: exactly what it shows, nothing more."""
    spoken = best_language(language, list(LANGUAGES), "en")
    title_language = best_language(language, list(activity.titles), "en")
    title = activity.titles.get(title_language) or next(iter(activity.titles.values()))
    return {
        "version": STATEMENT_VERSION,
        "code": code,
        "name": name,
        "title": title,
        "kind": activity.kind,
        "hours": activity.hours,
        "language": spoken,
        "completed_on": completed_at.date().isoformat(),
        "edition": 1,
        "issuer": ISSUER,
        "check": f"{settings().public_url}/verify/{code}",
    }


def _announce(certificate: Certificate, user_id: int, language: str) -> None:
    records.append(
        records.FactDraft(
            verb=Verb.CERTIFICATE_ISSUED,
            activity_key=certificate.activity_key,
            user_id=user_id,
            result={"code": certificate.code},
            language=language,
            occurred_at=certificate.issued_at,
        )
    )
    audit.record(None, "certificate.issued", "certificate", certificate.code, person_id=user_id)
    publish(CertificateIssued(certificate.id, user_id))


def reissue(actor: Actor, certificate: Certificate) -> None:
    """Make the certificate anew with the holder's present name; code and date stay."""
    locked = db.session.get_one(Certificate, certificate.id, with_for_update=True)
    if locked.user_id is None or locked.revoked_at is not None:
        raise ValueError("a certificate that is revoked or without an account is not made anew")
    person = db.session.get_one(User, locked.user_id)
    locked.edition += 1
    locked.statement = locked.statement | {"name": person.name, "edition": locked.edition}
    locked.signature, locked.key_id = signing.sign(locked.statement)
    locked.reissued_at = clock.now()
    audit.record(
        actor,
        "certificate.reissued",
        "certificate",
        locked.code,
        detail={"edition": locked.edition},
        person_id=person.id,
    )


def revoke(actor: Actor | None, certificate: Certificate, reason: str) -> bool:
    """Revoke with a reason, by somebody or by itself; False when it was revoked already."""
    locked = db.session.get_one(Certificate, certificate.id, with_for_update=True)
    if locked.revoked_at is not None:
        return False
    locked.revoked_at = clock.now()
    locked.revoked_reason = reason
    records.append(
        records.FactDraft(
            verb=Verb.CERTIFICATE_REVOKED,
            activity_key=locked.activity_key,
            learner_key=locked.learner_key,
            result={"code": locked.code, "reason": reason},
        )
    )
    audit.record(
        actor,
        "certificate.revoked",
        "certificate",
        locked.code,
        personal={"reason": reason},
        person_id=locked.user_id,
    )
    publish(CertificateRevoked(locked.id, locked.user_id, reason))
    return True
