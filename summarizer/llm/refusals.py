"""What a server's words mean, whoever wrote them.

Every vendor has words of its own for the same few troubles, and there will always be one more. So the shape of a
sentence counts where it can (a count, "exceeds", a limit), and a phrase only where there is no shape. All patterns
have bounds, so that the time they take grows with the length of what servers write.
"""

import re

_SHORTEST_WINDOW = 256  # tokens; a smaller number in a refusal is a code, a size in kB, a version

_NO_CREDIT = re.compile(
    r"insufficient[ _-]?(user[ _-]?|account[ _-]?)?(quota|balance|funds?|credits?)|balance is (too low|insufficient)"
    r"|quota is not enough|arrear|overdue|good standing|out of credits?|more credits|payment required|recharge|top up"
    r"|billing_hard_limit|free (tier|quota).{0,40}(exhausted|only)|FreeTierOnly"
    r"|余额不足|欠费|充值|额度(不足|已?用[尽完])|无可用资源",
    re.IGNORECASE,
)
_QUOTA = re.compile(  # Google says so past a limit by the minute, too
    r"exceeded (your |the )?current quota|\bbilling\b|spending limit|included credits"
    r"|credits? (limit|are|is|have been) "
    r"|额度失败|余量.{0,8}(不足|用[尽完])",
    re.IGNORECASE,
)
_BY_TIME = re.compile(r"RESOURCE_EXHAUSTED|per ?(minute|day|hour)", re.IGNORECASE)
_WRONG_KEY = re.compile(
    r"api[ _-]?key.{0,40}\b(not valid|invalid|incorrect|missing|expired|not found)"
    r"|\b(invalid|incorrect|missing|expired|wrong)\b.{0,30}(api[ _-]?key|credential|authorization|authentication)"
    r"|令牌.{0,10}(过期|无效|不正确)",
    re.IGNORECASE,
)
_MODERATED = re.compile(
    r"content[ _-]?(filter|policy|moderation|violat)|data[ _]?inspection|inappropriate|(?<!case[ -])sensitive"
    r"|moderation|usage (guideline|polic)|violat\w{0,20}.{0,40}(guideline|polic|safety)|prohibited[_ ]content|flagged"
    r"|\bunsafe\b|high[ -]risk|exists? risk|responsible_?ai|safety[ _](check|filter|system|reason)"
    r"|blocked.{0,30}(safety|policy|filter)"
    r"|(not permitted|rejected|against).{0,20}polic|content[_ ]risk|违反.{0,8}(规定|政策|规范)"
    r"|guardrail|敏感|涉敏|违规|不合规|不安全|内容(审核|安全)|\[1301\]|\b102[67]\b",
    re.IGNORECASE,
)
_UNKNOWN_MODEL = re.compile(
    r"model\b.{0,80}\b(not exist|not found)|\b(unknown|no such|nonexistent) model|model_not_found"
    r"|模型.{0,40}(不存在|未找到)",
    re.IGNORECASE | re.DOTALL,
)
_UNUSABLE_MODEL = re.compile(
    r"model\b.{0,80}\b(not supported|unknown|invalid|no access|not available)|\b(invalid|not a valid) model",
    re.IGNORECASE | re.DOTALL,
)
_NO_CHANNEL = re.compile(  # one-api, new-api, sub2api, gpt-load, LiteLLM
    r"\bno[ _](available|healthy|enabled)[ _](\w{1,20} )?(channel|provider|account|deployment|candidate)"
    r"|\bno (channel|provider|account|deployment)s? (is |are )?(available|found|configured)"
    r"|(无|没有|未找到)可用.{0,6}(渠道|通道|模型|账号|供应商)|(渠道|通道).{0,6}不可用",
    re.IGNORECASE,
)
_NO_PAGE = re.compile(
    r"<html|<!doctype|page not found|cannot (post|get)|no (static )?resource|^not found\W*$", re.IGNORECASE
)
_PASSED_ON = re.compile(r"\b(?:error code|status(?:[ _]?code)?|http)\W{1,4}(400|404|413|422)\b", re.IGNORECASE)
_UNKNOWN_FIELD = re.compile(
    r"unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not permitted|not allowed|instead|extra", re.IGNORECASE
)
_FORMAT = re.compile(r"response_?\s?format|json|schema|grammar|parser|structured|guided", re.IGNORECASE)
_STREAM_ONLY = re.compile(
    r"non-?stream|not support (synchronous|http) call"
    r"|\b(only|must|require\w{0,20}|need\w{0,20}|enable|please)\b.{0,60}\bstream"
    r"|\bstream\w{0,20}\b.{0,40}\b(only|must|required)"
    r"|(仅|只)支持 ?(流式|stream)|非流式|\bstream\W{1,4}input should be true",
    re.IGNORECASE,
)
_IMAGES = re.compile(
    r"\b(image|vision|multi-?modal|vlm|mmproj)|image_url|图[片像]|多模态"
    r"|content\W{0,20}(?:value )?(?:must|should|has to) be a (?:valid )?string|sequence, expected a string"
    r"|(?:content|item)[\w. ]{0,20}\btype\b|input should be (?:'text'|a valid string)|ChatCompletionRequestContent",
    re.IGNORECASE,
)
_ODD_IMAGE = re.compile(
    r"(?:invalid|unsupported|corrupt\w{0,5}|broken|unreadable) (?:image|base64)"
    r"|\bimage.{0,40}\b(?:size|width|height|dimension|too (?:small|large)|decod|pars|format)"
    r"|图片.{0,12}(?:格式|解析|尺寸|过[大小])",
    re.IGNORECASE,
)
_MOST_IMAGES = re.compile(r"(?:at most|up to|no more than|max\w{0,20}) (\d{1,2}) (?:\w{1,12} )?image", re.IGNORECASE)
_INPUT = re.compile(r"context|prompt|input|messages|total[_ ]tokens|n_ctx|seq_?len|上下文|输入", re.IGNORECASE)
_OUTPUT = re.compile(
    r"max_?\w{0,20}tokens|(output|completion|generated|new) tokens|maximum tokens you requested", re.IGNORECASE
)
_TOO_LONG = re.compile(
    r"context[_ -]?(length|window|size|limit)|maximum context|max_seq_len|n_ctx"
    r"|(prompt|input|request|message|string)s? (is |are |was )?too (long|large|big)|prompt exceeds"
    r"|(maximum|max) (prompt|input|message) |exceeds? (the )?max\w{0,20} length"
    r"|contexts? (this|that|so) long|too many (input )?tokens|token limit|range of input length"
    r"|shorter (input|prompt|message)"
    r"|exceeds? (the )?(model'?s )?max(imum)? (input|prompt)|reduce (the length|your (message|prompt|input))"
    r"|tokens? limit exceeded|prompt ?超长|token.{0,4}超过"
    r"|tokens_limit_reached|长度.{0,4}(超限|过长)"
    r"|超(过|出|长).{0,16}(长度|上下文|token|限制)|(输入|上下文|文本)(内容)?(过长|太长|超长|超限)",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"token|length|max_model_len|长度", re.IGNORECASE)
