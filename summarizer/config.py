"""One frozen `Config`: defaults < user's file < ./summarizer.toml < environment < flags.

Nothing is read at import. A file in the working folder may come with somebody else's project, so it may
say what a digest is like (`_OF_A_FOLDER`), but nothing that is executed, written to, connected to or spent;
the user's own file may.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from summarizer.errors import UsageError
from summarizer.pasted import bare_address, bare_key

DEFAULT_STYLE = "daily"
OPENAI_URL = "https://api.openai.com/v1"

LIBRARIES = (".bib", ".csv", ".json", ".ris")  # files that a line of `interests` may name

_LOCAL = "summarizer.toml"
_MOST_BYTES = 2**20  # of a file of settings
_OF_A_FOLDER = frozenset({
    "model", "temperature", "stream", "context_tokens", "max_output_tokens", "max_chunks", "figures_to_model",
    "style", "rating", "figures", "afterword",
    "categories", "cross_lists", "interests", "excluded", "top", "issue_title", "parts", "standalone", "site_title",
})  # fmt: skip

_OWN_FIELDS = {"model", "messages", "stream", "max_tokens", "max_completion_tokens", "temperature", "response_format"}

# What a value must be, by how pydantic's name for the fault begins.
_KINDS = {
    "int": "must be a whole number",
    "float": "must be a number",
    "finite": "must be a number",
    "bool": "must be true or false",
    "string": "must be a text in quotes",
    "path": "must be a text in quotes",
    "tuple": 'must be a list such as ["cs.CL", "cs.AI"]',
    "dict": "must be a table",
    "model": "must be a table",
    "date": "must be a time such as 2024-10-17T01:30:00",
    "missing": "is needed",
    "too_short": "must name at least one",
}

# Environment variable -> field. The key itself is read through `api_key_env`, never from a file.
_ENVIRONMENT = {
    "OPENAI_BASE_URL": "base_url",
    "SUMMARIZER_MODEL": "model",
    "SUMMARIZER_RUNS": "runs",
    "SUMMARIZER_ARXIV_URL": "arxiv_url",
    "SUMMARIZER_ARXIV_DELAY_SECONDS": "arxiv_delay_seconds",
    "SUMMARIZER_NOW": "now",
}


def _root_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        proper = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        proper = False
    if url and (not proper or parts.username is not None):
        raise ValueError("not an address like http://127.0.0.1:8000, without a user name")
    return url


def _further_fields(fields: dict[str, Any]) -> dict[str, Any]:
    if taken := sorted(_OWN_FIELDS & fields.keys()):
        raise ValueError(f"{', '.join(taken)} cannot be set here, but by the settings for it")
    try:
        json.dumps(fields, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"cannot be sent as JSON: {error}") from None
    return fields


def _in_arxivs_time(now: datetime | None) -> datetime | None:
    if now and not 1991 < now.year < 9999:
        raise ValueError("arXiv had no mailings then")
    return now


def _name_of_a_folder(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("no folder can have this name")
    return path


Seconds = Annotated[float, Field(gt=0, le=10**8)]  # three years: no clock counts on for ever
MOST = 10**9  # what is more is not a number of anything here
Count = Annotated[int, Field(ge=1, le=MOST)]


class Price(BaseModel):
    """US dollars for a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached_input: float | None = Field(default=None, ge=0)  # None: as `input`


