"""Documents that ask for more than they are worth."""

import time

import pytest

from summarizer.html.markup import MarkupError, parse_html, parse_xml

MANY = 3_000_000


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (lambda: b"<a>" * MANY + b"</a>" * MANY, "nested"),
        (lambda: b"<a>" + b"<a/>" * MANY + b"</a>", "tags"),
        (lambda: b"<a " + b"".join(b'b%d="" ' % n for n in range(MANY // 3)) + b"/>", "without end"),
        (lambda: b"<a>" + b"b" * 10 * MANY + b"</a>", "without end"),
        (lambda: b"<a><!--" + b"b" * 10 * MANY, "without end"),
        (lambda: b"", "not XML"),
        (lambda: b"<a><b></a>", "not XML"),
    ],
    ids=["deep", "wide", "attributes", "text", "comment", "empty", "broken"],
)
def test_xml_beyond_the_bounds_is_refused_at_once(document, reason):
    data, begun = document(), time.process_time()
    with pytest.raises(MarkupError, match=reason):
        parse_xml(data)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("entity", ["<!ENTITY a{n} '{inner}'>", "<!ENTITY % a{n} '{inner}'> %a{n};"])
def test_entities_that_multiply_are_refused(entity):
    lines = [entity.format(n=n, inner=f"&a{n - 1};" * 10 if n else "b" * 10) for n in range(12)]
    with pytest.raises(MarkupError, match="not XML"):
        parse_xml(f"<!DOCTYPE a [{''.join(lines)}]><a>&a11;</a>".encode())


def test_entities_name_no_files(tmp_path):
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(MarkupError, match="undefined entity"):
        parse_xml(f'<!DOCTYPE a [<!ENTITY b SYSTEM "file://{tmp_path}/secret">]><a>&b;</a>'.encode())


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (lambda: b"<div>" * 1_000, "nested"),
        (lambda: b"<p>" * MANY, "tags"),
        (lambda: b"<p " + b"".join(b"b%d " % n for n in range(MANY // 3)) + b">", "attributes"),
        (lambda: b"<p " + b"".join(b'b%d="c" ' % n for n in range(MANY // 3)) + b">", "attributes"),
        (lambda: b"<p \"'" * 100_000 + b"b" * MANY, "attributes"),
        (lambda: b" ", "empty"),
    ],
    ids=["deep", "wide", "attributes", "values", "quotes", "empty"],
)
def test_html_beyond_the_bounds_is_refused_at_once(document, reason):
    data, begun = document(), time.process_time()
    with pytest.raises(MarkupError, match=reason):
        parse_html(data)
    assert time.process_time() - begun < 3


def test_what_is_large_for_good_reason_is_read():
    records = b"<r>" + b'<entry id="1"><name>A. Author</name></entry>' * 50_000 + b"</r>"
    assert len(parse_xml(records)) == 50_000
    drawing = b'<svg><path d="' + b"M 1 2 L 3 4 " * 50_000 + b'"></path></svg>'
    assert len(parse_html(b"<html><body>" + drawing).find(".//path").get("d")) == 600_000
