"""Pages and sockets in one process (gunicorn --config deploy/gateway.conf.py gateway:app)."""

import gc

gc.disable()  # nothing of what is loaded here is ever let go: looking through it again and again costs a third

from app.core.turns import wait_for_turn
from app.factory import create_app
from app.live.hosting import host

app = create_app()
gc.freeze()
gc.enable()
wait_for_turn()
host(app)
