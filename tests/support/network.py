"""No test talks to the network: a wall in the interpreter, that no library goes around.

PostgreSQL is reached by libpq, in C, which this wall does not see.
"""

import ipaddress
import socket
import sys
from typing import Any

_wall = {"up": False, "loopback": False}


class NetworkForbidden(RuntimeError):
    """A test tried to leave the machine."""


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _wall["up"] or event not in ("socket.connect", "socket.getaddrinfo"):
        return
    if event == "socket.connect":
        family, address = arguments[0].family, arguments[1]
        if family not in (socket.AF_INET, socket.AF_INET6):
            return
        host = address[0]
    else:
        host = arguments[0]
    if _wall["loopback"] and _is_loopback(host):
        return
    raise NetworkForbidden(f"A test tried to reach {host}; mark it `loopback` if it only talks to itself.")


def _is_loopback(host: Any) -> bool:
    try:
        return host is None or str(host) == "localhost" or ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def raise_wall(*, loopback: bool) -> None:
    """Refuse every connection from now on, but to this machine if `loopback`."""
    if "installed" not in _wall:
        sys.addaudithook(_audit)  # cannot be removed: `lower_wall` makes it sleep
        _wall["installed"] = True
    _wall.update(up=True, loopback=loopback)


def lower_wall() -> None:
    """Let connections through again."""
    _wall["up"] = False
