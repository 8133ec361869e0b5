"""The audit page: filtered, by cursor, with what is personal, and where sealing stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.audit.actions import erase_person, record
from app.audit.sealing import seal
from tests.admin.conftest import MOST_QUERIES
from tests.cast import Cast
from tests.conftest import Inside


@pytest.fixture
def entries(cast: Cast, inside: Inside) -> None:
    """Something of each kind: by the administrator on the member, with a payload; by nobody; sealed and not."""
    player, member = cast("administrator"), cast("member")
    with inside():
        record(player.actor(), "role.granted", "person", member.public_id, detail={"role": "expert"},
               personal={"note": "By letter of the ministry"}, person_id=member.id)  # fmt: skip
        seal()
        record(None, "content.synced", "course", "electronic-evidence")


def results(client: FlaskClient, query: str = "") -> str:
    """Return the part of the page that lists entries."""
    answer = client.get(f"/admin/audit?{query}")
    assert answer.status_code == 200
    return answer.text.split('id="results"')[1]


@pytest.mark.usefixtures("entries")
def test_entries_tell_who_what_when_and_the_seal(cast: Cast) -> None:
    listed = results(cast("administrator").client)
    for expected in (
        "Deborah Mensah",
        "Ngozi Adeyemi",
        "role.granted",
        "By letter of the ministry",
        "the platform",
        "Not sealed yet",
    ):
        assert expected in listed


@pytest.mark.usefixtures("entries")
@pytest.mark.parametrize(
    ("query", "granted", "synced"),
    [
        ("verb=role.granted&object=person", True, False),
        ("verb=content.synced", False, True),
        ("object=course+electronic-evidence", False, True),
        ("object=course+other", False, False),
        ("person=MEMBER%40cast.example", True, False),
        ("person=administrator%40cast.example&verb=role.granted", True, False),
        ("person=nobody%40cast.example", False, False),
        ("from=2020-01-01&to=2099-01-01", True, True),
        ("to=2020-01-01", False, False),
        ("from=nonsense", True, True),
    ],
)
def test_filters(cast: Cast, query: str, granted: bool, synced: bool) -> None:
    listed = results(cast("administrator").client, query)
    assert ("By letter of the ministry" in listed) is granted
    assert ("electronic-evidence</bdi>" in listed) is synced


@pytest.mark.usefixtures("entries")
def test_an_erased_payload_is_gone_from_the_page(cast: Cast, inside: Inside) -> None:
    with inside():
        erase_person(cast("member").id)
    listed = results(cast("administrator").client)
    assert "By letter of the ministry" not in listed
    assert "was erased on" in listed


def test_pages_by_cursor_in_few_queries(
    cast: Cast, inside: Inside, queries: Callable[[FlaskClient, str], int]
) -> None:
    player = cast("administrator")
    with inside():
        for number in range(120):
            record(
                player.actor(),
                "report.exported",
                "report",
                f"number-{number}",
                personal={"n": number},
                person_id=1,
            )
    assert queries(player.client, "/admin/audit?verb=report.exported") <= MOST_QUERIES
    seen, path = [], "/admin/audit?verb=report.exported"
    while path:
        page = player.client.get(path).text
        seen += [number for number in range(120) if f"number-{number}<" in page]
        path = (
            page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in page
            else ""
        )
    assert sorted(seen) == list(range(120))
    assert player.client.get("/admin/audit?before=x").status_code == 404


@pytest.mark.usefixtures("entries")
def test_sealing_and_verification_are_told(cast: Cast, inside: Inside) -> None:
    client = cast("administrator").client
    page = client.get("/admin/audit").text
    assert "entries are sealed" in page
    assert "never verified" in page
    with inside():
        record(None, "audit.verified", "audit", "chain", detail={"fine": False, "findings": 1})
    assert "does NOT hold" in client.get("/admin/audit").text
    assert "The audit does not hold" in client.get("/admin").text


def test_entries_left_unsealed_are_told(cast: Cast, inside: Inside) -> None:
    with inside() as session:
        record(None, "content.synced", "course", "late")
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        session.execute(text("UPDATE audit_entry SET at = now() - interval '2 minutes'"))
        session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))
    assert "The audit is not being sealed" in cast("administrator").client.get("/admin/audit").text


@pytest.mark.parametrize("name", ["practitioner", "trainer", "reporting_officer"])
def test_others_see_nothing_of_it(cast: Cast, name: str) -> None:
    assert cast(name).client.get("/admin/audit").status_code == 404
