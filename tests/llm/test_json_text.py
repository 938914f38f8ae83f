"""JSON in whatever a model wraps it in."""

import json
import time
from contextlib import suppress

import pytest

from summarizer.llm.json_text import NoJsonError, extract_json, without_thinking

WANTED = {"摘要": "好", "n": {"a": 1}}
TEXT = '{"摘要": "好", "n": {"a": 1}}'


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "\ufeff" + TEXT,
        f"```json\n{TEXT}\n```",
        f"好的，如下：\n\n```\n{TEXT}\n```\n希望有帮助。",
        f"Here you are: {TEXT} Anything else?",
        f'<think>maybe {{"a": 2}} or not</think>\n{TEXT}',
        f'maybe {{"a": 2}}\n</think>\n\n{TEXT}',
        f"<think>x</think>```json\n{TEXT}\n```",
        f'The form is {{"摘要": "..."}}. Now:\n```json\n{TEXT}\n```',
        json.dumps(TEXT),
        json.dumps(f"```json\n{TEXT}\n```", ensure_ascii=False),
        f"The set {{x}} and \\frac{{}}{{}} are used. {TEXT}",
        '{"摘要": "好", "n": {"a": 1}, }'.replace(", }", "}") + '{"second": 1}',
    ],
)
def test_found(text: str) -> None:
    assert extract_json(text).value == WANTED


def test_text_inside_strings_is_left_alone() -> None:
    text = '{"a": "```json\\n{\\"b\\": 1}\\n``` and </think>", "c": "line\nbreak"}'
    assert extract_json(text).value == {"a": '```json\n{"b": 1}\n``` and </think>', "c": "line\nbreak"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "没有数据。",
        "[1, 2]",
        "{}",
        '{"a": {"b": 1}, "c": "cut he',  # not {"b": 1}
        '```json\n{"a": [{"b": 1}, {"c": "x',
        '{"a":' * 100_000,
        "<think>never ends",
    ],
)
def test_nothing_whole_is_nothing(text: str) -> None:
    with pytest.raises(NoJsonError):
        extract_json(text)


@pytest.mark.parametrize("text", ["{x" * 100_000, '{"' * 100_000, '{"a": "' * 100_000, "{" + " " * 200_000])
def test_braces_without_end_are_given_up_soon(text: str) -> None:
    started = time.process_time()
    with pytest.raises(NoJsonError):
        extract_json(text)
    assert time.process_time() - started < 1


def test_thinking_is_removed_only_around_the_answer() -> None:
    assert without_thinking("<think>a</think> b <thinking>c</thinking> d") == "b  d"
    assert without_thinking('{"a": "<think>"}') == '{"a": "<think>"}'


