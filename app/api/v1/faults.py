"""What was wrong with a call, field by field, as a problem document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app
from flask_babel import gettext as _
from pydantic import ValidationError

from app.core.errors import NotFound, problem

INVALID = "urn:ctlp:problem:invalid-parameters"
_SHOWN = 100


class InvalidParameters(ValueError):
    """A parameter that cannot be used; ``faults`` are pairs of field and message."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__("invalid parameters")
        self.faults = faults


def answer(faults: Sequence[tuple[str, str]]) -> Response:
    """Return the 400 that names each field with what is wrong with it."""
    return problem(
        400,
        _("This could not be read"),
        _("See the errors of each field."),
        type=INVALID,
        errors=[{"field": field[:_SHOWN], "message": message} for field, message in faults],
    )


def not_found() -> Response:
    """Return the 404 that the gate gives, for a view that keeps what it has counted (raising would undo it)."""
    return current_app.make_response(current_app.handle_http_exception(NotFound()))


def of_validation(error: ValidationError) -> list[tuple[str, str]]:
    """Return pairs of field and message, in the page's language."""
    return [(".".join(str(part) for part in one["loc"]), _message(one)) for one in error.errors()]


def _message(error: Any) -> str:
    limits = error.get("ctx", {})
    messages = {
        "missing": _("This is needed."),
        "extra_forbidden": _("There is no such parameter."),
        "int_parsing": _("Write a whole number."),
        "int_parsing_size": _("Write a whole number."),
        "greater_than_equal": _("At least %(limit)s.", limit=limits.get("ge")),
        "less_than_equal": _("At most %(limit)s.", limit=limits.get("le")),
        "literal_error": _("Use one of: %(values)s.", values=limits.get("expected")),
        "string_too_long": _("At most %(limit)s characters.", limit=limits.get("max_length")),
        "string_pattern_mismatch": _("This is not written as it should be."),
        "date_from_datetime_parsing": _("Write a day as year-month-day."),
        "date_parsing": _("Write a day as year-month-day."),
    }
    return messages.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
