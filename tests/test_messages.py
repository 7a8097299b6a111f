"""Each text that people read can be translated, and is."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

from tests.messages import DOMAINS, LANGUAGES, LOCALE, found, path_of, problems

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

#: Attributes that people read, or hear.
READ = {"title", "aria-label", "alt", "placeholder"}
#: The same in every language: names, and keys of a keyboard.
NAMES = {"SkySentry", "Redis"}
UNREAD_ELEMENTS = {"script", "style", "kbd", "code"}
#: Blocks of templates that fill an attribute nobody reads.
UNREAD_BLOCKS = {"body_class", "bodyclass"}


def test_each_language_of_the_pages_has_catalogues():
    translated = {code for code, _ in settings.LANGUAGES} - {"en"}
    assert translated == set(LANGUAGES) == {path.name for path in LOCALE.iterdir()}


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_each_text_once_and_nothing_else(language, domain):
    """With the same blanks and tags in both languages, and the .mo that belongs to it."""
    assert problems(language, domain) == []


def test_texts_are_found_wherever_they_are_written():
    texts = {message.id for message in found("django")}
    scripts = {message.id for message in found("djangojs")}
    assert {"Revoke for good", "Your account was disabled.", "SkySentry administration"} <= texts
    assert ("%(visits)s visit", "%(visits)s visits") in texts
    assert ("%(count)s camera was lost", "%(count)s cameras were lost") in scripts


@pytest.fixture
def catalogue(monkeypatch, tmp_path):
    """Makes a German catalogue of one sentence, with the translation given."""
    monkeypatch.setattr("tests.messages.LOCALE", tmp_path)
    monkeypatch.setattr("tests.messages.ROOT", tmp_path)
    (tmp_path / "cameras").mkdir()
    (tmp_path / "cameras/words.py").write_text('gettext("%(name)s is <b>live</b>")\n')

    def write(translation: str, flags: str = "") -> list[str]:
        path = path_of("de", "django")
        path.parent.mkdir(parents=True, exist_ok=True)
        header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        path.write_text(f'{header}{flags}msgid "%(name)s is <b>live</b>"\nmsgstr "{translation}"\n')
        return [each.partition(":")[0] for each in problems("de", "django")]

    return write


@pytest.mark.parametrize(
    ("translation", "flags", "problem"),
    [
        ("", "", "no translation"),
        ("%(nom)s ist <b>live</b>", "", "other parts"),
        ("%(name)s ist live", "", "other parts"),
        ("%(name)s ist <b>live</b>", "#, fuzzy\n", "to be checked"),
        ("%(name)s ist <b>live</b>", "", "the .mo isn't that of the .po"),
    ],
)
def test_what_a_catalogue_lacks_is_named(catalogue, translation, flags, problem):
    assert problem in catalogue(translation, flags)


class Literals(HTMLParser):
    """Words of a page that are neither in a tag of the template's nor in a name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag, attrs):
        self._unread += tag in UNREAD_ELEMENTS
        for name, value in attrs:
            if name in READ:
                self._note(value or "")

    def handle_endtag(self, tag):
        self._unread -= tag in UNREAD_ELEMENTS

    def handle_data(self, data):
        if not self._unread:
            self._note(data)

    def _note(self, text: str) -> None:
        self.found += [word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in NAMES]


def literals(template: str) -> list[str]:
    html, skipped = [], ""
    for token in Lexer(template).tokenize():
        if token.token_type == TokenType.BLOCK:
            skipped = _skipped(token.split_contents(), skipped)
        elif token.token_type == TokenType.TEXT and not skipped:
            html.append(token.contents)
    parser = Literals()
    parser.feed("".join(html))
    return parser.found


def _skipped(tag: list[str], skipped: str) -> str:
    """The tag up to whose end nothing counts, after this one; empty for none."""
    name = tag[0]
    if name.startswith("blocktrans") or (name == "block" and tag[1] in UNREAD_BLOCKS):
        return name
    return "" if name == f"end{skipped}" else skipped


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_text_that_is_not_translated(path):
    assert literals(path.read_text()) == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<a title="Hello">{% translate "there" %}</a>', ["Hello"]),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %} · SkySentry", []),
        ("{# A note #}<kbd>Esc</kbd>{% block body_class %}wall{% endblock %}", []),
    ],
)
def test_words_of_a_template_are_found(template, words):
    assert literals(template) == words
