import subprocess
import sys
from pathlib import Path

import pytest

from summarizer.errors import UsageError
from summarizer.sources.ids import Ref, file_stem, parse_ref, pdf_id


@pytest.mark.parametrize(
    ("text", "value", "version"),
    [
        ("2410.11988", "2410.11988", None),
        (" 2410.11988v2\n", "2410.11988", 2),
        ("0704.0001", "0704.0001", None),
        ("1412.6980v9", "1412.6980", 9),
        ("arXiv:2410.11988", "2410.11988", None),
        ("ARXIV: 2410.11988V3", "2410.11988", 3),
        ("hep-th/9901001", "hep-th/9901001", None),
        ("math.CA/0611800v1", "math/0611800", 1),
        ("arXiv:HEP-TH/9901001v2", "hep-th/9901001", 2),
        ("https://arxiv.org/abs/2410.11988v2?context=cs.CL#top", "2410.11988", 2),
        ("http://www.arxiv.org/pdf/2410.11988v1.pdf", "2410.11988", 1),
        ("https://export.arxiv.org/pdf/hep-th/9901001v2.pdf#page=3", "hep-th/9901001", 2),
        ("https://arxiv.org/pdf/hep-th%2F9901001", "hep-th/9901001", None),
        ("https://arxiv.org/html/2410.11988v1#S3", "2410.11988", 1),
        ("https://arxiv.org/src/2410.11988", "2410.11988", None),
        ("https://arxiv.org/e-print/2410.11988v1", "2410.11988", 1),
        ("arxiv.org/abs/2410.11988/", "2410.11988", None),
        ("10.48550/arXiv.2410.11988", "2410.11988", None),
        ("doi:10.48550/ARXIV.2410.11988", "2410.11988", None),
        ("https://doi.org/10.48550/arXiv.hep-th/9901001", "hep-th/9901001", None),
        ("doi.org/10.48550/arxiv.2410.11988", "2410.11988", None),
        ("２４１０．１１９８８ｖ２", "2410.11988", 2),
        ("arXiv：2410.11988", "2410.11988", None),
        ("arXiv:2410.11988v1 [cs.CL] 15 Oct 2024", "2410.11988", 1),
        ("arXiv.2410.11988", "2410.11988", None),
        ("（2410.11988）。", "2410.11988", None),
        ("<https://arxiv.org/abs/2410.11988>,", "2410.11988", None),
    ],
)
def test_every_form_of_an_arxiv_id(text: str, value: str, version: int | None) -> None:
    assert parse_ref(text) == Ref("arxiv", value, version)