class Config(BaseModel):
    """All settings. Times are seconds, sizes are what the name says."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    # the model
    base_url: Annotated[str, AfterValidator(bare_address)] = ""
    api_key: SecretStr = Field(default=SecretStr(""), exclude=True)
    api_key_env: str = "OPENAI_API_KEY"
    model: str = "gpt-5.4-mini"
    temperature: float | None = Field(default=None, ge=0, le=2)  # None: not sent, some models refuse it
    stream: bool = False  # ask for answers in a stream; done without asking where a server refuses anything else
    request: Annotated[dict[str, Any], AfterValidator(_further_fields)] = Field(default_factory=dict)  # of each request
    context_tokens: int = Field(default=128_000, ge=2_000, le=MOST)
    max_output_tokens: int = Field(default=8_000, ge=500, le=MOST)
    max_chunks: Count = 12
    figures_to_model: int = Field(default=0, ge=0, le=8)  # of the paper's figures, those it speaks of most
    reader: Literal["always", "flagged", "never"] = "always"  # which sentences are read a second time
    reader_model: str = ""  # another model finds more; "" for the same
    requests_per_minute: Count = 500
    tokens_per_minute: int = Field(default=2_000_000, ge=1_000, le=MOST)
    in_flight: Count = 32
    call_timeout_seconds: Seconds = 180  # one request
    call_deadline_seconds: Seconds = 600  # one answer, all its retries
    prices: dict[str, Price] = Field(default_factory=dict)
    batch_discount: float = Field(default=0.5, ge=0, le=1)  # off the prices for what is asked with --batch
    batch_poll_seconds: Seconds = 60  # between looks at batches that are under way

    # arXiv and PDFs
    arxiv_url: Annotated[str, AfterValidator(_root_address)] = ""  # one root instead of arXiv's hosts
    arxiv_page_delay_seconds: float = Field(default=15, ge=0, le=86_400)  # between two pages or PDFs of arxiv.org
    arxiv_api_delay_seconds: float = Field(default=3, ge=0, le=86_400)  # after any request, before one to its API hosts
    arxiv_delay_seconds: float | None = Field(default=None, ge=0, le=86_400)  # instead of both
    fetch_timeout_seconds: Seconds = 60  # one read
    fetch_deadline_seconds: Seconds = 900  # one document, all its retries
    html: bool = True  # arXiv's HTML beside the PDF; for a local PDF the .html of the same name
    pdf_max_mb: Count = 100
    parse_cpu_seconds: int = Field(default=120, ge=1, le=86_400)
    parse_wall_seconds: int = Field(default=240, ge=1, le=86_400)
    parse_memory_mb: int = Field(default=2_000, ge=200, le=1_000_000)
    parse_max_pages: Count = 400
    executor: str = ""  # dask://host:port parses there; "" on this machine

    # the digest
    runs: Annotated[Path, AfterValidator(_name_of_a_folder)] = Path("runs")
    style: str = DEFAULT_STYLE
    rating: Literal["stars", "ten"] = "stars"  # ★★★★☆ or 8/10
    afterword: str = ""  # the last section of an issue; "" for the shipped one

    # the dated issue
    categories: tuple[str, ...] = Field(default=("cs.CL", "cs.AI", "cs.LG"), min_length=1)
    cross_lists: bool = False  # papers of other categories that are cross-listed, too
    interests: str = ""  # in plain words; "" for what readers of such digests usually want
    excluded: tuple[str, ...] = ()  # papers with one of these words or phrases are never taken
    top: Count = 7  # papers in an issue
    issue_title: str = ""  # with {date}; "" for the shipped one
    parts: Count = 1
    standalone: bool = False  # also a page with the pictures inside
    poll_seconds: Seconds = 900  # while a date is not announced yet
    poll_deadline_seconds: float = Field(default=6 * 3600, ge=0, le=10**6)
    lookback_days: int = Field(default=30, ge=1, le=3660)  # how far back a night looks for dates without an issue
    figures: Literal["always", "cc", "never"] = "always"
    now: Annotated[datetime | None, AfterValidator(_in_arxivs_time)] = None  # instead of the clock

    # the site
    site_title: str = ""  # "" for the shipped one
    site_url: str = ""  # where it is served, for feeds, the sitemap and messages
    send: tuple[str, ...] = ()  # environment variables with the addresses that the night sends issues to

    @property
    def offline(self) -> bool:
        """Neither a key nor an endpoint: there is no model to ask."""
        return not self.base_url and not self.api_key.get_secret_value()

    @property
    def endpoint(self) -> str:
        return self.base_url or OPENAI_URL

    @property
    def reading_model(self) -> str:
        """The model of the second reading."""
        return self.reader_model or self.model

    @property
    def page_delay_seconds(self) -> float:
        return self.arxiv_page_delay_seconds if self.arxiv_delay_seconds is None else self.arxiv_delay_seconds

    @property
    def api_delay_seconds(self) -> float:
        return self.arxiv_api_delay_seconds if self.arxiv_delay_seconds is None else self.arxiv_delay_seconds

    def shows_figures(self, license: str) -> bool:
        """Whether pictures of a paper under this licence (a URL, "" if unknown) may be shown."""
        return self.figures == "always" or (self.figures == "cc" and "creativecommons.org" in license)

    def clock(self) -> datetime:
        """The time to work by, in UTC."""
        now = self.now or datetime.now(UTC)
        return now if now.tzinfo else now.replace(tzinfo=UTC)


def config_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the user's own `config.toml` and `schemas/` are."""
    return _user_folder("XDG_CONFIG_HOME", ".config", environment)


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where processes of this user meet: the lock of the polite queue."""
    return _user_folder("XDG_CACHE_HOME", ".cache", environment)


def _user_folder(variable: str, usual: str, environment: Mapping[str, str]) -> Path:
    try:
        base = Path(environment.get(variable) or Path.home() / usual)
    except RuntimeError:  # a user without an entry in the password file, as in containers
        raise UsageError(f"there is no home folder: set HOME or {variable}") from None
    return base / "summarizer"


def load_config(flags: Mapping[str, object] | None = None, environment: Mapping[str, str] = os.environ) -> Config:
    """Merge all sources. `flags` that are None count as not given.

    Raises `UsageError` naming the file or variable and the field that is wrong.
    """
    values: dict[str, object] = {}
    origin: dict[str, str] = {}

    def take(source: str, new: Mapping[str, object]) -> None:
        for name, value in new.items():
            values[name], origin[name] = value, source

    own = config_folder(environment) / "config.toml"
    take(str(own), _read(own))
    take(_LOCAL, _checked_local(_read(Path(_LOCAL)), own))
    for name, field in _ENVIRONMENT.items():
        if value := environment.get(name):
            take(name, {field: value})
    take("command line", {k: v for k, v in (flags or {}).items() if v is not None})
    if "api_key" in values:
        raise UsageError(f"{origin['api_key']}: a key does not belong in a file; set the environment variable instead")
    key_name = str(values.get("api_key_env", Config.model_fields["api_key_env"].default))
    values["api_key"] = bare_key(environment.get(key_name, ""))
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        source = origin.get(str(first["loc"][0]), "configuration")
        raise UsageError(f"{source}: {name}: {_fault(first)}") from None


def _fault(error: ErrorDetails) -> str:
    """What is wrong with a value, and what is allowed, in words for whoever wrote it."""
    kind, context = error["type"], error.get("ctx", {})
    match kind:
        case "extra_forbidden":
            near = get_close_matches(str(error["loc"][-1]), Config.model_fields, n=1)
            return (
                f"no such setting; did you mean {near[0]}?" if near else "no such setting; docs/config.md has them all"
            )
        case "greater_than_equal":
            return f"must be at least {context['ge']:g}"
        case "greater_than":
            return f"must be more than {context['gt']:g}"
        case "less_than_equal":
            return f"must be at most {context['le']:g}"
        case "literal_error":
            return f"must be {context['expected']}"
        case "value_error":
            return str(context["error"])
    return next((words for start, words in _KINDS.items() if kind.startswith(start)), error["msg"])


def _checked_local(found: dict[str, object], own: Path) -> dict[str, object]:
    """What a file of the working folder sets. Raises `UsageError` where that is not its affair."""
    if forbidden := sorted(found.keys() & Config.model_fields.keys() - _OF_A_FOLDER):
        raise UsageError(f"{_LOCAL}: {', '.join(forbidden)} can only be set in {own} or in the environment")
    style = str(found.get("style", ""))
    if style and not style.isidentifier():
        raise UsageError(f"{_LOCAL}: style: {style!r} is a path; a file is run only where --style or {own} names it")
    lines = str(found.get("interests", "")).splitlines()
    if library := next((line for line in lines if line.strip().lower().endswith(LIBRARIES)), ""):
        raise UsageError(
            f"{_LOCAL}: interests: {library.strip()!r} is a file; one is read, and told to the model, only where "
            f"--interests or {own} names it"
        )
    return found


def _read(path: Path) -> dict[str, object]:
    """What a file sets. It may be no file at all, but a pipe or a device: nothing is waited for there."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise UsageError(f"{path}: has more than {_MOST_BYTES // 2**20} MB; a file of settings has some kB")
        return tomllib.loads(data.decode())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    except RecursionError:
        raise UsageError(f"{path}: cannot be read: nested too deeply") from None
