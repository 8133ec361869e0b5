"""Every link of every cell leads to a page for the same reader, and what is beneath a row counts what the row says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from app.records import actions
from app.records.models import ActivityKind, Verb
from app.reports import catalogue, drilling
from app.reports.catalogue import REPORTS
from app.reports.frame import Asked
from app.reports.participations import ParticipationReport
from tests.cast import Cast
from tests.conftest import Inside
from tests.irooms.conftest import masked_room, open_room, room  # noqa: F401 - fixtures
from tests.irooms.scene import RoomScene
from tests.records.scene import person, state
from tests.reports.scene import TWO, ReportScene, activity, make

READERS = ("reporting_officer", "focal_point", "trainer")
ADDED = {
    "countries": "participations",
    "activities": "people",
    "recordings": "uses",
    "rooms": "members",
}
"""What the row of a table and the total beneath it both count."""


@pytest.fixture
def scene(inside: Inside) -> ReportScene:
    """The scene of reports; somebody erased, somebody who moved, an account with nothing, a use from elsewhere."""
    with inside() as session:
        made = make()
        erased = person("Erased", country="KE", profession="judge", institution="Court of Appeal")
        person("Blank", country="TN", profession="police", institution="")
        moved = person("Moved", country="KE", profession="judge")
        session.flush()
        for who in (erased, moved):
            state(who, made.course, Verb.ENROLLED, 1, language="fr")
            state(who, made.course, Verb.COMPLETED, 0.5)
        actions.cut_link(erased.id)
        moved.country, moved.profession = "SN", "police"
        session.flush()
        state(moved, made.recording, Verb.PLAYED, 30, result={"seconds": 60}, language="ar")
        room_key = activity("listed-room", ActivityKind.ROOM, address="/irooms/x", topic="borders")
        state(made.people["wanjiku"], room_key, Verb.JOINED, 3)
    return made


def links(client: FlaskClient, path: str) -> set[str]:
    """The addresses of the cells of a page's table, its total row included."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    rows = "".join(re.findall(r"<tbody>.*?</tbody>", answer.text, re.DOTALL))
    found = {unescape(one) for one in re.findall(r'href="([^"]+)"', rows)}
    return {one for one in found if not one.startswith("/certificates/")}  # the scene has facts of them only


def follow(client: FlaskClient, paths: list[str]) -> int:
    """Open every link of the pages, each once; returns how many there were."""
    found = {link for path in paths for link in links(client, path)}
    for link in sorted(found):
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert "Nothing fits these filters" not in answer.text, link
    return len(found)


@pytest.mark.parametrize("who", READERS)
def test_every_link_of_a_report_leads_somewhere(cast: Cast, scene: ReportScene, who: str) -> None:
    client = cast(who).client
    for name in REPORTS:
        if client.get(f"/reports/{name}").status_code != 404:
            group, by = TWO[name]
            follow(client, [f"/reports/{name}?lang=en", f"/reports/{name}?lang=en&group={group}&by={by}"])


@pytest.mark.long
@pytest.mark.parametrize("who", READERS)
def test_every_link_of_every_grouping_leads_somewhere(cast: Cast, scene: ReportScene, who: str) -> None:
    client = cast(who).client
    for name, report in REPORTS.items():
        if client.get(f"/reports/{name}").status_code != 404:
            paths = [f"/reports/{name}?lang=en&group={one}" for one in report.dimensions]
            assert follow(client, paths) or name in {"rooms", "recordings"} or who != "reporting_officer"


