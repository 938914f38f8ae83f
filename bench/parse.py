"""The parser beside raw text extraction: CPU a page, peak memory, ratios, and scores where the corpus is.

    python bench/parse.py [FOLDER] [--corpus FOLDER] [--html] [--look N]

`--html` measures only what the HTML of papers adds, `--look` shows so many pairs of passages to judge by eye.

Each tool runs over all PDFs of FOLDER in a process of its own, one file after the other. CPU is that of
the process, children included. The corpus is looked for in ../shared/corpus beside the checkout; its
scorer in ../shared/tools. pymupdf4llm takes part where it is installed.
"""

import argparse
import dataclasses
import gc
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"


def raw(path: Path) -> int:
    import pymupdf

    with pymupdf.open(path) as document:
        for page in document:
            page.get_text("text")
        return int(document.page_count)


def ours(path: Path, crops: bool, outline: bool = True, out: Path | None = None) -> int:
    from summarizer.pdf.document import parse

    parsed = parse(path.read_bytes(), crops=crops, outline=outline, max_pages=400)
    if out is not None:
        document = dataclasses.asdict(parsed.document) if parsed.document else {}
        if parsed.document and out.name in ("latex", "papers"):  # where running text is scored: that in figures is none
            document["passages"] = [p for p in document["passages"] if p["kind"] != "labels"]
        document |= {"outcome": parsed.outcome, "reason": parsed.reason}
        (out / f"{path.stem}.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return parsed.document.pages if parsed.document else 0


def peer(path: Path) -> int:
    import pymupdf
    import pymupdf4llm

    pymupdf4llm.to_markdown(str(path))
    with pymupdf.open(path) as document:
        return int(document.page_count)


TOOLS: dict[str, Callable[[Path], int]] = {
    "raw get_text": raw,
    "summarizer, no crops": lambda path: ours(path, crops=False),
    "summarizer, crops": lambda path: ours(path, crops=True),
    "pymupdf4llm": peer,
}


def measure(tool: str, folder: Path) -> None:
    """Runs in a child process; prints pages, CPU seconds and peak memory in MB."""
    files = sorted(folder.glob("*.pdf"))
    TOOLS[tool](files[0])  # imports and first-use costs
    gc.freeze()
    gc.disable()  # as the child does
    before = time.process_time()
    pages = sum(TOOLS[tool](path) for path in files)
    seconds = time.process_time() - before
    print(json.dumps([pages, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def speed(folder: Path) -> None:
    base = 0.0
    print(f"{'tool':24}{'pages':>7}{'CPU ms/page':>13}{'ratio':>8}{'peak MB':>9}")
    for tool in TOOLS:
        if tool == "pymupdf4llm" and importlib.util.find_spec(tool) is None:
            print(f"{tool:24} not installed")
            continue
        run = subprocess.run(
            [sys.executable, __file__, str(folder), "--tool", tool],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        pages, seconds, memory = json.loads(run.stdout.splitlines()[-1])
        cost = 1000 * seconds / pages
        base = base or cost
        print(f"{tool:24}{pages:7}{cost:13.2f}{cost / base:8.2f}{memory:9.0f}", flush=True)


def scores(corpus: Path) -> None:
    """Parse the corpus twice, outlines ignored and used, and print the scorer's totals."""
    scorer = corpus.parent / "tools" / "score_parse.py"
    for outline in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            for group in ("latex", "papers", "hidden-text", "hidden-text/benign"):
                out = Path(folder) / group
                out.mkdir(parents=True, exist_ok=True)
                for path in sorted((corpus / group).glob("*.pdf")):
                    ours(path, crops=False, outline=outline, out=out)
            run = subprocess.run(
                [sys.executable, str(scorer), "--out", folder, "--corpus", str(corpus)],
                capture_output=True,
                text=True,
                check=True,
            )
        print(f"\noutlines {'used' if outline else 'ignored'}")
        print(
            "\n".join(
                line for line in run.stdout.splitlines() if line.startswith(("TOTAL", "latex", "papers", "hidden-text"))
            )
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path, default=CORPUS / "papers")
    arguments.add_argument("--corpus", type=Path, default=CORPUS)
    arguments.add_argument("--html", action="store_true")
    arguments.add_argument("--look", type=int, default=0, metavar="N")
    arguments.add_argument("--tool", choices=list(TOOLS), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if not any(options.folder.glob("*.pdf")):
        arguments.error(f"{options.folder}: no PDF files; name a folder that has some")
    if options.tool:
        measure(options.tool, options.folder)
        return
    if not options.html:
        speed(options.folder)
    if options.corpus.is_dir():
        from evidence import evidence  # not at the top: each tool's memory is its own
        from tables import tables
        from witnesses import witnesses

        if not options.html:
            scores(options.corpus)
            tables(options.corpus)
            evidence([options.corpus / name for name in ("papers", "papers2", "latex")])
        witnesses(options.corpus, options.look)


if __name__ == "__main__":
    main()
