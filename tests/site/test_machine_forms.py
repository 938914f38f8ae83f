"""Feeds, JSON, BibTeX and the tags of reference managers."""

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from common import settings
from lxml import etree, html

from summarizer.cli import run
from summarizer.site.citation import bibtex, meta_tags
from summarizer.types import Paper

DAY, EVE = "2024-10-17", "2024-10-16"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAPER = Paper(
    "2410.11988v2", "100% of {A} & B_c: $x$ \\emph", ("Zoë Müller", "Bo Chen"), "", "https://arxiv.org/abs/2410.11988v2",
    "https://arxiv.org/pdf/2410.11988v2", ("cs.CL", "cs.AI"), "2024-10-15T18:47:12Z",
)  # fmt: skip


@pytest.fixture
def out(runs, own_home) -> Path:
    settings(own_home, 'site_url = "https://reader.example/digests"\nsite_title = "晨读"\n')
    assert run(["site", "out"]) == 0
    return Path("out")


def test_feeds_are_valid_atom_with_the_full_text(out):
    """The rules of RFC 4287, as the W3C's validator checks them."""
    feeds = [out / "feed.xml", *(out / "feeds").glob("*.xml")]
    assert {path.name for path in feeds} == {
        "feed.xml",
        "cs.CL.xml",
        "cs.LG.xml",
        "cs.AI.xml",
        "stars-4.xml",
        "stars-5.xml",
    }
    ids = []
    for path in feeds:
        feed = etree.fromstring(path.read_bytes())
        for node in [feed, *feed.findall("a:entry", ATOM)]:
            (name,), (title,), (updated,) = (node.findall(f"a:{tag}", ATOM) for tag in ("id", "title", "updated"))
            assert re.match(r"https?://\S+$|urn:uuid:[0-9a-f-]{36}$", name.text) and title.text
            assert datetime.fromisoformat(updated.text).tzinfo is not None
        assert feed.find("a:author/a:name", ATOM).text
        own = feed.find("a:link[@rel='self']", ATOM).get("href")
        assert own == f"https://reader.example/digests/{path.relative_to(out)}"
        entries = feed.findall("a:entry", ATOM)
        assert len({entry.find("a:id", ATOM).text for entry in entries}) == len(entries)
        for entry in entries:
            link = entry.find("a:link[@rel='alternate']", ATOM).get("href")
            assert (out / link.removeprefix("https://reader.example/digests/")).is_file()
            content = entry.find("a:content", ATOM)
            assert content.get("type") == "html" and content.text.count("<h3>") == 10 and "<script" not in content.text
            ids.append((path.name, entry.find("a:id", ATOM).text))
    assert len([name for name, _ in ids if name == "feed.xml"]) == 5


def test_ids_of_entries_never_change(out, own_home):
    before = re.findall(r"urn:uuid:[0-9a-f-]+", (out / "feed.xml").read_text())
    settings(own_home, 'site_url = "https://elsewhere.example/"\n')
    run(["site", "out"])
    assert re.findall(r"urn:uuid:[0-9a-f-]+", (out / "feed.xml").read_text()) == before


def test_a_feed_without_an_address_of_the_site_leads_to_arxiv(runs):
    run(["site", "out"])
    feed = etree.parse("out/feed.xml")
    links = [link.get("href") for link in feed.findall("a:entry/a:link", ATOM)]
    assert links and all(link.startswith("http") for link in links) and not Path("out/sitemap.xml").exists()


def test_issues_and_papers_have_their_machine_forms(out):
    issue = json.loads((out / f"issues/{DAY}/issue.json").read_text())
    assert issue["ledger"]["announced"] == len(issue["announced"]) == 3
    assert [paper["folder"] for paper in issue["papers"]] == ["2410.00001v1", "2410.00003v1"]
    entries = (out / f"issues/{DAY}/issue.bib").read_text()
    assert entries.count("@misc{") == 2 and "eprint = {2410.00001}" in entries
    assert (out / "papers/2410.00001v1/paper.bib").read_text() in entries
    places = {node.text for node in etree.parse(out / "sitemap.xml").iter("{*}loc")}
    assert f"https://reader.example/digests/issues/{DAY}/index.html" in places
    assert all((out / place.removeprefix("https://reader.example/digests/")).is_file() for place in places)


def test_pages_have_the_tags_that_reference_managers_and_messengers_read(out):
    """Zotero's translator "Embedded Metadata" takes a page for an item if it has a `citation_title`."""
    page = html.parse(out / "papers/2410.00001v1/index.html")
    tags: dict[str, list[str]] = {}
    for meta in page.xpath("//meta[@content]"):
        tags.setdefault(meta.get("name") or meta.get("property"), []).append(meta.get("content"))
    assert tags["citation_title"] == ["A long study of evidence"]
    assert tags["citation_author"] == ["Zoë Müller", "Ann Lee", "Bo Chen"]
    assert tags["citation_date"] == ["2024/10/15"] and tags["citation_arxiv_id"] == ["2410.00001"]
    assert tags["citation_doi"] == ["10.48550/arXiv.2410.00001"]
    assert tags["citation_pdf_url"][0].endswith("/pdf/2410.00001v1")
    assert tags["og:url"] == ["https://reader.example/digests/papers/2410.00001v1/index.html"]
    assert tags["og:title"] and tags["og:description"] and tags["og:image"][0].startswith("https://reader.example/")
    assert page.xpath("//title")[0].text.endswith("晨读")


def test_bibtex_of_a_title_that_is_not_tex():
    entry = bibtex([PAPER])
    assert r"title = {{100\% of A \& B\_c: \$x\$ \textbackslash{}emph}}," in entry
    assert "author = {Zoë Müller and Bo Chen}," in entry and "eprint = {2410.11988}," in entry
    assert entry.startswith("@misc{arxiv-2410.11988,") and entry.count("{") == entry.count("}")
    assert bibtex([replace(PAPER, id="2410.11988v1"), PAPER]) == entry  # one paper, whatever its versions


def test_a_local_pdf_claims_no_address_it_has_not():
    local = Paper("pdf-0123456789ab", "A draft", (), "", "", "paper.pdf", source="pdf")
    assert dict(meta_tags(local)) == {"citation_title": "A draft", "citation_language": "en"}
    assert "url" not in bibtex([local]) and "doi" not in bibtex([local])
