"""What tokens cost."""

from collections.abc import Mapping

from summarizer.config import Config, Price
from summarizer.llm.client import CallEvent
from summarizer.types import Usage

_MILLION = 1_000_000


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
    return 0.0 if event.usage is None else cost_usd(event.usage, event.model, config.prices)
