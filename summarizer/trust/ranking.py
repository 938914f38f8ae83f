"""Whether a claim that ranks two things is refuted: by its own numbers, or by the passages it cites.

Conservative: only a comparison whose two sides are plain is judged.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from summarizer.trust.direction import LOWER_IS_BETTER, NEGATION
from summarizer.trust.names import GENERAL, key, latin_words
from summarizer.trust.numbers import Quantity, quantities

# Of merit: where the lower number is the better one, it is ahead.
_VERB = re.compile(
    r"(?P<above>(?P<better>优于|超越|胜过|领先于?|好于|强于)|超过|高[于过出]|大于|多于)"
    r"|(?P<worse>不如|逊于|劣于|落后于?|差于|不及|弱于)|低于|小于|少于"
)
_EN_BEATS = re.compile(
    r"\b(?:outperform|surpass|exceed|beat)(?:s|es|ed|ing)?\b(?! (?:about |over )?[~]?\d)"  # exceeding 90%
    r"|\b(?:better|higher|superior|stronger|preferred|more accurate) (?:[a-z-]+ ){0,3}(?:than|to|over)\b",
    re.IGNORECASE,
)
_EN_LOSES = re.compile(
    r"\bunderperform(?:s|ed|ing)?\b|\b(?:worse|lower|inferior|weaker|less accurate) (?:[a-z-]+ ){0,3}(?:than|to)\b"
    r"|\b(?:lags?|lagging|falls?) behind\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.;] |,? (?:whereas|while|but) ")  # a caption has several
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being) (?:\w+ )?$", re.IGNORECASE)

_NEGATED = re.compile(r"(?:[不未非]|没有|不会|不能)$")
_AMOUNT = re.compile(r"[了约 ]{0,3}\d")
_PARTS = re.compile(r"[；;。！？]")
_CLAUSES = re.compile(r"[，,](?!\d)")
_ASIDE = re.compile(r"（[^（）]{0,80}）|\([^()]{0,80}\)|±[ ]?[\d.]{1,8}")  # sizes, dates and spreads are not compared
_PAIR = re.compile(r"(?:分别|依次)[为是]|[\d%][ ]?(?:对|比)[ ]?\d")
_CONTRAST = re.compile(r"但|相反|却|然而|不过|反而|例外|除了")
_COURSE = re.compile(
    r"[从由自](?P<left>[^；。从由自]{1,40}?)(?:(?P<up>提升|提高|增加|增长|增大|上升|扩大|[升增提])"
    r"|(?P<down>降低|减少|减小|下降|缩短|压缩|缩小|[降减跌掉]))[到至为](?P<right>[^，,；;。]{1,40})"
)
_STATED = re.compile(r"(?:[为是达到至得有占]|仅|只有)[约近]?[ ]?$")  # X 为 3.1: what X is, not how many layers it has
_OF = re.compile(r"的[ ]?$")  # 高于 A 的 58.0: not the gap in 高于 A 2.1 分
_OF_OR_BARE = re.compile(rf"^[ ]?$|{_OF.pattern}")  # 57.0 高于 58.0; but 最多超过 58.0 is about something else
_JOINED = re.compile(r"[ ]?(?:[、和与及/，]|以及)[^\d，、]{0,12}?[为的]?[ ]?")


def false_comparison(text: str) -> str:
    """The comparison of numbers that their own values refute (27.41 高于 29.48, 从 5% 降到 7%), or ""."""
    for part in _PARTS.split(_ASIDE.sub("", text)):
        for above, verb, left, right in (*_compared(part), *_announced(part), *_courses(part)):
            pairs = list(zip(left, right, strict=False)) if len(left) == len(right) else []
            if pairs and all(a.value < b.value if above else a.value > b.value for a, b in pairs):
                return f"{left[0].text} {verb} {right[0].text}"
    return ""


_Comparison = tuple[bool, str, Sequence[Quantity], Sequence[Quantity]]  # above?, its word, left side, right side


def _compared(part: str) -> Iterator[_Comparison]:
    """X 为 3.1，高于 A 的 2.9，低于 B 的 4.0: on the left what the clause states, else what those before it state."""
    subject: list[Quantity] = []
    closed = False  # by a comparison: the next numbers begin a new subject
    for clause in _CLAUSES.split(part):
        verbs = list(_VERB.finditer(clause))
        own = _values(clause[: verbs[0].start()] if verbs else clause, _STATED)
        subject = own if own and (closed or verbs) else [*subject, *own]
        closed = bool(verbs) or (closed and not own)
        verb = _only_verb(clause)
        if verb and not ((verb["better"] or verb["worse"]) and LOWER_IS_BETTER.search(part)):
            after = _values(clause[verb.end() :], _OF_OR_BARE if own else _OF)
            alike = [q for q in subject if after and _sort(q) == _sort(after[0])]
            yield verb["above"] is not None, verb[0], alike, after


def _announced(part: str) -> Iterator[_Comparison]:
    """A 高于 B，分别为 3.1 和 2.9; A 优于 B，为 3.1 对 2.9."""
    verb = _only_verb(part)
    if verb is None or LOWER_IS_BETTER.search(part):
        return
    said, *after = _CLAUSES.split(part[verb.end() :])
    clause = next((c for c in after if _PAIR.search(c)), "")
    if _CONTRAST.search(part[verb.end() + len(said) : part.rfind(clause) + len(clause)]):
        return  # A 优于 B，但在 C 上为 3.1 对 3.2
    numbers = _plain(clause)
    if len(numbers) == 2 and _sort(numbers[0]) == _sort(numbers[1]):
        yield verb["above"] is not None, verb[0], numbers[:1], numbers[1:]


def _courses(part: str) -> Iterator[_Comparison]:
    """从 5% 升到 7%."""
    for course in _COURSE.finditer(part):
        if course["up"] in ("提升", "提高", "提") and LOWER_IS_BETTER.search(part):
            continue
        left, right = (_numbers(course[side]) for side in ("left", "right"))
        right = [q for q in right if _sort(q) in {_sort(other) for other in left}]
        yield course["up"] is None, f"{course['up'] or course['down']}到", left, right


def _values(text: str, introduced: re.Pattern[str]) -> list[Quantity]:
    """The numbers that `introduced` announces, with those that are joined to them (96.77 和 84.02)."""
    found: list[Quantity] = []
    for quantity in _plain(text):
        joined = found and _JOINED.fullmatch(text[found[-1].span[1] : quantity.span[0]])
        if joined or introduced.search(text[: quantity.span[0]]):
            found.append(quantity)
    return found


def reversed_comparison(text: str, passages: Iterable[str]) -> str:
    """The comparison of two named things (A 优于 B) that the passages state the other way round, or "".

    A passage tells only if it has all names of the sentence (else it may be about another benchmark); where both
    sides have their numbers, these decide.
    """
    stated = _ranking(text)
    if stated is None:
        return ""
    wins, left, right, words = stated
    telling = [passage for passage in passages if _keys(text) <= _keys(passage)]
    verdicts = [order for passage in telling if (order := _order(passage, left, right)) is not None]
    return words if verdicts and all(order != wins for order in verdicts) else ""


def _ranking(text: str) -> tuple[bool, set[str], set[str], str] | None:
    """Whether the left side wins, the keys of both sides, and the wording, of the one comparison in `text`."""
    verb = _only_verb(text)
    if verb is None:
        return None
    left, right = text[: verb.start()], _CLAUSES.split(text[verb.end() :])[0]
    amount = not (verb["better"] or verb["worse"])
    if (amount and LOWER_IS_BETTER.search(_CLAUSES.split(left)[-1])) or _AMOUNT.match(right) or _values(right, _OF):
        return None
    return verb["above"] is not None, _keys(left), _keys(right), f"{left[-12:].strip()}{verb[0]}{right[:12].strip()}"


def _order(passage: str, left: set[str], right: set[str]) -> bool | None:
    """Whether the passage ranks `left` above `right`; None if it does not plainly rank them."""
    found = [(match, True) for match in _EN_BEATS.finditer(passage)] + [
        (match, False) for match in _EN_LOSES.finditer(passage)
    ]
    if len(found) != 1 or NEGATION.search(passage.replace(found[0][0][0], "")):
        return None
    verb, wins = found[0]
    if verb[0].lower().endswith("ed") and _PASSIVE.search(passage[: verb.start()]):
        wins = not wins
    before = _keys(_SENTENCE.split(passage[: verb.start()])[-1])
    after = _keys(_SENTENCE.split(passage[verb.end() :])[0])
    before, after = before - after, after - before
    straight, crossed = left & before or right & after, left & after or right & before
    if straight and not crossed:
        return wins
    return not wins if right & before and not straight else None


def _keys(text: str) -> set[str]:
    return {key(word.text) for word in latin_words(text) if word.text[0].isalpha()} - GENERAL


def _only_verb(text: str) -> re.Match[str] | None:
    """The comparing word of `text`, if it has one and no "not" before it."""
    verbs = list(_VERB.finditer(text))
    if len(verbs) != 1 or _NEGATED.search(text[: verbs[0].start()]):
        return None
    return verbs[0]


def _plain(text: str) -> list[Quantity]:
    return [q for q in _numbers(text) if not (q.magnitude or q.about in ("<", ">"))]


def _numbers(text: str) -> list[Quantity]:
    return [q for q in quantities(text) if not q.in_name]


def _sort(quantity: Quantity) -> tuple[str, str]:
    return quantity.kind, quantity.unit
