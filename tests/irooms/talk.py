"""Talking in a room as a browser without scripts does, and reading what its pages say."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterable

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.database import db
from app.irooms.actions.discussion import posting
from app.irooms.actions.discussion.words import Words
from app.irooms.models.discussion import RoomTopic
from tests.cast import Player
from tests.irooms.scene import RoomScene, seat_of
from tests.support.forms import send

_TAG = re.compile(r"<[^>]+>")


def start(player: Player, room: RoomScene, title: str, text: str, **more: object) -> str:
    """Start a topic and return its address."""
    made = send(
        player.client, room.path("/discussion/new"), room.path("/discussion"),
        **({"title": title, "text": text, "language": "en"} | more),
    )  # fmt: skip
    assert made.status_code == 302, made.text
    return made.location.split("?")[0].split("#")[0]


def post_in(player: Player, topic: str, text: str, **more: object) -> TestResponse:
    """Send the form of a topic."""
    return send(player.client, topic, f"{topic}/posts", **({"text": text, "language": "en"} | more))


def fill(player: Player, topic: str, texts: Iterable[str]) -> None:
    """Post many texts in a topic, inside a transaction."""
    slug, _topics, topic_id = topic.removeprefix("/irooms/").split("/")
    seat = seat_of(player, slug)
    row = db.session.scalars(select(RoomTopic).where(RoomTopic.public_id == topic_id)).one()
    for text in texts:
        posting.post(seat, row, Words(text, "en", uuid.uuid4()))


def main_of(page: str) -> str:
    """Return the page's own part: the header names the reader."""
    return page.partition("<main")[2].partition("</main")[0] or page


def article(page: str, number: int) -> str:
    """Return the HTML of the post with a number."""
    found = re.search(rf'<article class="post[^"]*" id="p-{number}".*?</article>', page, re.S)
    assert found is not None, f"no post {number}"
    return found.group()


def said(page: str) -> list[str]:
    """Return what the posts of a page say, in their order."""
    bodies = re.findall(r"data-post-text>(.*?)</div>", page, re.S)
    return [html.unescape(_TAG.sub("", body)).strip() for body in bodies]


def typed(page: str, name: str = "text") -> str:
    """Return what a text field holds."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.S)
    assert found is not None, f"no field {name}"
    return html.unescape(found.group(1)).removeprefix("\r\n").removeprefix("\n")


def said_address(client: FlaskClient, topic: str, number: int) -> str:
    """Return the lasting address of a post."""
    found = re.search(rf'id="p-{number}" data-number="{number}" data-post="([\w-]+)"', client.get(topic).text)
    assert found is not None, f"no post {number}"
    return f"{topic.partition('/topics/')[0]}/posts/{found.group(1)}"
