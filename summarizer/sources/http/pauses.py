"""How long a server asks to be left alone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NUMBER = re.compile(r"\s*-?[0-9]{1,15}(?:\.[0-9]{1,15})?\s*")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as the server asks: retry-after-ms, or Retry-After in seconds or as a date; None if unsaid.

    RFC 9110, 10.2.3; milliseconds are an extension of OpenAI's.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        if _NUMBER.fullmatch(value := headers.get(name, "")):
            return max(float(value) * unit, 0.0)
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max((aware - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, OverflowError):
        return None
