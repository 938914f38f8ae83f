"""`summarize diff`: digests made by real runs against loopback servers, and changed by hand where a case needs it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import pytest
from common import settings
from scripted_model import model, passages, rating

from summarizer.cli import run
from summarizer.errors import UsageError
from summarizer.files import to_json
from summarizer.reports.diff import find_run
from summarizer.reports.diff_text import marked
from summarizer.store.runs import load_digest
from summarizer.types import Claim, Digest

PAPER = "2401.00001v1"


def reworded(body: dict) -> dict:
    first, second, *_ = passages(body)
    return {
        "abstract": f"本文研究怎样核对解读里的每个数字[{first}]。这里换了一种说法[{second}]。",
        "rating": rating(f"只用了论文自己的句子[{first}]。", novelty=1, evidence=1, usefulness=1),
        "figures": [],
    }  # fmt: skip


@pytest.fixture
def redone(serve, capsys):
    """A run whose paper was digested by one model and then by another, which writes other things."""
    serve(model())
    assert run([PAPER, "--model", "one"]) == 0
    serve(model(reworded))
    assert run([PAPER, "--model", "two"]) == 0
    capsys.readouterr()
    return Path("runs") / PAPER


@pytest.fixture
def digest(serve, capsys) -> Digest:
    serve(model())
    assert run([PAPER]) == 0
    capsys.readouterr()
    made = load_digest(Path(f"runs/{PAPER}/papers/{PAPER}"))
    assert made is not None
    return made


def write(name: str, *digests: Digest) -> None:
    for digest in digests:
        folder = Path("runs") / name / "papers" / digest.paper.id
        folder.mkdir(parents=True)
        (folder / "digest.json").write_text(to_json(digest))


def saying(digest: Digest, **texts: Sequence[str]) -> Digest:
    """A digest with other sentences in some of its sections."""
    new = [Claim(name, text, (1,), (1,), "supported") for name, some in texts.items() for text in some]
    return replace(digest, claims=(*(claim for claim in digest.claims if claim.section not in texts), *new))


def compared(capsys, *arguments: str) -> dict:
    assert run(["diff", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_was_redone_is_shown_beside_what_was_there(redone, capsys):
    assert run(["diff", PAPER]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{PAPER}  Study 2401.00001",
        "  摘要",
        "    本文研究怎样核对解读里的{+每个+}数字。",
        "    [-结论是要引用到句子。-]",
        "    {+这里换了一种说法。+}",
        "  captions",
        "    [-从论文到句子的流程。-]",
        "  rating: 4★ -> 2★ (novelty 3 -> 1, evidence 3 -> 1, usefulness 3 -> 1)",
        "  figures: [-Figure 1-]",
        "  claims 15 -> 14",
        "",
        "papers in both: 1, changed: 1",
        "  sections: 摘要 1, captions 1",
        "  numbers: 0 lost, 0 gained, 0 changed; 0 citations moved",
        "  rating: mean 4.00 -> 2.00; 0 up, 1 down",
        "  claims 15 -> 14",
    ]


def test_one_version_back_is_kept_and_the_same_digest_again_is_none(redone, serve, capsys):
    before = redone / "papers" / PAPER / "digest.before.json"
    assert json.loads(before.read_text())["model"] == "one"
    (before.parent / "digest.md").unlink()  # as after a changed renderer: written again, with the same key
    assert run([PAPER, "--model", "two"]) == 0
    assert json.loads(before.read_text())["model"] == "one"
    assert run([PAPER, "--model", "three"]) == 0
    assert json.loads(before.read_text())["model"] == "two"


def test_a_paper_that_was_never_redone_has_not_changed(digest, capsys):
    found = compared(capsys, PAPER)
    assert [paper["changed"] for paper in found["papers"]] == [False]
    assert run(["diff", PAPER]) == 0
    assert capsys.readouterr().out.startswith("papers in both: 1, changed: 0\n")


def test_cost_and_tokens_are_told_where_they_differ(redone, own_home, capsys):
    settings(
        own_home, "".join(f"[prices.{name}]\ninput = {n}\noutput = 0\n" for n, name in enumerate(["one", "two"], 1))
    )
    found = compared(capsys, PAPER)
    assert (found["summary"]["before"]["cost"], found["summary"]["after"]["cost"]) == (0.0001, 0.0002)
    assert run(["diff", PAPER]) == 0
    assert capsys.readouterr().out.count("cost $0.0001 -> $0.0002") == 2


def test_a_citation_that_moved_is_counted(digest, capsys):
    moved = replace(digest.claims[0], pages=(7,))
    write("old", digest)
    write("new", replace(digest, key="other", claims=(moved, *digest.claims[1:])))
    (paper,) = compared(capsys, "old", "new")["papers"]
    assert (paper["sections"], paper["citations_moved"], paper["changed"]) == ([], 1, True)


def test_numbers_lost_gained_and_changed_but_not_those_that_moved(digest, capsys):
    write("old", saying(
        digest, background=["模型有 0.5B 参数。"], results=["速度提高了 3.2 倍。", "显存占 48 GB。"], conclusions=["有三个基准。"],
    ))  # fmt: skip
    write("new", replace(saying(
        digest, background=["这里没有。"], results=["速度提高了 3.4 倍。", "模型有 5 亿参数。"], conclusions=["准确率是 12%。"],
    ), key="other"))  # fmt: skip
    (paper,) = compared(capsys, "old", "new")["papers"]
    assert paper["numbers"] == {"lost": ["48 GB"], "gained": ["12%"], "changed": [["3.2 倍", "3.4 倍"]]}
    assert run(["diff", "old", "new"]) == 0
    assert "  numbers: [-48 GB-] {+12%+} [-3.2 倍-]{+3.4 倍+}\n" in capsys.readouterr().out


def test_papers_in_one_run_only_and_another_version_of_the_same_paper(digest, capsys):
    def named(paper_id: str) -> Digest:
        return replace(digest, paper=replace(digest.paper, id=paper_id))

    write("old", named("2401.00001v1"), named("2401.00002v1"), named("2401.00003v1"))
    write("new", named("2401.00001v2"), named("2401.00002v1"), named("2401.00004v1"))
    found = compared(capsys, "old", "new")
    assert [(p["before"]["id"], p["after"]["id"]) for p in found["papers"]] == [
        ("2401.00001v1", "2401.00001v2"),
        ("2401.00002v1", "2401.00002v1"),
    ]
    assert (found["only_before"], found["only_after"]) == (["2401.00003v1"], ["2401.00004v1"])
    assert run(["diff", "runs/old", str(Path("runs/new").absolute())]) == 0
    assert "only before: 2401.00003v1\nonly after: 2401.00004v1\npapers in both: 2" in capsys.readouterr().out


def test_a_period_is_a_line_a_paper(redone, capsys):
    redone.rename("runs/2024-10-17")
    assert run(["diff", "2024-10-01..2024-10-31"]) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith(f"2024-10-17  {PAPER}: 2 sections; rating: 4★ -> 2★")
    assert second == "papers in both: 1, changed: 1"


def test_a_damaged_digest_counts_as_absent(digest, capsys):
    write("old", digest)
    write("new", digest)
    Path(f"runs/old/papers/{PAPER}/digest.json").write_text('{"key": ')
    found = compared(capsys, "old", "new")
    assert (found["papers"], found["only_after"]) == ([], [PAPER])


@pytest.mark.parametrize(
    "arguments",
    [["nowhere"], [PAPER, "nowhere"], ["2023-01-01..2023-01-31"], ["2023-01-31..2023-01-01"], ["a", "b", "c"]],
)
def test_what_cannot_be_compared_is_a_usage_error(digest, capsys, arguments):
    assert run(["diff", *arguments]) == 2
    message = capsys.readouterr().err
    assert arguments[-1] in message
    assert PAPER in message or len(arguments) == 3 or "ends before" in message


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("准确率为 12.5%。", "准确率为 12.7%。", "准确率为 [-12.5%-]{+12.7%+}。"),
        ("GPT-4 胜过其他模型。", "GPT-5 胜过其他模型。", "[-GPT-4-]{+GPT-5+} 胜过其他模型。"),
        ("写的旧办法", "读的新办法", "[-写的旧-]{+读的新+}办法"),
        ("训练更快。", "训练更快，也更省。", "训练更快{+，也更省+}。"),
    ],
)  # fmt: skip
def test_words_and_numbers_stay_whole(old, new, shown):
    assert click.unstyle(marked(old, new)) == shown


def test_a_run_is_named_by_its_paper_or_its_date(place):
    for folder in ("2401.00001v2", "2024-10-17"):
        (Path("runs") / folder / "papers" / "2401.00001v2").mkdir(parents=True)
    runs = Path("runs")
    for name in ("2401.00001", "https://arxiv.org/abs/2401.00001", "2401.00001v2"):
        assert find_run(name, runs) == runs / "2401.00001v2"
    assert run(["diff", "2024/10/17"]) == 0
    with pytest.raises(UsageError, match="no such run"):
        find_run("2401.00009", runs)
