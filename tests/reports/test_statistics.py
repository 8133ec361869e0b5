"""The public page, a figure's definition and value, and the rows behind it: who sees which numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.database import TransactionalFlask
from app.core.settings import KEY
from app.records.counting import rollups
from app.records.models import ActivityKind, Verb
from app.reports.statistics import overview, public
from tests.cast import COURSE, Cast
from tests.conftest import Inside
from tests.records.scene import at, course, person, state
from tests.support.queries import counted

MARCH = "from=2026-03-01&to=2026-03-31"
PEOPLE = {"KE": 5, "NG": 5, "PE": 2, "CL": 5, "NO": 5}
"""People of each country who complete the trainer's course; those from Peru are too few to be shown."""


@pytest.fixture(autouse=True)
def scene(inside: Inside) -> Iterator[None]:
    """A course of the trainer's that people of five countries complete, another one, and a webinar."""
    public.forget()
    overview.forget()
    with inside():
        own, other = course(COURSE), course("another-course", titles={"en": "A course of others"})
        course("talk", kind=ActivityKind.WEBINAR, starts_at=at(3))
        for country, number in PEOPLE.items():
            for n in range(number):
                who = person(f"{country}{n}", country=country)
                state(who, own, Verb.COMPLETED, n)
                if country == "NO":
                    state(who, other, Verb.COMPLETED, n + 0.5)
        rollups.refresh()
    yield
    public.forget()
    overview.forget()


