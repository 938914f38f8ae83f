"""Addresses and keys as people paste them: out of a curl command, a shell line, a vendor's page."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
_QUOTES = " \t\r\n\u00a0\u3000\"'`<>“”‘’「」,;，；"
_ASSIGNMENT = re.compile(r"^(?:export\s+|set\s+|\$env:)?[A-Za-z_]{3,40}\s*=\s*", re.IGNORECASE)
_HEADER = re.compile(r"^(?:authorization\s*:\s*)?(?:bearer\s+)?|^(?:x-)?api-key\s*:\s*", re.IGNORECASE)
_PAGES = re.compile(r"/(chat/completions|completions|responses|models|embeddings|batches|files)$")


def bare_address(pasted: str) -> str:
    """The root of an API: without quotes, a variable's name, the path of one of its pages; with a scheme.

    A machine of one's own is asked over http, everything else over https, where neither is said.
    """
    address = _ASSIGNMENT.sub("", _clean(pasted)).strip(_QUOTES).replace("：//", "://")
    address = _PAGES.sub("", address.rstrip("#/")).rstrip("/")
    if address and "://" not in address and _is_host(address.partition("/")[0]):
        address = f"{'http' if _is_own(address) else 'https'}://{address}"
    return address


def bare_key(pasted: str) -> str:
    """A key without quotes, a variable's name, or the words of a header before it."""
    return _HEADER.sub("", _ASSIGNMENT.sub("", _clean(pasted)).strip(_QUOTES)).strip(_QUOTES)


def _clean(pasted: str) -> str:
    return _INVISIBLE.sub("", pasted).strip(_QUOTES)


def _is_host(text: str) -> bool:
    return bool(re.fullmatch(r"[\w.-]+(:\d+)?", text)) and ("." in text or ":" in text or text == "localhost")


def _is_own(address: str) -> bool:
    host = urlsplit(f"//{address}").hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host  # localhost, a container, a machine of the local network
