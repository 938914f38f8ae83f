"""Figures that go along with a request: what is sent, what it is stored under, and servers that take none of them.

Each refusal is a stub with its vendor and the public thread it was met in (owner/repository#number).
"""

import asyncio
import json
from base64 import b64decode
from typing import Any

import pymupdf
import pytest
from llm_bench import Bench, MemoryStore, request
from llm_server import LlmServer, Scripted, completion, failure, html, raw
from pydantic import BaseModel

from summarizer.errors import EndpointError, SummarizerError
from summarizer.llm.ask import Answer, ask
from summarizer.llm.client import ChatMessage, Request
from summarizer.llm.faults import RejectedError
from summarizer.llm.images import IMAGE_TOKENS, LONGEST_SIDE, MOST_BYTES, FigureImage, with_images
from summarizer.llm.spending import estimated_usage
from summarizer.pdf.pictures import bounded_picture

GOOD = completion('{"a": 1}')
MESSAGES: list[ChatMessage] = [{"role": "system", "content": "JSON"}, {"role": "user", "content": "the paper"}]
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


class Number(BaseModel):
    a: int


def png(width: int = 40, height: int = 30, *, noise: bool = False) -> bytes:
    samples = (
        bytes((x * y * 7919) % 251 for x in range(width) for y in range(3 * height))
        if noise
        else b"\xee" * (3 * width * height)
    )
    data: bytes = pymupdf.Pixmap(pymupdf.csRGB, width, height, samples, 0).tobytes("png")
    return data


def image(number: int, crop: bytes = b"", sha256: str = "") -> FigureImage:
    return FigureImage(f"F{number}", f"Figure {number}", sha256 or f"{number}" * 64, lambda: crop or png())


def asked(bench: Bench, server: LlmServer, images: int = 1, **changes: Any) -> object:
    async def run() -> object:
        async with bench.client(server, **{"figures_to_model": 3} | changes) as client:
            shown = [image(n) for n in range(1, images + 1)]
            return await client.complete(Request("digest", "p", "0" * 64, MESSAGES, SCHEMA, 100, shown))

    return asyncio.run(run())


def answered(server: LlmServer, bench: Bench, store: MemoryStore, images: list[FigureImage]) -> Answer[Number]:
    async def run() -> Answer[Number]:
        async with bench.client(server, figures_to_model=3) as client:
            return await ask(
                client, store, stage="digest", messages=MESSAGES, schema=Number, max_tokens=100, subject="p",
                reask="$errors", images=images,
            )  # fmt: skip

    return asyncio.run(run())


def test_a_request_shows_each_figure_behind_the_text_with_its_mark(bench: Bench) -> None:
    with LlmServer([GOOD]) as server:
        asked(bench, server, images=2)
    system, user = server.requests[0].body["messages"]
    assert system == MESSAGES[0]
    assert [part["type"] for part in user["content"]] == ["text", "text", "image_url", "text", "image_url"]
    assert [part["text"] for part in user["content"] if "text" in part] == [
        "the paper",
        "[F1] Figure 1",
        "[F2] Figure 2",
    ]
    head, data = user["content"][2]["image_url"]["url"].split(";base64,")
    assert head in ("data:image/png", "data:image/jpeg")
    shown = pymupdf.Pixmap(b64decode(data))
    assert (shown.width, shown.height) == (40, 30)


def test_without_figures_a_request_and_its_key_are_what_they_were(bench: Bench) -> None:
    store = MemoryStore()
    with LlmServer([GOOD]) as server:
        found = answered(server, bench, store, [])
        asyncio.run(_complete(bench, server))
    assert [message["content"] for message in server.requests[0].body["messages"]] == ["JSON", "the paper"]
    assert "images" not in found.parts and with_images(MESSAGES, ()) == MESSAGES


async def _complete(bench: Bench, server: LlmServer) -> None:
    async with bench.client(server) as client:
        await client.complete(request(MESSAGES, SCHEMA, 100))


def test_a_large_picture_is_made_smaller_and_bounded_in_bytes() -> None:
    kind, wide = bounded_picture(png(3000, 300), LONGEST_SIDE, MOST_BYTES)
    shown = pymupdf.Pixmap(wide)
    assert (shown.width, shown.height) == (LONGEST_SIDE, 102) and kind in ("image/png", "image/jpeg")
    _, high = bounded_picture(png(200, 1500), LONGEST_SIDE, MOST_BYTES)
    assert pymupdf.Pixmap(high).height == LONGEST_SIDE
    _, small = bounded_picture(png(), LONGEST_SIDE, MOST_BYTES)
    assert pymupdf.Pixmap(small).width == 40
    _, noisy = bounded_picture(png(400, 400, noise=True), LONGEST_SIDE, 20_000)
    assert len(noisy) <= 20_000 and 50 < pymupdf.Pixmap(noisy).width < 400


