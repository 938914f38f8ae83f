"""Dates, in both languages: 2018 年 12 月, 12 月 20 日, March 5, 2019, Sept. 2021, 2019-03-05, the 1990s.

A date is no quantity. Its year and month must occur somewhere in the paper.
"""

import re
from collections.abc import Iterable, Iterator

Day = tuple[int, int]  # month and day

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_YEAR = r"(?:19|20)\d\d"
_CHINESE_DAY = r"(?: ?\d{1,2} ?[日号])?"
_DATES = (
    rf"\d{{4}} ?年(?: ?\d{{1,2}} ?月)?{_CHINESE_DAY}",
    rf"\d{{1,2}}(?: ?[-~到至、和与] ?\d{{1,2}})? ?月{_CHINESE_DAY}",
    rf"\d{{1,2}} ?世纪|(?<!\d)(?:{_YEAR}|\d0) ?年代|{_YEAR}s(?![A-Za-z])",
    rf"\b{_MONTH}\.?[ \n](?:\d{{1,2}}(?:st|nd|rd|th)?(?:,?[ \n]{_YEAR})?|{_YEAR})(?![\d.]\d|\d)",
    rf"(?<![\d.])\d{{1,2}}(?:st|nd|rd|th)?[ \n]{_MONTH}\b\.?(?:,?[ \n]{_YEAR})?",
    rf"(?<![\d.]){_YEAR}(?P<separator>[-/.])\d{{1,2}}(?P=separator)\d{{1,2}}(?!\d)",
    rf"(?<![\d.]){_YEAR}[-/](?:0[1-9]|1[0-2])(?!\d)",
    rf"{_YEAR} ?[-~到至] ?{_YEAR}(?!\d)|{_YEAR}[a-z]?(?=[)）;])|(?<=[(（]){_YEAR}(?![\d.万亿])",
    r"(?<![A-Za-z0-9@.])\d{1,2}:[0-5]\d(?!\d|\.\d)",  # P@1：47.14 is no time
)
DATE = re.compile("|".join(_DATES))
_ANY_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|2\d)\d\d(?!\d)")
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
_ANY_MONTH = re.compile(rf"\b{_MONTH}\b|(?<={_YEAR})[-/.](?P<iso>\d{{1,2}})(?!\d{{3}})|(?P<chinese>\d{{1,2}})(?= ?月)")
_ANY_DAY = re.compile(
    rf"(?P<month>{_MONTH})\.?[ \n](?P<after>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.]\d|\d)"
    rf"|(?<![\d.])(?P<before>\d{{1,2}})(?:st|nd|rd|th)?[ \n](?P<next>{_MONTH})\b"
    rf"|(?<![\d.]){_YEAR}[-/.](?P<iso>\d{{1,2}})[-/.](?P<isoday>\d{{1,2}})(?!\d)"
    r"|(?P<chinese>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日号]"
)
_NUMBERS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
            "nov": 11, "dec": 12}  # fmt: skip


def years(text: str) -> set[str]:
    """The years that the dates of `text` name, "2018" also of 2018a."""
    return {year for date in DATE.finditer(text) for year in _FOUR_DIGITS.findall(re.sub("[a-z]", "", date[0]))}


def months(text: str) -> set[int]:
    """The months that the dates of `text` name, 1 to 12."""
    return {month for date in DATE.finditer(text) for month in _months(date[0])}


def named_years(texts: Iterable[str]) -> set[str]:
    """Every year in `texts`, within a date or not, "2018" also of 2018a."""
    return {year for text in texts for year in _ANY_YEAR.findall(text)}


def named_months(texts: Iterable[str]) -> set[int]:
    """Every month in `texts`, within a date or not."""
    return {month for text in texts for month in _months(text)}


def named_days(texts: Iterable[str]) -> set[Day]:
    """Every day of a month in `texts`."""
    return {_day(found) for text in texts for found in _ANY_DAY.finditer(text)}


def _day(found: re.Match[str]) -> Day:
    month = found["iso"] or found["chinese"]
    day = found["after"] or found["before"] or found["isoday"] or found["day"]
    return int(month) if month else _NUMBERS[(found["month"] or found["next"])[:3].lower()], int(day)


def _months(text: str) -> Iterator[int]:
    for found in _ANY_MONTH.finditer(text):
        digits = found["iso"] or found["chinese"]
        yield int(digits) if digits else _NUMBERS[found[0][:3].lower()]
