"""The register by hand in the world: a workshop with people of no account, a list that waits, two who look alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select

from app.core.access import Actor
from app.core.database import db
from app.records import actions
from app.records.actions import corrections
from app.records.actions.events import ActivityPlan, record_activity
from app.records.actions.lists import keep_list
from app.records.actions.participants import Attendee, fact_uuid, record_participants
from app.records.corrections.models import EventParticipant
from app.records.models import ActivityKind, Channel, Fact, Verb

_STAFF = "reporting_officer administrator"
CANARIES: Mapping[str, str] = {"CANARY-LISTED-PERSON": _STAFF, "CANARY-LISTED-WAITING": _STAFF}
"""Names on lists of people without an account, and who may meet them."""


def plant(officer: Actor, spare: tuple[int, int]) -> dict[str, str]:
    """Record a workshop with six people; two of them look alike, two are merged, one is taken off. Returns ids.

    ``spare`` are two accounts, the first of which turns out to be the second's.
    """
    workshop = record_activity(
        officer,
        ActivityPlan(
            kind=ActivityKind.WORKSHOP,
            channel=Channel.IN_PERSON,
            titles={"en": "A workshop elsewhere"},
            languages=["en"],
            starts_at=datetime(2026, 3, 2, 6, tzinfo=UTC),
            ends_at=datetime(2026, 3, 4, 13, tzinfo=UTC),
            zone="Africa/Nairobi",
            place="Nairobi",
        ),
    )
    people = [
        Attendee(
            family_name=family, given_name=given, email=email, country="UG", status="completed", minutes=600
        )
        for family, given, email in (
            ("CANARY-LISTED-PERSON", "Zawadi", ""),
            ("Alike", "Neema", "neema@first.example"),
            ("Alike", "Neema", "neema@second.example"),
            ("Double", "One", "one@first.example"),
            ("Double", "Two", "two@second.example"),
            ("Absent", "After-all", ""),
        )
    ]
    record_participants(officer, workshop, people)
    rows = {
        (row.family_name, row.given_name, row.email): row
        for row in db.session.scalars(
            select(EventParticipant).where(EventParticipant.activity_key == workshop.activity_key)
        )
    }
    found = [rows[one.family_name, one.given_name, one.email] for one in people]
    actions.merge(officer, found[3].learner_key, found[4].learner_key, "They are one")
    doubled, kept = (actions.learner_of(one) for one in spare)
    actions.merge(officer, doubled, kept, "They are one")
    waiting = keep_list(
        officer, workshop, [(2, {"family_name": "Njeri", "status": "CANARY-LISTED-WAITING", "country": "KE"})]
    )
    ready = keep_list(
        officer, workshop, [(2, {"family_name": "Wanjiru", "status": "attended", "country": "KE"})]
    )
    for fact in db.session.scalars(select(Fact.uuid).where(Fact.learner_key == found[5].learner_key)).all():
        corrections.void(officer, fact, "Was not there")
    named = fact_uuid(workshop.activity_key, found[0].learner_key, Verb.COMPLETED)
    return {
        "recorded_activity": workshop.public_id,
        "recorded_key": str(workshop.activity_key),
        "waiting_list": waiting.public_id,
        "ready_list": ready.public_id,
        "taken_off_person": found[5].public_id,
        "listed_person": found[0].public_id,
        "listed_fact": str(named),
        "alike_one": str(found[1].learner_key),
        "alike_other": str(found[2].learner_key),
        "merged_account": str(doubled),
        "merged_learner": str(found[3].learner_key),
    }
