"""What servers really say: each stub with its vendor and the public thread it was met in (owner/repository#number)."""

import asyncio
import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from llm_bench import Bench, request
from llm_server import LlmServer, Scripted, completion, failure, raw

from summarizer.errors import RefusedError, SummarizerError, TryLaterError
from summarizer.llm import refusals
from summarizer.llm.client import ChatMessage, Client
from summarizer.llm.faults import RejectedError
from summarizer.llm.replies import error_words
from summarizer.types import Reply

TEXT = '{"a": 1, "文": "好"}'
GOOD = completion(TEXT)
MESSAGES: list[ChatMessage] = [{"role": "system", "content": "JSON"}, {"role": "user", "content": "paper " * 3_000}]
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
ASKED = 4_000  # tokens of output


def ask(bench: Bench, server: LlmServer, times: int = 1, **changes: Any) -> Reply:
    async def run() -> Reply:
        async with bench.client(server, **changes) as client:
            for _ in range(times - 1):
                await client.complete(request(MESSAGES, SCHEMA, ASKED))
            return await client.complete(request(MESSAGES, SCHEMA, ASKED))

    return asyncio.run(run())


def problem(bench: Bench, fault: Scripted, **changes: Any) -> tuple[SummarizerError, LlmServer]:
    with LlmServer([fault]) as server, pytest.raises(SummarizerError) as caught:
        ask(bench, server, **changes)
    return caught.value, server


def events(*payloads: object, end: str = "data: [DONE]\n\n", head: str = "") -> Scripted:
    lines = [payload if isinstance(payload, str) else f"data: {json.dumps(payload)}\n\n" for payload in payloads]
    return Scripted(200, (head + "".join(lines) + end).encode(), {"Content-Type": "text/event-stream"})


def delta(text: str, finish: str | None = None, **more: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {"content": text, **more}, "finish_reason": finish}]}


def body(data: bytes, content_type: str = "application/json", **headers: str) -> Scripted:
    return Scripted(200, data, {"Content-Type": content_type, **{k.replace("_", "-"): v for k, v in headers.items()}})


WHOLE = json.loads(GOOD.body)
CHOICE = WHOLE["choices"][0]

