"""What the calls of a run cost: counted once, recorded where they were made, and kept under a ceiling."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field

from summarizer.config import Config, Price
from summarizer.errors import PaperError
from summarizer.llm.client import CallEvent, Model, Request
from summarizer.llm.images import IMAGE_TOKENS
from summarizer.llm.limits import ANSWER_TOKENS, OTHER_ANSWER_TOKENS, estimate_tokens
from summarizer.store.runs import RunFolder
from summarizer.types import Reply, Usage, add_usage

TOTAL = "total"  # what the progress of the whole run goes by, where a paper's goes by its id

_MILLION = 1_000_000


@dataclass(slots=True)
class Tally:
    """What a piece of work asks for now; stored answers are free. Its calls are recorded in its run."""

    run: RunFolder
    calls: int = 0
    usage: Usage = field(default_factory=Usage)


current_tally: ContextVar[Tally | None] = ContextVar("current_tally", default=None)  # of the current task


class Spending:
    """The one account of a run's calls. `cost` is in US dollars; None once a call had no known price."""

    def __init__(self, config: Config, ceiling: float | None, progress: Callable[[str, str], None]) -> None:
        self._config, self._ceiling, self._progress = config, ceiling, progress
        self._promised = 0.0  # to the calls under way
        self.calls, self.usage = 0, Usage()
        self.cost: float | None = 0.0

    @property
    def left(self) -> float | None:
        """What may still be spent; None without a ceiling."""
        return None if self._ceiling is None else self._ceiling - (self.cost or 0.0) - self._promised

    def record(self, event: CallEvent) -> None:
        """Count a call that ended, and write it into the events of the run that it was made for."""
        cost = call_cost(event, self._config)
        answered, usage = event.usage is not None, event.usage or Usage()
        if tally := current_tally.get():
            tally.run.record({"event": "call", **asdict(event), "cost": cost})
            tally.calls += answered
            tally.usage = add_usage([tally.usage, usage])
        self.calls += answered
        self.usage = add_usage([self.usage, usage])
        self.cost = None if cost is None or self.cost is None else self.cost + cost
        price = "cost unknown" if self.cost is None else f"${self.cost:.4f}"
        self._progress(
            TOTAL, f"{self.calls} calls, {self.usage.prompt} tokens in, {self.usage.completion} out, {price}"
        )

    @contextmanager
    def promised(self, request: Request, model: str) -> Iterator[None]:
        """Hold what a call will cost by estimate while it is made. Raises `PaperError` where it would pass the ceiling.

        A repair is let through: without it, what was paid for the digest would be lost.
        """
        estimate = 0.0
        if self.left is not None and request.stage != "repair":
            estimate = self._affordable(request, model, self.left)
        self._promised += estimate
        try:
            yield
        finally:
            self._promised -= estimate

    def _affordable(self, request: Request, model: str, left: float) -> float:
        estimate = cost_usd(estimated_usage(request), model, self._config.prices)
        if estimate is None:
            reason = "--max-cost needs the model's price: set [prices] in config.toml"
        elif estimate > left:
            reason = f"about ${estimate:.4f} more would pass --max-cost {self._ceiling:g}"
        else:
            return estimate
        raise PaperError(request.subject, "not_selected", reason)


class CappedModel:
    """A `Model` that is asked for no more than may be spent."""

    def __init__(self, model: Model, spending: Spending) -> None:
        self._model, self._spending = model, spending

    @property
    def config(self) -> Config:
        return self._model.config

    async def complete(self, request: Request) -> Reply:
        """Raises `PaperError` where the call would pass the ceiling, and what the model raises."""
        with self._spending.promised(request, self.config.model):
            return await self._model.complete(request)

    def stop(self) -> None:
        self._model.stop()


def cost_usd(usage: Usage, model: str, prices: Mapping[str, Price]) -> float | None:
    """US dollars for `usage`; None where the configuration has no price for the model."""
    price = prices.get(model)
    if price is None:
        return None
    cached = min(usage.cached, usage.prompt)
    cached_price = price.input if price.cached_input is None else price.cached_input
    dollars = (usage.prompt - cached) * price.input + cached * cached_price + usage.completion * price.output
    return dollars / _MILLION


def call_cost(event: CallEvent, config: Config) -> float | None:
    """US dollars for one call; nothing for one that came to nothing, None where the price is not known."""
    if event.usage is None:
        return 0.0
    dollars = cost_usd(event.usage, event.model, config.prices)
    return discounted(dollars, config) if event.batch else dollars


def discounted(dollars: float | None, config: Config) -> float | None:
    """The price of what is asked in a batch."""
    return None if dollars is None else dollars * (1 - config.batch_discount)


def batch_cost(usage: Usage, config: Config) -> float | None:
    """The same as `cost_usd` for what is asked in a batch of the model of `config`."""
    return discounted(cost_usd(usage, config.model, config.prices), config)


def cost_with_reading(
    usage: Usage, model: str, reading: Usage, reader: str, prices: Mapping[str, Price]
) -> float | None:
    """US dollars for `usage`, of which the part `reading` is at the price of the model of the second reading."""
    if reader in ("", model):
        return cost_usd(usage, model, prices)
    rest = Usage(usage.prompt - reading.prompt, usage.cached - reading.cached, usage.completion - reading.completion)
    costs = (cost_usd(rest, model, prices), cost_usd(reading, reader, prices))
    return None if None in costs else sum(cost for cost in costs if cost)


def estimated_usage(request: Request) -> Usage:
    """About what a request will take."""
    prompt = sum(estimate_tokens(message["content"]) for message in request.messages)
    prompt += len(request.images) * IMAGE_TOKENS
    return Usage(prompt=prompt, completion=ANSWER_TOKENS.get(request.stage, OTHER_ANSWER_TOKENS))