_EXCEEDED = re.compile(r"exceed|(greater|larger|longer) than", re.IGNORECASE)
_EXCEEDS = re.compile(
    r"exceed|greater|larger|longer|more than|less than|at most|up to|must be|limit|allowed|>|<=|超", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w.])\d[\d,_]{0,14}(?![\d_])(?!\.?\w)|(?<!\d)\d[\d,]{0,14}(?= ?(?:tokens|个))")
_LIMIT_BEFORE_NUMBER = re.compile(
    r"(?:limit|max\w{0,20}|allowed|context|window|n_ctx|at most|less than|no more than|only|<=|>"
    r"|\[\d+, ?|上限|最大|最多|超过)(?=\D{0,24}?(\d[\d,_]*))",
    re.IGNORECASE,
)
_LIMIT_AFTER_NUMBER = re.compile(
    r"(?<!\d)(\d[\d,]{0,14}) ?(?:tokens? )?(?:allowed|at most|max|limit|以内|以下)", re.IGNORECASE
)
_GRAMMAR = re.compile(r"grammar|json_?schema|structured|guided", re.IGNORECASE)
_BUSY = re.compile(r"\b(server|service|system) (is )?busy|overloaded|again later|稍后(再|重)?试|繁忙", re.IGNORECASE)
_CODE = re.compile(r"\[[0-9]{3,6}\]")  # as `error_words` shows it
_WAIT = re.compile(
    r"(?:retry|try again|try your request again|wait)\D{0,20}(?=\d)(?:(\d+)\s?h)?\s?(?:(\d+)\s?m(?!s|illi)\w{0,20})?\s?"
    r"(?:(\d+(?:\.\d+)?)\s?(ms|milli\w{0,20}|s)\w{0,20})?|retryDelay\W{1,5}(\d+(?:\.\d+)?)s",
    re.IGNORECASE,
)
_QUEUE_FULL = re.compile(
    r"enqueued|token_limit_exceeded|batch\w{0,20} (queue|limit)|too many .{0,20}batch|concurrent batch", re.IGNORECASE
)
_REQUESTED = re.compile(r"limit:?\s*(\d[\d,]*)\D{1,20}requested:?\s*(\d[\d,]*)", re.IGNORECASE)


def no_credit(words: str, *, waits: bool) -> bool:
    """The account is in arrears or spent. `waits`: the server names a time, so a quota is one by time."""
    by_time = waits or _BY_TIME.search(words)
    return bool(_NO_CREDIT.search(words) or (_QUOTA.search(words) and not by_time))