# Slips as models make them in one long answer of a hundred: BigDawnGhost/wenyi#23, Graphify-Labs/graphify#2286
SLIPS = {
    "one backslash": (
        r'{"a": "取决于 $\alpha$ 与 $\frac{1}{2}$", "b": 1}',
        {"a": r"取决于 $\alpha$ 与 $\frac{1}{2}$", "b": 1},
    ),
    "quotes inside": (
        '{"a": "所谓"轻载"时很快", "b": ["他说"好"", "x"]}',
        {"a": '所谓"轻载"时很快', "b": ['他说"好"', "x"]},
    ),
    "quotes inside a list": (
        '{"a": ["只查"全文"会[3]。", "他说"好""], "b": "x"}',
        {"a": ['只查"全文"会[3]。', '他说"好"'], "b": "x"},
    ),
    "trailing commas": ('{"a": ["x", "y",], "b": 1,}', {"a": ["x", "y"], "b": 1}),
    "full-width colon": ('{"a"： "x", "b": {"c"：2}}', {"a": "x", "b": {"c": 2}}),
    "full-width comma": ('{"a": "x"， "b": ["y"，"z"]}', {"a": "x", "b": ["y", "z"]}),
    "full-width quotes": ("{“a”： “x，y”，“b”： 1}", {"a": "x，y", "b": 1}),
    "Python's quotes": ("{'a': \"it's\", 'b': True, 'c': None}", {"a": "it's", "b": True, "c": None}),
    "a comma left out": ('{"a": "x" "b": ["y" "z"]}', {"a": "x", "b": ["y", "z"]}),
    "a raw line break, too": ('{"a": "x\ny", "b": 1,}', {"a": "x\ny", "b": 1}),
    "in a fence": ('好的：\n```json\n{"a": "x",}\n```', {"a": "x"}),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_mended_and_marked(name: str) -> None:
    text, wanted = SLIPS[name]
    found = extract_json(text)
    assert found.value == wanted
    assert "line 1 column" in found.mended or "line 2 column" in found.mended


@pytest.mark.parametrize(
    "text",
    [
        '{"a": {"b": 1}, "c": "cut he',
        '{"a": "x", "b": [1, 2}',
        r'{"a": "x", "b": {"c": "cut at $\frac{1}{2}',
        '{"a": "x", // a comment is words of its own\n "b": 1}',
        '{"a": {"b": 1}, "c": [{"d": 2}',
        '{"a": {"b": 1}, "c"',
        '{"a": "他说"好", "坏"都行", "b": 1}',  # the one string might be two
    ],
)
def test_what_is_cut_or_would_lose_words_is_not_mended(text: str) -> None:
    with pytest.raises(NoJsonError, match=r"malformed JSON: .*line 1 column"):
        extract_json(text)


# HKUDS/LightRAG#3238, wttwins/wrong-notebook#3
def test_escapes_that_begin_a_command_of_tex_are_that_command() -> None:
    text = r'{"a": "$\beta$、$\tau_1$、$\nu$、$\rho$，$3\times 4$，\nabla 与 $\frac{a}{b}$\n第二行\tx"}'
    assert extract_json(text).value == {
        "a": "$\\beta$、$\\tau_1$、$\\nu$、$\\rho$，$3\\times 4$，\\nabla 与 $\\frac{a}{b}$\n第二行 x"
    }


def test_what_is_not_seen_is_not_there_when_numbers_are_checked() -> None:
    unseen = "\u200b\u00ad\u034f\u202e\u2060\ufeff\ufe0f\ue000\U000f0005\U000e0031"
    for raw in (json.dumps({"a": f"1{unseen}2"}), json.dumps({"a": f"1{unseen}2"}, ensure_ascii=False)):
        assert extract_json(raw).value == {"a": "12"}


def test_no_control_character_reaches_a_page() -> None:
    assert extract_json('{"a": "x\\u0000y\\u0007z\\u001b[31m"}').value == {"a": "xyz[31m"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": ["b"，"c"、"d"]，"e"："f"}', {"a": ["b", "c", "d"], "e": "f"}),
        ('{"a"：true，"b"：null，"c"：0.5，"d"： False}', {"a": True, "b": None, "c": 0.5, "d": False}),
        ('{"a"："一个“小”题"，"b"：["所谓"甲"、"乙"等"，"丙"]}', {"a": "一个“小”题", "b": ['所谓"甲"、"乙"等', "丙"]}),
        ('{"a": "他说："好"，她说："坏"。"，"b"：1}', {"a": '他说："好"，她说："坏"。', "b": 1}),
        ('{\\"a\\": \\"b \\\\\\"c\\\\\\"\\"}', {"a": 'b "c"'}),
    ],
)
def test_full_width_signs_between_values_are_told_from_those_in_prose(text: str, value: object) -> None:
    assert extract_json(text).value == value


def test_numbers_of_hundreds_of_digits_are_numbers() -> None:
    assert extract_json('{"a": ' + "9" * 400 + ', "b": -' + "1" * 5000 + "}").value == {
        "a": float("inf"),
        "b": float("inf"),
    }


MALFORMED = ('"x', "“”", "'", '["b",', "：```[", '\\"', "，", '"a" "b" ', "/*", "#", "} {")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "<think>" * 20_000,
        "</think>" * 20_000,
        "<think></think>" * 10_000,
        "<think>x" * 20_000 + '{"a": 1}',
        "<|channel|>final" * 10_000,
        '{"a": "' + 'x"y ' * 20_000 + '"}',
        '{"a": [' * 20_000 + "}",
        '{"a": "' + "\\alpha " * 10_000 + '"}',
        "{'a':" * 20_000 + "}",
        '{"a": "$' + "\\n" * 60_000 + '$"}',
        '{"a"：' * 15_000 + "}",
        *(head + piece * (95_000 // len(piece)) + "}" for head in ('{"a":[', "{") for piece in MALFORMED),
    ],
)
def test_reading_takes_time_in_proportion_to_the_length(text: str) -> None:
    started = time.process_time()
    with suppress(NoJsonError):
        extract_json(text)
    assert time.process_time() - started < 8  # what grows with the square takes minutes
