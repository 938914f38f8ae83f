"""How labelled claims come about, in three steps; the form of the files is told in `labels.py`.

    make_labels.py collect RUNS --papers PDFS --out DIR --writer a [--only PAPER ...]
        DIR/<paper>.jsonl: the sentences of digests as the model wrote them, before any check, from the replies that the
        store of RUNS has; DIR/<paper>.sheet.md for whoever makes wrong ones: claims, passages, kinds of error.
    make_labels.py take DIR
        DIR/<paper>.wrong.jsonl, lines {"of": id, "kind": …, "text": …, "words": …}, become claims of <paper>.jsonl.
    make_labels.py judge DIR FILE
        lines {"id": …, "kind": …, "words": …} of FILE, from a judge who has the whole paper, become the labels of
        claims that their writers got wrong.

What is wrong with a line is said, and nothing is written then.
"""

import argparse
import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from labels import LONGEST_WORDS, MADE, NATURAL, RIGHT, Labelled, LabelledPaper, fingerprint, read_labels, write_labels
from pydantic import ValidationError

from summarizer.config import load_config
from summarizer.jobs.job import Job, open_job
from summarizer.llm.json_text import NoJsonError, extract_json
from summarizer.llm.paper_text import paper_text, readable
from summarizer.paper.pieces import pieces_of, statements
from summarizer.paper.source import load_document, load_source
from summarizer.schema import BaseDigest, sections
from summarizer.sources.ids import Ref
from summarizer.trust.marks import Marks
from summarizer.types import FIGURES, RATING, Document, Reply

_SAME = 0.8  # of a paper's lines stand in the request that was made of it
_SHEET = """# Wrong claims about {paper}

Below are the sentences of a digest of this paper, then the paper. Make wrong sentences of about one in three: change as
little as a model would that errs, so that the sentence stays fluent and plausible, and check in the paper that it is
wrong now. Each sentence at most once. Spread the kinds.

Write `{paper}.wrong.jsonl` beside this file, one line for each:
{{"of": "{paper}-7", "kind": "column", "text": "the whole sentence, changed, without [marks]", "words": "the words of the paper that show it is wrong, at most {words} characters"}}

Kinds:
{kinds}

## Sentences

{claims}

## The paper

{text}
"""  # noqa: E501


async def collect(runs: Path, pdfs: Path, out: Path, writer: str, papers: Sequence[str]) -> None:
    config = load_config({"runs": runs})
    async with open_job(config, offline=True, looks=True) as job:
        replies = list(_digest_replies(job))
        for paper in papers:
            source = await load_source(Ref("file", str(pdfs / f"{paper}.pdf")), job.library)
            _, document, _ = await load_document(source, job.library)
            lines = set(paper_text(document, readable(document)).splitlines())
            answer = next((a for asked, a in replies if len(lines & asked) >= _SAME * len(lines)), None)
            if answer is None:
                print(f"{paper}: no reply yet")
                continue
            claims = tuple(_claims(paper, answer, document))
            write_labels(out, LabelledPaper(paper, True, claims, writer))
            (out / f"{paper}.sheet.md").write_text(_sheet(paper, claims, document), encoding="utf-8")
            print(f"{paper}: {len(claims)} claims")


def _digest_replies(job: Job) -> Iterator[tuple[set[str], BaseDigest]]:
    """(lines of the request, the answer) of every digest in the store that can be read."""
    store, schema = job.work.store, job.work.style.schema
    for file in sorted(store.root.glob("reply/*/*.json")):
        record = store.record("reply", file.stem)
        parts = record["parts"] if record else {}
        reply = store.load_reply(parts) if parts.get("stage") == "digest" else None
        answer = _read(reply, schema) if reply else None
        if answer:
            yield set(parts["messages"][1]["content"].splitlines()), answer


def _read(reply: Reply, schema: type[BaseDigest]) -> BaseDigest | None:
    try:
        return schema.model_validate(extract_json(reply.text).value)
    except (NoJsonError, ValidationError):
        return None  # it was asked for again


