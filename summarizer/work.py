"""What a digest is made with."""

from dataclasses import dataclass

from summarizer.config import Config
from summarizer.llm.client import Model
from summarizer.llm.plan import Prompts
from summarizer.store.results import Store, fingerprint
from summarizer.styles import Style, find_style, load_prompt, load_text
from summarizer.trust.phrases import Phrases, read_phrases
from summarizer.trust.wordlists import Term, Vocabulary, read_glossary, read_vocabulary


@dataclass(frozen=True, slots=True)
class Wording:
    """What the Chinese is held to: `glossary.txt`, `phrases.txt` and `terms.txt` in `prompts/`."""

    glossary: tuple[Term, ...]
    phrases: Phrases
    vocabulary: Vocabulary
    fingerprint: str  # of the three files


@dataclass(frozen=True, slots=True)
class Work:
    """What a digest is made with. `model` is None for offline drafts."""

    config: Config
    style: Style
    prompts: Prompts
    wording: Wording
    store: Store
    model: Model | None = None
    reader: Model | None = None  # of the second reading; None where there is none

    @property
    def prompt_fingerprints(self) -> dict[str, str]:
        """Of the prompts that a digest depends on."""
        return self.prompts.fingerprints(self.style, images=self.config.figures_to_model > 0)


def load_work(config: Config, store: Store, model: Model | None, reader: Model | None) -> Work:
    """Raises `UsageError` for a style or a prompt that cannot be."""
    prompts = Prompts(
        load_prompt("notes"), load_prompt("repair"), load_prompt("reading"), load_prompt("reading", images=True),
        load_prompt("choose"), load_text("reask"),
    )  # fmt: skip
    return Work(config, find_style(config.style), prompts, load_wording(), store, model, reader)


def load_wording() -> Wording:
    """The lists that ship with the program, or those that stand in their place."""
    glossary, phrases, terms = (load_text(name, ".txt") for name in ("glossary", "phrases", "terms"))
    lists = read_glossary(glossary), read_phrases(phrases), read_vocabulary(terms)
    return Wording(*lists, fingerprint([glossary, phrases, terms]))
