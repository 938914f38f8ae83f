"""Lists of papers in the forms in which people have them."""

from pathlib import Path

import pytest

from summarizer.errors import UsageError
from summarizer.sources.lists.given import Given, read_list, references_in


def test_lines_of_ids_and_addresses_with_comments() -> None:
    text = (
        "# accepted papers\n\n2410.11988  # the first\n２４１０．１２００１v2\n"
        "https://arxiv.org/abs/2106.09685#intro\n1706.03762, 2305.14314，hep-th/9901001\n"
    )
    assert [given.reference for given in read_list(text, "list.txt")] == [
        "2410.11988", "２４１０．１２００１v2", "https://arxiv.org/abs/2106.09685#intro",
        "1706.03762", "2305.14314", "hep-th/9901001",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "3. Attention Is All You Need (https://arxiv.org/abs/1706.03762v7), oral",
        "- [Attention](https://arxiv.org/abs/1706.03762v7): read by Ann",
        "1706.03762v7\tAttention Is All You Need",
        "Attention Is All You Need, arXiv:1706.03762v7",
    ],
)
def test_the_paper_within_a_line(line: str) -> None:
    assert len(references_in(line)) == 1 and "1706.03762v7" in references_in(line)[0]


def test_a_line_that_names_nothing_is_left_as_it_is() -> None:
    assert references_in(" Attention Is All You Need ") == ["Attention Is All You Need"]


def test_a_file_with_spaces_in_its_name_is_one(tmp_path: Path) -> None:
    path = tmp_path / "my paper, final.pdf"
    path.write_bytes(b"%PDF-")
    assert references_in(str(path)) == [str(path)]


def test_a_table_with_a_head() -> None:
    text = (
        "ID,Title,Abstract,URL\n"
        'aBcD,"A, B","First line\nsecond line",https://openreview.net/forum?id=aBcD\n'
        "xYz,No address,Nothing,\n"
    )
    assert read_list(text, "x.csv") == [
        Given("https://openreview.net/forum?id=aBcD", "A, B", "First line second line"),
        Given("No address", "No address", "Nothing"),
    ]
    assert read_list("标题\t编号\n好论文\t2410.11988\n", "x.tsv") == [Given("2410.11988", "好论文")]


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "T", "arxiv_id": "2410.11988", "authors": ["A"]}\n\n',
        '[{"title": "T", "url": "https://arxiv.org/abs/2410.11988"}]',
    ],
)
def test_json_lines_and_arrays(text: str) -> None:
    (given,) = read_list(text, "x.jsonl")
    assert given.title == "T" and given.reference.endswith("2410.11988")


def test_an_object_within_an_entry_may_name_the_paper() -> None:
    text = '[{"paper": {"id": "2410.11988", "title": "inner"}, "title": "T", "summary": "S"}]'
    assert read_list(text, "daily.json") == [Given("2410.11988", "T", "S")]


def test_json_strings_and_a_list_that_only_begins_like_json() -> None:
    assert read_list('["2410.11988"]', "x") == [Given("2410.11988")]
    assert read_list("[1] Attention, arXiv:1706.03762\n", "x") == [Given("arXiv:1706.03762")]


def test_bibtex() -> None:
    text = r"""
@comment{not an entry, title = {X}}
@string{acl = {ACL}}
@inproceedings{schroe24, author = {Schr{\"o}dinger, E. and Doe, J.},
  title = {{BERT} for {\'E}tudes, a = {b}}, year = 2024, eprint = {2410.11988}, archivePrefix = {arXiv},
  abstract = "We show {much}." }
@article{gpt, title={Another}, journal = {arXiv preprint arXiv:2005.14165}, year={2020}}
@inproceedings{acl, title = {Third}, url = "https://aclanthology.org/2024.acl-long.1/"}
"""
    assert read_list(text, "x.bib") == [
        Given("2410.11988", "BERT for Études, a = b", "We show much."),
        Given("arXiv:2005.14165", "Another"),
        Given("https://aclanthology.org/2024.acl-long.1/", "Third"),
    ]


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "[]", "title,url\n"])
def test_an_empty_list_is_named(text: str) -> None:
    with pytest.raises(UsageError, match=r"x\.csv: names no papers"):
        read_list(text, "x.csv")


def test_broken_json_is_named() -> None:
    with pytest.raises(UsageError, match=r"x\.jsonl: not JSON lines"):
        read_list('{"title": "T"}\n{"title": \n', "x.jsonl")


@pytest.mark.parametrize(
    ("text", "said"),
    [("title,url\n" + "x" * 200_000 + ",y\n", "not a table"), ("[" * 100_000 + '{"', "not JSON lines")],
)
def test_what_would_break_a_reader_of_lists_is_named(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=f"x: {said}"):
        read_list('{"a": ' + text if said == "not JSON lines" else text, "x")
