"""What refusals mean, in the words of those who refuse.

Collected from public threads on vLLM, SGLang, TGI, llama.cpp, LM Studio, LiteLLM, OpenRouter, one-api and new-api,
OpenAI, Azure, Anthropic, Bedrock, Gemini, Mistral, xAI, Groq, Cerebras, Cohere, Together, DashScope, GLM, Moonshot,
MiniMax, Volcengine, Hunyuan, Spark: langchain-ai/langchain#24058, vllm-project/vllm#20409, topoteretes/cognee#1061,
kortix-ai/suna#172, popjane/free_chatgpt_api#78, QuantumNous/new-api#6929, EvoTestOps/AISysRev#104,
QwenLM/qwen-code#3271, infiniflow/ragflow#6542 and others.
"""

import json
from typing import Any

import pytest

from summarizer.config import Config
from summarizer.errors import RefusedError, UsageError
from summarizer.llm.faults import FormatRefused, RejectedError, Retryable, fault_of

CONFIG = Config.model_validate({"base_url": "http://h/v1", "model": "m"})
ASKED = {
    "model": "m",
    "max_tokens": 8000,
    "temperature": 0.2,
    "response_format": {"type": "json_schema"},
    "stream": False,
}


def fault(status: int, said: str, code: str = "", proven: bool = False) -> Any:
    body = said if said.startswith("{") else json.dumps({"error": {"message": said, "code": code}}, ensure_ascii=False)
    return fault_of(status, {}, body, config=CONFIG, asked=ASKED, proven=proven)


