"""Chat, questions, polls and breakouts of the live room in real browsers, on desks and phones."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.webinars.models.planning import Roster, State
from tests.browser import test_webinar_room as rooms
from tests.browser.test_webinar_room import SOON, Comes, MakeRoom, heard, hears, inside, panel
from tests.support.browsers import PHONE, accessibility_faults, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.long]

within, people, room, comes = rooms.within, rooms.people, rooms.room, rooms.comes
HOSTILE = "<img src=x onerror=alert(1)> https://example.org/a?b=<script>"


def write(page: Page, text: str, to: str = "") -> None:
    """Write a message in the chat."""
    panel(page, "chat")
    if to:
        page.locator(".chat-to select").select_option(to)
    page.locator("#chat-text").fill(text)
    page.keyboard.press("Enter")


def test_chat_from_typing_to_moderation(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    trainer, owner = comes("trainer", scene), comes("owner", scene, viewport=PHONE)
    for page in (trainer, owner):
        inside(page)
        panel(page, "chat")
    hears(owner)
    write(owner, HOSTILE)
    shown = trainer.locator(".message-text", has_text="onerror")
    expect(shown).to_have_text(HOSTILE)  # as text
    expect(shown.locator("a")).to_have_count(0)
    write(trainer, "Read https://example.org/guide.")
    link = owner.locator(".message-text a")
    expect(link).to_have_attribute("href", "https://example.org/guide")
    heard(owner, "Read https://example.org/guide.")
    expect(owner.locator(".message--pending")).to_have_count(0)
    message = owner.locator("[data-message]", has=owner.locator("a"))
    message.locator(".menu-opener").click()
    owner.get_by_role("button", name="Report to the hosts").click()
    waiting = trainer.locator("[data-waiting]")
    expect(waiting).to_contain_text("Reported: 1")
    waiting.get_by_role("button", name="Leave it").click()
    expect(waiting).to_have_count(0)
    mine = trainer.locator("[data-message]", has_text="onerror")
    mine.locator(".menu-opener").click()
    trainer.get_by_role("button", name="Delete", exact=True).click()
    expect(owner.locator(".message--gone")).to_be_visible()
    trainer.get_by_role("button", name="Undo").or_(trainer.locator(".told-line button").first).first.click()
    expect(owner.locator(".message--gone")).to_have_count(0)
    assert accessibility_faults(trainer) == []
    assert accessibility_faults(owner) == []
    screenshot(owner, "talk-chat-phone")
    screenshot(trainer, "talk-chat")


def test_a_draft_waits_while_other_panels_are_open_and_a_lost_line_loses_no_message(
    room: MakeRoom, comes: Comes
) -> None:
    scene = room()
    trainer, owner = comes("trainer", scene), comes("owner", scene)
    for page in (trainer, owner):
        inside(page)
        panel(page, "chat")
    owner.locator("#chat-text").fill("Half a")
    panel(owner, "questions")
    panel(owner, "chat")
    expect(owner.locator("#chat-text")).to_have_value("Half a")
    owner.context.set_offline(True)
    write(owner, "Whole sentence")
    expect(owner.locator("[data-pending]")).to_contain_text("Whole sentence")
    expect(owner.locator(".message-sending")).to_contain_text("trying again", timeout=SOON)
    owner.context.set_offline(False)
    expect(trainer.locator(".message-text", has_text="Whole sentence")).to_have_count(1, timeout=SOON)
    expect(owner.locator("[data-pending]")).to_have_count(0, timeout=SOON)
    expect(owner.locator(".message-text", has_text="Whole sentence")).to_have_count(1)


def test_a_question_without_a_name_from_asking_to_the_answer(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    speaker, owner = comes("expert", scene), comes("owner", scene, viewport=PHONE)
    member = comes("member", scene, language="ar", viewport=PHONE)
    for page in (speaker, owner, member):
        inside(page)
        panel(page, "questions")
    owner.locator("#question-text").fill("Who pays for it?")
    owner.get_by_label("Ask without your name").check()
    owner.locator("[data-ask]").click()
    for page in (speaker, owner, member):
        expect(page.locator("[data-question]")).to_contain_text("Who pays for it?")
    expect(owner.locator("[data-question]")).to_contain_text("Your question")
    assert "Amina" not in speaker.locator("[data-question]").inner_text()
    member.locator("[data-vote]").click()
    expect(speaker.locator("[data-vote] .people-number")).to_have_text("2")
    expect(member.locator("[data-vote]")).to_have_attribute("aria-pressed", "true")
    question = speaker.locator("[data-question]")
    question.locator(".menu-opener").click()
    speaker.get_by_role("button", name="Answer it now").click()
    expect(owner.locator('[data-question][data-state="answering"]')).to_be_visible()
    question.locator(".menu-opener").click()
    speaker.get_by_role("button", name="Answer in writing").click()
    question.locator("textarea").fill("The requesting side.")
    speaker.get_by_role("button", name="Send the answer").click()
    owner.get_by_role("button", name=re.compile("Answered")).click()
    expect(owner.locator(".card-answer")).to_contain_text("The requesting side.")
    for page in (speaker, owner, member):
        assert accessibility_faults(page) == []
    screenshot(owner, "talk-questions-phone")
    screenshot(member, "talk-questions-phone-ar")


def test_a_quiz_from_making_to_results(room: MakeRoom, comes: Comes) -> None:
    scene = room(roster=Roster.HOSTS)
    trainer, owner = comes("trainer", scene), comes("owner", scene, viewport=PHONE)
    member = comes("member", scene, language="ar", viewport=PHONE)
    for page in (trainer, owner, member):
        inside(page)
    panel(trainer, "polls")
    trainer.locator("[data-new-poll]").click()
    trainer.locator("#poll-text").fill("Which form is right?")
    trainer.get_by_label("Answer 1", exact=True).fill("The long one")
    trainer.get_by_label("Answer 2", exact=True).fill("The short one")
    trainer.get_by_label("Answer 2 is correct").check()
    screenshot(trainer, "talk-poll-making")
    assert accessibility_faults(trainer) == []
    trainer.locator("[data-open-now]").click()
    for page, place in ((owner, 1), (member, 0)):
        page.locator("[data-poll-over] button").first.click()
        page.locator("[data-voting] input").nth(place).check()
        assert accessibility_faults(page) == []
        page.locator("[data-send-vote]").click()
        expect(page.locator("[data-voted]")).to_be_visible()
    expect(trainer.locator("[data-voters]")).to_contain_text("2")
    expect(owner.locator("[data-results]")).to_have_count(0)
    trainer.locator("[data-show-results]").click()
    expect(owner.locator("[data-results]")).to_contain_text("Correct")
    expect(owner.locator("[data-results]")).to_contain_text("50 %")
    owner.reload()
    inside(owner)
    panel(owner, "polls")
    expect(owner.locator("[data-voted]")).to_be_visible()
    trainer.locator("[data-end-poll]").click()
    expect(owner.locator('[data-poll][data-state="closed"]')).to_be_visible()
    screenshot(owner, "talk-polls-phone")
    screenshot(member, "talk-polls-phone-ar")
    for page in (trainer, owner, member):
        assert accessibility_faults(page) == []


def test_breakouts_there_and_back(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    trainer, owner = comes("trainer", scene), comes("owner", scene, viewport=PHONE)
    member = comes("member", scene)
    for page in (trainer, owner, member):
        inside(page)
    panel(trainer, "breakouts")
    trainer.locator("#breakouts-way").select_option("random")
    trainer.locator("#breakouts-count").fill("2")
    assert accessibility_faults(trainer) == []
    trainer.locator("[data-make-breakouts]").click()
    expect(trainer.locator("[data-breakout-room] select")).not_to_have_count(0)
    trainer.locator("[data-open-breakouts]").click()
    for page in (owner, member):
        expect(page.locator(".breakout-here")).to_contain_text("You are in", timeout=SOON)
    write(owner, "Only us", to="breakout")
    expect(owner.locator(".message-text", has_text="Only us")).to_be_visible()
    panel(member, "chat")
    expect(member.locator(".message-text", has_text="Only us")).to_have_count(0)
    panel(owner, "breakouts")
    owner.locator("[data-call-help]").click()
    expect(trainer.locator(".badge", has_text="Calls for help")).to_be_visible()
    trainer.locator("[data-breakout-room]", has=trainer.locator(".badge--attention")).locator(
        "[data-visit]"
    ).click()
    panel(trainer, "chat")
    expect(trainer.locator(".message-text", has_text="Only us")).to_be_visible(timeout=SOON)
    panel(trainer, "breakouts")
    screenshot(trainer, "talk-breakouts")
    screenshot(owner, "talk-breakouts-phone")
    for page in (trainer, owner):
        assert accessibility_faults(page) == []
    trainer.locator("[data-close-breakouts]").click()
    for page in (owner, member):
        expect(page.locator(".breakout-here")).to_have_count(0)


def test_the_planners_pages_on_a_phone(room: MakeRoom, comes: Comes) -> None:
    scene = room(state=State.PLANNED)
    page = comes("trainer", scene, viewport=PHONE, language="ar")
    page.goto(scene.path("/polls/new"))
    page.locator("#text").fill("Which form is right?")
    page.locator("#options").fill("The long one\n* The short one")
    screenshot(page, "talk-polls-form-phone-ar")
    assert accessibility_faults(page) == []
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".polls-prepared")).to_contain_text("The short one")
    assert accessibility_faults(page) == []
    screenshot(page, "talk-polls-list-phone-ar")
    page.goto(scene.path("/breakouts"))
    page.locator("#count").fill("2")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main select[id^=place-]")).to_have_count(3)
    assert accessibility_faults(page) == []
    screenshot(page, "talk-breakouts-plan-phone-ar")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