@pytest.fixture
def private(app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The public page is switched off."""
    off = app.config[KEY].model_copy(update={"public_statistics": False})
    monkeypatch.setitem(app.config, KEY, off)


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    """The text of a page."""
    answer: TestResponse = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


# ------------------------------------------------------------------------------------------------ the public page


def test_everybody_sees_totals_years_regions_and_the_map(client: FlaskClient) -> None:
    text = page(client, "/statistics")
    for told in ("People trained by country", "Registered users by region", "Over time", "Sessions held"):
        assert told in text
    assert '<p class="number-value">22</p><p class="number-label">People trained on the platform' in text
    assert "as of" in text
    assert text.count("<details") > 8, "each chart with its table, each number with its definition"


def test_the_footer_leads_to_it(client: FlaskClient) -> None:
    assert '<a href="/statistics">Statistics</a>' in page(client, "/verify?lang=en")


def test_the_footer_does_not_lead_to_what_is_switched_off(client: FlaskClient, private: None) -> None:
    assert 'href="/statistics"' not in page(client, "/verify?lang=en")


def test_few_people_of_a_country_are_not_told_nor_their_neighbours(client: FlaskClient) -> None:
    text = page(client, "/statistics")
    after = text[text.index("People trained by country") :]
    rows = {
        name: after[after.index(f">{name}<") :].split("</tr>")[0]
        for name in ("Peru", "Chile", "Norway", "Kenya")
    }
    assert "not shown" in rows["Peru"]
    assert "not shown" in rows["Chile"], "the region's 7 less these 5 would be those from Peru"
    assert "not shown" not in rows["Norway"]
    assert "not shown" not in rows["Kenya"]


@pytest.mark.parametrize("language", ["ar", "zh", "fr", "ru", "es"])
def test_the_page_is_there_in_six_languages(client: FlaskClient, language: str) -> None:
    text = page(client, f"/statistics?lang={language}")
    assert f'<html lang="{language}"' in text


def test_strangers_cannot_load_the_database(client: FlaskClient) -> None:
    with counted() as sent:
        page(client, "/statistics")
    assert len(sent) <= 8, sent
    with counted() as again:
        page(client, "/statistics")
    assert again == []


@pytest.mark.usefixtures("private")
def test_switched_off_it_is_there_for_nobody_else(client: FlaskClient, cast: Cast) -> None:
    page(client, "/statistics", 404)
    page(client, "/statistics/figures/trained", 404)
    page(cast("practitioner").client, "/statistics", 404)
    assert cast("reporting_officer").client.get("/statistics").status_code == 302


def test_the_front_page_leads_there(client: FlaskClient) -> None:
    assert 'href="/statistics"' in page(client, "/")


# ------------------------------------------------------------------------------------------------ a figure


@pytest.mark.parametrize("who", ["stranger", "practitioner", "outsider"])
def test_others_get_the_definition_of_public_figures_and_nothing_behind(
    client: FlaskClient, cast: Cast, who: str
) -> None:
    browser = client if who == "stranger" else cast(who).client
    text = page(browser, "/statistics/figures/trained?country=PE&lang=en")
    assert "Distinct people who completed" in text
    assert "What counts as training" in text
    assert ">22<" in text, "a filter narrows nothing for them"
    assert "/rows" not in text
    page(browser, "/statistics/figures/completions", 404)
    page(browser, "/statistics/figures/of_nothing", 404)
    assert browser.get("/statistics/figures/trained/rows").status_code in {302, 404}


@pytest.mark.parametrize(
    ("who", "query", "value"),
    [
        ("reporting_officer", MARCH, 22),
        ("reporting_officer", f"{MARCH}&country=PE", 2),
        ("reporting_officer", "as_of=2020-03-16", 0),
        ("administrator", f"{MARCH}&region=un_regional_groups/africa", 10),
        ("focal_point", MARCH, 5),
        ("focal_point", f"{MARCH}&country=NG", 0),
        ("other_focal_point", MARCH, 5),
        ("trainer", MARCH, 22),
        ("other_trainer", MARCH, 5),
    ],
)
def test_readers_ask_within_their_rights(cast: Cast, who: str, query: str, value: int) -> None:
    text = page(cast(who).client, f"/statistics/figures/trained?{query}")
    assert f">{value}</a></p>" in text


def test_a_figure_is_split_and_what_cannot_be_read_is_named(cast: Cast) -> None:
    officer = cast("reporting_officer").client
    text = page(officer, f"/statistics/figures/trained?{MARCH}&by=country")
    assert "The number by parts" in text
    assert "Peru" in text
    text = page(officer, "/statistics/figures/trained?from=soon&country=XX", 422)
    assert "Write a day as year-month-day." in text
    assert 'href="#filter-country"' in text


# ------------------------------------------------------------------------------------------------ the rows behind


def test_a_number_opens_to_its_rows_and_these_to_facts(cast: Cast) -> None:
    officer = cast("reporting_officer").client
    text = page(officer, f"/statistics/figures/trained/rows?{MARCH}&country=PE")
    assert text.count("<tr>") == 3
    assert "Pe0 Example" in text
    facts = next(part.split('"')[0] for part in text.split('href="') if part.startswith("/reports/people/")
                 and part.split('"')[0].count("/") == 4)  # fmt: skip
    assert "Completed" in page(officer, facts)


def test_a_focal_point_sees_the_rows_of_their_country_only(cast: Cast) -> None:
    text = page(cast("focal_point").client, f"/statistics/figures/trained/rows?{MARCH}")
    assert "Ke0 Example" in text
    for name in ("Ng0 Example", "Pe0 Example", "No0 Example"):
        assert name not in text
    assert "Ke0" not in page(cast("other_focal_point").client, f"/statistics/figures/trained/rows?{MARCH}")


def test_a_trainer_sees_the_rows_of_their_activities_only(cast: Cast) -> None:
    text = page(cast("other_trainer").client, f"/statistics/figures/completions/rows?{MARCH}")
    assert "A course of others" in text
    assert text.count("No0 Example") >= 1
    assert "Ke0 Example" not in text


def test_who_moved_away_keeps_their_number_and_loses_their_name(cast: Cast, inside: Inside) -> None:
    with inside() as session:
        who = person("mover", country="KE")
        state(who, course(COURSE), Verb.COMPLETED, 1)
        who.country = "PE"
        session.flush()
    text = page(cast("focal_point").client, f"/statistics/figures/trained/rows?{MARCH}")
    assert "Mover" not in text
    assert "Not by name" in text
    assert "Mover" in page(cast("reporting_officer").client, f"/statistics/figures/trained/rows?{MARCH}")


def test_what_people_do_in_rooms_has_no_names(cast: Cast, inside: Inside) -> None:
    with inside():
        room = course("room-1", kind=ActivityKind.ROOM, titles={"en": "A room"})
        state(person("guest"), room, Verb.JOINED, 1)
    text = page(cast("reporting_officer").client, f"/statistics/figures/room_members/rows?{MARCH}")
    assert "Guest" not in text
    assert "without names" in text


@pytest.mark.parametrize("who", ["practitioner", "expert", "outsider", "pending"])
def test_others_find_no_rows(cast: Cast, who: str) -> None:
    for path in ("/statistics/figures/trained/rows", "/statistics/figures/users/rows?country=KE"):
        answer = cast(who).client.get(path)
        assert answer.status_code in {302, 404}
        assert "Example" not in answer.text


def test_rows_cost_few_statements_however_many(cast: Cast) -> None:
    officer = cast("reporting_officer").client
    page(officer, f"/statistics/figures/trained/rows?{MARCH}")
    with counted() as sent:
        page(officer, f"/statistics/figures/trained/rows?{MARCH}")
    assert len(sent) <= 8, sent
