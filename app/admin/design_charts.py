"""Every kind of chart with numbers made up for looking at it."""

from __future__ import annotations

from flask_babel import gettext as _

from app.accounts.countries import COUNTRIES
from app.core.i18n import country, format_share
from app.reports import charts
from app.reports.charts import SUPPRESSED, Bar, Chart, Series, StackedBar, Value

_YEARS = range(2009, 2021)
_TRAINED = (126, 0, 84, 105, 63, 147, 126, 189, 210, 288, 402, 756)
_MONTHS = [f"{year}-{month:02}" for year in (2019, 2020) for month in range(1, 13)]
_FUNNEL = (2410, 1844, 1630, 1207, 1122)
_REGIONS = (("West Africa", 412), ("South-East Asia", 268), ("Latin America and the Caribbean", 231))


def samples() -> list[Chart]:
    """Return a chart of every kind, with hidden numbers, gaps, links and long labels."""
    return [_world(), *_lines(), *_columns(), *_bars()]


def _world() -> Chart:
    """Numbers by country: most have one, some none, one in nine is hidden."""
    values: dict[str, Value] = {
        code: SUPPRESSED if at % 9 == 0 else (at * 53) % 97 * (at % 7)
        for at, code in enumerate(COUNTRIES)
        if at % 5
    }
    return charts.world(
        _("People trained, by country"), values, href=lambda code: f"#country-{code}", unit=_("People")
    )


def _years(values: tuple[Value, ...]) -> list[tuple[str, Value]]:
    return [(str(year), value) for year, value in zip(_YEARS, values, strict=True)]


def _lines() -> list[Chart]:
    trained = Series(_("People trained"), _years(_TRAINED), ["#year"] * len(_TRAINED))
    gaps = Series(
        _("Youth"), _years((3200, 2900, None, 2100, SUPPRESSED, 1800, 1500, 1400, 1500, 1600, 1700, 1900))
    )
    wave = [(month, 40 + (index * 37) % 55 + index * 4) for index, month in enumerate(_MONTHS)]
    months = [
        Series(name, [(month, value * share // 10) for month, value in wave])
        for name, share in ((_("Webinar"), 10), (_("Course"), 7), (_("Workshop"), 4), (_("Recording"), 2))
    ]
    shares = Series(
        "",
        [
            (f"{minute} min", share)
            for minute, share in zip(range(0, 91, 15), (0.2, 0.9, 0.96, 0.93, 0.9, 0.84, 0.4), strict=True)
        ],
    )
    return [
        charts.line(_("People trained in each year"), [trained], of=_("Year")),
        charts.line(_("Uses of recordings by month"), months, of=_("Month")),
        charts.line(_("A series with gaps"), [gaps], of=_("Year")),
        charts.line(_("Present during the session"), [shares], of=_("Minute"), shown=format_share, top=1),
        charts.small_multiples(_("Uses by kind"), months, of=_("Month")),
    ]


def _columns() -> list[Chart]:
    held = Series(
        _("Sessions held"), _years((5, 0, 4, 5, 3, 7, 6, 9, SUPPRESSED, 14, 20, 31)), ["#year"] * 12
    )
    women = Series(_("Women"), _years((50, 0, 31, 44, 30, 60, 66, 90, 101, 130, 190, 371)))
    men = Series(_("Men"), _years((70, 0, 49, 55, 30, 80, 56, 92, 100, 150, 200, 365)))
    unknown = Series(_("Not known"), _years((6, 0, 4, 6, 3, 7, 4, 7, 9, 8, 12, 20)))
    return [
        charts.columns(_("Sessions held in each year"), [held], of=_("Year")),
        charts.columns(_("People trained, by gender"), [women, men, unknown], of=_("Year")),
    ]


def _bars() -> list[Chart]:
    rows: list[Bar] = [Bar(name, value, "#region") for name, value in _REGIONS]
    rows += [
        Bar(country("KE"), 44, "#country", _("98% with a country known")),
        Bar(country("TV"), SUPPRESSED),
    ]
    rows += [Bar(_("Chief inspectors of the border service and their deputies"), 0)]
    steps = (_("First visit"), _("Registered"), _("Enrolled"), _("Test passed"), _("Certificate"))
    names = (_("Women"), _("Men"), _("Not known"))
    stacked = [StackedBar(name, (value // 2 - 9, value // 2 - 4, 13)) for name, value in _REGIONS]
    return [
        charts.bars(_("People trained, by region"), rows, of=_("Region"), unit=_("People")),
        charts.funnel(
            _("From the first visit to the certificate"),
            [Bar(step, value, "#step") for step, value in zip(steps, _FUNNEL, strict=True)],
        ),
        charts.stacked_bars(_("Gender by region"), names, stacked, of=_("Region"), whole=True),
    ]
