"""What was put right later: facts taken back or replaced, people who turned out to be one. All after 2021.

Nothing and nobody that an exact figure counts is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.records.models import Verb
from demo.activities import Telling
from demo.facts import DemoFact
from demo.quotas import YEAR_END

BETTER_SCORES, PLAYED_BY_A_SCRIPT, NOT_THEIR_WORK = 8, 12, 3
_AFTER = timedelta(days=200)
_OLD_ENOUGH = timedelta(days=40)
_DUPLICATE = "Applied twice: the same name, institution and date of birth."


class Amending(Telling):
    """Corrects some facts of the last years and merges the people who applied twice."""

    def write(self) -> None:
        """Tell of the corrections and merges."""
        for fact in self._some(Verb.PASSED, BETTER_SCORES):
            better = {
                **fact.result,
                "score": min(100.0, fact.result["score"] + 5),
                "reason": "Question withdrawn.",
            }
            self.register.correct(fact, Verb.PASSED, fact.recorded_at + timedelta(days=9), better)
        for fact in self._some(Verb.PLAYED, PLAYED_BY_A_SCRIPT):
            reason = {"reason": "Played by a script, not by a person."}
            self.register.correct(fact, Verb.VOIDED, fact.recorded_at + timedelta(days=21), reason)
        self._take_back()
        for person in self.population.people:
            if person.same_as is not None and person.merged_at is not None:
                self.register.merge(person, person.same_as, person.merged_at, _DUPLICATE)

    def _take_back(self) -> None:
        """Completions of modules that were somebody else's work: test and completion are voided, no certificate."""
        uncorrected = {fact.corrects for fact in self.register.facts if fact.corrects}
        completed = self._some(Verb.COMPLETED, NOT_THEIR_WORK, lambda fact: "score" in fact.result)
        gone = {(fact.learner_key, fact.activity_key) for fact in completed}
        self.awards[:] = [one for one in self.awards if (one.person.key, one.activity_key) not in gone]
        for fact in [one for one in self.register.facts if (one.learner_key, one.activity_key) in gone]:
            if (
                fact.verb in {Verb.PASSED, Verb.COMPLETED}
                and fact.uuid not in uncorrected
                and not fact.corrects
            ):
                reason = {"reason": "The work was not the person's own."}
                self.register.correct(fact, Verb.VOIDED, fact.recorded_at + timedelta(days=12), reason)

    def _some(
        self, verb: Verb, number: int, fits: Callable[[DemoFact], bool] = lambda fact: True
    ) -> list[DemoFact]:
        """Choose facts of a verb from after 2021, old enough to have been corrected since."""
        first, last = YEAR_END + _AFTER, self.world.now - _OLD_ENOUGH
        found = [
            fact
            for fact in self.register.facts
            if fact.verb == verb and first < fact.occurred_at < last and not fact.corrects and fits(fact)
        ]
        return self.chance.sample(found, min(number, len(found)))
