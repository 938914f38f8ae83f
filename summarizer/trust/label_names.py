"""The names that the labels and heads of a table have: as keys, by which a sentence may call them."""

import re
from collections import defaultdict
from collections.abc import Iterator

from summarizer.trust.names import key
from summarizer.trust.numbers import Quantity

Labels = frozenset[str]

_CITATION = re.compile(r"\[[^\]]*\]|\([^()]*\b(?:et al|(?:19|20)\d\d)[^()]*\)|\((?:ours?|this work)\)", re.IGNORECASE)
WORD = re.compile(r"[A-Za-zΑ-ω0-9]{1,40}(?:[-_.+/@&'’‑–][A-Za-zΑ-ω0-9]{1,40}){0,8}")
LONGEST_NAME = 5  # words
_SHORTEST_REST = 3
_FLOAT = re.compile(r"^([bn]?)float(?=\d)")
_FLOATS = {"": "fp", "b": "bf", "n": "nf"}
_SIZED = re.compile(r"([A-Za-z][\w.-]*?)-(\d[\d.]*[KMBT])")


def name_key(name: str) -> str:
    """FP4 is Float4."""
    return _FLOAT.sub(lambda found: _FLOATS[found[1]], key(name))


def _without_family(name: str) -> str:
    """GPT-NeoX, which a table may call NeoX; "" where no name is left."""
    rest = name_key(name.partition("-")[2])
    return rest if len(rest) >= _SHORTEST_REST and not rest.isdigit() else ""


def parts_of(word: str) -> Iterator[str]:
    """The keys of what a word may be put together of, but of names: NeoX of GPT-NeoX, LLaMA and 13B of LLaMA-13B."""
    yield _without_family(word)
    sized = _SIZED.fullmatch(word)
    yield from (name_key(part) for part in (sized.groups() if sized else ()))


def is_size(quantity: Quantity, label: str) -> bool:
    """Whether a number names its label: 3, Small (60M), L = 12."""
    first = quantity.span[0] == 0 or label[: quantity.span[0]].rstrip().endswith("=")
    return quantity.text[0].isdigit() and (first or quantity.magnitude)


def named_by(labels: Labels) -> tuple[dict[str, Labels], dict[str, Labels]]:
    whole: defaultdict[str, set[str]] = defaultdict(set)
    parts: defaultdict[str, set[str]] = defaultdict(set)
    for label in labels:
        words = [word[0] for word in WORD.finditer(_CITATION.sub("", label))]
        whole[name_key("".join(words))].add(label)
        for start in range(len(words)):
            for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1):
                parts[name_key("".join(words[start:end]))].add(label)
    return {name: frozenset(found) for name, found in whole.items()}, {
        name: frozenset(found) for name, found in parts.items()
    }
