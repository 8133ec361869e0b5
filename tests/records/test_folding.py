"""The fold: what a row says, and that no order of arrival changes it."""

from __future__ import annotations

import random
from uuid import UUID

import pytest

from app.records.folding import ParticipationState, fold, fold_all, ignored
from app.records.models import Verb
from tests.records.scene import PlainFact, at, fact, random_facts


def folded(*facts: PlainFact) -> ParticipationState:
    state = fold_all(facts)
    assert state is not None
    return state


@pytest.mark.parametrize("seed", range(200))
def test_the_order_of_arrival_changes_nothing(seed: int) -> None:
    dice = random.Random(seed)
    facts = random_facts(dice, dice.randint(1, 14))
    expected = fold_all(facts)
    for _ in range(10):
        dice.shuffle(facts)
        assert fold_all(facts) == expected


def test_a_course_from_enrolment_to_certificate() -> None:
    state = folded(
        fact(Verb.ENROLLED, 0, language="en"),
        fact(Verb.STARTED, 1),
        fact(Verb.PROGRESSED, 2, item="a", progress=0.5),
        fact(Verb.FAILED, 3, attempt=1, score=55),
        fact(Verb.PASSED, 5, attempt=2, score=84),
        fact(Verb.COMPLETED, 5, score=84, language="ar"),
        fact(Verb.CERTIFICATE_ISSUED, 5, code="7K2M"),
        fact(Verb.PROGRESSED, 9, item="b", progress=0.9, language="en"),
    )
    assert state == ParticipationState(
        progress=1.0,
        attempts=2,
        score=84.0,
        language="ar",
        country="KE",
        profession="judge",
        enrolled_at=at(0),
        first_access_at=at(1),
        last_access_at=at(9),
        completed_at=at(5),
        certificate_code="7K2M",
        certificate_status="valid",
        certificate_issued_at=at(5),
        entered_at=at(0),
        returned_at=at(0),
        language_at=at(5),
        language_settled=True,
        certificate_at=at(5),
    )
    assert state.status == "completed"


def test_a_completion_is_never_dated_later() -> None:
    first = folded(fact(Verb.ENROLLED, 0), fact(Verb.COMPLETED, 5))
    again = fold(fold(first, fact(Verb.COMPLETED, 40)), fact(Verb.ENROLLED, 41))
    assert again.completed_at == at(5)
    assert again.enrolled_at == at(0)


def test_who_withdraws_after_completing_has_completed() -> None:
    state = folded(fact(Verb.ENROLLED, 0), fact(Verb.COMPLETED, 5), fact(Verb.WITHDRAWN, 6))
    assert state.status == "completed"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ([fact(Verb.ENROLLED, 0)], "enrolled"),
        ([fact(Verb.ENROLLED, 0), fact(Verb.STARTED, 1)], "in_progress"),
        ([fact(Verb.ENROLLED, 0), fact(Verb.STARTED, 1), fact(Verb.WITHDRAWN, 2)], "withdrawn"),
        ([fact(Verb.ENROLLED, 0), fact(Verb.WITHDRAWN, 2), fact(Verb.ENROLLED, 3)], "enrolled"),
        ([fact(Verb.STARTED, 1), fact(Verb.WITHDRAWN, 2), fact(Verb.ENROLLED, 3)], "in_progress"),
        ([fact(Verb.REGISTERED, 0), fact(Verb.ATTENDED, 1)], "in_progress"),
    ],
)
def test_status(facts: list[PlainFact], status: str) -> None:
    assert folded(*facts).status == status


def test_the_country_is_that_of_the_first_enrolment() -> None:
    state = folded(
        fact(Verb.STARTED, -1, country="TN"),
        fact(Verb.ENROLLED, 0, country="KE"),
        fact(Verb.ENROLLED, 9, country="PE"),
    )
    assert state.country == "KE"


def test_a_certificate_issued_again_keeps_its_day() -> None:
    state = folded(
        fact(Verb.CERTIFICATE_ISSUED, 7, code="A"),
        fact(Verb.CERTIFICATE_REVOKED, 8, code="A"),
        fact(Verb.CERTIFICATE_ISSUED, 9, code="A"),
    )
    assert (state.certificate_status, state.certificate_issued_at) == ("valid", at(7))


def test_a_revoked_certificate_stays_revoked_at_the_same_instant() -> None:
    state = folded(fact(Verb.CERTIFICATE_REVOKED, 7, code="A"), fact(Verb.CERTIFICATE_ISSUED, 7, code="A"))
    assert (state.certificate_code, state.certificate_status) == ("A", "revoked")


def test_nonsense_in_a_result_is_survived() -> None:
    state = folded(
        fact(Verb.PROGRESSED, 0, progress="much"),
        fact(Verb.PASSED, 1, score=None),
        fact(Verb.PROGRESSED, 2, progress=7),
    )
    assert (state.progress, state.score, state.attempts) == (1.0, None, 1)


def test_facts_that_shape_no_participation_leave_none() -> None:
    assert fold_all([fact(Verb.APPROVED, 0), fact(Verb.NOMINATED, 1)]) is None


def correction(name: int, verb: Verb, corrects: int | None) -> PlainFact:
    target = None if corrects is None else UUID(int=corrects)
    return PlainFact(verb.value, {}, "", "", "", at(0), UUID(int=name), target)


@pytest.mark.parametrize(
    ("facts", "without"),
    [
        ([(1, Verb.COMPLETED, None)], set()),
        ([(1, Verb.COMPLETED, None), (2, Verb.VOIDED, 1)], {1}),
        ([(1, Verb.PASSED, None), (2, Verb.PASSED, 1)], {1}),
        ([(1, Verb.PASSED, None), (2, Verb.PASSED, 1), (3, Verb.PASSED, 2)], {1, 2}),
        ([(1, Verb.PASSED, None), (2, Verb.VOIDED, 1), (3, Verb.VOIDED, 2)], {2}),
        ([(1, Verb.PASSED, None), (2, Verb.PASSED, 1), (3, Verb.VOIDED, 2)], {2}),
    ],
)
def test_corrections(facts: list[tuple[int, Verb, int | None]], without: set[int]) -> None:
    assert ignored(correction(*one) for one in facts) == {UUID(int=name) for name in without}
