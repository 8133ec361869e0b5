"""An operation of the API: its parameters and answer as models, used to read, to write and to describe it alike."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError

from app.api.v1 import faults
from app.api.v1.faults import InvalidParameters

View = Callable[..., BaseModel | Response]
MARK = "__operation__"


@dataclass(frozen=True, slots=True)
class Operation:
    """What the description tells of a route. ``path`` describes the values in its address, ``files`` other formats.

    With ``hidden`` there is nothing at all for some callers.
    """

    summary: str
    answer: type[BaseModel] | None
    query: type[BaseModel] | None
    description: str = ""
    path: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False


def operation(
    summary: str,
    *,
    query: type[BaseModel],
    answer: type[BaseModel] | None,
    description: str = "",
    path: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    hidden: bool = False,
) -> Callable[[View], Callable[..., Response]]:
    """Declare a view of the API.

    The view is called with ``query``, its parameters as the model, beside what the gate loaded; it returns the answer's
    model, or a response for another format. Parameters that the model refuses never reach it.
    """
    declared = Operation(summary, answer, query, description, path or {}, files or {}, hidden)

    def declare(view: View) -> Callable[..., Response]:
        @functools.wraps(view)
        def called(**loaded: Any) -> Response:
            try:
                given = view(query=_parameters(query), **loaded)
            except InvalidParameters as error:
                return faults.answer(error.faults)
            return given if isinstance(given, Response) else as_json(given)

        setattr(called, MARK, declared)
        return called

    return declare


def as_json(answer: BaseModel) -> Response:
    """Return a model as the JSON response."""
    return Response(answer.model_dump_json(), content_type="application/json")


def of_view(app: Flask, endpoint: str) -> Operation:
    """Return what an endpoint declares. Raises KeyError for a route of the API that declares nothing."""
    found = getattr(app.view_functions[endpoint], MARK, None)
    if not isinstance(found, Operation):
        raise KeyError(f"{endpoint} declares no operation")
    return found


def _parameters(model: type[BaseModel]) -> BaseModel:
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise InvalidParameters(*((name, _("This is given more than once.")) for name in repeated))
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise InvalidParameters(*faults.of_validation(error)) from None
