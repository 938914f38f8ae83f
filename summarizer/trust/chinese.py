"""Chinese prose: what is wrong with it, and its typography.

For sections of prose only; titles, names and code are left as their authors wrote them.
"""

import re
from collections import Counter
from pathlib import Path

import autocorrect_py

from summarizer.trust.claims import MARK, split_statements

_CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_MIN_SHARE = 0.35  # of the letters that are not part of a name
_FEW_LETTERS = 20  # below this a share says nothing
_NOT_PROSE = re.compile(
    r"\$[^$\n]{1,300}\$|`[^`\n]{1,200}`|https?://[^\s\u3000-\uffef]{1,300}|《[^》\n]{1,200}》|“[^”\n]{1,300}”|\"[^\"\n]{1,300}\""
)
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{1,24}(?:[_-][A-Za-z0-9]{1,24}){1,6}")  # flash-attention
_NAME = re.compile(r"[A-Za-z]{0,20}[A-Z0-9][A-Za-z0-9]{0,30}(?:[-_./&+@][A-Za-z0-9]{1,30}){0,8}")
_ENGLISH_RUN = re.compile(r"[A-Za-z][A-Za-z0-9'’-]{0,40}(?:,? [A-Za-z0-9][A-Za-z0-9'’-]{0,40}){7,60}")
_LEAKS = re.compile(
    r"作为(?:一个|一名)?(?:AI|人工智能|大?语言模型){1,2}(?:助手)?[，,我]|根据(?:您|你)的(?:要求|指示)|好的，(?:以下|下面|我)|以下是(?:我|为您|根据)"
    r"|待补充|此处(?:填写|省略)|placeholder|Summary generation failed|as an AI|I cannot"
    r"|</?think>|```|\"(?:text|type|sections?|passages?|properties|description)\"[ ]?:|json_schema"
    r"|JSON ?(?:格式|对象)(?:如下|输出|返回)|\\n(?![a-z])|\\u[0-9a-f]{4}"
    r"|\ufffd|<(?:p|br|div|span|img|script|b|i|sup|sub)\b[^>\n]{0,200}>",
    re.IGNORECASE,
)
_TRADITIONAL = frozenset(Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8").replace("\n", ""))
_FINAL = '。！？…!?.）)】」』”"》]'
_DANGLING = re.compile(
    r"[，,、；;：:（(“《—]$|(?:以及|并且|而且|例如|比如|因为|由于|通过|对于|其中|包括|和|与|或|的|在|将|被)$"
)
_DOUBLED = re.compile(r"([，。；：、！？])\1|[，、；：][。，、；：]")
_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"), ("「", "」"))
_LONG_ENOUGH_TO_END = 40


def language_problems(text: str) -> list[str]:
    """What keeps `text`, a section of prose, from being clean Chinese; short English messages, empty if nothing."""
    plain = MARK.sub("", text).strip()
    if not plain:
        return ["empty"]
    problems = [*_foreign(plain)]
    if leak := _LEAKS.search(plain):
        problems.append(f"leaked or stray text: {leak[0]!r}")
    if doubled := _DOUBLED.search(plain):
        problems.append(f"doubled punctuation: {doubled[0]!r}")
    problems += [f"unbalanced {left}{right}" for left, right in _PAIRS if plain.count(left) != plain.count(right)]
    if cut := _cut(plain):
        problems.append(f"ends in the middle of a sentence: {cut!r}")
    sentences = Counter(s.text for s in split_statements("", plain) if len(s.text) >= 12)
    problems += [f"said twice: {sentence[:30]!r}" for sentence, times in sentences.items() if times > 1]
    return problems


def _foreign(plain: str) -> list[str]:
    """Too little Chinese, English left untranslated, traditional characters."""
    prose = _NOT_PROSE.sub(" ", plain)
    found = []
    if run := next((r for r in _ENGLISH_RUN.finditer(prose) if _is_sentence(r[0])), None):
        found.append(f"untranslated English: {run[0][:60]!r}")
    words = _IDENTIFIER.sub(" ", _NAME.sub(" ", prose))
    chinese, latin = len(re.findall(f"[{_CJK}]", words)), len(re.findall(r"[A-Za-z]", words))
    if not chinese or (latin >= _FEW_LETTERS and chinese < _MIN_SHARE * (chinese + latin)):
        found.append(f"too little Chinese: {100 * chinese // max(1, chinese + latin)}% of the letters")
    traditional = "".join(dict.fromkeys(c for c in prose if c in _TRADITIONAL))
    if len(traditional) > 1:
        found.append(f"traditional characters: {traditional[:10]}")
    return found


def _is_sentence(run: str) -> bool:
    """A run of English is a sentence, not a title or a list of names, if half its words are in small letters."""
    words = run.split()
    return sum(word[0].islower() for word in words) * 2 >= len(words)


def _cut(plain: str) -> str:
    """The end of the first line that stops without finishing, or "".

    A line without a full stop is only cut where the text has full stops: lists of short points have none.
    """
    lines = [line.strip().rstrip("*_ ") for line in plain.splitlines() if line.strip()]
    for line in lines:
        introduces = line[-1:] in "：:" and line is not lines[-1]
        stops = len(line) < _LONG_ENOUGH_TO_END or line[-1] in _FINAL or "。" not in plain
        if not introduces and (_DANGLING.search(line) or not stops):
            return line[-12:]
    return ""


# ---- typography

_KEPT = re.compile(
    MARK.pattern
    + r"|\$[^$\n]{1,300}\$|`[^`\n]{1,200}`|!?\[[^\]\n]{0,200}\]\([^)\n]{0,300}\)|https?://[^\s\u3000-\uffef]{1,300}"
    + rf"|[A-Za-z0-9]{{1,30}}[’‘][ ]?[A-Za-z]{{0,30}}|(?<=[{_CJK}])-|-(?=[{_CJK}])"
    + r"|(?<=[A-Za-z0-9%）*\]])[，。；：？！（）、]"  # autocorrect narrows what stands between Latin letters
)
_STASH = 0xF0000  # a private-use plane: not a letter, so nothing is spaced or widened around it
_STASHED = f"{chr(_STASH)}-{chr(_STASH + 0xFFFD)}"
_PASSES = 4
_AFTER_CHINESE = rf"(?<=[{_CJK}％%”）*》」{_STASHED}])"
_WIDE = str.maketrans(",;:?!", "，；：？！")
_NARROW_STOP = re.compile(
    rf"{_AFTER_CHINESE}[ ]?[,;:?!][ ]?(?=[{_CJK}“（《「*]|$)|(?<=[{_CJK}）”])[,;:?!](?=[{_CJK}A-Za-z0-9])"
)
_FULL_STOP = re.compile(rf"(?<=[{_CJK}”）{_STASHED}])\.(?=$|[{_CJK}{_STASHED}])")
_BRACKETS = re.compile(rf"[ ]?\(([^()\n]{{0,120}}[{_CJK}][^()\n]{{0,120}})\)[ ]?(?![A-Za-z0-9])")


def polish(text: str) -> str:
    """Full-width punctuation and spacing by autocorrect, where Chinese stands; the same again for its own output.

    Citation marks, maths, code, links and the letters and digits of every line stay as they are.
    """
    return "\n".join(_settled(line) for line in text.split("\n"))


def _settled(line: str) -> str:
    """The line polished until nothing changes; a line that never settles, or has no Chinese, stays as it is."""
    done = line
    for _ in range(_PASSES if re.search(f"[{_CJK}]", line) else 0):
        before, done = done, _polish_line(done)
        if done == before:
            return done
    return line


def _polish_line(line: str) -> str:
    stash: list[str] = []

    def keep(found: re.Match[str]) -> str:
        stash.append(found[0])
        return chr(_STASH + len(stash) - 1)

    kept = _KEPT.sub(keep, line)
    done = _BRACKETS.sub(r"（\1）", autocorrect_py.format(kept))
    done = _NARROW_STOP.sub(lambda found: found[0].strip().translate(_WIDE), done)
    done = _FULL_STOP.sub("。", done)
    if _letters(done) != _letters(kept):
        return line
    return "".join(stash[ord(c) - _STASH] if ord(c) >= _STASH else c for c in done)


def _letters(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9\U000f0000-\U000ffffd]", text)
