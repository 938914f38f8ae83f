"""`summarize init`: a commented configuration for a chosen vendor, tried with one small call."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarizer.commands.common import DONE, FAILED, say
from summarizer.commands.stopping import run_until_stopped
from summarizer.commands.words import translated
from summarizer.errors import UsageError

if TYPE_CHECKING:
    from summarizer.config import Config
    from summarizer.llm.vendors import Vendor

_ENVIRONMENT = (("OPENAI_BASE_URL", "base_url"), ("SUMMARIZER_MODEL", "model"))
_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.option("--vendor", help="Whose models to use; asked for if not given.")
@click.option("--model", help="Model to ask.  [default: one of the vendor's]")
@click.option("--base-url", metavar="URL", help="Address of the service.  [default: the vendor's]")
@click.option("--categories", help="arXiv categories, with commas.  [default: cs.CL,cs.AI,cs.LG]")
@click.option("--interests", metavar="TEXT", help="What to choose by, in plain words.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what is given and the defaults.")
@click.option("--force", is_flag=True, help="Replace a configuration that is there.")
@click.option("--completion", type=click.Choice(_SHELLS), help="Also complete commands in this shell.")
def init(
    vendor: str | None,
    model: str | None,
    base_url: str | None,
    categories: str | None,
    interests: str | None,
    yes: bool,
    force: bool,
    completion: str | None,
) -> int:
    """Write a commented config.toml for a vendor, and try it with one small call. No key is ever written."""
    from summarizer.config import config_folder, load_config
    from summarizer.files import write_atomic

    if completion:
        _install_completion(completion)
    path = config_folder() / "config.toml"
    if path.exists() and not force:
        raise UsageError(f"{path}: there already; --force replaces it")
    chosen = _vendor(vendor, yes)
    given = {
        "base_url": _answer("Address of the service", base_url, chosen.base_url, yes),
        "model": _answer("Model", model, chosen.model, yes),
        "categories": _names(_answer("arXiv categories", categories, "cs.CL,cs.AI,cs.LG", yes)),
        "interests": _answer("What interests you, in plain words (may be empty)", interests, "", yes, empty=True),
    }
    write_atomic(path, config_text(chosen, given))
    click.echo(path)
    config = load_config()
    for variable, field in _ENVIRONMENT:
        if getattr(config, field) != given[field]:
            say(f"{variable} is set and goes before the file: unset it to use what was written")
    return _try(chosen, config)


def config_text(vendor: "Vendor", given: Mapping[str, object]) -> str:
    """A configuration file for `vendor`, with the answers `given`: base_url, model, categories, interests."""
    return "\n".join(_config_lines(vendor, given)) + "\n"


def _config_lines(vendor: "Vendor", given: Mapping[str, object]) -> Iterator[str]:
    from summarizer.llm.vendors import CHECKED, FIGURES

    yield _comment("Settings of summarizer, written by `summarize init`. docs/config.md describes all there are.")
    yield _comment("A key does not belong in here: it is read from the environment variable that api_key_env names.")
    yield ""
    yield _comment(f"The model: {translated(vendor.title)}.")
    if vendor.source:
        yield _comment(f"Sizes by {vendor.source}, {CHECKED}.")
    yield from map(_comment, vendor.notes)
    yield _setting("base_url", given["base_url"])
    if vendor.key:
        yield _setting("api_key_env", vendor.key)
    yield _setting("model", given["model"])
    yield _setting("context_tokens", vendor.context_tokens)
    yield from (_setting(name, value) for name, value in vendor.settings.items())
    if vendor.sees and given["model"] == vendor.model:
        yield _comment("The model sees: so many figures of each paper go along, at most 1,700 tokens each, twice.")
        yield _comment(f"That it does is said at {vendor.sees}, {CHECKED}.")
        yield _setting("figures_to_model", FIGURES)
    yield ""
    yield _comment("The dated issue: which categories of arXiv, how many papers, chosen by what.")
    yield _setting("categories", given["categories"])
    yield _setting("top", 7)
    yield _setting("interests", given["interests"])
    if vendor.request:
        yield ""
        yield _comment("Fields that are added to every request, in the vendor's own words.")
        yield "[request]"
        yield from (_setting(name, value) for name, value in vendor.request.items())
    yield ""
    yield from _price_lines(vendor, str(given["model"]))


def _price_lines(vendor: "Vendor", model: str) -> Iterator[str]:
    """The prices, if they are the vendor's own word for this model; else how to state them."""
    from summarizer.llm.vendors import CHECKED

    yield _comment("US dollars for a million tokens; without them costs are unknown, and --max-cost cannot be used.")
    if vendor.prices:
        yield _comment(f"Prices: {vendor.prices}, {CHECKED}.")
    known = vendor.price if model == vendor.model or not vendor.key else None
    mark = "" if known else "# "
    yield f"{mark}[prices.{json.dumps(model, ensure_ascii=False)}]"
    yield f"{mark}input = {known.input if known else 0.0}"
    yield f"{mark}output = {known.output if known else 0.0}"


