"""The way of a file in a browser: exported as a workbook that is opened, and sent by a schedule to a mail server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from queue import SimpleQueue
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core import clock
from app.core.database import unit_of_work
from app.core.jobs import run_now
from app.records.models import Verb
from app.reports.models import ReportSchedule
from tests.browser.person import Person
from tests.browser.seats import Sits, seated
from tests.cast import Player
from tests.records.scene import course, person, state
from tests.support import workbooks
from tests.support.servers import Server, running
from tests.support.smtp import Sink, listening

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]

WAYS = ("en-1280", "ar-360")
SOON = 60.0  # seconds within which the worker makes a file and the mail arrives
COUNTRIES = {"KE": 9, "TN": 7, "PE": 2}
OUTSIDE = "statistics@donor.example"


class Inbox(Sink):
    """A mail server whose mails are waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: SimpleQueue[EmailMessage] = SimpleQueue()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(_server, _session, envelope)
        self.arrived.put(self.received[-1])
        return answer

    def next_to(self, address: str) -> EmailMessage:
        """Wait for the next mail to somebody; others that come before are passed over."""
        while True:
            mail = self.arrived.get(timeout=SOON)
            if address in str(mail["To"]):
                return mail


@pytest.fixture(scope="module")
def inbox() -> Inbox:
    """What the mail server receives."""
    return Inbox()


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory, inbox: Inbox) -> Iterator[Server]:
    """A platform whose mails go to a mail server of ours."""
    folder = tmp_path_factory.mktemp("live")
    with listening(inbox) as address, running(folder, {"SMTP_URL": address}) as server:
        yield server


@pytest.fixture
def sits(new_page: Callable[..., Page], platform_app: Flask, live_server: Server) -> Sits:
    """Give ``sits("reporting_officer", "en-1280")``: that person in front of a browser."""
    return partial(seated, new_page, platform_app, live_server, "taking")


@pytest.fixture
def titled(platform_app: Flask) -> Callable[[str], str]:
    """Give a function that makes a course with people of three countries, whose short name is given."""

    def make(slug: str) -> str:
        with platform_app.app_context(), unit_of_work():
            key = course(slug)
            for code, many in COUNTRIES.items():
                for number in range(many):
                    somebody = person(f"{slug}-{code}-{number}", country=code)
                    state(somebody, key, Verb.ENROLLED, 0, language="en")
                    if number < many // 2:
                        state(somebody, key, Verb.COMPLETED, 1, language="en")
        return slug

    return make


def download(reader: Person, link: str, language: str = "") -> workbooks.SheetRead:
    """Press a download; return the first sheet of the workbook, which is in the page's language or that given."""
    with reader.page.expect_download() as taken:
        reader.page.locator(link).first.click()
    sheets = workbooks.read(taken.value.path().read_bytes())
    assert len(sheets) >= 2, "no definitions beside the rows"
    assert sheets[0].right_to_left == ((language or reader.language) == "ar")
    assert sheets[0].frozen in {"A2", "B2"}  # the heading, and the names where there are any
    return sheets[0]


def on_page(reader: Person) -> list[list[str]]:
    """Return the rows of the report on the page, cell by cell."""
    rows: list[list[str]] = reader.page.eval_on_selector_all(
        "#results tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    return rows


def numbers(cells: list[Any]) -> list[float]:
    """Return the whole numbers among values, or among words of a page, in order."""
    eastern = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
    said = [str(one).translate(eastern) for one in cells]
    return [float(one) for one in said if re.fullmatch(r"\d+(\.0)?", one)]


def make_file(officer: Person, report: str) -> workbooks.SheetRead:
    """Order a workbook of a report, wait until it is made, take it."""
    officer.open(report)
    officer.page.locator('main a[href*="/export?"]').first.click()
    officer.look()
    officer.page.check('input[name="form"][value="xlsx"]')
    with officer.moving():
        officer.page.locator('main form[action*="/export"] button[type=submit]').first.click()
    link = 'main a[href$="/download"]'
    expect(officer.page.locator(link)).to_be_visible(timeout=SOON * 1000)
    return download(officer, link)


@pytest.mark.parametrize("key", WAYS)
def test_a_report_is_taken_away_as_a_workbook(sits: Sits, titled: Callable[[str], str], key: str) -> None:
    slug = titled(f"taken-{key}")
    officer = sits("reporting_officer", key)
    grouped = f"/reports/completions?activity={slug}&group=country"
    officer.open(grouped)
    shown = on_page(officer)
    assert len(shown) == len(COUNTRIES)
    sheet = make_file(officer, grouped)
    held = [[cell.value for cell in row.values()] for row in sheet.rows[1 : 1 + len(shown)]]
    assert [numbers(row)[:2] for row in held] == [numbers(row)[:2] for row in shown]
    assert {cell.kind for row in sheet.rows[1 : 1 + len(shown)] for cell in row.values()} >= {"n", "s"}

    rows = make_file(officer, f"/reports/completions?activity={slug}")
    assert len(rows.rows) == 1 + sum(COUNTRIES.values())
    officer.open("/reports/files")


@pytest.mark.parametrize("key", WAYS)
def test_a_monthly_mail_arrives(
    sits: Sits, titled: Callable[[str], str], platform_app: Flask, inbox: Inbox, key: str
) -> None:
    slug = titled(f"sent-{key}")
    officer = sits("reporting_officer", key)
    officer.open(f"/reports/completions?activity={slug}&group=country")
    officer.page.locator('main a[href*="/save?"]').first.click()
    officer.look()
    officer.page.fill("#name", f"By country {key}")
    with officer.moving():
        officer.page.locator('main form[action*="/save"] button[type=submit]').first.click()
    view = officer.path.removesuffix("/edit")

    officer.follow(f"{view}/schedule")
    officer.page.select_option("#day", "3")
    officer.page.select_option("#hour", "8")
    officer.page.check('input[name="form"][value="xlsx"]')
    officer.press(f"{view}/schedule?rhythm=monthly")
    schedule = officer.path
    officer.page.fill("#email", OUTSIDE)
    officer.page.select_option("#language", officer.language)
    officer.press(f"{schedule}/recipients")
    with officer.moving():
        officer.page.locator('main form[action$="/confirmation"] button[type=submit]').click()

    officer.press(f"{schedule}/now")
    address = Player(platform_app, "reporting_officer").email
    mail = inbox.next_to(address)
    found = re.search(r"/reports/files/[\w-]+", mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert found is not None
    officer.open(found[0])
    sheet = download(
        officer, 'main a[href$="/download"]', "en"
    )  # the officer's own, whatever the pages are in
    assert len(sheet.rows) > len(COUNTRIES)

    with platform_app.app_context(), unit_of_work() as session:
        named = select(ReportSchedule).where(ReportSchedule.public_id == schedule.rsplit("/", 1)[1])
        due = session.scalars(named).one().next_due_at
    assert due is not None
    with platform_app.app_context(), clock.travel(due + timedelta(minutes=1)):
        run_now("reports.send_due")
    attached = [part for part in inbox.next_to(OUTSIDE).iter_attachments() if part.get_filename()]
    (outside,) = workbooks.read(attached[0].get_payload(decode=True))[:1]  # type: ignore[arg-type]
    assert outside.right_to_left == (officer.language == "ar")
    values = [cell.value for row in outside.rows for cell in row.values()]
    assert not {1, 2} & set(values), "there are two of Peru, of whom one completed"
    officer.open(schedule)
    assert officer.page.locator("#history ~ * tbody tr, #history + * tbody tr").count() >= 2
