"""People with participations in two courses, for tests of what is made of reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.accounts.models import User
from app.records.models import Verb
from tests.cast import COURSE
from tests.records.scene import course, person, state

OTHER = "another-course"
FORMULA = '=cmd|"/C calc"!A0'


class Rows:
    """Three people in the trainer's own course, one in another; one of an institution that looks like a formula."""

    def __init__(self, session: Any) -> None:
        self.own = course(COURSE, titles={"en": "Electronic evidence", "ar": "الأدلة الإلكترونية"})
        self.other = course(OTHER, titles={"en": "Canary Course"})
        self.done = person("Done", country="KE", profession="judge", institution=FORMULA)
        self.begun = person("Begun", country="TN", profession="prosecutor", institution="Tribunal")
        self.new = person("New", country="PE", profession="judge", institution="Corte")
        self.canary = person("Canary", country="ZW", institution="Canary Institute")
        session.flush()
        complete(self.done, self.own, 0, code="7K2M-9QXD", score=84)
        state(self.begun, self.own, Verb.ENROLLED, 3, language="ar")
        state(self.begun, self.own, Verb.PROGRESSED, 4, language="ar", result={"progress": 0.456})
        state(self.new, self.own, Verb.ENROLLED, 5, language="fr")
        complete(self.canary, self.other, 1, code="CANA-RY00", score=77)


def complete(who: User, key: UUID, day: float, *, code: str, score: int) -> None:
    """Let somebody enrol, pass, complete and get the certificate."""
    state(who, key, Verb.ENROLLED, day, language="en")
    state(who, key, Verb.STARTED, day + 1)
    state(who, key, Verb.PASSED, day + 4.5, result={"attempt": 1, "score": score})
    state(who, key, Verb.COMPLETED, day + 4.5, language="en", result={"score": score})
    state(who, key, Verb.CERTIFICATE_ISSUED, day + 4.5, result={"code": code})


def crowd(key: UUID, country: str, many: int, *, completed: int = 0, day: float = 0) -> None:
    """Let people of a country enrol, the first of them complete."""
    for number in range(many):
        who = person(f"{country}{number}of{many}", country=country)
        state(who, key, Verb.ENROLLED, day, language="en")
        if number < completed:
            state(who, key, Verb.COMPLETED, day + 1, language="en")
