"""A model that answers every stage's request with what a careful one might say."""

import json
import re
from collections.abc import Callable

from llm_server import Scripted, completion


def passages(body: dict) -> dict[int, str]:
    """{number: text} of the passages in a request."""
    return {int(n): text for n, text in re.findall(r"^\[(\d+)\] (.*)$", question(body), re.MULTILINE)}


def question(body: dict) -> str:
    """The text of a request, whether or not figures go along."""
    content = body["messages"][1]["content"]
    return content if isinstance(content, str) else content[0]["text"]


def answer(body: dict, **changes: object) -> dict:
    """What a careful model might send: sentences without numbers, each with the passage it is from."""
    first, second, *_ = passages(body)
    value = {
        "title_zh": "只看全文还不够",
        "abstract": f"本文研究怎样核对解读里的数字[{first}]。结论是要引用到句子[{second}]。",
        "background": f"自动解读里会有写错的数字[{first}]。",
        "challenges": [f"只查全文会放过错误[{first}]。", f"小整数尤其容易撞上[{second}]。"],
        "gist": f"引用到句子，写错的数字才会被发现[{second}]。",
        "solution": [f"让每句话引用原文的句子[{first}]。"],
        "innovations": [f"比较了不同大小的证据[{first}]。"],
        "model": [{"text": f"把论文切成句子并编号[{second}]。", "equation": "", "explain": ""}],
        "setup": [],
        "results": [reading(f"证据越小，漏过的错误越少[{second}]。")],
        "conclusions": [f"解读应当引用句子，而不是整篇论文[{first}]。"],
        "limits": [{"kind": "admitted", "text": f"只用了论文自己的句子[{first}]。", "words": []}],
        "rating": rating(f"只用了论文自己的句子[{first}]。"),
        "reason": f"适合做自动解读的人读[{first}]。",
        "summary": f"本文说明只看全文还不够[{first}]。应当引用到句子[{second}]。",
        "affiliations": f"summarizer[{first}]",
        "figures": [{"label": "Figure 1", "section": "model", "caption": f"从论文到句子的流程[{second}]。"}],
    }  # fmt: skip
    return value | changes


def reading(text: str, table: str = "", rows: list[int] = [], columns: list[int] = []) -> dict:  # noqa: B006
    """A sentence on the results, beside chosen cells of a table."""
    heads = ["", *(f"↑={table}c{n}" for n in columns)] if table else []
    return {"title": "", "columns": heads, "rows": [f"{table}r{n}" for n in rows], "reading": text}


def rating(weakness: str, **scores: int) -> dict:
    """A rating of 3 on all axes but those given."""
    axes = dict.fromkeys(("novelty", "rigour", "evidence", "usefulness", "reproducibility"), 3) | scores
    return {
        **{name: {"score": score, "reason": "与同类工作相当"} for name, score in axes.items()},
        "weakness": weakness,
    }


def model(change: Callable[[dict], dict] = lambda body: {}, repair: Callable[[dict], list] = lambda body: []):
    """A model that answers digests, notes and repairs."""

    def script(body: dict) -> Scripted:
        stage, system = stage_of(body), body["messages"][0]["content"]
        if stage == "choose":
            return reply({"items": scores(body)})
        if stage == "notes":
            return reply({"notes": [f"笔记[{n}]。" for n in list(passages(body))[:3]]})
        if stage == "reading":
            return reply({"items": readings(body)})
        if stage == "repair":
            return reply({"items": repair(body)})
        fields = re.findall(r'"(\w+)"', system.split('"required":')[-1].split("]")[0])
        whole = answer(body, **change(body))
        return reply({name: whole[name] for name in fields})

    return script


def stage_of(body: dict) -> str:
    """What a request is for."""
    system = body["messages"][0]["content"]
    marks = {'"why"': "choose", '"notes"': "notes", "终审": "reading", "校对": "repair"}
    return next((stage for mark, stage in marks.items() if mark in system), "digest")


def readings(body: dict) -> list[dict]:
    """Every sentence without a doubt is supported by the words of the first passage; the others are left to the checker."""
    text = question(body)
    quote = " ".join(next(iter(passages(body).values()), "").split()[:8])
    sentences = re.findall(r"^(\d+)\. 〔.*\n(   （)?", text, re.MULTILINE)
    return [
        {"id": int(n), "verdict": "supported", "problem": "none", "quote": quote, "text": ""}
        for n, doubt in sentences
        if not doubt
    ]


def scores(body: dict) -> list[dict]:
    """The longer the title, the better."""
    found = re.findall(r"^(\d+)\. \[[^\]]*\] (.*)$", body["messages"][1]["content"], re.MULTILINE)
    return [
        {"n": int(n), "why": f"标题有 {len(title)} 个字符。", "score": min(10, len(title) / 10)} for n, title in found
    ]


def reply(value: object) -> Scripted:
    return completion(json.dumps(value, ensure_ascii=False))
