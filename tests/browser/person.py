"""Somebody in front of a browser: opens addresses, fills in forms, presses buttons, and looks at every page.

A page is looked at when somebody comes to it: its language and direction, and nothing wider than the window. Who has a
name also looks, the first time they come to a kind of page, at what axe says of it, and keeps a picture under
var/screenshots. Buttons are found by where their form sends to and links by where they lead, since words are another
matter in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Response

from tests.cast import Credentials
from tests.support.browsers import accessibility_faults, screenshot

DIRECTIONS = {"ar": "rtl", "en": "ltr"}
_OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide <= 0) return [];
  const over = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > window.innerWidth + 1 || box.left < -1);
  });
  return [`${wide} px too wide`, ...over.slice(0, 4).map((one) => one.outerHTML.slice(0, 160))];
}"""
_OWN_NAME = re.compile(r"/(?:[\w.-]{20,}|\d+)(?=/|$)")
_LESSON = re.compile(r"/items/m\d-(?!check|case)[\w-]+$")


@dataclass
class Person:
    """A person, the language they read and the page before them; ``name`` is what their pictures are called after."""

    page: Page
    language: str = "en"
    name: str = ""
    scripts: bool = True
    thorough: bool = False  # whether every lesson and every question is a page of its own kind
    looked_at: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        """The path of the page they see."""
        return urlsplit(self.page.url).path

    def open(self, path: str) -> Response:
        """Open an address of ours and look at it."""
        response = self.page.goto(path)
        assert response is not None, path
        assert response.status < 400, (path, response.status)
        self.look()
        return response

    def speak(self, language: str) -> None:
        """Choose the language of the pages, as the links in the footer do; it is kept in a cookie."""
        self.language = language
        self.open(f"/about?lang={language}")

    def form(self, action: str) -> Locator:
        """Return the form that sends to an address ending in ``action``."""
        ends = (f'[action$="{action}"]', f'[action*="{action}#"]', f'[action*="{action}?"]')
        return self.page.locator(", ".join(f'form[method="post"]{end}' for end in ends))

    def press(self, action: str, *, button: str = "button[type=submit]") -> None:
        """Press the (first) button of the form that sends to ``action``, and look at the page that comes."""
        with self.moving():
            self.form(action).locator(button).first.click()

    def follow(self, href: str) -> None:
        """Press the first link to ``href`` within the page's own part, and look at the page that comes."""
        with self.moving():
            self.page.locator(f'main a[href="{href}"]').first.click()

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Whatever is done within leads to another page, which is then looked at."""
        with self.page.expect_navigation() as moved:
            yield
        assert moved.value is not None
        assert moved.value.status < 500, (self.page.url, moved.value.status)
        self.look()

    def sign_in(self, who: Credentials) -> None:
        """Sign in by password, and by the authenticator's code where there is one."""
        self.open("/account/sign-in")
        self.page.fill("#email", who.email)
        self.page.fill("#password", who.password)
        self.press("/account/sign-in")
        if who.totp_key:
            self.page.fill("#code", who.code())
            self.press("/account/sign-in/code")
        assert self.page.locator('form[action="/account/sign-out"]').count() == 1, self.page.url

    def look(self) -> None:
        """Hold the page before them against what every page owes."""
        if not self.scripts:
            return
        head = self.page.locator("html")
        assert (head.get_attribute("lang"), head.get_attribute("dir")) == (
            self.language,
            DIRECTIONS[self.language],
        ), self.page.url
        overflow = self.page.evaluate(_OVERFLOW)
        assert not overflow, (self.page.url, overflow)
        kind = self._kind()
        if self.name and kind not in self.looked_at:
            self.looked_at.add(kind)
            with self._whole_page_in_view():
                screenshot(self.page, self._picture())
                faults = accessibility_faults(self.page)
            assert not faults, (self.page.url, faults)

    @contextmanager
    def _whole_page_in_view(self) -> Iterator[None]:
        """Make the window as high as the page: what is fixed to its edge covers nothing that could be scrolled away."""
        window = self.page.viewport_size
        assert window is not None
        height = int(self.page.evaluate("document.documentElement.scrollHeight"))
        self.page.set_viewport_size({"width": window["width"], "height": max(height, window["height"])})
        yield
        self.page.set_viewport_size(window)

    def _picture(self) -> str:
        words = [self.name, *re.findall(r"[a-z0-9-]+", _OWN_NAME.sub("", self._kind()).lower())]
        return "-".join(words)

    def _kind(self) -> str:
        """Return what the page has in common with others of its kind; a page that refuses is one of its own."""
        refused = "!refused" if self.page.locator(".error-summary, .field-error").count() else ""
        if self.thorough:
            return self.path + refused
        return _LESSON.sub("/items/lesson", _OWN_NAME.sub("/…", self.path)) + refused


MakePerson = Callable[..., Person]
