"""The access gate: every route says who may use it and how its objects are found, or the app does not start.

A view is declared with ``@access(rule, name=loader, …)`` or ``@public``. Before the view runs, the gate asks the rule
about the actor, then calls each loader with the actor and the URL values that the loader's parameters name; what the
loader returns replaces those values. A loader goes through what the actor may see and raises
:class:`~app.core.errors.NotFound` otherwise, so missing and forbidden look alike.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from app.core.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])
Loader = Callable[..., Any]
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person, or nobody (``user_id`` None). Plain values, safe to hand to policies, jobs and logs.

    ``permissions`` maps each permission held to the scopes it is held for: ``*``, ``course:<slug>``, ``country:<CC>``.
    """

    user_id: int | None = None
    public_id: str = ""
    email: str = ""
    name: str = ""
    language: str = "en"
    zone: str = "UTC"
    country: str = ""
    approved: bool = False
    second_factor: bool = False
    session_id: int | None = None
    token_id: int | None = None
    roles: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    permissions: Mapping[Permission, frozenset[str]] = field(default_factory=dict)

    @property
    def signed_in(self) -> bool:
        """Whether somebody is there."""
        return self.user_id is not None

    def has(self, permission: Permission) -> bool:
        """Whether the permission is held for any scope."""
        return permission in self.permissions

    def scopes(self, permission: Permission) -> frozenset[str]:
        """The scopes the permission is held for; empty when it is not."""
        return self.permissions.get(permission, frozenset())

    def may(self, permission: Permission, scope: str = EVERYWHERE) -> bool:
        """Whether the permission is held for ``scope`` (or everywhere)."""
        held = self.scopes(permission)
        return EVERYWHERE in held or scope in held


NOBODY = Actor()


@dataclass(frozen=True, slots=True)
class Rule:
    """A named predicate on the actor; the name is what the access table shows."""

    name: str
    allows: Callable[[Actor], bool]


anyone = Rule("anyone", lambda actor: True)
signed_in = Rule("signed in", lambda actor: actor.signed_in)
signed_out = Rule("signed out", lambda actor: not actor.signed_in)
approved = Rule("approved", lambda actor: actor.signed_in and actor.approved)


def has(permission: Permission) -> Rule:
    """Approved people who hold ``permission`` for some scope; the loader narrows to the scope."""
    return Rule(permission.value, lambda actor: actor.approved and actor.has(permission))


def any_of(*permissions: Permission) -> Rule:
    """Approved people who hold one of ``permissions``."""
    name = " or ".join(permission.value for permission in permissions)
    return Rule(name, lambda actor: actor.approved and any(actor.has(one) for one in permissions))


@dataclass(frozen=True, slots=True)
class Access:
    """What one endpoint declares: its rule, its loaders by the name the view gets, URL values passed as they are."""

    rule: Rule
    loaders: Mapping[str, Loader]
    plain: frozenset[str] = frozenset()

    def consumed(self) -> frozenset[str]:
        """URL values that loaders turn into objects."""
        return frozenset(name for loader in self.loaders.values() for name in _wanted(loader))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the access table."""

    endpoint: str
    path: str
    methods: str
    rule: str
    loaders: str


class AccessError(RuntimeError):
    """The app's routes are not all declared; it must not start."""


_external: dict[str, Access] = {}
_socket_events: dict[str, Rule] = {}


def access(rule: Rule, /, *, plain: Iterable[str] = (), **loaders: Loader) -> Callable[[View], View]:
    """Declare who may use a view and how its objects are loaded.

    ``plain`` names URL values that identify no object (a language, a page name) and reach the view unchanged.
    """

    def declare_view(view: View) -> View:
        view.__access__ = Access(rule, loaders, frozenset(plain))  # type: ignore[attr-defined]
        return view

    return declare_view


def public(view: View) -> View:
    """Declare a view that anyone may use and that has no object in its URL."""
    return access(anyone)(view)


def declare(endpoint: str, rule: Rule, *, plain: Iterable[str] = (), **loaders: Loader) -> None:
    """Declare the rule of an endpoint whose view is not ours (a library's, Flask's ``static``)."""
    _external[endpoint] = Access(rule, loaders, frozenset(plain))


