"""A browser without JavaScript beside a live server: keeps cookies and the hidden fields of forms."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar

from tests.cast import Credentials
from tests.support.forms import hidden_fields

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, redirects followed."""

    status: int
    url: str
    text: str


class Visitor:
    """One person's browser. Raises OSError when the server cannot be reached."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._send(path, None)

    def submit(self, page: str, action: str, **typed: str) -> Answer:
        """Open ``page``, fill in the form that sends to ``action``, send it."""
        opened = self.get(page)
        if opened.status >= 500:
            return opened
        return self._send(action, hidden_fields(opened.text, action) | typed)

    def sign_in(self, who: Credentials) -> None:
        """Sign in with the password, and the second factor where there is one."""
        answer = self.submit("/account/sign-in", "/account/sign-in", email=who.email, password=who.password)
        if who.totp_key:
            answer = self.submit("/account/sign-in/code", "/account/sign-in/code", code=who.code())
        assert answer.status == 200, (answer.status, answer.url)
        assert "/account/sign-out" in answer.text, answer.url

    def _send(self, path: str, form: dict[str, str] | None) -> Answer:
        body = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.address + path, body)
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as found:
                return Answer(found.status, found.url, found.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.url, refused.read().decode(errors="replace"))
