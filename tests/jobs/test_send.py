"""An issue sent to real local servers of mail and of webhooks, to each once, whatever happens on the way."""

import json
import socket
import threading
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from arxiv_server import ArxivServer, Record
from common import SAMPLE, settings
from scripted_model import model

from summarizer.cli import run
from summarizer.jobs import send as sending

DAY = "2024-10-17"
TOKEN = "tok-0123456789-very-secret"


class Mailbox:
    """A mail server and what it was given."""

    def __init__(self) -> None:
        self.mails: list = []
        self.refuse = False
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=port)
        self.controller.start()
        self.address = f"mailto://127.0.0.1:{port}/?from=digest@x.example&to=reader@y.example"

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return "451 try again"
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


class Hook(ThreadingHTTPServer):
    """A server of webhooks. `status` is what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[dict] = []
        self.status = 200
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server_address[1]}/{TOKEN}?overflow=upstream"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status == 200:
            self.server.bodies.append(body)
        answer = f"no access for {TOKEN}".encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def mailbox():
    box = Mailbox()
    yield box
    box.controller.stop()


@pytest.fixture
def hook():
    server = Hook()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def arxiv():
    records = [
        Record(
            f"2410.{n:05d}", title=f"Study [{n}](https://evil.example) of <b>evidence</b>", pdf=SAMPLE.read_bytes(),
            categories="cs.CL", announced=DAY, dates=["2024-10-15T18:47:12Z"],
        )
        for n in range(1, 5)
    ]  # fmt: skip
    with ArxivServer(records) as server:
        server.newest = DAY
        yield server


@pytest.fixture(autouse=True)
def night(place, own_home, serve, monkeypatch, mailbox, hook):
    serve(model())
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    monkeypatch.setenv("MAIL", mailbox.address)
    monkeypatch.setenv("HOOK", hook.address)
    settings(
        own_home,
        'categories = ["cs.CL"]\ntop = 2\nsend = ["MAIL", "HOOK"]\nsite_url = "https://reader.example/"\n'
        "poll_seconds = 0.1\npoll_deadline_seconds = 0.3\n",
    )


def states() -> list[tuple[str, str]]:
    lines = [line for line in Path("runs/sent.jsonl").read_text().splitlines() if line]
    return [(told["target"], told["state"]) for told in map(json.loads, lines)]


def test_a_night_sends_its_issue_to_everyone_once(mailbox, hook, capsys):
    assert run(["nightly"]) == 0
    assert capsys.readouterr() == ("", "")
    assert run(["nightly"]) == 0 and run(["send", "latest"]) == 0
    (mail,), (note,) = mailbox.mails, hook.bodies
    assert (
        mail["to"] == "reader@y.example" and mail["subject"] == note["title"] == f"论文解读 {DAY}：4 篇公布，2 篇解读"
    )
    page = mail.get_body(("html",)).get_content()
    assert page.count("<h3>") == 20 and "https://reader.example/papers/" in page and "<b>evidence" not in page
    assert (
        f"https://reader.example/issues/{DAY}/index.html" in note["message"]
        and note["message"].count("只看全文还不够") == 2
    )
    assert states() == [
        ("MAIL", "due"),
        ("HOOK", "due"),
        *((n, s) for n in ("HOOK", "MAIL") for s in ("sending", "sent")),
    ]


def test_titles_of_papers_are_no_links_of_their_own(hook, monkeypatch):
    run(["nightly"])
    assert "(https://evil.example)" not in hook.bodies[0]["message"]


def test_a_failure_does_not_fail_the_night_and_is_tried_again(mailbox, hook, capsys):
    hook.status = 403
    assert run(["nightly"]) == 0
    said = capsys.readouterr().err
    assert said.startswith(f"{DAY} to HOOK: ") and said.count("\n") == 1 and "MAIL" not in said
    assert TOKEN not in said and TOKEN not in Path("runs/sent.jsonl").read_text()
    assert run(["nightly"]) == 0 and "HOOK" in capsys.readouterr().err and hook.bodies == []
    hook.status = 200
    assert run(["nightly"]) == 0 and capsys.readouterr().err == ""
    assert len(hook.bodies) == 1 and len(mailbox.mails) == 1


def test_a_target_that_is_not_set_up_does_not_keep_the_others_from_theirs(mailbox, monkeypatch, capsys):
    monkeypatch.delenv("HOOK")
    assert run(["nightly"]) == 0
    assert "HOOK is not set" in capsys.readouterr().err and len(mailbox.mails) == 1


def test_a_mail_server_that_is_busy_or_gone(mailbox, capsys):
    mailbox.refuse = True
    run(["issue", DAY])
    assert run(["send", DAY, "--to", "MAIL"]) == 1
    mailbox.refuse = False
    assert run(["send", DAY, "--to", "MAIL"]) == 0 and len(mailbox.mails) == 1


@pytest.mark.parametrize("moment", ["due", "sending", "sent"])
def test_a_night_killed_at_any_moment_neither_repeats_nor_forgets(hook, monkeypatch, capsys, moment):
    """Killed right after the line of `moment` is written."""
    note = sending._note

    def killed(runs, day, target, state, problem=""):
        note(runs, day, target, state, problem)
        if (target, state) == ("HOOK", moment):
            raise KeyboardInterrupt

    monkeypatch.setattr(sending, "_note", killed)
    assert run(["nightly"]) == 75
    monkeypatch.setattr(sending, "_note", note)
    assert run(["nightly"]) == 0
    if moment == "sending":  # nobody knows whether it arrived: it is named each night until somebody decides
        assert hook.bodies == [] and f"summarize send {DAY} --to HOOK --again" in capsys.readouterr().err
        assert run(["send", DAY, "--to", "HOOK", "--again"]) == 0
    assert len(hook.bodies) == 1
    assert run(["nightly"]) == 0 and len(hook.bodies) == 1


def test_a_line_cut_short_in_the_journal(hook):
    run(["issue", DAY])
    Path("runs/sent.jsonl").write_text('{"time": "2024-10-17T02:00:00+00:00", "date": "2024-10-17", "tar')
    assert run(["send", DAY, "--to", "HOOK"]) == 0 and run(["send", DAY, "--to", "HOOK"]) == 0
    assert len(hook.bodies) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NOWHERE", None, "the environment variable NOWHERE is not set"),
        ("HOOK", "carrier-pigeon://roof", "HOOK holds no address of a service that is known"),
        ("json://127.0.0.1/secret-in-a-file", None, "not the addresses themselves"),
    ],
)
def test_targets_that_cannot_be(monkeypatch, capsys, name, value, said):
    run(["issue", DAY])
    if value:
        monkeypatch.setenv(name, value)
    assert run(["send", DAY, "--to", name]) == 2
    told = capsys.readouterr().err
    assert said in told and "pigeon" not in told and "secret-in-a-file" not in told


def test_what_cannot_be_sent(capsys):
    assert run(["send", "latest"]) == 2 and "no finished issue yet" in capsys.readouterr().err
    assert run(["send", "2024-10-16"]) == 2 and "2024-10-16: no finished issue" in capsys.readouterr().err
