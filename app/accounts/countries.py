"""The 193 members and 2 observer States of the United Nations: usual legal system and regional group.

The legal system is the usual one, offered as a default that people change for themselves; the classification follows
the common descriptions of comparative law and is no statement about a State. Names come from CLDR.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pytz

from app.accounts.vocabulary import LegalSystem, Region
from app.core.i18n import country_name, page_language, zones


@dataclass(frozen=True, slots=True)
class Country:
    """A State: its ISO 3166 code, usual legal system, regional group, and whether it is an observer."""

    code: str
    legal_system: LegalSystem
    region: Region
    observer: bool = False


_GROUPS: Mapping[Region, Mapping[LegalSystem, str]] = {
    Region.AFRICA: {
        LegalSystem.COMMON: "GH KE LR MW SL UG TZ ZM",
        LegalSystem.CIVIL: "AO BJ BF BI CV CF CG CD CI GQ GA GN GW MG ML MZ NE ST SN TG TN",
        LegalSystem.MIXED: "DZ BW CM TD KM DJ EG ER SZ ET GM LS LY MR MU MA NA NG RW SC SO ZA SS SD ZW",
    },
    Region.ASIA_PACIFIC: {
        LegalSystem.COMMON: "FJ KI MH FM NR PW SG TO TV",
        LegalSystem.CIVIL: "KH CN KP JP KZ KG LA MN KR TJ TH TL TM UZ VN",
        LegalSystem.MIXED: "BH BD BN CY IN ID IQ JO KW LB MY MM NP OM PK PG PH QA WS SB LK SY AE VU YE",
        LegalSystem.RELIGIOUS: "AF IR MV SA",
        LegalSystem.CUSTOMARY: "BT",
    },
    Region.EASTERN_EUROPE: {
        LegalSystem.CIVIL: "AL AM AZ BY BA BG HR CZ EE GE HU LV LT ME MK MD PL RO RU RS SK SI UA",
    },
    Region.LATIN_AMERICA: {
        LegalSystem.COMMON: "AG BS BB BZ DM GD JM KN VC TT",
        LegalSystem.CIVIL: "AR BO BR CL CO CR CU DO EC SV GT HT HN MX NI PA PY PE SR UY VE",
        LegalSystem.MIXED: "GY LC",
    },
    Region.WESTERN_EUROPE: {
        LegalSystem.COMMON: "AU CA IE NZ GB US",
        LegalSystem.CIVIL: "AD AT BE DK FI FR DE GR IS IT LI LU MC NL NO PT SM ES SE CH TR",
        LegalSystem.MIXED: "IL MT",
    },
}
_OBSERVERS = (
    Country("PS", LegalSystem.MIXED, Region.ASIA_PACIFIC, observer=True),
    Country("VA", LegalSystem.RELIGIOUS, Region.WESTERN_EUROPE, observer=True),
)


def _countries() -> Iterator[Country]:
    for region, systems in _GROUPS.items():
        for system, codes in systems.items():
            for code in codes.split():
                yield Country(code, system, region)
    yield from _OBSERVERS


COUNTRIES: Mapping[str, Country] = {one.code: one for one in sorted(_countries(), key=lambda one: one.code)}


@cache
def _sorted(language: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted(
            ((code, country_name(code, language)) for code in COUNTRIES),
            key=lambda pair: _key(pair[1], language),
        )
    )


def _key(name: str, language: str) -> str:
    """Letters with and without accents stand together; the Arabic article does not count."""
    if language == "ar":
        return name.removeprefix("ال")
    return name.casefold().translate(_PLAIN)


_PLAIN = str.maketrans("àáâãäåçèéêëìíîïñòóôõöùúûüýё", "aaaaaaceeeeiiiinooooouuuuyе")


def choices(language: str | None = None) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every State, sorted by name in ``language`` (default: the page's)."""
    return _sorted(language or page_language())


def zone_of(country: str) -> str:
    """Return the time zone most people of a country live in; UTC when unknown."""
    found = pytz.country_timezones.get(country, ["UTC"])[0]
    return found if found in zones() else "UTC"
