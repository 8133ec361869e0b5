"""Saved views: kept questions, shared with staff, opened under the opener's own rights."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts import actions as accounts
from app.accounts.models import Role, RoleGrant
from app.audit.models import AuditEntry
from app.notifications.models import Notice
from tests.cast import Cast
from tests.conftest import Inside
from tests.reports.rows import Rows
from tests.support.pages import forms_of
from tests.support.queries import counted


@pytest.fixture
def rows(inside: Inside) -> Rows:
    """The rows, made."""
    with inside() as session:
        return Rows(session)


def send(client: FlaskClient, page: str, ending: str, **values: str) -> TestResponse:
    """Fill in the form of a page whose address ends so, and send it."""
    shown = client.get(page)
    assert shown.status_code == 200, (page, shown.status_code)
    form = next(
        one
        for one in forms_of(shown.text)
        if one.method == "post" and one.action.split("?")[0].endswith(ending)
    )
    held = {
        name: (field.values or field.choices)[0]
        for name, field in form.fields.items()
        if field.values or (field.kind == "select" and field.choices)
    }
    return client.post(form.action, data=held | values)


def keep(client: FlaskClient, name: str, query: str = "", report: str = "completions") -> str:
    """Keep a view and return its address."""
    answer = send(client, f"/reports/{report}/save?{query}", "/save", name=name)
    assert answer.status_code == 303, answer.text
    return answer.location.removesuffix("/edit")


def test_a_view_keeps_filters_grouping_and_order(cast: Cast, rows: Rows) -> None:
    officer = cast("reporting_officer").client
    view = keep(officer, "Kenya by activity", "country=KE&group=course&sort=-people&page=3")
    answer = officer.get(view)
    assert answer.status_code == 303
    assert answer.location == "/reports/completions?country=KE&group=course" or "sort" in answer.location
    assert "page" not in answer.location
    assert "Kenya by activity" in officer.get("/reports/saved").text


def test_names_are_ones_own_and_unique(cast: Cast, rows: Rows) -> None:
    officer, trainer = cast("reporting_officer").client, cast("trainer").client
    keep(officer, "Mine")
    again = send(officer, "/reports/completions/save", "/save", name=" Mine ")
    assert again.status_code == 422
    assert "of this name already" in again.text
    assert keep(trainer, "Mine")
    assert send(officer, "/reports/completions/save", "/save", name="  ").status_code == 422


def test_a_view_is_renamed_and_removed(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer = cast("reporting_officer").client
    view = keep(officer, "First")
    keep(officer, "Second")
    assert send(officer, f"{view}/edit", "/name", name="Second").status_code == 422
    assert send(officer, f"{view}/edit", "/name", name="Third").status_code == 303
    assert "Third" in officer.get("/reports/saved").text
    assert send(officer, f"{view}/edit", "/removal").status_code == 303
    assert officer.get(view).status_code == 404
    with inside() as session:
        verbs = list(
            session.scalars(
                select(AuditEntry.verb).where(AuditEntry.object_kind == "saved_view").order_by(AuditEntry.id)
            )
        )
    assert verbs == ["saved_view.kept", "saved_view.kept", "saved_view.renamed", "saved_view.removed"]


def test_who_opens_a_shared_view_gets_what_they_may_see(cast: Cast, rows: Rows) -> None:
    officer, trainer = cast("reporting_officer").client, cast("trainer").client
    view = keep(officer, "Everybody by name", "sort=person")
    assert trainer.get(view).status_code == 404
    assert send(officer, f"{view}/edit", "/shares", email="trainer@cast.example").status_code == 303
    assert "Everybody by name" in trainer.get("/reports/saved").text
    page = trainer.get(view, follow_redirects=True)
    assert page.status_code == 200
    assert "Done" in page.text
    assert "Canary" not in page.text
    assert trainer.get(f"{view}/edit").status_code == 404


def test_what_a_view_is_narrowed_to_is_not_told_to_who_may_not_see_it(cast: Cast, rows: Rows) -> None:
    officer, trainer = cast("reporting_officer").client, cast("trainer").client
    view = keep(officer, "The other one", "activity=another-course&country=ZW")
    send(officer, f"{view}/edit", "/shares", role="trainer")
    answer = trainer.get(view)
    assert answer.status_code == 200
    assert "Nothing here for you" in answer.text
    assert "another-course" not in answer.text
    assert "ZW" not in answer.text


def test_sharing_with_a_role_ends_with_the_share_and_with_the_role(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer, trainer = cast("reporting_officer").client, cast("trainer")
    view = keep(officer, "For trainers")
    send(officer, f"{view}/edit", "/shares", role="trainer")
    assert trainer.client.get(view).status_code == 303
    assert cast("administrator").client.get(view).status_code == 404
    with inside() as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.user_id == trainer.id)).all():
            accounts.end_grant(None, grant)
    assert trainer.client.get(view).status_code == 404
    with inside():
        accounts.grant_role(None, trainer.person(), Role.TRAINER, "course:electronic-evidence")
    assert trainer.client.get(view).status_code == 303
    assert send(officer, f"{view}/edit", "/removal").status_code == 303  # of the share: the first such form
    assert trainer.client.get(view).status_code == 404
    assert officer.get(view).status_code == 303


@pytest.mark.parametrize("email", ["practitioner@cast.example", "nobody@cast.example", "no address", ""])
def test_only_readers_of_the_report_are_shared_with_and_nothing_is_told_of_others(
    cast: Cast, rows: Rows, email: str
) -> None:
    cast("practitioner")
    officer = cast("reporting_officer").client
    view = keep(officer, "Mine")
    answer = send(officer, f"{view}/edit", "/shares", email=email)
    assert answer.status_code == 422
    assert ("Nobody with this address" in answer.text) == bool(email)


def test_the_person_shared_with_is_told(cast: Cast, rows: Rows, inside: Inside) -> None:
    officer, trainer = cast("reporting_officer").client, cast("trainer")
    trainer.client.get("/reports/saved")
    view = keep(officer, "Look here")
    send(officer, f"{view}/edit", "/shares", email="trainer@cast.example")
    send(officer, f"{view}/edit", "/shares", email="TRAINER@cast.example")
    with inside() as session:
        notice = session.scalars(select(Notice).where(Notice.user_id == trainer.id)).one()
        assert (notice.kind, notice.count) == ("report.view_shared", 1)
    assert "shared the view" in trainer.client.get("/notices").text


@pytest.mark.parametrize("who", ["practitioner", "expert", "pending"])
def test_who_reads_no_reports_has_no_views(cast: Cast, rows: Rows, who: str) -> None:
    view = keep(cast("reporting_officer").client, "Mine")
    client = cast(who).client
    for path in ("/reports/saved", "/reports/completions/save", view, f"{view}/edit"):
        assert client.get(path).status_code in {302, 404}
    for path in (f"{view}/removal", f"{view}/name", f"{view}/shares"):
        assert client.post(path).status_code in {302, 400, 404}


def test_a_closed_account_takes_its_views_along(cast: Cast, rows: Rows, inside: Inside) -> None:
    trainer = cast("trainer")
    view = keep(trainer.client, "Mine")
    send(trainer.client, f"{view}/edit", "/shares", role="reporting_officer")
    assert cast("reporting_officer").client.get(view).status_code == 303
    with inside():
        accounts.close_account(None, trainer.person())
    assert cast("reporting_officer").client.get(view).status_code == 404


def test_a_question_that_is_refused_is_not_kept(cast: Cast, rows: Rows) -> None:
    trainer = cast("trainer").client
    assert trainer.get("/reports/completions/save?country=ZW").status_code == 422
    assert trainer.get("/reports/no-such-report/save").status_code == 404


def test_pages_cost_few_statements(cast: Cast, rows: Rows) -> None:
    officer = cast("reporting_officer").client
    view = keep(officer, "First")
    for number in range(5):
        keep(officer, f"View {number}", f"status={['completed', 'enrolled'][number % 2]}")
    for role in ("trainer", "administrator"):
        send(officer, f"{view}/edit", "/shares", role=role)
    for path in ("/reports/saved", f"{view}/edit", view):
        with counted() as found:
            officer.get(path)
        assert len(found) <= 10, (path, found)
