"""`manage.py run_demo_provider`: the identity provider of a demonstration, in a process of its own."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.ops.services.identity_provider import DemoProvider, make_provider

LONGEST_BODY = 16_384


class Handler(BaseHTTPRequestHandler):
    """HTTP around the provider of the server."""

    server: Server
    timeout = 10

    def do_GET(self) -> None:
        self._answer(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST_BODY:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        self._answer(dict(parse_qsl(self.rfile.read(int(length)).decode(errors="replace"))))

    def _answer(self, fields: dict[str, str]) -> None:
        provider = self.server.provider
        if self.headers.get("Host") != urlsplit(provider.issuer).netloc:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        path, authorization = urlsplit(self.path).path, self.headers.get("Authorization", "")
        answer = provider.answer(self.command, path, fields, authorization)
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Cache-Control": "no-store"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: addresses hold codes."""


class Server(ThreadingHTTPServer):
    """The provider on this machine, at the port of its name."""

    daemon_threads = True

    def __init__(self, provider: DemoProvider) -> None:
        self.provider = provider
        port = urlsplit(provider.issuer).port
        super().__init__(("127.0.0.1", 80 if port is None else port), Handler)


class Command(OperatorCommand):
    help = (
        "Sert un fournisseur d’identité inventé, pour la démonstration et sur cette machine seulement\u00a0; "
        "«\u00a0manage.py dev\u00a0» le lance, avec OIDC_ISSUER, OIDC_CLIENT_ID et OIDC_CLIENT_SECRET.\n\n"
        "Exemple\u00a0: python manage.py run_demo_provider"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until SIGTERM or Ctrl-C."""
        with suppress(KeyboardInterrupt), Server(make_provider()) as server:
            self.stdout.write(f"Fournisseur d’identité de démonstration prêt\u00a0: {settings.OIDC_ISSUER}")
            server.serve_forever()
