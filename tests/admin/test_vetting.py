"""Vetting: seen in order, decided once, with reasons, told by mail, kept in the audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.accounts.models import User
from app.core import clock
from app.core.models import OutboxMail
from tests.admin.conftest import MOST_QUERIES
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.support.forms import hidden_fields, send


def application(player: Player, act: str = "") -> str:
    """Return the address of somebody's application."""
    return f"/admin/vetting/{player.public_id}{act}"


def standing(player: Player, inside: Inside) -> str:
    """Return where somebody stands."""
    with inside() as session:
        found = session.scalar(select(User.standing).where(User.id == player.id))
    assert found is not None
    return found


def mails_to(player: Player, inside: Inside) -> list[str]:
    """Return the texts of mails to somebody."""
    with inside() as session:
        return list(session.scalars(select(OutboxMail.text).where(OutboxMail.recipient == player.email)))


def verbs(inside: Inside) -> list[str]:
    """Return what the audit tells, the newest last."""
    with inside() as session:
        return list(session.scalars(text("SELECT verb FROM audit_entry ORDER BY id")))


def test_the_queue_says_who_from_where_why_and_since_when(cast: Cast) -> None:
    pending = cast("pending")
    page = cast("administrator").client.get("/admin/vetting").text
    for expected in (
        "Samir Khan",
        "Pakistan",
        "Prosecutor",
        "Office of the Cast",
        "To learn",
        pending.email,
        "applied",
    ):
        assert expected in page


def test_the_oldest_come_first(cast: Cast, crowd: Callable[..., list[int]]) -> None:
    crowd(1, standing="pending", family_name="Younger", confirmed_at=clock.now() - timedelta(days=1))
    crowd(1, standing="pending", family_name="Older", confirmed_at=clock.now() - timedelta(days=9))
    page = cast("administrator").client.get("/admin/vetting").text
    assert page.index("Older") < page.index("Younger")


def test_fifty_a_page_in_few_queries(
    cast: Cast, crowd: Callable[..., list[int]], queries: Callable[[FlaskClient, str], int]
) -> None:
    crowd(60, standing="pending")
    client = cast("administrator").client
    assert queries(client, "/admin/vetting") <= MOST_QUERIES
    page = client.get("/admin/vetting").text
    assert "1 to 50 of 60" in page
    assert "/admin/vetting?page=2" in page
    assert "51 to 60 of 60" in client.get("/admin/vetting?page=2").text
    assert client.get("/admin/vetting?page=0").status_code == 404


def test_approve(cast: Cast, inside: Inside) -> None:
    pending, client = cast("pending"), cast("administrator").client
    answer = send(client, "/admin/vetting", application(pending, "/approval"))
    assert answer.status_code == 302
    assert "is approved" in client.get("/admin/vetting").text
    assert standing(pending, inside) == "approved"
    assert len(mails_to(pending, inside)) == 1
    assert "person.approved" in verbs(inside)
    assert "Approved" in client.get("/admin/vetting/decided").text


def test_decline_with_a_reason_that_is_mailed(cast: Cast, inside: Inside) -> None:
    pending, client = cast("pending"), cast("administrator").client
    answer = send(
        client, application(pending), application(pending, "/refusal"), reason="The unit is unknown to us"
    )
    assert answer.status_code == 302
    assert standing(pending, inside) == "declined"
    assert "The unit is unknown to us" in mails_to(pending, inside)[-1]
    assert "The unit is unknown to us" in client.get(application(pending)).text


def test_decline_without_a_reason_is_refused(cast: Cast, inside: Inside) -> None:
    pending, client = cast("pending"), cast("administrator").client
    answer = send(client, application(pending), application(pending, "/refusal"), reason="  ")
    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert standing(pending, inside) == "pending"
    assert mails_to(pending, inside) == []


def test_a_question_keeps_the_application_waiting(cast: Cast, inside: Inside) -> None:
    pending, client = cast("pending"), cast("administrator").client
    answer = send(
        client, application(pending), application(pending, "/questions"), question="Which unit is it?"
    )
    assert answer.status_code == 302
    assert standing(pending, inside) == "pending"
    assert "Which unit is it?" in mails_to(pending, inside)[-1]
    page = client.get("/admin/vetting").text
    assert "Asked, no answer yet" in page


def test_a_declined_application_can_still_be_approved(cast: Cast, inside: Inside) -> None:
    declined, client = cast("declined"), cast("administrator").client
    assert send(client, application(declined), application(declined, "/approval")).status_code == 302
    assert standing(declined, inside) == "approved"


def test_nobody_is_led_to_their_own_application(cast: Cast) -> None:
    administrator, other = cast("administrator"), cast("other_administrator")
    page = administrator.client.get("/admin/vetting/decided").text
    assert administrator.part.family_name in page
    assert application(administrator) not in page
    assert application(other) in page


@pytest.mark.parametrize(
    ("act", "typed"),
    [("/approval", {}), ("/refusal", {"reason": "No"}), ("/questions", {"question": "Who?"})],
)
def test_the_second_administrator_is_told_that_it_was_decided(
    cast: Cast, inside: Inside, act: str, typed: dict[str, str]
) -> None:
    pending = cast("pending")
    slower, faster = cast("other_administrator").client, cast("administrator").client
    fields = hidden_fields(slower.get(application(pending)).text, application(pending, act))
    send(faster, application(pending), application(pending, "/approval"))
    answer = slower.post(application(pending, act), data=fields | typed)
    assert answer.status_code == 409
    assert "decided already" in answer.text
    assert "Deborah Mensah" in answer.text
    assert len(mails_to(pending, inside)) == 1


def test_a_repeated_submit_decides_once(cast: Cast, inside: Inside) -> None:
    pending, client = cast("pending"), cast("administrator").client
    fields = hidden_fields(client.get("/admin/vetting").text, application(pending, "/approval"))
    first, second = (client.post(application(pending, "/approval"), data=fields) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert len(mails_to(pending, inside)) == 1


@pytest.mark.parametrize("name", ["practitioner", "trainer", "reporting_officer", "pending"])
def test_others_cannot_decide(cast: Cast, inside: Inside, name: str) -> None:
    declined, client = cast("declined"), cast(name).client
    page = client.get("/about").text
    token = hidden_fields(page, "/account/sign-out")
    refused = client.post(application(declined, "/approval"), data=token)
    nothing = client.post("/admin/vetting/nobody/approval", data=token)
    assert refused.status_code == nothing.status_code != 200
    assert standing(declined, inside) == "declined"


def test_who_never_applied_or_is_oneself_has_no_application(cast: Cast) -> None:
    player = cast("administrator")
    for other in (cast("unconfirmed"), player):
        assert player.client.get(application(other)).status_code == 404
