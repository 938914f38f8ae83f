"""Where in a web page the passages of a PDF stand: found by letters, in one flow of each.

Most passages are found letter for letter, and those that occur once are the frame. The others are looked for between
their neighbours: the runs of letters that they share with the page vote for a place, and the edges are the words
between which the page is most like the passage.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from summarizer.html.flow import Flow

_LONG = 24  # letters that are found again by chance nowhere
_SAME = 0.1  # share of the passages that occur letter for letter in any page of the same paper
_LIKE = 0.6  # likeness below which a place is none
_CERTAIN, _CERTAIN_SHORT = 0.8, 0.9  # the same for a place that no neighbour speaks for
_EDGE = 0.02  # likeness that an edge between two sentences is worth


@dataclass(frozen=True, slots=True)
class Range:
    """Letters of the page, and how like the passage they are, 0 to 1."""

    start: int
    end: int
    likeness: float


def align(
    passages: Sequence[str], floating: Sequence[bool], flow: Flow, within: tuple[int, int] | None = None
) -> list[Range | None]:
    """For the letters of each passage, in the order of the PDF, their range of the page; None where there is none.

    `floating` says of each whether it may stand elsewhere in the order of the page, as a caption does. `within` is the
    range of letters that they are in, if that is known.
    """
    first, last = within or (0, len(flow.letters))
    found = [_only(passage, flow, first, last) for passage in passages]
    frame = in_order([(n, r) for n, r in enumerate(found) if r and not floating[n]])
    if within is None and len(frame) < _SAME * sum(len(passage) >= _LONG for passage in passages):
        return found  # another paper
    low = first
    for n, passage in enumerate(passages):
        own = found[n]
        if frame and n == frame[0] and own:
            frame = frame[1:]
            low = own.end
            continue
        upcoming = found[frame[0]] if frame else None
        near = None if floating[n] else _within(passage, flow, low, upcoming.start if upcoming else last)
        if near:
            found[n], low = near, near.end
        else:
            far = own or _within(passage, flow, first, last)
            found[n] = far if far and _is_certain(passage, far) else None
    return found


def _only(passage: str, flow: Flow, first: int, last: int) -> Range | None:
    """The place of a passage that occurs once."""
    start = flow.letters.find(passage, first, last) if len(passage) >= _LONG / 2 else -1
    if start < 0 or flow.letters.find(passage, start + 1, last) >= 0:
        return None
    return Range(start, start + len(passage), 1.0)


def _is_certain(passage: str, far: Range) -> bool:
    """Is a place that no neighbour speaks for that of the passage? A few words are found in many places."""
    return len(passage) >= _LONG / 2 and far.likeness >= (_CERTAIN if len(passage) >= _LONG else _CERTAIN_SHORT)


def in_order(found: Sequence[tuple[int, Range]]) -> list[int]:
    """The passages of the longest series whose places are in order."""
    ends: list[int] = []  # start of the last range of the best series of each length
    last: list[int] = []  # its place in `found`
    before: list[int] = []
    for place, (_, own) in enumerate(found):
        length = bisect_left(ends, own.start)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [own.start]
        last[length : length + 1] = [place]
    series = []
    place = last[-1] if last else -1
    while place >= 0:
        series.append(found[place][0])
        place = before[place]
    return series[::-1]


def _within(passage: str, flow: Flow, low: int, high: int) -> Range | None:
    """The place of a passage between two letters of the page."""
    starts = flow.words[bisect_left(flow.words, low) : bisect_left(flow.words, high)]
    exact = [start for start in starts if flow.letters.startswith(passage, start)] if len(passage) < _LONG else []
    start = exact[0] if exact else flow.letters.find(passage, low, high)
    if start >= 0:
        return Range(start, start + len(passage), 1.0)
    voted = _voted(passage, flow.letters, low, high)
    found = None if voted is None else _edges(passage, flow, voted, low, high)
    return found if found and found.likeness >= _LIKE else None


def _voted(passage: str, letters: str, low: int, high: int) -> int | None:
    """Where a passage would begin, as most of its runs of letters have it."""
    size = 10 if len(passage) >= 40 else 5
    votes: list[int] = []
    for offset in range(0, len(passage) - size + 1, max(1, len(passage) // 60)):
        run = passage[offset : offset + size]
        place = letters.find(run, low, high)
        while place >= 0 and len(votes) < 500:
            votes.append(place - offset)
            place = letters.find(run, place + 1, high)
    if not votes:
        return low if high - low <= 2 * len(passage) + 20 else None
    votes.sort()
    spread = max(8, len(passage) // 5)
    counts = [bisect_left(votes, vote + spread) - n for n, vote in enumerate(votes)]
    best = counts.index(max(counts))
    return votes[best + counts[best] // 2]


def _edges(passage: str, flow: Flow, start: int, low: int, high: int) -> Range:
    """The words near `start` and a passage's length behind it between which the page is most like the passage."""
    slack = min(max(12, len(passage) // 4), 200)
    end = min(start + len(passage), high)
    for _ in range(2):
        start = max(_near(flow, start, slack, low, end), key=lambda edge: _worth(passage, flow, edge, end))
        bare_end = bisect_left(flow.bare_places, flow.bare_places[start] + len(passage))  # if its references are others
        ends = [edge for place in (end, bare_end) for edge in _near(flow, place, slack, start, high)]
        end = max(ends, key=lambda edge: _worth(passage, flow, start, edge))
    likeness = _likeness(passage, flow, start, end)
    return Range(_over_references(start, flow, -1), _over_references(end, flow, 1), likeness)


def _over_references(edge: int, flow: Flow, step: int) -> int:
    """The end or the beginning of the sentence, if only references are between: they may be printed otherwise."""
    letter = edge if step > 0 else edge - 1
    while 0 <= letter < len(flow.letters) and flow.is_reference[letter] and letter + (step < 0) not in flow.sentences:
        letter += step
    reached = letter if step > 0 else letter + 1
    return reached if reached in flow.sentences else edge


def _near(flow: Flow, place: int, slack: int, low: int, high: int) -> Sequence[int]:
    first = bisect_left(flow.words, max(low, place - slack))
    last = bisect_left(flow.words, min(high, place + slack) + 1)
    return flow.words[first:last] or [min(max(place, low), high)]


def _worth(passage: str, flow: Flow, start: int, end: int) -> float:
    return _likeness(passage, flow, start, end) + _EDGE * ((start in flow.sentences) + (end in flow.sentences))


def _likeness(passage: str, flow: Flow, start: int, end: int) -> float:
    """With the references of the page or without them: `[3]` may stand there by the names of its authors."""
    bare = flow.bare[flow.bare_places[start] : flow.bare_places[end]]
    return max(Indel.normalized_similarity(passage, text) for text in (flow.letters[start:end], bare))
