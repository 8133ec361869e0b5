"""Forms as a page holds them: where they send, and every field with the value a browser would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

BUTTONS = frozenset({"submit", "button", "reset", "image"})


@dataclass
class Field:
    """A field: its kind (of the input, or select, textarea), what it holds, what can be chosen."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)

    @property
    def is_text(self) -> bool:
        """Whether anything can be typed."""
        return self.kind in {"text", "search", "textarea", "email", "url", "tel"}


@dataclass
class PageForm:
    """A form of a page."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    def values(self) -> dict[str, list[str]]:
        """Return what a browser would send."""
        return {one.name: list(one.values) for one in self.fields.values()}


def forms_of(page: str) -> list[PageForm]:
    """Return the forms of a page in order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._field: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "option" and self._field is not None:
            self._option(self._field, given)
        elif tag in {"input", "select", "textarea", "button"} and given.get("name"):
            self._start(tag, given)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        kind = (
            given.get("type", "text" if tag == "input" else "submit") if tag in {"input", "button"} else tag
        )
        one = self._form.fields.setdefault(given["name"], Field(given["name"], kind))
        if kind in {"radio", "checkbox"} or kind in BUTTONS:
            one.choices.append(given.get("value", "on"))
            if "checked" in given:
                one.values.append(given.get("value", "on"))
        elif tag == "input":
            one.values.append(given.get("value", ""))
        self._field = one

    def _option(self, select: Field, given: dict[str, str]) -> None:
        select.choices.append(given.get("value", ""))
        if "selected" in given:
            select.values.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "textarea" and self._field is not None and not self._field.values:
            self._field.values.append("")
        if tag in {"textarea", "select", "form"}:
            self._field = None

    def handle_data(self, data: str) -> None:
        if self._field is not None and self._field.kind == "textarea":
            held = "".join(self._field.values) + data
            self._field.values = [held.removeprefix("\r\n").removeprefix("\n")]
