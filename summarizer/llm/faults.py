"""What a failed request means: wait and ask again, ask in another way, or give up and say why."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from summarizer.config import Config
from summarizer.errors import RefusedError, SummarizerError, UsageError
from summarizer.llm import refusals
from summarizer.llm.replies import error_words, excerpt
from summarizer.sources.http.pauses import retry_after

CHECK_ADDRESS = "Check that the server runs and that OPENAI_BASE_URL is right (usually it ends in /v1)"
CHECK_SERVICE = "The service has trouble; look at its status page and run the same command again later"
LIMIT_NAMES = ("max_tokens", "max_completion_tokens")

_CHECK_RATE = "Lower requests_per_minute, tokens_per_minute or in_flight in the configuration, or wait"
_RETRIED = {0, 408, 409, 425, 429}
_REFUSING_IMAGES = {0, 400, 404, 415, 422, 500, 501}
_WORDS_READ = 4_000  # characters of an error
_LEAST_OUTPUT = 256  # tokens; no answer fits into less


class Retryable(Exception):
    """Another attempt may succeed, after `wait` seconds if the server named a time.

    `hint` is what to check if it never does. `brief` faults are seldom cured by waiting long. `obeyed`: whether the
    server has done what was asked; "hardly" where it says in its own words that it failed.
    """

    def __init__(
        self,
        reason: str,
        hint: str,
        *,
        wait: float | None = None,
        brief: bool = False,
        obeyed: Literal["no", "hardly", "maybe"] = "maybe",
    ) -> None:
        super().__init__(reason)
        self.hint, self.wait, self.brief, self.obeyed = hint, wait, brief, obeyed


class AskDifferently(Exception):
    """The same question may be taken at once in another form."""


class FormatRefused(AskDifferently):
    """The server does not take this response_format; not `sure` where its words do not say what it refuses."""

    def __init__(self, reason: str, *, sure: bool = True) -> None:
        super().__init__(reason)
        self.sure = sure


class LimitNameRefused(AskDifferently):
    """The server calls the limit of output tokens by its other name."""


class LimitRefused(AskDifferently):
    """The server gives at most `most` tokens of output."""

    def __init__(self, reason: str, most: int) -> None:
        super().__init__(reason)
        self.most = most


class FieldRefused(AskDifferently):
    """The server does not take a field that can be left out."""

    def __init__(self, reason: str, name: str) -> None:
        super().__init__(reason)
        self.name = name


class StreamRefused(AskDifferently):
    """The server answers only in a stream, or never in one: ask with `stream`."""

    def __init__(self, reason: str, stream: bool) -> None:
        super().__init__(reason)
        self.stream = stream


class AddressRefused(AskDifferently):
    """There is nothing at this address; `otherwise` is the error if there is no other to try."""

    def __init__(self, otherwise: UsageError) -> None:
        super().__init__(str(otherwise))
        self.otherwise = otherwise


class RejectedError(SummarizerError):
    """The server does not take this one request.

    `too_long`: it does not fit the model's context, of `window` tokens if that is known. `moderated`: the server's
    filter objects to what is in it. `images`: the model takes no more than so many with a request.
    """

    def __init__(
        self,
        message: str,
        *,
        too_long: bool = False,
        window: int | None = None,
        moderated: bool = False,
        images: int | None = None,
    ) -> None:
        super().__init__(message)
        self.too_long, self.window, self.moderated, self.images = too_long, window, moderated, images


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
    status: int,
    headers: Mapping[str, str],
    body: str,
    *,
    config: Config,
    asked: Mapping[str, Any],
    proven: bool = False,
) -> Exception:
    """The exception to raise for an error: a response that is not 2xx, or (`status` 0) one that came under 200.

    `asked` is the body of the request. `proven`: the key has been good for an answer.
    """
    words = error_words(body)[:_WORDS_READ]
    shown = f"HTTP {status}" if status else "HTTP 200 with an error"
    said = f"{host_of(config.endpoint)}: {shown}: {excerpt(words) or 'no reason given'}"
    status = refusals.passed_on_status(words) if status >= 500 and refusals.passed_on_status(words) else status
    with_images = any(isinstance(message["content"], list) for message in asked.get("messages", ()))
    wait = retry_after(headers)
    wait = refusals.named_wait(words) if wait is None else wait
    if status == 402 or refusals.no_credit(words, waits=wait is not None):
        return RefusedError(f"{said}. Check the balance and the limits of the account behind {config.api_key_env}")
    if status == 451 or (status < 500 and status != 429 and refusals.moderated(words)):
        return RejectedError(said, moderated=True)
    if (
        refusals.never_fits(words)
        or (status == 413 and not with_images)
        or (status not in (401, 403, 429) and refusals.prompt_too_long(words))
    ):
        window = refusals.window(words, _asked_limit(asked))
        advice = f"{window}" if window else f"what {config.model} takes"
        return RejectedError(f"{said}. Set context_tokens to {advice}", too_long=True, window=window)
    if with_images and (status == 413 or (status in _REFUSING_IMAGES and refusals.about_images(words))):
        return RejectedError(said, images=None if status == 413 else refusals.most_images(words))
    if refusals.stream_only(words) and not asked.get("stream") and status < 500:
        return StreamRefused(said, True)
    if status == 401 or (status == 403 and not proven) or (status == 400 and refusals.wrong_key(words)):
        return RefusedError(f"{said}. Check the key in {config.api_key_env} and what it may use")
    if status == 403:
        return RejectedError(said, moderated=True)  # of other requests the same key has got answers
    if status == 501 and "response_format" in asked and refusals.about_format(words):
        return FormatRefused(said)
    if status == 500 and "response_format" in asked and refusals.grammar_fails(words):
        return FormatRefused(said, sure=False)
    if status == 429:
        return Retryable(said, _CHECK_RATE, wait=wait, obeyed="no")
    if status in _RETRIED or status >= 500 or refusals.busy(words):
        known = proven or wait is not None  # the trouble is not that there is no such model
        if not known and refusals.no_channel(words):
            hint = f"Check the model {config.model!r}, and at the gateway whether your group has a channel for it"
            return Retryable(said, hint, brief=True)
        if not known and refusals.unknown_model(words):
            return _no_such_model(said, config)
        of_the_service = body.lstrip().startswith("{")  # and not of a gateway that lost its answer
        return Retryable(said, CHECK_SERVICE, wait=wait, obeyed="hardly" if of_the_service else "maybe")
    return _refused_form(status, words, said, config, asked)


def _refused_form(status: int, words: str, said: str, config: Config, asked: Mapping[str, Any]) -> Exception:
    """What a 4xx refuses: a field of the request, the model, the address; else the request as it is."""
    limit = _asked_limit(asked)
    if any(name in asked and refusals.unknown_field(words, name) for name in LIMIT_NAMES):
        return LimitNameRefused(said)
    if refusals.output_too_long(words) and limit > _LEAST_OUTPUT:
        most = refusals.most_output(words, limit)
        return LimitRefused(said, most) if most >= _LEAST_OUTPUT else RejectedError(f"{said}. Lower max_output_tokens")
    for name in ("temperature", "stream_options"):
        if name in asked and name in words:
            return FieldRefused(said, name)
    if named := next((name for name in config.request if name in words), None):
        return UsageError(f"{said}. Change or remove {named} in [request] of the configuration")
    if asked.get("stream") and refusals.unknown_field(words.lower(), "stream"):
        return StreamRefused(said, False)
    formatted = "response_format" in asked
    if formatted and refusals.about_format(words):
        return FormatRefused(said)
    missing = refusals.no_model(words) or refusals.no_page(words)
    if formatted and not missing:
        return FormatRefused(said, sure=False)
    if status in (404, 405) or refusals.no_model(words):
        wrong = _no_such_model(said, config)
        return wrong if refusals.no_model(words) else AddressRefused(wrong)
    return RejectedError(said)


def _no_such_model(said: str, config: Config) -> UsageError:
    return UsageError(
        f"{said}. Check the model {config.model!r} (SUMMARIZER_MODEL or --model) and the address OPENAI_BASE_URL"
    )


def _asked_limit(asked: Mapping[str, Any]) -> int:
    return next((asked[name] for name in LIMIT_NAMES if name in asked), 0)
