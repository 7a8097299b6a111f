from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_of_the_docs_is_found_from_the_readme():
    linked = {link.partition("#")[0] for link in links(ROOT / "README.md")}
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} <= linked


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_waits_for_its_content(page):
    lines = [line.strip() for line in page.read_text().splitlines()]
    assert [line for line in lines if PLACEHOLDER.fullmatch(line)] == []


@pytest.mark.parametrize("line", ["LATENCY_TABLE", "PUBLISHING TABLE", "TABLE 2"])
def test_a_placeholder_is_known_by_its_capitals(line):
    assert PLACEHOLDER.fullmatch(line)


@pytest.mark.parametrize("line", ["MIT licence.", "JPEG", "REDIS_URL=redis://127.0.0.1", ""])
def test_other_lines_are_none(line):
    assert not PLACEHOLDER.fullmatch(line)
