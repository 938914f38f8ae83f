"""What a failed request means: wait and ask again, ask in another way, or give up and say why."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from urllib.parse import urlsplit

from summarizer.config import Config
from summarizer.errors import RefusedError, SummarizerError, UsageError
from summarizer.llm.replies import error_words, excerpt

CHECK_ADDRESS = "Check that the server runs and that OPENAI_BASE_URL is right (usually it ends in /v1)"
_CHECK_RATE = "Lower requests_per_minute, tokens_per_minute or in_flight in the configuration, or wait"
CHECK_SERVICE = "The service has trouble; look at its status page and run the same command again later"

_RETRIED = {408, 409, 429}

# Broad on purpose: a step down in vain costs a request, and is not remembered unless it helps.
_FORMAT = re.compile(r"response_?\s?format|json|schema|grammar|parser|structured|guided", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context[_ -]?(length|window|size|limit)|maximum context|prompt (is |exceeds |was )?(too long|max)"
    r"|input (is )?too long|too many (input )?tokens|token limit|range of input length"
    r"|exceeds? (the )?(model'?s )?max(imum)? (input|prompt)",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model\b.{0,80}\b(not exist|not found|not supported|unknown|invalid|no access)"
    r"|\b(invalid|unknown|no such|nonexistent) model",
    re.IGNORECASE | re.DOTALL,
)
_UNKNOWN_FIELD = re.compile(
    r"unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not permitted|instead", re.IGNORECASE
)
_NO_CREDIT = re.compile(r"insufficient_quota|insufficient balance|exceeded your current quota", re.IGNORECASE)


class Retryable(Exception):
    """Another attempt may succeed, after `wait` seconds if the server named a time.

    `hint` is what to check if it never does. `brief` faults are seldom cured by waiting long.
    """

    def __init__(self, reason: str, hint: str, *, wait: float | None = None, brief: bool = False) -> None:
        super().__init__(reason)
        self.hint, self.wait, self.brief = hint, wait, brief


class AskDifferently(Exception):
    """The same question may be taken at once in another form."""


class FormatRefused(AskDifferently):
    """The server does not take this response_format."""


class LimitNameRefused(AskDifferently):
    """The server calls the limit of output tokens by its other name."""


class RejectedError(SummarizerError):
    """The server does not take this one request.

    `too_long`: it does not fit the model's context. `moderated`: the server's filter objects to what is in it.
    """

    def __init__(self, message: str, *, too_long: bool = False, moderated: bool = False) -> None:
        super().__init__(message)
        self.too_long, self.moderated = too_long, moderated


def host_of(endpoint: str) -> str:
    """The host of an endpoint's address, to be named in messages: never user names or passwords.

    Raises `UsageError` if it is not an http(s) address.
    """
    try:
        parts = urlsplit(endpoint)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("OPENAI_BASE_URL: not an address like https://api.example.com/v1")
    return parts.hostname + port


def fault_of(
    status: int, headers: Mapping[str, str], body: str, *, config: Config, formatted: bool, limit_name: str
) -> Exception:
    """The exception to raise for a response that is not 2xx. `formatted`: a response_format was sent."""
    words = error_words(body)
    said = f"{host_of(config.endpoint)}: HTTP {status}: {excerpt(words) or 'no reason given'}"
    if status in (401, 403):
        return RefusedError(f"{said}. Check the key in {config.api_key_env} and what it may use")
    if status == 402 or (status == 429 and _NO_CREDIT.search(words)):
        return RefusedError(f"{said}. Check the balance and the limits of the account behind {config.api_key_env}")
    if status == 501 and formatted and _FORMAT.search(words):
        return FormatRefused(said)
    if status in _RETRIED or status >= 500:
        hint = _CHECK_RATE if status == 429 else CHECK_SERVICE
        return Retryable(said, hint, wait=retry_after(headers))
    if status == 413 or _TOO_LONG.search(words):
        return RejectedError(f"{said}. Set context_tokens to what {config.model} takes", too_long=True)
    if status in (400, 422) and limit_name in words and _UNKNOWN_FIELD.search(words):
        return LimitNameRefused(said)
    if status in (400, 404, 422) and formatted and _FORMAT.search(words):
        return FormatRefused(said)
    if status in (404, 405) or (status == 400 and _NO_MODEL.search(words)):
        return UsageError(
            f"{said}. Check the model {config.model!r} (SUMMARIZER_MODEL or --model) and the address OPENAI_BASE_URL"
        )
    if config.temperature is not None and "temperature" in words:
        return UsageError(f"{said}. Remove temperature from the configuration, or change it")
    return RejectedError(f"{said}. Lower max_output_tokens" if limit_name in words else said)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as the server asks: retry-after-ms, or Retry-After in seconds or as a date; None if unsaid."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if isfinite(seconds):
            return max(seconds, 0.0)
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(((date if date.tzinfo else date.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds(), 0.0)
