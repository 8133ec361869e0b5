"""Forms: what was typed is kept, every message stands at its field, in the person's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import Field, IntegerField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs

from app.core.input import clean
from app.core.texts import lazy_gettext as _l

csrf = CSRFProtect()
UNPROCESSABLE = 422
_MOST_DIGITS = 15
_DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF])


def one_line(value: str | None) -> str | None:
    """Filter for single-line fields: direction marks and line breaks out, blanks trimmed and folded."""
    if value is None:
        return None
    return " ".join(value.translate(_DIRECTION_MARKS).split())


class Form(FlaskForm):  # type: ignore[misc]
    """Base of every form. A view that refuses one answers with :data:`UNPROCESSABLE` and the form as typed."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form holds; text that cannot be stored is refused at its field."""
        fine = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field.data, str) and not clean(field.data):
                _refuse(field)
                fine = False
        return fine


def _refuse(field: Field) -> None:
    field.errors = [*field.errors, str(_l("This holds characters that cannot be stored."))]


class WholeNumberField(IntegerField):
    """A whole number that a database can hold; more digits are refused like letters (WTForms would fail on them)."""

    def process_formdata(self, valuelist: Any) -> None:
        if valuelist and len(valuelist[0].strip()) > _MOST_DIGITS:
            self.data = None
            raise ValueError(_l("Enter a number."))
        super().process_formdata(valuelist)


def choices(pairs: Iterable[tuple[str, object]], first: object = None) -> list[SelectChoice]:
    """Return the options of a choice from (value, label); ``first`` labels an empty one on top."""
    empty = [] if first is None else [("", first)]
    return [SelectChoice(value, label) for value, label in (*empty, *pairs)]


class Length:
    """Refuses text outside ``min``..``max`` characters, saying which bound and how many were typed."""

    def __init__(self, max: int, min: int = 0) -> None:
        self.min = min
        self.max = max
        self.field_flags = {"maxlength": max} | ({"minlength": min} if min > 0 else {})

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        length = len(field.data or "")
        if length > self.max:
            raise ValidationError(
                _l("At most %(max)d characters; you typed %(length)d.", max=self.max, length=length)
            )
        if length < self.min:
            raise ValidationError(
                _l("At least %(min)d characters; you typed %(length)d.", min=self.min, length=length)
            )


def init_app(app: Flask) -> None:
    """Ask every POST for its CSRF token; a token lives as long as its session."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = True
    csrf.init_app(app)
