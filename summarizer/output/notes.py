"""What a digest says of itself, in whatever form: on what it rests, what was checked, why a section is empty."""

from collections import Counter

from summarizer.output import words
from summarizer.types import Digest


def notes(digest: Digest) -> list[str]:
    """What a reader must know before."""
    said = {"extract": [words.DRAFT], "abstract": [words.ABSTRACT_ONLY]}.get(digest.basis, [])
    return [*said, words.LEFT_OUT.format(parts="、".join(digest.left_out))] if digest.left_out else said


def silence(digest: Digest, name: str) -> str:
    """Why nothing stands below a heading: the paper is silent, or what was said has failed; "" where none need be."""
    causes = [omission.cause for omission in digest.omitted if omission.section == name]
    unheaded_table = digest.kinds[name] == "tables" and not digest.headings[name]
    if digest.kinds[name] == "gist" or unheaded_table:  # what is not there is not missed
        return ""
    if not causes:
        return "" if digest.kinds[name] == "limits" else f"{words.NOTHING}。"
    return (words.ALL_REPEATED if set(causes) == {"repeat"} else words.ALL_OMITTED).format(omitted=len(causes))


def checked(digest: Digest) -> str:
    """What was checked, by whom, and what was left out, in a line."""
    claims = len(digest.claims)
    if digest.basis == "extract":
        return f"{words.EXTRACTED.format(claims=claims)}。"
    absent = sum(not claim.passages for claim in digest.claims)
    read = sum(claim.reader is not None for claim in digest.claims)
    read_off = sum(claim.verdict == "figure" for claim in digest.claims)
    causes = Counter(words.OMITTED[omission.cause] for omission in digest.omitted)
    told = [
        words.CHECKED.format(claims=claims - absent, numbers=digest.numbers),
        *([words.FIGURES_READ.format(read=read_off)] if read_off else []),
        *([words.ABSENT.format(absent=absent)] if absent else []),
        *([words.READ_AGAIN.format(read=read)] if read else []),
        *(text.format(omitted=count) for text, count in causes.items()),
    ]
    return "；".join(told) + "。"
