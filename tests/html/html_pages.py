"""Pages as LaTeXML writes them, small enough to read."""

PARAGRAPH = (
    "The first sentence of the paper says what the study is about and why it matters to readers. "
    "The second sentence gives the number of 1,234 documents that were read by three annotators. "
    "The third sentence is about the method, which needs neither labels nor a second pass. "
)


def page(body: str, watermark: str = "") -> bytes:
    """A page with this in its article; `watermark` is the id that arXiv prints on it."""
    mark = f'<div id="watermark-tr">arXiv:{watermark} [cs.CL] 02 Aug 2023</div>' if watermark else ""
    return (
        f'<!DOCTYPE html><html><body><nav class="ltx_TOC">Contents</nav>{mark}'
        f'<article class="ltx_document">{body}</article><footer>Build log</footer></body></html>'
    ).encode()


def paragraph(text: str) -> str:
    return f'<div class="ltx_para"><p class="ltx_p">{text}</p></div>'


def math(tex: str, *leaves: str) -> str:
    """A formula: its LaTeX, and the MathML that prints it."""
    alt = tex.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return (
        f'<math class="ltx_Math" alttext="{alt}" display="inline"><semantics><mrow>{"".join(leaves)}</mrow>'
        f'<annotation encoding="application/x-tex">{alt}</annotation></semantics></math>'
    )


def equation(number: str, *formulas: str) -> str:
    cells = "".join(f'<td class="ltx_eqn_cell">{formula}</td>' for formula in formulas)
    tag = f'<td class="ltx_eqn_cell ltx_eqn_eqno"><span class="ltx_tag ltx_tag_equation">{number}</span></td>'
    return (
        '<table class="ltx_equation ltx_eqn_table"><tbody><tr class="ltx_equation ltx_eqn_row">'
        f'<td class="ltx_eqn_cell ltx_eqn_center_padleft"></td>{cells}{tag if number else ""}</tr></tbody></table>'
    )


def table(caption: str, *rows: str, label: str = "Table 1") -> str:
    """`rows` are cells with their tags; a row that begins with a bar has a rule above it."""
    lines = "".join(f'<tr class="ltx_tr">{_ruled(row)}</tr>' for row in rows)
    return (
        f'<figure class="ltx_table"><figcaption class="ltx_caption"><span class="ltx_tag ltx_tag_table">{label}: </span>'
        f'{caption}</figcaption><table class="ltx_tabular"><tbody>{lines}</tbody></table></figure>'
    )


def cells(*texts: str) -> str:
    return "".join(f'<td class="ltx_td">{text}</td>' for text in texts)


def _ruled(row: str) -> str:
    return row[1:].replace('class="ltx_td', 'class="ltx_border_t ltx_td') if row.startswith("|") else row
