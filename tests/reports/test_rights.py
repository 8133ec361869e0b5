"""Who may read which report, down to the facts: everybody of the cast before every report and every step."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import select

from app.records import actions
from app.records.actions import FactDraft
from app.records.models import Fact, Verb
from app.reports.catalogue import REPORTS
from tests.cast import Cast
from tests.conftest import Inside
from tests.reports.scene import OTHER, TWO, ReportScene, make

CANARIES = ("Quispe", "quispe@justice.example", "Canary Institute", "CANA-RY00", "Peru", "Canary Course")
ALL = frozenset(REPORTS)
READS = {
    "reporting_officer": ALL,
    "administrator": ALL,
    "trainer": ALL - {"rooms"},
    "focal_point": ALL - {"rooms"},
    "other_focal_point": ALL - {"rooms"},
    "room_manager": frozenset(),
    "practitioner": frozenset(),
    "expert": frozenset(),
    "outsider": frozenset(),
}


@pytest.fixture
def scene(inside: Inside) -> ReportScene:
    """Two countries, a course, a session."""
    with inside():
        return make()


def table(cast: Cast, who: str, name: str, query: str = "") -> list[dict[str, str]]:
    """The rows of a report that somebody takes away, in English."""
    answer = cast(who).client.get(f"/reports/{name}.csv?lang=en&{query}")
    assert answer.status_code == 200, (who, name, answer.status_code)
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("who", READS)
def test_who_reads_which_report(cast: Cast, scene: ReportScene, who: str) -> None:
    client = cast(who).client
    index = client.get("/reports")
    for name in REPORTS:
        found = client.get(f"/reports/{name}").status_code
        taken = client.get(f"/reports/{name}.csv").status_code
        assert (found, taken) == ((200, 200) if name in READS[who] else (404, 404)), name
        listed = f'href="/reports/{name}"' in index.text
        assert listed == (name in READS[who] and index.status_code == 200)
    assert client.get("/reports/nothing").status_code == 404
    assert client.get("/reports/mine").status_code == 200


@pytest.mark.parametrize("name", sorted(ALL - {"rooms"}))
def test_a_focal_point_sees_the_people_of_the_country(cast: Cast, scene: ReportScene, name: str) -> None:
    for path in (f"/reports/{name}?lang=en&size=100", f"/reports/{name}.csv?lang=en"):
        content = cast("focal_point").client.get(path).text
        for canary in CANARIES:
            assert canary not in content, (path, canary)
    for dimension in REPORTS[name].dimensions:
        content = cast("focal_point").client.get(f"/reports/{name}.csv?lang=en&group={dimension}&by=").text
        assert "Peru" not in content
        assert "Canary" not in content


def test_a_focal_point_sees_whole_numbers_of_the_country_only(cast: Cast, scene: ReportScene) -> None:
    rows = table(cast, "focal_point", "completions")
    assert {row["Person"] for row in rows} == {"Wanjiku Example", "Otieno Example"}
    [kenya] = table(cast, "focal_point", "countries")
    assert (kenya["Country at the time"], kenya["People"], kenya["Participations"]) == ("Kenya", "2", "4")
    sessions = {row["Activity"]: row for row in table(cast, "focal_point", "activities")}
    assert sessions["Mutual Assistance"]["People"] == "2"
    assert sessions["Mutual Assistance"]["Minutes attended"] == "55.5"
    assert "Round Table" not in sessions
    assert table(cast, "other_focal_point", "completions") == []


@pytest.mark.parametrize("name", sorted(ALL - {"rooms"}))
def test_a_trainer_sees_own_activities(cast: Cast, scene: ReportScene, name: str) -> None:
    for path in (f"/reports/{name}?lang=en&size=100", f"/reports/{name}.csv?lang=en"):
        content = cast("trainer").client.get(path).text
        for canary in (*CANARIES, "Mutual Assistance", "Round Table"):
            assert canary not in content, (path, canary)
        if name in {"completions", "certificates"}:
            assert "7K2M-9QXD" in content
    for dimension in REPORTS[name].dimensions:
        content = cast("trainer").client.get(f"/reports/{name}.csv?lang=en&group={dimension}").text
        for canary in (*CANARIES, "Mutual Assistance", "Round Table", "finance", "A partner"):
            assert canary not in content, (dimension, canary)


@pytest.mark.parametrize("who", ["room_manager", "practitioner", "expert", "outsider"])
def test_others_get_no_groups_either(cast: Cast, scene: ReportScene, who: str) -> None:
    client = cast(who).client
    for name, (group, by) in TWO.items():
        query = f"group={group}&by={by}"
        paths = (
            f"/reports/{name}?{query}",
            f"/reports/{name}.csv?{query}",
            f"/reports/{name}/export?{query}",
        )
        for path in (*paths, f"/reports/{name}/save?{query}"):
            assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("trainer", f"activity={OTHER}"),
        ("trainer", "activity=mutual-assistance"),
        ("trainer", "country=PE"),
        ("trainer", "topic=finance"),
        ("focal_point", f"activity={OTHER}"),
        ("focal_point", "country=PE"),
        ("focal_point", "country=-"),
        ("focal_point", "topic=finance"),
    ],
)
def test_what_is_beyond_reach_is_refused_like_nothing(
    cast: Cast, scene: ReportScene, who: str, asked: str
) -> None:
    answer = cast(who).client.get(f"/reports/completions?lang=en&{asked}")
    if asked == "country=-":
        assert answer.status_code == 200
        assert "Nothing fits these filters" in answer.text
    else:
        assert answer.status_code == 422
        assert "Not a valid choice" in answer.text
    assert not any(canary in answer.text for canary in CANARIES)


def test_an_institution_of_others_is_not_found_by_its_name(cast: Cast, scene: ReportScene) -> None:
    for who in ("trainer", "focal_point"):
        page = cast(who).client.get("/reports/completions?lang=en&institution=Canary+Institute").text
        assert "Nothing fits these filters" in page
    assert len(table(cast, "reporting_officer", "completions", "institution=Canary+Institute")) == 2


def test_who_moved_away_is_counted_and_not_named(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    with inside() as session:
        moved = session.merge(scene.people["wanjiku"])
        moved.country, moved.institution = "PE", "Canary Institute"
    rows = table(cast, "focal_point", "completions")
    assert {row["Person"] for row in rows} == {
        "Erased account, or works for another country now",
        "Otieno Example",
    }
    assert "Canary Institute" not in str(rows)
    client = cast("focal_point").client
    assert client.get(f"/reports/people/{scene.people['wanjiku'].public_id}").status_code == 404
    link = re.search(r'href="(/reports/unnamed/[^"]+)"', client.get("/reports/completions").text)
    assert link is not None
    assert "Wanjiku" not in client.get(link[1]).text
    assert cast("reporting_officer").client.get(link[1]).status_code == 404


# ------------------------------------------------------------------------------------------------ the way down


def test_the_way_down_from_the_world_to_the_facts(cast: Cast, scene: ReportScene) -> None:
    client = cast("reporting_officer").client
    page = client.get("/reports/completions?lang=en").text
    steps = (
        (r'href="(/reports/completions\?group=region)"', "Regional group"),
        (r'href="([^"]*region=un_regional_groups%2Fafrica[^"]*)"', "Kenya"),
        (r'href="([^"]*country=KE[^"]*)"', "High Court"),
        (r'href="([^"]*institution=High\+Court[^"]*)"', "Wanjiku Example"),
        (r'href="(/reports/people/[^"/]+)"', "Mutual Assistance"),
        (r'href="(/reports/people/[^"/]+/[^"]+)"[^>]*>Mutual', "Minutes: 55.5"),
    )
    for pattern, expected in steps:
        link = re.search(pattern, page)
        assert link is not None, pattern
        page = client.get(link[1].replace("&amp;", "&") + ("&" if "?" in link[1] else "?") + "lang=en").text
        assert expected in page
    assert "Attended" in page
    assert "In the live room" in page


@pytest.mark.parametrize(
    ("who", "name", "sees"),
    [
        ("reporting_officer", "wanjiku", {"Electronic evidence", "Mutual Assistance"}),
        ("reporting_officer", "quispe", {"Canary Course", "Mutual Assistance"}),
        ("focal_point", "wanjiku", {"Electronic evidence", "Mutual Assistance"}),
        ("focal_point", "quispe", None),
        ("other_focal_point", "wanjiku", None),
        ("trainer", "wanjiku", {"Electronic evidence"}),
        ("trainer", "quispe", None),
        ("other_trainer", "quispe", {"Canary Course"}),
        ("room_manager", "wanjiku", None),
        ("practitioner", "wanjiku", None),
        ("outsider", "quispe", None),
    ],
)
def test_a_person_and_the_facts_as_far_as_one_may_see(
    cast: Cast, scene: ReportScene, who: str, name: str, sees: set[str] | None
) -> None:
    client, public_id = cast(who).client, scene.people[name].public_id
    answer = client.get(f"/reports/people/{public_id}?lang=en")
    keys = {
        "Electronic evidence": scene.course,
        "Canary Course": scene.other,
        "Mutual Assistance": scene.session,
    }
    assert answer.status_code == (404 if sees is None else 200)
    for title, key in keys.items():
        assert (title in answer.text) == (title in (sees or ()))
        facts = client.get(f"/reports/people/{public_id}/{key}")
        assert facts.status_code == (200 if title in (sees or ()) else 404)


def test_facts_tell_of_corrections(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    wanjiku = scene.people["wanjiku"]
    address = f"/reports/people/{wanjiku.public_id}/{scene.session}?lang=en"
    client = cast("administrator").client
    assert "Does not count" not in client.get(address).text
    with inside() as session:
        attended = select(Fact.uuid).where(Fact.verb == "attended", Fact.activity_key == scene.session)
        told = session.scalars(attended.order_by(Fact.id)).first()
        actions.append(
            FactDraft(
                verb=Verb.ATTENDED,
                corrects=told,
                user_id=wanjiku.id,
                result={"minutes": 31, "how": ["corrected"]},
            )
        )
    page = client.get(address).text
    assert "Minutes: 31" in page
    assert "Stands for an earlier fact" in page
    assert page.count("Does not count: corrected") == 1
    [row] = [one for one in table(cast, "administrator", "attendance") if one["Person"].startswith("Wanjiku")]
    assert (row["Minutes attended"], row["How it is known"]) == ("31.0", "Corrected")


def test_an_erased_person_leads_to_facts_without_a_name(
    cast: Cast, scene: ReportScene, inside: Inside
) -> None:
    client = cast("reporting_officer").client
    with inside():
        key = actions.learner_of(scene.people["quispe"].id)
    address = f"/reports/unnamed/{key}/{scene.other}"
    assert client.get(address).status_code == 404
    with inside():
        actions.cut_link(scene.people["quispe"].id)
    page = client.get(address + "?lang=en")
    assert page.status_code == 200
    assert "Somebody whose name is not shown" in page.text
    assert "Quispe" not in page.text
    assert cast("trainer").client.get(address).status_code == 404
    assert cast("focal_point").client.get(address).status_code == 404
    assert cast("other_trainer").client.get(address).status_code == 200
