import subprocess
import sys
import zipfile
from pathlib import Path
from typing import get_args

import pytest
from common import HEADINGS

from summarizer.errors import UsageError
from summarizer.llm.wire import wire_schema
from summarizer.schema import sections, shape
from summarizer.styles import find_style, load_prompt, load_text, style_names
from summarizer.types import SectionKind

MINE = """
from __future__ import annotations
from summarizer.schema import BaseDigest, Points, Prose, section

class Digest(BaseDigest):
    gist: Prose = section("一句话", "一句话说清", source="abstract")
    results: Points = section("实验结果", "2 至 3 条", source="results")
"""


def test_daily_has_the_ten_sections_in_order():
    assert [heading for heading in sections(find_style("daily").schema).values() if heading] == HEADINGS


@pytest.mark.parametrize("name", style_names())
def test_every_style_loads_fills_its_prompt_and_can_be_sent(name):
    style = find_style(name)
    schema = wire_schema(style.schema)
    assert schema["required"] == list(style.schema.model_fields)
    system, user = style.prompt.fill(schema="S", figures="F", paper="P", marker="M")
    assert "S" in system["content"] and "P" in user["content"] and "JSON" in system["content"]
    assert {shape(style.schema, field) for field in sections(style.schema)} <= set(get_args(SectionKind))


def test_a_style_of_the_users_own_is_one_file(own_home, tmp_path, monkeypatch):
    folder = own_home / ".config" / "summarizer" / "schemas"
    folder.mkdir(parents=True)
    (folder / "mine.py").write_text(MINE)
    assert "mine" in style_names()
    assert list(sections(find_style("mine").schema).values()) == ["一句话", "实验结果"]
    (tmp_path / "elsewhere.py").write_text(MINE)
    assert find_style(str(tmp_path / "elsewhere.py")).name == "elsewhere"


def test_nothing_in_the_working_folder_is_executed_unless_named(tmp_path, monkeypatch):
    (tmp_path / "schemas").mkdir()
    for name in ("daily", "evil"):
        (tmp_path / "schemas" / f"{name}.py").write_text("raise SystemExit('executed')")
    monkeypatch.chdir(tmp_path)
    assert [heading for heading in sections(find_style("daily").schema).values() if heading] == HEADINGS
    with pytest.raises(UsageError, match=r"no style 'evil'; there are .*daily"):
        find_style("evil")


@pytest.mark.parametrize(
    ("text", "message"),
    [("x = 1", "needs a class Digest"), ("1 / 0", "ZeroDivisionError"), ("def", "SyntaxError")],
)
def test_a_file_that_is_no_style_is_named(tmp_path, text, message):
    (tmp_path / "bad.py").write_text(text)
    with pytest.raises(UsageError, match=rf"bad.py: .*{message}"):
        find_style(str(tmp_path / "bad.py"))


def test_a_prompt_with_an_unknown_placeholder_says_so(own_home):
    folder = own_home / ".config" / "summarizer" / "prompts"
    folder.mkdir(parents=True)
    (folder / "notes.md").write_text("系统 $nothing\n---\n用户")
    with pytest.raises(UsageError, match=r"prompts/notes.md: placeholder 'nothing'"):
        load_prompt("notes").fill(schema="")
    (folder / "notes.md").write_text("只有一段")
    with pytest.raises(UsageError, match="---"):
        load_prompt("notes")
    assert "$errors" in load_text("reask")


def test_rules_for_what_a_style_does_not_have_are_left_out():
    daily, weekly = (find_style(name).prompt for name in ("daily", "weekly"))
    assert "reproducibility" in daily.system.template and "$figures" in daily.user.template
    assert "reproducibility" not in weekly.system.template and "$figures" not in weekly.user.template
    assert "{" not in daily.system.template.split("：")[0] and daily.fingerprint != weekly.fingerprint


def test_a_wheel_carries_prompts_and_schemas(tmp_path):
    root = Path(__file__).parent.parent
    pytest.importorskip("hatchling", reason="building needs hatchling")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=root,
        check=True,
        capture_output=True,
    )
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert {"summarizer/_data/schemas/daily.py", "summarizer/_data/prompts/digest.md", "summarizer/py.typed"} <= set(
        names
    )
    assert not [n for n in names if n.startswith(("prompts/", "schemas/"))]
