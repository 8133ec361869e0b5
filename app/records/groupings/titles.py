"""What the built-in sets and their groups are called, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.accounts.vocabulary import LEGAL_SYSTEMS, REGIONS
from app.core.texts import lazy_gettext as _l

UN_REGIONAL_GROUPS = "un_regional_groups"
REPORT_REGIONS = "report_regions"
SMALL_ISLANDS = "small_island_developing_states"
LANDLOCKED = "landlocked_developing_countries"
LEAST_DEVELOPED = "least_developed_countries"
LEGAL_SYSTEM = "legal_systems"

SETS: Mapping[str, LazyString] = {
    UN_REGIONAL_GROUPS: _l("Regional groups of the United Nations"),
    REPORT_REGIONS: _l("Regions of the reports"),
    SMALL_ISLANDS: _l("Small island developing States"),
    LANDLOCKED: _l("Landlocked developing countries"),
    LEAST_DEVELOPED: _l("Least developed countries"),
    LEGAL_SYSTEM: _l("Usual legal system of the country"),
}
"""The sets that come with the application, in the order in which they are offered."""

OBSERVERS = "observers"
MEMBERS = "members"
"""The one group of a set that is a plain list."""
GLOBAL = "global"
CROSS_REGIONAL = "cross_regional"

_REGIONS: Mapping[str, LazyString] = {
    "north_africa": _l("North Africa"),
    "west_africa": _l("West Africa"),
    "central_africa": _l("Central Africa"),
    "east_africa": _l("East Africa"),
    "southern_africa": _l("Southern Africa"),
    "middle_east": _l("Middle East"),
    "west_asia": _l("West Asia"),
    "central_asia": _l("Central Asia"),
    "south_asia": _l("South Asia"),
    "south_east_asia": _l("South-East Asia"),
    "east_asia": _l("East Asia"),
    "pacific": _l("Pacific"),
    "latin_america_caribbean": _l("Latin America and the Caribbean"),
    "south_eastern_europe": _l("South-Eastern Europe"),
    "eastern_europe": _l("Eastern Europe"),
    "western_europe_others": _l("Western Europe and other States"),
}
REACHES: Mapping[str, LazyString] = {
    **_REGIONS,
    CROSS_REGIONAL: _l("Cross-regional"),
    GLOBAL: _l("Global"),
}
"""What an activity's countries come to: one region of the reports, several, or the world."""

GROUPS: Mapping[str, Mapping[str, LazyString]] = {
    UN_REGIONAL_GROUPS: {
        **{str(region): title for region, title in REGIONS.items()},
        OBSERVERS: _l("Observer States (no regional group)"),
    },
    REPORT_REGIONS: _REGIONS,
    SMALL_ISLANDS: {MEMBERS: SETS[SMALL_ISLANDS]},
    LANDLOCKED: {MEMBERS: SETS[LANDLOCKED]},
    LEAST_DEVELOPED: {MEMBERS: SETS[LEAST_DEVELOPED]},
    LEGAL_SYSTEM: {str(system): title for system, title in LEGAL_SYSTEMS.items()},
}
"""Titles of the groups of each built-in set, in the order in which they are shown."""
