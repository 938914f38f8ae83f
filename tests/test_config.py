from pathlib import Path

import pytest

from summarizer.config import load_config
from summarizer.errors import UsageError


@pytest.fixture
def folders(tmp_path, monkeypatch):
    (tmp_path / "config" / "summarizer").mkdir(parents=True)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return (
        tmp_path / "config" / "summarizer" / "config.toml",
        Path("summarizer.toml"),
        {"XDG_CONFIG_HOME": str(tmp_path / "config")},
    )


def test_each_source_overrides_the_one_before(folders):
    own, local, environment = folders
    assert load_config({}, environment).model == "gpt-5.4-mini"
    own.write_text('model = "own"\nin_flight = 3\n')
    assert load_config({}, environment).model == "own"
    local.write_text('model = "local"\n')
    assert load_config({}, environment).model == "local"
    environment["SUMMARIZER_MODEL"] = "variable"
    assert load_config({}, environment).model == "variable"
    config = load_config({"model": "flag", "style": None}, environment)
    assert (config.model, config.in_flight, config.style) == ("flag", 3, "daily")


@pytest.mark.parametrize("line", ['base_url = "http://evil"', 'api_key_env = "OTHER"', 'arxiv_url = "http://evil"'])
def test_a_file_in_the_working_folder_cannot_say_where_requests_go(folders, line):
    own, local, environment = folders
    local.write_text(line)
    with pytest.raises(UsageError, match=r"summarizer.toml: \w+ can only be set in .*config.toml"):
        load_config({}, environment)
    local.unlink()
    own.write_text(line)
    assert load_config({}, environment)


def test_a_wrong_value_is_named_with_its_source(folders):
    _own, local, environment = folders
    local.write_text("context_tokens = 12\n")
    with pytest.raises(UsageError, match=r"summarizer.toml: context_tokens: Input should be greater"):
        load_config({}, environment)
    local.write_text("contekst_tokens = 12000\n")
    with pytest.raises(UsageError, match=r"contekst_tokens: Extra inputs are not permitted"):
        load_config({}, environment)
    local.write_text("not toml")
    with pytest.raises(UsageError, match=r"summarizer.toml: cannot be read"):
        load_config({}, environment)


def test_the_key_comes_from_the_environment_only_and_is_never_shown(folders):
    own, _, environment = folders
    own.write_text('api_key = "sk-secret"\n')
    with pytest.raises(UsageError, match="a key does not belong in a file"):
        load_config({}, environment)
    own.write_text('api_key_env = "MY_KEY"\n')
    environment["MY_KEY"] = "sk-secret"
    config = load_config({}, environment)
    assert config.api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(config) + config.model_dump_json()
    assert not config.offline


def test_without_key_and_endpoint_the_engine_is_offline(folders):
    _, _, environment = folders
    assert load_config({}, environment).offline
    assert not load_config({}, {**environment, "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}).offline
