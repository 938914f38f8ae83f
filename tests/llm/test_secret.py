"""A key is struck out however a server spells it."""

import base64
import html
import json
import time
from urllib.parse import quote

import pytest

from summarizer.llm.secret import without_secret

KEY = "sk-SECRET/KEY=12345+6789&abcd"


def php(text):
    return json.dumps(text).replace("/", "\\/")


def everywhere(text, form):
    return "".join(form.format(ord(character)) for character in text)


SPELLINGS = {
    "plain": KEY,
    "php": php(KEY),
    "twice in JSON": json.dumps(php(KEY)),
    "thrice in JSON": json.dumps(json.dumps(php(KEY))),
    "Go": KEY.replace("=", "\\u003d").replace("&", "\\u0026").replace("+", "\\u002B"),
    "all escaped": everywhere(KEY, "\\u{:04x}"),
    "all escaped, nested": everywhere(KEY, "\\\\u{:04X}"),
    "C": everywhere(KEY, "\\x{:02x}"),
    "C, octal": everywhere(KEY, "\\{:03o}"),
    "C++": everywhere(KEY, "\\U{:08x}"),
    "Rust": everywhere(KEY, "\\u{{{:x}}}"),
    "JavaScript": everywhere(KEY, "%u{:04x}"),
    "URL": quote(KEY, safe=""),
    "URL, twice": quote(quote(KEY, safe=""), safe=""),
    "URL, all": everywhere(KEY, "%{:02x}"),
    "HTML": html.escape(KEY),
    "HTML, all": everywhere(KEY, "&#{};"),
    "HTML, hex": everywhere(KEY, "&#x{:X};"),
    "quoted-printable": KEY.replace("=", "=3D"),
    "hex": KEY.encode().hex(),
    "HEX": KEY.encode().hex().upper(),
    "cut off": KEY[:20],
    "without its prefix": KEY.removeprefix("sk-"),
    "in capitals": KEY.upper(),
    "base64 in lines": base64.encodebytes(("x" * 40 + KEY).encode()).decode(),
    "base64 in lines, in JSON": json.dumps(base64.encodebytes(("x" * 50 + KEY).encode()).decode()),
    "base64, cut off": base64.b64encode(KEY.encode()).decode()[:24],
    "hex in lines": KEY.encode().hex("\n", 8),
    "hex with colons": KEY.encode().hex(":"),
    "hex, a list": ", ".join(f"0x{byte:02x}" for byte in KEY.encode()),
    "hex, cut off": KEY.encode().hex()[:40],
    **{
        f"base64 after {before!r}": base64.b64encode((before + KEY + "xyz").encode()).decode()
        for before in ("", "a", "ab", "Bearer ", '{"key": "')
    },
    "base64url": base64.urlsafe_b64encode(KEY.encode()).decode(),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_no_spelling_of_the_key_is_left(name):
    said = f'{{"error": {{"message": "not for Bearer {SPELLINGS[name]} here"}}}}'
    left = without_secret(said, KEY)
    assert "***" in left and SPELLINGS[name] not in left
    assert left.startswith('{"error": {"message": "not for Bearer ') and " here" in left
    for depth in range(4):
        assert "SECRET" not in left and "6789" not in left, depth
        left = left.encode().decode("unicode_escape")


def test_a_key_may_be_as_long_as_a_token_of_the_web():
    """Those of MiniMax are JSON Web Tokens of 800 characters."""
    long = "".join(f"eyJ{n:05}" for n in range(201))
    for spelled in (long, json.dumps(long), everywhere(long, "\\u{:04x}"), base64.encodebytes(long.encode()).decode()):
        left = without_secret(f"not for Bearer {spelled} here", long)
        assert left.replace('"', "").split() == ["not", "for", "Bearer", "***", "here"]


def test_what_is_no_key_stays():
    said = 'a \\/ b \\u003d sk-SECRET {"key": "other-key-12345678"} ' + "sk-" * 50
    assert without_secret(said, KEY) == said
    assert without_secret("none of it", "none") == "none of it"


@pytest.mark.parametrize("noise", ["\\", "s", "sk-", "sk-SECRET/KE", "%25", "&#0", "&#x0", "\\u00", "\\\\s", "="])
def test_long_bodies_take_time_in_proportion(noise):
    begun = time.process_time()
    without_secret(noise * (1_000_000 // len(noise)), KEY)
    assert time.process_time() - begun < 3