def wrong_key(words: str) -> bool:
    return bool(_WRONG_KEY.search(words))


def moderated(words: str) -> bool:
    """A filter objects to the content of the request."""
    return bool(_MODERATED.search(words))


def no_model(words: str) -> bool:
    """There is no such model, or not for this account."""
    return unknown_model(words) or bool(_UNUSABLE_MODEL.search(words)) or no_channel(words)


def unknown_model(words: str) -> bool:
    """There is no such model, whatever else fails at the same time."""
    return bool(_UNKNOWN_MODEL.search(words))


def no_channel(words: str) -> bool:
    """A gateway has nobody to pass a request for this model on to; perhaps not now, mostly not at all."""
    return bool(_NO_CHANNEL.search(words))


def no_page(words: str) -> bool:
    """A web server that knows nothing of the address."""
    return bool(_NO_PAGE.search(words))


def passed_on_status(words: str) -> int:
    """The status of a refusal that a gateway passes on as an error of its own; 0 if there is none."""
    found = _PASSED_ON.search(words)
    return int(found[1]) if found else 0


def unknown_field(words: str, name: str) -> bool:
    """A field of the request is not known, or not in this form."""
    return name in words and bool(_UNKNOWN_FIELD.search(words))


def about_format(words: str) -> bool:
    """Broad on purpose: a step down in vain costs a request, and is not remembered unless it helps."""
    return bool(_FORMAT.search(words))


def about_images(words: str) -> bool:
    """Of a request that has images: they, or content that is not one string, are what is refused."""
    return bool(_IMAGES.search(words))


def most_images(words: str) -> int | None:
    """How many images a refusal says that a request may have; None where it objects to one of them."""
    if _ODD_IMAGE.search(words):
        return None
    found = _MOST_IMAGES.search(words)
    return int(found[1]) if found else 0


def grammar_fails(words: str) -> bool:
    """A server trips over the schema itself, and takes that for a fault of its own."""
    return bool(_GRAMMAR.search(words))


def busy(words: str) -> bool:
    """Whatever the status says, the same request may be taken later."""
    return bool(_BUSY.search(words))


def stream_only(words: str) -> bool:
    return bool(_STREAM_ONLY.search(words))


def output_too_long(words: str) -> bool:
    """The limit of output tokens is more than the server allows; the prompt is not to blame."""
    return bool(_OUTPUT.search(words)) and not _INPUT.search(words)


def prompt_too_long(words: str) -> bool:
    if output_too_long(words):
        return False
    about_tokens = _MEASURED.search(words) and _INPUT.search(words)
    compared = _EXCEEDS.search(words) if len(_numbers(words)) > 1 else _EXCEEDED.search(words)
    return bool(_TOO_LONG.search(words) or (about_tokens and compared))


def never_fits(words: str) -> bool:
    """A limit of tokens a minute that is smaller than this one request: waiting does not help."""
    return any(_count(requested) > _count(limit) for limit, requested in _REQUESTED.findall(words))


def queue_full(words: str) -> bool:
    """The service holds as many tokens in batches as it may."""
    return bool(_QUEUE_FULL.search(words))


def window(words: str, asked: int) -> int | None:
    """How many tokens prompt and answer may have together, as a refusal says; `asked` is our limit of output."""
    words = _CODE.sub(" ", words)
    named = (*_LIMIT_BEFORE_NUMBER.findall(words), *_LIMIT_AFTER_NUMBER.findall(words))
    limits = {_count(number) for number in named} - {asked}
    return max((limit for limit in limits if limit >= _SHORTEST_WINDOW), default=None)


def most_output(words: str, asked: int) -> int:
    """The limit of output tokens to ask with instead of `asked`: the largest one named, else half of it."""
    smaller = [number for number in _numbers(words) if number < asked]
    return max(smaller, default=asked // 2)


def named_wait(words: str) -> float | None:
    """Seconds to wait, from words such as "try again in 9m38.016s" or Google's "retryDelay": "2s"."""
    for hours, minutes, seconds, unit, delay in _WAIT.findall(words):
        if delay or hours or minutes or seconds:
            scale = 0.001 if unit.lower().startswith("m") else 1.0
            return float(delay or 0) + float(hours or 0) * 3600 + float(minutes or 0) * 60 + float(seconds or 0) * scale
    return None


def _numbers(words: str) -> list[int]:
    found = (_count(number) for number in _NUMBER.findall(words))
    return [number for number in found if number >= _SHORTEST_WINDOW]


def _count(digits: str) -> int:
    """A number of tokens; what is too long to be one counts as 0."""
    plain = re.sub(r"\D", "", digits)
    return int(plain) if plain and len(plain) <= 9 else 0
