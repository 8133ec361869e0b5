"""Commands about webinars."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app.webinars.media import broadcast, encoder

group = AppGroup("webinars", help="Live rooms: the encoder of broadcasts.")


@group.command("encode")
def encode() -> None:
    """Turn the pieces of running broadcasts into small segments, until stopped."""
    ffmpeg = broadcast.program()
    if ffmpeg is None:
        raise click.ClickException("FFMPEG: there is no ffmpeg here")
    encoder.run(ffmpeg)


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(group)
