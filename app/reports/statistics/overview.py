"""The first part of a dashboard: the numbers, and how they went over the months.

Who sees everything and asks for whole months up to now is answered from sums, at once, however many facts there are.
Any other question is counted from facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock

from flask import url_for
from flask_babel import gettext as _

from app.core import clock
from app.core.i18n import format_day, format_number
from app.records import measuring, trends
from app.records.indicators import INDICATORS
from app.records.measuring import Asked
from app.records.overview import PARTICIPANTS, TRAINED, people_by_month
from app.records.questions import Question
from app.records.trends import Span
from app.reports import charts
from app.reports.charts import Chart, Series
from app.reports.statistics import fields
from app.reports.statistics.asking import Put
from app.reports.statistics.figures import catalogue_of, state
from app.reports.statistics.rights import Sight

OF_PEOPLE = (
    *("users", "user_countries", "trained", "trained_countries", "participants", "participations"),
    *("deliveries", "webinars", "recording_uses"),
)
OF_ACTIVITIES = ("participants", "participations", "completed", "certified", "webinars", "attended_hours")
OF_ROOMS = ("room_members", "room_countries", "room_exchanges", "room_resources")
FRESH = timedelta(minutes=5)
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Headline:
    """A number with what it counts; ``url`` leads to its definition for the same question."""

    id: str
    text: str
    name: str
    definition: str
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The first part of a dashboard."""

    numbers: Sequence[Headline]
    trend: Chart | None
    summed: bool


def default_start(put: Put) -> date:
    """Return where a dashboard's period begins when nothing is asked: 24 months, this one included."""
    return fields.months_before(fields.today(put), MONTHS - 1)


def overview(sight: Sight, put: Put, values: Mapping[str, str], *, rooms: bool) -> Overview:
    """Return the numbers that fit what the reader sees, and the months of the period."""
    if from_sums(sight, put, values):
        return Overview(_told(_summed(put), values), _months(*_summed_months(put), put), summed=True)
    question = sight.narrowed(put.question)
    of_people = sight.everything or bool(sight.countries)
    ids = OF_PEOPLE if of_people else (OF_ROOMS if rooms else ()) + OF_ACTIVITIES
    stated = state(catalogue_of(ids), question, put.instant)
    found = {one.told.id: one.value for one in stated if one.value is not None}
    if rooms and not of_people and not any(found.get(one) for one in OF_ACTIVITIES):
        # who looks after rooms alone holds nothing else
        of_rooms = {name: number for name, number in found.items() if name in OF_ROOMS}
        return Overview(_told(of_rooms, values), None, summed=False)
    monthly = [_counted_months(one, question, put.instant) for one in ("trained", "participants")]
    return Overview(_told(found, values), _months(monthly[0], monthly[1], put), summed=False)


def from_sums(sight: Sight, put: Put, values: Mapping[str, str]) -> bool:
    """Whether the sums answer the question: everything, whole months, up to now."""
    start, end = put.question.start, put.question.end
    narrowed = values.keys() - {"from", "to"}
    whole = (start is None or start.day == 1) and end == fields.today(put)
    return sight.everything and not narrowed and whole


def _told(found: Mapping[str, float], values: Mapping[str, str]) -> list[Headline]:
    query = fields.query(values)
    return [
        Headline(
            id=name,
            text=format_number(number),
            name=str(INDICATORS[name].name),
            definition=str(INDICATORS[name].definition),
            url=url_for("statistics.definition", figure=name) + query,
        )
        for name, number in found.items()
    ]


# ------------------------------------------------------------------------------------------------ from sums


def _span(put: Put) -> Span:
    assert put.question.end is not None
    return Span(put.question.start, put.question.end)


def _summed(put: Put) -> dict[str, float]:
    totals = trends.totals([TRAINED, PARTICIPANTS], _span(put), ["", "country"])
    users = trends.users(_span(put).last, "country")
    trained = totals[TRAINED, ""].get("", trends.NONE)
    took_part = totals[PARTICIPANTS, ""].get("", trends.NONE)
    found: dict[str, float] = {
        "users": sum(users.values()),
        "user_countries": _countries({code: number for code, number in users.items() if number}),
        "trained": trained.people,
        "trained_countries": _countries(
            {code: one.people for code, one in totals[TRAINED, "country"].items() if one.people}
        ),
        "participants": took_part.people,
        "participations": took_part.participations,
    }
    held = state(catalogue_of(("deliveries", "webinars")), put.question, put.instant)
    found |= {one.told.id: one.value or 0 for one in held}
    found["recording_uses"] = _kept(put)
    return found


def _countries(people: Mapping[str, int]) -> int:
    return sum(1 for code in people if code)


_lock = Lock()
_uses: dict[Question, tuple[datetime, float]] = {}


def _kept(put: Put) -> float:
    """Uses of recordings are not summed: they are counted from facts, at most every few minutes in each process."""
    with _lock:
        found = _uses.get(put.question)
        if found is None or not timedelta(0) <= clock.now() - found[0] < FRESH:
            asked = Asked("recording_uses", INDICATORS["recording_uses"], put.question)
            _uses.clear()
            value = measuring.count([asked], put.instant)["recording_uses"].value
            found = _uses[put.question] = (clock.now(), value)
        return found[1]


def forget() -> None:
    """Count again at the next request."""
    _uses.clear()


def _summed_months(put: Put) -> tuple[dict[str, float], dict[str, float]]:
    found = people_by_month([TRAINED, PARTICIPANTS], _span(put))
    trained, took_part = (
        {f"{day:%Y-%m}": float(one) for day, one in found[scope].items()} for scope in found
    )
    return trained, took_part


# ------------------------------------------------------------------------------------------------ from facts


def _counted_months(figure: str, question: Question, instant: datetime) -> dict[str, float]:
    """People of each month by when they first completed or took part in each activity."""
    cells = measuring.split(Asked(figure, INDICATORS[figure], question), ["month"], instant)
    return {cell.values[0]: cell.number for cell in cells}


def _months(trained: Mapping[str, float], took_part: Mapping[str, float], put: Put) -> Chart:
    """The months of the period, at most the last five years of it."""
    assert put.question.end is not None
    first = put.question.start or date(put.question.end.year - 4, 1, 1)
    months = _between(max(first, date(put.question.end.year - 4, 1, 1)), put.question.end)

    def series(name: str, numbers: Mapping[str, float]) -> Series:
        return Series(
            name, [(format_day(month, "LLL yy"), numbers.get(f"{month:%Y-%m}", 0)) for month in months]
        )

    return charts.line(
        _("People by month"),
        [series(_("Took part"), took_part), series(_("Trained"), trained)],
        of=_("Month"),
        notes=[
            _(
                "Each month counts its own different people; whoever comes in several months is in each of them."
            )
        ],
    )


def _between(first: date, last: date) -> list[date]:
    numbers = range(trends.month_number(first), trends.month_number(last) + 1)
    return [trends.first_day(number) for number in numbers]
