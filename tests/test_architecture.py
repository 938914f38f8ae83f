"""The plan of the house, read off the imports: one spine from the door down, no circle, the network in three rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "summarizer"

# From the door to the ground. A room imports rooms below its own, never one beside or above it.
SPINE = ("cli", "commands", "jobs reports", "pipeline", "paper", "work", "llm", "styles", "store", "sources")
GROUND = ("export", "site", "output", "html", "trust", "pdf")  # pure functions; of these, too, each only what follows
FOUNDATION = ("schema", "config", "pasted", "files", "types", "errors")

ORDER = {room: level for level, rooms in enumerate((*SPINE, *GROUND, *FOUNDATION)) for room in rooms.split()}
BESIDE = {("reports", "jobs"), ("jobs", "reports")}
NETWORK = {"httpx2", "openai", "requests", "apprise", "smtplib", "urllib.request", "http.client"}
MAY_SEND = {"summarizer/jobs/send.py"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Full names of what a module imports; of `from a import b` also a.b, in case it is a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_imports_upward(path: Path) -> None:
    own = room_of(path)
    if own.startswith("__"):
        return
    rooms = {parts[1] for name in imports(path) if (parts := name.split("."))[0] == "summarizer" and len(parts) > 1}
    for other in rooms & ORDER.keys() - {own}:
        assert (own, other) in BESIDE or ORDER[own] < ORDER[other], f"{own} imports {other}, which is above it"


def test_every_room_has_its_place() -> None:
    assert {room_of(path) for path in modules()} - {"__init__", "__main__"} == set(ORDER)


def test_the_network_is_in_the_rooms_that_ask_somebody() -> None:
    asking = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in modules()
        if any(name == module or name.startswith(f"{module}.") for name in imports(path) for module in NETWORK)
    }
    assert asking
    elsewhere = [name for name in asking if not name.startswith(("summarizer/sources/", "summarizer/llm/"))]
    assert set(elsewhere) <= MAY_SEND


def test_no_module_is_in_a_circle() -> None:
    names = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in modules()}
    names = {name.removesuffix(".__init__"): path for name, path in names.items()}
    needs = {name: {other for other in imports(path) if other in names} - {name} for name, path in names.items()}
    for name in needs:
        needs[name] = {other for other in needs[name] if not name.startswith(f"{other}.")}  # its own package
    while leaves := [name for name, wanted in needs.items() if not wanted]:
        for leaf in leaves:
            del needs[leaf]
        for wanted in needs.values():
            wanted.difference_update(leaves)
    assert not needs


def test_no_class_name_twice() -> None:
    seen: dict[str, str] = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                assert node.name not in seen, f"{node.name} in {path} and {seen[node.name]}"
                seen[node.name] = str(path)