def test_a_stored_answer_is_of_the_very_pictures_that_were_shown(bench: Bench) -> None:
    store = MemoryStore()
    with LlmServer([GOOD]) as server:
        first = answered(server, bench, store, [image(1)])
        assert answered(server, bench, store, [image(1)]).calls == 0
        assert answered(server, bench, store, [image(1, sha256="f" * 64)]).calls == 1
        assert answered(server, bench, store, []).calls == 1
    assert first.parts["images"] == [{"mark": "F1", "label": "Figure 1", "sha256": "1" * 64}]
    assert "base64" not in json.dumps(first.parts["messages"])


def test_a_reask_shows_the_figures_again(bench: Bench) -> None:
    with LlmServer([completion('{"a": "x"}'), GOOD]) as server:
        assert answered(server, bench, MemoryStore(), [image(1)]).reasks == 1
    question, *_, reask = server.requests[1].body["messages"][1:]
    assert len(question["content"]) == 3 and isinstance(reask["content"], str)


def test_images_count_where_tokens_are_counted() -> None:
    plain = Request("digest", "p", "", MESSAGES, SCHEMA, 100)
    looking = Request("digest", "p", "", MESSAGES, SCHEMA, 100, (image(1), image(2)))
    assert estimated_usage(looking).prompt - estimated_usage(plain).prompt == 2 * IMAGE_TOKENS


