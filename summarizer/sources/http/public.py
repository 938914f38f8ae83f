"""Connections to public addresses only, for addresses that a user, a paper or a redirect names.

The check is made on the very address that is then connected to, so a name that resolves differently the second
time (DNS rebinding) gains nothing; a redirect is a new connection and is checked again.
"""

import ipaddress
import socket
import ssl
from collections.abc import Iterable
from functools import partial

import httpcore2
import httpx2

from summarizer.sources.http.deadline import TimedBackend, apart

# IPv6 addresses with an IPv4 address in their last 32 bits: RFC 6052 (NAT64), RFC 4291 2.5.5.1 (IPv4-compatible),
# RFC 2765 (IPv4-translated).
_EMBEDDING = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")  # RFC 8215: where it leads is the local network's affair
_ISATAP = (0x5EFE, 0x2005EFE)  # RFC 5214: bits 32 to 63 of the address, an IPv4 address in the last 32


class PrivateAddressError(Exception):
    """The host is on a private, loopback, link-local or reserved address."""

    def __init__(self, host: str, address: str) -> None:
        self.host = host
        super().__init__(f"{host} is at {address}, which is not a public address; nothing is fetched from there")


class PublicTransport(httpx2.HTTPTransport):
    """Connects directly (no proxy: it would resolve names itself) and to public addresses only."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls)
        # httpx2 2.16 has no public way to say how to connect; the tests fail if this stops working.
        self._pool = httpcore2.ConnectionPool(ssl_context=tls, network_backend=_PublicBackend())


class _PublicBackend(TimedBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = apart(partial(_resolve, host, port))
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
        if ip.is_site_local or ip in _LOCAL_NAT64:
            return False
        if (inner := _embedded(ip)) and not is_public(str(inner)):
            return False
    return ip.is_global and not ip.is_multicast


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a router may take out of an IPv6 one."""
    if any(ip in network for network in _EMBEDDING) or int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host} cannot be resolved: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
