"""Starting the desk: an address to listen on, a server for it, and the line that says where it is."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

from desk.guard import access, is_loopback
from desk.sessions import Sessions
from groundwire.clock import Clock
from groundwire.config import Publication
from groundwire.errors import ConfigError

CONNECTIONS = 64


def serve(publication: Publication, clock: Clock, host: str | None, port: int | None, say: Callable[[str], None]) -> None:
    """Serve the desk until interrupted; `say` is told its address once it listens.

    Raises ConfigError when it would be open to others without a password, or when the address cannot be used.
    """
    import uvicorn

    from desk.app import application

    settings = publication.settings.desk
    host = settings.host if host is None else host
    access(host, 0, settings.editors, settings.password, settings.proxy_header)
    with _listening(host, settings.port if port is None else port) as listener:
        at = listener.getsockname()[1]
        reach = access(host, at, settings.editors, settings.password, settings.proxy_header)
        sessions = Sessions()
        app = application(publication, clock, reach, sessions)
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, proxy_headers=False, lifespan="on", http="h11", ws="none",
            limit_concurrency=CONNECTIONS, timeout_keep_alive=10, timeout_graceful_shutdown=3,
        )  # fmt: skip
        say(f"http://{_shown(host)}:{at}/start?token={sessions.start_token}")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), port), family=family)
    except socket.gaierror as error:
        raise ConfigError(f"desk.host '{host}': is no address of this machine ({error.strerror})") from None
    except (OSError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        raise ConfigError(f"desk.port {port} on '{host}': cannot be used ({error}); give another one with --port") from None


def _shown(host: str) -> str:
    """A host as an address of this machine's browser names it."""
    if host in ("0.0.0.0", "::", "") or is_loopback(host):  # noqa: S104  (compared, not bound)
        return "127.0.0.1" if ":" not in host else "[::1]"
    return f"[{host}]" if ":" in host else host
