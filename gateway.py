"""Pages and sockets in one process (gunicorn --config deploy/gateway.conf.py gateway:app)."""

from app.factory import create_app
from app.live.hosting import host

app = create_app()
host(app)
