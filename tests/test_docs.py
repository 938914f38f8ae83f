"""The documentation says what the program does: settings, vendors, messages, commands and links are compared."""

import re
from pathlib import Path

import pytest
import reference

from summarizer.cli import cli
from summarizer.commands.words import read_catalogue
from summarizer.llm.vendors import VENDORS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_table_of_settings_is_that_of_the_code():
    page = reference.PAGE.read_text(encoding="utf-8")
    meanings = reference.meanings(page)
    assert reference.table(meanings) in page, "run python docs/reference.py"
    assert all(meanings[name].strip() for name, _, _ in reference.settings())


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_the_page_of_vendors_has_the_facts_of_the_code(vendor):
    page = (ROOT / "docs" / "vendors.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{vendor.name}` |"))
    facts = [vendor.base_url, vendor.key, vendor.model]
    assert all(f"`{fact}`" in row for fact in facts if fact) and f"{vendor.context_tokens:,}" in row


def test_messages_explained_are_messages_of_the_program():
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    exact, sentences = read_catalogue("zh")
    english = [*exact, *(sentence.template for sentence in sentences)]
    for message in re.findall(r"^\| .*? · ([^|]*?) \|", page, re.MULTILINE):
        parts = [part.strip() for part in message.split("…") if part.strip()]
        assert any(all(part in text for part in parts) for text in english), message


@pytest.mark.parametrize("name", sorted(name for name, command in cli.commands.items() if not command.hidden))
def test_the_readme_shows_every_command(name):
    assert re.search(rf"summarize {name}\b", (ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)\s#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
