import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, make_pdf

from summarizer.config import Config
from summarizer.errors import PaperError, RefusedError, StorageError, TryLaterError
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.pdfs import fetch_pdf, fetch_pdf_url
from summarizer.types import Paper

PDF = make_pdf(300_000)
Configure = Callable[..., Config]


def paper(paper_id: str = "2401.00001v1") -> Paper:
    return Paper(
        id=paper_id,
        title="A Study of Small Servers",
        authors=("Ann Lee",),
        abstract="",
        url=f"https://arxiv.org/abs/{paper_id}",
        pdf_url=f"https://arxiv.org/pdf/{paper_id}",
    )


def outcome(fetcher: Fetcher, folder: Path, which: Paper | None = None) -> str:
    with pytest.raises(PaperError) as caught:
        fetch_pdf(which or paper(), fetcher, folder)
    assert not list(folder.rglob("*.pdf"))
    return f"{caught.value.outcome}: {caught.value.reason}"


def ranges(server: ArxivServer) -> list[str]:
    return [seen.headers.get("range", "") for seen in server.requests]


def test_fetched_once_ever(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    path = fetch_pdf(paper(), fetcher, tmp_path)
    assert path.read_bytes() == PDF
    assert path.parent.parent == tmp_path and len(path.parent.name) == 2 and path.name == "2401.00001v1.pdf"
    assert fetch_pdf(paper(), fetcher, tmp_path) == path
    assert server.paths() == ["/pdf/2401.00001v1"]
    assert {file.name for file in path.parent.iterdir()} == {"2401.00001v1.pdf", "2401.00001v1.pdf.sha256"}


def test_old_style_ids_make_flat_names(fetcher: Fetcher, tmp_path: Path) -> None:
    assert fetch_pdf(paper("hep-th/9901001v1"), fetcher, tmp_path).name == "hep-th_9901001v1.pdf"


@pytest.mark.parametrize("fault", [{"reset": 100_000}, {"truncate": 100_000}])
def test_a_broken_download_goes_on_where_it_broke(
    server: ArxivServer, fetcher: Fetcher, tmp_path: Path, fault: dict[str, int]
) -> None:
    server.fault("/pdf/", times=2, **fault)
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF
    first, second, third = ranges(server)
    assert first == "" and second.startswith("bytes=") and third.startswith("bytes=")
    assert 0 < int(second[6:-1]) < int(third[6:-1]) < len(PDF)


def test_a_killed_download_goes_on_where_it_was(server: ArxivServer, configure: Configure, tmp_path: Path) -> None:
    server.fault("/pdf/", times=1, bytes_per_second=200_000)
    process = multiprocessing.get_context("spawn").Process(target=_download, args=(server.url, tmp_path))
    process.start()
    while not any(part.stat().st_size > 20_000 for part in tmp_path.rglob("*.part")):
        time.sleep(0.02)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    assert not list(tmp_path.rglob("*.pdf"))
    with Fetcher(configure()) as fetcher:
        assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF
    assert int(ranges(server)[1][6:-1]) > 20_000
    assert server.requests[1].headers["if-range"].startswith('"')


def _download(url: str, folder: Path) -> None:
    with Fetcher(Config(arxiv_url=url, arxiv_delay_seconds=0.01)) as fetcher:
        fetch_pdf(paper(), fetcher, folder)


@pytest.mark.parametrize("second", [{"no_range": True}, {"etag": '"another"'}])
def test_the_whole_file_instead_of_the_rest(
    server: ArxivServer, fetcher: Fetcher, tmp_path: Path, second: dict
) -> None:
    server.fault("/pdf/", times=1, reset=100_000)
    server.fault("/pdf/", **second)
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF
    assert len(server.requests) == 2 and ranges(server)[1]


def test_the_file_changed_in_between(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    server.fault("/pdf/", times=1, truncate=100_000, etag='"before"')
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF
    assert server.requests[1].headers["if-range"] == '"before"'


def test_leftovers_of_unknown_origin_are_not_used(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    path = fetch_pdf(paper(), fetcher, tmp_path)
    path.unlink()
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(b"%PDF-1.4 something else" * 99_999)
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF
    path.unlink()
    part.write_bytes(PDF + b"too long")  # with the right ETag: the server says 416
    etag = path.with_name(f"{path.name}.etag")
    etag.write_text(f'"{hashlib.md5(PDF).hexdigest()}"')
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF
    path.unlink()
    part.write_bytes(b"%PDF-1.4 torn")
    etag.write_text("\r\ntorn: by a crash")
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF


HTML = b"<!DOCTYPE html><html><head><title>arXiv reCAPTCHA</title></head><body>Verify</body></html>"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 200, "body": HTML}, "a web page instead of a PDF: arXiv reCAPTCHA"),
        ({"status": 200, "body": b""}, "0 bytes"),
        ({"status": 200, "body": b"GIF89a" * 999}, "not a PDF"),
        ({"status": 200, "body": b" " * 1025 + PDF}, "not a PDF"),
        ({"cut": 200_000}, "truncated after 200000 bytes"),
        ({"truncate": 500}, "truncated"),
        ({"truncate": 100_000, "no_range": True, "etag": "W/weak"}, "truncated after 100000 bytes"),
    ],
)
def test_refetched_once_then_failed(
    server: ArxivServer, fetcher: Fetcher, tmp_path: Path, fault: dict, reason: str
) -> None:
    server.fault("/pdf/", **fault)
    said = outcome(fetcher, tmp_path)
    assert said.startswith("failed: ") and reason in said
    assert len(server.requests) == 2
    server.faults.clear()
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF


@pytest.mark.parametrize("fault", [{"status": 200, "body": HTML}, {"status": 200, "body": b""}, {"cut": 200_000}])
def test_once_is_forgiven(server: ArxivServer, fetcher: Fetcher, tmp_path: Path, fault: dict) -> None:
    server.fault("/pdf/", times=1, **fault)
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF


def test_a_web_page_does_not_cost_what_was_there(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    server.fault("/pdf/", times=1, reset=100_000)
    server.fault("/pdf/", times=1, status=200, body=HTML)
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF
    assert int(ranges(server)[2][6:-1]) > 10_000


def test_a_server_that_breaks_off_for_ever(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    server.fault("/pdf/", truncate=10_000)
    assert "failed: " in outcome(fetcher, tmp_path)
    server.faults.clear()
    server.fault("/pdf/", reset=0)
    with pytest.raises(TryLaterError, match="127"):
        fetch_pdf(paper(), fetcher, tmp_path)


def test_withdrawn(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    known = replace(paper("2401.00003v2"), withdrawn=True)
    assert outcome(fetcher, tmp_path, known).startswith("withdrawn: ")
    assert not server.requests
    assert outcome(fetcher, tmp_path, paper("2401.00003v2")).startswith("withdrawn: ")
    assert len(server.requests) == 1
    assert fetch_pdf(paper("2401.00003v1"), fetcher, tmp_path).exists()


@pytest.mark.parametrize("status", [404, 500])
def test_no_pdf(server: ArxivServer, fetcher: Fetcher, tmp_path: Path, status: int) -> None:
    body = b"<title>PDF unavailable</title><h1>PDF Unavailable</h1> our system was unable to produce PDF"
    server.fault("/pdf/", status=status, body=body)
    assert outcome(fetcher, tmp_path).startswith("no_pdf: ")
    assert len(server.requests) == 1


def test_a_500_about_the_server_is_asked_again(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    server.fault("/pdf/", status=500, body=b"Internal Server Error", times=1)
    assert fetch_pdf(paper(), fetcher, tmp_path).read_bytes() == PDF


def test_access_denied_stops(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    server.fault("/pdf/", status=403)
    with pytest.raises(RefusedError):
        fetch_pdf(paper(), fetcher, tmp_path)
    assert len(server.requests) == 1


@pytest.mark.parametrize("announced", [True, False])
def test_size_cap(server: ArxivServer, configure: Configure, tmp_path: Path, announced: bool) -> None:
    server.records["2401.00001"].pdf = make_pdf(1_100_000)
    if announced:
        server.pages["/pdf/2401.00001v1"] = (200, {}, make_pdf(1_100_000))
    with Fetcher(configure(pdf_max_mb=1)) as fetcher:
        assert "pdf_max_mb" in outcome(fetcher, tmp_path)
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and file.parent.name != "summarizer"]


def test_two_at_once_share_one_download(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    server.fault("/pdf/", bytes_per_second=1_000_000)
    process = multiprocessing.get_context("spawn").Process(target=_download, args=(server.url, tmp_path))
    process.start()
    with ThreadPoolExecutor(3) as pool:
        paths = list(pool.map(lambda _: fetch_pdf(paper(), fetcher, tmp_path), range(3)))
    process.join()
    assert process.exitcode == 0
    assert {path.read_bytes() for path in paths} == {PDF}
    assert len(server.requests) == 1


def test_a_folder_that_is_none(fetcher: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        fetch_pdf(paper(), fetcher, tmp_path / "file" / "pdf")


def test_a_full_disk(server: ArxivServer, tmp_path: Path) -> None:
    """A limit on the size of files makes writes fail like a full disk does."""
    code = f"""
        import resource, sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from pathlib import Path
        from test_pdfs import Config, Fetcher, StorageError, fetch_pdf, paper
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        with Fetcher(Config(arxiv_url={server.url!r}, arxiv_delay_seconds=0)) as fetcher:
            try:
                fetch_pdf(paper(), fetcher, Path({str(tmp_path)!r}))
            except StorageError as error:
                print(error)
    """
    said = subprocess.check_output([sys.executable, "-W", "error", "-c", textwrap.dedent(code)], text=True)
    assert str(tmp_path) in said and "cannot be written" in said
    assert not list(tmp_path.rglob("*.pdf")) and len(server.requests) == 1


def test_other_addresses_are_stored_by_url(server: ArxivServer, fetcher: Fetcher, tmp_path: Path) -> None:
    """The server stands at the configured root, so its loopback address is allowed."""
    server.pages["/paper"] = (200, {"Content-Type": "text/plain"}, PDF)
    server.pages["/moved"] = (302, {"Location": "/paper"}, b"")
    one = fetch_pdf_url(f"{server.url}/paper", fetcher, tmp_path)
    assert one.read_bytes() == PDF and one.name.startswith("url-")
    assert fetch_pdf_url(f"{server.url}/paper", fetcher, tmp_path) == one
    assert len(server.requests) == 1
    assert fetch_pdf_url(f"{server.url}/moved", fetcher, tmp_path) != one


@pytest.mark.parametrize(("status", "reason"), [(200, "a web page"), (404, "HTTP 404"), (410, "HTTP 410")])
def test_other_addresses_without_pdf(
    server: ArxivServer, fetcher: Fetcher, tmp_path: Path, status: int, reason: str
) -> None:
    server.fault("/paper", status=status, body=HTML)
    with pytest.raises(PaperError, match=reason) as caught:
        fetch_pdf_url(f"{server.url}/paper", fetcher, tmp_path)
    assert caught.value.outcome == "failed"


def test_private_addresses_are_refused_also_behind_redirects(
    server: ArxivServer, configure: Configure, tmp_path: Path
) -> None:
    other = f"http://localhost:{server.server_address[1]}"  # the same server, but not the configured root
    with Fetcher(configure()) as fetcher:
        with pytest.raises(PaperError, match="not a public address") as caught:
            fetch_pdf_url(f"{other}/pdf/2401.00001v1", fetcher, tmp_path)
        assert caught.value.outcome == "failed"
        server.pages["/moved"] = (302, {"Location": f"{other}/pdf/2401.00001v1"}, b"")
        with pytest.raises(TryLaterError, match="sign-in page"):  # arXiv itself does not do that
            fetch_pdf_url(f"{server.url}/moved", fetcher, tmp_path)
    assert server.paths() == ["/moved"]
