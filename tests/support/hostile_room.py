"""Fills a live server's database with the two rooms, every text of theirs hostile; prints addresses and cookies.

Run beside a server: ``python -m tests.support.hostile_room``.
"""

from __future__ import annotations

import json
import sys

from app.core.database import db
from app.core.limits import limiter
from app.factory import create_app
from tests.support.rooms_planted import PARTS
from tests.support.rooms_world import RoomsWorld, build
from tests.support.world import World

VENOMS = (
    " <script>window.ran='script'</script>",
    " <img src=x onerror=window.ran='img'>",
    " <svg onload=window.ran='svg'></svg>",
    " \"><b onmouseover=window.ran='over' autofocus tabindex=1 onfocus=window.ran='focus'>b</b>",
    " <iframe srcdoc=\"<script>parent.ran='frame'</script>\"></iframe>",
    " <a href=javascript:window.ran='link'>a</a> [m](javascript:window.ran='markdown')",
    " <details open ontoggle=window.ran='toggle'><summary>s</summary></details>",
    " {{7*7}}${7*7}<style onload=window.ran='style'></style>",
    " <base href=//evil.example/><input autofocus onfocus=window.ran='input'>",
)


def main() -> None:
    """Build the world for good."""
    app = create_app()
    limiter.enabled = False
    with db.engine.connect() as connection:
        made = RoomsWorld(World(app, connection), masked=False, venoms=VENOMS)
        build(made, PARTS)
    cookies = {name: one.headers["Cookie"] for name, one in made.world.browsers.items()}
    json.dump({"values": made.values, "cookies": cookies}, sys.stdout)


if __name__ == "__main__":
    main()
