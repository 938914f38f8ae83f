"""What a sentence points at by a number: a work by its year, a lemma, a table. Has the paper that?"""

import re
from collections.abc import Iterator

_NAME = r"(?P<name>[A-ZÀ-Þ][\w'’-]{1,30})"
_OTHERS = r"(?:[ ]?(?:et al\.?|等人?)|[ ]?(?:and|&|与|和)[ ]?[A-ZÀ-Þ][\w'’-]{1,30})?"
_WORK = re.compile(rf"(?<![\w-]){_NAME}{_OTHERS},?[ ]?[(（\[〔]?(?P<year>(?:19|20)\d\d)[a-z]?(?=[)）\]〕])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEARS = 2  # the first of a reference may be the beginning of an arXiv id
_NEAR = 300  # characters from an author to the year, in a list of references
_NUMBER = r"[ ]?(?P<number>\d{1,3}(?:\.\d{1,3}){0,3})(?![\d%]|\.\d)"
_KINDS = {
    "引理": "lemmas?", "定理": "theorems?", "推论": "corollar(?:y|ies)", "命题": "propositions?", "表": "tables?|tab",
    "算法": "algorithms?|alg", "图": "fig(?:ure)?s?",
}  # fmt: skip
_PLACE = re.compile(rf"(?P<kind>{'|'.join(_KINDS)}){_NUMBER}")
_NUMBERED = {
    kind: re.compile(rf"\b(?:{words})\b\.?[ ]?(\d{{1,3}}(?:\.\d{{1,3}}){{0,3}})", re.IGNORECASE)
    for kind, words in _KINDS.items()
}


class Pointers:
    """Everything in a paper that can be pointed at by a number."""

    def __init__(self, paper: str) -> None:
        """`paper` is all its text, its references and the labels of its figures and tables included."""
        self._paper = paper
        self._years: dict[str, set[str]] = {}
        self._numbered: dict[str, set[tuple[int, ...]]] = {}

    def other_years(self, text: str) -> Iterator[str]:
        """The works in `text` whose first author the paper names, but never with that year."""
        for work in _WORK.finditer(text):
            known = self._years_of(work["name"])
            if known and work["year"] not in known:
                yield f"{work['name']} ({work['year']})"

    def unknown_places(self, text: str) -> Iterator[str]:
        """The lemmas, tables and the like in `text` whose number is beyond those that the paper has of their kind."""
        for place in _PLACE.finditer(text):
            known, wanted = self._numbers_of(place["kind"]), _parts(place["number"])
            if known and len(wanted) in map(len, known) and wanted > max(known):
                yield place[0]

    def _years_of(self, name: str) -> set[str]:
        if name not in self._years:
            authors = re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", self._paper)
            near = (self._paper[author.end() : author.end() + _NEAR] for author in authors)
            self._years[name] = {year for text in near for year in _YEAR.findall(text)[:_YEARS]}
        return self._years[name]

    def _numbers_of(self, kind: str) -> set[tuple[int, ...]]:
        if kind not in self._numbered:
            self._numbered[kind] = {_parts(number) for number in _NUMBERED[kind].findall(self._paper)}
        return self._numbered[kind]


def _parts(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split(".")))
