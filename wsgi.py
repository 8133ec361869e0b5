"""The application object for a server (gunicorn wsgi:app) and for the flask command."""

from app.factory import create_app

app = create_app()
