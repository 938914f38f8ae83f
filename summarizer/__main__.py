"""Where `summarize` and `python -m summarizer` begin, before anything is imported that takes time."""

import signal


def main() -> None:
    """Imports take a tenth of a second. A signal that comes meanwhile is kept until `run` can answer it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    from summarizer.cli import main as start

    start()


if __name__ == "__main__":
    main()
