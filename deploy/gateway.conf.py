"""Gunicorn for sockets: one process of many greenlets. ./run serves pages and sockets by it, production sockets only.

Nothing is loaded before the worker has made Python's waiting cooperative: no preload. Several gateways are several
gunicorns, each on a port of its own (GATEWAY_PORT).
"""

import os
import resource
import time
from threading import Thread

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('GATEWAY_PORT') or os.environ.get('PORT', '8000')}"
worker_class = "gevent"
workers = 1
preload_app = False
worker_connections = int(os.environ.get("LIVE_MAX_SOCKETS") or 2000) + 1000  # the rest is for pages
timeout = (
    0 if "START_GATE" in os.environ else 120
)  # ./run lets it wait, all loaded, until the database is ready
graceful_timeout = 10
forwarded_allow_ips = "127.0.0.1"
control_socket_disable = True


def on_starting(server):
    """Allow as many open files as the machine lets us: a socket is one."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * worker_connections + 256
    if allowed < wanted and (most == resource.RLIM_INFINITY or most > allowed):
        target = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, most))


def post_worker_init(worker):
    """Let open sockets go as soon as the process is asked to end; it would wait for them otherwise."""
    Thread(target=_close_at_the_end, args=(worker,), daemon=True).start()


def _close_at_the_end(worker):
    while worker.alive:
        time.sleep(0.1)
    worker.wsgi.extensions["gateway"].close()
