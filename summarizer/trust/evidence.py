"""A paper made ready to be asked: the quantities and names of every passage, read once."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from summarizer.trust.dates import Day, named_days, named_months, named_years
from summarizer.trust.direction import CHANGES_FROM
from summarizer.trust.grid import EvidenceGrid
from summarizer.trust.names import NameIndex, abbreviations, key, names
from summarizer.trust.numbers import Quantity, quantities
from summarizer.trust.pointers import Pointers
from summarizer.trust.units import HARD_UNITS, soft_unit
from summarizer.trust.wordlists import Vocabulary
from summarizer.types import Document, Passage, Table


class Evidence:
    """The passages of one document, indexed on first use. One instance serves a whole digest.

    `vocabulary` tells which terms a sentence and a passage share.
    """

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.document = document
        self.vocabulary = vocabulary
        self.passages = {passage.id: passage for passage in document.passages}
        self._quantities: dict[int, list[Quantity]] = {}
        self._mentioned: dict[re.Pattern[str], bool] = {}

    def quantities(self, passage_id: int) -> list[Quantity]:
        """The quantities of one passage, those of its table's header units included."""
        if passage_id not in self._quantities:
            passage = self.passages[passage_id]
            row = passage.kind in ("row", "labels")
            found = self._row_quantities(passage) if row else quantities(passage.text)
            found += [quantity.bare for quantity in found if quantity.listed]
            points = [q for q in found if q.kind == "percent" and _may_be_points(passage.text, q)]
            found += [replace(quantity, kind="points") for quantity in points]
            found += [*_precisions(passage.text), *_fractions(passage.text)]
            if not row:
                found += [*_with_separators(passage.text), *_with_second_nouns(passage.text, found)]
            if passage.kind == "equation":
                found += _coefficients(passage.text)
                found += [replace(q, kind="times", value=1 / q.value) for q in found if _is_divisor(passage.text, q)]
            self._quantities[passage_id] = found
        return self._quantities[passage_id]

    def joined(self, first: int, last: int) -> tuple[str, list[Quantity]]:
        """The text of consecutive passages, and their quantities where they stand in it."""
        text, found = "", list[Quantity]()
        for number in range(first, last + 1):
            shift = len(text) + bool(text)
            spans = ((q, q.span[0] + shift, q.span[1] + shift) for q in self.quantities(number))
            found += [replace(q, span=(start, end)) for q, start, end in spans]
            text = f"{text} {self.passages[number].text}" if text else self.passages[number].text
        return text, found

    def _row_quantities(self, row: Passage) -> list[Quantity]:
        """The numbers of a row's cells; without cells those of its text after the table's label."""
        if (grid := self._grid(row)) is not None and row.row is not None:
            return grid.row(row.row - 1)
        label = len(row.item) if row.text.startswith(row.item) else 0
        return quantities(" " * label + row.text[label:])  # or 4 in "Table 2, 4: ..." would be a place

    def cited_rows(self, passage_ids: Iterable[int], *, sure: bool = True) -> dict[EvidenceGrid, set[int]]:
        """The rows, counted from 0, that the passages are, of tables whose cells are `sure`, or of all."""
        found: defaultdict[EvidenceGrid, set[int]] = defaultdict(set)
        for passage in (self.passages[number] for number in passage_ids):
            grid = self._grid(passage)
            if grid is not None and (grid.sure or not sure) and passage.row is not None:
                found[grid].add(passage.row - 1)
        return dict(found)

    def grid(self, table: Table) -> EvidenceGrid:
        """A table of the paper, made ready to be asked."""
        return self._grids[table.label, table.page]

    def _grid(self, row: Passage) -> EvidenceGrid | None:
        return self._grids.get((row.item, row.page)) if row.row is not None else None

    @cached_property
    def _grids(self) -> dict[tuple[str, int], EvidenceGrid]:
        tables = (table for table in self.document.tables if table.rows)
        return {(table.label, table.page): EvidenceGrid(table, self._abbreviations) for table in tables}

    @cached_property
    def _abbreviations(self) -> dict[str, str]:
        """Key of a name -> key of the abbreviation that the paper gives it, and the reverse: CommonsenseQA (CQA)."""
        found = [pair for passage in self.document.passages for pair in abbreviations(passage.text)]
        return {a: b for name, short in found for a, b in ((key(name), key(short)), (key(short), key(name)))}

    @cached_property
    def names(self) -> NameIndex:
        """Every word of the paper, its title, headings, tables and references."""
        document = self.document
        cells = (" ".join([row.label, *row.cells]) for table in document.tables for row in table.rows)
        heads = (" ".join([table.corner, *table.columns]) for table in document.tables)
        captions = [figure.caption for figure in document.figures] + [table.caption for table in document.tables]
        headings = (section.title for section in document.sections)
        texts = (passage.text for passage in document.passages)
        front = (document.title, *document.authors)
        references = (_REFERENCE_NUMBER.sub("", reference) for reference in document.references)
        return NameIndex([*front, *headings, *texts, *captions, *heads, *cells, *references])

    @cached_property
    def _text(self) -> str:
        headings = (section.title for section in self.document.sections)
        return "\n".join([self.document.title, *headings, *(passage.text for passage in self.document.passages)])

    @cached_property
    def pointers(self) -> Pointers:
        """The works, lemmas, tables and the like that a sentence may point at."""
        document = self.document
        figures, tables = ([item.label for item in items] for items in (document.figures, document.tables))
        return Pointers("\n".join([self._text, *document.references, *figures, *tables]))

    def uses(self, quantity: Quantity) -> int:
        """How many passages have the number, with its unit."""
        held = (self.quantities(number) for number in self.holding(quantity))
        return sum(any((q.value, q.unit) == (quantity.value, quantity.unit) for q in found) for found in held)

    def mentions(self, words: re.Pattern[str]) -> bool:
        """Whether the paper's text has `words` anywhere."""
        if words not in self._mentioned:
            self._mentioned[words] = words.search(self._text) is not None
        return self._mentioned[words]

    def surroundings(self, passage_ids: Iterable[int]) -> str:
        """The text of the passages, of those before and after them, their captions and headings."""
        sections = self.document.sections
        near = {n for number in self.with_captions(passage_ids) for n in (number - 1, number, number + 1)}
        places = [self.passages[number] for number in sorted(near) if number in self.passages]
        headings = {sections[place.section].title for place in places if place.section is not None}
        return "\n".join([*(place.text for place in places), *sorted(headings)])

    @cached_property
    def years(self) -> set[str]:
        """Every year that the text and the references name."""
        return named_years((self._text, *self.document.references))

    @cached_property
    def months(self) -> set[int]:
        """Every month that they name, 1 to 12."""
        return named_months((self._text, *self.document.references))

    @cached_property
    def days(self) -> set[Day]:
        """Every day that they name."""
        return named_days((self._text, *self.document.references))

    def is_numbered_name(self, name: str) -> bool:
        """Whether sentences of the paper, or its references, use "wav2vec 2.0" or "20 Newsgroups" more than once."""
        return self._numbered_names[key(name)] > 1

    @cached_property
    def _numbered_names(self) -> Counter[str]:
        sentences = (passage.text for passage in self.document.passages if passage.kind == "text")
        texts = (self.document.title, *sentences, *self.document.references)
        return Counter(key(name[1]) for text in texts for name in _NUMBERED_NAME.finditer(text))

    @cached_property
    def by_name(self) -> dict[str, set[int]]:
        """Key of a name -> ids of the passages that use it."""
        found: dict[str, set[int]] = defaultdict(set)
        for passage in self.document.passages:
            for name in names(passage.text):
                found[key(name.text)].add(passage.id)
            if (grid := self._grid(passage)) is not None and passage.row is not None:
                found[key(grid.name(passage.row - 1))].add(passage.id)  # LLaMA / 65B is LLaMA-65B
        return found

    def holding(self, quantity: Quantity) -> set[int]:
        """Ids of the passages with a number that could be `quantity`: a superset of those that match it."""
        found: set[int] = set()
        for scale in (1.0, 0.01, 100.0):
            start = bisect_left(self._sizes, (quantity.size * scale * 0.88, -1))
            end = bisect_right(self._sizes, (quantity.size * scale * 1.13, -1))
            found.update(number for _, number in self._sizes[start:end])
        return found

    @cached_property
    def _sizes(self) -> list[tuple[float, int]]:
        return sorted({(q.size, number) for number in self.passages for q in self.quantities(number)})

    def with_captions(self, passage_ids: Iterable[int]) -> tuple[int, ...]:
        """The passages, and for each table row the caption of its table, which says what holds for all rows."""
        found: dict[int, None] = {}
        for number in passage_ids:
            found[number] = None
            if self.passages[number].kind == "row":
                found.update(dict.fromkeys(self._captions.get(self.passages[number].item, ())))
        return tuple(found)

    @cached_property
    def _captions(self) -> dict[str, list[int]]:
        """Label ("Table 3") -> ids of the caption's passages."""
        found: dict[str, list[int]] = defaultdict(list)
        for passage in self.document.passages:
            if passage.kind == "caption" and passage.item:
                found[passage.item].append(passage.id)
        return found

    def pages(self, passage_ids: Iterable[int]) -> tuple[int, ...]:
        """The pages of the passages, each once, in the order of the citations."""
        return tuple(dict.fromkeys(self.passages[number].page for number in passage_ids))


