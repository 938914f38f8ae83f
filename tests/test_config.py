import json
import os
import re
from pathlib import Path

import pytest
from common import settings

from summarizer.config import Config, load_config
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


@pytest.mark.parametrize(
    "line",
    [
        'base_url = "http://evil"', 'api_key_env = "OTHER"', 'arxiv_url = "http://evil"', 'runs = "/etc"',
        'executor = "dask://evil:1"', "arxiv_delay_seconds = 0", "in_flight = 1000", "pdf_max_mb = 10000",
        "now = 2024-01-01T00:00:00Z", "parse_memory_mb = 100000", "[prices.m]\ninput = 0\noutput = 0",
    ],
)  # fmt: skip
def test_a_file_in_the_working_folder_sets_nothing_that_is_run_written_to_connected_to_or_spent(folders, line):
    own, local, environment = folders
    local.write_text(line)
    with pytest.raises(UsageError, match=r"summarizer.toml: \w+ can only be set in .*config.toml"):
        load_config({}, environment)
    local.unlink()
    own.write_text(line)
    assert load_config({}, environment)


@pytest.mark.parametrize("interests", ["/data/grades.csv", "推理\n../mine.bib", "library.json", "~/Zotero.RIS "])
def test_a_library_named_in_the_working_folder_is_refused(folders, interests):
    own, local, environment = folders
    local.write_text(f"interests = {json.dumps(interests)}")
    with pytest.raises(UsageError, match=r"summarizer.toml: interests: .* is a file"):
        load_config({}, environment)
    local.rename(own)
    assert load_config({}, environment).interests == interests


@pytest.mark.parametrize("path", ["./style.py", "style.py", "/tmp/style.py", "schemas/style", "../style", "a b"])
def test_a_style_named_by_path_in_the_working_folder_is_refused(folders, path):
    _own, local, environment = folders
    local.write_text(f"style = {path!r}")
    with pytest.raises(UsageError, match=r"summarizer.toml: style: .* is a path"):
        load_config({}, environment)


def test_a_file_in_the_working_folder_says_what_a_digest_is_like(folders):
    _own, local, environment = folders
    local.write_text('style = "brief"\ntop = 3\ncategories = ["cs.SE"]\nmodel = "m"\n')
    config = load_config({}, environment)
    assert (config.style, config.top, config.categories, config.model) == ("brief", 3, ("cs.SE",), "m")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SUMMARIZER_ARXIV_URL", "http://[::1"), ("SUMMARIZER_ARXIV_URL", "127.0.0.1:8000"),
        ("SUMMARIZER_ARXIV_URL", "file:///etc"), ("SUMMARIZER_ARXIV_URL", "http://x:99999"),
        ("SUMMARIZER_ARXIV_URL", "http://me:secret@mirror"), ("SUMMARIZER_NOW", "0001-01-01"),
        ("SUMMARIZER_NOW", "9999-12-31T23:59:59Z"), ("SUMMARIZER_NOW", "tomorrow"),
        ("SUMMARIZER_ARXIV_DELAY_SECONDS", "inf"), ("SUMMARIZER_ARXIV_DELAY_SECONDS", "-1"),
    ],
)  # fmt: skip
def test_a_variable_that_cannot_be_is_named(folders, variable, value):
    _own, _local, environment = folders
    with pytest.raises(UsageError, match=f"^{variable}: ") as caught:
        load_config({}, {**environment, variable: value})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "call_deadline_seconds = inf", "poll_seconds = nan", "fetch_timeout_seconds = 1e300", "lookback_days = 1000000",
        "parse_cpu_seconds = 99999999999999999999", "poll_deadline_seconds = inf",
    ],
)  # fmt: skip
def test_numbers_beyond_what_clocks_and_calendars_hold_are_refused(folders, line):
    own, _local, environment = folders
    own.write_text(line)
    with pytest.raises(UsageError, match=line.split()[0]):
        load_config({}, environment)


def test_the_delay_of_the_environment_is_that_of_all_of_arxiv(folders):
    _own, _local, environment = folders
    config = load_config({}, environment)
    assert (config.page_delay_seconds, config.api_delay_seconds) == (15, 3)
    config = load_config({}, {**environment, "SUMMARIZER_ARXIV_DELAY_SECONDS": "0.5"})
    assert (config.page_delay_seconds, config.api_delay_seconds) == (0.5, 0.5)


def test_a_wrong_value_is_named_with_its_source(folders):
    _own, local, environment = folders
    local.write_text("context_tokens = 12\n")
    with pytest.raises(UsageError, match=r"summarizer.toml: context_tokens: must be at least 2000"):
        load_config({}, environment)
    local.write_text("contekst_tokens = 12000\n")
    with pytest.raises(UsageError, match=r"contekst_tokens: no such setting; did you mean context_tokens\?"):
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


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('top = "x"', "top: must be a whole number"),
        ("top = 1.5", "top: must be a whole number"),
        ("top = 0", "top: must be at least 1"),
        (f"top = 1{'0' * 400}", "top: must be at most 1e+09"),
        (f"max_output_tokens = 1{'0' * 400}", "max_output_tokens: must be at most 1e+09"),
        ('runs = "a\\u0000b"', "runs: no folder can have this name"),
        ("poll_seconds = 0", "poll_seconds: must be more than 0"),
        ("temperature = 9", "temperature: must be at most 2"),
        ('cross_lists = "maybe"', "cross_lists: must be true or false"),
        ('figures = "sometimes"', "figures: must be 'always', 'cc' or 'never'"),
        ("categories = []", "categories: must name at least one"),
        ('categories = "cs.CL"', 'categories: must be a list such as ["cs.CL", "cs.AI"]'),
        ("interests = 5", "interests: must be a text in quotes"),
        ("prices = 3", "prices: must be a table"),
        ("[prices.m]\ninput = 1", "prices.m.output: is needed"),
        ("nothing_like_it_at_all = 1", "nothing_like_it_at_all: no such setting; docs/config.md has them all"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(own_home, line, said):
    settings(own_home, line + "\n")
    with pytest.raises(UsageError) as caught:
        load_config()
    assert str(caught.value) == f"{own_home}/.config/summarizer/config.toml: {said}"


@pytest.mark.parametrize(
    "text",
    [
        "top = " + "[" * 3_000 + "]" * 3_000,
        "request = " + "{a=" * 1_000 + "1" + "}" * 1_000,
        "top = 1" + "0" * 5_000,
        'interests = "' + "x" * 2**20 + '"',
    ],
    ids=["arrays", "tables", "digits", "size"],
)
def test_settings_beyond_all_bounds_are_usage_errors(folders, text):
    for file in folders[:2]:
        file.write_text(text)
        with pytest.raises(UsageError, match=re.escape(f"{file}: ")):
            load_config({}, folders[2])
        file.unlink()


def test_a_file_of_settings_that_is_none_is_not_waited_for(folders):
    local = folders[1]
    os.mkfifo(local)
    assert load_config({}, folders[2]) == Config()
    local.unlink()
    local.symlink_to("/dev/zero")
    with pytest.raises(UsageError, match="more than 1 MB"):
        load_config({}, folders[2])
