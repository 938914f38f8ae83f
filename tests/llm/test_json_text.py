"""JSON in whatever a model wraps it in."""

import time

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