def _may_be_points(text: str, quantity: Quantity) -> bool:
    """Whether a percentage is a difference of percentages: 33% absolute improvement, or as papers also write it, an
    improvement of 0.7% over a score in per cent; not where less is better, or where it is called relative."""
    start, end = quantity.span
    if CHANGES_FROM.search(text, max(0, start - 60), start):
        return not _NOT_IN_PERCENT.search(text)
    if _REACHED.search(text, max(0, start - 24), start):
        return False
    if "absolute" in text[max(0, start - 34) : start] or _ABSOLUTE.match(text, end):
        return True
    changed = (
        text[max(0, start - 1) : start] == "+"
        or _CHANGED_BY.search(text, max(0, start - 90), start)
        or _CHANGE_AFTER.match(text, end)
    )
    counted = _COUNTED.search(text, max(0, start - 70), start)
    return bool(changed) and not (counted or _NOT_IN_PERCENT.search(text))


def _precisions(text: str) -> list[Quantity]:
    """The bits of number formats that a text names: NF4, BFloat16, INT8."""
    return [
        replace(quantity, span=found.span(), in_name=True)
        for found in _FORMAT.finditer(text)
        for quantity in quantities(f"{found[1]}-bit")
    ]


def _fractions(text: str) -> Iterator[Quantity]:
    """1/3, which in words is a third."""
    for found in _FRACTION.finditer(text):
        for quantity in quantities(f"{found[1]} times"):
            value = quantity.value / int(found[2])
            yield replace(quantity, span=found.span(), text=found[0], value=value, raw=value)


