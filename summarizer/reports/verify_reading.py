"""The second reader on anybody's digest: the sentences of an entry beside what was found in their paper.

It sees the passages that a sentence cites, or that a search found for it, with the whole sections they stand in. What
it objects to by words of the paper is wrong; where it finds nothing, that says little of a search.
"""

from dataclasses import replace

from summarizer.errors import AnswerError
from summarizer.llm.client import Model
from summarizer.llm.reading import ReadSentence, SentenceToRead, ask_reader
from summarizer.paper.quotes import Quotes
from summarizer.trust.check import pages_text
from summarizer.trust.evidence import Evidence
from summarizer.types import EntryReport, Judged, Reading
from summarizer.work import Work

_MOST_CITED = 6  # passages that a sentence of a digest cites; a linked page has more, of which the nearest count


async def read_entry(report: EntryReport, evidence: Evidence, work: Work, reader: Model) -> EntryReport:
    """The report with what the reader says; a reading that is of no use is a remark. Raises what `Client` raises."""
    asked = [n for n, judged in enumerate(report.judged) if judged.claim.verdict != "figure"]  # it sees no figures
    if not asked:
        return report
    sentences = [_sentence(report.judged[n]) for n in asked]
    try:
        said, _ = await ask_reader(
            reader, work.store, work.prompts.reading, work.prompts.reask, sentences, evidence.document,
            subject=report.paper, max_tokens=work.config.max_output_tokens, sections=True,
        )  # fmt: skip
    except AnswerError as error:
        return replace(report, remarks=(*report.remarks, f"second reading: {error.reason}"))
    quotes = Quotes(evidence)
    if useless := quotes.useless(said.values()):
        return replace(report, remarks=(*report.remarks, f"second reading: {useless}"))
    items = {asked[n]: item for n, item in said.items()}
    read = tuple(_settled(j, items[n], quotes) if n in items else j for n, j in enumerate(report.judged))
    missing = len(asked) - len(items)
    unread = (f"second reading: {missing} sentences not read",) if missing else ()
    return replace(report, judged=read, remarks=(*report.remarks, *unread))


def _sentence(judged: Judged) -> SentenceToRead:
    claim = judged.claim
    cited = claim.passages if 0 < len(claim.passages) <= _MOST_CITED else [p.id for p in judged.evidence]
    return SentenceToRead(claim.section, claim.text, tuple(cited), claim.reason if judged.wrong else "")


def _settled(judged: Judged, said: ReadSentence, quotes: Quotes) -> Judged:
    """Digits are judged by code, meaning by a reader who has the paper's words for it."""
    claim, founded = judged.claim, quotes.has(said.quote)
    reading = Reading(said.verdict, said.problem, said.quote if founded else "")
    if said.verdict == "supported":
        if founded and claim.verdict != "supported" and quotes.numbers_hold(claim, said.quote):
            verdict = replace(claim, verdict="read", reason="", reader=reading, decision="overruled")
            return replace(judged, claim=verdict, wrong=False)
        return replace(judged, claim=replace(claim, reader=reading, decision="" if judged.wrong else "agreed"))
    if said.verdict in ("partly", "contradicted"):
        if not founded:
            return replace(judged, claim=replace(claim, decision="unfounded"))
        where = pages_text(quotes.pages(said.quote))
        words = f'"{said.quote}" on {where}' if where else f'"{said.quote}"'
        objection = ": ".join(("second reading", said.verdict, said.problem, words))
        reasons = "; ".join(filter(None, (claim.reason, objection)))
        verdict = replace(claim, verdict="disputed", reason=reasons, reader=reading)
        return replace(judged, claim=verdict, wrong=True)
    return replace(judged, claim=replace(claim, reader=reading))
