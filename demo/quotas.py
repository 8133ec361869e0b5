"""The allocation under which the figures of ``reported-figures.yaml`` come out: how many people of which past.

The numbers are those of the file's section ``allocation``. People and what they did are dealt by these quotas, never by
chance; what is not counted by any figure is left to chance.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

from demo.people import Person
from demo.world import data

REPORTED = datetime(2020, 3, 17, tzinfo=UTC)
"""The end of the day of which the first report speaks."""
QUIET_FROM = datetime(2020, 1, 1, tzinfo=UTC)
"""From here to REPORTED nobody completes anything on the platform."""
YEAR_END = datetime(2021, 1, 1, tzinfo=UTC)


class Cohort(StrEnum):
    """What somebody joined for; it decides what they may complete before 2021."""

    ALUMNUS = "completed a delivery before 2020"
    DROPOUT = "left a delivery before 2020"
    WEBINAR = "reached by webinars only, before 2020"
    MODULE = "passed the module on CBRN before 2020, no delivery"
    UNTRAINED = "joined before the report, completed nothing"
    GONE = "closed the account before the report"
    TEST = "a test account"
    LIVE = "joined in 2020 for something live on the platform"
    SELF_PACED = "joined in 2020 for the module on CBRN only"
    ELSEWHERE = "joined in 2020 for what others carry"
    UNTRAINED_2020 = "joined in 2020 after the report, completed nothing that year"
    LATER = "joined from 2021 on"


TRAINED_BEFORE = frozenset({Cohort.ALUMNUS, Cohort.WEBINAR, Cohort.MODULE})

# People by the end of 16 March 2020: 1,844 accounts, 1,595 of them trained.
DELIVERY_SIZES = (26, 25, 25, 25, 25, *[21, 20] * 11, *[21] * 3)
"""How many took part in each of the thirty deliveries before 2020."""
DROPOUTS = 90
WEBINAR_ONLY = 415
MODULE_ONLY = 630
MODULE_ALUMNI = 60
UNTRAINED = 249 - DROPOUTS
"""Staff (the cast) included."""
CLOSED_BEFORE, TESTS = 12, 5
COUNTRIES, EARLY_COUNTRIES, MODULE_COUNTRIES = 131, 72, 93
EARLY_DELIVERIES = 5

# People trained on the platform in 2020 after it: 756, 731 of them by something live.
RETURNING = {Cohort.ALUMNUS: 35, Cohort.MODULE: 65, Cohort.WEBINAR: 40}
RETURNING_TO_MODULE = 60
"""How many of those who return pass the module on CBRN for the first time."""
NEWCOMERS = 40
"""How many of the new people of 2020 had joined between 1 January and 16 March."""
NEW = 616
SELF_PACED = 25
LIVE = sum(RETURNING.values()) + NEW - SELF_PACED
NEW_TO_MODULE = 1236 - MODULE_ONLY - MODULE_ALUMNI - RETURNING_TO_MODULE
"""How many new people pass it in 2020, those of SELF_PACED included."""
MODULE_IN_DECEMBER, MODULE_LATE = 22, 12
"""How many of all pass it in December 2020, and of how many the register knows only in 2021."""
UNTRAINED_2020 = 48
ELSEWHERE_SESSIONS = {1: 60, 2: 80, 3: 54, 4: 31, 5: 13}
"""Kazakhstan: how many people come to so many of the five webinars: 238 people, 571 participations."""

# Uses of recordings in 2020.
VIEWS, DOWNLOADS = 1655, 670


def module_countries(joined: frozenset[str]) -> frozenset[str]:
    """Return the countries of those who passed the module on CBRN by the end of 2020, of all people ``joined`` from."""
    return frozenset(_by_weight(joined)[:MODULE_COUNTRIES])


def joined_countries(needed: frozenset[str]) -> frozenset[str]:
    """Return the countries of the users of March 2020; ``needed`` ones are among them."""
    others = [code for code in _by_weight(data("countries")) if code not in needed]
    return frozenset([*needed, *others[: COUNTRIES - len(needed)]])


def _by_weight(countries: object) -> list[str]:
    weights = {code: row[0] for code, row in data("countries").items()}
    found = [code for code in weights if code in countries]  # type: ignore[operator]
    return sorted(found, key=lambda code: (-weights[code], code))


def may_complete(person: Person, at: datetime) -> bool:
    """Whether somebody may complete something on the platform at ``at`` without changing a figure."""
    if at >= YEAR_END:
        return True
    if at >= REPORTED:
        return person.trained_2020
    return at < QUIET_FROM and person.cohort in TRAINED_BEFORE


def may_complete_live(person: Person, at: datetime) -> bool:
    """Whether somebody may complete something live: before 2021 not those who came for the module only."""
    return may_complete(person, at) and (person.cohort != Cohort.SELF_PACED or at >= YEAR_END)


def day_of(instant: datetime) -> date:
    """Return the day in UTC, as figures count days."""
    return instant.astimezone(UTC).date()