def _with_second_nouns(text: str, found: list[Quantity]) -> list[Quantity]:
    """What is counted by two nouns, once more with the second: 8 attention layers, or heads."""
    nouns = ((q, _SECOND_NOUN.match(text, q.span[1])) for q in found if q.unit and q.unit not in HARD_UNITS)
    return [replace(q, unit=unit) for q, noun in nouns if noun and (unit := soft_unit(text, noun.end()))]


def _coefficients(text: str) -> list[Quantity]:
    """What a formula takes several times: 2f(x) is 两倍的 f(x)."""
    return [
        replace(quantity, span=found.span())
        for found in _COEFFICIENT.finditer(text)
        for quantity in quantities(f"{found[1]} times")
    ]


def _is_divisor(text: str, quantity: Quantity) -> bool:
    """Whether a formula divides by a whole number: (…)/2 is 一半."""
    whole = quantity.kind == "count" and quantity.value.denominator == 1 and 1 < quantity.value <= _LARGEST_DIVISOR
    return whole and text[: quantity.span[0]].rstrip().endswith("/")


_FRACTION = re.compile(r"(?<![\w./])([1-9])/([2-9])(?![\w./]\w|\w)")
_SECOND_NOUN = re.compile(r"[a-z -]{0,40}?(?:, ?or|,? i\.e\.,?| ?\()(?= ?[a-z])")
_LARGEST_DIVISOR = 10
_COEFFICIENT = re.compile(r"(?<![\w.^{])([2-9])[ ]?(?=[A-Za-zΑ-ω\\(])")
_ABSOLUTE = re.compile(r"[^.,;]{0,12}absolute|(?: and [\d.]{1,6} ?%)? absolute")  # 1.0% and 4.4% absolute
_REACHED = re.compile(r"(?:\b(?:to|from|at|reach\w{0,4}|accuracy of|score of)|→) (?:about |around |only )?$")
_CHANGED_BY = re.compile(  # improves A-1 by 2.5% and A-2 by 3%: the change may be said once for a list
    r"(?:\bby(?: [a-z]+)?(?= )|\b(?:improv|declin|drop|gain|boost|increas|decreas|outperform|surpass|exceed|help|degrad"
    r"|los[st])[a-z]{0,8}\b"
    r"(?:[^.;\d]|(?<=[A-Za-z-])\d){0,30})[ ~]{0,2}(?:\d[\d.]{0,5} ?%?(?:[^.;\d]|(?<=[A-Za-z-])\d){0,40}){0,3}$",
    re.IGNORECASE,
)
_CHANGE_AFTER = re.compile(
    r"[^.;,]{0,24}\b(?:improvement|gain|boost|increase|decrease|drop|decline|higher|lower|better|worse)"
)
_NOT_IN_PERCENT = re.compile(
    r"relative|speed|fast|slow|fewer|\btime\b|memory|\bcost|latency|error rate|perplexity|toxic",
    re.IGNORECASE,
)
_COUNTED = re.compile(  # increase the number of training steps by 20%: what is counted has no share
    r"\b(?:number of|steps|volume|length|size|amount of|tokens|parameters|samples|throughput|communication|input)\b"
    r"[^.,;\d]{0,24}$",
    re.IGNORECASE,
)
_FORMAT = re.compile(r"(?<![A-Za-z])(?:NF|FP|BF|TF|U?INT|[Ii]nt|[NB]?[Ff]loat|bf|fp|bfloat)-?(\d{1,2})(?![\d.])")
_REFERENCE_NUMBER = re.compile(r"^\s{0,4}\[?\d{1,3}\]?\.?\s")  # else "[65] M. Doe" would hold the name 65M

_NUMBERED_NAME = re.compile(  # one may begin within another
    r"(?<![A-Za-z0-9])(?=([A-Za-z][A-Za-z0-9-]{1,24} \d{1,2}(?:\.\d)?(?![\w.%]|[ ]%)|[A-Z][A-Za-z]{1,12} \d{4,5}(?!\w)"
    r"|\d{1,4} [A-Z][A-Za-z0-9-]{1,24}))"
)

# Thousands in the manner of 23 621 and 100.000, and 5, 000 as PDFs have it whose commas are set wide.
_SEPARATED = re.compile(r"(?<![\w.,-])[1-9]\d{0,2}(?:(?: \d{3}){1,3}|(?:\.\d{3}){1,3}|(?:, \d{3}){1,3})(?![\d.,])")


def _with_separators(text: str) -> list[Quantity]:
    """Numbers whose digits may be grouped by spaces, dots or wide commas, read as one."""
    found: list[Quantity] = []
    for number in _SEPARATED.finditer(text):
        joined = re.sub(r"[ .,]", "", number[0])
        read = quantities(joined + text[number.end() : number.end() + 24])[:1]
        found += [replace(quantity, span=number.span()) for quantity in read]
    return found
