"""Statistics: every figure there is, for a period, as of an instant, within what the caller may see."""

from __future__ import annotations

from flask_babel import gettext as _

from app.accounts.bearer import with_token
from app.accounts.tokens import Scope
from app.api.v1.blueprint import bp
from app.api.v1.faults import InvalidParameters
from app.api.v1.operations import operation
from app.api.v1.statistics_schemas import FigureEntry, Statistics, StatisticsQuery
from app.core.access import access, approved
from app.reports.charts import Hidden
from app.reports.statistics import asking, figures, public, rights
from app.reports.statistics.figures import Stated, Told
from app.reports.statistics.rights import Sight


@bp.get("/statistics")
@access(with_token(Scope.REPORTS, approved), sight=rights.anything)
@operation(
    "Figures for a period, as of an instant",
    query=StatisticsQuery,
    answer=Statistics,
    description=(
        "Counted from facts at every call. Who may read all reports gets everything; a focal point the figures of "
        "their countries; who looks after activities the figures of these; anybody else no more than the public "
        "page shows, where there is one, without filters."
    ),
    hidden=True,
)
def statistics(query: StatisticsQuery, sight: Sight) -> Statistics:
    """By id of the figure."""
    told = _wanted(query, figures.catalogue())
    if not sight.own:
        return _public(query, told)
    faults = asking.Faults()
    given = {name: str(value or "") for name, value in query.model_dump(by_alias=True).items()}
    put = asking.put(given, faults, tell=sight.everything)
    if faults:
        raise InvalidParameters(*faults.found)
    question = put.question
    assert question.end is not None
    stated = rights.state(told.values(), sight, put)
    return Statistics(
        figures={one.told.id: _entry(one) for one in stated},
        as_of=put.instant,
        start=question.start,
        end=question.end,
        public=False,
    )


def _wanted(query: StatisticsQuery, known: dict[str, Told]) -> dict[str, Told]:
    """The figures asked for. Raises InvalidParameters for one that there is not."""
    asked = [one for one in query.figure.split(",") if one]
    if unknown := [one for one in asked if one not in known]:
        raise InvalidParameters(("figure", _("Not known: %(values)s.", values=", ".join(unknown)[:100])))
    return {one: known[one] for one in asked} if asked else known


def _public(query: StatisticsQuery, told: dict[str, Told]) -> Statistics:
    """What the public page shows. Raises InvalidParameters for any filter: numbers could be subtracted."""
    given = [
        StatisticsQuery.model_fields[name].alias or name
        for name in sorted(query.model_fields_set - {"figure", "lang"})
        if getattr(query, name)
    ]
    if given:
        only = _("You see what the public page shows; leave this out.")
        raise InvalidParameters(*((name, only) for name in given))
    found = public.numbers()
    return Statistics(
        figures={
            one: _entry(Stated(told[one], None if isinstance(value, Hidden) else value))
            for one, value in found.totals.items()
            if one in told
        },
        as_of=found.at,
        start=None,
        end=found.at.date(),
        public=True,
    )


def _entry(one: Stated) -> FigureEntry:
    indicator = one.told.indicator
    return FigureEntry(
        value=one.value,
        name=one.told.name,
        definition=one.told.definition,
        unit=indicator.unit.value,
        population=str(indicator.population),
        exclusions=str(indicator.exclusions),
        version=indicator.version,
        by_day=indicator.by_day,
    )
