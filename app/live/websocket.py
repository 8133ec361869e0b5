"""Engine.IO's WebSocket transport over an outlet: messages of limited size, no compression, junk ends it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import simple_websocket

from app.live.outlet import Outlet

LONGEST_MESSAGE = 4_096  # bytes of one message from a client
LOOK_EVERY = 60.0  # seconds between two looks whether the reader of a silent line still lives
_PACKET_TYPES = "0123456"


class WebSocket:
    """One WebSocket, as Engine.IO wants it; it tells the connection in the environment its outlet."""

    def __init__(self, handler: Callable[[WebSocket], object], server: Any) -> None:
        self._handler, self._server = handler, server
        self._ws: Any = None

    def __call__(self, environ: dict[str, Any], _start_response: object) -> None:
        connection = environ["ctlp.connection"]
        task = self._server._async["thread"]
        outlet = Outlet(environ["gunicorn.socket"], lambda work: task(target=work).start())
        offered = {key: value for key, value in environ.items() if key != "HTTP_SEC_WEBSOCKET_EXTENSIONS"}
        self._ws = simple_websocket.Server(
            offered | {"gunicorn.socket": outlet},
            max_message_size=LONGEST_MESSAGE,
            thread_class=task,
            event_class=self._server._async["event"],
        )
        connection.outlet = outlet
        try:
            self._handler(self)
        except Exception:  # what came could not be read: Engine.IO leaves such a socket open
            engine_socket = self._server.sockets.get(connection.key)
            if engine_socket is not None:
                engine_socket.close(wait=False, abort=True)
        finally:
            outlet.close()
        raise StopIteration  # gunicorn's word for "this connection is not HTTP any more"

    def send(self, message: str) -> None:
        """Send one message. Raises OSError when the connection is over."""
        try:
            self._ws.send(message)
        except simple_websocket.ConnectionClosed as error:
            raise OSError from error

    def wait(self) -> str | None:
        """Return the next message of the client; None when the connection is over or what came is no message."""
        message = None
        try:
            while message is None and not self._ws.thread.ready():
                message = self._ws.receive(timeout=LOOK_EVERY)
        except simple_websocket.ConnectionClosed:
            return None
        return message if isinstance(message, str) and message and message[0] in _PACKET_TYPES else None

    def close(self) -> None:
        """Say goodbye; a line that is gone already hears nothing."""
        with suppress(OSError, simple_websocket.ConnectionClosed):
            self._ws.close()
