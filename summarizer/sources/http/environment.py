"""What the HTTP library reads from the environment, looked at before a client is made of it."""

import os
import ssl
from collections.abc import MutableMapping
from urllib.parse import urlsplit

from summarizer.errors import UsageError

_PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
_SCHEMES = ("http", "https", "socks5", "socks5h")
_CERTIFICATES = "SSL_CERT_FILE"


def check_network_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Write `socks://`, which desktop tools set, as the `socks5://` that is meant.

    Raises `UsageError` naming a variable that holds no proxy, or no certificates.
    """
    for name in (*_PROXIES, *(proxy.lower() for proxy in _PROXIES)):
        if value := environment.get(name, "").strip():
            environment[name] = _proxy(name, value)
    if path := environment.get(_CERTIFICATES):
        try:
            ssl.create_default_context(cafile=path)
        except OSError as error:
            raise UsageError(f"{_CERTIFICATES}: {path} holds no certificates that can be read: {error}") from None


def _proxy(name: str, value: str) -> str:
    if value.startswith("socks://"):
        value = f"socks5{value.removeprefix('socks')}"
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        proper = parts.scheme in _SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        proper = False
    if not proper:
        raise UsageError(f"{name}: not a proxy like http://host:port or socks5://host:port; change it or unset it")
    return value
