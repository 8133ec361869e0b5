"""Puts the gateway into a web process: only where sockets are served (``gateway.py``), and only under gevent."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from gevent import monkey

from app.core import health
from app.core.settings import settings
from app.live import lives, protocol
from app.live.door import Door, origins
from app.live.feed import Feed
from app.live.gateway import CONNECTION, Gateway
from app.live.websocket import LONGEST_MESSAGE, WebSocket

PING_EVERY, PING_WITHIN = 25, 20  # seconds


def host(app: Flask) -> Gateway:
    """Serve sockets beside the pages of ``app`` and listen for what transactions tell. Call it once per process.

    Raises RuntimeError outside gunicorn's gevent worker: what was imported before its patching would block everybody.
    """
    if not monkey.is_module_patched("socket"):
        raise RuntimeError("the gateway needs gunicorn --worker-class gevent, without --preload")
    with app.app_context():
        chosen = settings()
    quiet = logging.getLogger("engineio")  # what clients send wrong is no error of ours
    quiet.setLevel(logging.CRITICAL)
    pages = app.wsgi_app
    transport = SocketIO(
        app,
        async_mode="gevent",
        async_handlers=False,  # one client's events run in their order, one at a time
        manage_session=False,
        cors_allowed_origins=sorted(origins(chosen)),
        max_http_buffer_size=LONGEST_MESSAGE,
        http_compression=False,
        ping_interval=PING_EVERY,
        ping_timeout=PING_WITHIN,
        logger=quiet,
        engineio_logger=quiet,
    )
    server: Any = transport.server  # type: ignore[attr-defined]  # its stubs leave it out
    server.eio._async = {**server.eio._async, "websocket": WebSocket}
    gateway = Gateway(app, server)
    protocol.listen(gateway, lambda environ: environ[CONNECTION])
    app.wsgi_app = Door(app, gateway, pages, app.wsgi_app)  # type: ignore[method-assign]
    feed = Feed(chosen.database_url, gateway.deliver, gateway.catch_up)
    health.provide("gateway", lambda: feed.listening)
    app.extensions["gateway"] = gateway
    server.start_background_task(feed.run)
    for work in (
        gateway.watch,
        gateway.pulse,
        gateway.relay.run,
        gateway.relay.run_touches,
        gateway.collector.run,
    ):
        server.start_background_task(work)
    server.start_background_task(lives.record, app)
    return gateway