ANSWERS = {
    # Cline: decolua/9router#3387
    "in data, with success": raw({"data": WHOLE, "success": True}),
    # gateways around DashScope's own API
    "in output": raw({"output": {"choices": [CHOICE]}, "usage": {"input_tokens": 9, "output_tokens": 3}}),
    # Cloudflare Workers AI
    "in result, as response": raw({"result": {"response": TEXT}, "success": True, "errors": []}),
    # the same with JSON mode: the answer has been parsed
    "in result, parsed": raw({"result": {"response": {"a": 1, "文": "好"}}}),
    # one-element list, as Gemini's errors are: google-gemini/gemini-cli#12214
    "in a list": raw([WHOLE]),
    "twice encoded": raw(json.dumps(WHOLE)),
    # Ollama's own API behind the path of the other one: ollama/ollama#2474
    "message without choices": raw(
        {"message": {"role": "assistant", "content": TEXT}, "done": True, "done_reason": "stop"}
    ),
    # text completions: MicrosoftDocs/azure-docs#109589
    "text of a choice": raw({"choices": [{"text": TEXT, "finish_reason": "stop"}]}),
    "delta in a whole answer": raw({"choices": [{"delta": {"content": TEXT}, "finish_reason": "stop"}]}),
    # SGLang: sgl-project/sglang#3912
    "empty finish_reason": raw({"choices": [{"message": {"content": TEXT}, "finish_reason": ""}]}),
    # Ai00: Ai00-X/ai00_server#90
    "finish_reason as the word null": raw({"choices": [{"message": {"content": TEXT}, "finish_reason": "null"}]}),
    # older SGLang
    "finish_reason as an object": raw({"choices": [{"message": {"content": TEXT}, "finish_reason": {"type": "stop"}}]}),
    # Gemini passes its own enumeration on: HKUDS/Vibe-Trading#308
    "upper case": raw({"choices": [{"message": {"content": TEXT}, "finish_reason": "STOP"}]}),
    # vLLM with a reasoning parser: vllm-project/vllm#48863, #50948
    "in reasoning_content": raw({"choices": [{"message": {"content": None, "reasoning_content": TEXT}}]}),
    "in reasoning": raw({"choices": [{"message": {"content": "", "reasoning": TEXT}}]}),
    # lastmile-ai/mcp-agent#25
    "in parts": raw({"choices": [{"message": {"content": [{"type": "text", "text": TEXT}]}}]}),
    "parsed content": raw({"choices": [{"message": {"content": {"a": 1, "文": "好"}}}]}),
    # gateways that make a tool of a schema
    "in a tool call": raw(
        {
            "choices": [
                {"message": {"content": None, "tool_calls": [{"function": {"name": "answer", "arguments": TEXT}}]}}
            ]
        }
    ),
    "in the second choice": raw({"choices": [{"message": {"content": ""}}, {"message": {"content": TEXT}}]}),
    # mlx_lm, Ollama with gpt-oss: ml-explore/mlx-lm#1867, openai/harmony#56
    "harmony channels": completion(
        f'<|channel|>analysis<|message|>{{"a": 9}}<|end|><|start|>assistant<|channel|>final json<|message|>{TEXT}<|return|>'
    ),
    # Augustas11/macprovider#743
    "harmony without marks": completion(f"analysisWe need JSON.assistantfinal{TEXT}"),
    # MiniMax: NousResearch/hermes-agent#62680
    "thinking under another name": completion(f'<mm:think>maybe {{"a": 2}}</mm:think>\n{TEXT}'),
    "byte order mark": body(b"\xef\xbb\xbf" + GOOD.body),
    "blank lines first": body(b"\n\n  \n" + GOOD.body),  # DeepSeek, while a request waits
    "latin-1 that is UTF-8": body(json.dumps(WHOLE, ensure_ascii=False).encode(), "text/plain; charset=iso-8859-1"),
    "GBK": body(json.dumps(WHOLE, ensure_ascii=False).encode("gbk"), "application/json; charset=gbk"),
    "UTF-16": body(json.dumps(WHOLE, ensure_ascii=False).encode("utf-16")),
    # Anionex/agent-vision-toolkit#36
    "gzip": body(gzip.compress(GOOD.body), Content_Encoding="gzip"),
    "gzip without a header": body(gzip.compress(GOOD.body)),
    # agentgateway/agentgateway#1620, #3040
    "a header without gzip": body(GOOD.body, Content_Encoding="gzip"),
    "a header of brotli without it": body(GOOD.body, Content_Encoding="br"),
    # streams that nobody asked for: unslothai/unsloth#5047, BYK/loreai#605
    "events": events(delta(TEXT[:5]), delta(TEXT[5:]), delta("", "stop"), {"choices": [], "usage": WHOLE["usage"]}),
    # dataelement/Clawith#106, fastclaw-ai/fastclaw#116
    "data without a space": Scripted(
        200,
        f"data:{json.dumps(delta(TEXT, 'stop'))}\r\n\r\ndata:[DONE]\r\n\r\n".encode(),
        {"Content-Type": "text/plain"},
    ),
    # OpenRouter, DeepSeek: mnfst/llm-gateway#2053, CopilotC-Nvim/CopilotChat.nvim#944
    "heartbeats": events(
        ": OPENROUTER PROCESSING\n\n", "data: : OPENROUTER PROCESSING\n\n", "data:\n\n", delta(TEXT, "stop")
    ),
    "an event's name and number": events("event: message\nid: 7\n", delta(TEXT, "stop")),
    # earendil-works/pi#5793: no [DONE], but a finish_reason
    "no mark of the end": events(delta(TEXT), delta("", "stop"), end=""),
    "no finish_reason": events(delta(TEXT)),
    # the standard allows it: https://html.spec.whatwg.org/multipage/server-sent-events.html
    "an event in several lines": events(
        "".join(f"data: {line}\n" for line in json.dumps(delta(TEXT, "stop"), indent=1).split("\n")) + "\n"
    ),
    "other ends of lines in a text": events(
        "data: ", json.dumps(delta(TEXT.replace("好", "好\u2028\x85"), "stop"), ensure_ascii=False), "\n\n"
    ),
    # Moonshot: earendil-works/pi#2017
    "usage in a choice": events(
        {"choices": [{"delta": {"content": TEXT}, "finish_reason": "stop", "usage": WHOLE["usage"]}]}
    ),
    "lines of JSON": body(
        b'{"message": {"content": "{\\"a\\":"}, "done": false}\n{"message": {"content": " 1}"}, "done": true}\n',
        "application/x-ndjson",
    ),
    "a whole answer as an event": events({**WHOLE, "object": "chat.completion"}),
    "null everywhere": raw(
        {"choices": [{"message": {"content": TEXT, "tool_calls": None, "refusal": None}}], "usage": None}
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_in_whatever_it_comes(bench: Bench, name: str) -> None:
    with LlmServer([ANSWERS[name], failure(401, "read at once, or not at all")]) as server:
        reply = ask(bench, server)
    assert reply.finish_reason == "stop"
    event = bench.events[-1]
    assert (event.rung, event.problem) == ("json_schema", "")
    assert '"a"' in reply.text
    assert "好" in reply.text or name == "lines of JSON" or "\\u597d" in reply.text


PASSING = {
    # OpenRouter: earendil-works/pi#9002, gethouston/houston#1211
    "an error in a choice": raw(
        {"choices": [{"message": {"content": ""}, "finish_reason": "error", "error": {"code": 502, "message": "upstream"}}]}
    ),
    "an error behind a part": raw({"choices": [{"message": {"content": '{"a": 1'}, "finish_reason": "error"}]}),
    "an error behind a part of a stream": events(delta('{"a": 1'), {"choices": [{"delta": {}, "error": {"code": 502, "message": "x"}, "finish_reason": "error"}]}),
    "finish_reason error": raw({"choices": [{"message": {"content": ""}, "finish_reason": "error"}]}),
    # langchain-ai/langchain#40380, crewAIInc/crewAI#7342
    "an error under 200": raw({"error": {"code": 502, "message": "provider timed out"}}),
    # diegosouzapw/OmniRoute#8210, damianvtran/local-operator#223
    "an error in a stream": events(delta('{"a":'), {"error": {"code": 502, "message": "Worker limit reached"}, "choices": []}),
    # anomalyco/opencode#39968
    "a stream that breaks off": events(delta('{"a": 1'), end=""),
    "a broken chunk": events("data: {nonsense\n\n", delta("", "stop")),
    "a gateway's page": Scripted(200, b"<!DOCTYPE html><title>One moment</title>", {"Content-Type": "text/html"}),
    # Gemini: google-gemini/gemini-cli#8437, continuedev/continue#11926
    "a delay in the details": raw(
        [{"error": {"code": 429, "message": "You exceeded your current quota, please check your plan and billing details.",
                    "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.6s"}]}}], 429,
    ),
    # Google by the day, without a delay: langchain4j/langchain4j#3942
    "a quota by time": raw({"error": {"message": "You exceeded your current quota", "status": "RESOURCE_EXHAUSTED"}}, 429),
    # Groq: elizaOS/eliza#4040
    "a delay in words": failure(
        429, "Rate limit reached on tokens per minute (TPM): Limit 6000, Used 5034, Requested 1443. Please try again in 0.6s."
    ),
    "overloaded": failure(529, "overloaded_error"),
    "too early": failure(425, "too early"),
    # GLM: sipeed/picoclaw#795
    "network trouble of the vendor": raw({"error": {"code": "1234", "message": "网络错误，请联系客服。"}}, 500),
}  # fmt: skip


