"""The bytes of a response as one JSON value: unpacked within a limit, in whatever encoding, streamed or whole."""

import json
import re
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from summarizer.sources.http.packing import unasked

MOST_BYTES = 32 * 2**20  # of a body, packed and unpacked; an answer has some 40 kB

_MOST_PARTS = 10**6  # of a JSON text: each takes some hundred bytes of memory, and of its packed form almost nothing
_PIECE = 2**20
_PACKED = (b"\x1f\x8b", b"x\x01", b"x^", b"x\x9c", b"x\xda")  # how gzip and zlib ("deflate") begin, and no answer does
_MAGIC = 2
_TEXTS = ("content", "reasoning_content", "reasoning", "thinking", "refusal")  # of a message, in pieces when streamed
_END = "[done]"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|$)', re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")  # of server-sent events; other ends of lines may stand in a text


async def unpacked(chunks: AsyncIterator[bytes], most: int = MOST_BYTES) -> AsyncIterator[bytes]:
    """A body in pieces, unpacked where its first bytes say that it is packed: gateways forget the header, or leave it
    where it is wrong.

    Raises `ValueError` for what is damaged or has more than `most` bytes, packed or unpacked.
    """
    unpacker, begun, sizes = None, b"", [0, 0]
    async for chunk in chunks:
        sizes[0] += len(chunk)
        if len(begun) < _MAGIC:
            begun = chunk = begun + chunk
            if len(begun) < _MAGIC:
                continue
            unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if begun.startswith(_PACKED) else None
        for piece in _pieces_of(chunk, unpacker):
            sizes[1] += len(piece)
            yield piece
            if max(sizes) > most:
                raise ValueError(f"more than {most // 2**20} MB")
    if unpacker and not unpacker.eof:
        raise ValueError("a packed stream that breaks off")
    if len(begun) < _MAGIC:
        yield begun


def _pieces_of(chunk: bytes, unpacker: Any) -> Iterator[bytes]:
    """A chunk unpacked, at most a MB at a time."""
    try:
        while unpacker and chunk:
            yield unpacker.decompress(chunk, _PIECE)
            chunk = unpacker.unconsumed_tail
    except zlib.error as error:
        raise ValueError(f"a damaged packed stream: {error}") from None
    if chunk:
        yield chunk


def decoded(data: bytes, charset: str | None = None, content_encoding: str = "") -> str:
    """Text in UTF-8, -16 or -32, whatever `charset` the headers name; in that one where it is none of these.

    Where it is none because of a `content_encoding` that cannot be undone, the text says so.
    """
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        if packing := unasked(content_encoding):
            return f"packed as {packing}, which was not asked for"
    try:
        return data.decode(charset or "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def check_parts(text: str) -> None:
    """Raises `ValueError` where a JSON text may hold more values than there is memory and time for."""
    if _count(text, ",[{") > _MOST_PARTS and _count(_STRING.sub("", text), ",[{") > _MOST_PARTS:
        raise ValueError(f"more than {_MOST_PARTS} values")


def _count(text: str, signs: str) -> int:
    return sum(map(text.count, signs))


def json_within_bounds(text: str) -> Any:
    """Raises `ValueError`, `RecursionError` for nesting without end."""
    check_parts(text)
    return json.loads(text.removeprefix("\ufeff"))


def json_value(text: str) -> Any:
    """The JSON value of a body. Server-sent events and lines of JSON are put together to one completion.

    Raises `ValueError` (`RecursionError` for nesting without end) for what is neither, or breaks off.
    """
    text = text.strip().removeprefix("\ufeff")
    try:
        value = json_within_bounds(text)
        return json_within_bounds(value) if isinstance(value, str) else value  # some gateways encode it twice
    except json.JSONDecodeError:
        if _count(text, "\r\n") > _MOST_PARTS:
            raise ValueError(f"more than {_MOST_PARTS} lines") from None
        pieces = list(_pieces(text))
    if not pieces:
        raise ValueError("neither JSON nor a stream of it")
    return _joined(pieces)


def _pieces(text: str) -> Iterator[str]:
    """The payloads of a stream, in order: `data:` of server-sent events, or one JSON object a line.

    Other fields of events, comments and empty heartbeats are no payloads.
    """
    event: list[str] = []  # payloads since the last blank line: several, or one in several lines
    for line in chain(_lines(text), ("",)):
        if line.startswith("data:"):
            payload = line.removeprefix("data:").strip()
            if payload and not payload.startswith(":"):
                event.append(payload)
        elif line.startswith("{"):
            event.append(line)
        elif not line.strip():
            whole = all(payload.startswith("{") or payload.lower() == _END for payload in event)
            yield from event if whole else ["\n".join(event)]
            event = []


def _lines(text: str) -> Iterator[str]:
    """One after the other: there may be millions."""
    begin = 0
    for end in _LINE_END.finditer(text):
        yield text[begin : end.start()]
        begin = end.end()
    yield text[begin:]


def _joined(pieces: Iterable[str]) -> dict[str, Any]:
    """One completion from the chunks of a stream: the first choice of each."""
    texts: dict[str, list[str]] = {name: [] for name in _TEXTS}
    arguments: list[str] = []
    whole: dict[str, Any] = {"usage": None}
    finish: object = None
    ended = False
    for piece in pieces:
        if piece.lower() == _END:
            ended = True
            continue
        chunk = json_within_bounds(piece)
        if not isinstance(chunk, dict):
            raise ValueError("a stream of something else than objects")
        if chunk.get("error") or not (chunk.keys() & {"choices", "message", "usage"}):
            return chunk
        choice = _mapping(next(iter(_entries(chunk.get("choices"))), chunk))
        said = choice.get("delta") or choice.get("message")
        delta = {"content": said} if isinstance(said, str) else _mapping(said)
        for name in _TEXTS:
            texts[name].append(flat_text(delta.get(name)))
        calls = _entries(delta.get("tool_calls"))
        arguments += [str(_mapping(_mapping(call).get("function")).get("arguments") or "") for call in calls]
        finish = choice.get("finish_reason") or choice.get("done_reason") or finish
        ended = ended or bool(choice.get("done"))
        whole["usage"] = chunk.get("usage") or choice.get("usage") or whole["usage"]
        whole["model"] = whole.get("model") or chunk.get("model")
        if choice.get("error"):
            whole["error"] = choice["error"]
    if not finish and not ended:
        raise ValueError("a stream that breaks off before its end")
    message: dict[str, Any] = {name: "".join(parts) for name, parts in texts.items()}
    message["tool_calls"] = [{"function": {"arguments": "".join(arguments)}}]
    return whole | {"choices": [{"message": message, "finish_reason": finish}]}


def flat_text(value: object) -> str:
    """A string, the texts of a list of parts, or an object as its JSON: a server may have parsed the answer."""
    if isinstance(value, list):
        return "".join(flat_text(part.get("text")) for part in value if isinstance(part, dict))
    if isinstance(value, dict):
        return value["text"] if isinstance(value.get("text"), str) else json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _entries(value: object) -> Iterable[Any]:
    return value if isinstance(value, list) else ()
