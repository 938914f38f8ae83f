"""Finds what may be edited without touching code: digest styles in `schemas/`, prompts in `prompts/`.

Shipped files first, then those in the user's own folder; a style elsewhere is named by its path.
Nothing in the working folder is executed unless it is named.
"""

import re
import string
import sys
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from summarizer.config import config_folder
from summarizer.errors import UsageError
from summarizer.schema import BaseDigest, sections, shape
from summarizer.store.results import fingerprint

_FOR_KIND = re.compile(r"\{(\w+)\} ")
_IMAGES = "images"  # a kind of line: for requests that figures go along with
_PACKAGE = Path(__file__).parent
_SHIPPED = _PACKAGE / "_data" if (_PACKAGE / "_data").is_dir() else _PACKAGE.parent


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file: the system message, a line `---`, the user message, with `$name` to fill in."""

    name: str
    system: string.Template
    user: string.Template
    fingerprint: str  # of its text, as far as it is for this style

    def fill(self, **values: str) -> list[dict[str, str]]:
        """Messages. Raises `UsageError` naming the placeholder that has no value."""
        try:
            system, user = self.system.substitute(values), self.user.substitute(values)
        except (KeyError, ValueError) as error:
            raise UsageError(f"prompts/{self.name}.md: placeholder {error} is not known or malformed") from None
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]


@dataclass(frozen=True, slots=True)
class Style:
    """A digest style: the class whose fields are the sections, and its prompt."""

    name: str
    schema: type[BaseDigest]
    prompt: Prompt
    prompt_with_images: Prompt  # where figures go along with the request


def style_names() -> list[str]:
    """The styles that can be asked for by name."""
    folders = (_SHIPPED / "schemas", config_folder() / "schemas")
    return sorted({path.stem for folder in folders for path in folder.glob("*.py")})


def find_style(name: str) -> Style:
    """A style by name or by the path of its file. Raises `UsageError`."""
    path = Path(name)
    if path.suffix != ".py":
        found = (folder / "schemas" / f"{name}.py" for folder in (_SHIPPED, config_folder()))
        path = next((p for p in found if name.isidentifier() and p.is_file()), path)
    if not path.is_file():
        raise UsageError(f"no style {name!r}; there are {', '.join(style_names())}, or give the path of a .py file")
    own_prompt = path.parent.parent / "prompts" / f"{path.stem}.md"
    schema = _load_schema(path)
    prompt_path, kinds = own_prompt if own_prompt.is_file() else None, _kinds(schema)
    prompts = (_read_prompt(prompt_path, "digest", lines) for lines in (kinds, kinds | {_IMAGES}))
    return Style(path.stem, schema, *prompts)


def load_prompt(name: str, *, images: bool = False) -> Prompt:
    """A shipped prompt, or the user's own of the same name; `images`: for a request that figures go along with."""
    own = config_folder() / "prompts" / f"{name}.md"
    return _read_prompt(own if own.is_file() else None, name, {_IMAGES} if images else ())


def load_text(name: str, suffix: str = ".md") -> str:
    """A prompt that is one piece of text, not a pair of messages, or a list (`.txt`)."""
    own = config_folder() / "prompts" / f"{name}{suffix}"
    path = own if own.is_file() else _SHIPPED / "prompts" / f"{name}{suffix}"
    return path.read_text(encoding="utf-8").strip()


def _kinds(schema: type[BaseDigest]) -> set[str]:
    """What a prompt's lines may be for: kinds of sections, "figures", and "plain" for a style without lists."""
    kinds = {shape(schema, name) for name in sections(schema)}
    return kinds | {"figures" if "figures" in schema.model_fields else "", "" if "points" in kinds else "plain"}


def _read_prompt(path: Path | None, name: str, kinds: Container[str] = ()) -> Prompt:
    """A line that begins with `{rating} ` is only for styles with a rating, and so on for all `kinds` of lines."""
    path = path or _SHIPPED / "prompts" / f"{name}.md"
    lines = [(_FOR_KIND.match(line), line) for line in path.read_text(encoding="utf-8").splitlines()]
    text = "\n".join(line[mark.end() if mark else 0 :] for mark, line in lines if not mark or mark[1] in kinds)
    system, separator, user = text.partition("\n---\n")
    if not separator:
        raise UsageError(f"{path}: a prompt needs a line '---' between the system and the user message")
    return Prompt(path.stem, string.Template(system.strip()), string.Template(user.strip()), fingerprint(text))


def _load_schema(path: Path) -> type[BaseDigest]:
    try:
        source = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be loaded: {type(error).__name__}: {error}") from error
    return _run_schema(path, source)


@cache  # a module that is run again is a second one beside the first, and so are all of pydantic's classes in it
def _run_schema(path: Path, source: bytes) -> type[BaseDigest]:
    """The class in a style's file, `source`."""
    name = f"summarizer_style_{path.stem}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # before it runs: pydantic looks names of annotations up there
    try:
        exec(compile(source, path, "exec"), vars(module))
    except (Exception, SystemExit) as error:  # somebody else's file may raise anything, and scripts like to exit
        raise UsageError(f"{path}: cannot be loaded: {type(error).__name__}: {error}") from error
    schema = getattr(module, "Digest", None)
    if not (isinstance(schema, type) and issubclass(schema, BaseDigest) and sections(schema)):
        raise UsageError(f"{path}: needs a class Digest(BaseDigest) with at least one section")
    return schema
