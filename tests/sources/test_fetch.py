import contextlib
import itertools
import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from arxiv_server import ArxivServer

from summarizer.config import Config
from summarizer.errors import RefusedError, StorageError, TryLaterError
from summarizer.sources.http.answers import BadAnswer
from summarizer.sources.http.fetch import TRIES, Fetcher
from summarizer.sources.http.polite import PoliteQueue, arxiv_hosts
from summarizer.sources.http.public import PrivateAddressError, is_public

Configure = Callable[..., Config]


def gaps(server: ArxivServer) -> list[float]:
    times = [seen.time for seen in server.requests]
    return [b - a for a, b in itertools.pairwise(times)]


def test_arxivs_own_hosts_and_one_root_instead() -> None:
    hosts = arxiv_hosts(Config())
    assert (hosts.oai, hosts.api) == ("https://oaipmh.arxiv.org/oai", "https://export.arxiv.org/api/query")
    assert hosts.site == "https://arxiv.org" and hosts.name == "arxiv.org"
    assert hosts.pdf == "https://arxiv.org" and arxiv_hosts(Config(), bulk=True).pdf == "https://export.arxiv.org"
    pages = ["https://arxiv.org/pdf/1", "https://www.arxiv.org/abs/1", "https://arxiv.org./list/cs.CL/new"]
    assert all(map(hosts.has_page, pages)) and not any(map(hosts.has_page, [hosts.oai, hosts.api, hosts.rss]))
    assert not hosts.has_page("https://export.arxiv.org/pdf/1")
    assert hosts.serve("https://rss.arxiv.org/rss/cs.CL") and not hosts.serve("https://notarxiv.org/abs/1")
    local = arxiv_hosts(Config(arxiv_url="http://127.0.0.1:8000/"))
    assert (local.oai, local.name) == ("http://127.0.0.1:8000/oai", "127.0.0.1:8000")
    assert [local.has_page(f"{local.root}{path}") for path in ("/pdf/1", "/list/cs.CL/new", "/oai?verb=x")] == [1, 1, 0]
    assert local.serve("http://127.0.0.1:8000/pdf/1") and not local.serve("http://127.0.0.1:8001/pdf/1")


def test_threads_take_turns(server: ArxivServer, configure: Configure) -> None:
    with Fetcher(configure(arxiv_delay_seconds=0.1)) as fetcher, ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(lambda n: fetcher.get(f"{server.url}/abs/2401.0000{n % 3 + 1}"), range(6)))
    assert [page.status for page in pages] == [200] * 6
    assert max(seen.in_flight for seen in server.requests) == 1
    assert min(gaps(server)) >= 0.1
    agents = {seen.headers["user-agent"] for seen in server.requests}
    assert len(agents) == 1 and "summarizer/" in agents.pop()


def test_pages_are_further_apart_than_questions_to_the_api(server: ArxivServer, configure: Configure) -> None:
    delays = {"arxiv_delay_seconds": None, "arxiv_page_delay_seconds": 0.6, "arxiv_api_delay_seconds": 0.1}
    paths = ["/abs/2401.00001", "/oai?verb=Identify", "/oai?verb=Identify", "/pdf/2401.00001v1", "/oai?verb=Identify"]
    for path in paths:  # each as a run of its own: the queue is that of all processes
        with Fetcher(configure(**delays)) as fetcher:
            fetcher.get(f"{server.url}{path}")
    first, second, third, fourth, fifth = (seen.time for seen in server.requests)
    assert second - first >= 0.1 and third - second >= 0.1 and fifth - fourth >= 0.1
    assert third - first < 0.6 <= fourth - first


def _ask_twice(url: str) -> None:
    with Fetcher(Config(arxiv_url=url, arxiv_delay_seconds=0.1)) as fetcher:
        for _ in range(2):
            fetcher.get(f"{url}/abs/2401.00001")


def test_processes_take_turns(server: ArxivServer) -> None:
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=_ask_twice, args=(server.url,)) for _ in range(2)]
    for other in others:
        other.start()
    _ask_twice(server.url)
    for other in others:
        other.join()
        assert other.exitcode == 0
    assert len(server.requests) == 6
    assert max(seen.in_flight for seen in server.requests) == 1
    assert min(gaps(server)) >= 0.1


