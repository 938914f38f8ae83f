"""How bodies may be packed: as gzip, which is undone a MB at a time and in whatever environment.

What undoes Brotli and zstd comes with other packages, and not always with a limit. They are not asked for, and are
named where they come all the same.
"""

ASKED_FOR = "gzip"

_OTHERS = {"br", "zstd", "compress", "x-compress", "dcb", "dcz"}  # of IANA's register; further words are slips


def unasked(content_encoding: str) -> str:
    """The packings in a Content-Encoding that cannot be undone; "" for none."""
    named = {name.strip().lower() for name in content_encoding.split(",")}
    return ", ".join(sorted(named & _OTHERS))
