"""Texts that people read, and their translations: finds the texts, renews and compiles the
catalogues, and says what they lack.

Needs no GNU gettext. docs/languages.md says how to translate.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
#: With `streaming`, which has templates and scripts in the wheel, too.
LOCALE = ROOT / "streaming" / "locale"
LANGUAGES = ("de",)

#: Of both catalogues: where texts stand.
DOMAINS = {
    "django": ("cameras/**/*.py", "streaming/**/*.py", "skysentry/**/*.py", "templates/**/*.*"),
    "djangojs": ("static/js/**/*.js",),
}
_SINGULAR = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"))
_KEYWORDS: dict[str, Any] = {
    **_SINGULAR,
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
_BLANK = re.compile(r"%\(\w+\)[sd]")
_TAG = re.compile(r"<[^>]+>")


def path_of(language: str, domain: str, kind: str = "po") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.{kind}"


def found(domain: str) -> Catalog:
    """All texts of the sources, untranslated."""
    catalog = Catalog(domain=domain)
    for path in _sources(domain):
        with path.open("rb") as file:
            for _line, message, comments, context in extract(
                _method(path), file, _KEYWORDS, ("Translators:",)
            ):
                place = (str(path.relative_to(ROOT)), 0)
                catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def kept(language: str, domain: str) -> Catalog:
    """The catalogue as it is; empty where there is none yet."""
    path = path_of(language, domain)
    if not path.exists():
        comment = "# Texts of SkySentry. docs/languages.md says how to translate them."
        return Catalog(language, domain, comment, "SkySentry", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def problems(language: str, domain: str) -> list[str]:
    """What the catalogue lacks, and what it has too much, each as a line."""
    catalog = kept(language, domain)
    texts, kept_texts = _by_key(found(domain)), _by_key(catalog)
    whole = {each for each, message in kept_texts.items() if all(translations(message))}
    return [
        *(f"no translation: {each}" for each in texts if each not in whole),
        *(f"no longer in use: {each}" for each in kept_texts if each not in texts),
        *(f"to be checked: {each}" for each, message in kept_texts.items() if message.fuzzy),
        *(f"other parts: {each}" for each, message in kept_texts.items() if _differs(message)),
        *(f"obsolete: {each}" for each in catalog.obsolete),
        *([] if _is_compiled(language, domain, catalog) else ["the .mo isn't that of the .po"]),
    ]


def key(message: Message) -> tuple[str, ...]:
    """Context, text, and its plural."""
    return (message.context or "", *_forms(message.id))


def translations(message: Message) -> tuple[str, ...]:
    """One, or one for each plural form."""
    return _forms(message.string)


def renew(language: str, domain: str) -> None:
    """Add what is new in the sources, drop what is no longer there, and compile."""
    catalog = kept(language, domain)
    made = catalog.creation_date
    catalog.update(found(domain), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    # Nothing changes in the file when nothing did in the texts.
    catalog.creation_date = made
    path = path_of(language, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, sort_by_file=True, include_lineno=False)
    with path_of(language, domain, "mo").open("wb") as file:
        write_mo(file, catalog)


def _sources(domain: str) -> Iterator[Path]:
    for pattern in DOMAINS[domain]:
        yield from sorted(path for path in ROOT.glob(pattern) if path.is_file())


def _method(path: Path) -> Any:
    return {".py": "python", ".js": "javascript"}.get(path.suffix, _extract_template)


def _extract_template(file: BinaryIO, *args: Any, **options: Any) -> Iterator[Any]:
    """A template as Django sees it for translation: calls of gettext between letters.

    In brackets, for Python then takes no notice of how lines are indented.
    """
    source = f"({templatize(file.read().decode())}\n)"
    return extract_python(io.BytesIO(source.encode()), *args, **options)


def _differs(message: Message) -> bool:
    """Whether a translation has other blanks or tags than its text."""
    texts, strings = _forms(message.id), translations(message)
    if not all(strings):
        return False
    return _parts(_BLANK, texts) != _parts(_BLANK, strings) or any(
        sorted(_TAG.findall(each)) != sorted(_TAG.findall(texts[0])) for each in strings
    )


def _parts(pattern: re.Pattern[str], texts: Iterable[str]) -> set[str]:
    return {part for text in texts for part in pattern.findall(text)}


def _is_compiled(language: str, domain: str, catalog: Catalog) -> bool:
    path = path_of(language, domain, "mo")
    if not path.exists():
        return False
    with path.open("rb") as file:
        return _translated(read_mo(file)) == _translated(catalog)


def _translated(catalog: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    strings = {each: translations(message) for each, message in _by_key(catalog).items()}
    return {each: forms for each, forms in strings.items() if any(forms)}


def _by_key(catalog: Catalog) -> dict[tuple[str, ...], Message]:
    """All but the header."""
    return {key(message): message for message in catalog if message.id}


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, (list, tuple)) else (str(text or ""),)


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if any is left")
    options = parser.parse_args()
    left = []
    for language in LANGUAGES:
        for domain in DOMAINS:
            if not options.check:
                renew(language, domain)
            left += [f"{language}, {domain}: {each}" for each in problems(language, domain)]
    print(*left, sep="\n")
    if left:
        sys.exit(f"{len(left)} left to do; docs/languages.md says how")


if __name__ == "__main__":
    main()
