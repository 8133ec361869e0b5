"""Statistics for programs: who gets which figures, for which question, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.core.database import TransactionalFlask
from app.core.settings import KEY
from app.records import history
from app.records.counting import rebuild
from app.records.figures.models import NamedFigure
from app.records.indicators import INDICATORS
from app.records.models import ActivityKind, Verb
from app.reports.statistics import public
from tests.api.conftest import Api, Caller
from tests.cast import COURSE
from tests.conftest import Inside
from tests.records.scene import at, course, person, state
from tests.support.queries import counted

MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture(autouse=True)
def scene(inside: Inside) -> Iterator[None]:
    """Six people of three countries complete a course of the trainer's, one of them another one too."""
    public.forget()
    with inside() as session:
        own, other = course(COURSE), course("another-course", topic="borders")
        course("talk", kind=ActivityKind.WEBINAR, starts_at=at(3), topic="borders")
        for n, country in enumerate(("KE", "KE", "KE", "NG", "NG", "PE")):
            who = person(f"p{n}", country=country)
            state(who, own, Verb.COMPLETED, n, language="en" if n else "fr")
            if n == 0:
                state(who, other, Verb.COMPLETED, 40)
        session.add(NamedFigure(id="own_figure", indicator="completed", filters={"topics": ["borders"]},
                                names={"en": "Borders", "fr": "Frontières"}, definitions={}))  # fmt: skip
        session.flush()
        rebuild()
    yield
    public.forget()


@pytest.fixture
def private(app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The public page is switched off."""
    off = app.config[KEY].model_copy(update={"public_statistics": False})
    monkeypatch.setitem(app.config, KEY, off)


def asked(caller: Caller, query: str = "") -> dict[str, Any]:
    """The whole answer."""
    answer = caller.get(f"/statistics?{query}")
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def values(caller: Caller, query: str = "") -> dict[str, Any]:
    """Figures by id."""
    return {name: one["value"] for name, one in asked(caller, query)["figures"].items()}


# ------------------------------------------------------------------------------------------------ who gets what


@pytest.mark.parametrize("who", ["reporting_officer", "administrator"])
def test_who_reports_on_all_gets_every_figure_defined(api: Api, who: str) -> None:
    answer = asked(api(who), MARCH)
    assert answer["figures"].keys() == {*INDICATORS, "own_figure"}
    assert (answer["from"], answer["to"], answer["public"]) == ("2026-03-01", "2026-03-31", False)
    trained = answer["figures"]["trained"]
    assert (trained["value"], trained["unit"], trained["by_day"]) == (6, "people", False)
    assert {"name", "definition", "population", "exclusions", "version"} <= trained.keys()
    assert all(one["definition"] for one in answer["figures"].values())


def test_a_focal_point_gets_their_countries_only(api: Api, cast: Any, inside: Inside) -> None:
    caller = api("focal_point")
    found = values(caller, MARCH)
    assert (found["trained"], found["trained_countries"]) == (3, 1)
    assert values(caller, f"{MARCH}&country=NG")["trained"] == 0


def test_a_trainer_gets_their_activities_only(api: Api) -> None:
    found = values(api("trainer"), "from=2026-03-01&to=2026-05-01")
    assert (found["trained"], found["completions"], found["webinars"]) == (6, 6, 0)
    assert found["users"] is None, "accounts belong to no activity"
    assert values(api("other_trainer"), "from=2026-03-01&to=2026-05-01")["completions"] == 1
    assert values(api("trainer"), "activity=another-course")["trained"] == 0


def test_others_get_what_the_public_page_shows(api: Api) -> None:
    answer = asked(api("practitioner"))
    assert answer["public"]
    assert answer["figures"]["webinars"]["value"] == 1
    assert answer["figures"]["trained"]["value"] is None, (
        "with the countries it would tell of the few from Peru"
    )
    assert "completions" not in answer["figures"]
    for query in ("country=KE", "from=2026-03-01", "as_of=2026-03-01", "figure=trained&kind=course"):
        assert api("practitioner").get(f"/statistics?{query}").status_code == 400


@pytest.mark.usefixtures("private")
def test_others_find_nothing_where_the_page_is_off(api: Api, stranger: Caller) -> None:
    assert api("outsider").get("/statistics").status_code == 404
    assert api("reporting_officer").get("/statistics").status_code == 200
    assert stranger.get("/statistics").status_code == 401


# ------------------------------------------------------------------------------------------------ what is asked


def test_a_day_as_of_is_its_end_and_later_facts_are_not_known(api: Api, inside: Inside) -> None:
    with inside():
        then = history.as_of().instant
        late = person("late", country="KE")
        state(late, course(COURSE), Verb.COMPLETED, 1)
    caller = api("reporting_officer")
    query = f"{MARCH}&figure=trained&as_of={then.isoformat().replace('+00:00', 'Z')}"
    assert values(caller, query) == {"trained": 6}
    assert values(caller, f"{MARCH}&figure=trained") == {"trained": 7}
    past = asked(caller, "as_of=2020-03-16&figure=trained,users")
    assert past["as_of"] == "2020-03-16T23:59:59.999999Z"
    assert (past["to"], past["figures"]["trained"]["value"]) == ("2020-03-16", 0)


def test_filters_narrow_and_go_together(api: Api) -> None:
    caller = api("reporting_officer")
    for query, number in (
        ("country=KE", 3),
        ("country=KE,NG", 5),
        ("region=un_regional_groups/africa", 5),
        ("region=un_regional_groups/africa&country=NG", 2),
        ("language=fr", 1),
        ("kind=webinar", 0),
        (f"activity={COURSE}&country=PE", 1),
        ("channel=platform&profession=judge", 6),
        ("topic=borders", 0),
    ):
        assert values(caller, f"{MARCH}&figure=trained&{query}") == {"trained": number}, query
    assert values(caller, "figure=own_figure") == {"own_figure": 1}
    assert values(caller, "figure=users&topic=borders") == {"users": None}


def test_named_figures_speak_the_language_asked_for(api: Api) -> None:
    figures = asked(api("reporting_officer"), "figure=own_figure&lang=fr")["figures"]
    assert figures["own_figure"]["name"] == "Frontières"


@pytest.mark.parametrize(
    "query",
    [
        *("from=2026-13-01", "to=soon", "from=2026-03-02&to=2026-03-01", "as_of=2026-03-01T10:00:00"),
        *("as_of=9999-99-99", "country=XX", "country=ke", "region=nothing", "region=un_regional_groups/moon"),
        *("kind=party", "channel=radio", "topic=nothing", "activity=nothing", "figure=of_nothing"),
        *("newness=old", "country_basis=later", "corrections=none", "profession=king", "gender=x"),
        *("colour=red", "from=1999-12-31", "as_of=1850-01-01", "tag=a%01b", "kind=%01"),
    ],
)
def test_what_cannot_be_read_is_named(api: Api, query: str) -> None:
    answer = api("reporting_officer").get(f"/statistics?{query}")
    assert answer.status_code == 400
    assert answer.json is not None
    names = {one["field"] for one in answer.json["errors"]}
    assert names <= {part.split("=")[0] for part in query.split("&")}
    assert names


def test_all_figures_take_a_statement_a_basis(api: Api) -> None:
    caller = api("reporting_officer")
    caller.get("/statistics")
    with counted() as sent:
        caller.get(f"/statistics?{MARCH}")
    assert len(sent) <= 22, sent
