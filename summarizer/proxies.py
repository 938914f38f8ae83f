"""The proxies that the environment names, before a client for HTTP is made of them."""

import os
from collections.abc import MutableMapping
from urllib.parse import urlsplit

from summarizer.errors import UsageError

_VARIABLES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
_SCHEMES = ("http", "https", "socks5", "socks5h")


def check_proxies(environment: MutableMapping[str, str] = os.environ) -> None:
    """Write `socks://`, which desktop tools set, as the `socks5://` that is meant.

    Raises `UsageError` naming a variable that holds no proxy.
    """
    for name in (*_VARIABLES, *(variable.lower() for variable in _VARIABLES)):
        value = environment.get(name, "").strip()
        if not value:
            continue
        if value.startswith("socks://"):
            environment[name] = value = f"socks5{value.removeprefix('socks')}"
        try:
            parts = urlsplit(value if "://" in value else f"http://{value}")
            wrong = parts.scheme not in _SCHEMES or not parts.hostname or parts.port == 0
        except ValueError:
            wrong = True
        if wrong:
            raise UsageError(f"{name}: not a proxy like http://host:port or socks5://host:port; change it or unset it")
