"""What a configuration needs to know of a vendor: address, key, a model to begin with, its sizes and extra fields.

Sizes are from the page named in `source`, as it stood on `CHECKED`, and that a model sees from the one in `sees`; the
others, GLM-5, DeepSeek V4 Pro and Qwen3, read text alone. A price is given only where the vendor's own page states one
price in US dollars.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from summarizer.config import Price

CHECKED = "2026-11-28"
FIGURES = 3  # of a paper, for a model that sees


@dataclass(frozen=True, slots=True)
class Vendor:
    """`settings` and `request` go into the configuration as they are; sizes are tokens."""

    name: str
    title: str
    base_url: str  # "" for one that the user names
    key: str  # the environment variable the vendor's own documentation uses; "" where none is needed
    model: str
    context_tokens: int
    source: str
    settings: Mapping[str, object] = field(default_factory=dict)
    request: Mapping[str, object] = field(default_factory=dict)
    sees: str = ""  # the page that says that `model` takes images; "" for one that does not
    price: Price | None = None
    prices: str = ""  # the page that states them
    notes: tuple[str, ...] = ()


# A server on one's own machine answers one request at a time, and takes minutes to read a paper without a GPU.
_LOCAL = {"in_flight": 1, "call_timeout_seconds": 1800, "call_deadline_seconds": 3600}

_OWN_MACHINE = Price(input=0, output=0)

VENDORS = (
    Vendor(
        "openai", "OpenAI", "https://api.openai.com/v1", "OPENAI_API_KEY", "gpt-5.4-mini", 400_000,
        "https://openrouter.ai/openai/gpt-5.4-mini",
        sees="https://vercel.com/ai-gateway/models/gpt-5.4-mini",
        prices="https://developers.openai.com/api/docs/pricing",
        notes=("The model answers with up to 128,000 tokens.",),
    ),
    Vendor(
        "deepseek", "DeepSeek", "https://api.deepseek.com", "DEEPSEEK_API_KEY", "deepseek-flash", 1_000_000,
        "https://api-docs.deepseek.com/zh-cn/quick_start/pricing",
        request={"thinking": {"type": "disabled"}},
        sees="https://api-docs.deepseek.com/quick_start/pricing",
        prices="https://api-docs.deepseek.com/quick_start/pricing",
        notes=(
            "The model thinks before it answers unless told otherwise; a digest needs no thinking.",
            "Weekdays 9:00-12:00 and 14:00-18:00 Beijing time cost twice as much as the other hours.",
        ),
    ),
    Vendor(
        "qwen", "Qwen (DashScope)", "https://dashscope.aliyuncs.com/compatible-mode/v1", "DASHSCOPE_API_KEY",
        "qwen3.7-plus", 1_000_000, "https://vercel.com/ai-gateway/models/alibaba/qwen3.7-plus",
        request={"enable_thinking": False},
        sees="https://vercel.com/ai-gateway/models/alibaba/qwen3.7-plus",
        prices="https://help.aliyun.com/zh/model-studio/model-pricing",
        notes=(
            "Answers in JSON need thinking to be off.",
            "Outside of China the address is https://dashscope-intl.aliyuncs.com/compatible-mode/v1; keys differ.",
        ),
    ),
    Vendor(
        "kimi", "Kimi (Moonshot)", "https://api.moonshot.cn/v1", "MOONSHOT_API_KEY", "kimi-k2.6", 262_144,
        "https://platform.kimi.com/docs/pricing/chat-k26",
        request={"thinking": {"type": "disabled"}},
        sees="https://vercel.com/ai-gateway/models/kimi-k2.6/faq",
        prices="https://platform.kimi.com/docs/pricing/chat-k26",
        notes=(
            "The model takes no temperature of one's own.",
            "How many requests a minute are allowed depends on what was paid in: see the console, and set"
            " requests_per_minute.",
            "Outside of China the address is https://api.moonshot.ai/v1; keys differ.",
        ),
    ),
    Vendor(
        "glm", "GLM (Zhipu, Z.ai)", "https://open.bigmodel.cn/api/paas/v4", "ZHIPUAI_API_KEY", "glm-5", 204_800,
        "https://help.aliyun.com/en/model-studio/glm-5-by-zhipu",
        settings={"in_flight": 5},
        request={"thinking": {"type": "disabled"}},
        prices="https://open.bigmodel.cn/pricing",
        notes=(
            "The model thinks before it answers unless told otherwise; a digest needs no thinking.",
            "How many requests may be under way at once depends on the account; 5 is careful.",
            "Outside of China the address is https://api.z.ai/api/paas/v4; keys differ.",
        ),
    ),
    Vendor(
        "siliconflow", "SiliconFlow", "https://api.siliconflow.cn/v1", "SILICONFLOW_API_KEY",
        "deepseek-ai/DeepSeek-V4-Pro", 128_000, "https://docs.siliconflow.cn/docs/userguide/quickstart",
        prices="https://siliconflow.cn/pricing",
        notes=(
            "The model's own page in the console says how much it takes; 128,000 is careful.",
            "Outside of China the address is https://api.siliconflow.com/v1; keys differ.",
        ),
    ),
    Vendor(
        "openrouter", "OpenRouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "openai/gpt-5.4-mini",
        400_000, "https://openrouter.ai/openai/gpt-5.4-mini",
        sees="https://vercel.com/ai-gateway/models/gpt-5.4-mini",
        price=Price(input=0.75, output=4.50), prices="https://openrouter.ai/openai/gpt-5.4-mini",
    ),
    Vendor(
        "gemini", "Gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY",
        "gemini-3.8-flash", 1_048_576, "https://ai.google.dev/gemini-api/docs/models/gemini-3.8-flash",
        settings={"max_output_tokens": 16_000},
        request={"reasoning_effort": "low"},
        sees="https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/gemini/3-8-flash",
        prices="https://ai.google.dev/gemini-api/docs/pricing",
        notes=(
            "The model always thinks, and what it thinks counts as output; low is the least.",
            "The free tier allows few requests a minute: set requests_per_minute to what AI Studio shows.",
        ),
    ),
    Vendor(
        "ollama", "Ollama", "http://127.0.0.1:11434/v1", "", "qwen3:14b", 32_000,
        "https://docs.ollama.com/context-length",
        settings=_LOCAL,
        price=_OWN_MACHINE,
        notes=(
            "Ollama cuts what is longer than its own context, 4,096 tokens on most machines, without a word:",
            "start it with OLLAMA_CONTEXT_LENGTH=32000 ollama serve, and keep context_tokens at the same number.",
        ),
    ),
    Vendor(
        "vllm", "vLLM", "http://127.0.0.1:8000/v1", "", "Qwen/Qwen3-14B", 32_000,
        "https://docs.vllm.ai/en/stable/serving/openai_compatible_server/",
        settings={"in_flight": 16, "call_timeout_seconds": 600, "call_deadline_seconds": 1800},
        request={"chat_template_kwargs": {"enable_thinking": False}},
        price=_OWN_MACHINE,
        notes=(
            "The model's name is that of `vllm serve`, context_tokens its --max-model-len.",
            "chat_template_kwargs is understood by Qwen's models; remove it for others.",
        ),
    ),
    Vendor(
        "llamacpp", "llama.cpp", "http://127.0.0.1:8080/v1", "", "local", 32_000,
        "https://github.com/ggml-org/llama.cpp/tree/master/tools/server",
        settings=_LOCAL,
        price=_OWN_MACHINE,
        notes=(
            "llama-server has one model and does not look at the name.",
            "Start it with --ctx-size 32000 --parallel 1, and keep context_tokens at the same number.",
        ),
    ),
    Vendor(
        "other", "another OpenAI-compatible service", "", "OPENAI_API_KEY", "", 32_000, "",
        notes=("Set context_tokens to what the model takes.",),
    ),
)  # fmt: skip
BY_NAME = {vendor.name: vendor for vendor in VENDORS}
