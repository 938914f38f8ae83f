"""`python -m summarizer` is the same as `summarize`."""

from summarizer.cli import main

main()
