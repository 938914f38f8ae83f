"""The commands of `summarize`. Only `click` is imported at the start, so that --help costs nothing."""