def test_links_of_a_room_manager(
    cast: Cast,
    room: RoomScene,  # noqa: F811
    masked_room: RoomScene,  # noqa: F811
) -> None:
    client = cast("room_manager").client
    pages = ["/reports/rooms?lang=en", *(f"/reports/rooms?lang=en&group={one}" for one in TWO["rooms"])]
    follow(client, pages)
    assert client.get("/reports/rooms?group=country").status_code == 422


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("name", sorted(set(REPORTS) - {"rooms"}))
def test_what_is_beneath_a_group_counts_the_same(
    cast: Cast, scene: ReportScene, inside: Inside, who: str, name: str
) -> None:
    for one in READERS:
        cast(one)
    with inside():
        report = REPORTS[name]
        for grouping in ({"group": one} for one in report.dimensions):
            compare(cast, who, name, grouping)
        compare(cast, who, name, dict(zip(("group", "by"), TWO[name], strict=True)))
        compare(cast, who, name, {"group": "region", "by": "legal_system"})


def compare(cast: Cast, who: str, name: str, args: Mapping[str, str]) -> None:
    """Compare each group with the page that its last cell leads to."""
    question = catalogue.ask(REPORTS[name], cast(who).actor(), args, "UTC", "en")
    if not isinstance(question, Asked):
        assert name == "activities", args
        return
    keys = [one.key for one in question.report.columns(question)]
    page = question.report.page(question, 1, 100)
    linker = drilling.links(question, page)
    for number, row in enumerate(page.rows):
        address = linker(row, number).get(keys[len(question.grouping) - 1])
        if address is None:
            continue
        beneath = catalogue.ask(
            REPORTS[name], cast(who).actor(), dict(parse_qsl(urlsplit(address).query)), "UTC", "en"
        )
        assert isinstance(beneath, Asked), (address, beneath.errors)
        assert row[keys.index(counted(question))] == total(beneath), (args, row, address)


def counted(question: Asked) -> str:
    """The key of a group's count that is compared."""
    name = question.report.name
    if name == "quality":
        return "findings"
    if isinstance(question.report, ParticipationReport):
        return "participations" if name in {"completions", "inactive"} else "rows"
    return ADDED[name]


def total(beneath: Asked) -> float | None:
    """The same over all of what is beneath."""
    report = beneath.report
    if report.name == "quality":
        return sum(one.value or 0 for one in report.numbers(beneath))
    if isinstance(report, ParticipationReport):
        return report.numbers(beneath)[0].value
    keys = [one.key for one in report.columns(beneath)]
    value: float | None = (report.totals(beneath) or [])[keys.index(ADDED[report.name])]
    return value


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("countries", {}),
        ("countries", {"period": "completed", "from": "2026-03-02", "to": "2026-03-09"}),
        ("activities", {}),
        ("activities", {"period": "held"}),
        ("activities", {"period": "held", "from": "2026-03-02", "to": "2026-03-30"}),
        ("activities", {"from": "2026-03-02", "to": "2026-03-30"}),
        ("activities", {"period": "completed", "from": "2026-03-01", "to": "2026-03-30"}),
        ("activities", {"country": "PE"}),
        ("activities", {"topic": "-", "gender": "female"}),
    ],
)
def test_what_is_beneath_a_country_and_an_activity(
    cast: Cast, scene: ReportScene, inside: Inside, name: str, args: dict[str, str]
) -> None:
    officer = cast("reporting_officer")
    with inside():
        question = catalogue.ask(REPORTS[name], officer.actor(), args, "UTC", "en")
        assert isinstance(question, Asked), question.errors
        page = question.report.page(question, 1, 100)
        people = [one.key for one in question.report.columns(question)].index("people")
        linker = drilling.links(question, page)
        followed = 0
        for number, row in enumerate(page.rows):
            for address in linker(row, number).values():
                target = urlsplit(address)
                beneath = catalogue.ask(
                    REPORTS[target.path.rsplit("/", 1)[1]],
                    officer.actor(),
                    dict(parse_qsl(target.query)),
                    "UTC",
                    "en",
                )
                assert isinstance(beneath, Asked), (address, beneath.errors)
                numbers = {one.key: one.value for one in beneath.report.numbers(beneath)}
                assert numbers["people"] == row[people], address
                followed += 1
        assert followed
