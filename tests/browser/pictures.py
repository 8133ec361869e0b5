"""Takes the README's pictures from a running platform with its demo data.

    python -m tests.browser.pictures http://localhost:8000 var/demo-accounts.json docs/pictures

Somebody of the demo world is in the middle of a final test afterwards.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.browser.person import Person
from tests.browser.study import HOME
from tests.cast import Credentials
from tests.support.browsers import DESK, PHONE, chromium

MOST_BYTES = 150_000
COLOURS = 128


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to take: its name, who sees it (a word of their role or note; empty for a stranger), how."""

    name: str
    who: str
    go: Callable[[Person], None]
    language: str = "en"
    phone: bool = False


def main(url: str, accounts: str, folder: str) -> None:
    """Take every picture. Raises AssertionError when a page is not there, or a picture too large."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    people = json.loads(Path(accounts).read_text("utf-8"))
    with chromium() as browser:
        with _person(browser, url, _find(people, "has a certificate"), Picture("", "", _nowhere)) as holder:
            holder.open("/certificates")
            code = holder.page.locator("main table .code").first.inner_text().strip()
        for picture in pictures(code):
            who = _find(people, picture.who) if picture.who else None
            with _person(browser, url, who, picture) as person:
                picture.go(person)
                _keep(person, target / f"{picture.name}.png")


def pictures(code: str) -> list[Picture]:
    """Return the pictures in the order of the path; ``code`` is that of a certificate."""
    return [
        Picture("front", "", lambda one: _open(one, "/")),
        Picture("home", "in the middle of the course", lambda one: _open(one, "/")),
        Picture("course-arabic", "in Arabic", lambda one: _open(one, HOME), "ar", phone=True),
        Picture("lesson", "in the middle of the course", _lesson),
        Picture("lesson-arabic", "in Arabic", _arabic_lesson, "ar", phone=True),
        Picture("test", "the final test is next", _question, phone=True),
        Picture("certificate", "", lambda one: _open(one, f"/verify/{code}")),
        Picture("report", "reporting_officer", lambda one: _open(one, "/reports/completions")),
        Picture("vetting", "administrator", lambda one: _open(one, "/admin/vetting")),
    ]


def _nowhere(_person: Person) -> None: ...


def _open(person: Person, path: str) -> None:
    person.open(path)


def _lesson(person: Person) -> None:
    person.open(f"{HOME}/items/m1-data-categories")


def _arabic_lesson(person: Person) -> None:
    person.open(f"{HOME}/items/m1-what-counts")


def _question(person: Person) -> None:
    """Start the test, or go on with it, and choose an answer."""
    person.open(f"{HOME}/test")
    if person.form(f"{HOME}/test/attempts").count():
        person.press(f"{HOME}/test/attempts")
    else:
        with person.moving():
            person.page.locator('main .button[href$="/overview"]').click()
        with person.moving():
            person.page.locator("main .list-lines a").first.click()
    person.page.locator("#answer-form label").nth(1).click()
    person.page.locator('[data-saved-state="saved"]').wait_for()
    person.page.evaluate("document.activeElement.blur()")


def _find(people: list[dict[str, str]], words: str) -> Credentials:
    """Return how the first person signs in whose role is, or whose note contains, ``words``."""
    for one in people:
        if words == one["role"] or words in one.get("note", ""):
            return Credentials(one["name"], one["email"], one["password"], one.get("totp_secret"))
    raise AssertionError(f"nobody in the demo accounts: {words}")


@contextmanager
def _person(browser: Browser, url: str, who: Credentials | None, picture: Picture) -> Iterator[Person]:
    context = browser.new_context(
        base_url=url,
        locale=picture.language,
        viewport=PHONE if picture.phone else DESK,  # type: ignore[arg-type]
        device_scale_factor=2 if picture.phone else 1,
    )
    try:
        person = Person(context.new_page(), picture.language)
        person.speak(picture.language)
        if who:
            person.sign_in(who)
        yield person
    finally:
        context.close()


def _keep(person: Person, path: Path) -> None:
    """Write what the window shows, with as many colours as a drawing needs."""
    taken = Image.open(io.BytesIO(person.page.screenshot())).convert("RGB")
    taken.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    assert size <= MOST_BYTES, f"{path.name}: {size} bytes"
    sys.stdout.write(f"{path} {size // 1000} kB\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
