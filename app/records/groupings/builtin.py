"""The sets that come with the application, each with all its versions.

Regional groups and legal systems come from the list of countries itself; the other lists are files under ``data/``. In
a file a version gives all its groups, or says who joined and who left since the version before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from app.accounts.countries import COUNTRIES
from app.records.groupings.sets import CountrySet, Group
from app.records.groupings.titles import GROUPS, LEGAL_SYSTEM, OBSERVERS, SETS, UN_REGIONAL_GROUPS

_DATA = Path(__file__).parent / "data"
_ALWAYS = date(2000, 1, 1)
_Members = dict[str, frozenset[str]]


def _set(set_id: str, version: str, valid_from: date, members: _Members, source: str) -> CountrySet:
    titles = GROUPS[set_id]
    if unknown := frozenset[str]().union(*members.values()) - COUNTRIES.keys():
        raise ValueError(f"{set_id} {version}: no country has the code {sorted(unknown)}")
    groups = {group_id: Group(titles[group_id], members[group_id]) for group_id in titles}
    return CountrySet(set_id, SETS[set_id], version, valid_from, groups, source)


def _from_file(set_id: str) -> Iterator[CountrySet]:
    content: dict[str, Any] = yaml.safe_load((_DATA / f"{set_id}.yaml").read_text(encoding="utf-8"))
    members: _Members = {}
    for version in content["versions"]:
        members = _after(members, version)
        yield _set(set_id, version["version"], version["from"], members, content["source"])


def _after(members: _Members, version: Mapping[str, Any]) -> _Members:
    """The members of a version, given those of the version before. ValueError when who leaves was not in."""
    if "groups" in version:
        return {group_id: frozenset(codes.split()) for group_id, codes in version["groups"].items()}
    changed = dict(members)
    for group_id, codes in version.get("join", {}).items():
        changed[group_id] |= frozenset(codes.split())
    for group_id, codes in version.get("leave", {}).items():
        if not frozenset(codes.split()) <= changed[group_id]:
            raise ValueError(f"{version['version']}: {codes} cannot leave")
        changed[group_id] -= frozenset(codes.split())
    return changed


def _regional_groups() -> CountrySet:
    members: _Members = {
        group_id: frozenset(
            one.code for one in COUNTRIES.values() if (OBSERVERS if one.observer else one.region) == group_id
        )
        for group_id in GROUPS[UN_REGIONAL_GROUPS]
    }
    return _set(UN_REGIONAL_GROUPS, "1", _ALWAYS, members, "United Nations, regional groups of Member States")


def _legal_systems() -> CountrySet:
    members: _Members = {
        system: frozenset(one.code for one in COUNTRIES.values() if one.legal_system == system)
        for system in GROUPS[LEGAL_SYSTEM]
    }
    return _set(
        LEGAL_SYSTEM, "1", _ALWAYS, members, "Usual legal system of each State, as commonly described"
    )


_FROM_COUNTRIES = {UN_REGIONAL_GROUPS: _regional_groups, LEGAL_SYSTEM: _legal_systems}
BUILT_IN: Mapping[str, tuple[CountrySet, ...]] = {
    set_id: (_FROM_COUNTRIES[set_id](),) if set_id in _FROM_COUNTRIES else tuple(_from_file(set_id))
    for set_id in SETS
}
"""Every version of every built-in set, oldest first."""
