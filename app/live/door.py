"""Who gets a socket: judged before any protocol begins, with plain HTTP answers.

The Origin must be ours, the cookie must belong to a living sign-in, and there must be room. A request that goes on with
a connection (the polling transport) must come from the browser that opened it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie

from app.accounts import queries as people
from app.core import log
from app.core.access import Actor
from app.core.database import unit_of_work
from app.core.settings import settings
from app.live import feeds
from app.live.connection import Connection
from app.live.gateway import CONNECTION, Gateway
from config import Settings

PATH = "/socket.io/"
_HEADERS = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
Application: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """No, and why, in a word for programs; ``again`` is after how many seconds another try makes sense."""

    status: str
    reason: str
    again: int | None = None


def origins(chosen: Settings) -> frozenset[str]:
    """Return the origins whose pages may open a socket: the platform's own, never that of user files."""
    public, content = urlsplit(chosen.public_url), urlsplit(chosen.content_url)
    port = f":{public.port}" if public.port else ""
    hosts = {host for host in chosen.hosts if host != content.hostname or host == public.hostname}
    return frozenset(f"{public.scheme}://{host}{port}" for host in hosts)


class Door:
    """WSGI in front of the gateway's transport; whatever is not for sockets goes straight to the pages."""

    def __init__(self, app: Flask, gateway: Gateway, pages: Application, sockets: Application) -> None:
        self._app, self._gateway, self._pages, self._sockets = app, gateway, pages, sockets
        with app.app_context():
            self._settings = settings()
        self._origins = origins(self._settings)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if not path.startswith(PATH):
            topic = feeds.polled(path) if environ["REQUEST_METHOD"] == "GET" else None
            return (
                self._pages(environ, start_response)
                if topic is None
                else self._hold(environ, start_response, topic)
            )
        try:
            environ[CONNECTION] = self._judge(environ)
        except Refusal as refusal:
            return _refuse(start_response, refusal)

        def start(status: str, headers: list[tuple[str, str]], *more: object) -> Any:
            return start_response(status, [*headers, *_HEADERS], *more)

        return self._sockets(environ, start)

    def _hold(self, environ: Environ, start_response: StartResponse, topic: str) -> Iterable[bytes]:
        """Let a request wait for news; who is nobody, or refused, is answered by the pages."""
        try:
            self._check_origin(environ)
            self._check_room()
            token = parse_cookie(environ).get(self._app.config["SESSION_COOKIE_NAME"], "")
            actor = self._signed_in(token) if 20 < len(token) < 100 else None
            if actor is not None:
                waiting = sum(one.user_id == actor.user_id for one in self._gateway.relay.polls())
                if waiting >= self._settings.live_max_sockets_per_person:
                    raise Refusal("429 Too Many Requests", "too many of yours", 5)
        except Refusal as refusal:
            return _refuse(start_response, refusal)
        body = self._waited(actor, topic, environ) if actor is not None and actor.approved else None
        if body is None:
            return self._pages(environ, start_response)
        length = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("200 OK", [*length, *_HEADERS])
        return [body]

    def _waited(self, actor: Actor, topic: str, environ: Environ) -> bytes | None:
        try:
            return self._gateway.polls.answer(actor, topic, environ.get("QUERY_STRING", ""))
        except SQLAlchemyError:
            log.failure("poll not answered")
            return None

    def _check_room(self) -> None:
        held = len(self._gateway.connections) + len(self._gateway.relay.polls())
        if held >= self._settings.live_max_sockets:
            raise Refusal("503 Service Unavailable", "full", 30)

    def _judge(self, environ: Environ) -> Connection:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        self._check_origin(environ)
        if "j" in query or environ["REQUEST_METHOD"] not in ("GET", "POST"):
            raise Refusal("400 Bad Request", "not spoken here")
        token = parse_cookie(environ).get(self._app.config["SESSION_COOKIE_NAME"], "")
        if "sid" not in query:
            return self._let_in(token)
        known = self._gateway.connections.get(query["sid"][0])
        if known is None or known.token != token:
            raise Refusal("400 Bad Request", "unknown connection")
        return known

    def _check_origin(self, environ: Environ) -> None:
        """Browsers name the origin of every WebSocket and POST, and say of a plain GET whether it crosses sites."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is None:
            upgrade = "HTTP_UPGRADE" in environ or environ["REQUEST_METHOD"] != "GET"
            crossing = environ.get("HTTP_SEC_FETCH_SITE", "same-origin") != "same-origin"
            if not upgrade and not crossing:
                return
        if origin not in self._origins:
            raise Refusal("403 Forbidden", "origin")

    def _let_in(self, token: str) -> Connection:
        self._check_room()
        actor = self._signed_in(token) if 20 < len(token) < 100 else None
        if actor is None:
            raise Refusal("401 Unauthorized", "sign-in")
        if self._gateway.sockets_of(actor.user_id) >= self._settings.live_max_sockets_per_person:
            raise Refusal("429 Too Many Requests", "too many of yours", 30)
        return Connection(actor, token)

    def _signed_in(self, token: str) -> Actor | None:
        try:
            with self._app.app_context(), unit_of_work():
                return people.actor_by_token(token)
        except SQLAlchemyError as error:
            raise Refusal("503 Service Unavailable", "busy", 10) from error


def _refuse(start_response: StartResponse, refusal: Refusal) -> Iterable[bytes]:
    body = json.dumps({"refused": refusal.reason}).encode()
    again = [("Retry-After", str(refusal.again))] if refusal.again else []
    length = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(refusal.status, [*length, *again, *_HEADERS])
    return [body]
