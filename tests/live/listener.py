"""A program at a gateway, by python-socketio's own client: keeps what it is told, with the time."""

from __future__ import annotations

import threading
import time
from typing import Any

import requests
import socketio


class Listener:
    """One socket. Use it in a ``with``."""

    def __init__(
        self, url: str, cookie: str, *, origin: str | None = None, transport: str = "websocket"
    ) -> None:
        self._web = web = (
            requests.Session()
        )  # for polling; the library's WebSocket names the origin by itself
        web.headers.update({"Cookie": cookie, "Origin": origin or url})
        options = {"origin": origin or url}
        self.client: Any = socketio.Client(
            reconnection=False, http_session=web, websocket_extra_options=options
        )
        self.told: list[tuple[str, Any, float]] = []
        self._news = threading.Condition()
        for name in ("news", "cut", "ended", "reread", "typing", "room", "touch", "beats"):
            self.client.on(name, self._keeper(name))
        self.client.on("disconnect", lambda *_reason: self._keep("disconnect", None))
        try:
            self.client.connect(url, headers={"Cookie": cookie}, transports=[transport], wait_timeout=10)
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_error: object) -> None:
        self.client.disconnect()
        self._close()

    def _close(self) -> None:
        """Close what the library leaves open when the other side ended the connection."""
        self._web.close()
        if self.client.eio.ws is not None:
            self.client.eio.ws.shutdown()

    def ask(self, event: str, topic: str = "") -> Any:
        """Send an event and return the answer."""
        return self.client.call(event, topic, timeout=10)

    def follow(self, topic: str) -> int:
        """Follow a topic and return its number. Raises AssertionError when it is refused."""
        answer = self.ask("subscribe", topic)
        assert answer["state"] == "following", answer
        return int(answer["number"])

    def heard(self, name: str) -> list[Any]:
        """Return what was told under a name until now."""
        with self._news:
            return [told for kind, told, _ in self.told if kind == name]

    def wait_for(self, name: str, count: int = 1, seconds: float = 10.0) -> float:
        """Wait until something was told ``count`` times and return when the last of them came (monotonic)."""
        with self._news:
            came = self._news.wait_for(lambda: len(self._times(name)) >= count, seconds)
            assert came, f"{name} did not come {count} times: {self.told}"
            return self._times(name)[count - 1]

    def wait_for_number(self, topic: str, number: int, seconds: float = 10.0) -> None:
        """Wait until the news with ``number`` of ``topic`` were told."""
        with self._news:
            came = self._news.wait_for(lambda: (topic, number) in self._numbers(), seconds)
            assert came, f"{topic} {number} did not come: {self.told}"

    def _numbers(self) -> set[tuple[str, int]]:
        return {(told["topic"], told["number"]) for kind, told, _ in self.told if kind == "news"}

    def _times(self, name: str) -> list[float]:
        return [at for kind, _, at in self.told if kind == name]

    def _keeper(self, name: str) -> Any:
        return lambda told=None: self._keep(name, told)

    def _keep(self, name: str, told: Any) -> None:
        with self._news:
            self.told.append((name, told, time.monotonic()))
            self._news.notify_all()