@pytest.mark.parametrize("name", PASSING)
@pytest.mark.usefixtures("short_backoff")
def test_what_passes_is_waited_for(bench: Bench, name: str) -> None:
    with LlmServer([PASSING[name], GOOD]) as server:
        assert ask(bench, server).text == TEXT
        assert len(server.requests) == 2
    assert bench.events[0].usage is None


@pytest.mark.usefixtures("short_backoff")
def test_faults_of_transport_that_stay_are_try_later(bench: Bench) -> None:
    found, server = problem(bench, PASSING["an error in a choice"], call_deadline_seconds=2)
    assert isinstance(found, TryLaterError)
    assert len(server.requests) > 3


MONEY = {
    # DashScope: HKUDS/nanobot#4048, tencentmusic/supersonic#1572
    "Arrearage": raw(
        {"error": {"message": "Access denied, please make sure your account is in good standing.", "code": "Arrearage"}}, 400
    ),
    # DashScope: 666ghj/BettaFish#609, APIParkLab/APIPark#394, axoviq-ai/synthadoc#215
    "FreeTierOnly": raw(
        {"error": {"message": "The free tier of the model has been exhausted.", "code": "AllocationQuota.FreeTierOnly"}}, 403
    ),
    "free quota": failure(403, "The free quota has been exhausted."),
    # GLM: zhayujie/CowAgent#2910
    "1113": raw({"error": {"code": "1113", "message": "余额不足或无可用资源包,请充值。"}}, 429),
    # DeepSeek: continuedev/continue#9853
    "402": failure(402, "Insufficient Balance"),
    # OpenAI: dev-hato/hato-bot#4552
    "insufficient_quota": failure(429, "You exceeded your current quota, please check your plan", "insufficient_quota"),
    # Moonshot: MoonshotAI/Kimi-K2#5
    "not active": raw(
        {"error": {"message": "Your account is not active, organization exceeded current quota", "type": "exceeded_current_quota_error"}},
        403,
    ),
    # Moonshot through OpenCode: anomalyco/opencode#24462
    "suspended, passed on": raw(
        {"error": {"message": "Error from provider", "code": 429, "metadata": {
            "raw": '{"error":{"message":"Your account is suspended due to insufficient balance, please recharge"}}'}}}, 429,
    ),
    # one-api, new-api: songquanpeng/one-api#1270, popjane/free_chatgpt_api#78, QuantumNous/new-api#7448
    "user quota": raw({"error": {"message": "user quota is not enough (request id: 1)", "code": "insufficient_user_quota"}}, 403),
    "用户额度": raw({"error": {"message": "用户额度不足, 剩余额度: ＄-0.02"}}, 403),
    # MiniMax: MiniMax-AI/MiniMax-M2#62, modelscope/modelscope#1691
    "1008 as 500": raw({"type": "error", "error": {"type": "api_error", "message": "insufficient balance (1008)"}}, 500),
    "1008 under 200": raw({"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}),
    # sub2api: Wei-Shaw/sub2api#890
    "INSUFFICIENT_BALANCE": raw({"code": "INSUFFICIENT_BALANCE", "message": "Insufficient account balance"}, 403),
    # Volcengine
    "overdue": raw({"error": {"code": "AccountOverdueError", "message": "The request failed because your account has an overdue balance."}}, 403),
    # OpenRouter
    "more credits": failure(402, "This request requires more credits, or fewer max_tokens."),
    # apache/rocketmq-dashboard#2178
    "in a stream": events({"error": {"message": "quota exceeded", "code": "insufficient_quota"}}),
}  # fmt: skip


@pytest.mark.parametrize("name", MONEY)
def test_an_account_without_money_is_named_after_one_call(bench: Bench, name: str) -> None:
    found, server = problem(bench, MONEY[name])
    assert isinstance(found, RefusedError)
    assert "balance" in str(found)
    assert len(server.requests) == 1


MODERATED = {
    # xAI: theopenco/llmgateway#1785, UKGovernmentBEIS/inspect_ai#2267
    "xAI": raw({"code": "permission-denied", "error": "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO"}, 403),
    # DashScope: 666ghj/BettaFish#449, QwenLM/qwen-code#3271
    "data_inspection_failed": failure(400, "Input data may contain inappropriate content.", "data_inspection_failed"),
    "DataInspectionFailed": failure(400, "<400> InternalError.Algo.DataInspectionFailed: Input text data may contain it"),
    # GLM
    "1301": raw({"error": {"code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容"}}, 400),
    # Azure: openai/openai-python#331, Gitlawb/openclaude#273
    "Azure": raw(
        {"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
                   "code": "content_filter", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}, 400,
    ),
    # MiniMax: esengine/DeepSeek-Reasonix#6818
    "1026": failure(422, "input new_sensitive (1026)"),
    "1026 under 200": raw({"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}, "choices": None}),
    # sub2api: Wei-Shaw/sub2api#5359
    "451": failure(451, "unavailable for legal reasons"),
    # Moonshot
    "high risk": failure(400, "The request was rejected because it was considered high risk", "content_filter"),
    # OpenAI
    "flagged": failure(400, "Invalid prompt: your prompt was flagged as potentially violating our usage policy.", "invalid_prompt"),
    # Gemini: machinewrapped/llm-subtrans#292
    "PROHIBITED_CONTENT": failure(400, "Request was blocked: PROHIBITED_CONTENT"),
}  # fmt: skip


@pytest.mark.parametrize("name", MODERATED)
def test_a_filter_refuses_this_request_only(bench: Bench, name: str) -> None:
    found, server = problem(bench, MODERATED[name])
    assert isinstance(found, RejectedError)
    assert found.moderated
    assert len(server.requests) == 1


def test_a_refusal_without_words_after_answers_is_about_the_request(bench: Bench) -> None:
    with LlmServer([GOOD, failure(403, "")]) as server, pytest.raises(RejectedError):
        ask(bench, server, times=2)
    with LlmServer([GOOD, failure(401, "")]) as server, pytest.raises(RefusedError):
        ask(bench, server, times=2)


TOO_LONG = {
    # vLLM: vllm-project/vllm#20409, ogx-ai/ogx#4534
    "vLLM": ("This model's maximum context length is 3384 tokens. However, you requested 122946 tokens (112946 in the "
             "messages, 4000 in the completion). Please reduce the length of the messages or completion.", 3384),
    # newer vLLM: AIDotNet/OpenCowork#82
    "vLLM, output": ("This model's maximum context length is 5072 tokens. However, you requested 4000 output tokens and your "
                     "prompt contains at least 3073 input tokens, for a total of at least 7073 tokens.", 5072),
    # OpenAI: ChatGPTNextWeb/NextChat#625; Azure: BerriAI/litellm#15968
    "OpenAI": ("This model's maximum context length is 4097 tokens. However, your messages resulted in 4619 tokens.", 4097),
    "Azure": ("Input tokens exceed the configured limit of 5000 tokens. Your messages resulted in 509178 tokens.", 5000),
    # Gemini: google-gemini/gemini-cli#11916, BerriAI/litellm#18282
    "Gemini": ("The input token count (214821) exceeds the maximum number of tokens allowed (6072).", 6072),
    "Gemini 2.5": ("The input token count exceeds the maximum number of tokens allowed 4576.", 4576),
    # SiliconFlow: langgenius/dify#19394, leookun/cursor-byok#129
    "SiliconFlow": ("length of prompt_tokens (40960) must be less than max_seq_len (3768).", 3768),
    "SiliconFlow, other words": ("number of input tokens (204703) has exceeded max_prompt_tokens (5752) limit.", 5752),
    # GLM: mangowhoiscloud/geode#668, foreveryh/claude-code-switch#12
    "GLM": ("Prompt exceeds max length", None),
    "GLM, numbers": ("API 调用参数有误，请检查文档。Request 182387 input tokens exceeds the model's maximum context length 6750", 6750),
    # Anthropic through LiteLLM: BerriAI/litellm#7259, BrokkAi/brokk-app#540
    "Anthropic": ("prompt is too long: 200480 tokens > 5000 maximum", 5000),
    "Anthropic, sum": ("input length and `max_tokens` exceed context limit: 5413 + 4000 > 6000, decrease input length", 6000),
    # llama.cpp: ggml-org/llama.cpp#17284; llama-cpp-python
    "llama.cpp": ("request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096),
    "llama-cpp-python": ("Requested tokens (8285) exceed context window of 2048", 2048),
    # LM Studio: lmstudio-ai/lmstudio-bug-tracker#546, anomalyco/opencode#2259
    "LM Studio": ("Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with "
                  "context length of only 3768 tokens, which is not enough.", 3768),
    "LM Studio, no number": ("The number of tokens to keep from the initial prompt is greater than the context length.", None),
    # SGLang: BerriAI/litellm#10793
    "SGLang": ("The input (9123 tokens) is longer than the model's context length (4096 tokens).", 4096),
    # TGI: huggingface/chat-ui#340
    "TGI": ("Input validation error: `inputs` tokens + `max_new_tokens` must be <= 1512. Given: 9000 `inputs` tokens and "
            "4000 `max_new_tokens`", 1512),
    # Moonshot
    "Moonshot": ("Invalid request: Your request exceeded model token limit: 5192 (requested: 9000)", 5192),
    # DashScope
    "DashScope": ("<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 6000]", 6000),
    # RKLLM: jaylfc/taOS#1738
    "RKLLM": ("Prompt is 11543 tokens but the model context window is 4096 tokens.", 4096),
    # Groq counts by the minute what one request may be: continuedev/continue#10218
    "Groq": ("Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 14137, please reduce", 6000),
    "in Chinese": ("输入内容过长，最大支持 4096 个 token", 4096),
    "in words nobody has written yet": ("7200 tokens in the prompt, 6144 allowed at most", 6144),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_LONG)
@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_prompt_that_is_too_long_is_told_by_its_shape(bench: Bench, name: str, status: int) -> None:
    words, window = TOO_LONG[name]

    async def window_after(client: Client) -> int:
        async with client:
            with pytest.raises(RejectedError) as caught:
                await client.complete(request(MESSAGES, SCHEMA, ASKED))
        assert (caught.value.too_long, caught.value.window) == (True, window)
        assert "context_tokens" in str(caught.value)
        return client.config.context_tokens

    with LlmServer([failure(status, words)]) as server:
        planned = asyncio.run(window_after(bench.client(server)))
        assert len(server.requests) == 1
    assert planned == window or (window is None and planned < 6_000)


# ik_llama: ikawrakow/ik_llama.cpp#2420; oobabooga/textgen#7257; OpenAI's limit by the minute: vanna-ai/vanna-flask#11
@pytest.mark.parametrize(
    "fault",
    [
        raw({"error": {"code": 500, "message": "the request exceeds the available context size", "n_ctx": 4096}}, 500),
        raw({"error": {"code": 400, "message": "the request exceeds the available context size", "n_ctx": 4096}}),
        failure(429, "Request too large for gpt-4o on tokens per min (TPM): Limit 4096, Requested 342389."),
        failure(500, "litellm.APIError: Error code: 400 - maximum context length is 4096 tokens"),
    ],
)
def test_a_prompt_that_is_too_long_under_another_status(bench: Bench, fault: Scripted) -> None:
    found, server = problem(bench, fault)
    assert isinstance(found, RejectedError)
    assert (found.too_long, found.window) == (True, 4096)
    assert len(server.requests) == 1


def unless(wanted: Callable[[dict[str, Any]], bool], refusal: Scripted) -> Callable[[dict[str, Any]], Scripted]:
    return lambda body: GOOD if wanted(body) else refusal


def limit(body: dict[str, Any]) -> int:
    return int(body.get("max_tokens") or body.get("max_completion_tokens") or 0)


LIMITS = {
    # DeepSeek: deepseek-ai/DeepSeek-V3#69, mnfst/llm-gateway#1177
    "Invalid max_tokens value, the valid range of max_tokens is [1, 3192]": 3192,
    # DashScope: open-webui/open-webui#10507
    "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 2048]": 2048,
    # OpenAI: Gitlawb/openclaude#35
    "max_tokens is too large: 4000. This model supports at most 3096 completion tokens, whereas you provided 4000.": 3096,
    # Anthropic through gateways
    "max_tokens: 4000 > 2500, which is the maximum allowed number of output tokens": 2500,
    # Bedrock: charmbracelet/crush#946
    "The maximum tokens you requested exceeds the model limit of 3768": 3768,
    # Vertex
    "it has a maxOutputTokens value of 4000 but the supported range is from 1 (inclusive) to 3037 (exclusive).": 3037,
    # GLM: lobehub/lobehub#1398, without a number
    "max_tokens参数非法。请检查文档。": 2000,
}


@pytest.mark.parametrize("words", LIMITS)
def test_the_limit_that_a_server_names_is_taken(bench: Bench, words: str) -> None:
    with LlmServer(unless(lambda body: limit(body) <= LIMITS[words], failure(400, words))) as server:
        assert ask(bench, server, times=2).text == TEXT
    assert [limit(r.body) for r in server.requests] == [ASKED, LIMITS[words], LIMITS[words]]


FORMATS = {
    # OpenRouter: AtomicBot-ai/atomic-agent#417
    "OpenRouter": failure(404, "No endpoints found that can handle the requested parameters."),
    # GLM: AIDotNet/OpenDeepWiki#271
    "GLM": raw({"error": {"code": "1210", "message": "API 调用参数有误，请检查文档。"}}, 400),
    # tashfeenahmed/freellmapi#519
    "kilo": failure(400, "Provider returned error"),
    # CommandCodeAI/command-code#685
    "wrapped twice": raw(
        {"error": {"message": '{"error":{"message":"Invalid input","param":"response_format"}}', "type": "invalid_request_error"}}, 400
    ),
    # Volcengine: agno-agi/agno#2553, volcengine/volcengine-python-sdk#13
    "Volcengine": failure(400, "The parameter `response_format.type` specified in the request are not valid: supported values are: `text`"),
    "Volcengine, opaque": failure(400, "One or more parameters specified in the request are not valid.", "InvalidParameter"),
    # LM Studio: bhimrazy/receipt-ocr#20
    "a violation that is none of contents": failure(400, "violation of content schema"),
    "LM Studio": raw({"error": "'response_format.json_schema.schema' must be an object"}, 400),
    "no words at all": raw({}, 400),
    # vLLM's gateways pass a refusal on as their own failure: lfnovo/open-notebook#111
    "passed on as 500": failure(500, "Error code: 400 - {'error': {'message': 'unsupported response_format'}}"),
    # GLM: MaaS gateways under 200
    "under 200": raw({"error": {"code": 400, "message": "unsupported json_schema"}}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_refused_in_any_words_is_left_out_and_stays_so(bench: Bench, name: str) -> None:
    with LlmServer(unless(lambda body: "response_format" not in body, FORMATS[name])) as server:
        assert ask(bench, server, times=2).rung == "text"
        assert len(server.requests) == 4
        assert ask(bench, server).rung == "text"  # a new process
        assert len(server.requests) == 5


def test_words_that_say_nothing_cost_no_rung_where_no_rung_helps(bench: Bench) -> None:
    with LlmServer(
        [failure(400, "bad request"), failure(400, "bad request"), failure(400, "bad request"), GOOD]
    ) as server:
        with pytest.raises(RejectedError, match="bad request"):
            ask(bench, server)
        assert ask(bench, server).rung == "json_schema"


STREAM_ONLY = {
    # DashScope: infiniflow/ragflow#8972, langchain4j/langchain4j#3974
    "thinking": failure(400, "parameter.enable_thinking must be set to false for non-streaming calls"),
    # QwQ: infiniflow/ragflow#5912, FoundationAgents/OpenManus#330
    "QwQ": failure(400, "This model only support stream mode, please enable the stream parameter to access the model."),
    # leookun/cursor-byok#14
    "Codex": raw({"detail": "Stream must be set to true"}, 400),
    "DashScope": failure(403, "current user api does not support synchronous calls.", "AccessDenied"),
    "Chinese": failure(400, "该模型仅支持流式调用"),
    "Chinese and English": failure(400, "当前模型仅支持 stream 方式调用"),
    "FastAPI": raw({"detail": [{"loc": ["body", "stream"], "msg": "stream: Input should be true"}]}, 422),
}


@pytest.mark.parametrize("name", STREAM_ONLY)
def test_a_model_that_only_streams_is_streamed(bench: Bench, name: str) -> None:
    def script(body: dict[str, Any]) -> Scripted:
        if body["stream"] is not True:
            return STREAM_ONLY[name]
        return events(delta(TEXT, "stop"), {"choices": [], "usage": WHOLE["usage"]})

    with LlmServer(script) as server:
        reply = ask(bench, server, times=2)
    assert (reply.text, reply.usage.prompt) == (TEXT, 100)
    assert [request.body["stream"] for request in server.requests] == [False, True, True]


REFUSED_FIELDS = {
    # Mistral: openai/openai-agents-python#442; Azure: CherryHQ/cherry-studio#9214
    "Mistral": (raw({"message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options", "include_usage"],
                                            "msg": "Extra inputs are not permitted", "input": True}]}}, 422), "stream_options"),
    "Azure": (raw({"detail": "Extra parameters ['stream_options'] are not allowed when extra-parameters is not set"}, 400),
              "stream_options"),
    # Kimi: MoonshotAI/Kimi-K2#124, NoFxAiOS/nofx#1415; OpenAI: appatalks/eva-agent#83
    "Kimi": (failure(400, "invalid temperature: only 1 is allowed for this model"), "temperature"),
    "OpenAI": (failure(400, "Unsupported parameter: 'temperature' is not supported with this model."), "temperature"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED_FIELDS)
def test_a_field_that_is_refused_is_left_out(bench: Bench, name: str) -> None:
    refusal, field = REFUSED_FIELDS[name]
    with LlmServer(unless(lambda body: field not in body, refusal)) as server:
        assert ask(bench, server, times=2, temperature=0.3, stream=True).text == TEXT
    assert [field in request.body for request in server.requests] == [True, False, False]


# simonw: github/gh-models#31; BerriAI/litellm#7693
def test_a_model_that_never_streams_is_not_streamed(bench: Bench) -> None:
    refusal = failure(400, "Unsupported value: 'stream' does not support true with this model.", "unsupported_value")
    with LlmServer(unless(lambda body: not body["stream"], refusal)) as server:
        assert ask(bench, server, stream=True).text == TEXT
    assert len(server.requests) == 2


# ollama/ollama#2474, BerriAI/litellm#8010
def test_an_address_without_its_version_is_mended(bench: Bench) -> None:
    with LlmServer([Scripted(404, b"404 page not found"), GOOD]) as server:
        assert ask(bench, server, base_url=server.url.removesuffix("/v1")).text == TEXT
    assert [request.path for request in server.requests] == ["/chat/completions", "/v1/chat/completions"]


def test_requests_side_by_side_mend_the_address_once(bench: Bench) -> None:
    async def run(client: Client) -> list[Reply]:
        async with client:
            return await asyncio.gather(*(client.complete(request(MESSAGES, SCHEMA, ASKED)) for _ in range(5)))

    def script(body: dict[str, Any]) -> Scripted:
        return Scripted(404, b"404 page not found", delay=0.1) if server.requests[-1].path.count("/") == 2 else GOOD

    with LlmServer(script) as server:
        replies = asyncio.run(run(bench.client(server, base_url=server.url.removesuffix("/v1"))))
    assert [reply.text for reply in replies] == [TEXT] * 5


def test_further_fields_are_sent_as_they_are(bench: Bench) -> None:
    fields = {"enable_thinking": False, "reasoning_effort": "low", "options": {"num_ctx": 32768}}
    with LlmServer([GOOD]) as server:
        ask(bench, server, request=fields)
    assert {name: server.requests[0].body[name] for name in fields} == fields
    found, _ = problem(bench, failure(400, "Unknown parameter: 'reasoning_effort'."), request=fields)
    assert "reasoning_effort in [request]" in str(found)


@pytest.mark.parametrize(
    "word", ["violat", "1", "max", "limit 1 requested ", "try again in 1", "content ", "stream only ", "["]
)
def test_understanding_takes_time_in_proportion_to_the_length(word: str) -> None:
    words = word * (20_000 // len(word))
    started = time.process_time()
    for understand in (
        refusals.wrong_key, refusals.moderated, refusals.no_model, refusals.about_format, refusals.stream_only,
        refusals.output_too_long, refusals.prompt_too_long, refusals.never_fits, refusals.queue_full, refusals.no_page,
        refusals.named_wait, refusals.passed_on_status, error_words,
    ):  # fmt: skip
        understand(words)
    refusals.no_credit(words, waits=False), refusals.window(words, 1), refusals.most_output(words, 1_000)
    assert time.process_time() - started < 2
