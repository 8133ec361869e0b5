"""The charts of the public page."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.accounts.countries import COUNTRIES
from app.records import groupings
from app.reports import charts
from app.reports.charts import Bar, Chart, Series, Value
from app.reports.statistics.public import People, PublicNumbers

UN_REGIONAL_GROUPS = "un_regional_groups"


def over_time(found: PublicNumbers) -> list[Chart]:
    """Return the years: users, people trained, sessions held, uses of recordings."""
    years = [str(year) for year in found.years]

    def series(name: str, key: str) -> Series:
        return Series(name, list(zip(years, found.series[key], strict=True)))

    return [
        charts.line(
            _("Registered users at the end of each year"),
            [series(_("Registered users"), "users")],
            of=_("Year"),
        ),
        charts.columns(
            _("People trained in each year"),
            [series(_("People trained"), "trained")],
            of=_("Year"),
            notes=[
                _(
                    "Whoever was trained in several years counts in each; the years do not add up to all people."
                )
            ],
        ),
        charts.columns(
            _("Sessions held in each year"),
            [series(_("Course sessions"), "deliveries"), series(_("Webinars"), "webinars")],
            of=_("Year"),
        ),
        charts.columns(
            _("Uses of recordings in each year"),
            [series(_("Recording uses"), "recording_uses")],
            of=_("Year"),
        ),
    ]


def by_region(found: PublicNumbers) -> list[Chart]:
    """Return the regional groups: users and people trained."""
    return [
        _regions(_("Registered users by region"), _("Registered users"), found.users),
        _regions(_("People trained by region"), _("People trained"), found.trained),
    ]


def _regions(title: str, unit: str, people: People) -> Chart:
    rows: Sequence[tuple[str, Value]] = [(one, value) for one, value in people.regions.items() if one]
    bars = [Bar(groupings.group_title(UN_REGIONAL_GROUPS, one), value) for one, value in rows]
    unknown = people.regions.get("", 0)
    if unknown:
        bars.append(Bar(_("Country not known"), unknown))
    return charts.bars(title, bars, of=_("Regional group"), unit=unit)


def on_map(found: PublicNumbers) -> Chart:
    """Return people trained by country on the map; a country without any is drawn as zero."""
    values: dict[str, Value] = dict.fromkeys(COUNTRIES, 0)
    values |= {code: value for code, value in found.trained.countries.items() if code}
    return charts.world(_("People trained by country"), values, unit=_("People trained"))
