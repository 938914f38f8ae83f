"""`summarize init`: from nothing to a configuration that works."""

import io
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from common import KEY
from llm_server import completion, failure

from summarizer.cli import run
from summarizer.commands.init import config_text
from summarizer.config import Config, config_folder, load_config
from summarizer.llm.vendors import VENDORS


@pytest.fixture
def service(serve, own_home):
    """Starts a model, on a machine without a configuration."""
    (own_home / ".config" / "summarizer" / "config.toml").unlink()
    return serve


def written() -> str:
    return (config_folder() / "config.toml").read_text()


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_every_vendor_has_a_configuration_with_its_facts(vendor):
    given = {"base_url": vendor.base_url or "http://10.0.0.1/v1", "model": vendor.model or 'a "model"'}
    text = config_text(vendor, given | {"categories": ["cs.CL"], "interests": '推理 "与" 对齐'})
    values = tomllib.loads(text)
    config = Config.model_validate(values)
    assert (config.base_url, config.model, config.context_tokens) == (*given.values(), vendor.context_tokens)
    assert config.request == dict(vendor.request) and config.interests == '推理 "与" 对齐'
    assert "api_key" not in values and (vendor.source in text)
    assert all(line.startswith(("#", "[")) or " = " in line for line in text.splitlines() if line)
    assert (config.model in config.prices) == (vendor.price is not None)
    assert config.figures_to_model == (3 if vendor.sees else 0) and vendor.sees in text
    other = Config.model_validate(
        tomllib.loads(config_text(vendor, given | {"model": "other", "categories": ["cs.CL"], "interests": ""}))
    )
    assert other.figures_to_model == 0  # of other models nobody knows whether they see


def test_a_service_is_tried_and_the_next_steps_are_said(service, capsys, monkeypatch):
    server = service([completion('{"ok": true}')])
    monkeypatch.delenv("OPENAI_BASE_URL")
    arguments = ["init", "--vendor", "other", "--base-url", server.url, "--model", "m", "--yes"]
    assert run([*arguments, "--categories", "cs.CL，cs.IR", "--interests", "检索"]) == 0
    out, err = capsys.readouterr()
    assert out == f"{config_folder() / 'config.toml'}\n" and KEY not in written() + out + err
    config = load_config()
    assert (config.base_url, config.model, config.categories) == (server.url, "m", ("cs.CL", "cs.IR"))
    assert len(server.requests) == 1 and " answers with json_schema" in err
    assert "summarize 1706.03762" in err and "30 1 * * *" in err and "nightly" in err


def test_questions_are_asked_for_what_is_not_given(place, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("2\n\n\ncs.CL cs.IR\n我关心检索\n"))
    assert run(["init"]) == 0
    config = load_config()
    assert (config.base_url, config.model) == ("https://api.deepseek.com", "deepseek-flash")
    assert (config.categories, config.interests) == (("cs.CL", "cs.IR"), "我关心检索")
    assert "export DEEPSEEK_API_KEY=..." in capsys.readouterr().err  # without a key nothing is tried


def test_an_environment_that_goes_before_the_file_is_named(service, capsys, monkeypatch):
    service([completion('{"ok": true}')])  # its address is in OPENAI_BASE_URL
    monkeypatch.setenv("SUMMARIZER_MODEL", "another")
    assert run(["init", "--vendor", "ollama", "--yes"]) == 0
    err = capsys.readouterr().err
    assert "OPENAI_BASE_URL is set and goes before the file" in err and "SUMMARIZER_MODEL is set" in err


def test_a_service_that_refuses_is_named_and_the_file_stays(service, capsys, monkeypatch):
    server = service([failure(401, "wrong key")])
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert run(["init", "--vendor", "other", "--base-url", server.url, "--model", "m", "--yes"]) == 1
    err = capsys.readouterr().err
    assert "Check the key in OPENAI_API_KEY" in err and "`summarize doctor` tries it again" in err
    assert tomllib.loads(written())["model"] == "m"


def test_questions_that_nobody_answers(place, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run(["init"]) == 2
    assert "nobody answers; say --vendor and --yes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--yes"], "--yes needs --vendor: openai, deepseek, qwen"),
        (["--vendor", "opnai", "--yes"], "'opnai': no such vendor; there are openai, deepseek"),
        (["--vendor", "other", "--yes"], "Address of the service: needed, and there is no default"),
        (["--vendor", "other", "--base-url", "http://10.0.0.1/v1", "--yes"], "Model: needed, and there is no default"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(place, capsys, arguments, said):
    assert run(["init", *arguments]) == 2
    assert capsys.readouterr().err.startswith(said)
    assert not (config_folder() / "config.toml").exists()


def test_a_configuration_that_is_there_stays_unless_said_otherwise(place, capsys):
    assert run(["init", "--vendor", "deepseek", "--yes"]) == 0
    before = written()
    assert run(["init", "--vendor", "kimi", "--yes"]) == 2
    assert "there already; --force replaces it" in capsys.readouterr().err and written() == before
    assert run(["init", "--vendor", "kimi", "--yes", "--force"]) == 0
    assert "api.moonshot.cn" in written()


@pytest.mark.parametrize(
    ("shell", "path"),
    [
        ("bash", ".local/share/bash-completion/completions/summarize"),
        ("zsh", ".zfunc/_summarize"),
        ("fish", ".config/fish/completions/summarize.fish"),
    ],
)
def test_completion_is_put_where_the_shell_looks(place, own_home, capsys, shell, path):
    assert run(["init", "--vendor", "deepseek", "--yes", "--completion", shell]) == 0
    assert "_SUMMARIZE_COMPLETE" in (own_home / path).read_text() and str(own_home / path) in capsys.readouterr().err


def test_bash_completes_commands(place):
    environment = os.environ | {
        "_SUMMARIZE_COMPLETE": "bash_complete", "COMP_WORDS": "summarize is", "COMP_CWORD": "1",
        "PYTHONPATH": str(Path(__file__).parent.parent.parent),
    }  # fmt: skip
    code = "from summarizer.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["plain,issue"]
