"""The OpenAPI 3.1 document, assembled from the routes, their access rules and their models."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Literal

from flask import Flask, Response, current_app, request
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule as Route

from app.accounts.bearer import TokenRule
from app.accounts.tokens import Scope
from app.api.v1.blueprint import CALLS, bp
from app.api.v1.operations import Operation, of_view
from app.api.v1.schemas import Problem
from app.core.access import Access, public
from app.core.database import JSON

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
_KEPT = "api_v1.document"
_PROBLEM = "application/problem+json"
_VALUE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_SCOPES = {
    Scope.ME: "who the token is",
    Scope.COURSES: "courses with one's own progress",
    Scope.REPORTS: "reports, within what the person may see",
}
_DESCRIPTION = (
    "Send a token as `Authorization: Bearer ctlp_…`; make one on the page *API tokens* of your account. A token can do "
    "what its person can do at that moment, within its scopes: "
    + "; ".join(f"`{scope.value}` ({what})" for scope, what in _SCOPES.items())
    + ".\n\n"
    "Times are RFC 3339 in UTC. Errors are `application/problem+json`; what is missing and what you may not see give "
    f"the same 404. At most {CALLS} a token: see the `RateLimit-*` headers. Lists come in pages: follow `next` until "
    "it is null. Clients ignore members that they do not know: version 1 changes only by adding."
)
_ERRORS = {
    400: "A parameter cannot be used; `errors` names each.",
    401: "No token, or one that is not valid (any more).",
    403: "The token lacks the scope.",
    404: "There is no such thing for this caller.",
    429: "Too many calls; wait `Retry-After` seconds.",
}


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    """The description itself; made once per process, with an ETag."""
    text = _kept(current_app)
    response = Response(text, content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _kept(app: Flask) -> str:
    text = app.extensions.get(_KEPT)
    if not isinstance(text, str):
        text = app.extensions[_KEPT] = json.dumps(assembled(app), ensure_ascii=False)
    return text


def routes(app: Flask) -> list[Route]:
    """Return the routes of the API in order of their paths."""
    own = (route for route in app.url_map.iter_rules() if route.endpoint.startswith(f"{bp.name}."))
    return sorted(own, key=lambda route: route.rule)


def path_of(route: Route) -> str:
    """Return a route's path as OpenAPI writes it, values in braces."""
    return _VALUE.sub(r"{\1}", route.rule)


def assembled(app: Flask) -> JSON:
    """Return the document. Raises KeyError for a route that declares no operation."""
    described = [(route, _operation(app, route)) for route in routes(app)]
    answers = [one.answer for _route, one in described if one.answer is not None]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Counter-Terrorism Learning Platform",
            "version": VERSION,
            "description": _DESCRIPTION,
        },
        "servers": [{"url": "/"}],
        "paths": {path_of(route): {"get": _described(app, route, one)} for route, one in described},
        "components": {
            "schemas": _schemas([*answers, Problem]),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "ctlp_…"}},
        },
    }


def _operation(app: Flask, route: Route) -> Operation:
    if app.view_functions[route.endpoint] is openapi:
        return Operation("This description", None, None, files={"application/json": "OpenAPI 3.1"})
    return of_view(app, route.endpoint)


def _schemas(models: Iterable[type[BaseModel]]) -> JSON:
    asked: list[tuple[type[BaseModel], Literal["serialization"]]] = [
        (model, "serialization") for model in dict.fromkeys(models)
    ]
    _places, definitions = models_json_schema(asked, ref_template=_REF)
    found: JSON = definitions["$defs"]
    return found


def _described(app: Flask, route: Route, one: Operation) -> JSON:
    rule = _rule(app, route)
    document: JSON = {
        "operationId": route.endpoint.removeprefix(f"{bp.name}."),
        "summary": one.summary,
        "parameters": [*_in_path(one), *_in_query(one)],
        "responses": _responses(one, rule),
        "security": [{"token": [rule.scope.value]}] if rule else [],
    }
    return document | ({"description": one.description} if one.description else {})


def _rule(app: Flask, route: Route) -> TokenRule | None:
    declared = getattr(app.view_functions[route.endpoint], "__access__", None)
    assert isinstance(declared, Access)
    return declared.rule if isinstance(declared.rule, TokenRule) else None


def _in_path(one: Operation) -> list[JSON]:
    return [
        {"name": name, "in": "path", "required": True, "description": what, "schema": {"type": "string"}}
        for name, what in one.path.items()
    ]


def _in_query(one: Operation) -> list[JSON]:
    schema = one.query.model_json_schema(by_alias=True) if one.query else {}
    needed = set(schema.get("required", ()))
    return [
        _parameter(name, dict(described), name in needed)
        for name, described in schema.get("properties", {}).items()
    ]


def _parameter(name: str, described: JSON, needed: bool) -> JSON:
    """A parameter from a field; one that may be left out is never sent as null."""
    kinds = [kind for kind in described.pop("anyOf", ()) if kind.get("type") != "null"]
    for kind in kinds:
        described |= kind
    described.pop("title", None)
    if described.get("default", "") is None:
        del described["default"]
    what = described.pop("description", "")
    return {"name": name, "in": "query", "required": needed, "description": what, "schema": described}


def _responses(one: Operation, rule: TokenRule | None) -> JSON:
    content: JSON = {kind: {"schema": _file(kind)} for kind in one.files}
    if one.answer is not None:
        content["application/json"] = {"schema": {"$ref": _REF.format(model=one.answer.__name__)}}
    told = [400, 429] + ([401, 403] if rule else []) + ([404] if one.path or one.hidden else [])
    problem = {_PROBLEM: {"schema": {"$ref": _REF.format(model=Problem.__name__)}}}
    errors = {str(status): {"description": _ERRORS[status], "content": problem} for status in sorted(told)}
    found = "; ".join(["Found.", *one.files.values()]) if one.files else "Found."
    return {"200": {"description": found, "content": content}, **errors}


def _file(kind: str) -> JSON:
    if kind == "application/json":
        return {"type": "object"}
    return {"type": "string"} | ({} if kind.startswith("text/") else {"contentMediaType": kind})
