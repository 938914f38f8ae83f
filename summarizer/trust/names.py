"""The names of a text - models, data sets, metrics, people - and which of them a paper knows.

A name is a Latin word with a capital letter or a digit. Names are compared without case, separators and plural:
LLaMA-2-7B, Llama 2 7B and "LLaMA 2 (7B)" are one.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏͰ-Ͽ0-9]{1,40}(?:[-_.+/@&'’‑–][A-Za-zÀ-ÖØ-öø-ɏͰ-Ͽ0-9]{1,40}){0,8}")
# Names that are written with a number apart: Llama 3.1, WMT 2014. Elsewhere (BLEU 28.4) it is a value.
_FAMILY = (
    r"(?:Llama|LLaMA|LLAMA|Qwen|GPT|Claude|Gemini|Gemma|Mistral|Mixtral|DeepSeek|Phi|PaLM|Vicuna|Falcon|InternLM"
    r"|InternVL|Baichuan|ChatGLM|GLM|Grok|Kimi|Yi|Stable Diffusion|SDXL|FLUX|DALL-?E|Whisper|SAM|YOLO|Python"
    r"|PyTorch|CUDA|SQuAD|WMT|ICLR|NeurIPS|ICML|ACL|CVPR)"
)
FAMILY_BEFORE = re.compile(_FAMILY + r"[ ]{1,2}$")
_VERSIONED = re.compile(rf"(?<![A-Za-z0-9]){_FAMILY} \d{{1,4}}(?:\.\d{{1,2}})?(?![-.]?[\d%万亿年]| ?[KMBT](?![a-z]))")
_NUMBERISH = re.compile(
    r"\d[\d.,]{0,20}(?:[KMGTPE]?i?[Bb]?|x|X|[kK]|s|ms|h|D|th|st|nd|rd|e-?\d{1,3}|FPS|fps|Hz|bits?|shot)?"
    r"(?:[-/]\d[\d.]{0,10}[A-Za-z%]{0,2})?$|\d{1,6}-?[a-z]{2,20}$|\d[A-Z]$"  # 2R is R taken twice
)
_ADDRESS = re.compile(r"https?://[^\s\u3000-\uffef]{1,300}|\$[^$\n]{1,200}\$|\\[A-Za-z]{1,20}|`[^`\n]{1,100}`")
_SIZE = re.compile(r"\d{1,6}[bmkt]")
_SPLIT = re.compile(r"[-_.+/@&'’‑–]")
_ABBREVIATED = re.compile(r"(?P<words>[A-Za-z][\w-]{1,30}(?: [A-Za-z][\w-]{0,30}){0,4}) \((?P<short>[A-Z]{2,8})\)")

_SMALL_WORDS = frozenset({"a", "an", "the", "of", "for", "and", "to", "in", "on", "with"})

# What a Chinese writer may say of any paper: general terms of the field, units and this product's own words.
GENERAL = frozenset(
    re.findall(
        r"\w+",
        "ai ml dl nlp llm llms lm lms cv rl gpu gpus cpu cpus tpu tpus api apis sota token tokens prompt id ids pdf "
        "arxiv github gb mb kb tb flops tflops fps hz vs app web json url qa ok usd latex python transformer "
        "transformers agent agents",
    )
)


# Abbreviations of the field that a writer may use where the paper spells the thing out.
_SPELLED_OUT = {
    "rlhf": "humanfeedback", "sft": "supervisedfinetun", "peft": "parameterefficient", "moe": "mixtureofexpert",
    "rag": "retrievalaugmented", "cot": "chainofthought", "icl": "incontextlearning", "ood": "outofdistribution",
    "ppl": "perplexity", "mlp": "perceptron", "ffn": "feedforward", "cnn": "convolution", "rnn": "recurrent",
    "kl": "kullback", "mse": "meansquare", "mae": "meanabsolute", "em": "exactmatch", "qa": "questionanswering",
    "mt": "machinetranslation", "nmt": "machinetranslation", "asr": "speechrecognition", "tts": "texttospeech",
    "vqa": "visualquestion", "ner": "namedentity", "vlm": "visionlanguage", "mllm": "multimodal", "kv": "keyvalue",
    "gnn": "graphneural", "dpo": "directpreference", "ppo": "proximalpolicy", "sgd": "stochasticgradient",
    "vae": "variationalautoencoder", "gan": "adversarialnetwork", "ssm": "statespace", "fid": "inceptiondistance",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name at `span` of the text it was found in."""

    text: str
    span: tuple[int, int]


