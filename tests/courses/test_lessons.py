"""From the catalogue through lessons, readings, the case and the check; what the register is told; who is refused."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.accounts import actions as accounts
from app.core import clock
from app.courses.labels import isolated
from app.courses.models import Course
from app.records import queries as records
from tests.cast import Cast
from tests.conftest import Inside
from tests.courses.factory import make_course
from tests.courses.way import (
    HOME,
    ITEMS,
    do_item,
    do_items,
    enrol,
    enrolment_of,
    facts_of,
    post,
    text,
    verbs_of,
)

pytestmark = pytest.mark.usefixtures("course")


def test_stranger_sees_catalogue_and_course(client: FlaskClient) -> None:
    listed = text(client.get("/courses"))
    assert "Keeping evidence" in listed
    assert 'name="state"' not in listed
    page = text(client.get(HOME))
    assert "Keep evidence" in page
    assert "Sign in to enrol" in page
    assert "/items/" not in page
    assert client.get_cookie("ctlp") is None, "reading keeps nothing about a stranger"


def test_before_enrolling_the_course_is_shown_in_the_language_of_the_page(cast: Cast) -> None:
    owner = cast("owner")  # whose own language is English
    for path in ("/courses", HOME):
        assert "حفظ الأدلة" in text(owner.client.get(f"{path}?lang=ar")), path
    enrol(owner.client, "en")
    assert "حفظ الأدلة" not in text(owner.client.get(HOME)), "from then on the edition is chosen"


def test_stranger_is_sent_to_sign_in_before_lessons(client: FlaskClient) -> None:
    for path in (f"{HOME}/items/first", f"{HOME}/test", f"{HOME}/resume", "/courses/nowhere/items/first"):
        answer = client.get(path)
        assert answer.status_code in {302, 303}
        assert "/account/sign-in" in answer.location


def test_enrolling_twice_is_enrolling_once(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    first = enrol(owner.client)
    assert (first.status_code, first.location) == (302, f"{HOME}/resume")
    assert owner.client.get(first.location).location == f"{HOME}/items/first"
    enrol(owner.client, "ar")
    with inside():
        assert verbs_of(owner.id) == ["enrolled"]
        (fact,) = facts_of(owner.id)
        assert (fact.result, fact.language, fact.country) == ({"edition": "en"}, "en", "KE")


def test_the_way_through_the_items(cast: Cast, inside: Inside, course: UUID) -> None:
    owner = cast("owner")
    enrol(owner.client)
    page = text(owner.client.get(f"{HOME}/items/first"))
    assert "English text of first" in page
    assert "Mark as read and continue" in page
    gone_on = post(owner.client, f"{HOME}/items/first/completion")
    assert gone_on.location == f"{HOME}/items/check"
    for item in ITEMS[1:]:
        do_item(owner.client, item)
    with inside():
        told = facts_of(owner.id)
        assert [fact.verb for fact in told] == ["enrolled", "started", *["progressed"] * 4]
        assert [fact.result for fact in told[2:]] == [
            {"item": item, "progress": done} for item, done in zip(ITEMS, (0.2, 0.4, 0.6, 0.8), strict=True)
        ]
        participation = records.participation(owner.id, course)
        assert participation is not None
        assert (participation.status, participation.progress) == ("in_progress", 0.8)


def test_marking_again_tells_nothing_again(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    enrol(owner.client)
    for _ in range(2):
        do_item(owner.client, "first")
    with inside():
        assert verbs_of(owner.id) == ["enrolled", "started", "progressed"]


def test_prefetch_and_head_leave_no_trace(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    enrol(owner.client)
    owner.client.head(f"{HOME}/items/first")
    owner.client.get(f"{HOME}/items/first", headers={"Sec-Purpose": "prefetch"})
    with inside():
        assert verbs_of(owner.id) == ["enrolled"]
        assert enrolment_of(owner.id).last_item is None


def test_continue_exactly_where_one_stopped(cast: Cast) -> None:
    owner = cast("owner")
    enrol(owner.client)
    assert f"Start: {isolated('Title of first')}" in text(owner.client.get(HOME))
    owner.client.get(f"{HOME}/items/reading")
    assert f"Continue: {isolated('Title of reading')}" in text(owner.client.get(HOME))
    assert owner.client.get(f"{HOME}/resume").location == f"{HOME}/items/reading"
    do_item(owner.client, "reading")
    assert owner.client.get(f"{HOME}/resume").location == f"{HOME}/items/case"
    do_item(owner.client, "case")
    assert owner.client.get(f"{HOME}/resume").location == f"{HOME}/items/first"


def test_optional_item_counts_for_nothing(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    enrol(owner.client)
    do_item(owner.client, "extra")
    with inside():
        assert facts_of(owner.id)[-1].result == {"item": "extra", "progress": 0.0}
    assert "0 of 5 steps done" in text(owner.client.get(HOME))


def test_check_says_at_once_what_was_right_and_why(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    enrol(owner.client)
    answers = f"{HOME}/items/check/answers"
    assert post(owner.client, f"{answers}/q1", answer="a").location == f"{HOME}/items/check#q1"
    page = text(owner.client.get(f"{HOME}/items/check"))
    assert "Not right yet" in page
    assert "Feedback on a of q1" in page
    assert "Explanation of q1" not in page
    post(owner.client, f"{answers}/q1", answer="b")
    page = text(owner.client.get(f"{HOME}/items/check"))
    assert "Explanation of q1" in page
    assert f'href="{HOME}/items/first"' in page
    assert "2 tries" in page
    post(owner.client, f"{answers}/q2", answer=["a"])  # half of it is not right
    assert "Not right yet" in text(owner.client.get(f"{HOME}/items/check"))
    post(owner.client, f"{answers}/q2", answer=["c", "a"])
    with inside():
        assert verbs_of(owner.id) == ["enrolled", "started"]
    post(owner.client, f"{answers}/q3", reveal="1")
    assert "The answer was shown" in text(owner.client.get(f"{HOME}/items/check"))
    with inside():
        assert facts_of(owner.id)[-1].result == {"item": "check", "progress": 0.2}


def test_check_takes_nothing_back(cast: Cast) -> None:
    owner = cast("owner")
    enrol(owner.client)
    do_item(owner.client, "check")
    post(owner.client, f"{HOME}/items/check/answers/q1", answer="a")
    page = text(owner.client.get(f"{HOME}/items/check"))
    assert "Not right yet" not in page
    assert "You have done this step." in page


@pytest.mark.parametrize(
    "values", [["x"], ["a", "b"], ["a" * 100_000], ["a", "a"], ["'; DROP TABLE"], ["\u202ea"]]
)
def test_check_refuses_what_is_no_answer(cast: Cast, values: list[str]) -> None:
    owner = cast("owner")
    enrol(owner.client)
    refused = post(owner.client, f"{HOME}/items/check/answers/q1", answer=values)
    assert refused.status_code == 422
    assert "This is not one of the answers" in text(refused)


def test_check_asks_for_an_answer(cast: Cast) -> None:
    owner = cast("owner")
    enrol(owner.client)
    refused = post(owner.client, f"{HOME}/items/check/answers/q1")
    assert refused.status_code == 422
    assert "Choose an answer first" in text(refused)


@pytest.mark.parametrize("value", ["a" * 1_000_001, "a\x00b"])
def test_hostile_answers_are_refused_clearly(cast: Cast, value: str) -> None:
    owner = cast("owner")
    enrol(owner.client)
    assert post(owner.client, f"{HOME}/items/check/answers/q1", answer=value).status_code in {400, 413}


def test_a_check_is_not_done_by_saying_so(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    enrol(owner.client)
    assert post(owner.client, f"{HOME}/items/check/completion").status_code == 404
    with inside():
        assert verbs_of(owner.id) == ["enrolled"]


def test_withdraw_and_return_keep_progress(cast: Cast, inside: Inside, course: UUID) -> None:
    owner = cast("owner")
    enrol(owner.client)
    do_item(owner.client, "first")
    assert post(owner.client, f"{HOME}/withdrawal").location == HOME
    assert owner.client.get(f"{HOME}/items/first").location == HOME
    page = text(owner.client.get(HOME))
    assert "Return to the course" in page
    assert "Withdrawn" in page
    enrol(owner.client, "ar")
    assert "1 of 5 steps done" in text(owner.client.get(HOME))
    with inside():
        assert verbs_of(owner.id) == ["enrolled", "started", "progressed", "withdrawn", "enrolled"]
        assert enrolment_of(owner.id).language == "ar"
        participation = records.participation(owner.id, course)
        assert participation is not None
        assert participation.status == "in_progress"


def test_editions_fall_back_and_say_so(cast: Cast) -> None:
    owner = cast("owner")
    enrol(owner.client, "ar")
    page = text(owner.client.get(f"{HOME}/items/first"))
    assert "نص عربي" in page
    assert '<article class="prose" lang="ar" dir="rtl">' in page
    assert '<html lang="en" dir="ltr">' in page
    assert "behind its source" in page
    page = text(owner.client.get(f"{HOME}/items/case"))
    assert '<article class="prose" lang="en" dir="ltr">' in page
    assert "not available in the language you chose yet" in page
    page = text(owner.client.get(HOME))
    assert "This edition is behind its source" in page
    assert "This edition is partial" in page


def test_changing_edition_stays_at_the_step(cast: Cast) -> None:
    owner = cast("owner")
    enrol(owner.client, "ar")
    changed = post(owner.client, f"{HOME}/edition", edition="en.KE", item="first")
    assert changed.location == f"{HOME}/items/first"
    assert "Kenyan text of first" in text(owner.client.get(changed.location))
    assert "English text of case" in text(owner.client.get(f"{HOME}/items/case"))
    assert "English, adapted to Kenya" in text(owner.client.get(HOME))
    refused = post(owner.client, f"{HOME}/edition", edition="tlh")
    assert refused.status_code == 422


def test_reading_offers_its_file(cast: Cast) -> None:
    owner = cast("owner")
    enrol(owner.client)
    page = text(owner.client.get(f"{HOME}/items/reading"))
    assert "120 kB" in page
    assert ">PDF<" in page
    file = owner.client.get(f"{HOME}/files/d1/reading.pdf")
    assert file.status_code == 200
    assert len(file.data) == 120_000
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "immutable" in file.headers["Cache-Control"]
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for path in ("files/d2/reading.pdf", "files/d1/other.pdf"):
        assert owner.client.get(f"{HOME}/{path}").status_code == 404


def test_filters_are_in_the_address(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    with inside():
        make_course("another", title="Another course")
    enrol(owner.client)
    owner.client.get(f"{HOME}/items/first")
    listed = text(owner.client.get("/courses?state=in_progress&language=ar"))
    assert "Keeping evidence" in listed
    assert "Another course" not in listed
    assert '<option value="in_progress" selected>' in listed
    assert "No course fits" in text(owner.client.get("/courses?state=completed"))
    unknown = text(owner.client.get("/courses?topic=nonsense&state=x&language=%F0%9F%98%80"))
    assert "Another course" in unknown


def test_empty_catalogue_says_what_will_come(client: FlaskClient, inside: Inside) -> None:
    with inside() as session:
        for course in session.query(Course):
            course.version_id = None
    assert "No course is open yet" in text(client.get("/courses"))


def test_pending_people_see_what_waits_for_them(cast: Cast) -> None:
    pending = cast("pending")
    assert "Waiting for approval" in text(pending.client.get(HOME))
    assert post(pending.client, f"{HOME}/enrolment", edition="en").status_code != 200
    for path in (f"{HOME}/items/first", f"{HOME}/test", f"{HOME}/files/d1/reading.pdf"):
        assert pending.client.get(path).status_code != 200


def test_who_only_sees_the_course_is_sent_to_enrol(cast: Cast) -> None:
    member = cast("member")
    for path in ("items/first", "items/unknown", "test", "resume"):
        answer = member.client.get(f"{HOME}/{path}")
        assert (answer.status_code, answer.location) == (303, HOME)
    assert post(member.client, f"{HOME}/items/first/completion").status_code == 303


def test_guessed_ids_are_the_same_404(cast: Cast) -> None:
    owner = cast("owner")
    enrol(owner.client)
    paths = ("items/unknown", "items/q1", "attempts/AAAAAAAAAAAAAAAAAAAAAA/overview", "participants")
    answers = [owner.client.get(f"{HOME}/{path}") for path in paths]
    assert [answer.status_code for answer in answers] == [404] * len(paths)
    assert post(owner.client, f"{HOME}/items/check/answers/alpha-1", answer="a").status_code == 404
    assert post(owner.client, f"{HOME}/items/first/answers/q1", answer="a").status_code == 404


def test_a_groups_course_is_invisible_to_others(cast: Cast, inside: Inside) -> None:
    owner, outsider, expelled, administrator = (
        cast(name) for name in ("owner", "outsider", "expelled", "administrator")
    )
    with inside():
        group = accounts.create_group(None, "Only these")
        accounts.add_to_group(None, group, owner.person())
        accounts.add_to_group(None, group, expelled.person())
        make_course("limited", group_id=group.id, title="Canary course")
    home = "/courses/limited"
    for member in (owner, expelled):
        enrol(member.client, home=home)
        assert member.client.get(f"{home}/items/first").status_code == 200
    with inside():
        accounts.remove_from_group(None, group, expelled.person())
    nowhere = text(outsider.client.get("/courses/nowhere"))
    for stranger in (outsider, expelled):
        assert "Canary course" not in text(stranger.client.get("/courses"))
        for path in ("", "/items/first", "/test", "/files/d1/reading.pdf", "/participants"):
            answer = stranger.client.get(home + path)
            assert answer.status_code == 404
            assert "Canary" not in text(answer)
        assert enrol(stranger.client, home=home).status_code == 404
    assert _without_numbers(text(outsider.client.get(home))) == _without_numbers(nowhere)
    assert administrator.client.get(home).status_code == 200


def _without_numbers(page: str) -> str:
    """Leave out what differs from page to page: addresses, tokens, the reference number."""
    return "\n".join(
        line for line in page.splitlines() if not any(word in line for word in ("href=", "value=", "code"))
    )


def test_a_retired_course_is_gone(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    enrol(owner.client)
    with inside() as session:
        session.query(Course).update({"retired_at": clock.now()})
    for path in ("", "/items/first", "/test"):
        assert owner.client.get(HOME + path).status_code == 404
    assert "Keeping evidence" not in text(owner.client.get("/courses"))


def test_trainer_sees_how_far_people_are(cast: Cast) -> None:
    owner, trainer, other = cast("owner"), cast("trainer"), cast("other_trainer")
    assert "Nobody has enrolled yet" in text(trainer.client.get(f"{HOME}/participants"))
    do_items(owner.client)
    enrol(cast("member").client)
    page = text(trainer.client.get(f"{HOME}/participants"))
    assert "Completion report of this course" in page
    assert "People who have done it" in page
    assert other.client.get(f"{HOME}/participants").status_code == 404
    assert owner.client.get(f"{HOME}/participants").status_code == 404
