"""The site of an issue of two papers, of the one before, and of a paper asked for by hand; a browser to look at it."""

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import scripted_model
from arxiv_server import ArxivServer, Record
from common import SAMPLE
from llm_server import LlmServer
from recorded_model import RecordedModel

from summarizer.cli import run

DAY, EVE = "2024-10-17", "2024-10-16"
HAND = "2409.00077v1"
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip


def _script(body: dict):
    if scripted_model.stage_of(body) == "choose":
        return scripted_model.reply({"items": scripted_model.scores(body)})
    return RecordedModel("sample")(body)


def _records() -> list[Record]:
    names = ["A long study of evidence", "Evidence in papers", "Numbers & <b>claims</b>", "Short one", "Shorter"]
    dated = [
        Record(
            f"2410.{n:05d}", title=name, pdf=SAMPLE.read_bytes(), categories="cs.CL cs.LG" if n % 2 else "cs.CL",
            announced=DAY if n < 4 else EVE, dates=["2024-10-15T18:47:12Z"],
        )
        for n, name in enumerate(names, 1)
    ]  # fmt: skip
    return [*dated, Record("2409.00077", title="Asked for by hand", pdf=SAMPLE.read_bytes())]


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """A folder with `runs` and the site `out`, made through the commands; nothing may change it."""
    home = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch, ArxivServer(_records()) as arxiv, LlmServer(_script) as model:
        arxiv.newest = DAY
        patch.chdir(home)
        for name, value in {
            "HOME": str(home), "SUMMARIZER_ARXIV_URL": arxiv.url, "SUMMARIZER_ARXIV_DELAY_SECONDS": "0.01",
            "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-x", "SUMMARIZER_NOW": f"{DAY}T01:30:00+00:00",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        for day in (EVE, DAY):
            assert run(["issue", day, "--categories", "cs.CL", "--top", "2"]) == 0
        assert run([HAND]) == 0
        assert run(["site", "out"]) == 0
    return home


@pytest.fixture
def runs(made, tmp_path, monkeypatch) -> Path:
    """The runs in a working folder of the test's own."""
    shutil.copytree(made / "runs", tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    return Path("runs")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Ends with its module: while it runs, so does its event loop, and no other can."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs chromium (apt-get install chromium fonts-noto-cjk)")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield launched
        launched.close()


class Visit:
    """A page, and all that it asked for and complained of."""

    def __init__(self, page, root: str) -> None:
        self.page, self.root = page, root
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", self._failed)
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    def _failed(self, request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the test went on to another page
            self.complaints.append(f"failed: {request.url}: {request.failure}")

    def open(self, path: str) -> "Visit":
        self.page.goto(f"{self.root}/{path}")
        return self

    def foreign(self) -> list[str]:
        return [url for url in self.requests if not url.startswith((self.root, "data:", "blob:"))]


@pytest.fixture
def visit(browser):
    """visit(folder, **options) opens a site from the disk in a browser of its own: no cookies, no storage."""
    contexts = []

    def start(folder: Path, root: str = "", **options: object) -> Visit:
        contexts.append(browser.new_context(locale="zh-CN", **options))
        return Visit(contexts[-1].new_page(), root or f"file://{folder.absolute()}")

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def serve_folder():
    """serve_folder(path) is the address of a plain file server, as GitHub Pages is one."""
    servers = []

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
