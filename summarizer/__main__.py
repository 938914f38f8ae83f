"""Where `summarize` and `python -m summarizer` begin, before anything is imported that takes time."""

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # of `python -m`: the working folder, which may come from anybody, names nothing that is run

import signal


def main() -> None:
    """Imports take a tenth of a second. A signal that comes meanwhile is kept until `run` can answer it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    from summarizer.cli import main as start

    start()


if __name__ == "__main__":
    main()
