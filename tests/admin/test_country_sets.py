"""Country sets: made once, given new versions that change nothing before them, retired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.records import groupings
from tests.admin.conftest import MOST_QUERIES
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import hidden_fields, send

NEW = "/admin/country-sets/new"
PARTNERS: dict[str, Any] = {
    "name_en": "Partners of 2024",
    "members": ["KE", "TN"],
    "valid_from": "2024-01-01",
}


@pytest.fixture
def country_set(cast: Cast) -> str:
    """The address of a set."""
    answer = send(cast("reporting_officer").client, NEW, **PARTNERS)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


@pytest.mark.parametrize("name", ["reporting_officer", "administrator"])
def test_make_a_set(cast: Cast, name: str) -> None:
    client = cast(name).client
    address = send(client, NEW, **PARTNERS, name_ar="الشركاء", note="As agreed").headers["Location"]
    page = client.get(address).text
    assert "Partners of 2024" in page
    assert all(words in page for words in ("Kenya", "Tunisia", "As agreed", "In use"))
    assert "Partners of 2024" in client.get("/admin/country-sets").text
    assert "الشركاء" in client.get(f"{address}?lang=ar").text


def test_built_in_sets_are_shown_with_their_years(cast: Cast) -> None:
    client = cast("reporting_officer").client
    overview = client.get("/admin/country-sets").text
    assert all(title in overview for title in ("Least developed countries", "Regions of the reports"))
    page = client.get("/admin/country-sets/least_developed_countries").text
    assert "Vanuatu" in page
    assert "Write a new version" not in page
    assert "Timor-Leste" in client.get("/admin/country-sets/report_regions").text


def test_a_repeated_submit_makes_one(cast: Cast, inside: Inside) -> None:
    client = cast("administrator").client
    fields = hidden_fields(client.get(NEW).text, NEW) | PARTNERS
    first, second = (client.post(NEW, data=fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    with inside():
        assert len(groupings.all_sets()) == len(groupings.SETS) + 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name_en": "  "}, "Give the set a name in at least one language."),
        ({"name_en": "x" * 121}, "At most 120 characters"),
        ({"members": []}, "Choose at least one country."),
        ({"members": ["XX"]}, "not a valid choice"),
        ({"valid_from": ""}, "Choose the day from which this version holds."),
        ({"valid_from": "0024-01-01"}, "Choose a day between 1990 and 2100."),
        ({"valid_from": "yesterday"}, "Not a valid date value."),
    ],
)
def test_what_is_refused_is_said_and_kept(cast: Cast, typed: dict[str, Any], words: str) -> None:
    answer = send(cast("administrator").client, NEW, **(PARTNERS | typed))
    assert answer.status_code == 422
    assert words in answer.text
    if "members" not in typed:
        assert 'value="KE" checked' in answer.text or 'checked id="members-' in answer.text


def test_a_new_version_begins_as_the_last_and_leaves_it_alone(cast: Cast, country_set: str) -> None:
    client = cast("administrator").client
    form = client.get(f"{country_set}/versions/new").text
    assert 'value="Partners of 2024"' in form
    typed: dict[str, Any] = {
        "name_en": "Partners",
        "members": ["KE", "PE"],
        "valid_from": "2025-06-01",
        "note": "Peru came",
    }
    answer = send(client, f"{country_set}/versions/new", **typed)
    assert answer.headers["Location"] == country_set
    page = client.get(country_set).text
    assert "Version 2 is written." in page
    assert all(words in page for words in ("Peru came", "Partners of 2024", "Tunisia", "The first version"))


def test_retire(cast: Cast, country_set: str) -> None:
    client = cast("administrator").client
    fields = hidden_fields(client.get(country_set).text, f"{country_set}/end")
    later = hidden_fields(client.get(f"{country_set}/versions/new").text, f"{country_set}/versions/new")
    assert client.post(f"{country_set}/end", data=fields).status_code == 302
    assert "Retired" in client.get(country_set).text
    assert client.post(f"{country_set}/end", data=fields).status_code == 409
    assert client.post(f"{country_set}/versions/new", data=later | PARTNERS).status_code == 409


def test_built_in_sets_take_no_version(cast: Cast, country_set: str) -> None:
    client = cast("administrator").client
    fields = hidden_fields(client.get(country_set).text, f"{country_set}/end")
    for address in ("report_regions/versions/new", "report_regions/end"):
        assert client.post(f"/admin/country-sets/{address}", data=fields | PARTNERS).status_code == 404


@pytest.mark.parametrize("name", ["practitioner", "trainer", "focal_point", "room_manager"])
def test_others_cannot(cast: Cast, country_set: str, name: str) -> None:
    client = cast(name).client
    for address in ("/admin/country-sets", NEW, country_set, f"{country_set}/versions/new"):
        assert client.get(address).status_code == 404
    token = hidden_fields(client.get("/about").text, "/account/sign-out")
    for address in (NEW, f"{country_set}/versions/new", f"{country_set}/end"):
        assert client.post(address, data=token | PARTNERS).status_code == 404


def test_few_queries(cast: Cast, country_set: str, queries: Callable[[FlaskClient, str], int]) -> None:
    client = cast("administrator").client
    for address in ("/admin/country-sets", NEW, country_set, f"{country_set}/versions/new"):
        assert queries(client, address) <= MOST_QUERIES
