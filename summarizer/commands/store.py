"""Commands for the store as a whole: what is in it, what can go, what is damaged."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarizer.commands.common import DONE, RUNS, SOME_FAILED, say
from summarizer.commands.help import Group
from summarizer.errors import UsageError

if TYPE_CHECKING:
    from summarizer.store.results import Store

_SHOWN = 5  # examples
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(cls=Group)
def store() -> None:
    """Look after what is stored: `stats`, `gc`, `verify`."""


@store.command()
@RUNS
@_JSON
def stats(runs: Path | None, as_json: bool) -> int:
    """Count what is stored, by stage, and how much of it the run folders refer to."""
    from summarizer.store.upkeep import store_stats

    folder, of_runs = _open(runs)
    found = store_stats(folder, of_runs)
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return DONE
    click.echo(f"{'stage':16}{'files':>9}{'referenced':>12}{'MB':>11}  {'oldest':10}  {'newest':10}")
    for name, stage in found.stages.items():
        referenced = "-" if stage.referenced is None else stage.referenced
        click.echo(f"{name:16}{stage.files:9}{referenced:>12}{stage.bytes / 1e6:11.1f}  "
                   f"{_day(stage.oldest):10}  {_day(stage.newest):10}")  # fmt: skip
    if found.temporary:
        click.echo(f"{found.temporary} temporary files")
    for path in found.damaged:
        click.echo(f"{path}: damaged: empty")
    for path in found.foreign:
        click.echo(f"{path}: not the store's")
    return DONE


@store.command()
@click.option("--unreferenced", is_flag=True, help="What no run folder refers to.")
@click.option("--older-than", type=click.FloatRange(min=0), metavar="DAYS", required=True, help="Keep what is younger.")
@click.option("--dry-run", is_flag=True, help="Delete nothing, say what would be.")
@RUNS
def gc(unreferenced: bool, older_than: float, dry_run: bool, runs: Path | None) -> int:
    """Delete what nothing needs any more. Waits for nobody: exits 75 while runs are at work."""
    from summarizer.store.upkeep import collect_garbage

    if not unreferenced:
        raise UsageError("say what to delete: --unreferenced")
    done = collect_garbage(*_open(runs), older_than, dry_run=dry_run)
    for path in done.unclear[:_SHOWN]:
        say(f"{path}: what it was made from is not known")
    if done.unclear:
        say(f"{len(done.unclear)} files like this: nothing is deleted that was stored up to {_day(done.kept_before)}")
    verb = "would delete" if dry_run else "deleted"
    for name, stage in done.stages.items():
        click.echo(f"{verb} {name}: {stage.files} files, {stage.bytes / 1e6:.1f} MB")
    total = sum(stage.files for stage in done.stages.values()), sum(stage.bytes for stage in done.stages.values())
    click.echo(f"{verb} {total[0]} files, {total[1] / 1e6:.1f} MB, and {done.temporary} temporary files")
    return DONE


@store.command()
@RUNS
@_JSON
def verify(runs: Path | None, as_json: bool) -> int:
    """Read every stored file and name the damaged ones. Exits 3 if there are any."""
    from summarizer.store.upkeep import find_damage

    read, damaged = 0, []
    for file, fault in find_damage(_open(runs)[0]):
        read += 1
        if fault:
            damaged.append({"path": file.path, "fault": fault})
            if not as_json:
                click.echo(f"{file.path}: {fault}")
    if as_json:
        click.echo(json.dumps({"read": read, "damaged": damaged}))
    say(f"{read} files read, {len(damaged)} damaged" + ("; they count as absent and are redone" if damaged else ""))
    return SOME_FAILED if damaged else DONE


def _open(runs: Path | None) -> "tuple[Store, Path]":
    from summarizer.config import load_config
    from summarizer.store.results import Store

    config = load_config({"runs": runs})
    if not (config.runs / "store").is_dir():
        raise UsageError(f"{config.runs}: there is no store here; name another folder with --runs")
    return Store(config.runs / "store"), config.runs


def _day(seconds: float | None) -> str:
    return "-" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
