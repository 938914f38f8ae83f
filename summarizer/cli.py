"""The command line: finds the command, turns errors into messages and exit codes here and nowhere else."""

import io
import os
import re
import signal
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from summarizer import __version__
from summarizer.commands import help as help_pages
from summarizer.commands import init, looking, making, periods, sharing, store
from summarizer.commands.common import DONE, FAILED, TRY_LATER, USAGE, exit_code, say
from summarizer.commands.words import LANGUAGES
from summarizer.errors import SummarizerError, UsageError

_STOPPING = (signal.SIGINT, signal.SIGTERM)
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{1,19}")


class _PapersByDefault(help_pages.Group):
    """`summarize 2410.11988` is `summarize paper 2410.11988`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] == ["help"]:
            args = ["--help"]
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help", "--version"):
            if near := _near_command(args[0], self.commands):
                raise UsageError(f"{args[0]!r}: neither a command nor a file; did you mean `summarize {near}`?")
            args = ["paper", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [*self.commands["paper"].get_params(ctx), *self.params]
        records = [option.get_help_record(ctx) for option in options if isinstance(option, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl(filter(None, records))
        self.format_commands(ctx, formatter)


@click.group(
    cls=_PapersByDefault,
    subcommand_metavar="PAPER... | COMMAND",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    no_args_is_help=True,
)
@click.version_option(__version__, message="%(version)s")
@click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False,
              help="Language of help and messages.  [default: by the locale]")  # fmt: skip
def cli() -> None:
    """Digest papers into Chinese Markdown in which every sentence links to the page that says it.

    PAPER is an arXiv id (2410.11988, 2410.11988v2, hep-th/9901001), an arXiv address, a DOI of arXiv's,
    another PDF's URL, or a local PDF. Without OPENAI_API_KEY and OPENAI_BASE_URL an offline draft is made.
    """


click.Context.formatter_class = help_pages.Formatter  # also of the commands' own contexts
for _command in (
    init.init, making.paper, making.issue, making.nightly, periods.backfill, periods.picks,
    looking.open_page, looking.diff, looking.stats, looking.explain, looking.verify, looking.parse, looking.styles,
    looking.doctor, sharing.site, sharing.send, sharing.export, store.store,
):  # fmt: skip
    cli.add_command(_command)


def _near_command(word: str, commands: Iterable[str]) -> str:
    """The command that a mistyped word is near to; "" where it may as well name a paper."""
    if not _WORD.fullmatch(word) or Path(word).exists():
        return ""
    return next(iter(get_close_matches(word.lower(), [name for name in commands if name != "paper"], n=1)), "")


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point of the `summarize` command."""
    code = run(arguments)
    for stop in _STOPPING:
        signal.signal(stop, signal.SIG_IGN)  # there is nothing left to be stopped
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # said already; Python would try once more at its end, fail and make the exit code 120
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit code. SIGTERM stops as Ctrl-C does: nothing stored is lost."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if isinstance(sys.stdout, io.TextIOWrapper):  # Chinese, and names of files that are no text, on whatever terminal
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)  # one may have come while we were loaded
        own = _heed_language(list(sys.argv[1:] if arguments is None else arguments))
        code = cli.main(args=own, prog_name="summarize", standalone_mode=False)
    except click.ClickException as error:
        say(error.format_message())
        return USAGE
    except SummarizerError as error:
        say(str(error))
        return exit_code([error])
    except (KeyboardInterrupt, click.Abort):
        exec(
            ""
        )  # CPython ends by the signal itself after one inside an `exec`, as of a dataclass, unless another follows
        say("stopped; what is done is kept: the same command goes on from here")
        return TRY_LATER
    except SystemExit:  # of click, where the reader of our output has gone; of a style file's own code
        say("ended before it was done")
        return FAILED
    except OSError as error:
        say(f"{error.filename or 'standard output'}: {error.strerror or error}")
        return FAILED
    return code if isinstance(code, int) else DONE


def _heed_language(arguments: list[str]) -> list[str]:
    """Take out `--lang zh`, wherever it stands: what is said before the command is found is in that language, too."""
    for n, argument in enumerate(arguments):
        name, separator, value = argument.partition("=")
        if name == "--lang":
            following = arguments[n + 1 :]
            if not separator:
                value, following = "".join(following[:1]), following[1:]
            if value not in LANGUAGES:
                raise UsageError(f"--lang {value}: say {' or '.join(LANGUAGES)}")
            os.environ["LANGUAGE"] = value
            return [*arguments[:n], *following]
    return arguments
