"""`summarize store stats | gc | verify` on a store and run folders made by the project's own functions."""

import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from common import SAMPLE

from summarizer.cli import run
from summarizer.config import Config
from summarizer.errors import PaperError, StorageError
from summarizer.files import to_json, write_atomic
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.ids import pdf_id
from summarizer.sources.pdfs import fetch_pdf, has_pdf, pdf_path, pdf_sha256, pdf_url_path, read_pdf
from summarizer.store.results import Store, key_of, noting
from summarizer.store.runs import ledger
from summarizer.types import Digest, Manifest, ManifestEntry, Paper, Reply, Usage

REPLY = Reply("{}", "stop", "m", "text", Usage(), 0.5)
RUNS = Path("runs")
STORE = RUNS / "store"
DAYS = 86_400


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@dataclass(frozen=True)
class Stored:
    """Where the results of one paper are."""

    digest: Path
    replies: list[Path]
    parse: Path
    images: list[Path]
    pdf: Path

    def all(self) -> set[Path]:
        beside = self.pdf.with_name(f"{self.pdf.name}.sha256")
        return {self.digest, *self.replies, self.parse, *self.images, self.pdf, beside}


def published_digest(paper_id: str, key: str) -> Digest:
    paper = Paper(paper_id, "T", (), "", "", "")
    return Digest(
        key, paper, "daily", "entry", "full text", "", {}, {}, (), (), (), None, 0, 0, (), (), 1, Usage(), "m", "", ""
    )  # fmt: skip


def make_paper(paper_id: str, run_name: str | None = None, prompt: str = "a", pdf: Path | None = None) -> Stored:
    """The results of a paper as the pipeline leaves them; without a run as a killed one does."""
    store = Store(STORE)
    pdf = pdf or pdf_path(paper_id, STORE / "pdf")
    write_atomic(pdf, SAMPLE.read_bytes() + f"\n%% {paper_id}\n%%EOF\n".encode())
    store.save("metadata", {"id": paper_id}, Paper(paper_id, "T", (), "", "", ""))
    parse = {"pdf": pdf_sha256(pdf)}
    images = [store.save_image(f"png {n} {paper_id}".encode()) for n in range(2)]
    store.save("parse", parse, {}, [("image", name) for name in images])
    replies = [{"paper": paper_id, "prompt": prompt}, {"paper": paper_id, "repair": prompt}]
    with noting() as uses:
        store.load("parse", parse, dict)
        for parts in replies:
            store.save_reply(parts, REPLY)
    parts = {"paper": paper_id, "prompt": prompt}
    digest = published_digest(paper_id, key_of("digest", parts))
    store.save("digest", parts, digest, uses)
    if run_name:
        write_atomic(RUNS / run_name / "papers" / paper_id / "digest.json", to_json(digest))
    return Stored(
        store.path("digest", digest.key),
        [store.path("reply", key_of("reply", parts)) for parts in replies],
        store.path("parse", key_of("parse", parse)),
        [store.path("image", name) for name in images],
        pdf,
    )


def make_issue(date: str, entries: Sequence[ManifestEntry] = (), choice: bool = True) -> list[Path]:
    """A finished issue; the paths of its choice and the reply that it is from."""
    store, parts = Store(STORE), {"date": date}
    with noting() as uses:
        store.save_reply(parts, REPLY)
    store.save("choice", parts, {}, uses)
    manifest = Manifest(date, "list", ledger(entries), tuple(entries), Usage(), 0.0, "1", "m", "daily", "", "", "", 0.1)
    manifest = replace(manifest, choice=key_of("choice", parts) if choice else "")
    write_atomic(RUNS / date / "manifest.json", to_json(manifest))
    return [store.path("choice", key_of("choice", parts)), store.path("reply", key_of("reply", parts))]


def age(paths: Iterable[Path], days: float) -> None:
    then = time.time() - days * DAYS
    for path in paths:
        os.utime(path, (then, then))


