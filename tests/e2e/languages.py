"""Pages in another language, for those who find things on them by their English words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django
from babel.messages.mofile import read_mo
from playwright.async_api import FrameLocator, Locator, LocatorAssertions, Page  # type: ignore[attr-defined]

from tests import messages

_BLANK = re.compile(r"%(?:\\?\(\w+\\?\))?[sd]")
#: What takes words first, or by one of these names.
_FINDERS = ("get_by_text", "get_by_label", "get_by_role", "filter")
_EXPECTATIONS = ("to_have_text", "to_contain_text")
_ROLES = ("get_by_role", "filter")
_NAMES = ("text", "name", "has_text")


def read_pages_in(language: str) -> None:
    """From now on, English words find what is translated so."""
    for kind in (Page, Locator, FrameLocator):
        for name in _FINDERS:
            if hasattr(kind, name):
                _translate(kind, name, language)
    for name in _EXPECTATIONS:
        _translate(LocatorAssertions, name, language)


def _translate(kind: Any, name: str, language: str) -> None:
    original = getattr(kind, name)

    def find(self: Any, *args: Any, **options: Any) -> Any:
        if args and name not in _ROLES:
            args = (said(args[0], language), *args[1:])
        words = {key: said(options[key], language) for key in _NAMES if key in options}
        return original(self, *args, **{**options, **words})

    setattr(kind, name, find)


def said(words: Any, language: str) -> Any:
    """A text in the other language, or what matches all those that have the words in them.

    What is no text of ours stays.
    """
    if not isinstance(words, str):
        return words
    for text, translations in _texts(language):
        if text == words:
            return translations[0]
    for text, translations in _texts(language):
        if found := re.fullmatch(_pattern(text, "(.+)"), words):
            return _filled(translations[0], found.groups())
    near = [
        each for text, forms in _texts(language) if words.lower() in text.lower() for each in forms
    ]
    return re.compile("|".join(_pattern(each, ".+") for each in near)) if near else words


def _filled(text: str, values: Iterable[str]) -> str:
    left = iter(values)
    return _BLANK.sub(lambda _: next(left), text)


def _pattern(text: str, blank: str) -> str:
    return _BLANK.sub(lambda _: blank, re.escape(text))


@cache
def _texts(language: str) -> list[tuple[str, tuple[str, ...]]]:
    """Of our catalogues and of Django's accounts; the longest first."""
    texts = [
        (text, messages.translations(message))
        for catalog in _catalogues(language)
        for message in catalog
        if message.id
        for text in messages.key(message)[1:]
    ]
    return sorted(texts, key=lambda pair: -len(pair[0]))


def _catalogues(language: str) -> Iterator[Any]:
    yield from (messages.kept(language, domain) for domain in messages.DOMAINS)
    accounts = Path(django.__path__[0], "contrib", "auth", "locale", language)
    with (accounts / "LC_MESSAGES" / "django.mo").open("rb") as file:
        yield read_mo(file)
