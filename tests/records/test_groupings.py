"""Groupings of countries: complete where they must be, true for their year, and never changed once written."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.countries import COUNTRIES
from app.core.refusal import Refused
from app.records import groupings
from app.records.groupings import actions
from app.records.groupings.actions import Draft
from app.records.groupings.builtin import BUILT_IN
from app.records.groupings.sets import CountrySet, Group
from app.records.groupings.titles import (
    LANDLOCKED,
    LEAST_DEVELOPED,
    LEGAL_SYSTEM,
    OBSERVERS,
    REPORT_REGIONS,
    SETS,
    SMALL_ISLANDS,
    UN_REGIONAL_GROUPS,
)
from tests.conftest import Inside

PARTNERS = Draft(
    {"en": "Partners", "fr": "Partenaires"}, frozenset({"KE", "TN"}), date(2024, 1, 1), "As agreed"
)


# ------------------------------------------------------------------------------------------------ built in


@pytest.mark.parametrize("set_id", [UN_REGIONAL_GROUPS, REPORT_REGIONS, LEGAL_SYSTEM])
def test_every_country_is_in_exactly_one_group(set_id: str) -> None:
    for version in BUILT_IN[set_id]:
        found = [country for group in version.groups.values() for country in group.members]
        assert sorted(found) == sorted(COUNTRIES)


def test_regional_groups_have_the_members_that_the_united_nations_name() -> None:
    (version,) = BUILT_IN[UN_REGIONAL_GROUPS]
    sizes = {group_id: len(group.members) for group_id, group in version.groups.items()}
    assert sizes == {
        "africa": 54, "asia_pacific": 54, "eastern_europe": 23, "latin_america": 33, "western_europe": 29,
        OBSERVERS: 2,
    }  # fmt: skip
    assert version.members(OBSERVERS) == {"PS", "VA"}


@pytest.mark.parametrize(
    ("set_id", "day", "count"),
    [
        (LEAST_DEVELOPED, "2003-06-30", 49),
        (LEAST_DEVELOPED, "2003-12-31", 50),
        (LEAST_DEVELOPED, "2009-12-21", 49),
        (LEAST_DEVELOPED, "2012-12-17", 48),
        (LEAST_DEVELOPED, "2012-12-18", 49),
        (LEAST_DEVELOPED, "2020-12-03", 47),
        (LEAST_DEVELOPED, "2020-12-04", 46),
        (LEAST_DEVELOPED, "2024-12-13", 44),
        (LANDLOCKED, "2010-01-01", 31),
        (LANDLOCKED, "2020-01-01", 32),
        (SMALL_ISLANDS, "2020-01-01", 38),
        (SMALL_ISLANDS, "2024-01-01", 37),
    ],
)
def test_lists_are_those_of_their_time(set_id: str, day: str, count: int) -> None:
    assert len(groupings.members(set_id, groupings.MEMBERS, date.fromisoformat(day))) == count


def test_a_country_leaves_on_the_day(app: object) -> None:
    before, after = date(2020, 12, 3), date(2020, 12, 4)
    assert groupings.group_of(LEAST_DEVELOPED, "VU", before) == groupings.MEMBERS
    assert groupings.group_of(LEAST_DEVELOPED, "VU", after) is None
    assert groupings.country_set(LEAST_DEVELOPED, before) != groupings.country_set(LEAST_DEVELOPED, after)


def test_a_reference_gives_the_very_version_back() -> None:
    for versions in BUILT_IN.values():
        assert [groupings.referred(one.reference) for one in versions] == list(versions)
        assert len({one.version for one in versions}) == len(versions)
        assert [one.valid_from for one in versions] == sorted({one.valid_from for one in versions})
    for unknown in ("", "@", "least_developed_countries", "least_developed_countries@1900", "nothing@1"):
        assert groupings.referred(unknown) is None


def test_before_the_first_version_there_is_no_set() -> None:
    assert groupings.country_set(LEAST_DEVELOPED, date(1999, 1, 1)) is None
    assert groupings.members(LEAST_DEVELOPED, groupings.MEMBERS, date(1999, 1, 1)) == frozenset()


@pytest.mark.parametrize(
    ("countries", "reach"),
    [
        ((), groupings.GLOBAL),
        (("KE",), "east_africa"),
        (("DZ", "MA", "TN"), "north_africa"),
        (("KZ", "TJ"), "central_asia"),
        (("KE", "KZ"), groupings.CROSS_REGIONAL),
        (("RS", "XK"), groupings.CROSS_REGIONAL),
        (("XX",), groupings.CROSS_REGIONAL),
    ],
)
def test_what_an_activitys_countries_come_to(countries: tuple[str, ...], reach: str) -> None:
    assert groupings.reach(countries) == reach
    assert reach in groupings.REACHES


def test_titles_are_in_the_pages_language(app: object, inside: Inside) -> None:
    with inside():
        assert str(SETS[REPORT_REGIONS]) == "Regions of the reports"
        assert str(groupings.group_title(REPORT_REGIONS, "west_africa")) == "West Africa"
        assert groupings.group_title(REPORT_REGIONS, "atlantis") == "atlantis"


def test_no_country_is_in_two_groups_of_a_set() -> None:
    title = SETS[REPORT_REGIONS]
    groups = {"one": Group(title, frozenset({"KE", "TN"})), "two": Group(title, frozenset({"TN"}))}
    with pytest.raises(ValueError, match="TN"):
        CountrySet("both", title, "1", date(2020, 1, 1), groups)


# ------------------------------------------------------------------------------------------------ made by staff


def _made(draft: Draft = PARTNERS) -> str:
    return f"set:{actions.make_set(None, draft).public_id}"


def test_a_set_of_ones_own_is_offered_with_the_built_in_ones(inside: Inside) -> None:
    with inside():
        set_id = _made()
        offered = groupings.all_sets()
        assert [one.id for one in offered] == [*SETS, set_id]
        assert str(offered[-1].title) == "Partners"
        assert offered[-1].reference == f"{set_id}@1"
        assert groupings.group_of(set_id, "KE") == groupings.MEMBERS
        assert groupings.group_of(set_id, "FR") is None
        assert [one.id for one in groupings.all_sets(date(2023, 12, 31))] == list(SETS)


def test_a_new_version_changes_nothing_before_it(inside: Inside) -> None:
    with inside() as session:
        made = actions.make_set(None, PARTNERS)
        set_id = f"set:{made.public_id}"
        first = groupings.country_set(set_id)
        later = Draft({"en": "More partners"}, frozenset({"KE", "TN", "PE"}), date(2025, 6, 1))
        assert actions.add_version(None, made, later) == 2
        session.flush()
        assert groupings.country_set(set_id, date(2025, 5, 31)) == first
        assert groupings.referred(f"{set_id}@1") == first
        second = groupings.country_set(set_id, date(2025, 6, 1))
        assert second is not None
        assert first is not None
        assert second.version == "2"
        assert second.members(groupings.MEMBERS) == {"KE", "TN", "PE"}
        joined, left = second.changes(first)
        assert (joined, left) == (frozenset({"PE"}), frozenset())


def test_of_two_versions_of_one_day_the_later_written_holds(inside: Inside) -> None:
    with inside():
        made = actions.make_set(None, PARTNERS)
        actions.add_version(None, made, Draft(PARTNERS.names, frozenset({"PE"}), PARTNERS.valid_from))
        assert groupings.members(f"set:{made.public_id}", groupings.MEMBERS) == {"PE"}


def test_a_version_that_begins_earlier_leaves_the_later_one_in_force(inside: Inside) -> None:
    with inside():
        made = actions.make_set(None, PARTNERS)
        actions.add_version(None, made, Draft(PARTNERS.names, frozenset({"PE"}), date(2020, 1, 1)))
        set_id = f"set:{made.public_id}"
        assert groupings.members(set_id, groupings.MEMBERS, date(2022, 1, 1)) == {"PE"}
        assert groupings.members(set_id, groupings.MEMBERS, date(2024, 1, 1)) == {"KE", "TN"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE country_set_version SET members = '[\"FR\"]'",
        "DELETE FROM country_set_version",
        "TRUNCATE country_set_version",
    ],
)
def test_the_database_refuses_to_change_a_version(inside: Inside, statement: str) -> None:
    with inside() as session:
        _made()
        with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
            session.execute(text(statement))


@pytest.mark.parametrize(
    "draft",
    [
        Draft({}, frozenset({"KE"}), date(2024, 1, 1)),
        Draft({"en": ""}, frozenset({"KE"}), date(2024, 1, 1)),
        Draft({"en": "None"}, frozenset(), date(2024, 1, 1)),
        Draft({"en": "Unknown"}, frozenset({"KE", "XX"}), date(2024, 1, 1)),
    ],
)
def test_a_set_without_name_or_countries_is_refused(inside: Inside, draft: Draft) -> None:
    with inside() as session, pytest.raises(Refused), session.begin_nested():
        actions.make_set(None, draft)


def test_a_retired_set_is_not_offered_but_still_found(inside: Inside) -> None:
    with inside():
        made = actions.make_set(None, PARTNERS)
        actions.retire_set(None, made)
        set_id = f"set:{made.public_id}"
        assert [one.id for one in groupings.all_sets()] == list(SETS)
        assert groupings.referred(f"{set_id}@1") is not None
        with pytest.raises(Refused):
            actions.add_version(None, made, PARTNERS)
        with pytest.raises(Refused):
            actions.retire_set(None, made)


def test_sets_are_read_once(inside: Inside) -> None:
    with inside():
        _made()
        first = groupings.all_sets()
        assert groupings.all_sets() == first
