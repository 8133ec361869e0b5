"""Feedback: once a person, by who took part; results without names."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta

import pytest

from app.core import clock
from app.webinars.actions.closing import close_books
from app.webinars.forms.feedback import QUESTIONS
from app.webinars.models.after import WebinarFeedback
from tests.cast import Cast
from tests.conftest import Inside
from tests.records import scene as register
from tests.support.forms import send
from tests.webinars.beats import end, stay
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene

ANSWERS = {
    "useful": "5",
    "clear": "4",
    "part": "3",
    "line": "2",
    "again": "5",
    "words": "More cases, please.",
}


@pytest.fixture
def over(open_session: OpenSession, inside: Inside, cast: Cast) -> WebinarScene:
    begins: datetime = clock.now().replace(microsecond=0) - timedelta(hours=1)
    made = open_session(starts_at=begins, ends_at=begins + timedelta(hours=1))
    with inside():
        webinar = made.webinar()
        webinar.opened_at = webinar.begun_at = begins
        stay(made, cast("owner").id, begins, begins + timedelta(minutes=30))
        stay(made, cast("trainer").id, begins, begins + timedelta(minutes=60))
        close_books(end(made, begins + timedelta(minutes=60)))
    return made


def test_five_questions_once_and_results_without_names(over: WebinarScene, cast: Cast) -> None:
    owner, path = cast("owner").client, over.path("/feedback")
    assert send(owner, path, **{**ANSWERS, "clear": ""}).status_code == 422
    assert send(owner, path, **{**ANSWERS, "clear": "9"}).status_code == 422
    page = owner.get(path).text
    assert send(owner, path, **ANSWERS).status_code == 302
    assert "You have said what it was like" in owner.get(path).text
    assert "You have said what it was like" not in page
    results = cast("trainer").client.get(over.path("/report/feedback")).text
    assert "1 of 1 people who took part" in results
    assert "Odhiambo" not in results


def test_results_are_told_by_fives_in_every_place(over: WebinarScene, cast: Cast, inside: Inside) -> None:
    trainer = cast("trainer").client

    def told() -> str:
        page, book = (
            trainer.get(over.path("/report/feedback?lang=en")),
            trainer.get(over.path("/report.xlsx")),
        )
        assert (page.status_code, book.status_code) == (200, 200)
        return page.text + str(_sheets(book.data))

    def say(numbers: range) -> None:
        with inside() as session:
            for number in numbers:
                person = register.person(f"voice{number}")
                session.add(
                    WebinarFeedback(
                        webinar_id=over.id,
                        user_id=person.id,
                        points=dict.fromkeys(QUESTIONS, 1 + number % 5),
                        words=f"Heard {number}.",
                        given_at=clock.now() + timedelta(seconds=number),
                    )
                )

    say(range(4))
    few = told()
    assert "Heard" not in few
    assert "Mean of 5" not in few
    assert "Fewer than five answers" in few
    assert "Results are shown once 5 people have answered, so that nobody" in few
    say(range(4, 7))
    whole = told()
    assert [number for number in range(7) if f"Heard {number}." in whole] == [0, 1, 2, 3, 4]
    assert "The figures below count 5 answers." in whole


def _sheets(book: bytes) -> list[str]:
    """The cells of every sheet of a workbook."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return [parts.read(name).decode() for name in parts.namelist() if "worksheets" in name]


def test_a_second_answer_is_refused(over: WebinarScene, cast: Cast) -> None:
    owner, path = cast("owner").client, over.path("/feedback")
    first = owner.get(path)
    assert send(owner, path, **ANSWERS).status_code == 302
    token = first.text.split('name="csrf_token" value="')[1].split('"')[0]
    again = owner.post(path, data={**ANSWERS, "csrf_token": token, "idempotency_key": "another-one"})
    assert again.status_code == 422
    assert "You have said it already" in again.text or "You have said what it was like" in again.text


@pytest.mark.parametrize("who", ["member", "trainer", "outsider", "expelled"])
def test_who_did_not_take_part_is_not_asked(over: WebinarScene, cast: Cast, who: str) -> None:
    assert cast(who).client.get(over.path("/feedback")).status_code == 404
    assert who == "trainer" or cast(who).client.get(over.path("/report/feedback")).status_code == 404
