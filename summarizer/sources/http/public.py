"""Connections to public addresses only, for addresses that a user, a paper or a redirect names.

The check is made on the very address that is then connected to, so a name that resolves differently the second
time (DNS rebinding) gains nothing; a redirect is a new connection and is checked again.
"""

import ipaddress
import socket
import ssl
from collections.abc import Iterable

import httpcore2
import httpx2

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address inside an IPv6 one


class PrivateAddressError(Exception):
    """The host is on a private, loopback, link-local or reserved address."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} is at {address}, which is not a public address; nothing is fetched from there")


class PublicTransport(httpx2.HTTPTransport):
    """Connects directly (no proxy: it would resolve names itself) and to public addresses only."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls)
        # httpx2 2.16 has no public way to say how to connect; the tests fail if this stops working.
        self._pool = httpcore2.ConnectionPool(ssl_context=tls, network_backend=_PublicBackend())


class _PublicBackend(httpcore2.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = _resolve(host, port)
        for address in addresses:
            if not is_public(address):
                raise PrivateAddressError(host, address)
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


def is_public(address: str) -> bool:
    """Can `address` (IPv4 or IPv6) be reached from everywhere? Addresses within addresses are unpacked."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host} cannot be resolved: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