TOO_LONG = [
    (400, "Input length 40000 exceeds the maximum allowed input length of 32768", ""),  # SGLang
    (400, "Input length (40000 tokens) exceeds the maximum allowed length (32768 tokens).", ""),
    (400, "The engine prompt length 40000 exceeds the max_model_len 32768. Please reduce prompt.", ""),  # vLLM
    (400, "Unable to submit request because the input token count is 200000 but model only supports up to 131072.", ""),
    (400, "Request body too large for m model. Max size: 8000 tokens.", "tokens_limit_reached"),  # GitHub Models
    (400, "messages 长度超限", ""),
    (
        400,
        "input length and `max_tokens` exceed context limit: 90402 + 116650 > 204648, decrease input length or `max_tokens` and try again",
        "",
    ),
    (
        400,
        'This endpoint\'s maximum context length is 16384 tokens. However, you requested about 94307 tokens (94307 of text input). Please reduce the length of either one, or use the "middle-out" transform',
        "",
    ),
    (
        400,
        "The number of tokens to keep from the initial prompt is greater than the context length. Try to load the model with a larger context length, or provide a shorter input",
        "",
    ),
    (
        400,
        "'max_tokens' or 'max_completion_tokens' is too large: 8000. This model's maximum context length is 8192 tokens and your request has 3000 input tokens (8000 > 8192 - 3000).",
        "",
    ),
    (400, "The input (13000 tokens) is longer than the model's context length (8192 tokens).", ""),
    (
        400,
        "Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 9000 tokens: 8000 tokens from the input messages and 1000 tokens for the completion.",
        "",
    ),
    (
        422,
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 1000 `max_new_tokens`",
        "",
    ),
    (422, "Input validation error: `inputs` must have less than 8192 tokens. Given: 13000", ""),
    (400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", ""),
    (400, "Invalid request: Your request exceeded model token limit: 8192", ""),
    (400, "Prompt 超长", "1261"),
    (400, "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]", ""),
    (400, "Total tokens of image and text exceed max message tokens", ""),
    (400, "Input length 40000 exceeds the maximum length 32768", ""),
    (400, "Input is too long for requested model.", ""),
    (400, "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length", ""),
    (
        413,
        "Request too large for model `x` in organization `o` service tier on tokens per minute (TPM): Limit 6000, Requested 13000, please reduce your message size and try again.",
        "",
    ),
    (400, "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000.", ""),
    (400, "This model's maximum prompt length is 131072 but the request contains 140000 tokens.", ""),
    (400, "token数量超过上限", "10907"),
    (0, '{"base_resp": {"status_code": 1039, "status_msg": "tokens limit exceeded"}}', ""),
    (0, '{"base_resp": {"status_code": 2013, "status_msg": "invalid params, context window exceeds limit"}}', ""),
    (400, "prompt token count of 13000 exceeds the limit of 12288", "model_max_prompt_tokens_exceeded"),
    (400, "输入长度超过限制", ""),
    (400, "Please reduce the length of the messages or completion. Current length is 13000 while limit is 8192", ""),
    (
        500,
        "litellm.ContextWindowExceededError: litellm.BadRequestError: ContextWindowExceededError: OpenAIException - This model's maximum context length is 8192 tokens.",
        "",
    ),
    (400, "Requested tokens (13000) exceed context window of 4096", ""),
    (400, "The prompt is too long: 13000, model maximum context length: 8192", ""),
    (400, "prompt is too long: 213000 tokens > 200000 maximum", ""),
    (400, "Sum of prompt length (13000.0), output length (1000) should not exceed max_num_tokens (8192)", ""),
    (400, "total_tokens: 13000 is larger than 8192", ""),
    (400, "exceeded max context length", ""),
    (400, "The length of prompt_tokens (13000) must be less than max_model_len (8192).", ""),
    (400, "This combination of host and model doesn't support contexts this long.", ""),
    (400, "请求内容过长，已超出模型最大上下文限制", ""),
    (
        400,
        "the decoder prompt (length 13000) is longer than the maximum model length of 8192. Make sure that `max_model_len` is no smaller than the number of text tokens.",
        "",
    ),
]

MONEY = [
    (403, "预扣费额度失败, 用户剩余额度: ＄0.100000, 需要预扣费额度: ＄0.200000", ""),
    (403, "用户额度不足, 剩余额度: ＄-0.000002", ""),
    (403, "user quota is not enough", "insufficient_user_quota"),
    (
        400,
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
        "",
    ),
    (
        429,
        "Your account org-xx<ak-yy> is suspended, please check your plan and billing details",
        "exceeded_current_quota_error",
    ),
    (
        429,
        "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.",
        "",
    ),
    (429, "Your account is not active, please check your billing details on our website.", "billing_not_active"),
    (
        403,
        "Credit limit exceeded, please navigate to https://api.together.xyz/settings/billing to upgrade your plan.",
        "",
    ),
    (400, "FailedOperation.ResourcePackExhausted 资源包余量已用尽", ""),
    (403, "AccountOverdueError: The request failed because your account has an overdue balance.", ""),
    (400, "该令牌额度已用尽 !token.UnlimitedQuota && token.RemainQuota = -9", ""),
    (403, "You have reached your monthly spending limit", ""),
    (
        429,
        "You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly allowance.",
        "",
    ),
    (400, "Access denied, please make sure your account is in good standing.", "Arrearage"),
]

LATER = [
    (429, "Request was rejected due to rate limiting. Details: TPM limit reached.", ""),
    (429, "TPM (Tokens Per Minute) limit of the model deepseek-v4-1-flash is exceeded. Please try again later", ""),
    (
        429,
        "Your account reached max request concurrency: 3, please try again after 1 seconds",
        "rate_limit_reached_error",
    ),
    (429, "当前分组上游负载已饱和，请稍后再试", ""),
    (429, "您的账户已达到速率限制，请您控制请求频率", "1302"),
    (429, "该模型当前访问量过大，请您稍后再试", "1305"),
    (429, "Requests rate limit exceeded, please try again later.", "Throttling.RateQuota"),
    (429, "Allocated quota exceeded, please increase your quota limit.", "Throttling.AllocationQuota"),
    (429, "You exceeded your current requests list.", ""),
    (503, "The model is overloaded. Please try again later.", ""),
    (529, "Overloaded", ""),
    (400, "server busy, please try again later", ""),
]

FORMAT = [
    (
        404,
        "No endpoints found that can handle the requested parameters. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing",
        "",
    ),
    (400, "Response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later", ""),
    (400, "exception parsing response", ""),
    (400, "This response_format type is unavailable now", ""),
    (400, "'response_format.json_schema.schema' must be an object", ""),
    (
        400,
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with model version `gpt-4o`.",
        "",
    ),
    (400, "The provided schema generates a grammar that is too complex", ""),
    (422, "Extra inputs are not permitted: response_format", ""),
    (
        400,
        "<400> InternalError.Algo.InvalidParameter: 'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        "",
    ),
    (500, 'Grammar error: Unimplemented keys: ["minItems"]', ""),
    (400, "Request contains an invalid argument.", "INVALID_ARGUMENT"),
    (501, "Not implemented: structured outputs", ""),
]

MODERATED = [
    (400, "<400> InternalError.Algo.DataInspectionFailed: Input text data may contain inappropriate content.", ""),
    (403, "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO", ""),
    (
        400,
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "content_filter",
    ),
    (400, "系统检测到输入或生成内容可能包含不安全或敏感内容，请您避免输入易产生敏感内容的提示语", "1301"),
    (400, "The request was rejected because it was considered high risk", "content_filter"),
    (400, "用户输入内容违反平台规定", ""),
    (400, "request contains content that is not permitted by policy", ""),
    (400, "Content Exists Risk", "invalid_request_error"),  # deepseek-ai/DeepSeek-V3#599
    (400, "The request was rejected because it was considered high risk", ""),
    (
        400,
        "The request failed because the input text may contain sensitive information.",
        "InputTextSensitiveContentDetected",
    ),
    (0, '{"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}}', ""),
    (400, "the content of user field is unsafe", ""),
    (400, "Invalid prompt: your prompt was flagged as potentially violating our usage policy.", ""),
    (400, "输入内容审核不通过，涉嫌违规，请重新调整输入内容", "10013"),
    (400, "Your request was rejected as a result of our safety system.", ""),
    (400, "Output blocked by content filtering policy", ""),
    (403, "Request blocked by guardrail: prompt injection detected", ""),
    (400, "您的输入包含不合规内容，请修改后重试", ""),
    (451, "Unavailable For Legal Reasons", ""),
]

KEY = [
    (401, "无效的令牌", ""),
    (401, "Authentication Fails (governor)", ""),
    (403, "此令牌无权访问该模型", ""),
    (400, "API key not valid. Please pass a valid API key.", ""),
    (401, "令牌状态不可用", ""),
    (403, "Country, region, or territory not supported", "unsupported_country_region_territory"),
]

MODEL = [
    (404, "The model `m` does not exist or you do not have access to it.", "model_not_found"),
    (400, "Model Not Exist", ""),
    (404, "model 'm' not found, try pulling it first", ""),
    (400, "模型不存在，请检查模型代码", "1211"),
    (400, "invalid model ID", ""),
    (404, "The model or endpoint m does not exist or you do not have access to it.", "InvalidEndpointOrModel.NotFound"),
    (400, "m is not a valid model ID", ""),
    # passed on by gateways as faults of their own: QuantumNous/new-api#6310, songquanpeng/one-api#1494
    (500, "The model `m` does not exist or you do not have access to it. (request id: 2026)", "model_not_found"),
    (503, "litellm.NotFoundError: OpenAIException - Error code: 404 - model 'm' not found", ""),
    (0, "模型 m 不存在", "1211"),
    (400, "no available channel for model: m", ""),
    (404, "当前分组 default 下对于模型 m 无可用渠道", ""),
]

NO_CHANNEL = [
    # songquanpeng/one-api#2340, #2223; QuantumNous/new-api#982; a37836323/-chatgpt4.0-api-key#2; ding113/claude-code-hub#1290
    (503, "当前分组 default 下对于模型 m 无可用渠道 (request id: 2025121521151664761470129816750)", ""),
    (503, "分组 default 下模型 m 无可用渠道（distributor）", "model_not_found"),
    (503, "No available channel for model m under group codex (distributor) (request id: 2026)", "model_not_found"),
    (503, "No available channels for model m in group default (request id: 2025)", ""),
    (500, "所有渠道均不可用", ""),
    (503, "当前分组没有可用的模型", ""),
    (0, "当前分组 svip 下对于模型 m 无可用渠道", ""),
    # tbphp/gpt-load#528, Wei-Shaw/sub2api#1475
    (503, "No available upstream candidate.", "no_available_candidate"),
    (503, "No available accounts: no available accounts supporting model: m", ""),
]


@pytest.mark.parametrize(("status", "said", "code"), TOO_LONG)
def test_a_prompt_that_does_not_fit(status: int, said: str, code: str) -> None:
    error = fault(status, said, code)
    assert isinstance(error, RejectedError) and error.too_long
    assert error.window is None or (error.window > 3_000 and str(error.window) in said)


@pytest.mark.parametrize(("status", "said", "code"), MONEY)
def test_an_account_without_money(status: int, said: str, code: str) -> None:
    error = fault(status, said, code)
    assert isinstance(error, RefusedError) and "balance" in str(error).rpartition(". ")[2]


@pytest.mark.parametrize(("status", "said", "code"), LATER)
def test_what_passes_with_time(status: int, said: str, code: str) -> None:
    assert isinstance(fault(status, said, code), Retryable)


@pytest.mark.parametrize(("status", "said", "code"), FORMAT)
def test_a_format_that_is_not_known(status: int, said: str, code: str) -> None:
    assert isinstance(fault(status, said, code), FormatRefused)


@pytest.mark.parametrize(("status", "said", "code"), MODERATED)
def test_what_is_in_the_paper_is_objected_to(status: int, said: str, code: str) -> None:
    error = fault(status, said, code, proven=True)
    assert isinstance(error, RejectedError) and error.moderated


@pytest.mark.parametrize(("status", "said", "code"), KEY)
def test_a_key_that_opens_nothing(status: int, said: str, code: str) -> None:
    error = fault(status, said, code)
    assert isinstance(error, RefusedError) and "Check the key" in str(error)


@pytest.mark.parametrize(("status", "said", "code"), MODEL)
def test_a_model_that_is_not_there(status: int, said: str, code: str) -> None:
    error = fault(status, said, code)
    assert isinstance(error, UsageError) and "Check the model 'm'" in str(error)


@pytest.mark.parametrize(("status", "said", "code"), NO_CHANNEL)
def test_a_gateway_with_nobody_to_ask_is_soon_given_up(status: int, said: str, code: str) -> None:
    error = fault(status, said, code)
    assert isinstance(error, Retryable) and error.brief and "a channel for it" in error.hint


@pytest.mark.parametrize(("status", "said", "code"), NO_CHANNEL)
def test_a_gateway_that_has_answered_before_is_waited_for(status: int, said: str, code: str) -> None:
    error = fault(status, said, code, proven=True)
    assert isinstance(error, Retryable) and not error.brief


@pytest.mark.parametrize("status", [429, 500])
def test_a_gateway_that_names_a_time_is_waited_for(status: int) -> None:
    # BerriAI/litellm#5764
    said = "No deployments available for selected model, Try again in 60 seconds. Passed model=m. cooldown_list=[]"
    error = fault(status, said)
    assert isinstance(error, Retryable) and not error.brief and error.wait == 60
