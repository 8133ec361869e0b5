"""A real mail server for tests: what it receives is kept, what it answers can be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

import config
from app.core.database import TransactionalFlask
from app.core.settings import KEY
from tests.conftest import settings_for_tests
from tests.support.servers import free_port


class Sink:
    """What a mail server received; answers as told."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def listening(sink: Sink) -> Iterator[str]:
    """Let a sink answer on a free port inside the block; gives its address as ``SMTP_URL`` takes it."""
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp+plain://127.0.0.1:{port}"
    finally:
        controller.stop()


@contextmanager
def sink_for(app: TransactionalFlask, var: Path) -> Iterator[Sink]:
    """Give a mail server on a free port, and tell the application to use it inside the block."""
    made = Sink()
    before: config.Settings = app.config[KEY]
    with listening(made) as address:
        app.config[KEY] = settings_for_tests(before.database_url, var, SMTP_URL=address)
        yield made
        app.config[KEY] = before