def test_a_turn_lasts_until_the_body_is_read(server: ArxivServer, configure: Configure) -> None:
    server.fault("/pdf/", bytes_per_second=600_000)  # half a second
    with Fetcher(configure()) as fetcher, ThreadPoolExecutor(2) as pool:
        slow = pool.submit(fetcher.get, f"{server.url}/pdf/2401.00001v1")
        while not server.requests:
            time.sleep(0.01)
        fetcher.get(f"{server.url}/abs/2401.00001")
        assert len(slow.result().body) > 300_000
    assert max(seen.in_flight for seen in server.requests) == 1


@pytest.mark.parametrize("content", ["99999999999.0\n", "-5\n", "torn", "", "nan\n", "inf\n"])
def test_a_queue_file_from_before_a_reboot_does_not_hold_us_up(cache: Path, content: str) -> None:
    queue = PoliteQueue("x", 30, threading.Event())
    (cache / "summarizer").mkdir(parents=True)
    (cache / "summarizer" / "queue-x.lock").write_text(content)
    began = time.monotonic()
    with queue.turn():
        assert time.monotonic() - began < 1
    assert abs(float((cache / "summarizer" / "queue-x.lock").read_text()) - time.monotonic()) < 5


def test_stop_ends_the_waiting(configure: Configure, server: ArxivServer) -> None:
    with Fetcher(configure(arxiv_delay_seconds=60)) as fetcher, ThreadPoolExecutor(3) as pool:
        fetcher.get(f"{server.url}/abs/2401.00001")
        waiting = [pool.submit(fetcher.get, f"{server.url}/abs/2401.00002") for _ in range(3)]
        time.sleep(0.1)
        fetcher.stop()
        for future in waiting:
            with pytest.raises(TryLaterError, match="stopped"):
                future.result(timeout=2)
    assert len(server.requests) == 1


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with (
        Fetcher(Config(arxiv_url="http://127.0.0.1:9")) as fetcher,
        pytest.raises(StorageError, match="XDG_CACHE_HOME"),
    ):
        fetcher.get("http://127.0.0.1:9/abs/1")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_busy_services_are_asked_again(server: ArxivServer, fetcher: Fetcher, status: int) -> None:
    server.fault("/abs/", status=status, times=2)
    assert fetcher.get(f"{server.url}/abs/2401.00001").status == 200
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", [{"reset": 0}, {"reset": 50}, {"truncate": 50}])
def test_broken_connections_are_asked_again(server: ArxivServer, fetcher: Fetcher, fault: dict[str, int]) -> None:
    server.fault("/abs/", times=2, **fault)
    assert b"small server" in fetcher.get(f"{server.url}/abs/2401.00001").body
    assert len(server.requests) == 3


def test_silence_is_asked_again(server: ArxivServer, configure: Configure) -> None:
    server.fault("/abs/", times=1, hang=1.0)
    with Fetcher(configure(fetch_timeout_seconds=0.3)) as fetcher:
        assert fetcher.get(f"{server.url}/abs/2401.00001").status == 200
    assert len(server.requests) == 2


