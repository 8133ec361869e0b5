"""The realtime gateway: topics, announcements, who may follow what. It announces and never decides.

This package is part of every process, since anyone may announce. The sockets themselves live only in processes that
call ``hosting.host`` (the entry point ``gateway.py``).
"""

from __future__ import annotations

from flask import Flask

from app.core.access import declare_socket_event
from app.live import protocol, topics


def init_app(_app: Flask) -> None:
    """Refuse to start with a socket event that states no access rule; everybody may follow what is their own."""
    for event in protocol.events().values():
        declare_socket_event(event.name, event.rule)
    topics.provide("person", topics.own)
