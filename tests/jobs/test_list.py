"""`summarize issue --from`: the best of a list that somebody gives, every entry accounted for."""

import io
import json
from pathlib import Path

import pytest
from common import IDS, SAMPLE, settings
from scripted_model import model

from summarizer.cli import run


def manifest() -> dict:
    (path,) = Path("runs").glob("list-*/manifest.json")
    return json.loads(path.read_text())


def test_a_conference_s_papers_are_chosen_from_and_accounted_for(serve, arxiv, capsys, tmp_path):
    server = serve(model())
    (tmp_path / "third.pdf").write_bytes(SAMPLE.read_bytes() + b"\n% another\n%%EOF\n")
    Path("ICML 2026.csv").write_text(
        "title,abstract,url\n"
        "A rather long title of the first,We study pruning.,https://arxiv.org/abs/2401.00001\n"
        ",,https://huggingface.co/papers/2401.00002\n"
        f"The longest title of all of these in the list by far,We study graphs.,{tmp_path}/third.pdf\n"
        "Short,We study speech.,https://arxiv.org/abs/hep-th/9901001\n"
        "Without an address,We study nothing.,\n"
        "Unknown,,2401.09999\n"
        "Twice,We study pruning.,arXiv:2401.00001\n"
    )
    assert run(["issue", "--from", "ICML 2026.csv", "--top", "2"]) == 3
    out, err = capsys.readouterr()
    page = Path(out.strip())
    assert page.parent.name.startswith("list-icml-2026-") and page.read_text().startswith("# 论文精选：ICML 2026\n")
    assert page.read_text().count("只看全文还不够") >= 2
    assert "Without an address: failed: the list gives no id, address or file of it" in err
    account = manifest()
    assert account["source"] == "list ICML 2026" and account["date"] is None
    assert account["ledger"] == {
        "announced": 6,
        "digested": 2,
        "not_selected": 2,
        "withdrawn": 0,
        "no_pdf": 0,
        "failed": 2,
    }
    assert account["papers"][0]["why"] == "标题有 52 个字符。"
    assert not any("2401.00001" in request.path and "oai" in request.path for request in arxiv.requests[:1])
    calls = len(server.requests)
    assert run(["issue", "--from", "ICML 2026.csv", "--top", "2"]) == 3
    assert len(server.requests) == calls and capsys.readouterr().out.strip() == str(page)


def test_a_host_that_is_down_costs_its_paper_only(serve, own_home, capsys):
    settings(own_home, "fetch_deadline_seconds = 1\n")
    serve(model())
    Path("l.csv").write_text(
        "title,abstract,url\nThe longest title of all of these,x,http://paper.invalid/a.pdf\n"
        "Short,We study speech.,https://arxiv.org/abs/2401.00001\n"
    )
    assert run(["issue", "--from", "l.csv", "--top", "1"]) == 3
    assert "http://paper.invalid/a.pdf: failed: paper.invalid: cannot be reached" in capsys.readouterr().err
    ledger = manifest()["ledger"]
    assert (ledger["digested"], ledger["failed"]) == (1, 1)


def test_a_list_on_standard_input(serve, capsys, monkeypatch):
    serve(model())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(IDS).encode())))
    assert run(["issue", "--from", "-", "--top", "1"]) == 0
    page = Path(capsys.readouterr().out.strip())
    assert page.read_text().startswith("# 论文精选\n") and manifest()["ledger"]["not_selected"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["issue"], "say which issue"),
        (["issue", "2024-10-17", "--from", "x.csv"], "say which issue"),
        (["issue", "--from", "none.csv"], "none.csv: cannot be read"),
        (["issue", "--from", "empty.csv"], "empty.csv: names no papers"),
    ],
)
def test_what_is_no_list_is_named(place, capsys, arguments, said):
    Path("empty.csv").touch()
    assert run(arguments) == 2
    assert said in capsys.readouterr().err
