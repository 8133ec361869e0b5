"""A network of a test's own, for media: WebRTC never uses loopback, and nothing of it may leave the machine.

The calling thread moves into a new network namespace, and with it whatever it starts from then on. Databases are
reached through sockets in the file system, as before.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

INTERFACE, ADDRESS, OTHER = "media0", "10.99.0.1", "10.99.0.2"
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
_COMMANDS = (
    "link set lo up",
    f"link add {INTERFACE} type veth peer name media1",
    f"addr add {ADDRESS}/24 dev {INTERFACE}",
    f"addr add {OTHER}/24 dev media1",
    f"link set {INTERFACE} up",
    "link set media1 up",
)


class NoNetwork(Exception):
    """This machine or account makes no networks."""


@contextmanager
def own_network() -> Iterator[None]:
    """Live in a network with two addresses of its own. Raises NoNetwork."""
    program = shutil.which("ip")
    if program is None:
        raise NoNetwork("no ip command")
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        if libc.unshare(_NEW_NETWORK) != 0:
            raise NoNetwork(os.strerror(ctypes.get_errno()))
        try:
            for command in _COMMANDS:
                subprocess.run([program, *command.split()], check=True)
            yield
        finally:
            libc.setns(before, _NEW_NETWORK)
    finally:
        os.close(before)
