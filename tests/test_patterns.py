"""Every regular expression of the package takes time in proportion to the text: papers, pages and answers are long.

Texts are made from the expressions themselves: samples of what they match, and pieces of these, over and over.
"""

import ast
import importlib
import pkgutil
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]

import pytest

import summarizer

pytestmark = pytest.mark.slow

_WHOLE = {"match", "fullmatch"}
_CATEGORIES = {"DIGIT": "7", "SPACE": "\n", "WORD": "a", "NOT_SPACE": "a", "NOT_WORD": "-", "NOT_DIGIT": "a"}
_COMMON = [*" \n\ta1中.-([|$<\\`{~,/%", "a ", "1,", "1 ", "a-", "a.", "0.", "x\n", "A b ", "。"]
_LENGTHS = (100, 1_000, 10_000)
_MOST_SECONDS = 0.25  # CPU; what grows with the square takes 0.3 to 300 s for the longest


def modules():
    for found in pkgutil.walk_packages(summarizer.__path__, "summarizer."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def patterns_in(value) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from patterns_in(item)
    elif isinstance(value, dict):
        yield from patterns_in(list(value.values()))


def expressions() -> dict[tuple[str, int], tuple[str, set[str]]]:
    """{(pattern, flags): (where it stands, the methods it is used with)} of all in the package."""
    where: dict[tuple[str, int], str] = {}
    used: dict[tuple[str, int], set[str]] = defaultdict(set)
    for module in modules():
        for name, value in vars(module).items():
            for pattern in patterns_in(value):
                where.setdefault((pattern.pattern, pattern.flags), f"{module.__name__}.{name}")
        for call in ast.walk(ast.parse(Path(module.__file__).read_text())):
            match call:
                case ast.Call(ast.Attribute(ast.Name("re"), method), [ast.Constant(str(text)), *_]) if (
                    method != "compile"
                ):
                    pattern = re.compile(text)
                    where.setdefault((text, pattern.flags), f"{module.__name__}:{call.lineno}")
                    used[text, pattern.flags].add(method)
                case ast.Call(ast.Attribute(ast.Name(name), method)):
                    for pattern in patterns_in(vars(module).get(name)):
                        used[pattern.pattern, pattern.flags].add(method)
    return {key: (place, used[key]) for key, place in where.items()}


EXPRESSIONS = expressions()


def sample(tree, rng) -> str:
    """A text that an expression matches, more or less."""
    parts = []
    for operation, argument in tree:
        match str(operation):
            case "LITERAL":
                parts.append(chr(argument))
            case "ANY" | "NOT_LITERAL":
                parts.append("x")
            case "IN":
                parts.append(_one_of(argument, rng))
            case "BRANCH":
                parts.append(sample(rng.choice(argument[1]), rng))
            case "SUBPATTERN":
                parts.append(sample(argument[3], rng))
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, repeated = argument
                count = min(int(most), max(least, rng.choice([least, 1, 3, 25])))
                parts += [sample(repeated, rng) for _ in range(count)]
            case "ASSERT":
                parts.append(sample(argument[1], rng) if argument[0] > 0 else "")
    return "".join(parts)


def _one_of(items, rng) -> str:
    if str(items[0][0]) == "NEGATE":
        return rng.choice("a1 -中(")
    operation, argument = rng.choice(items)
    match str(operation):
        case "LITERAL":
            return chr(argument)
        case "RANGE":
            return chr(rng.randint(*argument))
    return _CATEGORIES.get(str(argument).removeprefix("CATEGORY_"), "a")


def units(pattern: str, flags: int) -> set[str]:
    rng = random.Random(repr(pattern))
    tree = _parser.parse(pattern, flags)
    found = set(_COMMON)
    for _ in range(6):
        text = sample(tree, rng)
        found.add(text)
        for _ in range(3):
            start = rng.randrange(len(text) + 1)
            found.add(text[start : rng.randrange(start, len(text) + 1)])
    return found - {""}


def seconds(pattern: re.Pattern[str], methods: set[str], text: str) -> float:
    begun = time.process_time()
    if methods and methods <= _WHOLE:
        for method in methods:
            getattr(pattern, method)(text)
    else:
        for _ in pattern.finditer(text):
            pass
    return time.process_time() - begun


@pytest.mark.parametrize("key", EXPRESSIONS, ids=[place for place, _ in EXPRESSIONS.values()])
def test_an_expression_takes_time_in_proportion_to_the_text(key):
    pattern, methods = re.compile(*key), EXPRESSIONS[key][1]
    slowest = sorted(units(*key))
    for length in _LENGTHS:
        taken = {}
        for unit in slowest:
            text = (unit * (length // len(unit) + 1))[:length]
            taken[unit] = max(seconds(pattern, methods, text), seconds(pattern, methods, f"{text[:-1]}\x00"))
            assert taken[unit] < _MOST_SECONDS, f"{length} characters of {unit!r}: {key[0]}"
        slowest = sorted(taken, key=lambda unit: -taken[unit])[:6]
