"""Where finished pages are, and copies of them for other places."""

import base64
import hashlib
import os
import re
from pathlib import Path

import pymupdf
import pytest
from common import SAMPLE

from summarizer.errors import StorageError, UsageError
from summarizer.pdf.pictures import small_picture
from summarizer.sources.ids import Ref, parse_ref
from summarizer.store.pages import copy_pages, newest_page, page_of_paper, pages_of_issue


def picture(width: int) -> bytes:
    """A page of the sample, this many pixels wide."""
    with pymupdf.open(SAMPLE) as document:
        scale = width / document[0].rect.width
        return document[0].get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=0).tobytes("png")


def page(path: Path, text: str = "# 标题\n", *, age: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (1e9 - age, 1e9 - age))
    return path


def test_a_paper_without_version_has_its_newest_page(tmp_path):
    page(tmp_path / "2410.11988v2/papers/2410.11988v2/digest.md", age=20)
    in_issue = page(tmp_path / "2024-10-17/papers/2410.11988v10/digest.md", age=10)
    old = page(tmp_path / "2410.11988v1/papers/2410.11988v1/digest.md")
    assert page_of_paper(parse_ref("2410.11988"), tmp_path) == in_issue
    assert page_of_paper(parse_ref("2410.11988v1"), tmp_path) == old
    assert page_of_paper(parse_ref("2410.11989"), tmp_path) is None
    assert newest_page(tmp_path) == old


def test_parts_of_an_issue_in_order_without_the_standalone_ones(tmp_path):
    names = ["issue-2.md", "issue-1.md", "issue-1-standalone.md"]
    pages = [page(tmp_path / "2024-10-17" / name) for name in names]
    assert pages_of_issue(tmp_path / "2024-10-17") == [pages[1], pages[0]]


def test_a_local_pdf_is_found_by_its_bytes(tmp_path):
    digest = hashlib.sha256(SAMPLE.read_bytes()).hexdigest()[:12]
    made = page(tmp_path / f"a-title-{digest}/papers/pdf-{digest}/digest.md")
    assert page_of_paper(Ref("file", str(SAMPLE)), tmp_path) == made
    assert page_of_paper(Ref("url", "https://example.org/a.pdf"), tmp_path) is None


@pytest.fixture
def digest_page(tmp_path):
    made = page(
        tmp_path / "runs/2410.11988v1/papers/2410.11988v1/digest.md",
        "![图 1](figures/fig1.png)\n句[ᵖ²](paper.pdf#page=2)。[ᵖ³](https://arxiv.org/pdf/1#page=3) [目录](#a) [无](gone.png)\n",
    )
    (made.parent / "figures").mkdir()
    (made.parent / "figures/fig1.png").write_bytes(picture(1200))
    (made.parent / "paper.pdf").write_bytes(b"%PDF-")
    return made


def test_a_copy_takes_along_what_it_shows(digest_page, tmp_path):
    (copy,) = copy_pages([digest_page], tmp_path / "blog/我的 文章.md", standalone=False)
    text = copy.read_text()
    files = copy.parent / "我的 文章.files"
    assert (files / "figures/fig1.png").read_bytes() == (digest_page.parent / "figures/fig1.png").read_bytes()
    assert (files / "paper.pdf").read_bytes() == b"%PDF-"
    folder = "%E6%88%91%E7%9A%84%20%E6%96%87%E7%AB%A0.files"
    assert f"![图 1]({folder}/figures/fig1.png)" in text and f"({folder}/paper.pdf#page=2)" in text
    assert "[ᵖ³](https://arxiv.org/pdf/1#page=3) [目录](#a) [无](gone.png)" in text


def test_a_standalone_copy_has_small_pictures_inside(digest_page, tmp_path):
    (copy,) = copy_pages([digest_page], tmp_path / "out.md", standalone=True)
    kind, data = re.search(r"!\[图 1\]\(data:(image/\w+);base64,([\w+/=]+)\)", copy.read_text()).groups()
    inside = pymupdf.Pixmap(base64.b64decode(data))
    assert inside.width == 800 and kind == small_picture(picture(1200))[0]
    assert len(data) * 3 / 4 < len(picture(1200)) / 1.5
    assert not (tmp_path / "out.files/figures").exists()


def test_copies_in_a_folder_have_names_of_their_own(digest_page, tmp_path):
    issue = page(tmp_path / "runs/2024-10-17/issue-2.md")
    standalone = page(tmp_path / "runs/2024-10-17/issue-2-standalone.md")
    copies = copy_pages([digest_page, issue, standalone], tmp_path / "out", standalone=False)
    assert [copy.name for copy in copies] == ["2410.11988v1.md", "2024-10-17-2.md"]
    with pytest.raises(UsageError, match="2 pages need a folder"):
        copy_pages([digest_page, issue], tmp_path / "one.md", standalone=False)


def test_nothing_outside_of_the_page_s_folder_is_taken_along(tmp_path):
    (tmp_path / "secret.txt").write_text("x")
    made = page(tmp_path / "runs/p/issue.md", "[a](../../secret.txt)\n")
    (copy,) = copy_pages([made], tmp_path / "out.md", standalone=False)
    assert copy.read_text() == "[a](../../secret.txt)\n" and not (tmp_path / "out.files").exists()


def test_a_picture_that_is_gone_is_named(tmp_path):
    made = page(tmp_path / "runs/p/issue.md", "![a](figures/a.png)\n")
    with pytest.raises(StorageError, match=r"figures/a\.png: cannot be read"):
        copy_pages([made], tmp_path / "out.md", standalone=True)