def _claims(paper: str, answer: BaseDigest, document: Document) -> Iterator[Labelled]:
    """The sentences that cite passages of the paper."""
    texts = {passage.id: passage.text for passage in document.passages}
    headings = sections(type(answer))
    said = [(piece, statement) for piece in pieces_of(answer) for statement in statements(piece, document)]
    for n, (piece, statement) in enumerate(said, 1):
        cites = tuple(fingerprint(texts[number]) for number in statement.passages if number in texts)
        if cites and piece.section not in (FIGURES, RATING):
            yield Labelled(f"{paper}-{n}", headings[piece.section], statement.text, cites, RIGHT)


def _sheet(paper: str, claims: Sequence[Labelled], document: Document) -> str:
    numbers = {fingerprint(passage.text): passage.id for passage in document.passages}
    marks = Marks(document)
    shown = []
    for claim in claims:
        cited = "".join(f"[{mark}]" for mark in marks.of_passages([numbers[cite] for cite in claim.cites]))
        shown.append(f"{claim.id} 〔{claim.section}〕{claim.text}{cited}")
    kinds = "\n".join(f"- {kind}: {meaning}" for kind, meaning in MADE.items())
    text = paper_text(document, readable(document))
    return _SHEET.format(paper=paper, words=LONGEST_WORDS, kinds=kinds, claims="\n".join(shown), text=text)


def take(folder: Path) -> None:
    for file in sorted(folder.glob("*.wrong.jsonl")):
        labels = read_labels(folder / f"{file.name.removesuffix('.wrong.jsonl')}.jsonl")
        right = {claim.id: claim for claim in labels.claims if claim.natural}
        made: dict[str, Labelled] = {}
        for n, line in enumerate(_lines(file), 1):
            of = right.get(line.get("of", ""))
            wrong = "" if of else "`of` is no sentence of the paper"
            wrong = wrong or ("" if of and of.id not in made else "a second one of the same sentence")
            wrong = wrong or ("" if line.get("kind") in MADE else f"`kind` must be one of {', '.join(MADE)}")
            text = re.sub(r"\[[\dTE][^\]]{0,20}\]", "", line.get("text", "")).strip()
            if wrong or of is None or not text or text == of.text:
                raise SystemExit(f"{file}:{n}: {wrong or 'the sentence is not changed'}")
            words = line.get("words", "")[:LONGEST_WORDS]
            made[of.id] = replace(of, id=f"{of.id}w", text=text, kind=line["kind"], of=of.id, words=words)
        write_labels(folder, replace(labels, claims=(*right.values(), *made.values())))
        print(f"{labels.paper}: {len(right)} as written, {len(made)} made wrong")


def judge(folder: Path, file: Path) -> None:
    said = {line["id"]: line for line in _lines(file)}
    if strange := sorted({line["kind"] for line in said.values()} - {*MADE, *NATURAL, RIGHT}):
        raise SystemExit(f"{file}: unknown kinds: {', '.join(strange)}")
    for labels in [read_labels(found) for found in sorted(folder.glob("*.jsonl")) if ".wrong" not in found.name]:
        judged = [
            replace(c, kind=said[c.id]["kind"], words=said[c.id].get("words", "")[:LONGEST_WORDS])
            if c.id in said
            else c
            for c in labels.claims
        ]
        if judged != [*labels.claims]:
            write_labels(folder, replace(labels, claims=tuple(judged)))
            print(f"{labels.paper}: {sum(c.natural and c.kind != RIGHT for c in judged)} wrong as written")


def _lines(file: Path) -> list[dict[str, str]]:
    try:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except ValueError as error:
        raise SystemExit(f"{file}: not JSON lines: {error}") from None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    collecting = steps.add_parser("collect")
    collecting.add_argument("runs", type=Path)
    collecting.add_argument("--papers", type=Path, required=True, help="PDFs named by their ids")
    collecting.add_argument("--out", type=Path, required=True)
    collecting.add_argument("--writer", default="", help="tells writers apart, no name")
    collecting.add_argument("--only", nargs="+", metavar="PAPER")
    taking = steps.add_parser("take")
    taking.add_argument("folder", type=Path)
    judging = steps.add_parser("judge")
    judging.add_argument("folder", type=Path)
    judging.add_argument("file", type=Path)
    options = parser.parse_args()
    if options.step == "collect":
        ids = options.only or sorted(pdf.stem for pdf in options.papers.glob("*.pdf"))
        asyncio.run(collect(options.runs, options.papers, options.out, options.writer, ids))
    elif options.step == "take":
        take(options.folder)
    else:
        judge(options.folder, options.file)


if __name__ == "__main__":
    main()
