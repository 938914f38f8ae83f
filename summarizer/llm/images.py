"""Figures of a paper that go along with a request: each introduced by its mark, none larger than a model looks at."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

LONGEST_SIDE = 1_024  # pixels
MOST_BYTES = 500_000  # of one picture; gateways often take no more than some MB in all

# Of one picture, at most. A square of 1,024 pixels is 32 x 32 patches at 1.62 tokens for OpenAI's small models, 765
# tokens in tiles of 512 for the others (https://developers.openai.com/api/docs/guides/images-vision), 37 x 37 patches
# of 28 pixels for Qwen's (https://huggingface.co/Qwen/Qwen2-VL-7B-Instruct/discussions/47).
IMAGE_TOKENS = 1_700


@dataclass(frozen=True)
class FigureImage:
    """A figure as a model may look at it. `load` gives its crop, a PNG whose digest is `sha256`."""

    mark: str  # "F3": what a sentence read off it cites
    label: str  # "Figure 3"
    sha256: str
    load: Callable[[], bytes]

    @cached_property
    def url(self) -> str:
        """The picture itself, as a data URI."""
        from summarizer.pdf.pictures import bounded_picture  # brings MuPDF

        kind, picture = bounded_picture(self.load(), LONGEST_SIDE, MOST_BYTES)
        return f"data:{kind};base64,{b64encode(picture).decode()}"

    @property
    def key(self) -> dict[str, str]:
        """What a stored reply depends on."""
        return {"mark": self.mark, "label": self.label, "sha256": self.sha256}


def with_images(messages: Sequence[Mapping[str, Any]], images: Sequence[FigureImage]) -> list[dict[str, Any]]:
    """The messages as they are sent: the images stand behind the text of the first question."""
    sent = [dict(message) for message in messages]
    if images:
        question = next(message for message in sent if message["role"] == "user")
        question["content"] = [_text(question["content"]), *(part for image in images for part in _parts(image))]
    return sent


def _parts(image: FigureImage) -> list[dict[str, Any]]:
    return [_text(f"[{image.mark}] {image.label}"), {"type": "image_url", "image_url": {"url": image.url}}]


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
