"""Reading the mailbox."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.core.models import OutboxMail
from tests.conftest import Inside

Mailbox = Callable[[str], list[OutboxMail]]


@pytest.fixture
def mailbox(inside: Inside) -> Mailbox:
    """Give a function that returns the mails to an address, oldest first."""

    def read(address: str) -> list[OutboxMail]:
        with inside() as session:
            return list(
                session.scalars(
                    select(OutboxMail).where(OutboxMail.recipient == address).order_by(OutboxMail.id)
                )
            )

    return read


def link_in(mail: OutboxMail) -> str:
    """Return the path of the one link in a mail."""
    found = re.search(r"http://[^/\s]+(/\S+)", mail.text)
    assert found, mail.text
    return found.group(1)