def names(text: str) -> list[Name]:
    """The names in `text`, in order; addresses, maths and plain numbers with units are none."""
    masked = _ADDRESS.sub(lambda found: "\x00" * len(found[0]), text)
    versioned = [Name(found[0], found.span()) for found in _VERSIONED.finditer(masked)]
    starts = {name.span[0] for name in versioned}
    plain = [
        Name(found[0], found.span())
        for found in _TOKEN.finditer(masked)
        if found.start() not in starts and _is_name(found[0]) and not _NUMBERISH.match(found[0])
    ]
    return sorted(versioned + plain, key=lambda name: name.span)


def latin_words(text: str) -> list[Name]:
    """Every word of `text` in Latin letters, names and "4-bit" included, in order."""
    return list(_latin_words(text))


@lru_cache(maxsize=1024)
def _latin_words(text: str) -> tuple[Name, ...]:
    found = (Name(word[0], word.span()) for word in _TOKEN.finditer(text))
    return tuple(word for word in found if len(word.text) > 1 and any(map(str.isalpha, word.text)))


def _is_name(token: str) -> bool:
    if len(token) < 2 or (token.isalpha() and token.islower()) or not any(map(str.isalpha, token)):
        return False
    return any(c.isupper() or c.isdigit() for c in token)


@lru_cache(maxsize=1 << 14)  # a paper has some thousand words
def key(name: str) -> str:
    """What two spellings of one name share."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def spelled_out(name: str, text: str) -> bool:
    """Whether `text` has the words that an abbreviation is the initials of: byte-pair encoding for BPE."""
    initials = name.removesuffix("s")
    if not re.fullmatch(r"[A-Z]{3,6}", initials):
        return False
    words = [word for word in re.findall(r"[A-Za-z]+", text) if word.lower() not in _SMALL_WORDS]
    return initials in "".join(word[0] for word in words).upper()


def abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """(name, abbreviation) where `text` tells both: CommonsenseQA (CQA), exact match (EM)."""
    for found in _ABBREVIATED.finditer(text) if " (" in text else ():
        words = found["words"].split(" ")
        for start in range(len(words) - 1, -1, -1):
            name = " ".join(words[start:])
            capitals = "".join(c for c in name if c.isupper())
            initials = "".join(word[0] for word in re.split(r"[ -]", name) if word).upper()
            if found["short"] in (capitals, initials):
                yield name, found["short"]
                break


def _shortened(word: str) -> Iterator[str]:
    """Keys of what a long name may be called: Qwen2.5-32B of Qwen2.5-32B-Instruct."""
    pieces = word.split("-")
    yield from (key("".join(pieces[:end])) for end in range(2, len(pieces)))


class NameIndex:
    """The words of a text, to ask which names occur in it."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: set[str] = set()
        run: list[str] = []
        for text in texts:
            plain = unicodedata.normalize("NFKC", text)
            words = _TOKEN.findall(plain)
            keys = [key(word) for word in words]
            self._words.update(keys)
            self._words.update(a + b for a, b in pairwise(keys))
            self._words.update(a + b + c for a, b, c in zip(keys, keys[1:], keys[2:], strict=False))
            for word in words:
                if not word.isalnum():
                    parts = map(key, _SPLIT.split(word))
                    self._words.update(part for part in parts if not part.isdigit())
                    self._words.update(_shortened(word))
            run.extend(keys)
        self._run = "".join(run)

    def __contains__(self, name: str) -> bool:
        whole = key(name)
        if self._has(whole) or whole in GENERAL:
            return True
        if len(whole) >= 6 and whole.isalpha() and whole in self._run:
            return True  # broken by a hyphen or a line
        if (spelled := _SPELLED_OUT.get(whole.removesuffix("s"))) is not None and spelled in self._run:
            return True
        choices = [piece for piece in re.split(r"[/&+]", name) if piece]
        if len(choices) > 1:  # GPT-3/GPT-4, CIFAR-10/100
            return all(piece in self for piece in choices)
        metric, at, rank = name.partition("@")
        if at:  # pass@10, where the paper says "pass@1,10,100"
            return self._has(key(metric)) and self._has(rank)
        parts = [part for part in _SPLIT.split(name) if part]
        return len(parts) > 1 and all(self._has_part(part) for part in parts)

    def _has_part(self, part: str) -> bool:
        """A word or a size in a compound (BERT-based, LLaMA-65B); a bare number or letter may stand for anything."""
        if part.isalpha() and part.islower() and len(part) > 2:
            return True
        word = key(part)
        telling = (word.isalpha() and len(word) > 1) or _SIZE.fullmatch(word) is not None
        return telling and (self._has(word) or word in GENERAL)

    def _has(self, word: str) -> bool:
        if word in self._words or word + "s" in self._words:
            return True
        return len(word) > 3 and word.endswith("s") and word[:-1] in self._words
