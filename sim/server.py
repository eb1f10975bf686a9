"""HTTP on a loopback address, and nothing but that."""

import gzip
import select
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from . import pages
from .loopback import is_loopback

_CLOSED_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: answer with a reset
_LONGEST_SILENCE = 90  # seconds; every caller gives up before
_DROPS = 20
_GZIP = b"\x1f\x8b"
_LARGEST_BODY = 10 * 1024 * 1024


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "AmazonSimulator"
    sys_version = ""
    wbufsize = -1  # headers and body leave together
    disable_nagle_algorithm = True
    timeout = 60
    _pace = 0  # seconds that the payload takes

    @property
    def simulator(self):
        return self.server.simulator

    def handle_any(self):
        """Serve one request, of whatever method."""
        url = urlsplit(self.path)
        body = self._body()
        if body is None:
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        if pages.is_page(url.path):
            self._page(url, headers, body)
            return
        reply = self.simulator.serve(self.command, url.path, url.query, headers, body)
        self._reply(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        """Stay silent: the page and `received` show the calls."""

    def _body(self):
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            self._send(413, {}, b"")
            return None
        return self.rfile.read(int(length))

    def _page(self, url, headers, body):
        if not self._from_this_machine(headers):
            self._send(403, {"Content-Type": "text/plain"}, b"Loopback only\n")
            return
        page = pages.serve(self.simulator, self.command, url.path, url.query, body)
        self._send(*page)

    def _from_this_machine(self, headers):
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        origin = headers.get("origin")
        if origin is None:
            return is_loopback(host)
        return is_loopback(host) and is_loopback(urlsplit(origin).hostname or "")

    def _reply(self, reply):
        kind = reply.fault.kind if reply.fault else None
        if kind in ("timeout", "timeout_after"):
            select.select([self.connection], [], [], _LONGEST_SILENCE)
        if kind in ("reset", "lost", "timeout", "timeout_after"):
            self._hang_up()
            return
        if kind == "slow":
            time.sleep(reply.fault.seconds)
        self._pace = reply.fault.seconds if kind == "drip" else 0
        payload, headers, length = _spoiled(kind, reply)
        self._send(reply.status, headers, payload, length)
        if kind == "short_body":
            self.close_connection = True

    def _send(self, status, headers, payload, length=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header(
            "Content-Length", str(len(payload) if length is None else length)
        )
        self.end_headers()
        if self.command != "HEAD":
            self._write(payload)

    def _write(self, payload):
        pieces = _DROPS if self._pace else 1
        size = max(1, -(-len(payload) // pieces))
        for start in range(0, len(payload), size):
            self.wfile.write(payload[start : start + size])
            if self._pace:
                self.wfile.flush()
                time.sleep(self._pace / _DROPS)

    def _hang_up(self):
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSED_AT_ONCE)


def _spoiled(kind, reply):
    """Return payload, headers and stated length of what is left of an answer."""
    payload, headers = reply.payload, reply.headers
    if kind == "cut_gzip" and payload:
        if not payload.startswith(_GZIP):  # documents are stored compressed
            payload = gzip.compress(payload)
            headers = {**headers, "Content-Encoding": "gzip"}
        payload = payload[: -len(payload) // 4]
    length = len(payload)
    if kind in ("truncated", "short_body"):
        payload = payload[: length // 2]
    return payload, headers, len(payload) if kind == "truncated" else length


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address, simulator):
        self.simulator = simulator
        self.connections = set()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def process_request(self, request, client_address):
        """Remember the connection, to cut it when the simulator stops."""
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        """Close a connection that was served."""
        self.connections.discard(request)
        if (
            request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
            == _CLOSED_AT_ONCE
        ):
            self.close_request(request)  # at once: the client sees a reset
        else:
            super().shutdown_request(request)

    def handle_error(self, request, client_address):
        """Say nothing of connections that broke: tests break them on purpose."""

    def cut_connections(self):
        """Close what clients keep open."""
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class Server:
    """The listening side of a simulator; can be stopped and started again."""

    def __init__(self, simulator, host, port):
        if not is_loopback(host):
            raise ValueError(
                f"The simulator serves loopback addresses only, not {host}"
            )
        self.simulator = simulator
        self.host = host
        self.port = port
        self._http = None

    @property
    def url(self):
        """Return the address; the port is known once it was started."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self):
        """Listen, and serve in threads."""
        if self._http:
            return
        self._http = _HttpServer((self.host, self.port), self.simulator)
        self.port = self._http.server_address[1]
        threading.Thread(
            target=self._http.serve_forever,
            args=(0.02,),
            name="amazon-sim",
            daemon=True,
        ).start()

    def stop(self):
        """Stop listening and cut all connections."""
        if not self._http:
            return
        self._http.shutdown()
        self._http.server_close()
        self._http.cut_connections()
        self._http = None
