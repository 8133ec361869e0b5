"""Two countries, a course, a session and a headcount event: what reports are asked about by everybody of the cast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from app.accounts.models import User
from app.records import actions
from app.records.actions import Description, FactDraft
from app.records.models import ActivityKind, Channel, Verb
from tests.cast import COURSE
from tests.records.scene import at, course, person, state

OTHER = "another-course"
TWO = {
    "completions": ("country", "month"),
    "attendance": ("course", "region"),
    "countries": ("region", "legal_system"),
    "activities": ("kind", "year"),
    "recordings": ("topic", "language"),
    "certificates": ("certificate_status", "month"),
    "rooms": ("topic", "listing"),
    "inactive": ("risk", "country"),
    "quality": ("quality", "profession"),
}
"""Two dimensions of each report, by its name."""
NAMESPACE = UUID("6a1f7c5e-1b7a-4f0a-9a53-0f5d0c6a2b11")


@dataclass(frozen=True, slots=True)
class ReportScene:
    """Keys of the activities, and people by their first name in lower case."""

    course: UUID
    other: UUID
    session: UUID
    event: UUID
    recording: UUID
    people: dict[str, User]


def activity(slug: str, kind: ActivityKind, **more: Any) -> UUID:
    """Describe an activity; returns its key."""
    key = uuid5(NAMESPACE, slug)
    given: dict[str, Any] = {
        "activity_key": key,
        "kind": kind,
        "slug": slug,
        "titles": {"en": slug.replace("-", " ").title()},
        "languages": ["en"],
    }
    actions.describe_activity(Description(**(given | more)))
    return key


def make() -> ReportScene:
    """Make the scene, inside a transaction."""
    people = {
        "wanjiku": person(
            "Wanjiku", country="KE", profession="judge", institution="High Court", gender="female"
        ),
        "otieno": person(
            "Otieno", country="KE", profession="prosecutor", institution="Office of Prosecutions"
        ),
        "quispe": person("Quispe", country="PE", profession="judge", institution="Canary Institute"),
    }
    own = course(
        COURSE, titles={"en": "Electronic evidence"}, topic="evidence", project="Partners", tags=["sdg:16"]
    )
    other = course(OTHER, titles={"en": "Canary Course"}, topic="finance")
    session = activity(
        "mutual-assistance",
        ActivityKind.WEBINAR,
        starts_at=at(10),
        ends_at=at(10) + timedelta(hours=1),
        partner="A partner",
    )
    event = activity(
        "round-table",
        ActivityKind.ROUND_TABLE,
        channel=Channel.IN_PERSON,
        starts_at=at(20),
        ends_at=at(20) + timedelta(hours=4),
    )
    recording = activity(
        "recorded-session", ActivityKind.RECORDING, parent_key=session, address="/webinars/x"
    )
    _take(people, own, other, session)
    actions.append(
        FactDraft(
            verb=Verb.ATTENDED, activity_key=event, headcount=40, occurred_at=at(20), result={"minutes": 240}
        )
    )
    for name, day, seconds in (
        ("wanjiku", 12, 300),
        ("wanjiku", 12.1, 90),
        ("wanjiku", 13, 40),
        ("quispe", 12, 10),
    ):
        state(people[name], recording, Verb.PLAYED, day, result={"seconds": seconds})
    state(people["quispe"], recording, Verb.DOWNLOADED, 14, result={"part": "film"})
    actions.append(
        FactDraft(
            verb=Verb.PLAYED, activity_key=recording, headcount=1, occurred_at=at(15), result={"seconds": 60}
        )
    )
    return ReportScene(own, other, session, event, recording, people)


def _take(people: dict[str, User], own: UUID, other: UUID, session: UUID) -> None:
    """Wanjiku completes the course and a session; Otieno begins and is absent; Quispe completes another course."""
    for name, key, day, code in (("wanjiku", own, 0, "7K2M-9QXD"), ("quispe", other, 1, "CANA-RY00")):
        state(people[name], key, Verb.ENROLLED, day, language="en")
        state(people[name], key, Verb.STARTED, day + 1)
        state(people[name], key, Verb.PASSED, day + 2, result={"attempt": 1, "score": 84})
        state(people[name], key, Verb.COMPLETED, day + 2, language="en")
        state(people[name], key, Verb.CERTIFICATE_ISSUED, day + 2, result={"code": code})
    state(people["otieno"], own, Verb.ENROLLED, 3, language="en")
    state(people["otieno"], own, Verb.PROGRESSED, 4, result={"progress": 0.4})
    for name in ("wanjiku", "otieno", "quispe"):
        state(people[name], session, Verb.REGISTERED, 9)
    state(people["wanjiku"], session, Verb.ATTENDED, 10, result={"minutes": 55.5, "how": ["live"]})
    state(people["wanjiku"], session, Verb.COMPLETED, 10)
    state(people["quispe"], session, Verb.ATTENDED, 10, result={"minutes": 12, "how": ["live", "list"]})
