"""Commands that bring digests to readers: the web site, and messages."""

from pathlib import Path

import click

from summarizer.commands.common import DONE, FIGURES, RUNS, say


@click.command()
@click.argument("out", type=click.Path(path_type=Path), default="site")
@RUNS
@FIGURES
def site(out: Path, runs: Path | None, figures: str | None) -> int:
    """Make the runs a web site in the folder OUT [site]: evidence, search, feeds; what has changed only."""
    from summarizer.commands.terminal import show_progress
    from summarizer.config import load_config
    from summarizer.jobs.site.build import build_site

    config = load_config({"runs": runs, "figures": figures})
    with show_progress() as progress:
        built = build_site(config, out, progress)
    for problem in built.problems:
        say(problem)
    say(f"{built.papers} papers, {built.files} files written")
    click.echo(built.index)
    return DONE
