"""Sending RFC 5424 messages over TLS (RFC 5425), TCP with octet counting (RFC 6587) or UDP (RFC 5426)."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from pcishield.runtime.sink import BasePlugin

__all__ = ["SyslogPlugin"]


class SyslogPlugin(BasePlugin):
    """Options of a syslog server, and how to reach it.

    Syslog has no confirmation, so one is made: each batch has a connection of its own, whose end the server must
    acknowledge by closing its side. A server that dies before it has read everything resets it instead, and the batch
    is repeated. Under TLS a server has to say goodbye first (RFC 5425, 4.4); some never do, but of one that has, an end
    without it is that of a process which died. UDP has no confirmation: it is for networks where loss is accepted.
    """

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 6514
    transport: Literal["tls", "tcp", "udp"] = "tls"
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    facility: Annotated[int, Field(ge=0, le=23)] = 13
    app: Annotated[str, Field(pattern=r"^[!-~]{1,48}$")] = "pcishield"
    _says_goodbye: bool = PrivateAttr(default=False)

    def transmit(self, messages: Sequence[bytes]) -> None:
        """Send messages and, but for UDP, wait until the server has read them."""
        if self.transport == "udp":
            family, _, _, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM)[0]
            with socket.socket(family, socket.SOCK_DGRAM) as udp:
                udp.connect(address)
                for message in messages:
                    udp.send(message)
            return
        stream = self._open()
        try:
            stream.sendall(b"".join(b"%d %b" % (len(message), message) for message in messages))
            if _ended(stream):
                raise ConnectionError(0, "the syslog server closed the connection before it had everything")
            if isinstance(stream, ssl.SSLSocket):
                stream = self._parted(stream)
            with suppress(OSError):
                stream.shutdown(socket.SHUT_WR)
            while stream.recv(4096):
                pass
        finally:
            stream.close()

    def _parted(self, stream: ssl.SSLSocket) -> socket.socket:
        """Say TLS's goodbye and wait for the server's; return the connection to go on with."""
        try:
            plain: socket.socket = stream.unwrap()
        except ssl.SSLZeroReturnError:
            self._says_goodbye = True
            return stream
        except ssl.SSLEOFError:
            if self._says_goodbye:
                raise ConnectionError(0, "the syslog server ended the connection without TLS's goodbye") from None
            return stream
        self._says_goodbye = True
        plain.settimeout(self.timeout)
        return plain

    def _open(self) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), self.timeout)
        if self.transport == "tcp":
            return plain
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            context.sslsocket_class = _Stream
            if self.cert_file:
                context.load_cert_chain(self.cert_file, self.key_file)
            return context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


class _Stream(ssl.SSLSocket):
    """Closes itself: of a connection that is reset before the handshake, ``wrap_socket`` gives out nothing to close."""

    def __del__(self) -> None:
        self.close()


def _ended(stream: socket.socket) -> bool:
    """Tell whether the other side closed already, without waiting."""
    readable, _, _ = select.select([stream], [], [], 0)
    if not readable or isinstance(stream, ssl.SSLSocket):
        # Under TLS something to read may as well be a session ticket.
        return False
    return not stream.recv(1, socket.MSG_PEEK)
