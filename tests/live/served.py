"""The platform with topics and a page of the tests' own (gunicorn tests.live.served:app).

``group:N`` may be followed by those in group N, as may ``named:N``, where the others see who types; ``brief:N`` for
two seconds; ``broken:…`` never answers; while ``meanwhile:…`` is asked for, somebody takes it away. The page of a group
lists one line per announcement.
"""

from __future__ import annotations

from datetime import timedelta

import psycopg
from flask import render_template_string, request
from werkzeug.exceptions import NotFound

from app.core import clock
from app.core.access import Actor, access, approved, current_actor
from app.core.settings import settings
from app.live import topics
from app.live.messages import CHANNEL, Cut, encode
from app.live.queries import number_of
from app.live.topics import Seat
from gateway import app

__all__ = ["app"]
BRIEF = timedelta(seconds=2)
PAGE = """{% extends "base.html" %}{% from "macros/live.html" import live, live_script, live_words %}
{% block title %}Group{% endblock %}{% block head %}{{ live_script() }}{% endblock %}
{% block main %}<h1>Group</h1>{{ live_words() }}
{% call live("group:%d" % group, number, "/tests/live/%d/new?after=" % group, "Something new.") %}
{% for one in range(1, number + 1) %}<p id="line-{{ one }}">Line {{ one }}</p>{% endfor %}{% endcall %}{% endblock %}"""
NEW = """<div data-live-after="{{ number }}" data-live-say="{{ number - after }} new lines.">
{% for one in range(after + 1, number + 1) %}<p id="line-{{ one }}">Line {{ one }}</p>{% endfor %}</div>"""


def _holds(actor: Actor, topic: str) -> bool:
    number = topic.split(":")[1]
    return number.isdigit() and int(number) in actor.groups


def _broken(_actor: Actor, _topic: str) -> bool:
    raise RuntimeError("this feature is broken")


def _cut_meanwhile(actor: Actor, _topic: str) -> bool:
    assert actor.user_id is not None
    with psycopg.connect(settings().database_url, autocommit=True) as connection:
        cut = encode(Cut(actor.user_id, "meanwhile"))
        connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, cut])
        connection.execute("SELECT pg_sleep(0.2)")
    return True


topics.provide("group", _holds)
topics.provide(
    "named", lambda actor, topic: Seat(label=f"from {actor.country}") if _holds(actor, topic) else None
)
topics.provide("brief", lambda actor, topic: _holds(actor, topic) and clock.now() + BRIEF)
topics.provide("broken", _broken)
topics.provide("meanwhile", _cut_meanwhile)


def _number(group: int) -> int:
    if group not in current_actor().groups:
        raise NotFound
    return number_of(f"group:{group}")


@app.get("/tests/live/<int:group>")
@access(approved, plain=["group"])
def page(group: int) -> str:
    """A page that is kept fresh."""
    return render_template_string(PAGE, group=group, number=_number(group))


@app.get("/tests/live/<int:group>/new")
@access(approved, plain=["group"])
def new(group: int) -> str:
    """What came after a number."""
    return render_template_string(NEW, after=request.args.get("after", 0, int), number=_number(group))
