"""The table of settings in docs/config.md: names, what is allowed and defaults from the code, meanings from the table.

python docs/reference.py      brings the table up to date; a setting that is new gets an empty meaning
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from summarizer.config import MOST, Config

PAGE = Path(__file__).parent / "config.md"
_ROW = re.compile(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", re.MULTILINE)
_TABLE = re.compile(r"(?<=<!-- settings -->\n\n).*?(?=\n\n<!-- end of settings -->)", re.DOTALL)
_TYPES = {
    "string": "文字", "integer": "整数", "number": "数字", "boolean": "`true` 或 `false`", "array": "列表",
    "object": "表",
}  # fmt: skip


def table(meanings: Mapping[str, str]) -> str:
    """A row a setting, in the order of the code."""
    rows = [f"| `{name}` | {allowed} | {default} | {meanings.get(name, '')} |" for name, allowed, default in settings()]
    return "\n".join(["| 设置 | 可写 | 默认 | 含义 |", "| --- | --- | --- | --- |", *rows])


def settings() -> Iterator[tuple[str, str, str]]:
    """Name, allowed values and default of each setting that a file may hold."""
    for name, schema in Config.model_json_schema()["properties"].items():
        if name != "api_key":
            default = schema.get("default")
            yield name, _allowed(schema), "无" if default in (None, "", [], {}) else f"`{_toml(default)}`"


def meanings(page: str) -> dict[str, str]:
    return dict(_ROW.findall(page))


def _allowed(schema: Mapping[str, Any]) -> str:
    choices = [choice for choice in schema.get("anyOf", [schema]) if choice.get("type") != "null"]
    kind = choices[0]
    if "enum" in kind:
        return " 或 ".join(f"`{_toml(value)}`" for value in kind["enum"])
    bounds = {
        "minimum": "至少 {}", "exclusiveMinimum": "大于 {}", "maximum": "最多 {}", "exclusiveMaximum": "小于 {}",
        "minItems": "至少 {} 项",
    }  # fmt: skip
    met = {name: kind[name] for name in bounds if name in kind and kind[name] != MOST}
    said = [words.format(f"{met[name]:.10g}") for name, words in bounds.items() if name in met]
    return "，".join([_TYPES[kind["type"]], *said])


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_TABLE.sub(lambda _: table(meanings(text)), text), encoding="utf-8")