def _comment(text: str) -> str:
    return f"# {translated(text)}"


def _setting(name: str, value: object) -> str:
    return f"{name} = {_toml(value)}"


def _toml(value: object) -> str:
    """A value as TOML: what is not a table is written as in JSON."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_setting(name, inner) for name, inner in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _vendor(name: str | None, yes: bool) -> "Vendor":
    from summarizer.llm.vendors import BY_NAME, VENDORS

    if name is None:
        if yes:
            raise UsageError(f"--yes needs --vendor: {', '.join(BY_NAME)}")
        for number, vendor in enumerate(VENDORS, 1):
            say(f"{number:2}  {vendor.name:12} {translated(vendor.title)}")
        name = _prompt("Vendor (name or number)", "")
    if name.isdecimal() and 1 <= int(name) <= len(VENDORS):
        return VENDORS[int(name) - 1]
    if name.lower() not in BY_NAME:
        raise UsageError(f"{name!r}: no such vendor; there are {', '.join(BY_NAME)}")
    return BY_NAME[name.lower()]


def _answer(question: str, given: str | None, default: str, yes: bool, *, empty: bool = False) -> str:
    """What was given, else the answer to a question, else the default. Raises `UsageError` where there is none."""
    answer = given if given is not None else default if yes else _prompt(question, default)
    if not answer.strip() and not empty:
        raise UsageError(f"{question}: needed, and there is no default")
    return answer.strip()


def _prompt(question: str, default: str) -> str:
    try:
        return str(click.prompt(translated(question), default=default, show_default=bool(default), err=True))
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise UsageError(f"{question}: nobody answers; say --vendor and --yes") from None


def _names(text: str) -> list[str]:
    return [name for name in text.replace("，", ",").replace(" ", ",").split(",") if name]


def _try(vendor: "Vendor", config: "Config") -> int:
    """One small call where there is all that it needs; then what to type next."""
    from summarizer.reports.doctor import examine_model

    if vendor.key and not config.api_key.get_secret_value():
        say(f"Next, with your key: export {vendor.key}=...")
        say("then `summarize doctor` tries it, and `summarize 1706.03762` makes a first digest.")
        return DONE
    findings = run_until_stopped(examine_model(config))
    for finding in findings:
        say(finding.text)
    if not all(finding.ok for finding in findings):
        say("The configuration is written; `summarize doctor` tries it again.")
        return FAILED
    say("Next: `summarize 1706.03762` makes a first digest, `summarize issue today` the day's issue.")
    say("Every night: add these lines to `crontab -e`; docs/nightly.md says more.")
    if vendor.key:
        say(f"{vendor.key}=...")
    say(f"30 1 * * *  cd {Path.cwd()} && {_program()} nightly")
    return DONE


def _program() -> str:
    """The command as cron can find it."""
    import shutil

    return shutil.which("summarize") or "summarize"


def _install_completion(shell: str) -> None:
    """Write the shell's completion where it looks for it. Raises `StorageError`."""
    from click.shell_completion import get_completion_class

    from summarizer.files import write_atomic

    program = click.get_current_context().find_root().command
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    places = {
        "bash": home / "bash-completion" / "completions" / "summarize",
        "zsh": Path.home() / ".zfunc" / "_summarize",
        "fish": Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "fish/completions/summarize.fish",
    }
    made = get_completion_class(shell)
    assert made is not None  # one of `_SHELLS`
    write_atomic(places[shell], made(program, {}, "summarize", "_SUMMARIZE_COMPLETE").source())
    say(f"{places[shell]}: completion for {shell}; open a new terminal")
    if shell == "zsh":
        say("zsh looks there if .zshrc says, before compinit: fpath=(~/.zfunc $fpath)")
