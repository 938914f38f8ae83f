"""A reader's own library as the profile to choose by: what is read of a file, and what it does to a choice."""

import json
import re

import pytest
from arxiv_server import ArxivServer, Record
from common import SAMPLE, settings
from scripted_model import model, stage_of

from summarizer.cli import run
from summarizer.errors import UsageError
from summarizer.llm.interests import LibraryPaper, read_interests

DAY = "2024-10-17"
TITLE, ABSTRACT = "Speculative decoding of language models", "We draft tokens and verify them."
BIBTEX = f"""@article{{a, title = {{{{Speculative}} decoding of language models}}, abstract = {{{ABSTRACT}}}, }}
@article{{broken, title = {{never closed
@misc{{b, title = {{A \\textbf{{second}} one with $x$}}}}
"""
FORMS = {
    "library.bib": BIBTEX,
    "csl.json": json.dumps(
        [{"title": TITLE, "abstract": ABSTRACT}, {"title": "A second one with x"}, {"note": "no title"}]
    ),
    "better.json": json.dumps(
        {"items": [{"title": TITLE, "abstractNote": ABSTRACT}, {"title": "A second one with x"}]}
    ),
    "zotero.csv": f'\ufeff"Key","Title","Abstract Note"\n"K","{TITLE}","{ABSTRACT}"\n"L","A second one with x",""\n',
    "library.ris": f"TY  - JOUR\nTI  - {TITLE}\nAB  - {ABSTRACT}\nER  - \n\nTY  - JOUR\nT1  - A second one with x\nER  - \n",
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_titles_and_abstracts(tmp_path, name):
    (tmp_path / name).write_text(FORMS[name], encoding="utf-8")
    found = read_interests(f"推理与对齐\n{tmp_path / name}")
    assert found.words == "推理与对齐"
    assert found.library == (LibraryPaper(TITLE, ABSTRACT), LibraryPaper("A second one with x"))


def test_what_the_site_exports_counts_where_it_is_starred(tmp_path):
    told = {"papers": {"2410.1": {"title": TITLE, "starred": True}, "2410.2": {"title": "Only read", "read": True}}}
    (tmp_path / "papers.json").write_text(json.dumps(told))
    assert read_interests(str(tmp_path / "papers.json")).library == (LibraryPaper(TITLE),)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.bib", None, "gone.bib: no such file"),
        ("empty.bib", b"% nothing", "empty.bib: no titles in it"),
        ("other.json", b'{"a": 1}', "other.json: no titles in it"),
        ("broken.json", b"{", "broken.json: no titles in it"),
        ("latin.bib", b"@misc{a, title={\xe9}}", "latin.bib: cannot be read"),
    ],
)
def test_a_library_that_cannot_be_used_is_named(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=re.escape(said)):
        read_interests(str(tmp_path / name))


@pytest.fixture
def arxiv():
    topics = ["pruning of networks", "speculative decoding of tokens", "crop disease", "graphs", "speech recognition"]
    records = [
        Record(f"2410.{n:05d}", title=f"On {topic}", abstract=f"We study {topic}.", pdf=SAMPLE.read_bytes(),
               categories="cs.CL", announced=DAY)
        for n, topic in enumerate(topics, 1)
    ]  # fmt: skip
    with ArxivServer(records) as server:
        server.newest = DAY
        yield server


def chosen(place) -> list[tuple[str, str]]:
    account = json.loads((place / f"runs/{DAY}/manifest.json").read_text())
    return [(entry["title"], entry["why"]) for entry in account["papers"] if entry["outcome"] == "digested"]


def test_papers_like_those_of_the_library_are_chosen(place, own_home, monkeypatch):
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    settings(own_home, 'categories = ["cs.CL"]\ntop = 1\n')
    (place / "library.bib").write_text(BIBTEX)
    assert run(["issue", DAY, "--offline", "--interests", "library.bib"]) == 0
    assert chosen(place) == [("On speculative decoding of tokens", f"near to {TITLE} of the library")]


def test_the_model_sees_the_nearest_of_the_library_and_a_changed_one_is_chosen_by_anew(
    place, own_home, serve, monkeypatch
):
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    settings(own_home, f'categories = ["cs.CL"]\ntop = 1\ninterests = "推理\\n{place}/library.bib"\n')
    (place / "library.bib").write_text(BIBTEX)
    server = serve(model())
    assert run(["issue", DAY]) == 0
    (asked,) = [r.body["messages"][1]["content"] for r in server.requests if stage_of(r.body) == "choose"]
    assert f"读者兴趣：推理\n读者收藏中与今天最近的：{TITLE}\n" in asked
    (place / "library.bib").write_text("@misc{c, title = {Graphs}}")
    assert run(["issue", DAY]) == 0
    assert sum(stage_of(request.body) == "choose" for request in server.requests) == 2


@pytest.mark.parametrize("name", ["zero.csv", "zero.bib", "zero.json"])
def test_a_library_without_end_is_not_read(place, name):
    (place / name).symlink_to("/dev/zero")
    with pytest.raises(UsageError, match="cannot be read"):
        read_interests(str(place / name))


def test_a_library_that_is_nested_too_deeply_has_no_titles(place):
    (place / "deep.json").write_text("[" * 100_000)
    with pytest.raises(UsageError, match="no titles"):
        read_interests(str(place / "deep.json"))
