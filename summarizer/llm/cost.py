"""What tokens cost."""

from collections.abc import Mapping

from summarizer.config import Config, Price
from summarizer.llm.client import CallEvent, Request
from summarizer.llm.tokens import estimate_tokens
from summarizer.types import Usage

_MILLION = 1_000_000

# Tokens of a typical answer, by stage; the bound that is sent along is two to six times as high.
_ANSWER_TOKENS = {"digest": 3_500, "notes": 1_500, "repair": 500}
_OTHER_ANSWER_TOKENS = 2_000  # a score and a reason for each of some 40 candidates


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
    return batch_cost(event.usage, config) if event.batch else cost_usd(event.usage, event.model, config.prices)


def batch_cost(usage: Usage, config: Config) -> float | None:
    """The same as `cost_usd` for what was asked in a batch."""
    dollars = cost_usd(usage, config.model, config.prices)
    return None if dollars is None else dollars * (1 - config.batch_discount)


def estimated_usage(request: Request) -> Usage:
    """About what a request will take."""
    prompt = sum(estimate_tokens(message["content"]) for message in request.messages)
    return Usage(prompt=prompt, completion=_ANSWER_TOKENS.get(request.stage, _OTHER_ANSWER_TOKENS))
