"""The application object for a server (gunicorn wsgi:app) and for the flask command."""

import gc

gc.disable()  # nothing of what is loaded here is ever let go: looking through it again and again costs a third

from app import cli
from app.factory import create_app

app = create_app()
cli.init_app(app)
gc.freeze()  # and processes forked from here on go on sharing it
gc.enable()