def files() -> set[Path]:
    return {path for path in STORE.rglob("*") if path.is_file() and path.name != ".lock"}


def gc(days: float, *more: str) -> int:
    return run(["store", "gc", "--unreferenced", "--older-than", str(days), *more])


def test_stats_count_each_stage_and_what_runs_refer_to(capsys):
    make_paper("2401.00001v1", "2024-01-02")
    loose = make_paper("2401.00002v1")
    make_issue("2024-01-02")
    age([loose.digest], 10)
    assert run(["store", "stats", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    counts = {name: (stage["files"], stage["referenced"]) for name, stage in found["stages"].items()}
    assert counts == {
        "choice": (1, 1),
        "digest": (2, 1),
        "image": (4, 2),
        "metadata": (2, None),
        "parse": (2, 1),
        "pdf": (2, 1),
        "reply": (5, 3),
    }
    digests = found["stages"]["digest"]
    assert digests["newest"] - digests["oldest"] == pytest.approx(10 * DAYS, abs=60)
    assert found["stages"]["image"]["bytes"] == sum(path.stat().st_size for path in STORE.glob("image/*/*"))
    assert (found["temporary"], found["foreign"], found["damaged"]) == (0, [], [])
    assert run(["store", "stats"]) == 0
    assert "reply                   5           3" in capsys.readouterr().out


def test_stats_name_what_is_empty_and_what_is_not_the_stores(capsys):
    stored = make_paper("2401.00001v1", "2401.00001v1")
    stored.parse.write_bytes(b"")
    strangers = [STORE / "notes.txt", STORE / "reply" / "x.json", stored.digest.with_name("0" * 64 + ".json")]
    for path in strangers:
        path.write_text("{}")
    stored.digest.with_name(".x.json.abc.tmp").write_text("")
    assert run(["store", "stats", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["damaged"] == [str(stored.parse)] and found["temporary"] == 1
    assert sorted(found["foreign"]) == sorted(map(str, strangers))


def test_gc_deletes_what_no_run_refers_to_and_nothing_else(capsys):
    kept = make_paper("2401.00001v1", "2024-01-02")
    chosen = make_issue("2024-01-02")
    superseded, before_that = (make_paper("2401.00001v1", prompt=prompt) for prompt in "bc")
    shown = RUNS / "2024-01-02/papers/2401.00001v1/digest.json"
    write_atomic(
        shown.with_name("digest.before.json"), to_json(published_digest("2401.00001v1", before_that.digest.stem))
    )
    loose, young = make_paper("2401.00002v1"), make_paper("2401.00003v1")
    before = files()
    age(before - young.all(), 40)
    gone = {superseded.digest, *superseded.replies, *loose.all()}
    assert gc(30, "--dry-run") == 0 and files() == before
    announced = capsys.readouterr().out
    assert gc(30) == 0
    assert capsys.readouterr().out == announced.replace("would delete", "deleted")
    assert "deleted reply: 4 files" in announced.replace("would delete", "deleted")
    assert before - files() == gone
    assert {*kept.all(), *before_that.all(), *chosen, *young.all()} <= files()
    assert Store(STORE).has("metadata", {"id": "2401.00002v1"})
    assert gc(0) == 0 and files() == before - gone - young.all()


def test_the_pdfs_of_papers_that_have_a_run_are_kept():
    url = "https://example.org/paper.pdf"
    by_url = pdf_url_path(url, STORE / "pdf")
    make_paper("x", pdf=by_url)
    (RUNS / "a-run" / "papers" / pdf_id(pdf_sha256(by_url))).mkdir(parents=True)
    failed, passed_over, old = (make_paper(f"math/970100{n}v1".replace("/", "_")) for n in (1, 2, 3))
    make_issue(
        "2024-01-02", [ManifestEntry("math/9701001v1", "failed"), ManifestEntry("math/9701002v1", "not_selected")]
    )
    (RUNS / "b-run" / "papers" / "math_9701003v1").mkdir(parents=True)
    assert gc(0) == 0
    assert by_url.exists() and failed.pdf.exists() and old.pdf.exists() and not passed_over.pdf.exists()


@pytest.mark.parametrize("trouble", ["record gone", "record damaged", "digest.json damaged", "no choice"])
def test_what_an_unclear_run_may_be_made_from_is_kept(trouble, capsys):
    stored = make_paper("2401.00001v1", "2401.00001v1")
    shown = RUNS / "2401.00001v1/papers/2401.00001v1/digest.json"
    if trouble == "record gone":
        stored.digest.unlink()
    elif trouble == "record damaged":
        stored.digest.write_text("{}")
    elif trouble == "digest.json damaged":
        shown.write_text("")
    else:
        make_issue("2024-01-02", choice=False)
        shown = RUNS / "2024-01-02/manifest.json"
    loose = make_paper("2401.00002v1")
    age([*stored.replies, loose.digest], 40)
    age([shown], 20)
    age(loose.replies, 10)
    assert gc(5) == 0
    assert all(path.exists() for path in [*stored.replies, loose.digest])
    assert not any(path.exists() for path in loose.replies)
    assert str(shown) in capsys.readouterr().err


def test_gc_interrupted_anywhere_leaves_no_record_of_something_deleted(monkeypatch):
    for n in range(3):
        make_paper(f"2401.0000{n}v1")
    unlink, left = Path.unlink, 3 * 7
    while left:
        left -= 1
        budget = 1

        def one(path: Path, missing_ok: bool = False) -> None:
            nonlocal budget
            if not budget:
                raise KeyboardInterrupt
            budget -= 1
            unlink(path, missing_ok)

        monkeypatch.setattr(Path, "unlink", one)
        gc(0)
        monkeypatch.setattr(Path, "unlink", unlink)
        records = [Store(STORE).record(path.parent.parent.name, path.stem) for path in STORE.glob("*/*/*.json")]
        assert all(Store(STORE).path(*use).exists() for record in records for use in record["uses"])
        assert run(["store", "verify"]) == 0
    assert not list(STORE.glob("reply/*/*"))


def test_gc_wants_to_be_told_what_and_does_nothing_while_a_run_is_at_work(capsys):
    make_paper("2401.00001v1")
    before = files()
    assert run(["store", "gc", "--older-than", "0"]) == 2 and run(["store", "gc", "--unreferenced"]) == 2
    with Store(STORE).held():
        assert gc(0) == 75
        assert gc(0, "--dry-run") == 0 and run(["store", "stats"]) == 0 and run(["store", "verify"]) == 0
    assert files() == before
    assert "a run is at work" in capsys.readouterr().err


def test_what_killed_processes_left_half_written_is_swept_after_a_day():
    stored = make_paper("2401.00001v1", "2401.00001v1")
    old, new = (stored.digest.with_name(f".x.json.{n}.tmp") for n in "ab")
    for path in (old, new):
        path.write_text("{")
    age([old], 1.5)
    assert gc(1000) == 0
    assert new.exists() and not old.exists()


def test_a_folder_without_a_store_is_a_mistake(capsys):
    for command in (["stats"], ["verify"], ["gc", "--unreferenced", "--older-than", "1"]):
        assert run(["store", *command, "--runs", "nowhere"]) == 2
    assert "there is no store here" in capsys.readouterr().err and not Path("nowhere").exists()


def test_verify_names_each_damaged_file(capsys):
    stored, other = make_paper("2401.00001v1"), make_paper("2401.00002v1")
    assert run(["store", "verify"]) == 0
    cut = [stored.digest, stored.images[0], stored.pdf]
    for path in cut:
        path.write_bytes(path.read_bytes()[:-9])
    changed = [stored.parse, stored.replies[0], stored.images[1], other.pdf]
    for path in changed:
        data, stat = bytearray(path.read_bytes()), path.stat()
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    misplaced = other.digest.with_name(other.digest.name[:2] + "0" * 62 + ".json")
    misplaced.write_bytes(other.digest.read_bytes())
    capsys.readouterr()
    assert run(["store", "verify", "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert {Path(file["path"]) for file in found["damaged"]} == {*cut, *changed, misplaced}
    assert all(file["fault"] for file in found["damaged"]) and found["read"] == 17
    assert run(["store", "verify"]) == 3
    assert f"{stored.parse}: its checksum is wrong" in capsys.readouterr().out


def test_a_damaged_pdf_counts_as_absent_and_is_fetched_again(arxiv):
    paper = Paper("2401.00001v1", "T", (), "", "", "")
    with Fetcher(Config(arxiv_url=arxiv.url, arxiv_delay_seconds=0.01)) as fetcher:
        pdf = fetch_pdf(paper, fetcher, STORE / "pdf")
        whole, digest = pdf.read_bytes(), pdf_sha256(pdf)
        os.utime(pdf, (1, 1))  # a copy of the store has other times
        assert has_pdf(pdf) and pdf_sha256(pdf) == digest and len(arxiv.requests) == 1
        for damaged in (whole[: len(whole) // 2], whole[:-1] + b"x", b""):
            pdf.write_bytes(damaged)
            assert not has_pdf(pdf)
            with pytest.raises(StorageError, match="gone or damaged"):
                pdf_sha256(pdf)
            fetch_pdf(paper, fetcher, STORE / "pdf")
            assert pdf.read_bytes() == whole and pdf_sha256(pdf) == digest
        assert len(arxiv.requests) == 4


def test_a_pdf_that_changed_although_nobody_wrote_is_not_read():
    pdf = make_paper("2401.00001v1").pdf
    digest, stat = pdf_sha256(pdf), pdf.stat()
    assert read_pdf("2401.00001v1", pdf, digest) == pdf.read_bytes()
    pdf.write_bytes(b"%PDF-" + bytes(stat.st_size - 10) + b"%%EOF")
    os.utime(pdf, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert has_pdf(pdf)
    with pytest.raises(PaperError, match="damaged on the disk"):
        read_pdf("2401.00001v1", pdf, digest)
    assert not has_pdf(pdf)
    own = Path("own.pdf")
    own.write_bytes(b"%PDF- %%EOF")
    os.utime(own, (1, 1))
    with pytest.raises(PaperError):
        read_pdf("own", own, digest)
    assert own.stat().st_mtime == 1 and not Path("own.pdf.sha256").exists()


def test_what_runs_write_meanwhile_does_not_disturb(monkeypatch):
    stored = make_paper("2401.00001v1", "2401.00001v1")
    for n in range(20):
        stored.digest.with_name(f".{n}.json.x.tmp").write_text("{")
    scandir = os.scandir

    class RenamedMeanwhile:
        def __init__(self, folder: str | Path) -> None:
            with scandir(folder) as entries:
                self.entries = list(entries)
            for entry in self.entries:
                if entry.name.endswith(".tmp"):
                    Path(entry.path).unlink()

        def __enter__(self):
            return iter(self.entries)

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", RenamedMeanwhile)
    assert run(["store", "stats"]) == 0 and run(["store", "verify"]) == 0


def test_a_store_that_cannot_be_written_can_be_counted(tmp_path, capsys):
    (tmp_path / "runs/store/.lock").mkdir(parents=True)  # opening it to write fails, for root too
    for command in (["stats"], ["verify"], ["gc", "--unreferenced", "--older-than", "0", "--dry-run"]):
        assert run(["store", *command, "--runs", str(tmp_path / "runs")]) == 0, command
    assert run(["store", "gc", "--unreferenced", "--older-than", "0", "--runs", str(tmp_path / "runs")]) == 1
