"""Results: the activities there are results of, one activity's at each stage, and as a file."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core import csv
from app.core.access import access, approved, current_actor
from app.feedback import keepers, loaders, queries
from app.feedback.models import AT_THE_END, STAGES
from app.feedback.notices import title_of
from app.feedback.policy import readers
from app.feedback.queries import Results
from app.feedback.queries.overview import A_PAGE
from app.feedback.queries.trend import questions_for_trend
from app.feedback.views.blueprint import bp
from app.feedback.words import stage_words
from app.records.models import Activity

_MOST_PAGES = 1000


@bp.get("/results")
@access(readers)
def overview() -> str:
    """The activities whose results I may see, with how many answered."""
    page = request.args.get("page", "1")
    number = int(page) if page.isdecimal() and page.isascii() and 0 < int(page[:9]) <= _MOST_PAGES else 1
    lines = queries.overview(current_actor(), offset=(number - 1) * A_PAGE)
    return render_template(
        "feedback/overview.html",
        lines=lines[:A_PAGE],
        title_of=title_of,
        previous=url_for("feedback.overview", page=number - 1) if number > 1 else None,
        next=url_for("feedback.overview", page=number + 1) if len(lines) > A_PAGE else None,
    )


@bp.get("/<activity_id>/results")
@access(approved, found=loaders.results)
def results(found: tuple[Activity, bool]) -> str:
    """What was said of an activity at a stage, beside how many answered."""
    activity, plans = found
    shown = queries.results_of(activity, _stage())
    if shown.stage not in shown.stages:
        shown = queries.results_of(activity, AT_THE_END)
    compares = shown.stage == AT_THE_END and not keepers.asks_itself(activity)
    return render_template(
        "feedback/results.html",
        activity=activity,
        title=title_of(activity),
        results=shown,
        stage_words=stage_words,
        deliveries=queries.trend(current_actor(), activity) if compares else [],
        compared=questions_for_trend(),
        plans=plans,
        least=queries.LEAST,
        title_of=title_of,
    )


@bp.get("/<activity_id>/results.csv")
@access(approved, found=loaders.results)
def results_csv(found: tuple[Activity, bool]) -> Response:
    """The results of every stage as CSV: what the page shows, nothing more. Kept in the audit."""
    activity, actor = found[0], current_actor()
    audit.record(actor, AuditVerb.FEEDBACK_EXPORTED, "activity", str(activity.key), detail={"format": "csv"})
    header = [
        _("When"), _("Answers"), _("Asked"), _("Response rate"), _("Question"), _("Answers to it"),
        _("Mean"), _("Median"), _("Answer"), _("How many"), _("May be quoted"),
    ]  # fmt: skip
    rows = list(_rows_of(activity))
    answer = Response("".join(csv.stream(header, rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="feedback-{activity.slug}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _rows_of(activity: Activity) -> Iterator[list[object]]:
    first = queries.results_of(activity, AT_THE_END)
    yield from _rows(first)
    for stage in first.stages[1:]:
        yield from _rows(queries.results_of(activity, stage))


def _rows(found: Results) -> Iterator[list[object]]:
    rate = None if found.rate is None else round(found.rate, 4)
    about: list[object] = [stage_words(found.stage), found.given, found.asked, rate]
    if not found.enough:
        yield [*about, "", "", None, None, _("Fewer than five answers"), None, ""]
        return
    for one in found.rated:
        if one.counts is None:
            yield [*about, one.text, "", None, None, _("Fewer than five answers"), None, ""]
            continue
        for point, number in one.counts.items():
            mean = None if one.mean is None else round(one.mean, 2)
            words = f"{point}: {one.words[point]}"
            yield [*about, one.text, one.number, mean, one.median, words, number, ""]
    for asked in found.said:
        for text, quotable in asked.items:
            may = _("Yes") if quotable else _("No")
            yield [*about, asked.text, len(asked.items), None, None, text, None, may]


def _stage() -> int:
    wanted = request.args.get("stage", "")
    return next((stage for stage in STAGES if str(stage) == wanted), AT_THE_END)