@pytest.mark.parametrize(
    "text",
    [
        "", "2413.11988", "2410.1198", "1412.00001", "1501.0001", "0703.0001", "2410.00000", "2410.11988v0",
        "2410.11988v", "papers/0001001", "math/0704001", "math/5001001", "hep-th/9913001", "hep-th/9901000",
        "10.48550/2410.11988", "javascript:alert(1)", "file:///etc/hostname", "ftp://x.org/a.pdf",
        "data:application/pdf,x", "https://arxiv.org/list/cs.CL/new", "https://arxiv.org/abs/", "https://",
        "https://[::1", "https://user:word@example.org/a.pdf", "http://example.org:99999/", "https://a.org/x y",
        "no such file.pdf", "a\0b", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_paper_is_named_and_the_forms_are_said(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_ref(text)
    message = str(caught.value)
    assert repr(text[:40])[:-1] in message
    assert "hep-th/9901001" in message and "10.48550" in message and "PDF on this machine" in message


@pytest.mark.parametrize(
    "address",
    [
        "https://huggingface.co/papers/2410.11988v2#comments", "https://www.alphaxiv.org/zh/overview/2410.11988v2?x=1",
        "http://alphaxiv.org/abs/2410.11988v2", "https://papers.cool/arxiv/2410.11988v2",
        "https://papers.cool/arxiv/kimi?paper=2410.11988v2", "https://www.semanticscholar.org/arxiv/2410.11988v2",
        "https://api.semanticscholar.org/arXiv:2410.11988v2", "https://scirate.com/arxiv/2410.11988v2/",
        "https://ar5iv.labs.arxiv.org/html/2410.11988v2", "https://www.emergentmind.com/papers/2410.11988v2",
        "https://arxiv.org/search/?query=2410.11988v2&searchtype=all", "hf.co/papers/2410.11988v2",
        "https://export.arxiv.org/api/query?id_list=2410.11988v2",
        "https://www.google.com/url?q=https://arxiv.org/abs/2410.11988v2&sa=D",
        "https://web.archive.org/web/2024/https://arxiv.org/abs/2410.11988v2",
    ],
)  # fmt: skip
def test_addresses_that_carry_an_arxiv_id(address: str) -> None:
    assert parse_ref(address) == Ref("arxiv", "2410.11988", 2)


@pytest.mark.parametrize(
    ("page", "pdf"),
    [
        ("https://openreview.net/forum?id=aB-c_1&noteId=x#y", "https://openreview.net/pdf?id=aB-c_1"),
        ("openreview.net/forum?id=aBc", "https://openreview.net/pdf?id=aBc"),
        ("https://aclanthology.org/2024.acl-long.1/", "https://aclanthology.org/2024.acl-long.1.pdf"),
        ("https://www.aclanthology.org/P19-1001", "https://www.aclanthology.org/P19-1001.pdf"),
        ("https://proceedings.mlr.press/v9/a21b.html", "https://proceedings.mlr.press/v9/a21b/a21b.pdf"),
        ("https://papers.nips.cc/p/2017/hash/3f-Abstract.html", "https://papers.nips.cc/p/2017/file/3f-Paper.pdf"),
        (
            "https://proceedings.neurips.cc/p/2023/hash/3f-Abstract-Conference.html",
            "https://proceedings.neurips.cc/p/2023/file/3f-Paper-Conference.pdf",
        ),
        (
            "https://openaccess.thecvf.com/content/CVPR2023/html/X_paper.html",
            "https://openaccess.thecvf.com/content/CVPR2023/papers/X_paper.pdf",
        ),
        ("https://github.com/a/b/blob/main/c/p.pdf", "https://github.com/a/b/raw/main/c/p.pdf"),
    ],
)
def test_the_page_of_a_paper_leads_to_its_pdf(page: str, pdf: str) -> None:
    assert parse_ref(page) == Ref("url", pdf)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.pdf", "HTTPS://Example.org/", "https://example.org/2410.11988.pdf",
        "https://doi.org/10.1145/2410.11988", "https://aclanthology.org/2024.acl-long.1.pdf",
        "https://aclanthology.org/volumes/2024.acl-long/", "https://openreview.net/pdf?id=aBc",
        f"https://example.org/a.pdf?signature={'0' * 300}",
    ],
)  # fmt: skip
def test_other_addresses(url: str) -> None:
    assert parse_ref(url) == Ref("url", url)


def test_local_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("2410.11988.pdf", "2410.11988", "notes"):
        Path(name).write_bytes(b"%PDF-")
    assert parse_ref("2410.11988.pdf") == Ref("file", "2410.11988.pdf")  # what is there wins when it is called a PDF
    assert parse_ref("2410.11988") == Ref("arxiv", "2410.11988")
    assert parse_ref("./2410.11988") == Ref("file", "./2410.11988")
    assert parse_ref(str(tmp_path / "notes")).kind == "file"
    with pytest.raises(UsageError, match="no such file"):
        parse_ref("missing.pdf")
    with pytest.raises(UsageError):
        parse_ref(str(tmp_path))


def test_file_names_are_safe() -> None:
    assert file_stem("hep-th/9901001v2") == "hep-th_9901001v2"
    assert file_stem("2410.11988v1") == "2410.11988v1"
    for bad in ("../x", "", ".hidden", "a b", "x" * 300, "a\n", "ä"):
        with pytest.raises(UsageError):
            file_stem(bad)


def test_pdf_id_begins_with_the_digest_of_the_bytes() -> None:
    assert pdf_id("21af8e71c870" + "0" * 52) == "pdf-21af8e71c870"


def test_ids_come_without_network_libraries() -> None:
    code = "import sys, summarizer.sources.ids; print({'httpx2', 'arxiv', 'requests', 'ssl'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