def declare_socket_event(name: str, rule: Rule) -> None:
    """Put the rule of a socket event into the table; the gateway checks it."""
    _socket_events[name] = rule


@cache
def _wanted(loader: Loader) -> tuple[str, ...]:
    return tuple(inspect.signature(loader).parameters)[1:]


def _declared(app: Flask, endpoint: str) -> Access | None:
    own = getattr(app.view_functions[endpoint], "__access__", None)
    return own if isinstance(own, Access) else _external.get(endpoint)


def verify(app: Flask) -> None:
    """Refuse to start when a route has no rule or a URL value has no loader. Raises AccessError naming each."""
    faults: list[str] = []
    for url_rule in app.url_map.iter_rules():
        declared = _declared(app, url_rule.endpoint)
        if declared is None:
            faults.append(f"{url_rule.endpoint} ({url_rule.rule}) states no access rule")
            continue
        unloaded = url_rule.arguments - declared.consumed() - declared.plain
        if unloaded:
            faults.append(
                f"{url_rule.endpoint} ({url_rule.rule}) has no loader for {', '.join(sorted(unloaded))}"
            )
    if faults:
        raise AccessError("The application does not start:\n" + "\n".join(sorted(faults)))


def table(app: Flask) -> list[Row]:
    """Return the access table, one row a route, ordered by path."""
    rows = []
    for url_rule in app.url_map.iter_rules():
        declared = _declared(app, url_rule.endpoint)
        assert declared is not None
        methods = ", ".join(sorted((url_rule.methods or set()) - {"HEAD", "OPTIONS"}))
        loaders = ", ".join(
            f"{name} ← {loader.__module__.removeprefix('app.')}.{loader.__name__}"
            for name, loader in declared.loaders.items()
        )
        rows.append(Row(url_rule.endpoint, url_rule.rule, methods, declared.rule.name, loaders))
    return sorted(rows, key=lambda row: (row.path, row.methods))


def socket_table() -> list[Row]:
    """Return the part of the table about sockets, one row an event, by name."""
    return [
        Row(f"socket.{name}", "/socket.io/", name, rule.name, "")
        for name, rule in sorted(_socket_events.items())
    ]


ActorSource = Callable[[], Actor]
Refusal = Callable[[Actor, Rule], BaseResponse | None]


@dataclass(slots=True)
class _Providers:
    actor: ActorSource = lambda: NOBODY
    refusal: Refusal = lambda actor, rule: None


_providers = _Providers()


def provide_actor(source: ActorSource) -> None:
    """Tell the gate how to find out who asks (accounts does)."""
    _providers.actor = source


def provide_refusal(refusal: Refusal) -> None:
    """Tell the gate how to answer a refused actor (to the sign-in page, say); None means the 404."""
    _providers.refusal = refusal


def current_actor() -> Actor:
    """Return who asks; found out once per request."""
    if "actor" not in g:
        g.actor = _providers.actor()
    found = g.actor
    assert isinstance(found, Actor)
    return found


def forget_actor() -> None:
    """Ask again at the next :func:`current_actor` (after a sign-in, sign-out or change of rights)."""
    g.pop("actor", None)


def act_as(actor: Actor) -> None:
    """Let the present job, command or test act as ``actor``."""
    g.actor = actor


def gate() -> BaseResponse | None:
    """The before-request check: rule first, then loaders. An unknown address is the same 404."""
    if request.url_rule is None:
        return None  # Flask raises the routing error itself
    declared = _declared(current_app, request.url_rule.endpoint)
    if declared is None:
        raise NotFound
    actor = current_actor()
    if not declared.rule.allows(actor):
        answer = _providers.refusal(actor, declared.rule)
        if answer is None:
            raise NotFound
        return answer
    values = dict(request.view_args or {})
    loaded: dict[str, Any] = {}
    for name, loader in declared.loaders.items():
        wanted = {key: values[key] for key in _wanted(loader) if key in values}
        loaded[name] = loader(actor, **wanted)
    for consumed in declared.consumed():
        values.pop(consumed, None)
    request.view_args = values | loaded
    return None


def init_app(app: Flask) -> None:
    """Put the gate in front of every view; Flask's own static files are anyone's."""
    declare("static", anyone, plain=["filename"])
    app.before_request(gate)