REFUSALS = {
    # DeepSeek, deepseek-v4-flash: 1jehuang/jcode#310
    "deepseek": failure(400, "Failed to deserialize the JSON body into the target type: messages[1]: unknown variant `image_url`, expected `text` at line 1 column 114708"),
    # DeepSeek in 2025: chatboxai/chatbox#1740
    "deepseek sequence": failure(422, "Failed to deserialize the JSON body into the target type: messages[2]: invalid type: sequence, expected a string at line 1 column 2901"),
    # DeepSeek R1: browser-use/web-ui#163
    "deepseek variant": failure(422, "Failed to deserialize the JSON body into the target type: messages[1]: data did not match any variant of untagged enum ChatCompletionRequestContent at line 1 column 18231"),
    # DashScope, qwen3.7-max: can1357/oh-my-pi#1861
    "dashscope": failure(400, "<400> InternalError.Algo.InvalidParameter: The provided messages input is invalid. The error info is [Unexpected item type in content.]"),
    # GLM-5.1: BigPizzaV3/CodexPlusPlus#839
    "glm": failure(400, "messages.content.type 参数非法，取值范围 [\"text\"]", code="1210"),
    # SiliconFlow: Usagi-org/ai-goofish-monitor#192
    "siliconflow": raw({"code": 20041, "message": "The model is not a VLM (Vision Language Model). Please use text-only prompts.", "data": None}, 400),
    # vLLM: vllm-project/vllm#19144 (500), #11629
    "vllm": failure(500, "Qwen/Qwen3-8B is not a multimodal model"),
    "vllm 400": raw({"object": "error", "message": "Qwen/Qwen3-8B is not a multimodal model", "type": "BadRequestError", "param": None, "code": 400}, 400),
    # Ollama: ollama/ollama#17301
    "ollama": failure(400, "this model does not support image input (ref: b8bd630e-4a39-4b57-82af-9158ee9d5703)"),
    # llama.cpp: ggml-org/llama.cpp#15377, #13566, #12947
    "llama.cpp": failure(500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"),
    "llama.cpp part": failure(500, 'Failed to parse messages: Unsupported content part type: "image_url"; messages = []'),
    # LM Studio: lmstudio-ai/lmstudio-bug-tracker#908
    "lm studio": raw({"error": "Model does not support images. Please use a model that does."}, 400),
    # OpenRouter: aaif-goose/goose#5396, NousResearch/hermes-agent#23411
    "openrouter": failure(404, "No endpoints found that support image input", code="404"),
    # OpenAI: nextcloud/integration_openai#282
    "openai": failure(400, "Invalid content type. image_url is only supported by certain models."),
    # Groq: vercel/ai#2837, OpenHands/OpenHands#4643 (LiteLLM)
    "groq": failure(400, "message[0].content must be a string"),
    "litellm groq": failure(400, "litellm.BadRequestError: GroqException - Error code: 400 - {'error': {'message': \"'messages.0' : for 'role:system' the following must be satisfied[('messages.0.content' : value must be a string)]\"}}"),
    # Thinking Machines: thinking-machines-lab/tinker-feedback#83
    "tinker": raw({"detail": "Validation Error", "errors": [{"loc": "body -> messages -> 0 -> content -> list[TextContentPart] -> 0 -> type", "msg": "Input should be 'text'", "type": "literal_error"}]}, 422),
    # FreeToken: FlashML-org/FreeToken#272
    "freetoken": failure(400, "Unsupported content part type for text-only server: image_url"),
    "media type": failure(415, "Unsupported media: images are not accepted"),
}  # fmt: skip


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_of_images_is_known_by_its_words_and_remembered_for_30_days(bench: Bench, refusal: Scripted) -> None:
    with LlmServer([refusal, GOOD]) as server:
        with pytest.raises(RejectedError) as caught:
            asked(bench, server, images=2)
        assert caught.value.images == 0 and len(server.requests) == 1
        assert bench.client(server, figures_to_model=3).config.figures_to_model == 0
        assert bench.client(server, figures_to_model=3, model="another").config.figures_to_model == 3
    bench.now = bench.now.replace(month=12, day=30)
    assert bench.client(server, figures_to_model=3).config.figures_to_model == 3


def test_a_server_that_takes_one_image_gets_one(bench: Bench) -> None:
    few = raw({"object": "error", "message": "At most 1 image(s) may be provided in one request.", "code": 400}, 400)
    with LlmServer([few]) as server:  # vLLM: vllm-project/vllm#13513
        with pytest.raises(RejectedError) as caught:
            asked(bench, server, images=2)
        assert caught.value.images == 1
        assert bench.client(server, figures_to_model=3).config.figures_to_model == 1


@pytest.mark.parametrize(
    "fault",
    [
        failure(400, "API 调用参数有误，请检查文档。", code="1210"),  # GLM-4.7: DayuanJiang/next-ai-draw-io#656
        # of this picture, not of all. GLM-5.3-Flash, which wants bare Base64: BigPizzaV3/CodexPlusPlus#2031
        failure(400, "[1210][图片输入格式/解析错误][20260916231629b20bd515ccea4697]", code="1210"),
        failure(400, "You uploaded an unsupported image. Please make sure your image is valid."),  # vercel/ai#1544
        failure(413, "Request Entity Too Large"),
        raw({"error": {"message": "Internal Server Error"}}, 500),  # vLLM on Ascend: vllm-project/vllm-ascend#10426
        html(502),
    ],
    ids=["words", "picture of glm", "picture of openai", "large", "error", "gateway"],
)
def test_a_refusal_that_does_not_name_images_is_not_remembered(
    bench: Bench, fault: Scripted, short_backoff: None
) -> None:
    with LlmServer([fault]) as server:
        with pytest.raises(EndpointError):
            answered(server, bench, MemoryStore(), [image(1)])
        assert len(server.requests) <= 3
        assert bench.client(server, figures_to_model=3).config.figures_to_model == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        # vLLM on a prompt that is too long for a model that sees: vllm-project/vllm, chat completions
        (failure(400, "The decoder prompt (length 40000) is longer than the maximum model length of 32768. Make sure that `max_model_len` is no smaller than the number of text tokens plus multimodal tokens. For image inputs, the number of image tokens depends on the number of images."), "too_long"),
        (failure(400, "Input data may contain inappropriate content.", code="data_inspection_failed"), "moderated"),
    ],
    ids=["too long", "moderated"],
)  # fmt: skip
def test_what_is_refused_for_something_else_is_no_refusal_of_images(bench: Bench, fault: Scripted, kind: str) -> None:
    with LlmServer([fault]) as server:
        with pytest.raises(RejectedError) as caught:
            asked(bench, server)
        assert caught.value.images is None and getattr(caught.value, kind)


@pytest.mark.parametrize("words", ["image_url", "content must be a string", "multimodal", "图片"])
def test_a_request_without_images_is_not_refused_for_them(bench: Bench, words: str) -> None:
    with LlmServer([failure(400, f"bad request: {words}")]) as server:
        with pytest.raises(SummarizerError) as caught:
            asked(bench, server, images=0)
        assert getattr(caught.value, "images", None) is None
    assert bench.client(server, figures_to_model=3).config.figures_to_model == 3


@pytest.mark.parametrize("content", ["", '{"k": 1}', '{"k": {"images": "none", "date": "2026-11-20T00:00:00+00:00"}}'])
def test_a_damaged_memory_forgets(bench: Bench, content: str) -> None:
    with LlmServer([REFUSALS["groq"]]) as server:
        with pytest.raises(RejectedError):
            asked(bench, server)
        key = next(iter(json.loads(bench.rungs_file.read_text())))
        bench.rungs_file.write_text(content.replace('"k"', json.dumps(key)))
        assert bench.client(server, figures_to_model=3).config.figures_to_model == 3
