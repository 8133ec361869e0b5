"""Who is in the demo world: made by quotas from a seed, whatever the day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from demo import quotas
from demo.accounts import cast_people
from demo.casting import make_people
from demo.schedule import make_schedule
from demo.world import World


def test_the_same_seed_and_day_make_the_same_people() -> None:
    morning, noon = datetime(2027, 3, 4, 9, 5, 1, tzinfo=UTC), datetime(2027, 3, 4, 12, tzinfo=UTC)
    one, again, other = (
        [
            (person.email, person.name, person.country, person.public_id)
            for person in make_people(world, [], make_schedule(world)).people
        ]
        for world in (World(morning), World(noon), World(noon, seed=1))
    )
    assert sorted(one) == sorted(again)
    assert len(one) > 4_000
    assert one != other


@pytest.mark.parametrize(
    "day", [datetime(2026, 11, 22, 0, 3, tzinfo=UTC), datetime(2028, 2, 29, 23, tzinfo=UTC)]
)
def test_nobody_registers_after_the_present(day: datetime) -> None:
    people = make_people(World(day), [], make_schedule(World(day))).people
    assert max(person.registered_at for person in people) < day
    assert max(person.approved_at for person in people if person.approved_at) < day
    assert all(person.closed_at < day for person in people if person.closed_at)


@pytest.mark.parametrize("day", [datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2029, 6, 30, 8, tzinfo=UTC)])
def test_whatever_the_day_the_quotas_hold(day: datetime) -> None:
    """The cast join so many years ago; who joined by a day of the past is as many as ever."""
    world = World(day)
    people = make_people(world, cast_people(world), make_schedule(world)).people
    users = [
        person
        for person in people
        if person.approved_at
        and person.approved_at < quotas.REPORTED
        and not person.is_test
        and person.cohort != quotas.Cohort.GONE
    ]
    assert len(users) == 1844
    assert len({person.country for person in users}) == quotas.COUNTRIES
    cohorts = Counter(person.cohort for person in people)
    assert cohorts[quotas.Cohort.ALUMNUS] == 550
    assert sum(person.trained_2020 for person in people) == 756
    assert sum(person.module_at is not None for person in people) == 1236
    assert len({person.country for person in people if person.module_at}) == quotas.MODULE_COUNTRIES
