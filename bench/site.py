"""What a site of 2,000 digests takes: building it, building it again, reading and searching it.

    python bench/site.py [--papers 2000 5000] [--folder FOLDER]

Issues of seven digests out of 133 announced papers are written as the program would leave them, each digest with the
Chinese of a real one in another order; every hundredth has its PDF, so that its evidence is cut from the page. Each
build is a process of its own. The search is timed in chromium, from the key to the first result on the page.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from measuring import Taken, wait

from summarizer.files import to_json, write_atomic
from summarizer.pdf import parse_pdf
from summarizer.sources.lists.schedule import mailing_dates
from summarizer.sources.pdfs import pdf_path
from summarizer.store.runs import ledger
from summarizer.types import Claim, Digest, Document, Manifest, ManifestEntry, Paper, Stars, Usage

SAMPLE = Path(__file__).parent.parent / "examples" / "sample.pdf"
WORDS = Path(__file__).parent.parent / "tests" / "recorded" / "sample.json"
AN_ISSUE, ANNOUNCED, WITH_PDF = 7, 133, 100
SECTIONS = [f"第 {n} 节" for n in range(1, 10)]
QUERIES = ["数字", "漏检率", "60.6%", "证据 句子", "Study 17", "没有这个词"]


def sentences() -> list[str]:
    """The sentences of a recorded digest."""
    told = json.loads(json.loads(WORDS.read_text(encoding="utf-8"))["digest"])
    texts = [text for value in told.values() for text in (value if isinstance(value, list) else [value])]
    joined = "".join(text for text in texts if isinstance(text, str))
    return [f"{sentence}。" for sentence in joined.split("。") if len(sentence) > 10]


def made_digest(paper: Paper, document: Document, texts: list[str], draw: random.Random) -> Digest:
    names = [f"section{n}" for n in range(len(SECTIONS))]
    cited = [passage for passage in document.passages if passage.kind == "text"]
    claims = []
    for n in range(60):
        passages = draw.sample(cited, 2)
        claims.append(
            Claim(
                names[n * len(names) // 60], draw.choice(texts), tuple(p.id for p in passages),
                tuple(p.page for p in passages), "supported", item=n,
            )
        )  # fmt: skip
    return Digest(
        key=paper.id, paper=paper, style="daily", layout="entry", basis="full text", title_zh=draw.choice(texts)[:30],
        headings=dict(zip(names, SECTIONS, strict=True)), kinds=dict.fromkeys(names, "prose"), claims=tuple(claims),
        omitted=(), figures=(), rating=Stars(draw.randint(2, 5), {"novelty": 3, "rigour": 2}), numbers=90, repaired=0,
        left_out=(), warnings=(), calls=2, usage=Usage(), model="made", prompt_fingerprint="", schema_fingerprint="",
    )  # fmt: skip


def make_runs(runs: Path, papers: int) -> None:
    document = parse_pdf(SAMPLE.read_bytes(), crops=False).document
    assert document
    whole, texts, draw = to_json(document), sentences(), random.Random(1)
    for day, numbers in zip(mailing_dates(date(2022, 12, 31), date(2026, 12, 31)), batches(papers), strict=False):
        for n in numbers:
            paper = Paper(
                f"{day:%y%m}.{n:05d}v1", f"Study {n} of {draw.choice(['pruning', 'retrieval', 'agents', 'speech'])}",
                ("Ann Lee", "Bo Chen"), "", f"https://arxiv.org/abs/{day:%y%m}.{n:05d}v1",
                f"https://arxiv.org/pdf/{day:%y%m}.{n:05d}v1", ("cs.CL", draw.choice(["cs.AI", "cs.LG"])),
            )  # fmt: skip
            folder = runs / str(day) / "papers" / paper.id
            write_atomic(folder / "document.json", whole, durable=False)
            write_atomic(folder / "digest.json", to_json(made_digest(paper, document, texts, draw)), durable=False)
            if n % WITH_PDF == 0:
                write_atomic(pdf_path(paper.id, runs / "store" / "pdf"), SAMPLE.read_bytes(), durable=False)
        write_atomic(runs / str(day) / "manifest.json", to_json(made_manifest(day, numbers)), durable=False)


def batches(papers: int) -> Iterator[range]:
    return (range(first, min(first + AN_ISSUE, papers)) for first in range(0, papers, AN_ISSUE))


def made_manifest(day: date, numbers: range) -> Manifest:
    chosen = [
        ManifestEntry(f"{day:%y%m}.{n:05d}v1", "digested", title=f"Study {n}", score=8.5, why="直接相关。")
        for n in numbers
    ]
    others = [
        ManifestEntry(
            f"{day:%y%m}.9{n:04d}v1", "not_selected", title=f"Another study {n} of something else", score=4.0,
            why="题目离关注的方向较远。",
        )
        for n in range(ANNOUNCED - len(chosen))
    ]  # fmt: skip
    entries = (*chosen, *others)
    return Manifest(
        str(day), "list", ledger(entries), entries, Usage(), None, "bench", "made", "daily", "", "",
        f"{day}T02:00:00+00:00", 60.0,
    )  # fmt: skip


def build(folder: Path) -> Taken:
    command = [sys.executable, "-m", "summarizer", "site", "out"]
    return wait(subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def search_times(out: Path) -> dict[str, float]:
    """{query: milliseconds from the key to the first result}, all months loaded; the whole search for the last."""
    from playwright.sync_api import sync_playwright

    times = {}
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        begun = time.perf_counter()
        page.goto(f"file://{out.absolute()}/search.html#q=数字")
        page.wait_for_function("() => document.querySelector('#results .row')")
        times["the first time, from opening the page"] = 1000 * (time.perf_counter() - begun)
        page.wait_for_function("() => search.done", timeout=120_000)
        times["until all months are loaded"] = 1000 * (time.perf_counter() - begun)
        for query in QUERIES:
            times[query] = page.evaluate(
                "async query => { search.form.elements.q.value = query; const begun = performance.now();"
                " await search.find(); return performance.now() - begun }",
                query,
            )
        browser.close()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, nargs="+", default=[2000, 5000])
    parser.add_argument("--folder", type=Path, help="work here and leave it")
    arguments = parser.parse_args()
    for papers in arguments.papers:
        folder = arguments.folder / str(papers) if arguments.folder else Path(tempfile.mkdtemp(prefix="bench-site-"))
        make_runs(folder / "runs", papers)
        print(f"{papers} digests: {build(folder)}; again, unchanged: {build(folder)}", flush=True)
        out = folder / "out"
        heaviest = max(out.glob("issues/*/index.html"), key=lambda page: page.stat().st_size)
        print(f"  heaviest issue page {heaviest.stat().st_size / 1000:.0f} kB, every announced paper "
              f"{heaviest.with_name('announced.html').stat().st_size / 1000:.0f} kB, a paper "
              f"{max(page.stat().st_size for page in out.glob('papers/*/index.html')) / 1000:.0f} kB")  # fmt: skip
        for what, milliseconds in search_times(out).items():
            print(f"  search {what}: {milliseconds:.0f} ms", flush=True)
        if not arguments.folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
