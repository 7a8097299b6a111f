from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
SYMPTOMS = ROOT / "docs" / "troubleshooting.md"
SOURCES = [
    *(ROOT / "templates").rglob("*.html"),
    *(ROOT / "static" / "js").rglob("*.js"),
    *(path for app in ("cameras", "streaming") for path in (ROOT / app).rglob("*.py")),
]
#: What is filled in when a sentence is said.
FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd]|{{ \w+ }}")
INDEX = ROOT / "docs" / "README.md"
#: A line such as LATENCY_TABLE or LATENCY TABLE holds the place of what a command prints.
PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9]*([_ ][A-Z0-9]+)+")


def links(page: Path) -> list[str]:
    """What it links to inside this repository."""
    found = re.findall(r"\]\(([^)\s]+)\)", page.read_text())
    return [link for link in found if not re.match(r"\w+:", link)]


def anchors(page: Path) -> set[str]:
    """The names that its headings have as parts of an address."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_of_the_docs_is_found_from_its_index():
    pages = {page.name for page in (ROOT / "docs").glob("*.md")}
    assert pages - {INDEX.name} <= {link.partition("#")[0] for link in links(INDEX)}
    assert "docs/README.md" in links(ROOT / "README.md")


def test_what_users_read_stands_apart_from_what_developers_read():
    text = INDEX.read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Use it", "Run it", "Build on it"]
    for_developers = text.partition("## Build on it")[2]
    for page in "protocol.md", "architecture.md", "benchmarks.md":
        assert f"({page})" in for_developers


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_waits_for_its_content(page):
    lines = [line.strip() for line in page.read_text().splitlines()]
    assert [line for line in lines if PLACEHOLDER.fullmatch(line)] == []


@pytest.mark.parametrize("line", ["LATENCY_TABLE", "PUBLISHING TABLE", "TABLE 2"])
def test_a_placeholder_is_known_by_its_capitals(line):
    assert PLACEHOLDER.fullmatch(line)


@pytest.mark.parametrize("line", ["MIT licence.", "JPEG", "REDIS_URL=redis://127.0.0.1", ""])
def test_other_lines_are_none(line):
    assert not PLACEHOLDER.fullmatch(line)


def quoted() -> set[str]:
    """The sentences that the index of symptoms promises to be those on the screen."""
    rows = re.findall(r"^\| (.*?) \|", SYMPTOMS.read_text(), re.MULTILINE)
    return {sentence for row in rows for sentence in re.findall(r'"([^"]+)"', row)}


@functools.cache
def said() -> str:
    """All that pages and log can say, with … for what is filled in."""
    texts = (re.sub(r"\"\s+\"", "", path.read_text()) for path in SOURCES)
    return FILLED_IN.sub("…", "\n".join(texts))


def test_the_index_has_many_symptoms():
    assert len(quoted()) > 100


@pytest.mark.parametrize("sentence", sorted(quoted()))
def test_each_symptom_is_quoted_as_it_is_said(sentence):
    assert sentence in said()


def troubles() -> set[str]:
    """The sentences of a page that films, and of one that watches, where something is wrong."""
    folder = ROOT / "static" / "js" / "pages" / "shared"
    pages = (folder / "capture" / "notices.js").read_text() + (folder / "words.js").read_text()
    texts = (FILLED_IN.sub("…", text) for text in re.findall(r'"([^"\n]+\.)"', pages))
    return {text for text in texts if " " in text}


def test_no_trouble_of_filming_and_watching_is_missing_from_the_index():
    assert len(troubles()) > 50
    assert [each for each in troubles() if not any(start in each for start in quoted())] == []


def labels(page: Path) -> set[str]:
    """What it calls buttons, menus and fields: in italics, with a capital letter."""
    found = set(re.findall(r"(?<!\*)\*([A-Z][^*\n]+)\*(?!\*)", page.read_text()))
    return {label for label in found if not label.startswith("Can ")}  # Django's permissions


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_buttons_and_menus_are_called_as_on_the_screen(page):
    assert [label for label in labels(page) if label not in said()] == []
