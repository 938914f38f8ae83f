"""One re-ask with only the sentences that failed, their reasons and the passages that may support them."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from summarizer.llm.ask import Answer, ReplyStore, ask
from summarizer.llm.client import ChatMessage, Model
from summarizer.llm.messages import fenced, schema_text
from summarizer.styles import Prompt
from summarizer.types import Passage


@dataclass(frozen=True, slots=True)
class Failing:
    """A sentence that was not let through, with what it may be mended from."""

    text: str  # with its citation marks
    reason: str
    evidence: tuple[Passage, ...]


class Repair(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: int
    text: str


class Repairs(BaseModel):
    """What the model sends back; an empty text means that nothing supports the sentence."""

    model_config = ConfigDict(frozen=True)

    items: list[Repair]


async def ask_repairs(
    client: Model,
    store: ReplyStore,
    prompt: Prompt,
    reask: str,
    failing: Sequence[Failing],
    *,
    subject: str,
    max_tokens: int,
) -> tuple[dict[int, str], Answer[Repairs]]:
    """{index into `failing`: new text}; sentences the model sends nothing for are absent.

    Raises `AnswerError` for `subject` if no usable answer came.
    """
    answer = await ask(
        client, store, stage="repair", messages=repair_messages(prompt, failing), schema=Repairs,
        max_tokens=max_tokens, subject=subject, reask=reask,
    )  # fmt: skip
    texts = {item.id - 1: item.text.strip() for item in answer.value.items}
    return {n: text for n, text in texts.items() if text and 0 <= n < len(failing)}, answer


def repair_messages(prompt: Prompt, failing: Sequence[Failing]) -> tuple[ChatMessage, ...]:
    blocks = []
    for number, item in enumerate(failing, 1):
        passages = [f"[{p.id}] {' '.join(p.text.split())}" for p in item.evidence]
        blocks.append("\n".join([f"{number}. {item.text}", f"({item.reason})", *passages]))
    claims = "\n\n".join(blocks)
    return fenced(prompt, claims, schema=schema_text(Repairs), claims=claims)
