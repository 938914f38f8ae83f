"""Isolation: every file gets an outcome, whatever it does to the process that reads it."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from summarizer.pdf import Limits, parse_pdf

ROOT = Path(__file__).parents[2]


def test_what_is_not_a_readable_pdf(draft: Callable) -> None:
    whole = draft().bytes()
    locked = draft().bytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret")
    outcomes = {
        "empty": parse_pdf(b""),
        "not_pdf": parse_pdf(b"<html><body>Not found</body></html>"),
        "broken": parse_pdf(b"%PDF-1.7\n" + bytes(200)),
        "encrypted": parse_pdf(locked),
    }
    assert {name: parsed.outcome for name, parsed in outcomes.items()} == {name: name for name in outcomes}
    assert all(parsed.reason and parsed.document is None for parsed in outcomes.values())
    assert parse_pdf(whole).outcome == "ok"


def test_a_scan_has_pages_but_no_passages() -> None:
    document = pymupdf.open()
    page = document.new_page()
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 200, 200), False)
    pixmap.clear_with(200)
    page.insert_image(page.rect, pixmap=pixmap)
    parsed = parse_pdf(document.tobytes())
    assert parsed.outcome == "no_text"
    assert parsed.document is not None
    assert (parsed.document.pages, parsed.document.passages) == (1, ())


def test_pages_past_the_limit_are_left_out_with_a_warning(draft: Callable) -> None:
    paper = draft().new_page().heading("2 Results").text("The second page says something else entirely.")
    parsed = parse_pdf(paper.bytes(), limits=Limits(max_pages=1))
    assert parsed.document is not None
    assert parsed.document.pages == 2
    assert {p.page for p in parsed.document.passages} == {1}
    assert "first 1 of 2 pages" in parsed.document.warnings[0]


def _heavy() -> bytes:
    """A page whose content takes MuPDF minutes: nested forms, each painting the one below ten times."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>")
    objects.append(b"<</Length 5>>stream\n/X Do\nendstream")
    for level in range(12):
        inner = b"/X Do " * 10 if level < 11 else b"0 0 1 1 re f "
        resources = b"/Resources<</XObject<</X %d 0 R>>>>" % (level + 6)
        objects.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 99 99]%s/Length %d>>stream\n%s\nendstream"
            % (resources, len(inner), inner)
        )
    out = b"%PDF-1.4\n"
    for number, body in enumerate(objects, 1):
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return out + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)


@pytest.mark.parametrize("limits", [Limits(cpu_seconds=1), Limits(wall_seconds=1)])
def test_an_endless_page_ends_at_the_limit(limits: Limits, draft: Callable) -> None:
    start = time.monotonic()
    parsed = parse_pdf(_heavy(), limits=limits)
    assert parsed.outcome == "timeout"
    assert time.monotonic() - start < 15
    assert parse_pdf(draft().bytes()).outcome == "ok"  # the next one is not affected


def test_memory_is_limited(draft: Callable) -> None:
    paper = draft()
    for _ in range(60):
        paper.new_page().text("A sentence that takes some room in memory. " * 80)
    assert parse_pdf(paper.bytes(), limits=Limits(memory_mb=1)).outcome == "too_big"


def test_threads_may_parse_at_once(draft: Callable) -> None:
    pdf = draft().bytes()
    results = []
    threads = [threading.Thread(target=lambda: results.append(parse_pdf(pdf))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert all(parsed == results[0] and parsed.outcome == "ok" for parsed in results)


def test_a_program_without_a_main_guard_and_an_empty_folder_of_modules(tmp_path: Path, draft: Callable) -> None:
    (tmp_path / "paper.pdf").write_bytes(draft().bytes())
    (tmp_path / "pymupdf.py").write_text("raise SystemExit('the working folder was imported from')")
    program = "from summarizer.pdf import parse_pdf; print(parse_pdf(open('paper.pdf', 'rb').read()).outcome)"
    (tmp_path / "program.py").write_text(program)
    for command in (["-c", program], ["program.py"]):
        run = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (run.stdout, run.stderr) == ("ok\n", "")


def test_importing_the_package_loads_no_pdf_library() -> None:
    program = "import sys, summarizer.pdf; print('pymupdf' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout == "False\n"