def test_the_end_of_retries_says_who_and_what(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("/abs/", status=429)
    with pytest.raises(TryLaterError) as caught:
        fetcher.get(f"{server.url}/abs/2401.00001")
    assert len(server.requests) == TRIES
    for word in ("127.0.0.1", "429", "try again later"):
        assert word in str(caught.value)


def test_an_unreachable_host_is_said_to_be_one() -> None:
    config = Config(arxiv_url="http://127.0.0.1:9", arxiv_delay_seconds=0)
    with Fetcher(config) as fetcher, pytest.raises(TryLaterError, match=r"127\.0\.0\.1:9: cannot be reached"):
        fetcher.get("http://127.0.0.1:9/oai")


@pytest.mark.parametrize("status", [400, 404, 410])
def test_what_will_not_change_is_asked_once(server: ArxivServer, fetcher: Fetcher, status: int) -> None:
    server.fault("/abs/", status=status, body=b"why")
    page = fetcher.get(f"{server.url}/abs/2401.00001")
    assert (page.status, page.body, len(server.requests)) == (status, b"why", 1)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_ends_it(server: ArxivServer, fetcher: Fetcher, status: int) -> None:
    server.fault("/abs/", status=status)
    with pytest.raises(RefusedError, match=f"HTTP {status}"):
        fetcher.get(f"{server.url}/abs/2401.00001")
    assert len(server.requests) == 1


def _in_seconds() -> str:
    return "1"


def _as_date() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


@pytest.mark.parametrize("value", [_in_seconds, _as_date])
def test_retry_after_is_honoured(server: ArxivServer, fetcher: Fetcher, value: Callable[[], str]) -> None:
    server.fault("/abs/", status=503, times=1, headers={"Retry-After": value()})
    assert fetcher.get(f"{server.url}/abs/2401.00001").status == 200
    assert gaps(server)[0] >= 0.95


def test_retry_after_holds_for_other_threads_too(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("00001", status=429, times=1, headers={"Retry-After": "1"})
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(fetcher.get, f"{server.url}/abs/2401.00001")
        time.sleep(0.2)
        fetcher.get(f"{server.url}/abs/2401.00002")
        first.result()
    assert gaps(server)[0] >= 0.95


def test_retry_after_beyond_the_deadline_ends_it_at_once(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("/abs/", status=503, headers={"Retry-After": "86400"})
    with pytest.raises(TryLaterError, match="come back in 86"):
        fetcher.get(f"{server.url}/abs/2401.00001")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 9999 00:00:00 -9999", "9" * 400, "-5", "nan", "inf",
        "Mon, 99 Jan 2024 00:00:00 GMT", "\u0661", "soon", "Mon, 01 Jan 0001 00:00:00 +2359", "1e3",
    ],
)  # fmt: skip
def test_a_retry_after_that_is_no_usable_time_is_none(server: ArxivServer, fetcher: Fetcher, value: str) -> None:
    server.fault("/abs/", status=429, times=1, headers={"Retry-After": value})
    assert fetcher.get(f"{server.url}/abs/2401.00001").status == 200
    assert gaps(server)[0] < 1


@pytest.mark.parametrize("status", [408, 425, 507, 511, 522, 599])
def test_what_a_proxy_says_of_itself_is_not_about_the_paper(server: ArxivServer, fetcher: Fetcher, status: int) -> None:
    server.fault("/abs/", status=status, times=1)
    assert fetcher.get(f"{server.url}/abs/2401.00001").status == 200


@pytest.mark.parametrize("trouble", [int, float, {}.__getitem__, "".index, lambda text: 10.0 ** len(text)])
def test_an_answer_that_cannot_be_read_is_a_bad_one(
    server: ArxivServer, fetcher: Fetcher, trouble: Callable[[str], object]
) -> None:
    server.pages["/numbers"] = (200, {}, b"9" * 5000 + b"x" * 5000)
    with pytest.raises(BadAnswer, match="cannot be read"):
        fetcher.ask(f"{server.url}/numbers", lambda answer: trouble(answer.page().body.decode()))


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n", b"", b"HTTP/1.1 1"])
@pytest.mark.parametrize("proxied", [False, True])
def test_a_server_that_drips_is_left_at_the_deadline(
    start: bytes, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dripping(start) as address:
        if proxied:
            monkeypatch.setenv("http_proxy", address)
        config = Config(arxiv_url="" if proxied else address, arxiv_delay_seconds=0, fetch_deadline_seconds=0.5)
        began = time.monotonic()
        with Fetcher(config) as fetcher, pytest.raises(TryLaterError, match="in time"):
            fetcher.get("http://export.arxiv.org/abs/1" if proxied else f"{address}/abs/1")
        assert time.monotonic() - began < 2


@contextmanager
def dripping(start: bytes) -> Iterator[str]:
    """A server that begins its answer and goes on, for ever, with a byte every 50 ms."""

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

    def drip(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.sendall(start)
            while True:
                connection.sendall(b"a")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_stop_ends_an_answer_that_drips(start: bytes) -> None:
    with dripping(start) as address:
        assert_stop_ends(address)


@pytest.mark.parametrize("scheme", ["http", "https"])  # with the latter it is a handshake that is waited for
def test_stop_ends_the_wait_for_an_answer(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert_stop_ends(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")


def test_stop_ends_the_wait_for_a_connection() -> None:
    """A host whose queue is full answers nothing to who wants to connect."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as stack:
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        assert_stop_ends(f"http://127.0.0.1:{listener.getsockname()[1]}")


def assert_stop_ends(address: str) -> None:
    config = Config(arxiv_url=address, arxiv_delay_seconds=0)
    with Fetcher(config) as fetcher, ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(fetcher.get, f"{address}/abs/1")
        time.sleep(0.3)
        assert not under_way.done()
        fetcher.stop()
        with pytest.raises(TryLaterError, match="stopped"):
            under_way.result(timeout=2)


def test_the_deadline_cuts_a_slow_answer(server: ArxivServer, configure: Configure) -> None:
    server.fault("/abs/", bytes_per_second=100)
    began = time.monotonic()
    with (
        Fetcher(configure(fetch_deadline_seconds=0.5)) as fetcher,
        pytest.raises(TryLaterError, match="no whole answer"),
    ):
        fetcher.get(f"{server.url}/abs/2401.00001")
    assert time.monotonic() - began < 2


def test_redirects_are_followed_in_turn_and_checked(server: ArxivServer, fetcher: Fetcher) -> None:
    server.pages["/old"] = (301, {"Location": "/abs/2401.00001"}, b"")
    page = fetcher.get(f"{server.url}/old")
    assert (page.status, page.url) == (200, f"{server.url}/abs/2401.00001")
    server.pages["/loop"] = (302, {"Location": "/loop"}, b"")
    with pytest.raises(BadAnswer, match="too many redirects"):
        fetcher.get(f"{server.url}/loop")
    server.pages["/file"] = (302, {"Location": "file:///etc/hostname"}, b"")
    with pytest.raises(BadAnswer, match="only http and https"):
        fetcher.get(f"{server.url}/file")
    server.pages["/inside"] = (302, {"Location": "http://127.0.0.1:1/x"}, b"")
    with pytest.raises(TryLaterError, match=r"sends us on to 127\.0\.0\.1, a private address.*sign-in page"):
        fetcher.get(f"{server.url}/inside")
    server.pages["/odd"] = (302, {"Location": "http://[::1"}, b"")
    with pytest.raises(BadAnswer, match="leads to"):
        fetcher.get(f"{server.url}/odd")
    assert min(gaps(server)) >= 0.002


def test_answers_without_end_are_cut(server: ArxivServer, fetcher: Fetcher) -> None:
    server.pages["/big"] = (200, {}, b"x" * 2000)
    with pytest.raises(BadAnswer, match="more than 1000 bytes"):
        fetcher.ask(f"{server.url}/big", lambda answer: answer.page(limit=1000))


@pytest.mark.parametrize("name", ["br", "zstd", "gzip, br", "BR"])
def test_what_is_packed_unasked_is_a_bad_answer(server: ArxivServer, fetcher: Fetcher, name: str) -> None:
    server.pages["/packed"] = (200, {"Content-Encoding": name}, b"\x1b\xf9\x00 whatever")
    with pytest.raises(BadAnswer, match=r"packed as (br|zstd), which was not asked for"):
        fetcher.get(f"{server.url}/packed")
    assert {seen.headers["accept-encoding"] for seen in server.requests} == {"gzip"}


def test_words_that_name_no_packing_change_nothing(server: ArxivServer, fetcher: Fetcher) -> None:
    server.pages["/slip"] = (200, {"Content-Encoding": "UTF-8, aws-chunked"}, b"whatever")
    assert fetcher.get(f"{server.url}/slip").body == b"whatever"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f::1", True), ("64:ff9b::5db8:d70e", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("240.0.0.1", False), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("2001:db8::1", False),
        ("64:ff9b:1::5db8:d70e", False), ("fec0::1", False), ("feff::1", False), ("::10.0.0.1", False),
        ("2606:2800::5efe:127.0.0.1", False), ("2606:2800::200:5efe:10.0.0.1", False),
        ("2606:2800::200:5efe:93.184.215.14", True), ("fe80::5efe:93.184.215.14", False), ("::93.184.215.14", True),
        ("::ffff:0:127.0.0.1", False), ("::ffff:93.184.215.14", True), ("2001:0:7f00:1::1", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0"])
def test_other_hosts_must_be_public(server: ArxivServer, host: str) -> None:
    port = server.server_address[1]
    with Fetcher(Config(arxiv_delay_seconds=0)) as fetcher, pytest.raises(PrivateAddressError, match="not a public"):
        fetcher.get(f"http://{host}:{port}/abs/2401.00001")
    assert not server.requests
